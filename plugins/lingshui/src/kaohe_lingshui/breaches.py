"""Article 8: what the vendor (or, under 8.6, either side) owes for a breach, and the rights that arise with it.

Every breach is an event that the authority reports. What late payment costs the authority core works out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from kaohe import (
    Contract,
    Event,
    Facts,
    Liability,
    Settlement,
    State,
    Termination,
    add_working_days,
    percent,
    show,
    yuan,
)

from kaohe_lingshui.repeats import latest

Party = Literal["authority", "vendor"]
PARTY = {"authority": "甲方", "vendor": "乙方"}

REFUND_OF_EXCESS = "乙方还应退还已付款项中超出实际人工等费用的部分，金额须举证"
REFUND_OF_ALL = "乙方还应退还甲方已付的全部款项"
SEVERE = {
    "contract.abandoned": ("8.3", "乙方擅自终止履行", REFUND_OF_EXCESS),
    "cure.failed": ("8.4", "乙方拒不纠正或未能纠正违约", REFUND_OF_EXCESS),
    "contract.assigned": ("8.5", "乙方未经同意转让合同", REFUND_OF_ALL),
}
"""Breaches that cost a share of the price each: their clause, what happened, and what is refunded beside."""


def liabilities(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """What either side owes beyond the price, in the order of the clauses."""
    for event in latest(facts.of_kind("service.delayed")):
        yield from _delay(contract, event, as_of)
    for kind, (no, what, refund) in SEVERE.items():
        for event in facts.of_kind(kind):
            yield from _penalties(contract, no, "vendor", event, what, refund)
    for event in latest(facts.of_kind("breach.unremedied")):
        if _unremedied_since(contract, event, as_of):
            what = f"{event.start}通知后未履行"
            yield from _penalties(contract, "8.6", _party(event), event, what)


def terminations(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Iterator[Termination]:
    """The rights to end the contract that have arisen, in the order of the clauses."""
    yield from _after_suspension(contract, facts, as_of, settlement)
    yield from _after_delay(contract, facts, as_of)
    for kind, (no, what, _) in SEVERE.items():
        for event in facts.of_kind(kind):
            yield Termination(clause=no, party="authority", since=event.on, detail=_with_ref(what, event))
    yield from _after_notice(contract, facts, as_of)


def _after_suspension(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Iterator[Termination]:
    """8.1: the instalment over which the service was suspended is not paid when the days of suspension are over.

    Only days on which the vendor had the right to suspend count. Fiscal delay gives it none, nor does an instalment
    that is not late, however late others were.
    """
    instalments, excused = {instalment.no: instalment for instalment in settlement.instalments}, _excused(facts)
    for event in facts.of_kind("service.suspended"):
        assert event.instalment, "intake requires it"
        if event.instalment in excused:
            continue
        instalment = instalments[event.instalment]
        right_from = _may_suspend_from(contract, facts, settlement) if instalment.due else event.on
        if right_from is None or (instalment.due and instalment.late_since is None):
            continue
        begun = max(event.on, right_from)
        last = begun + timedelta(days=_whole(contract, "8.1", "suspended_days", event.on))
        if (instalment.paid_on or as_of) > last:
            early = f"（{begun}起才有权暂停）" if event.on < begun else ""
            detail = f"{event.on}起暂停服务{early}，第{event.instalment}期仍未付清"
            yield Termination(clause="8.1", party="vendor", since=last + timedelta(days=1), detail=detail)


def _may_suspend_from(contract: Contract, facts: Facts, settlement: Settlement) -> date | None:
    """The first day of more delay than the vendor has to bear, of all instalments together; None: there is none."""
    assert contract.late_payment, "8.1 has one"
    assert contract.late_payment.right, "8.1 gives one"
    excused = _excused(facts)
    late = sorted(
        {
            instalment.late_since + timedelta(days=n)
            for instalment in settlement.instalments
            if instalment.late_since and instalment.no not in excused
            for n in range(1, instalment.late_days + 1)
        }
    )
    borne = contract.late_payment.right.after
    return late[borne] if len(late) > borne else None


def _excused(facts: Facts) -> set[int | None]:
    """The instalments whose delay the authority reported as fiscal."""
    return {event.instalment for event in facts.of_kind("payment.excused")}


def _after_delay(contract: Contract, facts: Facts, as_of: date) -> Iterator[Termination]:
    for event in latest(facts.of_kind("service.delayed")):
        days, allowed = _days_late(event, as_of), _whole(contract, "8.2", "days", event.on)
        if days > allowed and event.start:
            since = event.start + timedelta(days=allowed + 1)
            detail = f"迟延{days}天，超过{allowed}天"
            yield Termination(clause="8.2", party="authority", since=since, detail=detail)


def _after_notice(contract: Contract, facts: Facts, as_of: date) -> Iterator[Termination]:
    for event in latest(facts.of_kind("breach.unremedied")):
        if since := _unremedied_since(contract, event, as_of):
            other: Party = "authority" if _party(event) == "vendor" else "vendor"
            detail = _with_ref(f"{PARTY[_party(event)]}在{event.start}的通知后未履行", event)
            yield Termination(clause="8.6", party=other, since=since, detail=detail)


def vendor_breaches(contract: Contract, facts: Facts, as_of: date) -> tuple[str, ...]:
    """The vendor's breaches by clause, for the renewal."""
    return tuple(liability.clause for liability in liabilities(contract, facts, as_of) if liability.party == "vendor")


def _delay(contract: Contract, event: Event, as_of: date) -> Iterator[Liability]:
    """8.2: so much for each day, uncapped, and a penalty once the delay is longer than the days allowed."""
    days, allowed = _days_late(event, as_of), _whole(contract, "8.2", "days", event.on)
    if not days:
        return
    rate = contract.clause("8.2").value("per_day", event.on)
    amount = yuan(days * rate * contract.total)
    yield Liability(
        clause="8.2",
        party="vendor",
        amount=amount,
        state=State.FINAL if event.end and event.end <= as_of else State.PROVISIONAL,
        formula=f"应于{event.start}提供服务，迟延{days}天 × 每天{percent(rate)} × {_total(contract)} = {show(amount)}",
        notes=("合同没有约定上限",),
    )
    if days > allowed:
        yield from _penalties(contract, "8.2", "vendor", event, f"迟延超过{allowed}天")


def _penalties(contract: Contract, no: str, party: Party, event: Event, what: str, *notes: str) -> Iterator[Liability]:
    """A share of the price for each breach; losses come on top."""
    share = contract.clause(no).value("penalty", event.on)
    each = yuan(share * contract.total)
    amount = event.count * each
    times = f"{event.count} × " if event.count > 1 else ""
    formula = f"{event.on}，{_with_ref(what, event)}：{times}{percent(share)} × {_total(contract)} = {show(amount)}"
    yield Liability(clause=no, party=party, amount=amount, state=State.FINAL, formula=formula, notes=notes)


def _total(contract: Contract) -> str:
    return f"合同总额{show(contract.total)}"


def _days_late(event: Event, as_of: date) -> int:
    assert event.start, "intake requires it"
    return max((_until(event, as_of) - event.start).days, 0)


def _until(event: Event, as_of: date) -> date:
    """The day on which it was over, or the day asked about while it lasts."""
    return min(event.end or as_of, as_of)


def _unremedied_since(contract: Contract, event: Event, as_of: date) -> date | None:
    """The day after the days of grace if nothing had been done by then; None: it was, or they are not over."""
    assert event.start, "intake requires it"
    deadline = add_working_days(event.start, _whole(contract, "8.6", "days", event.on))
    return deadline + timedelta(days=1) if _until(event, as_of) > deadline else None


def _party(event: Event) -> Party:
    return "authority" if event.option == "authority" else "vendor"


def _whole(contract: Contract, no: str, name: str, on: date) -> int:
    value: Decimal = contract.clause(no).value(name, on)
    return int(value)


def _with_ref(what: str, event: Event) -> str:
    return f"{what}（{event.ref}）" if event.ref else what
