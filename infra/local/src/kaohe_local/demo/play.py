"""Play a story and print it, chapter by chapter, then the whole result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kaohe import report
from kaohe.report import COLUMNS
from kaohe.text import title, wrap

from kaohe_local.demo import sections
from kaohe_local.demo.outside import Outside, wait
from kaohe_local.demo.story import Chapter, Story
from kaohe_local.machine import Machine
from kaohe_local.template import Template


def play(story: Story, template: Template, write: Callable[[str], None]) -> None:
    """Start the platform on free ports, play the story, print it, and stop.

    Raises:
        KaoheError: something did not come in time, or the API refused.
    """
    with Machine(template, today=story.script.today) as machine:
        outside = Outside(machine.client("s3"), machine.bucket, machine.api, story.script.contract)
        contract = outside.contract()
        write(_opening(story))
        for number, chapter in enumerate(story.script.chapters, 1):
            write("\n".join(_chapter(number, chapter, story, outside, machine)))
        document = outside.document()
    parts = (
        report.heading(document, contract),
        sections.matrix(document.assessments),
        sections.deductions(document, contract),
        "\n".join([report.settlement(document.settlement, contract), *sections.overpaid(document.settlement)]),
        report.still_open(document),
        report.renewal(document),
        report.flags(document),
    )
    write("\n\n".join(part for part in parts if part))


def _opening(story: Story) -> str:
    text = (
        f"A made-up sample of the contract {story.script.contract}, sent to a platform that runs on this machine: "
        f"files go into its bucket, questions to its API, nothing else. Today is {story.script.today}."
    )
    return "\n".join([title("kaohe demo 考核演示"), wrap(text, COLUMNS, "  ")])


def _chapter(number: int, chapter: Chapter, story: Story, outside: Outside, machine: Machine) -> Iterator[str]:
    before = outside.months()
    looks = [(file, outside.upload(key, file)) for key, file in story.uploads(chapter)]
    looks += [(file, outside.post(file)) for file in map(story.file, chapter.post)]
    records = [wait(look, _name(file), lambda: machine.failures) for file, look in looks]
    yield title(f"{number}. {chapter.title}", "─")
    yield wrap(chapter.text, COLUMNS, "  ")
    yield ""
    yield sections.arrivals(records)
    yield ""
    yield sections.changes(before, outside.months())


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
