"""What either side may do about a breach: third parties at the vendor's cost (5.4), ending the contract (8.3, 8.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from kaohe import (
    AUTHORITY,
    Contract,
    Event,
    Facts,
    Liability,
    SettledInstalment,
    Settlement,
    State,
    Termination,
    show,
)

GROUNDS: Mapping[str, str] = {
    "8.3.1": "service.not_provided",
    "8.3.2": "purpose.defeated",
    "8.3.4": "leak.major",
    "8.3.6": "vendor.changed",
    "8.3.7": "breach.grave",
}
"""By clause, the finding that is a ground by itself."""


def third_parties(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """5.4: what a third party cost, owed by the vendor where an order was not met within seven days."""
    days = timedelta(days=int(contract.clause("5.4").value("days", as_of)))
    issued = _orders(facts, as_of)
    for cost in _found(facts, "thirdparty.cost", as_of):
        orders = [order for order in issued if order.ref == cost.ref]
        unmet = (order for order in orders if _is_unmet(order, order.on + days, cost))
        yield _third_party(cost, next(unmet, orders[-1] if orders else None), days)


def _orders(facts: Facts, as_of: date) -> list[Event]:
    """The orders in order of date; of two with one number and one day, that which says when it was met."""
    orders: dict[tuple[str | None, date], Event] = {}
    for event in _found(facts, "notice.issued", as_of):
        known = orders.get((event.ref, event.on), event)
        orders[event.ref, event.on] = min(known, event, key=lambda order: order.end or date.max)
    return list(orders.values())


def _is_unmet(order: Event, due: date, cost: Event) -> bool:
    """Whether the order's time was over without its being met before the third party was called in."""
    return cost.on > due and not (order.end and order.end <= due)


def _third_party(cost: Event, notice: Event | None, days: timedelta) -> Liability:
    told, amount = f"{cost.on}由第三方代为完成", cost.amount
    assert amount is not None, "intake requires it"
    if notice is None:
        formula = f"{told}，费用{show(amount)}：没有整改通知 {cost.ref} 的记录，无从认定"
        return Liability(clause="5.4", party="vendor", amount=None, state=State.INCOMPLETE, formula=formula)
    due = notice.on + days
    told += f"；{notice.on}的整改通知 {notice.ref} 应于{due}前完成"
    if not _is_unmet(notice, due, cost):
        why = f"已于{notice.end}完成" if notice.end and notice.end <= due else "当时整改期限未满"
        formula = f"{told}，{why} = 0.00"
        return Liability(clause="5.4", party="vendor", amount=amount * 0, state=State.FINAL, formula=formula)
    return Liability(
        clause="5.4",
        party="vendor",
        amount=amount,
        state=State.FINAL,
        formula=f"{told}，{f'{notice.end}才完成' if notice.end else '没有完成'}；费用 = {show(amount)}",
        notes=("乙方不付的，甲方可以从下一期付款中扣",),
    )


def terminations(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Iterator[Termination]:
    """8.3 and 8.4: the rights to end the contract that have arisen, in the order of the contract."""
    grounds = [*_findings(facts, as_of), *_severe(contract, facts, as_of), *_outages(contract, facts, as_of)]
    yield from sorted(grounds, key=lambda right: (right.clause, right.since))
    yield from _late_payments(contract, settlement, as_of)


def _findings(facts: Facts, as_of: date) -> Iterator[Termination]:
    for clause, kind in GROUNDS.items():
        for event in _found(facts, kind, as_of):
            detail = f"{facts.catalogue.events[kind].label}{f'，{event.ref}' if event.ref else ''}"
            yield Termination(clause=clause, party="authority", since=event.on, detail=detail)


def _severe(contract: Contract, facts: Facts, as_of: date) -> Iterator[Termination]:
    """8.3.3: on the day of the second severe event."""
    least, count = contract.clause("8.3.3").value("events", as_of), 0
    for event in _found(facts, "opinion.severe", as_of):
        if count < least <= count + event.count:
            detail = f"至{event.on}严重舆论事件{count + event.count}件，达到{least}件"
            yield Termination(clause="8.3.3", party="authority", since=event.on, detail=detail)
        count += event.count


def _outages(contract: Contract, facts: Facts, as_of: date) -> Iterator[Termination]:
    """8.3.5: an interruption of more than six hours."""
    hours = contract.clause("8.3.5").value("hours", as_of)
    for event in _found(facts, "service.outage", as_of):
        if event.value is not None and event.value > hours:
            detail = f"连续中断{event.value}小时，超过{hours}小时"
            yield Termination(clause="8.3.5", party="authority", since=event.on, detail=detail)


def _late_payments(contract: Contract, settlement: Settlement, as_of: date) -> Iterator[Termination]:
    """8.4: the authority 30 days late, counted from the due date or from the invoice where that came later."""
    days = int(contract.clause("8.4").value("days", as_of))
    for instalment in settlement.instalments:
        since = instalment.late_since
        if since and instalment.late_days >= days:
            paid = f"{instalment.paid_on}付清" if instalment.paid_on else "尚未付清"
            detail = f"{_told(instalment, since)}，{paid}，逾期{instalment.late_days}天"
            yield Termination(clause="8.4", party="vendor", since=since + timedelta(days=days), detail=detail)


def _told(instalment: SettledInstalment, since: date) -> str:
    """By when an instalment was to be paid, and that its invoice came later where delay runs from it."""
    if since == instalment.invoiced and instalment.due and instalment.due < since:
        return f"第{instalment.no}期应于{instalment.due}前付，发票于{since}收到，逾期从收到发票的次日算起"
    return f"第{instalment.no}期应于{since}前付"


def _found(facts: Facts, kind: str, as_of: date) -> list[Event]:
    """The authority's events of one kind up to a day, in order of date."""
    return [event for event in facts.of_kind(kind, source=AUTHORITY) if event.on <= as_of]
