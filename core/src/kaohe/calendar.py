"""The working days of the People's Republic of China, with transferred working days and holidays.

The State Council publishes each year's holidays in the autumn before. The table comes from the
``chinesecalendar`` package; a year that it does not hold yet is an error, never a guess.
"""

from __future__ import annotations

from datetime import date, timedelta

from kaohe.errors import CalendarError


def is_working_day(day: date) -> bool:
    """Whether ``day`` is a working day: a working Saturday is, a public holiday on a Monday is not.

    Raises:
        CalendarError: the holidays of that year are not published, or not yet in our table.
    """
    import chinese_calendar  # 10 ms: only contracts that count working days pay for it

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise CalendarError(day.year) from None


def working_days(first: date, last: date) -> tuple[date, ...]:
    """The working days from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_working_day(day))


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; the day itself is not counted.

    >>> add_working_days(date(2026, 2, 13), 1)   # the Saturday is a transferred working day
    datetime.date(2026, 2, 14)
    """
    if count < 0:
        raise ValueError("count working days forward")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
