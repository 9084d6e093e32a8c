"""Patterns that many contracts need, one by one."""

from __future__ import annotations

from decimal import Decimal

from kaohe import (
    Charge,
    Contract,
    Count,
    Counted,
    Deduction,
    Facts,
    Kpi,
    Level,
    Measure,
    MissingFacts,
    Month,
    MonthFacts,
    Points,
    Ratio,
    Rulebook,
    RulingNeeded,
    Terms,
    add_working_days,
    per_day,
    per_event,
    show,
    working_days,
    yuan,
)

book = Rulebook()


# region: deadline
@book.kpi("3.6", "report.days_late")
def report(facts: MonthFacts, terms: Terms) -> Level:
    """Working days by which the month's report came after its deadline, which lies in the next month."""
    due = add_working_days(facts.month.last, int(terms.value("working_days")))
    came = min((event.end for event in facts.verified("report.received") if event.end), default=None)
    if came is None:
        raise MissingFacts([f"report.received {facts.month}（应于{due}前）"])
    return Level(len(working_days(due, came)) - 1 if came > due else 0)


@book.deduction("3.6")
def report_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each working day."""
    return per_day(int(kpi.numerator or 0), terms, of="迟交")


# endregion


# region: cumulative
@book.kpi("3.7", "complaints.severe")
def severe(facts: MonthFacts) -> Count:
    """The month's severe complaints."""
    return Count.of(facts.verified("complaint.severe"))


@book.deduction("3.7")
def severe_deduction(facts: MonthFacts, terms: Terms) -> Charge:
    """What the year's complaints cost up to this month, less what they cost before it."""
    free, each, most = (terms.value(name) for name in ("free", "each", "most"))
    months = facts.months(terms.contract.term.first)
    counts = [sum(event.count for event in month.verified("complaint.severe")) for month in months]
    before, now = (min(max(n - free, Decimal(0)) * each, most) for n in (sum(counts[:-1]), sum(counts)))
    facts.inputs["complaint.severe, year to date"] = sum(counts)
    return Charge(
        now - before, f"全年累计{sum(counts)}件，{free}件以内不扣，× {show(each)}：{show(now)} − 此前{show(before)}"
    )


# endregion


# region: points
@book.kpi("3.8", "calls.in_time", at_least="target")
def in_time(facts: MonthFacts) -> Ratio:
    """Calls answered within 15 s as a share of those offered."""
    return Ratio(*facts.take("calls.answered_within_15s", "calls.offered"))


@book.deduction("3.8")
def in_time_points(kpi: Kpi, terms: Terms) -> Points:
    """So many points for a month below the target; they move no money."""
    full = terms.value("points")
    lost = full if kpi.met is False else 0
    return Points(lost, full, f"{kpi.value}：{lost}")


@book.kpi("3.8.1", "points.quarter")
def points_of_quarter(facts: MonthFacts, terms: Terms) -> Level:
    """Points lost under 3.8 since the quarter began."""
    monthly = terms.contract.clause("3.8")
    months = facts.so_far(terms.window.first, "calls.answered_within_15s", "calls.offered")
    return Level(
        sum(
            monthly.value("points", month.last)
            for month, (within, offered) in months.items()
            if within < monthly.value("target", month.last) * offered
        )
    )


@book.deduction("3.8.1")
def quarter_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each point, in the quarter's last month."""
    return per_event(kpi, terms)


# endregion


# region: discretion
@book.kpi("3.10", "findings")
def findings(facts: MonthFacts) -> Count:
    """Findings of the authority."""
    return Count.of(facts.verified("finding"))


@book.deduction("3.10")
def findings_deduction(facts: MonthFacts) -> Charge:
    """What the authority set for each."""
    found = facts.verified("finding")
    if any(event.amount is None for event in found):
        raise RulingNeeded("查实事项的金额")
    amounts = [event.amount * event.count for event in found if event.amount is not None]
    return Charge(sum(amounts), " + ".join(show(amount) for amount in amounts) or "0")


# endregion


# region: capped
def capped(rules: Rulebook, contract: Contract, month: Month, facts: Facts) -> list[Deduction]:
    """The month's deductions, of which a quarter bears no more than clause 3.11 says; the first ones stand first."""
    most = room = yuan(contract.clause("3.11").value("most", month.last))
    borne: list[Deduction] = []
    quarter = contract.term.quarter(month)
    for each in (earlier for earlier in contract.term.months if quarter.first <= earlier.first <= month.first):
        borne = []
        for one in rules.deductions(contract, each, rules.kpis(contract, each, facts), facts):
            left = one
            if one.amount is not None and one.amount > room:
                formula = f"{one.formula}；每季扣款最多{show(most)}，计{show(room)}"
                left = one.model_copy(update={"amount": room, "formula": formula})
            room -= left.amount or 0
            borne.append(left)
    return borne


# endregion


# region: hours
DUE = """CASE
  WHEN working_day(created_at, 0) <> created_at::DATE THEN working_day(created_at, 1) + TIME '11:00:00'
  WHEN created_at::TIME < TIME '09:00:00' THEN created_at::DATE + TIME '11:00:00'
  WHEN created_at::TIME <= TIME '10:00:00' THEN created_at + INTERVAL 2 HOURS
  WHEN created_at::TIME < TIME '12:00:00' THEN created_at + INTERVAL 4 HOURS
  WHEN created_at::TIME < TIME '14:00:00' THEN created_at::DATE + TIME '16:00:00'
  WHEN created_at::TIME <= TIME '16:00:00' THEN created_at + INTERVAL 2 HOURS
  WHEN created_at::TIME < TIME '18:00:00' THEN working_day(created_at, 1) + (created_at::TIME - INTERVAL 7 HOURS)
  ELSE working_day(created_at, 1) + TIME '11:00:00'
END"""

DISPATCHED_LATE = Measure(
    code="tickets.dispatched_late",
    label="转办超时件数",
    unit="件",
    grain="month",
    counted=(
        Counted(
            records="tickets",
            where=f"is_dispatched AND (dispatched_at IS NULL OR dispatched_at > {DUE})",
            on=DUE,
            fails=True,
        ),
    ),
    note="受理后超过2个工作小时（9—12时、14—18时）才转办的工单",
)
# endregion


@book.duty("3.12", "tickets.dispatched_late", at_most="late")
def dispatched_late(facts: MonthFacts) -> Level:
    """Tickets dispatched after their deadline."""
    return Level(facts["tickets.dispatched_late"])
