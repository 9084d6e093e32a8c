"""Play stories and print them: the first chapter by chapter with its whole result, the others in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from kaohe import report
from kaohe.report import COLUMNS
from kaohe.store import SubmissionRecord
from kaohe.text import title, wrap

from kaohe_local.demo import overview, sections
from kaohe_local.demo.outside import Outside, wait
from kaohe_local.demo.story import Chapter, Story
from kaohe_local.machine import Machine
from kaohe_local.template import Template


def play(stories: Sequence[Story], template: Template, write: Callable[[str], None]) -> None:
    """Start the platform on free ports, play the stories, print what comes of them, and stop.

    The first story is told chapter by chapter with its whole result, the others in short; several close with a
    table of all contracts.

    Raises:
        KaoheError: something did not come in time, or the API refused.
    """
    today = max(story.script.today for story in stories)
    with Machine(template, today=today) as machine:
        write(_opening(stories, today))
        results = []
        for story in stories:
            tell = _whole if story is stories[0] else _short
            results.append(tell(story, machine, write))
    if len(results) > 1:
        write(overview.portfolio(results))


def _opening(stories: Sequence[Story], today: date) -> str:
    names = ", ".join(story.script.contract for story in stories)
    text = (
        f"Made-up samples ({names}), sent to a platform that runs on this machine: files go into its bucket, "
        f"questions to its API, nothing else. Today is {today}."
    )
    return "\n".join([title("kaohe demo 考核演示"), wrap(text, COLUMNS, "  ")])


def _whole(story: Story, machine: Machine, write: Callable[[str], None]) -> overview.Result:
    """Every chapter, then every figure."""
    outside = Outside(machine.client("s3"), machine.bucket, machine.api, story.script.contract)
    contract = outside.contract()
    for number, chapter in enumerate(story.script.chapters, 1):
        write("\n".join(_chapter(number, chapter, story, outside, machine)))
    document = outside.document()
    parts = (
        report.heading(document, contract),
        sections.matrix(document.assessments),
        sections.deductions(document, contract),
        "\n".join([report.settlement(document.settlement), *sections.overpaid(document.settlement)]),
        report.still_open(document),
        report.renewal(document),
        report.terminations(document),
        report.flags(document),
    )
    write("\n\n".join(part for part in parts if part))
    return overview.Result(contract, document, outside.stakes())


def _short(story: Story, machine: Machine, write: Callable[[str], None]) -> overview.Result:
    """What came in, what there is to pay, and what hangs on the readings."""
    outside = Outside(machine.client("s3"), machine.bucket, machine.api, story.script.contract)
    contract = outside.contract()
    records = [record for chapter in story.script.chapters for record in _sent(chapter, story, outside, machine)]
    document, stakes = outside.document(), outside.stakes()
    parts = (
        report.heading(document, contract),
        overview.arrived(records),
        overview.months(document),
        report.settlement(document.settlement),
        report.renewal(document),
        report.terminations(document),
        overview.readings(stakes),
    )
    write("\n\n".join(part for part in parts if part))
    return overview.Result(contract, document, stakes)


def _sent(chapter: Chapter, story: Story, outside: Outside, machine: Machine) -> list[SubmissionRecord]:
    """Send what a chapter holds and wait until all of it has been dealt with."""
    looks = [(file, outside.upload(key, file)) for key, file in story.uploads(chapter)]
    looks += [(file, outside.post(file)) for file in map(story.file, chapter.post)]
    return [wait(look, _name(file), lambda: machine.failures) for file, look in looks]


def _chapter(number: int, chapter: Chapter, story: Story, outside: Outside, machine: Machine) -> Iterator[str]:
    before = outside.months()
    records = _sent(chapter, story, outside, machine)
    yield title(f"{number}. {chapter.title}", "─")
    yield wrap(chapter.text, COLUMNS, "  ")
    yield ""
    yield sections.arrivals(records)
    yield ""
    yield sections.changes(before, outside.months())


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
