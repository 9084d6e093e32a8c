"""One upload after reading: its figures, its events, and where in the file each of them stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from kaohe.catalogue import Source
from kaohe.model import FrozenMapping, Quantity, Rate, Record
from kaohe.money import Money
from kaohe.periods import Month

ONE_FILE = "同一类明细一个月只能有一个文件；请合并后重新上传"
"""What is to be done with records that come in several files."""


class CountedFrom(Record):
    """The records that a figure was counted from.

    Attributes:
        kind: the code of their kind, such as ``calls``.
        sha256: digest of the file they stand in, taken out of whatever it was packed in.
    """

    kind: str
    sha256: str


class Figure(Record):
    """One value of one measure.

    Attributes:
        code: the measure.
        on: the day; None for a figure of the whole month.
        value: the value, never negative.
        where: the place it stands in the upload, such as ``三月.xlsx 按日 C7``.
        counted: the records that it was counted from; None, and left out of what is stored, where it was stated.
    """

    code: str
    on: date | None = None
    value: Quantity
    where: str = ""
    counted: CountedFrom | None = Field(default=None, exclude_if=lambda counted: counted is None)


class Event(Record):
    """A dated occurrence.

    Attributes:
        kind: the code of its kind.
        clause: the clause that it concerns, for exemptions and the like.
        digest: the digest of the assessment that is confirmed, or how it begins.
        on: the day it happened (or was decided, paid, received).
        count: how many of the same on that day.
        ref: number of the ticket or document that proves it; two events that have it and all else but the note in
            common are one.
        start: the day a period began, for deadlines.
        end: the day it ended.
        amount: yuan, where the clause leaves the amount open, or the sum paid.
        points: points, where the clause leaves them open.
        instalment: number of the instalment.
        reading: the reading that is ruled on.
        option: the option ruled.
        value: the number that the option needs.
        since: the first day a ruling applies to.
        note: a remark.
        where: the place it stands in the upload.
    """

    kind: str
    on: date
    count: int = 1
    ref: str | None = None
    start: date | None = None
    end: date | None = None
    amount: Money | None = None
    points: Rate | None = None
    instalment: int | None = None
    reading: str | None = None
    option: str | None = None
    value: Rate | None = None
    since: date | None = None
    clause: str | None = None
    digest: str | None = None
    note: str | None = None
    where: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What it says, without the place it stands in."""
        return self.model_dump(mode="json", exclude={"where"}, exclude_none=True)

    @property
    def identity(self) -> dict[str, Any]:
        """What tells it apart: a remark makes no second event of one that has a number."""
        return {key: value for key, value in self.content.items() if not (self.ref and key == "note")}


class Submission(Record):
    """One upload after reading.

    Attributes:
        region: the region it is for.
        month: the month it is for.
        source: who sent it.
        name: the file's name; an upload of the same name replaces it.
        sha256: digest of the file as it came.
        figures: its figures.
        events: its events.
        remarks: what its sender is told of the records that it was counted from.
        counts_events: by kind of event, the digest of the records that it counts it from, whether or not it found any;
            left out of what is stored where there are none.
        failures: SHA-256 of the list of records that failed, kept beside the upload; None where there is none.
    """

    region: str
    month: Month
    source: Source
    name: str
    sha256: str
    figures: tuple[Figure, ...] = ()
    events: tuple[Event, ...] = ()
    remarks: tuple[str, ...] = ()
    counts_events: FrozenMapping[str, str] = Field(
        default={}, validate_default=True, exclude_if=lambda kinds: not kinds
    )
    failures: str | None = None

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return f"submissions/{self.region}/{self.source}/{self.month}/{self.name}"

    @property
    def failures_key(self) -> str | None:
        """The key of the list of its records that failed; named by its content, so that it is never replaced."""
        return f"failures/{self.region}/{self.source}/{self.month}/{self.failures}.csv" if self.failures else None


class SourcedEvent(Record):
    """An event with who reported it."""

    source: Source
    event: Event


class Remark(SourcedEvent):
    """An event that speaks of the results of a month, such as an objection: part of the trail."""

    month: Month
