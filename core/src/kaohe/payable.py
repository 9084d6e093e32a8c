"""What there is to pay: instalments before and after deductions, what a side owes beyond the price, bonds."""

from __future__ import annotations

from datetime import date
from typing import Literal

from kaohe.assessment import State
from kaohe.model import Record
from kaohe.money import ZERO, Money
from kaohe.periods import Month


class Instalment(Record):
    """An instalment before deductions, as ``payment_schedule`` gives it.

    Attributes:
        no: its number.
        label: its Chinese name.
        gross: yuan before deductions; None while it is not known.
        at_least: the least that ``gross`` can come to, while it is not known.
        at_most: the most that it can come to, while it is not known.
        earliest: the first day on which it can be asked for; None: no day is set.
        due: the last day on which payment is in time; None: no day is set.
        advance: True where no deduction is taken from it.
        waits_for: what has to happen before it can be paid, beside the invoice.
        notes: how ``gross`` comes about, where the contract does not fix it, and by which readings.
        clause: the clause that fixes it.
    """

    no: int
    label: str
    gross: Money | None
    at_least: Money | None = None
    at_most: Money | None = None
    earliest: date | None = None
    due: date | None
    advance: bool = False
    waits_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    clause: str


class Taken(Record):
    """Part of a deduction that an instalment bears."""

    month: Month
    clause: str
    amount: Money


PaymentState = Literal["upcoming", "payable", "overdue", "paid"]


class SettledInstalment(Instalment):
    """An instalment after deductions.

    Attributes:
        deducted: yuan taken from it; ``gross = deducted + net``.
        net: yuan to pay; None while ``gross`` is not known.
        state: ``upcoming``, ``payable`` (due, or invoiced), ``overdue`` or ``paid``. Part of it having been paid, it is
            not called overdue as long as ``open`` may be what was held back.
        invoiced: the day the vendor's invoice came, if known.
        paid_on: the day on which it had been paid in full by what was known on that day; None: it has not been.
        paid: yuan paid; None: nothing was.
        net_known: what ``net`` was on the day of payment, where rulings or findings have raised it since; else None.
        outstanding: yuan of ``net`` that became known only after payment: owed, but with no due date, so never late.
        late_since: the day after which payment was, or is, late; None: it is not.
        late_days: days of delay until it was paid, or until the day of the settlement.
        taken: which deductions make up ``deducted``.
        open: deductions that it is to bear and whose amount is not known yet, as ``2026-03 4.4 needs-ruling``.
    """

    deducted: Money
    net: Money | None
    state: PaymentState
    invoiced: date | None = None
    paid_on: date | None = None
    paid: Money | None = None
    net_known: Money | None = None
    outstanding: Money = ZERO
    late_since: date | None = None
    late_days: int = 0
    taken: tuple[Taken, ...] = ()
    open: tuple[str, ...] = ()


class Liability(Record):
    """What one side owes beyond the price.

    Attributes:
        clause: the clause that says so.
        party: who owes it.
        amount: yuan as of the day of the settlement; None where it cannot be said.
        state: ``final`` once it cannot grow any more, else ``provisional``.
        formula: how it comes about: the days from and to, the rate, what it is taken of.
        notes: what bears on it, such as a cap or an invoice that came late, and rights that have arisen with it.
    """

    clause: str
    party: Literal["authority", "vendor"]
    amount: Money | None
    state: State
    formula: str
    notes: tuple[str, ...] = ()


class Bond(Record):
    """Security that the vendor gave for its performance.

    Attributes:
        clause: the clause that asks for it.
        label: its Chinese name.
        amount: yuan.
        return_by: the last day on which it has to be given back; None while that year's public holidays are not known.
        state: ``held`` during the term, then ``due back``, ``overdue`` after ``return_by``, or ``returned``.
        returned_on: the day it was given back; None: it was not.
        late_days: days after ``return_by`` until it was given back, or until the day of the settlement.
    """

    clause: str
    label: str
    amount: Money
    return_by: date | None
    state: Literal["held", "due back", "overdue", "returned"]
    returned_on: date | None = None
    late_days: int = 0


class Settlement(Record):
    """What there is to pay: instalments less deductions, what is carried, and what remains as a claim.

    Always: ``sum(gross)`` is no more than the contract total, and the total itself where the price is fixed;
    ``sum(deducted) + carried + claim = deductions``.

    Attributes:
        instalments: in order.
        deductions: yuan of all final deductions.
        carried: yuan that no instalment could bear yet.
        claim: yuan left after the last instalment was due: a claim on the vendor.
        open: deductions whose amount is not known yet, as ``2026-03 4.4 needs-ruling``.
        liabilities: of either side.
        bonds: security given by the vendor.
    """

    instalments: tuple[SettledInstalment, ...]
    deductions: Money
    carried: Money
    claim: Money
    open: tuple[str, ...] = ()
    liabilities: tuple[Liability, ...] = ()
    bonds: tuple[Bond, ...] = ()
