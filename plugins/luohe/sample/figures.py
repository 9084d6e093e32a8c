"""The made-up months of the sample: a fixed seed, a weekday pattern, and the few things that happen."""

from __future__ import annotations

from datetime import date
from random import Random

from kaohe import Month, add_working_days, is_working_day
from kaohe_local.samples import VendorMonth

SEED = 20251101
MONTHS = tuple(Month.of("2025-11") + n for n in range(12))
FLOOD = {date(2026, 7, 20): 0.58, date(2026, 7, 21): 0.49, date(2026, 7, 22): 0.71}
"""Days of a flood on which far too few calls could be answered; the authority exempts them from 11.1."""
TEAM = {2: 44, 4: 43, 9: 43}
"""Months with fewer than 45 on the team: in February by consent, in April and September without."""
LATE = {"web_tickets": {12: 1}, "callbacks": {4: 3, 5: 4, 6: 2}, "knowledge": {2: 1}, "supervision": {5: 1}}
"""What was not done in time, by month. January's call-backs are missing from the vendor's own account."""
RETURNED = {3: 0.0134}
"""The share of tickets sent back, where it is not the usual half a per cent."""
DELIVERED = {4: date(2026, 5, 12)}
"""Reports that came late; April's was due by 11 May."""


def months() -> dict[Month, VendorMonth]:
    """All months of the sample; the same on every machine."""
    random = Random(SEED)  # noqa: S311 (a sample, no secret)
    return {month: _month(month, random) for month in MONTHS}


def _month(month: Month, random: Random) -> VendorMonth:
    made = VendorMonth(month)
    for day in month.days:
        offered = round((1080 if is_working_day(day) else 760) * random.uniform(0.92, 1.08))
        made.daily.setdefault("calls.offered", {})[day] = offered
        answered = round(offered * FLOOD.get(day, random.uniform(0.952, 0.975)))
        made.daily.setdefault("calls.answered", {})[day] = answered
    made.monthly = _whole_month(made, random)
    delivered = DELIVERED.get(month.month, add_working_days(month.last, random.randint(2, 4)))
    made.events = [{"kind": "report.monthly", "on": str(month.last), "end": str(delivered)}]
    return made


def _whole_month(made: VendorMonth, random: Random) -> dict[str, int]:
    number = made.month.month
    answered = sum(made.daily["calls.answered"].values())
    rated, dispatched = round(answered * random.uniform(0.4, 0.5)), round(answered * random.uniform(0.2, 0.24))
    figures = {
        "survey.rated": rated,
        "survey.satisfied": round(rated * random.uniform(0.925, 0.955)),
        "tickets.dispatched": dispatched,
        "tickets.returned": round(dispatched * RETURNED.get(number, random.uniform(0.004, 0.007))),
        "staff.team": TEAM.get(number, 45),
        "standards.required": 12,
        "standards.done": min(1 + MONTHS.index(made.month), 12),
    }
    usual = {
        "web_tickets": ("received", "in_time", random.randint(380, 460)),
        "callbacks": ("due", "done", round(dispatched * 0.9)),
        "training": ("topics", "in_time", random.randint(1, 5)),
        "knowledge": ("notices", "in_time", random.randint(18, 40)),
        "supervision": ("tasks", "done", random.randint(1, 4)),
    }
    for name, (whole, part, count) in usual.items():
        figures[f"{name}.{whole}"] = count
        figures[f"{name}.{part}"] = count - LATE.get(name, {}).get(number, 0)
    return figures
