"""Posts that are vacant: from when to when, and for how many months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from kaohe import AUTHORITY, VENDOR, Month, MonthFacts, Source

VACATED, FILLED = "post.vacated", "post.filled"


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
        end, full = max(self.until(day), self.start), 0
        while _later(self.start, full + 1) <= end:
            full += 1
        rest = Fraction((end - _later(self.start, full)).days)
        month = (_later(self.start, full + 1) - _later(self.start, full)).days
        return Fraction(full) if whole else full + rest / month


@dataclass(frozen=True)
class _Word:
    """What one side said of a post: vacated, or filled, on a day."""

    on: date
    kind: str
    post: str
    source: Source


def vacancies(facts: MonthFacts, first: date) -> tuple[Vacancy, ...]:
    """The vacancies that began from ``first`` to this month, as known at its end.

    A post cannot be vacant twice at a time. Where the sides differ on the day on which a vacancy began or ended, the
    authority's day counts; the post's other vacancies stand as they were reported.

    Raises:
        MissingFacts: the vendor has sent nothing for some month.
    """
    views = facts.months(first)
    for view in views:
        view.require(VENDOR)
    told = [*_told(views, VACATED), *_told(views, FILLED)]
    found = [vacancy for post in sorted({word.post for word in told}) for vacancy in _of_post(post, told)]
    facts.inputs.update({VACATED: len(found), FILLED: sum(1 for vacancy in found if vacancy.end)})
    return tuple(found)


def _told(views: tuple[MonthFacts, ...], kind: str) -> Iterator[_Word]:
    for view in views:
        for source in (AUTHORITY, VENDOR):
            yield from (_Word(event.on, kind, event.ref or "", source) for event in view.events(kind, source))


def _of_post(post: str, told: Iterable[_Word]) -> list[Vacancy]:
    """The vacancies of one post, one after the other.

    Of what is told of one day, the filling comes first where the post was vacant, else the leaving.
    """
    found: list[Vacancy] = []
    said: dict[str, Source] = {}
    days = groupby(sorted((word for word in told if word.post == post), key=lambda word: word.on), lambda word: word.on)
    for _, words in days:
        vacant = _is_open(found)
        for word in sorted(words, key=lambda word: (word.kind == VACATED) is vacant):
            _hear(word, found, said)
    return found


def _is_open(found: list[Vacancy]) -> bool:
    return bool(found) and found[-1].end is None


def _hear(word: _Word, found: list[Vacancy], said: dict[str, Source]) -> None:
    """Begin a vacancy, end the last one, or set its day right; ``said`` holds who named the days of the last one."""
    if word.kind == VACATED and not _is_open(found):
        found.append(Vacancy(word.post, word.on, None))
        said.clear()
    elif word.kind == VACATED and _sets_right(word, said):
        found[-1] = replace(found[-1], start=word.on)
    elif word.kind == FILLED and (_is_open(found) or _sets_right(word, said)):
        found[-1] = replace(found[-1], end=word.on)
    else:
        return
    said[word.kind] = word.source


def _sets_right(word: _Word, said: dict[str, Source]) -> bool:
    """Whether the authority speaks of a day that only the vendor has named."""
    return word.source is AUTHORITY and said.get(word.kind) is VENDOR


def _later(day: date, months: int) -> date:
    """The same date so many months later, or the last day of that month if it has no such date."""
    month = Month.of(day) + months
    return month.first.replace(day=min(day.day, month.last.day))
