"""What the contract of Haidian deducts: one function a clause.

No amount, share or limit stands here: each comes from ``contract.yaml`` by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from kaohe import (
    Charge,
    Count,
    Event,
    Kpi,
    MonthFacts,
    Rulebook,
    RulingNeeded,
    Terms,
    per_event,
    show,
    working_days,
    yuan,
)

book = Rulebook()

ON_DUTY = ("seats.on_duty", "leaders.on_duty")
EMPLOYED = ("staff.employed", "staff.leaders_employed")


def seats_filled(facts: MonthFacts, terms: Terms, everybody: str, leaders: str) -> dict[date, int]:
    """How many of the agents' seats were filled on each working day of the government calendar.

    Args:
        facts: the month.
        terms: the clause.
        everybody: the daily measure of all persons.
        leaders: the daily measure of the manager and team leaders among them; they fill a seat, or they stand
            beside the agents (reading ``leaders-within-48``).

    Raises:
        MissingFacts: some working days lack a figure; the other days do not matter.
    """
    days = working_days(facts.month.first, facts.month.last)
    if terms.reading("leaders-within-48") == "within":
        return {day: int(count) for day, (count,) in facts.daily(everybody, days=days).items()}
    counts = facts.daily(everybody, leaders, days=days)
    return {day: int(count - leading) for day, (count, leading) in counts.items()}


@book.kpi("3.1.5", "seats.missing_person_days", at_most="limit")
def missing_person_days(facts: MonthFacts, terms: Terms) -> Count:
    """Seats not filled, added up over the working days; days that the authority exempted are left out.

    Who counts depends on the readings ``shortfall-base`` and ``leaders-within-48``; whether an absence found also
    counts as a missing person, on ``absence-and-shortfall``.
    """
    base = ON_DUTY if terms.reading("shortfall-base") == "on-duty" else EMPLOYED
    filled = seats_filled(facts.without_exempt_days(terms.clause.no), terms, *base)
    absent = _absences_taken_out(facts, terms)
    seats = int(terms.value("seats"))
    missing = {day: max(seats - count - absent.get(day, 0), 0) for day, count in filled.items()}
    note = f"{len(filled)}个工作日，每日{seats}个座席"
    return Count({day: count for day, count in missing.items() if count}, note)


def _absences_taken_out(facts: MonthFacts, terms: Terms) -> Mapping[date, int]:
    """The absences found on each day that do not count as missing persons as well."""
    counts: Counter[date] = Counter()
    if terms.reading("absence-and-shortfall") == "absence-only":
        for event in facts.verified("absence.found"):
            counts[event.on] += event.count
    return counts


@book.deduction("3.1.5")
def missing_person_days_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each person-day (reading ``shortfall-rate``); a day's wage is rounded to the fen before it counts."""
    count = kpi.numerator or 0
    told = f"{len(kpi.parts)}天共缺岗{count}人次" if count else "无缺岗：0人次"
    if terms.reading("shortfall-rate") == "fixed-300":
        each = terms.value("each")
        return Charge(count * each, f"{told} × {show(each)}")
    wage, days = terms.value("wage"), terms.value("paid_days")
    each = yuan(Fraction(wage) / Fraction(days))
    return Charge(count * each, f"{told} × 每天{show(each)}（{show(wage)} ÷ {days}）")


@book.kpi("3.1.7.1", "absences.found", at_most="limit")
def absences(facts: MonthFacts) -> Count:
    """Unexcused absences and empty posts that the authority found."""
    return Count.of(facts.verified("absence.found"))


@book.deduction("3.1.7.1")
def absences_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each one found."""
    return per_event(kpi, terms)


@book.kpi("3.1.7.2", "assessment.points_lost", at_most="limit")
def points_lost(facts: MonthFacts) -> Count:
    """Cases in which points were lost in a municipal assessment through the vendor's fault."""
    return Count.of(_cases(facts))


@book.deduction("3.1.7.2")
def points_lost_deduction(facts: MonthFacts) -> Charge:
    """What the authority decided for each case.

    Raises:
        RulingNeeded: a case has no amount yet; there is no default.
    """
    cases = _dated_cases(facts)
    if undecided := [_told(on, case) for on, case in cases if case.amount is None]:
        raise RulingNeeded(f"{'、'.join(undecided)}的扣款金额")
    decided = [(on, case, case.amount) for on, case in cases if case.amount is not None]
    lines = [f"{_told(on, case)}：{case.count} × {show(amount)}" for on, case, amount in decided]
    return Charge(sum(case.count * amount for _, case, amount in decided), " + ".join(lines) or "无此类事项")


def _cases(facts: MonthFacts) -> Sequence[Event]:
    """The month's cases; of those with one number, the last that states an amount."""
    return tuple(case for _, case in _dated_cases(facts))


def _dated_cases(facts: MonthFacts) -> Sequence[tuple[date, Event]]:
    """Each case with the day it was first reported for, which is not the day on which its amount was set later."""
    cases: dict[str | int, tuple[date, Event]] = {}
    for n, event in enumerate(facts.verified("assessment.points_lost")):
        key = event.ref or n
        first, _ = cases.get(key, (event.on, event))
        if key not in cases or event.amount is not None:
            cases[key] = first, event
    return tuple(cases.values())


def _told(on: date, case: Event) -> str:
    later = f"，金额于{case.on}确定" if case.on != on else ""
    return f"{case.ref or '事项'}（{on}{later}）"
