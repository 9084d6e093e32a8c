"""Deductions against instalments: taken from the next one due, carried, and at the end a claim.

A deduction is dated by the last day of its window and taken from the first instalment that falls due after
that day and is not an advance. No instalment goes below zero; what it cannot bear is carried to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaohe.contract import Contract
from kaohe.facts import Event, Facts
from kaohe.lateness import late_payment
from kaohe.money import ZERO, split
from kaohe.periods import Month
from kaohe.results import Assessment, Deduction, Instalment, PaymentState, SettledInstalment, Settlement, State, Taken


def schedule(contract: Contract) -> tuple[Instalment, ...]:
    """The instalments as the contract fixes them, to the fen; the last takes the remainder."""
    amounts = split(contract.total, [planned.share for planned in contract.instalments])
    return tuple(
        Instalment(gross=amount, **planned.model_dump(exclude={"share"}))
        for planned, amount in zip(contract.instalments, amounts, strict=True)
    )


@dataclass
class _Due:
    """A deduction on its way to an instalment; ``left`` is what no instalment has borne yet."""

    month: Month
    deduction: Deduction
    left: Decimal


def settle(
    contract: Contract, instalments: Sequence[Instalment], assessments: Sequence[Assessment], facts: Facts, as_of: date
) -> Settlement:
    """What there is to pay as of a day.

    Args:
        contract: the contract.
        instalments: as ``payment_schedule`` gave them, in order.
        assessments: of all months up to ``as_of``.
        facts: facts known on that day; payments and invoices are events among them.
        as_of: the day.
    """
    pending = [
        _Due(assessment.month, deduction, deduction.amount)
        for assessment in assessments
        for deduction in assessment.deductions
        if deduction.amount is not None and deduction.state is State.FINAL
    ]
    total = sum((due.left for due in pending), ZERO)
    settled = tuple(_settle_one(instalment, pending, facts, as_of) for instalment in instalments)
    rest = sum((due.left for due in pending), ZERO)
    over = as_of >= max((i.due for i in instalments if i.due), default=contract.term.last)
    return Settlement(
        instalments=settled,
        deductions=total,
        carried=ZERO if over else rest,
        claim=rest if over else ZERO,
        open=tuple(_open(assessments)),
        liabilities=tuple(late_payment(contract, settled, as_of)),
    )


def _settle_one(instalment: Instalment, pending: Sequence[_Due], facts: Facts, as_of: date) -> SettledInstalment:
    taken = () if instalment.advance else tuple(_take(instalment, pending))
    deducted = sum((part.amount for part in taken), ZERO)
    net = instalment.gross - deducted
    payments = _events(facts, "payment.made", instalment.no)
    invoiced = min((event.on for event in _events(facts, "invoice.received", instalment.no)), default=None)
    paid = sum((net if event.amount is None else event.amount for event in payments), ZERO) if payments else None
    paid_on = _paid_on(payments, net)
    return SettledInstalment(
        **instalment.model_dump(),
        deducted=deducted,
        net=net,
        state=_state(instalment, net, invoiced, paid_on, as_of),
        invoiced=invoiced,
        paid_on=paid_on,
        paid=paid,
        taken=taken,
    )


def _take(instalment: Instalment, pending: Sequence[_Due]) -> Iterable[Taken]:
    room = instalment.gross
    for due in pending:
        if instalment.due is None or due.deduction.window.last >= instalment.due:
            continue
        if amount := min(room, due.left):
            due.left -= amount
            room -= amount
            yield Taken(month=due.month, clause=due.deduction.clause, amount=amount)


def _paid_on(payments: Sequence[Event], net: Decimal) -> date | None:
    """The day on which the payments had reached what was due."""
    paid = ZERO
    for event in sorted(payments, key=lambda event: event.on):
        paid += net if event.amount is None else event.amount
        if paid >= net:
            return event.on
    return None


def _state(
    instalment: Instalment, net: Decimal, invoiced: date | None, paid_on: date | None, as_of: date
) -> PaymentState:
    if paid_on:
        return "paid"
    if net and invoiced and instalment.due and as_of > max(invoiced, instalment.due):
        return "overdue"
    return "payable" if invoiced or (instalment.due and as_of >= instalment.due) else "upcoming"


def _events(facts: Facts, kind: str, no: int) -> list[Event]:
    return [s.event for s in facts.events if s.event.kind == kind and s.event.instalment == no]


def _open(assessments: Sequence[Assessment]) -> Iterable[str]:
    for assessment in assessments:
        for deduction in assessment.deductions:
            if deduction.amount is None or deduction.state is not State.FINAL:
                yield f"{assessment.month} {deduction.clause} {deduction.state}"
