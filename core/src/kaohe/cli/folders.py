"""``kaohe check`` for a whole folder of uploads: each file, and whether any two of them contradict each other."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from kaohe import folder, intake
from kaohe.errors import Refused
from kaohe.plugins import load_region
from kaohe.submission import Submission


def check_folder(path: Path, received_on: date) -> int:
    """Say of each file of a folder whether it is good, and name the files that contradict each other.

    Args:
        path: the folder that ``submissions`` lies in.
        received_on: the day on which the files count as received.

    Returns:
        0 where every file is good and no two differ, else 1.
    """
    found = folder.read_folder(path, received_on)
    wrong = [str(error) for error in found.broken.values()]
    for key, refusal in found.refused.items():
        lines = refusal.faults if isinstance(refusal, Refused) else (refusal,)
        wrong += [f"{key}：退回", *(f"  {line}" for line in lines)]
    told = contradictions(found)
    for submission in found.submissions:
        print(f"{submission.key}：通过{_against(submission, told)}。{counts(submission)}")
    wrong += [f"{folder.ROOT}/{one.region}：矛盾。{one.message}" for one in told]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def contradictions(found: folder.Folder) -> list[intake.Contradiction]:
    """What the files of a folder contradict each other in, region by region."""
    regions = sorted({submission.region for submission in found.submissions})
    of = {name: [s for s in found.submissions if s.region == name] for name in regions}
    return [one for name in regions for one in intake.contradictions(of[name], load_region(name).catalogue)]


def _against(submission: Submission, told: Iterable[intake.Contradiction]) -> str:
    """Which other files a good file contradicts."""
    others = {name for it in told if it.concerns(submission) for name in it.files} - {submission.name}
    return f"，但与{'、'.join(f'“{name}”' for name in sorted(others))}矛盾（见下）" if others else ""


def counts(submission: Submission) -> str:
    """How much stands in a file; many events of one kind and day are one line of it, that says how many."""
    return f"{len(submission.figures)} 个数据、{sum(event.count for event in submission.events)} 个事件"
