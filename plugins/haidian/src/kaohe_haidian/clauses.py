"""What the contract of Haidian deducts: one function a clause.

No amount, share or limit stands here: each comes from ``contract.yaml`` by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
COUNTED = {"on-duty": ON_DUTY, "employed": EMPLOYED}


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
    base = terms.reading("shortfall-base")
    filled = seats_filled(facts.without_exempt_days(terms.clause.no), terms, *COUNTED[base])
    # Whoever leaves the post stays employed: there no absence is a missing person as well.
    absent = _absences_taken_out(facts, terms) if base == "on-duty" else {}
    seats = int(terms.value("seats"))
    gaps = {day: max(seats - count, 0) for day, count in filled.items()}
    missing = {day: max(gap - absent.get(day, 0), 0) for day, gap in gaps.items()}
    taken_out = sum(gaps.values()) - sum(missing.values())
    told = f"，缺岗中已减去当天发现的脱岗{taken_out}人次" if taken_out else ""
    note = f"{len(filled)}个工作日，每日{seats}个座席{told}"
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
    counts: Counter[date] = Counter()
    for case in _cases(facts):
        counts[case.on] += case.count
    return Count(counts)


@book.deduction("3.1.7.2")
def points_lost_deduction(facts: MonthFacts) -> Charge:
    """What the authority decided for each case.

    Raises:
        RulingNeeded: a case has no amount yet, or more than one; there is no default.
    """
    cases = _cases(facts)
    if undecided := [case.told for case in cases if case.amount is None]:
        raise RulingNeeded(f"{'、'.join(undecided)}的扣款金额")
    decided = [(case, case.amount) for case in cases if case.amount is not None]
    lines = [f"{case.told}：{case.count} × {show(amount)}" for case, amount in decided]
    return Charge(sum(case.count * amount for case, amount in decided), " + ".join(lines) or "无此类事项")


@dataclass(frozen=True)
class _Case:
    """All reports of one case in order of date: those under its number, or the one that has no number."""

    reports: tuple[Event, ...]

    @property
    def on(self) -> date:
        """The day it was first reported for, which is not the day on which its amount was set later."""
        return self.reports[0].on

    @property
    def count(self) -> int:
        return max(report.count for report in self.reports)

    @property
    def last(self) -> Sequence[Event]:
        """The reports of the last day on which an amount was set."""
        priced = [report for report in self.reports if report.amount is not None]
        return [report for report in priced if report.on == priced[-1].on]

    @property
    def contradicts(self) -> bool:
        """Whether one day has two amounts for it, or it was counted differently."""
        return len({report.amount for report in self.last}) > 1 or len({report.count for report in self.reports}) > 1

    @property
    def amount(self) -> Decimal | None:
        """Yuan as last set; None: not yet, or nobody can tell which holds."""
        return None if self.contradicts or not self.last else self.last[0].amount

    @property
    def told(self) -> str:
        """Its number and its day, with what has to be known of its amount."""
        told = f"{self.reports[0].ref or '事项'}（{self.on}"
        if self.contradicts:
            return f"{told}，几次填报的金额或次数不一致）"
        return f"{told}，金额于{self.last[0].on}确定）" if self.last and self.last[0].on != self.on else f"{told}）"


def _cases(facts: MonthFacts) -> Sequence[_Case]:
    """The month's cases."""
    reports: dict[str | int, list[Event]] = {}
    for n, event in enumerate(facts.verified("assessment.points_lost")):
        reports.setdefault(event.ref or n, []).append(event)
    return [_Case(tuple(found)) for found in reports.values()]
