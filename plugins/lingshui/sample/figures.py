"""The made-up months of the sample: a fixed seed, a weekday pattern, and the few things that happen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from kaohe import Month, Term, is_working_day
from kaohe_local.samples import VendorMonth

SEED = 20240117
FIRST, MISSING = Month.of("2024-01"), Month.of("2024-12")
MONTHS = tuple(month for n in range(13) if (month := FIRST + n) != MISSING)
"""The months that the vendor reports; December never comes."""

STORM = (date(2024, 9, 6), date(2024, 9, 7), date(2024, 9, 8))
"""A typhoon: most callers do not get through."""
QUIET_LINES = {date(2024, 5, n) for n in range(20, 25)}
"""Five days on which the lines are disturbed."""

GIVEN_UP = ("0.062", "0.071", "0.065", "0.058", "0.074", "0.068", "0.081", "0.076", "0.084", "0.079")
AT_ONCE = ("0.562", "0.547", "0.538", "0.521", "0.513", "0.530", "0.527", "0.542", "0.535", "0.540")
CALLED_BACK = ("0.971", "0.958", "0.945", "0.962", "0.952", "0.931", "0.928", "0.941", "0.919", "0.934")
SATISFIED = ("0.936", "0.922", "0.931", "0.915", "0.908", "0.924", "0.911", "0.929", "0.902", "0.917")
"""Shares of January to October; the months after them are as October was."""
STAFF = (25, 25, 24, 25, 25, 26, 26, 25, 24, 25, 25, 25, 25)


EVENTS: dict[str, list[dict[str, Any]]] = {
    "2024-03": [{"kind": "post.vacated", "on": "2024-03-11", "ref": "岗位07"}],
    "2024-04": [{"kind": "post.filled", "on": "2024-04-15", "ref": "岗位07"}],
    "2024-08": [{"kind": "post.vacated", "on": "2024-08-05", "ref": "岗位19"}],
    "2024-09": [{"kind": "force_majeure.notice", "on": "2024-09-10", "start": "2024-09-06", "note": "台风"}],
    "2024-10": [{"kind": "post.filled", "on": "2024-10-21", "ref": "岗位19"}],
    "2024-11": [{"kind": "service.change", "on": "2024-11-20", "start": "2024-11-13", "note": "坐席软件升级"}],
}


def months(term: Term) -> dict[Month, VendorMonth]:
    """All months of the sample; the same on every machine."""
    random = Random(SEED)  # noqa: S311 (a sample, no secret)
    return {month: _month(month, term, random) for month in MONTHS}


def _month(month: Month, term: Term, random: Random) -> VendorMonth:
    made = VendorMonth(month, events=EVENTS.get(str(month), []))
    for day in month.days:
        if day in term:
            for code, value in _day(day, random).items():
                made.daily.setdefault(code, {})[day] = value
    made.monthly = _whole_month(made, random)
    return made


def _share(shares: tuple[str, ...], month: Month) -> Decimal:
    return Decimal(shares[min(month - FIRST, len(shares) - 1)])


def _day(day: date, random: Random) -> dict[str, int]:
    """One day: fewer calls at weekends and on holidays."""
    offered = round((262 if is_working_day(day) else 205) * random.uniform(0.9, 1.1))
    given_up = float(_share(GIVEN_UP, Month.of(day))) * random.uniform(0.85, 1.15)
    if day in STORM:
        offered, given_up = round(offered * 2.4), 0.58
    elif day in QUIET_LINES:
        given_up = 0.17
    return {"calls.offered": offered, "calls.answered": offered - round(offered * given_up)}


def _whole_month(made: VendorMonth, random: Random) -> dict[str, int | Decimal]:
    answered, month = sum(made.daily["calls.answered"].values()), made.month
    consultations = round(answered * random.uniform(0.52, 0.58))
    due = round(answered * random.uniform(0.33, 0.38))
    rated = round(answered * random.uniform(0.4, 0.5))
    ordinary, line = random.randint(1, 4), random.randint(0, 2)
    part = Decimal(len(made.daily["calls.answered"])) / len(month.days)
    return {
        "consultations.received": consultations,
        "consultations.answered_at_once": int(consultations * _share(AT_ONCE, month)),
        "callbacks.due": due,
        "callbacks.in_time": int(due * _share(CALLED_BACK, month)),
        "survey.rated": rated,
        "survey.satisfied": int(rated * _share(SATISFIED, month)),
        "staff.present": STAFF[month - FIRST],
        "labour.spending": (Decimal("135400.00") * part).quantize(Decimal("0.01")),
        "reports.delivered": 0 if str(month) == "2024-07" else 1,
        "faults.ordinary": ordinary,
        "faults.ordinary_in_time": ordinary - (str(month) == "2024-05"),
        "faults.major": 1 if str(month) == "2024-09" else 0,
        "faults.major_in_time": 0,
        "faults.line": line,
        "faults.line_in_time": line,
    }
