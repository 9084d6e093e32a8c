"""What the authority owes for paying an instalment late, by the contract's own rate, base and cap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kaohe.contract import Contract, LatePayment
from kaohe.money import show, yuan
from kaohe.results import Liability, SettledInstalment, State


def late_payment(contract: Contract, instalments: Sequence[SettledInstalment], as_of: date) -> Iterable[Liability]:
    """The authority's liability for each instalment that was, or still is, paid late.

    Delay runs from the day after the due date, or after the invoice where that came later: the invoice comes
    first. Without any word of an invoice it runs only where payment shows that there was one.
    """
    terms = contract.late_payment
    if terms is None:
        return
    for instalment in instalments:
        if days := _days_late(instalment, as_of):
            yield _liability(contract, terms, instalment, days)


def _days_late(instalment: SettledInstalment, as_of: date) -> int:
    if instalment.due is None or not instalment.net or not (instalment.paid_on or instalment.state == "overdue"):
        return 0
    due = max(instalment.due, instalment.invoiced or instalment.due)
    return max(((instalment.paid_on or as_of) - due).days, 0)


def _liability(contract: Contract, terms: LatePayment, instalment: SettledInstalment, days: int) -> Liability:
    base = contract.total if terms.base == "contract-total" else instalment.net
    amount = yuan(days * terms.rate * base)
    formula = f"instalment {instalment.no}: {days} days × {terms.rate} × {show(base)}"
    if terms.cap is not None and amount > (cap := yuan(terms.cap * contract.total)):
        amount, formula = cap, f"{formula}, at most {terms.cap} × {show(contract.total)}"
    notes: tuple[str, ...] = ()
    if terms.terminate_after is not None and days > terms.terminate_after:
        notes = (f"more than {terms.terminate_after} days late: the vendor may end the contract",)
    state = State.FINAL if instalment.paid_on else State.PROVISIONAL
    return Liability(
        clause=terms.clause,
        party="authority",
        amount=amount,
        state=state,
        formula=f"{formula} = {show(amount)}",
        notes=notes,
    )
