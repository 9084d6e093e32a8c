"""What the contract of Jiyuan measures and deducts: one function a clause.

No amount, share or limit stands here: each comes from ``contract.yaml`` by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from kaohe import (
    Charge,
    Count,
    Daily,
    Event,
    Kpi,
    MissingFacts,
    MonthFacts,
    Ratio,
    Rulebook,
    Terms,
    add_working_days,
    per_day,
    per_event,
    per_point_above,
    per_point_below,
)

book = Rulebook()


@book.counts_from
def first_day_deducted(terms: Terms) -> date:
    """The first day of service, or the day of signature (reading ``before-signing``)."""
    applies = terms.reading("before-signing") == "applies"
    return terms.contract.term.first if applies else terms.contract.signed


@book.kpi("4.1", "survey.satisfaction", at_least="target")
def satisfaction(facts: MonthFacts, terms: Terms) -> Ratio:
    """Satisfied callers as a share of those who rated, or of all answered (reading ``satisfaction-base``)."""
    base = {"rated": "survey.rated", "answered": "calls.answered"}[terms.reading("satisfaction-base")]
    satisfied, asked = facts.take("survey.satisfied", base)
    if satisfied > asked:
        raise MissingFacts([f"{base} {facts.month}（少于满意数）"])
    return Ratio(satisfied, asked)


@book.deduction("4.1")
def satisfaction_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each percentage point below the target."""
    return per_point_below(kpi, terms)


@book.kpi("4.2", "complaints.verified", at_most="limit")
def complaints(facts: MonthFacts) -> Count:
    """Verified complaints about attitude or skill."""
    return Count.of(facts.verified("complaint.verified"))


@book.deduction("4.2")
def complaints_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each complaint."""
    return per_event(kpi, terms)


_DEADLINES = {
    "ticket.dispatch_late": ("转办", "dispatch_days"),
    "ticket.return_late": ("退单处理", "return_days"),
    "ticket.callback_late": ("回访", "callback_days"),
}
"""By kind of error: what had to be done, and the name of the value that says within how many days."""


@book.kpi("4.3", "service.errors", at_most="limit")
def service_errors(facts: MonthFacts, terms: Terms) -> Count:
    """Late dispatches, returned tickets and call-backs that the authority verified.

    Where a verified case states when the period began and ended, its deadline is held against it (reading
    ``two-days``); where it does not, the authority's word stands. The vendor's own reports are only candidates.
    """
    candidates = sum(map(facts.candidates, _DEADLINES))
    found = [(event, _deadline(event, terms)) for kind in _DEADLINES for event in facts.verified(kind)]
    remarks = [_remark(event, deadline) for event, deadline in found if deadline]
    remarks += [f"供应商自报待核实{candidates}件"] if candidates else []
    late = [event for event, deadline in found if deadline is None or event.end is None or event.end > deadline]
    return Count.of(late, note="；".join(remarks) or None)


def _remark(event: Event, deadline: date) -> str:
    verdict = "逾期" if event.end and event.end > deadline else "未逾期"
    which = event.ref or f"{_DEADLINES[event.kind][0]}共{event.count}件"
    return f"{which}：{event.start}至{event.end}，期限{deadline}，{verdict}"


def _deadline(event: Event, terms: Terms) -> date | None:
    """The last day in time; None where the case does not state its dates."""
    if event.start is None or event.end is None:
        return None
    days = int(terms.value(_DEADLINES[event.kind][1]))
    natural = event.kind != "ticket.dispatch_late" and terms.reading("two-days") == "natural"
    return event.start + timedelta(days=days) if natural else add_working_days(event.start, days)


@book.deduction("4.3")
def service_errors_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each error."""
    return per_event(kpi, terms)


@book.kpi("4.4", "calls.connected", at_least="workload")
def connected(facts: MonthFacts, terms: Terms) -> Daily:
    """What the ruling on ``connect-target`` says: calls an agent on duty, or answered as a share of offered."""
    target = terms.choice("connect-target")
    if target.option == "workload":
        days = facts.daily("calls.answered", "seats.on_duty")
        if unmanned := [day for day, (calls, seats) in days.items() if calls and not seats]:
            raise MissingFacts(f"seats.on_duty {day}（为0，却有应答）" for day in unmanned)
        return Daily.of(facts, "calls.answered", "seats.on_duty")
    return Daily.of(facts, "calls.answered", "calls.offered", target=target.value)


@book.deduction("4.4")
def connected_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each day below the target."""
    return per_day(len(_failing(kpi)), terms, of="未达标")


@book.kpi("4.5", "calls.answered_within_15s", at_least="target")
def answered_within_15s(facts: MonthFacts, terms: Terms) -> Daily:
    """Calls answered within 15 s as a share of calls offered, or of calls answered (``timeliness-base``)."""
    base = {"offered": "calls.offered", "answered": "calls.answered"}[terms.reading("timeliness-base")]
    each_day = terms.reading("timeliness-days") == "each-day"
    return Daily.of(facts, "calls.answered_within_15s", base, each_day=each_day)


@book.deduction("4.5")
def answered_within_15s_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much a day; which days count depends on the reading ``timeliness-days``."""
    how = terms.reading("timeliness-days")
    if how == "each-day":
        return per_day(len(_failing(kpi)), terms, of="未达标")
    first = min((part.on for part in kpi.parts), default=kpi.window.first)
    whole = "全月" if first == kpi.window.first else f"{first}起至月末"
    if kpi.fraction is None or kpi.fraction >= terms.value("target"):
        return per_day(0, terms, of=f"{whole}{'没有数据' if kpi.fraction is None else '达标'}，扣")
    days = {
        "month-fails-failing-days": len(_failing(kpi)),
        "month-fails-all-days": len(kpi.parts),
        "month-fails-once": 1,
    }[how]
    return per_day(days, terms, of=f"{whole}未达标（{how}），扣")


def _failing(kpi: Kpi) -> Sequence[date]:
    return [part.on for part in kpi.parts if part.met is False]


@book.kpi("4.6", "microplatform.mishandled", at_most="limit")
def microplatform(facts: MonthFacts) -> Count:
    """Verified mishandling of micro-platform requests."""
    return Count.of(facts.verified("microplatform.mishandled"))


@book.deduction("4.6")
def microplatform_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each case."""
    return per_event(kpi, terms)


@book.kpi("4.7", "publications.accuracy", at_least="target")
def publications(facts: MonthFacts) -> Daily:
    """Correct items as a share of the items published, day by day; the authority's findings win."""
    wrong = facts.findings("publication.error")
    items = {day: count for day, (count,) in facts.daily("publications.items").items()}
    if absurd := [day for day, count in items.items() if wrong.get(day, 0) > count]:
        raise MissingFacts(f"publications.items {day}（少于查实的差错数）" for day in absurd)
    return Daily({day: Ratio(count - wrong.get(day, 0), count) for day, count in items.items()})


@book.deduction("4.7")
def publications_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each percentage point below the target, day by day."""
    return per_point_below(kpi, terms)


@book.kpi("4.8", "staff.turnover", at_most="target")
def turnover(facts: MonthFacts, terms: Terms) -> Ratio:
    """The mean of the monthly rates so far: left ÷ (left + present at the month's end).

    Reading ``turnover-staff`` says whose leaving counts. A month without any staff has no rate and is left out.
    """
    staff = {"front-desk": "staff.front_desk", "all": "staff.all"}[terms.reading("turnover-staff")]
    months = facts.so_far(terms.window.first, f"{staff}.left", f"{staff}.present")
    staffed = {month: (left, left + present) for month, (left, present) in months.items() if left + present}
    if not staffed:
        return Ratio(0, 0)
    mean = sum((Fraction(left) / Fraction(all_) for left, all_ in staffed.values()), Fraction(0)) / len(staffed)
    told = "、".join(f"{month} {left}/{all_}" for month, (left, all_) in staffed.items())
    return Ratio.exact(mean, note=f"{len(staffed)}个月流失率的平均（离职÷（离职＋月末在岗））：{told}")


@book.deduction("4.8")
def turnover_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each percentage point of the mean above the target."""
    charge = per_point_above(kpi, terms)
    return Charge(charge.amount, f"各月流失率平均{charge.formula}")


@book.kpi("4.9", "leaks.verified", at_most="limit")
def leaks(facts: MonthFacts) -> Count:
    """Verified leaks of callers' data."""
    return Count.of(facts.verified("leak.verified"))


@book.deduction("4.9")
def leaks_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each leak."""
    return per_event(kpi, terms)


@book.kpi("4.10", "inspection.incidents", at_most="limit")
def inspections(facts: MonthFacts) -> Count:
    """Verified incidents in inspections and mystery calls."""
    return Count.of(facts.verified("inspection.incident"))


@book.deduction("4.10")
def inspections_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each incident."""
    return per_event(kpi, terms)
