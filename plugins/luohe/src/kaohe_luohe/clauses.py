"""What the contract of Luohe measures: the twelve indicators of article 11 and the headcount, one function each.

No amount, share or limit stands here: each comes from ``contract.yaml`` by its name. What failing costs is in
``pricing.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaohe import (
    AUTHORITY,
    VENDOR,
    Count,
    Event,
    Level,
    MissingFacts,
    MonthFacts,
    Ratio,
    Rulebook,
    Terms,
    Window,
    add_working_days,
)

from kaohe_luohe.quarters import quarter

book = Rulebook()


@book.kpi("7.2", "staff.team", at_least="staff")
def team(facts: MonthFacts, terms: Terms) -> Level:
    """The month's lowest number on the team, with those missing by the authority's consent."""
    present, staff = facts["staff.team"], terms.value("staff")
    agreed = sum(event.count for event in facts.verified("staff.absence_agreed"))
    return Level(present + min(agreed, max(int(staff - present), 0)))


@book.kpi("11.1", "calls.connected", at_least="target")
def connected(facts: MonthFacts, terms: Terms) -> Ratio:
    """Calls answered as a share of those assigned to agents since the term began, without exempted days."""
    views = [view.without_exempt_days(terms.clause.no) for view in facts.months(terms.window.first)]
    return Ratio(*_sums(facts, views, "calls.answered", "calls.offered"))


@book.kpi("11.2", "web_tickets.in_time", at_least="target")
def web_tickets(facts: MonthFacts) -> Ratio:
    """Net tickets answered within a working day, as a share of all but the late ones that are under appeal."""
    in_time, received = facts.take("web_tickets.in_time", "web_tickets.received")
    appealed = sum(event.count for event in facts.verified("web_tickets.appealed"))
    if appealed > received - in_time:
        raise MissingFacts([f"web_tickets.received {facts.month}（超时工单少于申诉剔除的件数）"])
    return Ratio(in_time, received - appealed)


@book.kpi("11.3", "tickets.returned", at_most="target")
def returned(facts: MonthFacts, terms: Terms) -> Ratio:
    """Tickets sent back for the vendor's errors as a share of those dispatched (reading ``return-rate``)."""
    months = terms.contract.term.months
    match terms.reading("return-rate"):
        case "year-to-date":
            terms.over(Window.between(months[0], facts.month))
        case "year":
            terms.over(terms.contract.term.window)
    return Ratio(*_sums(facts, facts.months(terms.window.first), "tickets.returned", "tickets.dispatched"))


@book.kpi("11.4", "callbacks.done", at_least="target")
def callbacks(facts: MonthFacts) -> Ratio:
    """Tickets called back as a share of those due for it."""
    return Ratio(*facts.take("callbacks.done", "callbacks.due"))


@book.kpi("11.5", "complaints.confirmed", at_most="target")
def complaints(facts: MonthFacts, terms: Terms) -> Ratio:
    """Complaints that the authority confirmed as a share of the calls answered since the term began."""
    views = facts.months(terms.window.first)
    (answered,) = _sums(facts, views, "calls.answered")
    return Ratio(sum(event.count for event in _events(facts, views, "complaint.verified")), answered)


@book.kpi("11.6", "opinion.severe", at_most="limit")
def severe_events(facts: MonthFacts, terms: Terms) -> Count:
    """Severe events in public opinion that the authority found since the term began."""
    return Count.of(_events(facts, facts.months(terms.window.first), "opinion.severe"))


@book.kpi("11.7", "survey.satisfaction", at_least="target")
def satisfaction(facts: MonthFacts, terms: Terms) -> Ratio:
    """Callers satisfied with the agent's manner as a share of those who rated it since the term began."""
    return Ratio(*_sums(facts, facts.months(terms.window.first), "survey.satisfied", "survey.rated"))


@book.kpi("11.8", "training.in_time", at_least="target")
def training(facts: MonthFacts) -> Ratio:
    """Current topics on which all agents were trained within 24 hours, as a share of all."""
    return Ratio(*facts.take("training.in_time", "training.topics"))


@book.kpi("11.9", "knowledge.in_time", at_least="target")
def knowledge(facts: MonthFacts) -> Ratio:
    """Updates of the knowledge base within 24 hours of the notice, as a share of all."""
    return Ratio(*facts.take("knowledge.in_time", "knowledge.notices"))


@book.kpi("11.10", "supervision.done", at_least="target")
def supervision(facts: MonthFacts, terms: Terms) -> Ratio:
    """Tasks of supervision done as a share of those set since the quarter began (reading ``quarter-basis``)."""
    terms.over(quarter(terms, facts.month))
    return Ratio(*_sums(facts, facts.months(terms.window.first), "supervision.done", "supervision.tasks"))


@book.kpi("11.11", "reports.deficient", at_most="limit")
def reports(facts: MonthFacts, terms: Terms) -> Count:
    """The month's regular report if late, and what the authority found wrong with any analysis report.

    The regular report is due by the fifth working day of the next month. Where the authority says when it came,
    that day counts, else the vendor's.
    """
    due = add_working_days(facts.month.last, int(terms.value("working_days")))
    faults = Count.of(facts.verified("report.deficient")).days
    said = [*facts.verified("report.monthly")] or [*facts.events("report.monthly", VENDOR)]
    came = _came(facts, [event.end for event in said if event.end])
    if came is None and not faults:
        raise MissingFacts([f"report.monthly {facts.month}（应于{due}前）"])
    if came is not None and came > due:
        faults = {**faults, facts.month.last: faults.get(facts.month.last, 0) + 1}
    return Count(faults, note=f"月度报告应于{due}前提交，{f'{came}提交' if came else '未填报提交日期'}")


def _came(facts: MonthFacts, days: Sequence[date]) -> date | None:
    """The day on which the month's report came; None: nobody says.

    Raises:
        MissingFacts: several days are told, or one before the month began.
    """
    told = sorted(set(days))
    if len(told) > 1:
        raise MissingFacts([f"report.monthly {facts.month}（提交日期互相矛盾：{'、'.join(map(str, told))}）"])
    if told and told[0] < facts.month.first:
        raise MissingFacts([f"report.monthly {facts.month}（提交日期{told[0]}早于当月）"])
    return told[0] if told else None


@book.kpi("11.12", "standards.done", at_least="target")
def standards(facts: MonthFacts, terms: Terms) -> Ratio | None:
    """Standards written and up to date at the month's end, as a share of those required.

    Only the last month's are assessed: an earlier month that lacks them lacks nothing that anything is paid on.
    """
    codes = "standards.done", "standards.required"
    if facts.month.last < terms.window.last and not all(map(facts.has, codes)):
        return None
    return Ratio(*facts.take(*codes))


def _sums(facts: MonthFacts, views: Sequence[MonthFacts], *codes: str) -> list[int]:
    """The sums of measures over several months.

    Raises:
        MissingFacts: some months lack some measure; names all of them.
    """
    if missing := [name for view in views for code in codes for name in view.missing(code)]:
        raise MissingFacts(missing)
    rows = [view.take(*codes) for view in views]
    _note(facts, views)
    return [int(sum(column)) for column in zip(*rows, strict=True)]


def _events(facts: MonthFacts, views: Sequence[MonthFacts], kind: str) -> list[Event]:
    """The authority's events of one kind over several months."""
    found = [event for view in views for event in view.events(kind, AUTHORITY)]
    _note(facts, views)
    return found


def _note(facts: MonthFacts, views: Sequence[MonthFacts]) -> None:
    """Put what the months gave among the inputs of the figure, each under its month."""
    facts.inputs.update({f"{code} {view.month}": value for view in views for code, value in view.inputs.items()})
