"""Weeks: from Monday to Sunday, of the month that the Sunday lies in, if the whole week lies in the term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from kaohe import MonthFacts, Source, Terms

Week = tuple[date, ...]


def weeks_of(facts: MonthFacts, terms: Terms) -> Sequence[Week]:
    """The weeks of a month, in order; a week that began before the term is left out."""
    sundays = [day for day in facts.days if day.isoweekday() == 7]
    weeks = [tuple(sunday - timedelta(days=n) for n in range(6, -1, -1)) for sunday in sundays]
    return [week for week in weeks if week[0] in terms.contract.term]


def daily_in_weeks(facts: MonthFacts, terms: Terms, code: str) -> Sequence[int]:
    """The sum of a daily measure over each week of the month.

    Raises:
        MissingFacts: a day of these weeks lacks it, be it of the month before.
    """
    weeks = weeks_of(facts, terms)
    counts: dict[date, int] = {}
    for view in facts.months(weeks[0][0]):
        days = view.daily(code, days=[day for week in weeks for day in week])
        counts |= {day: int(count) for day, (count,) in days.items()}
    facts.inputs[code] = sum(counts.values())
    return [sum(counts[day] for day in week) for week in weeks]


def events_in_weeks(facts: MonthFacts, terms: Terms, kind: str, source: Source) -> Sequence[int]:
    """How many events of a kind its source reported in each week of the month.

    Raises:
        MissingFacts: the source has sent nothing for a month that these weeks touch.
    """
    weeks = weeks_of(facts, terms)
    counts = [0] * len(weeks)
    for view in facts.months(weeks[0][0]):
        view.require(source)
        for event in view.events(kind, source):
            for n, week in enumerate(weeks):
                counts[n] += event.count if event.on in week else 0
    facts.inputs[kind] = sum(counts)
    return counts
