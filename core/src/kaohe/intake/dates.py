"""What a cell holds, as a day or a month."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kaohe.intake.values import BadValue, plain
from kaohe.periods import Month

_FULL = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日?")
_DAY = re.compile(r"(\d{1,2})日?")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_WEEKDAY = re.compile(r"\s*\(?(?:周|星期)[一二三四五六日天]\)?$")
_MONTH = re.compile(r"(?:(\d{4})(?:[-/.]|年))?(\d{1,2})(?:月份?)?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(36526, 73051)
"""Days as Excel counts them, for the years 2000 to 2099: no other number in a date column lies there."""


def example(month: Month | None) -> str:
    """How a date may be written, with one of the month reported on: an example of another year would mislead."""
    shown = (month or Month(2026, 3)).days[4]
    return f"{shown} 或 {shown.year}年{shown.month}月{shown.day}日"


def day(value: Any, month: Month | None = None, *, like: Month | None = None) -> date:
    """The day in a cell.

    ``5``, ``5日`` and ``3月5日`` are taken only where the file's month settles the rest. ``3/5`` never is: it
    is March to some and May to others.

    Args:
        value: what the cell holds: a date, text, a day number, or the number that Excel keeps for a date.
        month: the month that every day of this column lies in; None where a full date is needed.
        like: the month that a fault takes its example from; by default the same.

    Raises:
        BadValue: it is no day.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    expected = f"日期，如 {example(like or month)}"
    try:
        found = None if isinstance(value, bool) else _read(value, month)
    except (ValueError, OverflowError):
        raise BadValue("no-such-day", "没有这一天", expected) from None
    if found is None:
        raise BadValue("not-a-date", "不是可以识别的日期", expected)
    return found


def _read(value: Any, month: Month | None) -> date | None:
    if isinstance(value, int | float | Decimal):
        whole = int(value) if -(10**8) < value < 10**8 else 0
        # Behind the number that Excel keeps for a date stands the time of day; 5.7 is no 5th.
        return _from_number(whole, month) if whole == value or whole in _SERIALS else None
    if not isinstance(value, str):
        return None
    written = _WEEKDAY.sub("", _TIME.sub("", plain(value)))
    if match := _FULL.fullmatch(written):
        year, *months, on_day = match.groups()
        return date(int(year), int(next(m for m in months if m)), int(on_day))
    if match := _MONTH_DAY.fullmatch(written):
        return date(month.year, int(match[1]), int(match[2])) if month else None
    if match := _DAY.fullmatch(written):
        return _from_number(int(match[1]), month)
    return _from_number(int(written), month) if written.isascii() and written.isdigit() and len(written) < 9 else None


def _from_number(whole: int, month: Month | None) -> date | None:
    if whole in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=whole)
    if match := _COMPACT.fullmatch(str(whole)):
        return date(int(match[1]), int(match[2]), int(match[3]))
    return date(month.year, month.month, whole) if month and 0 < whole < 100 else None


def month_of(value: Any, month: Month) -> Month:
    """The month in a cell; ``3`` and ``3月`` are of the year of ``month``.

    Raises:
        BadValue: it is no month.
    """
    if isinstance(value, date):
        return Month.of(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = plain(str(value))
    if match := _COMPACT_MONTH.fullmatch(written) or _MONTH.fullmatch(written):
        year, number = int(match[1] or month.year), int(match[2])
        if year and 1 <= number <= 12:
            return Month(year, number)
    raise BadValue("not-a-month", "不是可以识别的月份", f"{month} 或 {month.year}年{month.month}月")
