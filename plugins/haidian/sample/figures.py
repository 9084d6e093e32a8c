"""The made-up months of the sample: a fixed seed, a full team, and the days on which somebody is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from kaohe import Month, is_working_day
from kaohe_local.samples import VendorMonth

SEED = 20220401
TERM = tuple(Month.of("2022-04") + n for n in range(12))
UNSENT = Month.of("2022-11")
"""The vendor sent nothing for this month."""

TEAM, LEADERS = 48, 5

ON_DUTY: Mapping[date, int] = {
    **{date(2022, 5, day): 30 for day in (12, 13)},  # the district closes; the authority exempts both days
    date(2022, 5, 20): 47,
    date(2022, 5, 31): 47,
    date(2022, 6, 14): 45,
    **{date(2022, 7, day): 46 for day in (4, 5, 6)},
    date(2022, 8, 26): 47,
    date(2022, 10, 8): 47,  # a working Saturday
    **{date(2022, 12, day): 48 - n for n, day in enumerate((12, 13, 14, 15, 16), start=3)},  # many are ill
    **{date(2022, 12, day): 39 for day in (19, 20, 21)},
    **{date(2022, 12, day): 44 for day in (22, 23, 26)},
    date(2023, 1, 28): 46,  # a working Saturday after Spring Festival
    date(2023, 3, 10): 47,
}
"""Working days on which seats stayed empty, as the vendor reports them."""
LEFT = {date(2022, 8, day): 47 for day in range(26, 29)}
"""Days on which one agent less was employed."""
DEGREES = {Month.of("2022-06"): 28, Month.of("2022-07"): 28}
CALLBACKS_MISSED = {Month.of("2022-05"): 14, Month.of("2022-12"): 231}
QUIET_WEEKS = {date(2022, 8, 14), date(2022, 12, 18)}
"""Weeks, by their Sunday, with two updates of the micro-blog."""
UNTRAINED = {date(2022, 5, 15), date(2022, 10, 9), date(2022, 12, 18), date(2022, 12, 25)}
"""Weeks, by their Sunday, without a training session."""
TWO_PATROLS = {date(2022, 6, 25), date(2023, 1, 22), date(2023, 1, 23)}
NO_EXAM = Month.of("2022-12")
OTHERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "2022-06": (("fire.drill", "2022-06-16"), ("report.quarterly", "2022-06-29")),
    "2022-09": (("report.quarterly", "2022-09-29"),),
    "2022-12": (("report.quarterly", "2022-12-30"),),
    "2023-03": (("fire.drill", "2023-03-15"), ("report.quarterly", "2023-03-30")),
}
CLOTHES = {Month.of("2022-04"): 1, Month.of("2022-05"): 2, Month.of("2022-10"): 3}


def months() -> dict[Month, VendorMonth]:
    """All months that the vendor reports; the same on every machine."""
    random = Random(SEED)  # noqa: S311 (a sample, no secret)
    made = {month: _month(month, random) for month in TERM}
    del made[UNSENT]
    return made


def _month(month: Month, random: Random) -> VendorMonth:
    made = VendorMonth(month)
    for day in month.days:
        for code, value in _day(day, random).items():
            made.daily.setdefault(code, {})[day] = value
    made.monthly = _whole_month(month, random)
    made.events = sorted(_events(month), key=lambda event: (event["kind"], event["on"]))
    return made


def _day(day: date, random: Random) -> dict[str, int]:
    """One day: everybody on working days, a few on duty on the others."""
    working = is_working_day(day)
    on_duty = ON_DUTY.get(day, TEAM) if working else random.randint(6, 10)
    sunday = date.fromordinal(day.toordinal() + 7 - day.isoweekday())
    updated = (1, 3) if sunday in QUIET_WEEKS else (1, 3, 5)
    return {
        "seats.on_duty": on_duty,
        "leaders.on_duty": min(LEADERS, on_duty) if working else 1,
        "staff.employed": LEFT.get(day, TEAM),
        "staff.leaders_employed": LEADERS,
        "weibo.updates": 1 if day.isoweekday() in updated else 0,
        "fire.patrols": 2 if day in TWO_PATROLS else 3,
        "fire.manager_checks": 1,
    }


def _whole_month(month: Month, random: Random) -> dict[str, int]:
    due = random.randint(8200, 9900)
    surveyed = round(due * random.uniform(0.55, 0.62))
    figures = {
        "staff.agents": LEFT.get(month.last, TEAM),
        "staff.managers": 1,
        "staff.leaders": 4,
        "staff.degrees": DEGREES.get(month, 30),
        "callbacks.due": due,
        "callbacks.made": due - CALLBACKS_MISSED.get(month, 0),
        "districts.surveyed": surveyed,
        "districts.responded": round(surveyed * random.uniform(0.985, 0.998)),
        "districts.resolved": round(surveyed * random.uniform(0.78, 0.86)),
        "districts.satisfied": round(surveyed * random.uniform(0.82, 0.9)),
        "report.monthly": 2,
    }
    return figures | ({"staff.clothing_sets": CLOTHES[month]} if month in CLOTHES else {})


def _events(month: Month) -> list[dict[str, Any]]:
    """Training on Thursdays, an exam late in the month, and what the quarter brings."""
    thursdays = [day for day in month.days if day.isoweekday() == 4]
    trained = [day for day in thursdays if date.fromordinal(day.toordinal() + 3) not in UNTRAINED]
    events = [{"kind": "training.held", "on": str(day)} for day in trained]
    if month != NO_EXAM:
        events.append({"kind": "exam.held", "on": str(month.last.replace(day=26))})
    return events + [{"kind": kind, "on": on} for kind, on in OTHERS.get(str(month), ())]
