"""Deductions against instalments: taken from the next one due, carried, and at the end a claim.

A deduction is dated by the last day of its window and taken from the first instalment that falls due after
that day and is not an advance. No instalment goes below zero; what it cannot bear is carried to the next. An
instalment whose amount is not known yet bears no more than the least that it can come to; one that was paid
bears no more than what was held back, so that a deduction found later is taken from the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kaohe.assessment import Assessment, Deduction, State
from kaohe.calendar import add_working_days
from kaohe.catalogue import DECIDED
from kaohe.contract import Contract
from kaohe.errors import CalendarError
from kaohe.facts import Facts
from kaohe.lateness import late_payment
from kaohe.money import ZERO, split, yuan
from kaohe.payable import Bond, Instalment, SettledInstalment, Settlement, Taken
from kaohe.payments import Payments, with_agreed_date
from kaohe.periods import Month
from kaohe.timeliness import Known, KnownOn, Standing


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
    known_on: KnownOn | None = None,
) -> Settlement:
    """What there is to pay as of a day, with what late payment costs and nothing else that is owed beyond the price.

    Args:
        contract: the contract.
        instalments: as ``payment_schedule`` gave them, in order.
        assessments: of all months up to ``as_of``.
        facts: facts known on that day; payments and invoices are events among them.
        as_of: the day.
        known_on: what was known on the days of payment; None: nothing but what is known now.
    """
    pending = [
        _Due(assessment.month, deduction, deduction.amount)
        for assessment in assessments
        for deduction in assessment.deductions
        if deduction.amount is not None and deduction.state is State.FINAL
    ]
    total = sum((due.left for due in pending), ZERO)
    unknown, known = list(_unknown(assessments)), known_on or _as_now
    settled = tuple(
        _settle_one(with_agreed_date(instalment, facts), pending, unknown, facts, as_of, known)
        for instalment in instalments
    )
    rest = sum((due.left for due in pending), ZERO)
    over = as_of >= _last_day(contract, settled)
    return Settlement(
        instalments=settled,
        deductions=total,
        carried=ZERO if over else rest,
        claim=rest if over else ZERO,
        open=tuple(_open(assessments)),
        liabilities=tuple(late_payment(contract, settled, facts)),
        bonds=tuple(_bonds(contract, facts, as_of)),
    )


def _as_now(no: int, day: date) -> Known | None:
    return None


def _settle_one(
    instalment: Instalment,
    pending: Sequence[_Due],
    unknown: list[tuple[Month, Deduction]],
    facts: Facts,
    as_of: date,
    known_on: KnownOn,
) -> SettledInstalment:
    payments = Payments.of(instalment.no, facts)
    taken = () if instalment.advance else tuple(_take(instalment, pending, payments))
    deducted = sum((part.amount for part in taken), ZERO)
    net = None if instalment.gross is None else instalment.gross - deducted
    at_most = not instalment.advance and any(_bears(instalment, one.window.last) for _, one in unknown)
    standing = Standing.of(instalment, net, payments, as_of, known_on, at_most=at_most, acts=_acts(facts))
    return SettledInstalment(
        **instalment.model_dump(),
        deducted=deducted,
        net=net,
        state=standing.state,
        invoiced=payments.invoiced,
        paid_on=standing.paid_on,
        paid=payments.total if payments.made else None,
        net_known=None if standing.known.net == net else standing.known.net,
        outstanding=standing.outstanding(net, payments.total),
        late_since=standing.late_since,
        late_days=standing.late_days,
        taken=taken,
        open=() if instalment.advance or standing.paid_on else _awaited(instalment, unknown),
    )


def _acts(facts: Facts) -> Sequence[date]:
    """The days on which the authority ruled, exempted or decided on an objection: what may raise an instalment."""
    said = (event for kind in ("ruling", "exemption") for event in facts.of_kind(kind))
    decided = (remark.event for remark in facts.trail if remark.event.kind == DECIDED)
    return sorted({event.on for event in (*said, *decided)})


def _awaited(instalment: Instalment, unknown: list[tuple[Month, Deduction]]) -> tuple[str, ...]:
    """The deductions of unknown amount that come to this instalment; each comes to the first that can bear it."""
    mine = tuple(_told(month, one) for month, one in unknown if _bears(instalment, one.window.last))
    unknown[:] = [(month, one) for month, one in unknown if not _bears(instalment, one.window.last)]
    return mine


def _take(instalment: Instalment, pending: Sequence[_Due], payments: Payments) -> Iterable[Taken]:
    """What the instalment bears: no more than what was not paid out in spite of it."""
    room = instalment.gross if instalment.gross is not None else instalment.at_least or ZERO
    room = max(room - payments.total, ZERO)
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


def _last_day(contract: Contract, instalments: Sequence[Instalment]) -> date:
    """The day after whose coming no instalment bears anything more; one of unknown amount may, however late."""
    if any(i.gross is None and not i.advance for i in instalments):
        return date.max
    days = [i.due or i.earliest for i in instalments if not i.advance]
    return max((day for day in days if day), default=contract.term.last)


def _bonds(contract: Contract, facts: Facts, as_of: date) -> Iterable[Bond]:
    if (terms := contract.bond) is None:
        return
    try:
        by = add_working_days(contract.term.last, terms.return_working_days)
    except CalendarError:
        by = None
    returned_on = min((event.on for event in facts.of_kind("bond.returned")), default=None)
    late_days = max(((returned_on or as_of) - by).days, 0) if by else 0
    over: Literal["overdue", "due back", "held"]
    over = "overdue" if late_days else "due back" if as_of > contract.term.last else "held"
    yield Bond(
        clause=terms.clause,
        label=terms.label,
        amount=yuan(Fraction(contract.total) * terms.share),
        return_by=by,
        state="returned" if returned_on else over,
        returned_on=returned_on,
        late_days=late_days,
    )


def _open(assessments: Sequence[Assessment]) -> Iterable[str]:
    """The deductions that are not final."""
    for month, deduction in _last_shown(assessments):
        if (deduction.amount is None and deduction.points is None) or deduction.state is not State.FINAL:
            yield _told(month, deduction)


def _unknown(assessments: Sequence[Assessment]) -> Iterable[tuple[Month, Deduction]]:
    """The deductions of money whose amount cannot be said yet; points, where all that is known is points, are none."""
    shown = list(_last_shown(assessments))
    if any(deduction.amount is not None for _, deduction in shown):
        yield from ((month, one) for month, one in shown if one.amount is None and one.points is None)


def _last_shown(assessments: Sequence[Assessment]) -> Iterable[tuple[Month, Deduction]]:
    """All deductions; of one that is shown month by month before its window is over, the last."""
    latest = {(d.clause, d.code, d.window): a.month for a in assessments for d in a.deductions}
    for assessment in assessments:
        for deduction in assessment.deductions:
            if latest[deduction.clause, deduction.code, deduction.window] == assessment.month:
                yield assessment.month, deduction


def _told(month: Month, deduction: Deduction) -> str:
    return f"{month} {deduction.clause} {deduction.state}"
