"""The days of the People's Republic of China: on which one a moment falls, and which are working days.

Working days take account of holidays and of working days that were transferred. The State Council publishes each
year's in the autumn before. The table comes from the ``chinesecalendar`` package; a year that it does not hold yet is
an error, never a guess.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from kaohe.errors import CalendarError

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one time all year since 1991; a fixed offset needs no time-zone data in the bundle."""


def day_in_china(moment: datetime) -> date:
    """The day that it is in China at a moment, which must say its time zone."""
    return moment.astimezone(CHINA).date()


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
