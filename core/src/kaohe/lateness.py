"""What the authority owes for paying an instalment late, by the contract's own rate, base, cap and excuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kaohe.assessment import State
from kaohe.contract import Contract
from kaohe.facts import Facts
from kaohe.money import ZERO, show, yuan
from kaohe.payable import Liability, SettledInstalment
from kaohe.payments import Arrears, Payments
from kaohe.payterms import LatePayment
from kaohe.rules import percent

Piece = tuple[Arrears, Decimal]
"""Days on which one sum was owed, and the rate that held for them."""

_BASE = {"contract-total": "合同总额", "arrears": "欠款"}
_MAY = {"terminate": "解除合同", "suspend": "暂停服务"}


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
    cap = None if terms.cap is None else yuan(terms.cap * contract.total)
    room = cap
    days: set[date] = set()
    for instalment in instalments:
        if instalment.late_since is None:
            continue
        if terms.excusable and (excused_on := _excused_on(facts, instalment.no)):
            yield _excuse(terms, instalment, excused_on)
            continue
        own = _days(instalment)
        days |= own
        counted = len(days if terms.right and terms.right.cumulative else own)
        owed = _liability(terms, instalment, _pieces(contract, terms, instalment, facts), _right(terms, counted))
        if cap is not None and room is not None:
            owed = _capped(owed, terms, cap, room)
            room -= owed.amount or ZERO
        yield owed


def _days(instalment: SettledInstalment) -> set[date]:
    """The days of the delay."""
    since, until = _late(instalment)
    return {since + timedelta(days=n) for n in range(1, (until - since).days + 1)}


def _pieces(contract: Contract, terms: LatePayment, instalment: SettledInstalment, facts: Facts) -> Sequence[Piece]:
    """The days of delay with the yuan that the rate is taken of on each of them, and the rate."""
    return [piece for owed in _owed(contract, terms, instalment, facts) for piece in _at_rates(terms, owed)]


def _at_rates(terms: LatePayment, owed: Arrears) -> Iterator[Piece]:
    """A run of days, parted where the rate changes."""
    rates = sorted(terms.rate.items())
    ends = [since - timedelta(days=1) for since, _ in rates[1:]] + [date.max]
    for (_, rate), end in zip(rates, ends, strict=True):
        if owed.after < (until := min(end, owed.until)):
            yield Arrears(owed.after, until, owed.owed), rate
            owed = Arrears(until, owed.until, owed.owed)


def _owed(contract: Contract, terms: LatePayment, instalment: SettledInstalment, facts: Facts) -> Sequence[Arrears]:
    """The days of delay with the yuan that the rate is taken of on each of them."""
    since, until = _late(instalment)
    if terms.base == "contract-total":
        return [Arrears(since, until, contract.total)]
    net = instalment.net if instalment.net_known is None else instalment.net_known
    return list(Payments.of(instalment.no, facts).arrears(net or ZERO, since, until))


def _late(instalment: SettledInstalment) -> tuple[date, date]:
    """The last day in time, and the last day of the delay."""
    assert instalment.late_since is not None, "only late instalments are asked for theirs"
    return instalment.late_since, instalment.late_since + timedelta(days=instalment.late_days)


def _excused_on(facts: Facts, no: int) -> date | None:
    return min((event.on for event in facts.of_kind("payment.excused", no)), default=None)


def _excuse(terms: LatePayment, instalment: SettledInstalment, on: date) -> Liability:
    since, until = _late(instalment)
    formula = f"第{instalment.no}期：{_days_told(since, until)}，因财政原因免责 = 0.00"
    notes = (f"主管单位填报的免责日期：{on}（payment.excused）", *_invoice(instalment))
    return Liability(
        clause=terms.clause, party="authority", amount=ZERO, state=State.FINAL, formula=formula, notes=notes
    )


def _days_told(after: date, until: date) -> str:
    """The days after one day and up to another: ``2026-07-01至2026-07-03共3天``."""
    first, days = after + timedelta(days=1), (until - after).days
    return f"{first}至{until}共{days}天" if days > 1 else f"{first}一天"


def _invoice(instalment: SettledInstalment) -> tuple[str, ...]:
    """Why the delay begins later than the due date says."""
    invoiced, due = instalment.invoiced, instalment.due
    late = invoiced is not None and due is not None and due < invoiced == instalment.late_since
    return (f"发票于{invoiced}收到，晚于付款期限{due}，逾期从收到发票的次日算起",) if late else ()


def _known(terms: LatePayment, instalment: SettledInstalment) -> tuple[str, ...]:
    """Why the arrears are not those that the instalment shows now."""
    known = instalment.net_known
    if terms.base != "arrears" or known is None:
        return ()
    return (f"欠款按付款当日所知的实付{show(known)}计算，其后调增的部分不计",)


def _right(terms: LatePayment, days: int) -> tuple[str, ...]:
    """The right that so many days of delay give the vendor, in words."""
    right = terms.right
    if right is None or days <= right.after:
        return ()
    told = f"各期合计逾期{days}天" if right.cumulative else f"逾期{days}天"
    return (f"{told}，超过{right.after}天：乙方可以{_MAY[right.may]}（条款 {terms.clause}）",)


def _liability(
    terms: LatePayment, instalment: SettledInstalment, pieces: Sequence[Piece], notes: tuple[str, ...]
) -> Liability:
    amount = yuan(Fraction(sum((one.days * rate * one.owed for one, rate in pieces), ZERO)) / (terms.year or 1))
    reckoning = " + ".join(
        f"{_days_told(one.after, one.until)} × {_rate_told(terms, rate)} × {_BASE[terms.base]}{show(one.owed)}"
        for one, rate in pieces
    )
    return Liability(
        clause=terms.clause,
        party="authority",
        amount=amount,
        state=State.FINAL if instalment.paid_on else State.PROVISIONAL,
        formula=f"第{instalment.no}期：{reckoning} = {show(amount)}",
        notes=(*_invoice(instalment), *_known(terms, instalment), *notes),
    )


def _rate_told(terms: LatePayment, rate: Decimal) -> str:
    return f"每年{percent(rate)} ÷ {terms.year}" if terms.year else f"每天{percent(rate)}"


def _capped(owed: Liability, terms: LatePayment, cap: Decimal, room: Decimal) -> Liability:
    """The liability with its cap, of which earlier instalments have left so much room."""
    assert owed.amount is not None, "core's own liability has an amount"
    told = f"上限：合同总额的{percent(terms.cap or ZERO)}，即{show(cap)}，各期合计"
    used = f"；前面各期已计{show(cap - room)}" if room < cap else ""
    notes = (f"{told}{used}", *owed.notes)
    if owed.amount <= room:
        return owed.model_copy(update={"notes": notes})
    return owed.model_copy(
        update={"amount": room, "formula": f"{owed.formula}，以上限为准计{show(room)}", "notes": notes}
    )
