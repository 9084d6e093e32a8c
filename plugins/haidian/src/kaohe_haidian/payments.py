"""When Haidian's contract pays and how much (article 9), and what paying late costs (10.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kaohe import (
    Contract,
    Event,
    Facts,
    Instalment,
    Liability,
    MissingFacts,
    SettledInstalment,
    Settlement,
    State,
    add_working_days,
    is_working_day,
    percent,
    schedule,
    show,
    yuan,
)

LATE = "10.1"


def instalments(contract: Contract, facts: Facts) -> tuple[Instalment, ...]:
    """Clauses 9.1 to 9.3: the first as planned, the next three by application, the tail as confirmed."""
    special = {"9.2": _on_application, "9.3": _as_confirmed}
    return tuple(
        special[planned.clause](planned, contract, facts) if planned.clause in special else planned
        for planned in schedule(contract)
    )


def _on_application(planned: Instalment, contract: Contract, facts: Facts) -> Instalment:
    """Clause 9.2: due so many working days after the application, once the period has begun."""
    applied = min((event.on for event in _events(facts, "payment.applied", planned.no)), default=None)
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
    """Clause 9.3: as both sides last confirmed, before that up to the ceiling."""
    confirmed = _events(facts, "tail.confirmed")
    if confirmed:
        return planned.model_copy(update={"gross": confirmed[-1].amount})
    ceiling = yuan(contract.clause(planned.clause).value("most", contract.term.last))
    waits = ("双方确认的尾款金额",)
    return planned.model_copy(update={"gross": None, "at_most": ceiling, "waits_for": waits})


def interest(contract: Contract, settlement: Settlement, facts: Facts) -> Iterator[Liability]:
    """Clause 10.1: demand-deposit interest on what the vendor advanced, for each instalment that is or was late."""
    for instalment in settlement.instalments:
        if instalment.late_since:
            until = instalment.late_since + timedelta(days=instalment.late_days)
            yield _interest(contract, instalment, (instalment.late_since, until), facts)


def _interest(contract: Contract, instalment: SettledInstalment, late: tuple[date, date], facts: Facts) -> Liability:
    told = f"第{instalment.no}期：应于{late[0]}前付，至{late[1]}逾期{instalment.late_days}天"
    if _events(facts, "payment.excused", instalment.no):
        return _owed(Decimal(0), State.FINAL, f"{told}，因审计或财政拨款延迟免责 = 0.00")
    advances = _events(facts, "vendor.advanced", instalment.no)
    if not advances:
        return _owed(None, State.INCOMPLETE, f"{told}；主管单位未填报乙方垫付的金额和日期（vendor.advanced）")
    parts, lines = Fraction(0), []
    for advance in advances:
        part, line = _on_advance(contract, advance, late, facts)
        if part is None:
            return _owed(None, State.NEEDS_RULING, f"{told}；{line}：未填报人民银行活期存款利率（deposit.rate）")
        parts += part
        lines.append(line)
    amount = yuan(parts)
    state = State.FINAL if instalment.paid_on else State.PROVISIONAL
    return _owed(amount, state, f"{told}；{' + '.join(lines)} = {show(amount)}")


def _on_advance(
    contract: Contract, advance: Event, late: tuple[date, date], facts: Facts
) -> tuple[Fraction | None, str]:
    """Interest on one sum for the days after it was advanced and the payment was due; None without a rate."""
    sum_ = Fraction(advance.amount or 0)
    since = max(late[0], advance.on)
    days = [since + timedelta(days=n) for n in range(1, (late[1] - since).days + 1)]
    year = contract.clause(LATE).value("year_days", late[1])
    # Why fewer days bear interest than the payment was late: the vendor advanced the sum later.
    after = f"{advance.on}才垫付，自次日起计息" if advance.on > late[0] else f"{advance.on}垫付，计息"
    told = f"乙方垫付{show(yuan(sum_))}（{after}{len(days)}天）"
    if not sum_ or not days:
        return Fraction(0), told
    rates = [_rate(facts, day) for day in days]
    known = [Fraction(rate) for rate in rates if rate is not None]
    if len(known) < len(rates):
        return None, told
    shown = "/".join(percent(rate) for rate in dict.fromkeys(rate for rate in rates if rate is not None))
    return sum_ * sum(known, Fraction(0)) / Fraction(year), f"{told} × {len(days)}天 × {shown} ÷ {year}"


def _rate(facts: Facts, day: date) -> Decimal | None:
    """The demand-deposit rate of a day, as the authority reported it."""
    return next((event.value for event in reversed(_events(facts, "deposit.rate")) if event.on <= day), None)


def _owed(amount: Decimal | None, state: State, formula: str) -> Liability:
    return Liability(clause=LATE, party="authority", amount=amount, state=state, formula=formula)


def _events(facts: Facts, kind: str, no: int | None = None) -> list[Event]:
    """The events of one kind, of one instalment or of all, in order of date."""
    return [s.event for s in facts.events if s.event.kind == kind and no in (None, s.event.instalment)]
