"""The figures and events of the uploads that a clause rests on, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from kaohe.assessment import Adopted
from kaohe.catalogue import Source
from kaohe.model import Quantity, Record
from kaohe.periods import Month
from kaohe.submission import Event, Submission

RULING, EXEMPTION = "ruling", "exemption"


class Row(Record):
    """One figure or event of an upload that a clause rests on.

    Attributes:
        code: the measure or kind of event.
        label: its Chinese name.
        on: the day; None for a figure of the whole month.
        month: the month of the upload.
        value: the figure; for an event how often it happened.
        source: who sent it.
        where: the file and the place in it.
        event: the event whole, where it is one.
    """

    code: str
    label: str
    on: date | None
    month: Month
    value: Quantity
    source: Source
    where: str
    event: Event | None = None


@dataclass(frozen=True)
class Basis:
    """What of the uploads a clause rests on.

    Attributes:
        labels: Chinese names of its measures and events, by code, that of rulings among them.
        first: the first day that counts.
        last: the last day that counts.
        as_of: the last day on which an event counts that concerns the contract as a whole; such has no first day.
        undated: the kinds of event that concern the contract as a whole.
        instalments: numbers of the instalments that the clause fixes: events about others are left aside, if any.
        readings: how the clause is read, for the rulings that say so.
    """

    labels: Mapping[str, str]
    first: date
    last: date
    as_of: date
    undated: Collection[str] = ()
    instalments: Collection[int] = ()
    readings: Collection[Adopted] = ()

    def rows(self, submissions: Iterable[Submission]) -> list[Row]:
        """The figures and events, by code, day and source."""
        codes = list(self.labels)
        found = [row for s in submissions for row in chain(self._figures(s), self._events(s))]
        return sorted(found, key=lambda r: (codes.index(r.code), r.month, str(r.on or ""), r.source, r.where))

    def _figures(self, submission: Submission) -> Iterator[Row]:
        month = submission.month
        if self.last < month.first or month.last < self.first:
            return
        for figure in submission.figures:
            if figure.code in self.labels:
                yield self._row(submission, figure.code, figure.on, figure.value, figure.where)

    def _events(self, submission: Submission) -> Iterator[Row]:
        for event in submission.events:
            if self._rules(event) if event.kind == RULING else self._counts(event):
                row = self._row(submission, event.kind, event.on, event.count, event.where)
                yield row.model_copy(update={"event": event})

    def _counts(self, event: Event) -> bool:
        if event.kind not in self.labels:
            return False
        if event.kind not in self.undated:
            first, last = _days(event)
            return first <= self.last and self.first <= last
        other = self.instalments and event.instalment not in (None, *self.instalments)
        return event.on <= self.as_of and not other

    def _rules(self, event: Event) -> bool:
        said = (event.reading, event.option, event.on, event.ref)
        return said in {(a.reading, a.option, a.ruled_on, a.ref) for a in self.readings}

    def _row(self, submission: Submission, code: str, on: date | None, value: Quantity, where: str) -> Row:
        return Row(
            code=code,
            label=self.labels[code],
            on=on,
            month=submission.month,
            value=value,
            source=submission.source,
            where=where or submission.name,
        )


def _days(event: Event) -> tuple[date, date]:
    """The first and the last day on which an event bears: an exemption reported in one month may reach into another."""
    if event.kind != EXEMPTION:
        return event.on, event.on
    first = event.start or event.on
    return first, event.end or first
