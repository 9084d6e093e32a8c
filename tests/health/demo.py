"""The parts of ``kaohe demo`` that a page shows, by the demo's own functions, without a platform to play on."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

from kaohe import folder, report
from kaohe.contract import Contract
from kaohe.errors import Refused
from kaohe.plugins import load_region
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.stakes import stakes
from kaohe.store import SubmissionRecord, SubmissionStatus
from kaohe.text import COLUMNS, title, wrap
from kaohe_local.demo import overview, sections
from kaohe_local.demo.story import Chapter, Story, find

ROOT = Path(__file__).parents[2]
FAULTS = 3
"""How many faults of the refused file are shown."""


@cache
def _stories() -> tuple[Story, ...]:
    return find(ROOT)


def _situation(story: Story) -> Situation:
    region = load_region(story.folder.parent.name)
    submissions = {s.key: s for s in folder.read_folder(story.folder, story.script.today).submissions}
    for key, file in (upload for chapter in story.script.chapters for upload in story.uploads(chapter)):
        with suppress(Refused):  # files of other folders too: one that comes late, one that takes another's place
            submissions[key] = folder.read_file(file, key, story.script.today)
    return Situation.of(region, region.contract(story.script.contract), submissions.values())


@cache
def _told_in_full() -> tuple[Document, Contract]:
    situation = _situation(_stories()[0])
    return situation.document(), situation.contract


def refused() -> str:
    """The chapter in which a file is refused, with its first faults."""
    story = _stories()[0]
    for number, chapter in enumerate(story.script.chapters, 1):
        for key, file in story.uploads(chapter):
            try:
                folder.read_file(file, key, story.script.today)
            except Refused as refusal:
                return _chapter(number, chapter, _record(key, refusal, story))
    raise AssertionError("the story tells of no refusal")


def _record(key: str, refusal: Refused, story: Story) -> SubmissionRecord:
    _, region, source, month, name = key.split("/")
    return SubmissionRecord.model_validate(
        {
            "key": key,
            "version": "1",
            "region": region,
            "source": source,
            "month": month,
            "name": name,
            "status": SubmissionStatus.REFUSED,
            "received_at": datetime.combine(story.script.today, time(), UTC),
            "faults": refusal.faults[:FAULTS],
        }
    )


def _chapter(number: int, chapter: Chapter, record: SubmissionRecord) -> str:
    head = title(f"{number}. {chapter.title}", "─")
    return "\n".join([head, wrap(chapter.text, COLUMNS, "  "), "", sections.arrivals([record]), "  …"])


def deductions(month: str) -> str:
    """What one month costs."""
    document, contract = _told_in_full()
    chosen = [assessment for assessment in document.assessments if str(assessment.month) == month]
    shown = sections.deductions(document.model_copy(update={"assessments": tuple(chosen)}), contract)
    return "\n".join(shown.splitlines()[3:])


def payments() -> str:
    """What there is to pay."""
    return report.settlement(_told_in_full()[0].settlement)


def portfolio() -> str:
    """All contracts side by side."""
    situations = [_situation(story) for story in _stories()]
    results = [overview.Result(s.contract, s.document(only=()), stakes(s)) for s in situations]
    return overview.portfolio(results)


PARTS: Mapping[str, Callable[..., str]] = {
    "refused": refused,
    "deductions": deductions,
    "payments": payments,
    "portfolio": portfolio,
}
