"""Posts that are vacant: from when to when, and for how many months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kaohe import AUTHORITY, VENDOR, Event, Month, MonthFacts, Source


@dataclass(frozen=True)
class Vacancy:
    """A post without anybody in it.

    Attributes:
        post: its number.
        start: the first day without anybody.
        end: the day it was filled; None while it is vacant.
    """

    post: str
    start: date
    end: date | None

    def until(self, day: date) -> date:
        """The day it was filled, or the day after ``day`` if it was still vacant then."""
        after = day + timedelta(days=1)
        return after if self.end is None else min(self.end, after)

    def months(self, day: date, *, whole: bool) -> Fraction:
        """Months that it had lasted by the end of a day; a month runs to the same date of the next.

        Args:
            day: the day.
            whole: True where only full months count, False where the rest counts by its share of a month.
        """
        end, full = self.until(day), 0
        while _later(self.start, full + 1) <= end:
            full += 1
        rest = Fraction((end - _later(self.start, full)).days)
        month = (_later(self.start, full + 1) - _later(self.start, full)).days
        return Fraction(full) if whole else full + rest / month


def vacancies(facts: MonthFacts, first: date) -> tuple[Vacancy, ...]:
    """The vacancies that began from ``first`` to this month, as known at its end.

    What the authority says of a post takes the place of what the vendor says of it.

    Raises:
        MissingFacts: the vendor has sent nothing for some month.
    """
    views = facts.months(first)
    for view in views:
        view.require(VENDOR)
    vacated, filled = _by_post(views, "post.vacated"), _by_post(views, "post.filled")
    facts.inputs.update({"post.vacated": len(vacated), "post.filled": len(filled)})
    found = []
    for post, start in vacated:
        ends = [day for other, day in filled if other == post and day >= start]
        found.append(Vacancy(post, start, min(ends, default=None)))
    return tuple(found)


def _by_post(views: tuple[MonthFacts, ...], kind: str) -> list[tuple[str, date]]:
    said = {source: list(_events(views, kind, source)) for source in (AUTHORITY, VENDOR)}
    known = {event.ref for event in said[AUTHORITY]}
    events = [*said[AUTHORITY], *(event for event in said[VENDOR] if event.ref not in known)]
    return sorted({(event.ref or "", event.on) for event in events}, key=lambda pair: (pair[1], pair[0]))


def _events(views: tuple[MonthFacts, ...], kind: str, source: Source) -> Iterator[Event]:
    for view in views:
        yield from view.events(kind, source)


def _later(day: date, months: int) -> date:
    """The same date so many months later, or the last day of that month if it has no such date."""
    month = Month.of(day) + months
    return month.first.replace(day=min(day.day, month.last.day))
