"""The few words that contracts share: a ratio, a count, points below a target, so much an event or a day.

A clause's function returns one of the measurements below (for a KPI) or a :class:`Charge` (for a deduction).
All of it is exact: fractions until the rulebook rounds the charge to the fen, once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kaohe.assessment import Adopted, Kpi
from kaohe.clauses import Clause
from kaohe.contract import Contract
from kaohe.errors import RulingNeeded, UsageError
from kaohe.exact import decimal_text, quotient
from kaohe.model import Quantity
from kaohe.money import exact, show
from kaohe.monthfacts import MonthFacts
from kaohe.periods import Window
from kaohe.readings import Choice
from kaohe.submission import Event

PARTIAL_POINT = "partial-point"
"""The reading that says what a part of a percentage point counts."""

PARTIAL_POINTS: Mapping[str, Callable[[Fraction], Fraction]] = {
    "whole": lambda exact: Fraction(math.floor(exact)),
    "started": lambda exact: Fraction(math.ceil(exact)),
    "prorata": lambda exact: exact,
}
"""Its options, each with what it makes of so many exact points."""


@dataclass(frozen=True)
class Ratio:
    """So many of so many. A denominator of 0 gives no rate, which is not a rate of 0.

    Attributes:
        numerator: what was counted.
        denominator: what it was counted of.
        target: the target where a ruling sets it; None: the clause's own value.
        note: a remark for people in Chinese, such as the rates that a mean was taken of.
    """

    numerator: Quantity
    denominator: Quantity
    target: Decimal | None = field(default=None, kw_only=True)
    note: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _no_float(self.numerator, self.denominator)

    @classmethod
    def exact(cls, fraction: Fraction, *, note: str | None = None) -> Ratio:
        """A ratio that is not one of two counts, such as a mean of rates; ``note`` tells what it was made of."""
        return cls(fraction.numerator, fraction.denominator, note=note)

    @property
    def fraction(self) -> Fraction | None:
        """The exact value; None where the denominator is 0."""
        return None if self.denominator == 0 else quotient(self.numerator, self.denominator)


@dataclass(frozen=True)
class Daily:
    """A ratio for each day; as a whole, the ratio of the sums.

    Attributes:
        days: the ratio of each day; a day with nothing to measure has a denominator of 0.
        each_day: True where the target has to be met on each day, False where by the sums.
        target: the target where a ruling sets it; None: the clause's own value.
    """

    days: Mapping[date, Ratio]
    each_day: bool = True
    target: Decimal | None = None

    def __post_init__(self) -> None:
        _by_day(self.days, "Daily", "Daily.of(facts, …), or Ratio(…) for the month as a whole")

    @classmethod
    def of(
        cls,
        facts: MonthFacts,
        numerator: str,
        denominator: str,
        *,
        each_day: bool = True,
        target: Decimal | None = None,
    ) -> Daily:
        """The ratio of two daily measures."""
        days = {day: Ratio(*values) for day, values in facts.daily(numerator, denominator).items()}
        return cls(days, each_day, target)


@dataclass(frozen=True)
class Count:
    """How often something happened, by day."""

    days: Mapping[date, int] = field(default_factory=dict)
    note: str | None = None

    def __post_init__(self) -> None:
        _by_day(self.days, "Count", "Count.of(events), or Level(…) for a plain number")

    @classmethod
    def of(cls, events: Iterable[Event], note: str | None = None) -> Count:
        """The number of these events."""
        days: dict[date, int] = {}
        for event in sorted(events, key=lambda event: event.on):
            days[event.on] = days.get(event.on, 0) + event.count
        return cls(days, note)


def _by_day(days: object, name: str, instead: str) -> None:
    """Refuse a plain number in the line that brings it.

    Raises:
        TypeError: what should be figures by day is none.
    """
    if not isinstance(days, Mapping):
        raise TypeError(f"{name} takes figures by day, not {days!r}; write {instead}")


def _no_float(*figures: object) -> None:
    """Refuse a binary float in the line that brings it.

    Raises:
        TypeError: a figure is one.
    """
    if any(isinstance(figure, float) for figure in figures):
        raise TypeError(
            "a figure is never a float: pass a Decimal, a Fraction or an int; Fraction(a, b) divides exactly"
        )


@dataclass(frozen=True)
class Level:
    """A plain number, such as hours, days or a mean.

    Attributes:
        value: the number; a fraction where no decimal is exact.
        target: the target where a ruling sets it; None: the clause's own value.
    """

    value: Quantity | Fraction
    target: Decimal | None = None

    def __post_init__(self) -> None:
        _no_float(self.value)


Measurement = Ratio | Daily | Count | Level


@dataclass(frozen=True)
class Charge:
    """What a deduction comes to.

    Attributes:
        amount: yuan, exact and not yet rounded.
        formula: how it comes about in Chinese, up to the equals sign.
    """

    amount: Fraction | Decimal | int
    formula: str

    def __post_init__(self) -> None:
        exact(self.amount)  # a float is refused in the line that brings it


@dataclass(frozen=True)
class Points:
    """What a clause costs in points of a score.

    Attributes:
        lost: points lost, exact; negative where points are gained.
        full: the points that the item is worth; 0 for an item that only adds or takes away.
        formula: how they come about in Chinese, up to the equals sign.
    """

    lost: Fraction | Decimal | int
    full: Decimal
    formula: str

    def __post_init__(self) -> None:
        exact(self.lost)


class Terms:
    """A contract as one clause sees it for one window; remembers the values and readings that were used.

    Attributes:
        contract: the contract.
        clause: the clause.
        window: the days it is assessed over.
        values: the contract values used so far.
        readings: the readings used so far, each as it was for the window it was asked for.
    """

    def __init__(self, contract: Contract, clause: Clause, window: Window) -> None:
        self.contract, self.clause, self.window = contract, clause, window
        self.values: dict[str, Quantity] = {}
        self.readings: dict[str, Adopted] = {}

    def value(self, name: str) -> Decimal:
        """The clause's value of that name, as it stood at the end of the window.

        Raises:
            UsageError: the clause has no such value.
        """
        value = self.clause.value(name, self.window.last)
        self.values[name] = value
        return value

    def over(self, window: Window) -> None:
        """Assess over this window instead of the clause's own, where a reading decides the period."""
        self.window = window

    def choice(self, reading: str) -> Choice:
        """The option in force, with the number that the ruling gave, if any.

        Raises:
            RulingNeeded: there is neither a default nor a ruling.
        """
        self.readings[reading] = adopt(self.contract, reading, self.window)
        return self.contract.choice(reading, self.window)

    def reading(self, name: str) -> str:
        """The name of the option in force.

        Raises:
            RulingNeeded: there is neither a default nor a ruling.
        """
        return self.choice(name).option

    @property
    def adopted(self) -> tuple[Adopted, ...]:
        """The readings used so far, for the result to cite."""
        return tuple(self.readings[name] for name in sorted(self.readings))


def adopt(contract: Contract, reading: str, window: Window) -> Adopted:
    """How a contract reads a clause for a window, as a result cites it."""
    try:
        choice = contract.choice(reading, window)
    except RulingNeeded:
        return Adopted(reading=reading, option=None, by=None)
    if reading in contract.assumed:
        return Adopted(reading=reading, option=choice.option, value=choice.value, by="assumed")
    if ruling := choice.ruling:
        return Adopted(
            reading=reading, option=choice.option, value=choice.value, by="ruling", ruled_on=ruling.on, ref=ruling.ref
        )
    return Adopted(reading=reading, option=choice.option, by="default")


def points(gap: Fraction, partial: str) -> Fraction:
    """Percentage points in a gap between two rates; a gap of 0 or less is none.

    ``partial`` is the option of the reading ``partial-point``: ``whole`` counts full points only, ``started``
    counts each begun one, ``prorata`` counts fractions. 95 % less 94.3 % is 0, 1 or 0.7 points.

    Raises:
        UsageError: there is no such option.
    """
    if partial not in PARTIAL_POINTS:
        raise UsageError(f"points are counted by one of {', '.join(PARTIAL_POINTS)}, not {partial!r}")
    return PARTIAL_POINTS[partial](max(gap, Fraction(0)) * 100)


def percent(rate: Fraction | Decimal) -> str:
    """A rate for people: ``94.3 %``."""
    return f"{decimal_text(Fraction(rate) * 100)} %"


def per_point_below(kpi: Kpi, terms: Terms) -> Charge:
    """``per_point`` yuan for each percentage point below ``target``; day by day where the KPI has days."""
    return _per_point(kpi, terms, above=False)


def per_point_above(kpi: Kpi, terms: Terms) -> Charge:
    """``per_point`` yuan for each percentage point above ``target``."""
    return _per_point(kpi, terms, above=True)


def per_event(kpi: Kpi, terms: Terms) -> Charge:
    """``each`` yuan for every occurrence that the KPI counts."""
    each, count = terms.value("each"), kpi.numerator or 0
    return Charge(count * each, f"{count} × {show(each)}")


def per_day(days: int, terms: Terms, *, of: str) -> Charge:
    """``per_day`` yuan for so many days; ``of`` says in Chinese which days they are, such as ``未达标``."""
    each = terms.value("per_day")
    return Charge(days * each, f"{of}{days}天 × {show(each)}")


def _per_point(kpi: Kpi, terms: Terms, *, above: bool) -> Charge:
    target, each, partial = terms.value("target"), terms.value("per_point"), terms.reading(PARTIAL_POINT)
    total, lines = Fraction(0), []
    for span, rate in _rates(kpi):
        gap = (rate - Fraction(target)) * (1 if above else -1)
        if gap <= 0:
            continue
        counted = points(gap, partial)
        total += counted
        sides = (percent(rate), percent(target)) if above else (percent(target), percent(rate))
        exact, taken = decimal_text(gap * 100), decimal_text(counted)
        lines.append(f"{span}{sides[0]} − {sides[1]} = {exact}个百分点，计{taken}个（{partial}）")
    if not lines:
        why = "没有数据，无从计算" if kpi.fraction is None else f"达到{percent(target)}"
        return Charge(0, f"{why}：0个百分点 × {show(each)}")
    return Charge(total * Fraction(each), f"{'；'.join(lines)}；{decimal_text(total)} × {show(each)}")


def _rates(kpi: Kpi) -> Iterable[tuple[str, Fraction]]:
    if kpi.parts:
        return [(f"{part.on}：", part.fraction) for part in kpi.parts if part.fraction is not None]
    return [] if kpi.fraction is None else [("", kpi.fraction)]
