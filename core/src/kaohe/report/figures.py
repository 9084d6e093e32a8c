"""Figures as a person reads them: rates, counts, targets, points."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kaohe.assessment import Kpi
from kaohe.exact import Exact, decimal_text
from kaohe.rules import percent

ABSENT = "—"
MET = {True: "达标", False: "未达标", None: ABSENT}
PLACES = Decimal("0.01")


def value(kpi: Exact) -> str:
    """A KPI's value for people: ``94.3 % (943/1000)`` or a plain count such as ``1,660,000``."""
    if kpi.fraction is None or kpi.value is None:
        return ABSENT
    if kpi.denominator is None or kpi.fraction > 2 or (isinstance(kpi, Kpi) and kpi.unit == "count"):
        return f"{Decimal(kpi.value):,.2f}" if len(kpi.value.partition(".")[2]) > 2 else f"{Decimal(kpi.value):,f}"
    shown = rate(kpi.fraction)
    short = isinstance(kpi.denominator, int) and kpi.denominator < 10**7
    return f"{shown} ({kpi.numerator}/{kpi.denominator})" if short else shown


def rate(share: Fraction) -> str:
    """A rate for people, such as ``94.3 %``."""
    return _places(percent(share.limit_denominator(10**9)))


def _places(shown: str) -> str:
    """Two decimals, or all of them where two would hide on which side of a target it lies: 94.9999 % is not 95 %."""
    number, _, unit = shown.partition(" ")
    short = f"{Decimal(number):.2f}"
    telling = len(number.partition(".")[2]) <= 2 or short.endswith("00") or number.startswith("0.")
    return shown if telling else f"{short} {unit}"


def target(kpi: Kpi) -> str:
    """A KPI's target for people."""
    if kpi.target is None:
        return ABSENT
    return percent(kpi.target) if kpi.unit == "rate" and kpi.target <= 1 else f"{kpi.target:,f}"


def points(value: Decimal) -> str:
    """Points of a score with at most two decimals; the formula has all of them."""
    return decimal_text(Fraction(value.quantize(PLACES, ROUND_HALF_UP)))
