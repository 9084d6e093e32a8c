"""The made-up months of the sample: a fixed seed, a weekday pattern, and the few days on which something happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from kaohe import Month, is_working_day
from kaohe_local.samples import VendorMonth

SEED = 20260101
MONTHS = tuple(Month.of("2026-01") + n for n in range(12))
SEPTEMBER, NOVEMBER = MONTHS[8], MONTHS[10]
BUSY = dict(zip(MONTHS, (1.0, 0.9, 1.04, 0.98, 1.0, 1.06, 1.1, 1.05, 0.99, 0.97, 1.03, 1.1), strict=True))

SLOW_DAYS = {
    date(2026, 1, 5): (0.052, 0.925),  # the first working day of the year
    date(2026, 3, 10): (0.061, 0.921),  # four days of trouble with the lines
    date(2026, 3, 11): (0.084, 0.872),
    date(2026, 3, 12): (0.079, 0.884),
    date(2026, 3, 13): (0.055, 0.918),
    date(2026, 7, 20): (0.063, 0.893),  # heavy rain
    date(2026, 10, 8): (0.058, 0.909),  # the first day after the holidays
    date(2026, 12, 14): (0.066, 0.897),  # a cold wave, and too few agents
    date(2026, 12, 15): (0.083, 0.868),
    date(2026, 12, 16): (0.057, 0.926),
}
"""Days on which too many calls waited for longer than 15 s: the share of callers who gave up before an answer, and
the share of the answered calls that were answered in time."""
TEST_CALLS = {date(2026, 9, 15): 46, date(2026, 9, 16): 52, date(2026, 9, 17): 41}
"""Test calls of a line check, which the vendor's first workbook of September counts as callers."""
SHORT_DAYS = {
    1: (9, 23),
    2: (26,),
    3: (18, 27),
    4: (7,),
    5: (6, 22),
    6: (12, 26),
    7: (9,),
    8: (5, 14, 28),
    9: (),
    10: (15,),
    11: (),
    12: (4, 24),
}
"""Working days on which one agent more was on duty than there were calls for: fewer than 70 calls each."""

SATISFIED = dict(
    zip(
        MONTHS,
        (
            *("0.968", "0.957", "0.961", "0.943", "0.972", "0.955"),
            *("0.959", "0.924", "0.966", "0.938", "0.952", "0.917"),
        ),
        strict=True,
    )
)
STAFF = dict(
    zip(
        MONTHS,
        (
            *((2, 12), (3, 11), (4, 11), (2, 12), (2, 10), (4, 10)),
            *((3, 12), (3, 12), (3, 11), (4, 10), (3, 11), (3, 10)),
        ),
        strict=True,
    )
)
"""Front-desk agents who left, and who were there at the month's end: about a fifth leaves every month."""
OTHERS_LEFT = {MONTHS[9]: 1}
"""Who else left; four others are on the contract at each month's end."""
CLASS_HOURS = dict(zip(MONTHS, (16, 14, 18, 16, 17, 16, 20, 16, 17, 12, 16, 16), strict=True))
BEGINNERS = {
    MONTHS[1]: (30, 15),
    MONTHS[2]: (30, 15),
    MONTHS[3]: (32, 15),
    MONTHS[5]: (31, 16),
    MONTHS[6]: (26, 15),
    MONTHS[7]: (30, 15),
    MONTHS[8]: (30, 17),
    MONTHS[9]: (30, 15),
    MONTHS[11]: (30, 11),
}
"""Months in which somebody started: the fewest days of training, the fewest of practice."""
PUBLISHED = {date(2026, 4, 15): 16, date(2026, 6, 9): 25, date(2026, 10, 13): 18}
"""Days whose number of publications the story speaks of."""
UNCHECKED = {("cleaning.check", date(2026, 8, 16)), ("safety.check", date(2026, 10, 4))}


def months() -> dict[Month, VendorMonth]:
    """All months of the sample; the same on every machine."""
    random = Random(SEED)  # noqa: S311 (a sample, no secret)
    return {month: _month(month, random) for month in MONTHS}


def with_test_calls(figures: VendorMonth) -> VendorMonth:
    """The month as a vendor reports it that takes test calls for callers."""
    offered = {day: count + TEST_CALLS.get(day, 0) for day, count in figures.daily["calls.offered"].items()}
    return replace(figures, daily={**figures.daily, "calls.offered": offered})


def _month(month: Month, random: Random) -> VendorMonth:
    made = VendorMonth(month)
    for day in month.days:
        for code, value in _day(day, random).items():
            made.daily.setdefault(code, {})[day] = value
    made.monthly = _whole_month(made, random)
    made.events = _events(month)
    return made


def _day(day: date, random: Random) -> dict[str, int]:
    """One day: fewer calls at weekends and on holidays, most on Mondays."""
    working = is_working_day(day)
    base = (335 if day.isoweekday() > 1 else 362) if working else 268
    offered = min(max(round(base * BUSY[Month.of(day)] * random.uniform(0.94, 1.06)), 250), 400)
    given_up, in_time = random.uniform(0.004, 0.022), random.uniform(0.955, 0.985)
    given_up, in_time = SLOW_DAYS.get(day, (given_up, in_time))
    answered = offered - round(offered * given_up)
    short = working and day.day in SHORT_DAYS[day.month]
    items = random.randint(8, 24) if working else random.choice((0, 0, 2, 3, 5))
    return {
        "calls.offered": offered,
        "calls.answered": answered,
        "calls.answered_within_15s": round(answered * in_time),
        "seats.on_duty": answered // 70 + short,
        "publications.items": PUBLISHED.get(day, items),
    }


def _whole_month(made: VendorMonth, random: Random) -> dict[str, int]:
    answered = sum(made.daily["calls.answered"].values())
    rated = round(answered * random.uniform(0.58, 0.66))
    left, present = STAFF[made.month]
    figures = {
        "survey.rated": rated,
        "survey.satisfied": round(rated * float(SATISFIED[made.month])),
        "staff.front_desk.left": left,
        "staff.front_desk.present": present,
        "staff.all.left": left + OTHERS_LEFT.get(made.month, 0),
        "staff.all.present": present + 4,
        "training.class_hours": CLASS_HOURS[made.month],
        "reports.delivered": 3,
    }
    if made.month in BEGINNERS:
        figures["training.entry_days"], figures["training.practice_days"] = BEGINNERS[made.month]
    return figures


def _events(month: Month) -> list[dict[str, Any]]:
    """The weekly checks, on Sundays, and what the vendor itself reports."""
    sundays = [day for day in month.days if day.isoweekday() == 7]
    checks = [
        {"kind": kind, "on": str(day)}
        for kind in ("safety.check", "cleaning.check")
        for day in sundays
        if (kind, day) not in UNCHECKED
    ]
    reported = {
        Month.of("2026-03"): [{"kind": "ticket.return_late", "on": "2026-03-09", "ref": "回退-0309-07"}],
        Month.of("2026-06"): [{"kind": "publication.error", "on": "2026-06-09", "note": "办理时间写错，当日更正"}],
    }
    return [*checks, *reported.get(month, [])]
