"""A deduction with what it rests on, in lines: formula, days, readings, alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kaohe import remarks, words
from kaohe.assessment import Adopted, Alternative, Deduction, Kpi, Part
from kaohe.contract import Contract
from kaohe.money import show
from kaohe.report.figures import points, value
from kaohe.rules import percent
from kaohe.text import COLUMNS, wrap

YUAN, POINTS = Decimal(1), Decimal("0.01")
"""An alternative that differs by less is told as one of so many, not by its name."""


def deduction_lines(
    deduction: Deduction,
    contract: Contract,
    kpi: Kpi | None = None,
    *,
    whole: bool = False,
    labels: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """A deduction with what it rests on: formula, days, readings, alternatives.

    Args:
        deduction: the deduction; one of nothing gives no line, unless ``whole`` asks for it.
        contract: the contract.
        kpi: the KPI it rests on, to tell the days.
        whole: whether to tell of nothing too, and of readings that nobody has ruled on.
        labels: Chinese names of measures and events, by code.
    """
    if is_plain(deduction) and not whole:
        return
    yield wrap(f"{deduction.clause} {deduction.label}：{lost(deduction)}{_of_full(deduction)}", COLUMNS, "  ")
    yield from (_line(line) for line in _reckoning(deduction, labels or {}))
    yield from (_line(line) for line in _basis(kpi))
    if read := [a for a in deduction.readings if _matters(a, contract, deduction) and (whole or a.by != "default")]:
        yield _line("读法：" + "；".join(adopted_as(adopted, contract) for adopted in read))
    yield from (_line(line) for line in _otherwise(deduction, contract))
    if deduction.upheld:
        yield _line(remarks.upheld(deduction, deduction.upheld))
    if deduction.disposition:
        yield _line(f"款项去向：{words.label(words.DISPOSITION, deduction.disposition)}")


def is_plain(deduction: Deduction) -> bool:
    """Whether nothing was lost and nothing would be under any other reading."""
    costs: list[Deduction | Alternative] = [deduction, *deduction.alternatives]
    return deduction.upheld is None and all(cost.amount == 0 or cost.points == 0 for cost in costs)


def lost(cost: Deduction | Alternative) -> str:
    """What it costs: ``扣 200.00 元``, ``扣 1 分``, ``加 0.5 分``; ``待定`` where that cannot be said."""
    if cost.points is not None:
        return f"{'加' if cost.points < 0 else '扣'} {points(abs(cost.points))} 分" if cost.points else "不扣分"
    if cost.amount is None:
        return words.label(words.STATE, cost.state)
    return f"扣 {show(cost.amount)} 元" if cost.amount else "不扣款"


def most(deduction: Deduction) -> Alternative | None:
    """The alternative that differs most from what was decided; None where none differs by what matters."""
    return next(iter(_telling(deduction)[0]), None)


def _reckoning(deduction: Deduction, labels: Mapping[str, str]) -> Iterator[str]:
    if deduction.missing:
        yield "缺 " + "、".join(named(deduction.missing, labels))
    elif deduction.amount is None and deduction.points is None:
        yield deduction.formula
    else:
        yield f"算式：{deduction.formula}"


def named(facts: Iterable[str], labels: Mapping[str, str]) -> Iterator[str]:
    """Missing facts, such as ``calls.offered 2026-03``, each code once with its Chinese name and all its days."""
    days: dict[str, list[str]] = {}
    for fact in facts:
        code, _, when = fact.partition(" ")
        days.setdefault(code if code in labels else fact, []).append(when)
    for code, whens in days.items():
        yield f"{labels[code]} {code} {'、'.join(whens)}".rstrip() if code in labels else code


def telling_days(kpi: Kpi) -> tuple[Part, ...]:
    """The days that missed the target, or on which something was counted."""
    counted = kpi.unit == "count" and kpi.denominator is None
    return tuple(part for part in kpi.parts if part.met is False or (counted and part.numerator))


def _basis(kpi: Kpi | None) -> Iterator[str]:
    """The days that missed the target, or on which something happened, and the KPI's remark."""
    if kpi is None:
        return
    if days := [f"{part.on}（{value(part)}）" for part in telling_days(kpi)]:
        yield f"日期：{'、'.join(days)}"
    if kpi.note and kpi.numerator is not None:
        yield f"说明：{kpi.note}"


def _of_full(deduction: Deduction) -> str:
    """What is left of an item's full marks."""
    if deduction.points is None or not deduction.full:
        return ""
    return f"，得 {points(deduction.full - deduction.points)} 分（满分 {points(deduction.full)}）"


def _matters(adopted: Adopted, contract: Contract, deduction: Deduction) -> bool:
    reading = contract.readings[adopted.reading]
    return not reading.everywhere or any(other.reading == adopted.reading for other in deduction.alternatives)


def adopted_as(adopted: Adopted, contract: Contract) -> str:
    """A reading that was used: the question, the option, and by whom it was decided."""
    reading = contract.readings[adopted.reading]
    if adopted.option is None:
        return f"{reading.label} {adopted.reading}：待裁定"
    ruled = f"，{adopted.ruled_on}{f'，{adopted.ref}' if adopted.ref else ''}" if adopted.by == "ruling" else ""
    given = f" {percent(adopted.value)}" if adopted.value is not None else ""
    by = f"{words.ADOPTED[adopted.by or 'default']}{ruled}"
    return f"{reading.label} {adopted.reading}：{reading.options[adopted.option].label} {adopted.option}{given}（{by}）"


def _otherwise(deduction: Deduction, contract: Contract) -> Iterator[str]:
    """What the other options would give, a line a reading, those that differ most first."""
    telling, slight = _telling(deduction)
    groups: dict[str, list[Alternative]] = {}
    for other in telling:
        groups.setdefault(other.reading, []).append(other)
    for name, others in groups.items():
        reading = contract.readings[name]
        told = [f"{reading.options[o.option].label} {o.option}，{lost(o)}" for o in others]
        yield f"如改读“{reading.label}” {name}：{'；'.join(told)}"
    if slight:
        unit = "1 元" if deduction.points is None else "0.01 分"
        yield f"另有 {len(slight)} 种读法相差不足 {unit}，未列"


def _telling(deduction: Deduction) -> tuple[list[Alternative], list[Alternative]]:
    """The alternatives that differ, the widest first, and those that differ by next to nothing."""
    others = [other for other in deduction.alternatives if _cost(other) != _cost(deduction)]
    telling = [other for other in others if _differs(other, deduction)]
    telling.sort(key=lambda other: _gap(other, deduction), reverse=True)
    return telling, [other for other in others if other not in telling]


def _cost(cost: Deduction | Alternative) -> Decimal | str:
    known = cost.amount if cost.points is None else cost.points
    return cost.state if known is None else known


def _gap(other: Alternative, deduction: Deduction) -> Decimal:
    """How far apart they are; where one of them is not known, nothing can be wider."""
    costs = [_cost(other), _cost(deduction)]
    known = [cost for cost in costs if isinstance(cost, Decimal)]
    return abs(known[0] - known[1]) if len(known) == len(costs) else Decimal("Infinity")


def _differs(other: Alternative, deduction: Deduction) -> bool:
    return _gap(other, deduction) >= (YUAN if deduction.points is None else POINTS)


def _line(text: str) -> str:
    return wrap(text, COLUMNS, "      ")
