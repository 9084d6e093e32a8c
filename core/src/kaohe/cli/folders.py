"""``kaohe check`` for a whole folder of uploads: each file, and whether any two of them contradict each other."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from kaohe import folder, intake
from kaohe.errors import Refused
from kaohe.facts import Submission
from kaohe.plugins import load_region


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
    for submission in found.submissions:
        print(f"{submission.key}：通过。{counts(submission)}")
    for name in sorted({submission.region for submission in found.submissions}):
        of_region = [submission for submission in found.submissions if submission.region == name]
        told = intake.contradictions(of_region, load_region(name).catalogue)
        wrong += [f"submissions/{name}：矛盾。{text}" for text in told]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def counts(submission: Submission) -> str:
    """How much stands in a file."""
    return f"{len(submission.figures)} 个数据、{len(submission.events)} 个事件"
