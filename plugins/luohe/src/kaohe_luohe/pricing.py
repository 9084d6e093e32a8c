"""What failing costs: shares of the price, added up over the contract before anything is rounded.

1 % of the price is no whole number of fen. Five failures cost 163,914.48 and not five times 32,782.90, so each
amount is the difference of two rounded running totals over all that was deducted before, in contract order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe import Contract, Deduction, Facts, Kpi, Month, State, Terms, Window, percent, running, show

from kaohe_luohe.clauses import book
from kaohe_luohe.quarters import quarter


@dataclass(frozen=True)
class Cost:
    """What one indicator costs in a month.

    Attributes:
        month: the month that it is deducted for.
        kpi: the indicator.
        terms: its clause, with the values and readings that were used.
        share: the share of the price, exact; 0 where it is not known.
        finding: what was found, for the formula.
    """

    month: Month
    kpi: Kpi
    terms: Terms
    share: Fraction
    finding: str


Price = Callable[[Kpi, Month, Terms, Sequence[Cost]], tuple[Decimal | int, str]]
"""From an indicator, its month, its clause and what was priced before: the share of the price, and the finding."""


def item(kpi: Kpi, month: Month, terms: Terms, before: Sequence[Cost]) -> tuple[Decimal | int, str]:
    """Article 11: so much for an item that fails; how often it can fail is the reading ``failure-unit``."""
    unit = terms.reading("failure-unit")
    if kpi.window.last > month.last:
        return 0, f"{kpi.window.label}合并考核一次，期末计算"
    found = _told(kpi)
    if kpi.met is not False:
        return 0, f"{found}，达标" if kpi.met else found
    if unit != "assessment":
        span = quarter(terms, month) if unit == "item-quarter" else terms.contract.term.window
        if earlier := _charged(kpi.clause, span, before):
            return 0, f"{found}，未达标；但{span.label}内已就{earlier}扣过（{unit}）"
    return terms.value("share"), f"{found}，未达标"


def severe_events(kpi: Kpi, month: Month, terms: Terms, before: Sequence[Cost]) -> tuple[Decimal | int, str]:
    """11.6: so much for one severe event, so much for two or more (reading ``second-event``)."""
    first, second, how = terms.value("first"), terms.value("second"), terms.reading("second-event")
    count = kpi.numerator or 0
    both = {"total-5": second, "one-plus-five": first + second}[how]
    share = Decimal(0) if count == 0 else first if count == 1 else both
    return share, f"严重舆论事件{count}件" + (f"，两件共扣{percent(both)}（{how}）" if count > 1 else "")


def headcount(kpi: Kpi, month: Month, terms: Terms, before: Sequence[Cost]) -> tuple[Decimal | int, str]:
    """7.2: so much for each person missing; whether again in every month is the reading ``headcount``."""
    how, missing = terms.reading("headcount"), _missing(kpi)
    counted = max((_missing(cost.kpi) for cost in before if cost.kpi.clause == kpi.clause), default=0)
    counted = min(counted, missing) if how == "per-person" else 0
    found = f"应有{kpi.target}人，未经同意少{missing}人"
    if counted:
        found += f"，其中{counted}人此前已扣（{how}）"
    return (missing - counted) * terms.value("share"), found


PRICES: Mapping[str, Price] = {
    "7.2": headcount,
    **{f"11.{no}": item for no in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)},
    "11.6": severe_events,
}
"""By clause, what it costs. Severe events are priced by their own sentence and not as an item that failed."""

book.by_hand(*PRICES)


def deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> list[Deduction]:
    """What a month costs: its own lines of the running account that begins with the term."""
    before = _before(contract, month, facts)
    costs = _priced(kpis, month, contract, before)
    share = sum((cost.share for cost in before), Fraction(0))
    taken, *amounts = running(contract.total, [share, *(cost.share for cost in costs)])
    lines = []
    for cost, amount in zip(costs, amounts, strict=True):
        lines.append(_line(cost, contract, amount, share, taken))
        share, taken = share + cost.share, taken + amount
    return lines


def _before(contract: Contract, month: Month, facts: Facts) -> list[Cost]:
    """The costs of all earlier months, worked out once for the same facts read in the same way."""
    way = ("account", contract.id, contract.rulings, tuple(sorted(contract.assumed.items())))
    known: list[list[Cost]] = facts.memo.setdefault(way, [])
    earlier = [each for each in contract.term.months if each < month]
    for each in earlier[len(known) :]:
        known.append(_priced(book.kpis(contract, each, facts), each, contract, _flat(known)))
    return _flat(known[: len(earlier)])


def _flat(months: Iterable[list[Cost]]) -> list[Cost]:
    return [cost for costs in months for cost in costs]


def _priced(kpis: Sequence[Kpi], month: Month, contract: Contract, before: Sequence[Cost]) -> list[Cost]:
    """The costs of a month in the order of the contract; no line depends on another of the same month."""
    return [cost for kpi in kpis for cost in _cost(kpi, month, contract, before)]


def _cost(kpi: Kpi, month: Month, contract: Contract, before: Sequence[Cost]) -> Iterator[Cost]:
    """The cost of an indicator in a month; none before the end of a window that is longer than a month."""
    clause = contract.clause(kpi.clause)
    if clause.no not in PRICES or (clause.assessed != "month" and kpi.window.last > month.last):
        return
    terms = Terms(contract, clause, Window.of(month) if clause.assessed == "month" else kpi.window)
    share: Decimal | int = 0
    if _is_open(kpi, month):
        finding = f"待定：缺 {'、'.join(kpi.missing)}" if kpi.missing else f"待定：{kpi.note}"
        terms.reading(clause.readings[0])
    else:
        share, finding = PRICES[clause.no](kpi, month, terms, before)
    yield Cost(month, kpi, terms, Fraction(share), finding)


def _is_open(kpi: Kpi, month: Month) -> bool:
    return kpi.state in (State.INCOMPLETE, State.NEEDS_RULING) and kpi.window.last <= month.last


def _line(cost: Cost, contract: Contract, amount: Decimal, share_before: Fraction, before: Decimal) -> Deduction:
    """One line of the account; ``share_before`` and ``before`` are what had been deducted until then."""
    kpi, unknown = cost.kpi, _is_open(cost.kpi, cost.month)
    formula = cost.finding if unknown else _formula(cost, contract, amount, share_before, before)
    adopted = {a.reading: a for a in (*kpi.readings, *cost.terms.adopted)}
    return Deduction(
        clause=kpi.clause,
        code=kpi.code,
        label=kpi.label,
        window=cost.terms.window,
        amount=None if unknown else amount,
        state=kpi.state if unknown else State.FINAL,
        formula=formula,
        inputs={**kpi.inputs, **cost.terms.values},
        readings=tuple(adopted[name] for name in sorted(adopted)),
        missing=kpi.missing if unknown else (),
    )


def _formula(cost: Cost, contract: Contract, amount: Decimal, share_before: Fraction, before: Decimal) -> str:
    """How the line comes about: the running total with it, less the one without it."""
    if not cost.share:
        return f"{cost.finding} = {show(amount)}"
    total = show(contract.total)
    if not share_before:
        return f"{cost.finding}；{percent(cost.share)} × {total} = {show(amount)}"
    together = f"{percent(share_before + cost.share)} × {total} = {show(before + amount)}"
    less = f"减此前累计{show(before)}（{percent(share_before)}）= {show(amount)}"
    return f"{cost.finding}，扣{percent(cost.share)}；累计{together}；{less}"


def _charged(clause: str, span: Window, before: Sequence[Cost]) -> str | None:
    """The window of the line by which an item was deducted within a span already; None: it was not."""
    lines = (c for c in before if c.kpi.clause == clause and c.share)
    return next((c.terms.window.label for c in lines if span.first <= c.terms.window.last <= span.last), None)


def _missing(kpi: Kpi) -> int:
    """How many are missing from the team; 0 where nobody has said how many there are."""
    if kpi.numerator is None or kpi.target is None:
        return 0
    return max(int(kpi.target - kpi.numerator), 0)


def _told(kpi: Kpi) -> str:
    """An indicator with its target, for people."""
    if kpi.fraction is None or kpi.target is None:
        return "没有可考核的数据"
    if kpi.unit == "count":
        return f"查实{kpi.numerator}件{f'（{kpi.note}）' if kpi.note else ''}"
    return f"{percent(kpi.fraction)} ({kpi.numerator}/{kpi.denominator})，目标{percent(kpi.target)}"
