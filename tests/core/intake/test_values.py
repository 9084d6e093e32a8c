"""Cells: what people write for a number, a day and a month."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.intake.dates import day, month_of
from kaohe.intake.limits import MAX_NUMBER
from kaohe.intake.values import BadValue, number, text
from kaohe.periods import Month

MARCH = Month.of("2026-03")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (310, 310),
        (310.0, 310),
        ("310", 310),
        (" ３１０ ", 310),
        ("1,234", 1234),
        ("1，234,567", 1234567),
        ("+5", 5),
        ("0", 0),
        (0.1 + 0.2, Decimal("0.3")),
        ("16.50", Decimal("16.5")),
        (Decimal("16.5"), Decimal("16.5")),
        (310.00000000000006, 310),
        (MAX_NUMBER, MAX_NUMBER),
    ],
)
def test_numbers_as_they_are_written(value: object, expected: object) -> None:
    assert number(value) == expected
    assert isinstance(number(value), type(expected))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("三百", "not-a-number"),
        ("310次", "not-a-number"),
        ("12,34", "not-a-number"),
        ("1e3", "not-a-number"),
        ("-", "not-a-number"),
        ("95%", "not-a-number"),
        ("NaN", "not-a-number"),
        (True, "not-a-number"),
        (float("nan"), "not-a-number"),
        (float("inf"), "not-a-number"),
        (date(2026, 3, 1), "not-a-number"),
        (time(1, 2), "not-a-number"),
        (timedelta(1), "not-a-number"),
        (None, "not-a-number"),
        ("#N/A", "formula-error"),
        (-1, "negative"),
        ("-0.5", "negative"),
        (MAX_NUMBER + 1, "too-large"),
        (1e300, "too-large"),
        (Decimal("1e999999"), "too-large"),
        (1.5, "not-whole"),
        ("1.5", "not-whole"),
    ],
)
def test_what_is_no_count(value: object, code: str) -> None:
    with pytest.raises(BadValue) as bad:
        number(value, whole=True)
    assert bad.value.code == code


def test_percentages_are_taken_where_a_rate_is_asked() -> None:
    assert number("95.3%", percent=True) == Decimal("0.953")
    assert number("９５．３％", percent=True) == Decimal("0.953")
    assert number("100 %", percent=True) == 1
    with pytest.raises(BadValue):
        number("95.3%")


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 5),
        datetime(2026, 3, 5, 8, 30),  # noqa: DTZ001 (a cell knows no zone)
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "２０２６年０３月０５日",
        "20260305",
        20260305,
        "2026-03-05 00:00:00",
        "2026-03-05T08:30",
        "2026-03-05 周四",
        "3月5日",
        "5",
        "5日",
        5,
        5.0,
        46086,
        46086.0,
        46086.35,
        "46086",
    ],
)
def test_days_as_they_are_written(value: object) -> None:
    assert day(value, MARCH) == date(2026, 3, 5)


@pytest.mark.parametrize("value", [5.7, Decimal("5.5"), 20260305.5, 0.5, "5.7", float("nan")])
def test_a_fraction_of_a_day_is_no_day(value: object) -> None:
    with pytest.raises(BadValue):
        day(value, MARCH)


@pytest.mark.parametrize(
    "value", ["3月5日", "5", 5, "5日", "3/5", "05-03-2026", "26-3-5", "", True, 999, -5, 1e300, [], "２０２６"]
)
def test_days_that_only_the_month_could_settle_need_it(value: object) -> None:
    with pytest.raises(BadValue):
        day(value)


@pytest.mark.parametrize(
    "value", ["2026-03", "2026年3月", "2026/3", "202603", 202603.0, "3月", "3月份", 3.0, date(2026, 3, 9)]
)
def test_months_as_they_are_written(value: object) -> None:
    assert month_of(value, MARCH) == MARCH


@pytest.mark.parametrize("value", ["13", "三月", "2026", "", 0])
def test_what_is_no_month(value: object) -> None:
    with pytest.raises(BadValue):
        month_of(value, MARCH)


def test_long_numbers_that_excel_has_cut_are_refused_as_text() -> None:
    assert text(20260305.0) == "20260305"
    assert text("a\nb\t c") == "a b c"
    for value in (2.02603051234567e17, True, date(2026, 3, 5)):
        with pytest.raises(BadValue):
            text(value)


@given(st.integers(0, MAX_NUMBER))
def test_a_count_survives_every_spelling(count: int) -> None:
    full_width = str(count).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    for spelling in (count, float(count), str(count), f"{count:,}", f" {count} ", full_width, Decimal(count)):
        assert number(spelling, whole=True) == count


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_survives_every_spelling(on: date) -> None:
    serial = (on - date(1899, 12, 30)).days
    spellings: list[Any] = [
        on,
        f"{on}",
        f"{on.year}/{on.month}/{on.day}",
        f"{on.year}年{on.month}月{on.day}日",
        f"{on:%Y%m%d}",
        serial,
    ]
    assert {day(spelling) for spelling in spellings} == {on}
    assert day(str(on.day), Month.of(on)) == on


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1\u200b310", "看不见的字符"),
        ("\ufeff1310", "看不见的字符"),
        ("1 310", "空格"),
        ("1\u2009310", "空格"),
        ("1\u00a0310.5", "空格"),
        ("1310 次", "单位"),
        ("约1310", "单位"),
    ],
)
def test_why_a_text_is_no_number(value: str, says: str) -> None:
    with pytest.raises(BadValue) as caught:
        number(value)
    assert says in caught.value.message
