"""When Haidian's contract pays and how much (article 9); what paying late costs is in ``interest``."""

from __future__ import annotations

from datetime import date

from kaohe import (
    Contract,
    Facts,
    Instalment,
    MissingFacts,
    add_working_days,
    is_working_day,
    schedule,
    yuan,
)


def instalments(contract: Contract, facts: Facts) -> tuple[Instalment, ...]:
    """Clauses 9.1 to 9.3: the first as planned, the next three by application, the tail as confirmed."""
    special = {"9.2": _on_application, "9.3": _as_confirmed}
    return tuple(
        special[planned.clause](planned, contract, facts) if planned.clause in special else planned
        for planned in schedule(contract)
    )


def _on_application(planned: Instalment, contract: Contract, facts: Facts) -> Instalment:
    """Clause 9.2: due so many working days after the application, once the period has begun."""
    applied = min((event.on for event in facts.of_kind("payment.applied", planned.no)), default=None)
    if applied is None:
        return planned.model_copy(update={"waits_for": ("供应商的付款申请",)})
    received = max(applied, planned.earliest or applied)
    days = int(contract.clause(planned.clause).value("working_days", received))
    try:
        due = add_working_days(_next_working_day(received), days)
    except MissingFacts as unknown:
        return planned.model_copy(update={"waits_for": unknown.names})
    return planned.model_copy(update={"due": due})


def _next_working_day(day: date) -> date:
    """The day itself where it is a working day, else the next one: nobody receives an application on a day off."""
    return day if is_working_day(day) else add_working_days(day, 1)


def _as_confirmed(planned: Instalment, contract: Contract, facts: Facts) -> Instalment:
    """Clause 9.3: as both sides last confirmed; before that, and where two of one day differ, up to the ceiling."""
    confirmed = facts.of_kind("tail.confirmed")
    last = {event.amount for event in confirmed if event.on == confirmed[-1].on}
    if len(last) == 1:
        return planned.model_copy(update={"gross": last.pop()})
    ceiling = yuan(contract.clause(planned.clause).value("most", contract.term.last))
    waits = f"双方确认的尾款金额{f'（{confirmed[-1].on}的几份确认不一致）' if confirmed else ''}"
    return planned.model_copy(update={"gross": None, "at_most": ceiling, "waits_for": (waits,)})
