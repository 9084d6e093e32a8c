from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.calendar import add_working_days, is_working_day, working_days
from kaohe.errors import CalendarError, MissingFacts

days = st.dates(date(2022, 1, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 4), True),  # a Wednesday
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),  # a Monday within it
        (date(2026, 5, 1), False),  # a Friday, Labour Day
        (date(2025, 9, 28), True),  # a Sunday worked for the National Day
    ],
)
def test_the_government_calendar_is_followed(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_working_days_are_counted_over_the_spring_festival() -> None:
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 14), 1) == date(2026, 2, 24)  # nine days off
    assert add_working_days(date(2026, 2, 13), 3) == date(2026, 2, 25)
    assert add_working_days(date(2026, 2, 28), 0) == date(2026, 2, 28)


def test_the_fifth_working_day_of_a_month() -> None:
    assert add_working_days(date(2025, 12, 31), 5) == date(2026, 1, 8)  # 4 January is a Sunday worked for New Year
    assert working_days(date(2026, 2, 14), date(2026, 2, 24)) == (date(2026, 2, 14), date(2026, 2, 24))
    assert working_days(date(2026, 3, 2), date(2026, 3, 1)) == ()


@given(days, st.integers(1, 15))
def test_the_nth_working_day_after_a_day_is_one_and_has_n_minus_one_before_it(day: date, count: int) -> None:
    found = add_working_days(day, count)
    assert is_working_day(found)
    assert len(working_days(day + timedelta(days=1), found)) == count


def test_a_year_without_a_calendar_is_an_error_that_names_it() -> None:
    with pytest.raises(CalendarError, match="2031") as caught:
        is_working_day(date(2031, 1, 6))
    assert isinstance(caught.value, MissingFacts)
    assert caught.value.names == ("2031年的法定节假日安排",)
    assert "chinesecalendar" in str(caught.value)
    with pytest.raises(CalendarError, match="2031"):
        add_working_days(date(2031, 1, 6), 1)


def test_working_days_are_counted_forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 3, 2), -1)
