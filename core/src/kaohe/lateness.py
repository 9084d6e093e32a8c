"""What the authority owes for paying an instalment late, by the contract's own rate, base, cap and excuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kaohe.contract import Contract, LatePayment
from kaohe.facts import Facts
from kaohe.money import ZERO, show, yuan
from kaohe.payments import Payments
from kaohe.results import Liability, SettledInstalment, State


def late_payment(contract: Contract, instalments: Sequence[SettledInstalment], facts: Facts) -> Iterator[Liability]:
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
    days: set[date] = set()
    for instalment in instalments:
        if instalment.late_since is None:
            continue
        if terms.excusable and _excused(facts, instalment.no):
            yield _excuse(terms, instalment)
            continue
        own = _days(instalment)
        days |= own
        counted = len(days if terms.right and terms.right.cumulative else own)
        owed = _liability(terms, instalment, _pieces(contract, terms, instalment, facts), _right(terms, counted))
        if room is not None:
            owed = _capped(owed, room)
            room -= owed.amount or ZERO
        yield owed


def _days(instalment: SettledInstalment) -> set[date]:
    """The days of the delay."""
    assert instalment.late_since is not None, "only late instalments are asked for theirs"
    return {instalment.late_since + timedelta(days=n) for n in range(1, instalment.late_days + 1)}


def _pieces(
    contract: Contract, terms: LatePayment, instalment: SettledInstalment, facts: Facts
) -> list[tuple[int, Decimal]]:
    """The days of delay with the yuan that the rate is taken of on each of them."""
    if terms.base == "contract-total" or instalment.late_since is None:
        return [(instalment.late_days, contract.total)]
    net = instalment.net if instalment.net_known is None else instalment.net_known
    until = instalment.late_since + timedelta(days=instalment.late_days)
    return list(Payments.of(instalment.no, facts).arrears(net or ZERO, instalment.late_since, until))


def _excused(facts: Facts, no: int) -> bool:
    return any(s.event.kind == "payment.excused" and s.event.instalment == no for s in facts.events)


def _excuse(terms: LatePayment, instalment: SettledInstalment) -> Liability:
    formula = f"instalment {instalment.no}: {instalment.late_days} days, excused as fiscal delay = 0.00"
    return Liability(clause=terms.clause, party="authority", amount=ZERO, state=State.FINAL, formula=formula)


def _right(terms: LatePayment, days: int) -> tuple[str, ...]:
    """The right that so many days of delay give the vendor, in words."""
    right = terms.right
    if right is None or days <= right.after:
        return ()
    told = f"{days} days late over all instalments" if right.cumulative else f"{days} days late"
    does = {"terminate": "end the contract 解除合同", "suspend": "suspend its service 暂停服务"}[right.may]
    return (f"{told}, more than {right.after}: the vendor may {does} (clause {terms.clause})",)


def _liability(
    terms: LatePayment, instalment: SettledInstalment, pieces: Sequence[tuple[int, Decimal]], notes: tuple[str, ...]
) -> Liability:
    amount = yuan(sum((count * terms.rate * base for count, base in pieces), ZERO))
    reckoning = " + ".join(f"{count} days × {terms.rate} × {show(base)}" for count, base in pieces)
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
