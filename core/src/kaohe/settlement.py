"""Deductions against instalments: taken from the next one due, carried, and at the end a claim.

A deduction is dated by the last day of its window and taken from the first instalment that falls due after
that day and is not an advance. No instalment goes below zero; what it cannot bear is carried to the next. An
instalment whose amount is not known yet bears no more than the least that it can come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kaohe.calendar import add_working_days
from kaohe.contract import Contract
from kaohe.facts import Event, Facts
from kaohe.lateness import late_payment
from kaohe.money import ZERO, split, yuan
from kaohe.periods import Month
from kaohe.results import (
    Assessment,
    Bond,
    Deduction,
    Instalment,
    Liability,
    PaymentState,
    SettledInstalment,
    Settlement,
    State,
    Taken,
)


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
    contract: Contract,
    instalments: Sequence[Instalment],
    assessments: Sequence[Assessment],
    facts: Facts,
    as_of: date,
    beyond: Sequence[Liability] = (),
) -> Settlement:
    """What there is to pay as of a day.

    Args:
        contract: the contract.
        instalments: as ``payment_schedule`` gave them, in order.
        assessments: of all months up to ``as_of``.
        facts: facts known on that day; payments and invoices are events among them.
        as_of: the day.
        beyond: liabilities other than for late payment.
    """
    pending = [
        _Due(assessment.month, deduction, deduction.amount)
        for assessment in assessments
        for deduction in assessment.deductions
        if deduction.amount is not None and deduction.state is State.FINAL
    ]
    total = sum((due.left for due in pending), ZERO)
    settled = tuple(_settle_one(_dated(instalment, facts), pending, facts, as_of) for instalment in instalments)
    rest = sum((due.left for due in pending), ZERO)
    over = as_of >= max((i.due for i in settled if i.due), default=contract.term.last)
    return Settlement(
        instalments=settled,
        deductions=total,
        carried=ZERO if over else rest,
        claim=rest if over else ZERO,
        open=tuple(_open(assessments)),
        liabilities=(*late_payment(contract, settled, facts, as_of), *beyond),
        bonds=tuple(_bonds(contract, facts, as_of)),
    )


def _dated(instalment: Instalment, facts: Facts) -> Instalment:
    """The instalment, with the due date that the parties agreed where the contract sets none."""
    agreed = [event.on for event in _events(facts, "payment.agreed", instalment.no)]
    if instalment.due or not agreed:
        return instalment
    return instalment.model_copy(update={"due": max(agreed)})


def _settle_one(instalment: Instalment, pending: Sequence[_Due], facts: Facts, as_of: date) -> SettledInstalment:
    taken = () if instalment.advance else tuple(_take(instalment, pending))
    deducted = sum((part.amount for part in taken), ZERO)
    net = None if instalment.gross is None else instalment.gross - deducted
    payments = _events(facts, "payment.made", instalment.no)
    invoiced = min((event.on for event in _events(facts, "invoice.received", instalment.no)), default=None)
    paid = sum((event.amount or net or ZERO for event in payments), ZERO) if payments else None
    paid_on = max(event.on for event in payments) if paid is not None and net is not None and paid >= net else None
    return SettledInstalment(
        **instalment.model_dump(),
        deducted=deducted,
        net=net,
        state=_state(instalment, invoiced, paid_on, as_of),
        invoiced=invoiced,
        paid_on=paid_on,
        paid=paid,
        taken=taken,
    )


def _take(instalment: Instalment, pending: Sequence[_Due]) -> Iterable[Taken]:
    room = instalment.gross if instalment.gross is not None else instalment.at_least or ZERO
    for due in pending:
        if not _bears(instalment, due.deduction.window.last):
            continue
        if amount := min(room, due.left):
            due.left -= amount
            room -= amount
            yield Taken(month=due.month, clause=due.deduction.clause, amount=amount)


def _bears(instalment: Instalment, day: date) -> bool:
    """Whether it falls due after the day; one without a due date counts from the day it can be asked for."""
    due = instalment.due or instalment.earliest
    return due is not None and day < due


def _state(instalment: Instalment, invoiced: date | None, paid_on: date | None, as_of: date) -> PaymentState:
    if paid_on:
        return "paid"
    if instalment.waits_for or instalment.gross is None:
        return "upcoming"
    if invoiced and instalment.due and as_of > max(invoiced, instalment.due):
        return "overdue"
    since = instalment.earliest or instalment.due
    return "payable" if invoiced or (since and as_of >= since) else "upcoming"


def _bonds(contract: Contract, facts: Facts, as_of: date) -> Iterable[Bond]:
    if (terms := contract.bond) is None:
        return
    by = add_working_days(contract.term.last, terms.return_working_days)
    returned = any(s.event.kind == "bond.returned" for s in facts.events)
    yield Bond(
        clause=terms.clause,
        label=terms.label,
        amount=yuan(Fraction(contract.total) * terms.share),
        return_by=by,
        state="returned" if returned else "held" if as_of <= by else "due back",
    )


def _events(facts: Facts, kind: str, no: int) -> list[Event]:
    return [s.event for s in facts.events if s.event.kind == kind and s.event.instalment == no]


def _open(assessments: Sequence[Assessment]) -> Iterable[str]:
    for assessment in assessments:
        for deduction in assessment.deductions:
            if (deduction.amount is None and deduction.points is None) or deduction.state is not State.FINAL:
                yield f"{assessment.month} {deduction.clause} {deduction.state}"
