"""What the authority owes for paying an instalment late, by the contract's own rate, base, cap and excuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from kaohe.contract import Contract, LatePayment
from kaohe.facts import Facts
from kaohe.money import ZERO, show, yuan
from kaohe.payments import Payments
from kaohe.results import Liability, SettledInstalment, State


def late_payment(
    contract: Contract, instalments: Sequence[SettledInstalment], facts: Facts, as_of: date
) -> Iterator[Liability]:
    """The authority's liability for each instalment that was, or still is, paid late.

    Delay runs from the day after the due date, or after the invoice where that came later: the invoice comes
    first. Without any word of an invoice it runs only where payment shows that there was one. A cap is one for
    the whole contract: later instalments have what the earlier ones left of it. Arrears are what is still owed: each
    payment lowers them for the days after it.
    """
    terms = contract.late_payment
    if terms is None:
        return
    room = None if terms.cap is None else yuan(terms.cap * contract.total)
    for instalment in instalments:
        since, until = _delay(instalment, as_of)
        if until <= since:
            continue
        days = (until - since).days
        if terms.excusable and _excused(facts, instalment.no):
            yield _excuse(terms, instalment, days)
            continue
        pieces = [(days, contract.total)]
        if terms.base == "arrears":
            pieces = list(Payments.of(instalment.no, facts).arrears(instalment.net or ZERO, since, until))
        owed = _liability(terms, instalment, days, pieces)
        if room is not None:
            owed = _capped(owed, room)
            room -= owed.amount or ZERO
        yield owed


def _delay(instalment: SettledInstalment, as_of: date) -> tuple[date, date]:
    """The day after which payment is late, and the last day of the delay; the same day where there is none."""
    if instalment.due is None or not instalment.net or not (instalment.paid_on or instalment.state == "overdue"):
        return as_of, as_of
    return max(instalment.due, instalment.invoiced or instalment.due), instalment.paid_on or as_of


def _excused(facts: Facts, no: int) -> bool:
    return any(s.event.kind == "payment.excused" and s.event.instalment == no for s in facts.events)


def _excuse(terms: LatePayment, instalment: SettledInstalment, days: int) -> Liability:
    formula = f"instalment {instalment.no}: {days} days, excused as fiscal delay = 0.00"
    return Liability(clause=terms.clause, party="authority", amount=ZERO, state=State.FINAL, formula=formula)


def _liability(
    terms: LatePayment, instalment: SettledInstalment, days: int, pieces: Sequence[tuple[int, Decimal]]
) -> Liability:
    amount = yuan(sum((count * terms.rate * base for count, base in pieces), ZERO))
    reckoning = " + ".join(f"{count} days × {terms.rate} × {show(base)}" for count, base in pieces)
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
        formula=f"instalment {instalment.no}: {reckoning} = {show(amount)}",
        notes=notes,
    )


def _capped(owed: Liability, room: Decimal) -> Liability:
    if owed.amount is None or owed.amount <= room:
        return owed
    return owed.model_copy(update={"amount": room, "formula": f"{owed.formula}, capped at {show(room)}"})
