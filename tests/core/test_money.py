import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.model import Quantity, Rate, Record, Share, canonical, digest
from kaohe.money import Money, show, split, yuan
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Decimal("0.0049999"), "0.00"),
        (Decimal("0.005"), "0.01"),
        (Decimal("0.0050001"), "0.01"),
        (Decimal("-0.0049999"), "0.00"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("2.675"), "2.68"),  # the float 2.675 is below it, and round() goes to even
        (Decimal("0.125"), "0.13"),
        (Decimal("0.135"), "0.14"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(-2, 3), "-0.67"),
        (Fraction(400, 3), "133.33"),
        (7, "7.00"),
        (0, "0.00"),
    ],
)
def test_rounds_to_the_fen_half_up(exact: Decimal | Fraction | int, rounded: str) -> None:
    assert str(yuan(exact)) == rounded


@given(st.fractions())
def test_rounding_is_never_off_by_more_than_half_a_fen_and_ties_go_away_from_zero(exact: Fraction) -> None:
    off = Fraction(yuan(exact)) - exact
    assert abs(off) <= Fraction(1, 200)
    if abs(off) == Fraction(1, 200):
        assert abs(yuan(exact)) > abs(exact)
    assert yuan(-exact) == yuan(exact).copy_negate()


def test_there_is_no_negative_zero() -> None:
    assert str(yuan(Decimal("-0.001"))) == "0.00"
    assert str(yuan(Decimal("-0"))) == "0.00"


@pytest.mark.parametrize("amount", [0.1, 1.0, float("nan")])
def test_floats_are_refused(amount: Any) -> None:
    with pytest.raises(TypeError, match="never a float"):
        yuan(amount)


amounts = st.decimals(min_value=0, max_value=10**10, places=2)
weights = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@given(amounts, weights)
def test_shares_always_add_up_and_only_the_last_bears_the_rounding(total: Decimal, weighed: list[int]) -> None:
    parts = [Fraction(weight, sum(weighed)) for weight in weighed]
    shared = split(total, parts)
    assert sum(shared) == total
    assert min(shared) >= 0
    for part, share in zip(parts[:-1], shared[:-1], strict=True):
        assert share <= yuan(Fraction(total) * part)
        assert share == yuan(Fraction(total) * part) or not shared[-1], "cut only where nothing is left"
    assert abs(Fraction(shared[-1]) - Fraction(total) * parts[-1]) <= Fraction(len(parts), 200)


def test_the_last_share_takes_the_remainder() -> None:
    assert split(Decimal("0.05"), [Fraction(1, 3)] * 3) == (Decimal("0.02"), Decimal("0.02"), Decimal("0.01"))


def test_no_share_falls_below_zero_for_the_rounding_of_the_others() -> None:
    assert [str(share) for share in split(Decimal("0.03"), [Fraction(1, 5)] * 5)] == ["0.01"] * 3 + ["0.00"] * 2


@pytest.mark.parametrize("parts", [["0.5", "0.4"], ["0.5", "0.6"], ["0.3333", "0.3333", "0.3333"], []])
def test_shares_that_do_not_add_up_are_refused(parts: list[str]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        split(Decimal("100.00"), [Decimal(part) for part in parts])


def test_shown_with_thousands() -> None:
    assert show(Decimal(1399680)) == "1,399,680.00"
    assert show(Decimal("-0.5")) == "-0.50"


class Held(Record):
    money: Money = Decimal("0.00")
    quantity: Quantity = 0
    rate: Rate = Decimal(0)
    share: Share = Fraction(0)


@pytest.mark.parametrize("field", ["money", "quantity", "rate", "share"])
@pytest.mark.parametrize("value", [0.5, 1.0, True, "abc", "", "NaN", "Infinity", "-Infinity", None, [], float("inf")])
def test_fields_refuse_what_is_no_exact_number(field: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Held.model_validate({field: value})


@pytest.mark.parametrize("value", ["0.001", "200.005", "1e-3", Decimal("0.3333")])
def test_money_refuses_more_than_two_decimals(value: Any) -> None:
    with pytest.raises(ValidationError, match="at most two decimals"):
        Held(money=value)


@pytest.mark.parametrize("field", ["money", "quantity", "rate"])
@pytest.mark.parametrize("value", ["1e101", "1e-101", "0e999999999", Decimal("1e999999999")])
def test_fields_refuse_a_number_that_is_short_to_write_and_fills_a_memory(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match="more than 100 places"):
        Held.model_validate({field: value})


@pytest.mark.parametrize("value", ["1e100", "1e-100", 10**300])
def test_fields_take_numbers_as_long_as_any_exact_rate(value: Any) -> None:
    assert Held(quantity=value).quantity == Decimal(value)


def test_a_share_over_zero_is_refused() -> None:
    with pytest.raises(ValidationError):
        Held.model_validate({"share": "1/0"})


@pytest.mark.parametrize(
    ("given_", "held"), [("200", "200.00"), (200, "200.00"), ("1e2", "100.00"), ("-0.10", "-0.10")]
)
def test_money_is_held_with_two_decimals(given_: Any, held: str) -> None:
    assert str(Held(money=given_).money) == held


def test_json_carries_strings_and_whole_numbers_but_no_floats() -> None:
    held = Held.model_validate({"money": "200", "quantity": "16.50", "rate": "0.9500", "share": "7/30"})
    assert json.loads(held.model_dump_json()) == {
        "money": "200.00",
        "quantity": "16.5",
        "rate": "0.95",
        "share": "7/30",
    }
    assert json.loads(Held(quantity=Decimal("3.00")).model_dump_json())["quantity"] == 3
    assert Held.model_validate_json(held.model_dump_json()) == held


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_one_quantity_has_one_spelling(number: Decimal) -> None:
    spelt = [number, str(number), f"{number}0", number.normalize()]
    assert len({Held.model_validate({"quantity": spelling}).model_dump_json() for spelling in spelt}) == 1


def test_digests_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "济"}) == '{"a":"济","b":1}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}) != digest({"a": 2, "b": 2})


def test_records_are_frozen_and_closed() -> None:
    with pytest.raises(ValidationError):
        Held.model_validate({"mony": "1.00"})
    with pytest.raises(ValidationError):
        Held().money = Decimal(1)  # type: ignore[misc]
