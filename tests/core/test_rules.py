import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.assessment import Adopted, Kpi, Part
from kaohe.errors import RulingNeeded, UsageError
from kaohe.exact import decimal_text
from kaohe.money import yuan
from kaohe.periods import Window
from kaohe.readings import Choice
from kaohe.rules import (
    Charge,
    Count,
    Level,
    Ratio,
    Terms,
    per_day,
    per_event,
    per_point_above,
    per_point_below,
    percent,
    points,
)

from tests.core.small import MARCH, complaint, contract

WINDOW = Window.of(MARCH)
counts = st.tuples(st.integers(0, 5000), st.integers(1, 5000)).map(lambda pair: (min(pair), max(pair)))
partials = st.sampled_from(["whole", "started", "prorata"])


def terms(no: str = "1", **assumed: str) -> Terms:
    read = contract()
    for reading, option in assumed.items():
        read = read.assuming(reading.replace("_", "-"), Choice(option=option))
    return Terms(read, read.clause(no), WINDOW)


def kpi(numerator: Any, denominator: Any = None, parts: Mapping[int, tuple[int, int]] | None = None) -> Kpi:
    made = tuple(
        Part(on=date(2026, 3, day), numerator=top, denominator=bottom) for day, (top, bottom) in (parts or {}).items()
    )
    return Kpi(clause="1", code="c", label="c", window=WINDOW, numerator=numerator, denominator=denominator, parts=made)


def expected(partial: str, gap: Fraction) -> Fraction:
    """Percentage points in a gap, written down once more in another way."""
    if gap <= 0:
        return Fraction(0)
    hundredths, rest = divmod(gap.numerator * 100, gap.denominator)
    if partial == "whole":
        return Fraction(hundredths)
    return Fraction(hundredths + (rest > 0)) if partial == "started" else Fraction(gap.numerator * 100, gap.denominator)


@given(st.fractions(-1, 1), partials)
def test_points_in_a_gap(gap: Fraction, partial: str) -> None:
    counted = points(gap, partial)
    assert counted == expected(partial, gap)
    assert points(gap, "whole") <= points(gap, "prorata") <= points(gap, "started")
    assert counted >= 0


@given(counts, partials)
def test_a_charge_below_the_target_is_points_times_the_amount(counted: tuple[int, int], partial: str) -> None:
    top, bottom = counted
    charge = per_point_below(kpi(top, bottom), terms(partial_point=partial))
    assert charge.amount == expected(partial, Fraction(95, 100) - Fraction(top, bottom)) * 200


@given(counts, partials)
def test_and_above_it_the_other_way_round(counted: tuple[int, int], partial: str) -> None:
    top, bottom = counted
    charge = per_point_above(kpi(top, bottom), terms(partial_point=partial))
    assert charge.amount == expected(partial, Fraction(top, bottom) - Fraction(95, 100)) * 200


@given(st.dictionaries(st.integers(1, 31), st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1), partials)
def test_points_are_counted_day_by_day_where_the_indicator_has_days(
    days: Mapping[int, tuple[int, int]], partial: str
) -> None:
    charge = per_point_below(kpi(0, 1, days), terms(partial_point=partial))
    gaps = [Fraction(95, 100) - Fraction(top, bottom) for top, bottom in days.values() if bottom]
    assert charge.amount == 200 * sum(expected(partial, gap) for gap in gaps)


@pytest.mark.parametrize(
    ("satisfied", "amounts"),
    [(950, (0, 0, 0)), (943, (0, 200, 140)), (940, (200, 200, 200)), (939, (200, 400, 220)), (0, (19000,) * 3)],
)
def test_on_each_side_of_a_point(satisfied: int, amounts: tuple[int, int, int]) -> None:
    found = [
        yuan(per_point_below(kpi(satisfied, 1000), terms(partial_point=p)).amount)
        for p in ("whole", "started", "prorata")
    ]
    assert found == [yuan(amount) for amount in amounts]


def test_the_formula_shows_each_step() -> None:
    charge = per_point_below(kpi(939, 1000), terms())
    assert charge.formula.startswith("95 % − 93.9 % = 1.1个百分点，计1个（whole）")
    assert charge.formula.endswith("；1 × 200.00")
    assert per_point_below(kpi(95, 100), terms()).formula == "达到95 %：0个百分点 × 200.00"
    above = per_point_above(kpi(97, 100), terms()).formula
    assert above == "97 % − 95 % = 2个百分点，计2个（whole）；2 × 200.00"


def test_nothing_counted_costs_nothing() -> None:
    assert per_point_below(kpi(0, 0), terms()).amount == 0
    assert per_event(kpi(None), terms("2")).amount == 0


@given(st.integers(0, 10**6))
def test_so_much_an_event(count: int) -> None:
    assert per_event(kpi(count), terms("2")) == Charge(Decimal(500) * count, f"{count} × 500.00")


@given(st.integers(0, 31))
def test_so_much_a_day(days: int) -> None:
    charge = per_day(days, terms("3"), of="未达标")
    assert charge.amount == Decimal(7) * days
    assert charge.formula == f"未达标{days}天 × 7.00"


def test_counts_add_up_by_day() -> None:
    counted = Count.of([complaint("2026-03-09"), complaint("2026-03-02", count=3), complaint("2026-03-09", count=2)])
    assert list(counted.days.items()) == [(date(2026, 3, 2), 3), (date(2026, 3, 9), 3)]


def test_terms_remember_what_they_were_asked() -> None:
    asked = terms()
    assert not asked.adopted
    asked.value("target")
    asked.reading("base")
    assert asked.values == {"target": Decimal("0.95")}
    assert list(asked.adopted) == [Adopted(reading="base", option="rated", by="default")]
    with pytest.raises(RulingNeeded):
        asked.reading("how")
    assert asked.adopted[-1] == Adopted(reading="how", option=None, by=None)
    with pytest.raises(UsageError, match="no value 'goal'"):
        asked.value("goal")


def test_an_assumed_reading_is_cited_as_such() -> None:
    asked = terms(base="answered")
    asked.reading("base")
    assert asked.adopted == (Adopted(reading="base", option="answered", by="assumed"),)


@given(st.fractions())
def test_decimals_for_people_have_six_places_half_up(fraction: Fraction) -> None:
    text = decimal_text(fraction)
    assert abs(Fraction(text) - fraction) <= Fraction(1, 2 * 10**6)
    assert text == "0" or not text.endswith(".")
    assert not text.startswith("-0") or "." in text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        ("1/3", "0.333333"),
        ("2/3", "0.666667"),
        ("1/2000000", "0.000001"),
        ("-1/2000001", "0"),
        ("-3/2", "-1.5"),
        ("7", "7"),
    ],
)
def test_decimals_for_people(fraction: str, text: str) -> None:
    assert decimal_text(Fraction(fraction)) == text


def test_percentages_and_exact_ratios() -> None:
    assert percent(Decimal("0.943")) == "94.3 %"
    assert Ratio.exact(Fraction(219, 1000)) == Ratio(219, 1000)
    assert Ratio(1, 0).fraction is None
    assert Ratio(Decimal("1.5"), 2).fraction == Fraction(3, 4)
    assert math.isclose(float(Fraction(percent(Fraction(2, 3)).split()[0])), 66.666667)


@pytest.mark.parametrize(("kind", "figures"), [(Level, [0.5]), (Ratio, [1.0, 2]), (Ratio, [1, 2.0])])
def test_a_float_is_refused_where_it_is_measured(kind: Callable[..., object], figures: list[Any]) -> None:
    with pytest.raises(TypeError, match="never a float"):
        kind(*figures)


def test_what_is_no_float_is_measured() -> None:
    assert Level(Fraction(1, 2)).value == Fraction(1, 2)
    assert Ratio(Decimal("1.5"), 3).fraction == Fraction(1, 2)
