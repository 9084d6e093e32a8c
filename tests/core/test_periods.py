import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.periods import Month, Term, Window
from pydantic import TypeAdapter, ValidationError

months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))
shifts = st.integers(-1000, 1000)


@given(months, shifts, shifts)
def test_months_are_counted_like_numbers(month: Month, one: int, two: int) -> None:
    assert (month + one) - month == one
    assert month + one + two == month + (one + two)
    assert (month + one > month) is (one > 0)


@given(months)
def test_months_tile_the_calendar(month: Month) -> None:
    assert month.last + timedelta(days=1) == (month + 1).first
    assert month.days[0] == month.first
    assert month.days[-1] == month.last
    assert len(month.days) == (month.last - month.first).days + 1
    assert all(day in month and Month.of(day) == month for day in month.days)
    assert (month + 1).first not in month
    assert Month.of(str(month)) == month == Month.of(month)


def test_february_knows_leap_years() -> None:
    assert [Month(year, 2).last.day for year in (2024, 2025, 2100)] == [29, 28, 28]


@pytest.mark.parametrize(
    "text",
    [
        "2026-3",
        "2026-13",
        "2026-00",
        "0000-01",
        "26-03",
        "2026/03",
        "2026-03-01",
        "2026-03 ",
        "",
        "March",
        "２０２６-03",
    ],
)
def test_what_is_no_iso_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        Month.of(text)


def test_months_in_records_are_texts() -> None:
    adapter = TypeAdapter(dict[Month, Month])
    held = {Month(2026, 3): Month(2026, 4)}
    assert adapter.validate_json(adapter.dump_json(held)) == held
    assert json.loads(adapter.dump_json(held)) == {"2026-03": "2026-04"}
    for wrong in (202603, None, 1.5):
        with pytest.raises(ValidationError):
            TypeAdapter(Month).validate_python(wrong)
    assert repr(Month(2026, 3)) == "Month.of('2026-03')"


def test_windows() -> None:
    assert Window.of(Month(2024, 2)) == Window(label="2024-02", first=date(2024, 2, 1), last=date(2024, 2, 29))
    assert Window.of(date(2026, 3, 5)).label == "2026-03-05"
    assert Window.between(Month(2025, 11), Month(2026, 1)).label == "2025-11/2026-01"
    assert Window.between(Month(2026, 1), Month(2026, 1)) == Window.of(Month(2026, 1))
    with pytest.raises(ValidationError, match="ends on or after"):
        Window(label="x", first=date(2026, 3, 2), last=date(2026, 3, 1))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 1500))
def test_a_terms_months_are_those_that_it_touches(first: date, length: int) -> None:
    term = Term(first=first, last=first + timedelta(days=length))
    touched = sorted({Month.of(first + timedelta(days=n)) for n in range(length + 1)})
    assert list(term.months) == touched
    assert first in term
    assert term.last in term
    assert term.last + timedelta(days=1) not in term
    assert term.window.last == term.last


@pytest.mark.parametrize(
    ("month", "label"),
    [
        ("2025-11", "2025-11/2026-01"),
        ("2026-01", "2025-11/2026-01"),
        ("2026-02", "2026-02/2026-04"),
        ("2026-10", "2026-08/2026-10"),
    ],
)
def test_quarters_are_counted_from_the_first_month_of_service(month: str, label: str) -> None:
    term = Term(first=date(2025, 11, 1), last=date(2026, 10, 31))
    assert term.quarter(Month.of(month)).label == label


def test_a_last_quarter_that_is_short_ends_with_the_term() -> None:
    term = Term(first=date(2024, 1, 17), last=date(2025, 1, 16))
    assert term.quarter(Month.of("2025-01")).label == "2025-01"


@given(months, st.integers(0, 40), st.integers(0, 40))
def test_quarters_tile_the_term(first: Month, length: int, place: int) -> None:
    term = Term(first=first.first, last=(first + length).last)
    month = first + min(place, length)
    quarter = term.quarter(month)
    assert quarter.first <= month.first <= quarter.last <= term.last
    assert (Month.of(quarter.first) - first) % 3 == 0


def test_a_term_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        Term(first=date(2026, 1, 2), last=date(2026, 1, 1))
