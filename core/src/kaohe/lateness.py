"""What the authority owes for paying an instalment late, by the contract's own rate, base, cap and excuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from kaohe.contract import Contract, LatePayment
from kaohe.facts import Facts
from kaohe.money import ZERO, show, yuan
from kaohe.results import Liability, SettledInstalment, State


def late_payment(
    contract: Contract, instalments: Sequence[SettledInstalment], facts: Facts, as_of: date
) -> Iterator[Liability]:
    """The authority's liability for each instalment that was, or still is, paid late.

    Delay runs from the day after the due date, or after the invoice where that came later: the invoice comes
    first. Without any word of an invoice it runs only where payment shows that there was one. A cap is one for
    the whole contract: later instalments have what the earlier ones left of it.
    """
    terms = contract.late_payment
    if terms is None:
        return
    room = None if terms.cap is None else yuan(terms.cap * contract.total)
    for instalment in instalments:
        days = _days_late(instalment, as_of)
        if not days:
            continue
        if terms.excusable and _excused(facts, instalment.no):
            yield _excuse(terms, instalment, days)
            continue
        owed = _liability(contract, terms, instalment, days)
        if room is not None:
            owed = _capped(owed, room)
            room -= owed.amount or ZERO
        yield owed


def _days_late(instalment: SettledInstalment, as_of: date) -> int:
    if instalment.due is None or not instalment.net or not (instalment.paid_on or instalment.state == "overdue"):
        return 0
    due = max(instalment.due, instalment.invoiced or instalment.due)
    return max(((instalment.paid_on or as_of) - due).days, 0)


def _excused(facts: Facts, no: int) -> bool:
    return any(s.event.kind == "payment.excused" and s.event.instalment == no for s in facts.events)


def _excuse(terms: LatePayment, instalment: SettledInstalment, days: int) -> Liability:
    formula = f"instalment {instalment.no}: {days} days, excused as fiscal delay = 0.00"
    return Liability(clause=terms.clause, party="authority", amount=ZERO, state=State.FINAL, formula=formula)


def _liability(contract: Contract, terms: LatePayment, instalment: SettledInstalment, days: int) -> Liability:
    base = contract.total if terms.base == "contract-total" else instalment.net or ZERO
    amount = yuan(days * terms.rate * base)
    notes: tuple[str, ...] = ()
    if terms.terminate_after is not None and days > terms.terminate_after:
        notes = (
            f"more than {terms.terminate_after} days late: the vendor has the right that clause {terms.clause} gives",
        )
    return Liability(
        clause=terms.clause,
        party="authority",
        amount=amount,
        state=State.FINAL if instalment.paid_on else State.PROVISIONAL,
        formula=f"instalment {instalment.no}: {days} days × {terms.rate} × {show(base)} = {show(amount)}",
        notes=notes,
    )


def _capped(owed: Liability, room: Decimal) -> Liability:
    if owed.amount is None or owed.amount <= room:
        return owed
    return owed.model_copy(update={"amount": room, "formula": f"{owed.formula}, capped at {show(room)}"})
