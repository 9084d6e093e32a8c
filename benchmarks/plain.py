"""The deductions of Jiyuan's year as one writes them for one contract: dictionaries, fractions, a function a clause.

No states, no places, no payments, nothing said in words: the least that all readings of a year can take.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from kaohe.assessment import Assessment
from kaohe.submission import Submission

READINGS = {
    "partial-point": ("whole", "started", "prorata"),
    "satisfaction-base": ("rated", "answered"),
    "two-days": ("natural", "working"),
    "connect-target": ("none", "workload"),
    "timeliness-base": ("offered", "answered"),
    "timeliness-days": ("each-day", "month-fails-failing-days", "month-fails-all-days", "month-fails-once"),
    "turnover-staff": ("front-desk", "all"),
    "before-signing": ("applies", "waived"),
}
"""The options of each reading, the default first."""
_SIGNED = date(2026, 2, 27)

Days = dict[date | None, int]
Month = dict[str, Days]
How = Mapping[str, str]
Amounts = dict[str, Decimal | None]


def facts(uploads: Iterable[Submission]) -> list[Month]:
    """The figures of each month by measure and day, and how many events of each kind on each day."""
    return [_month(list(found)) for _, found in groupby(uploads, key=lambda upload: upload.month)]


def _month(uploads: Sequence[Submission]) -> Month:
    month: Month = {}
    for upload in uploads:
        for figure in upload.figures:
            month.setdefault(figure.code, {})[figure.on] = int(figure.value)
        for event in upload.events:
            days = month.setdefault(event.kind, {})
            days[event.on] = days.get(event.on, 0) + event.count
    return month


def all_readings(year: Sequence[Month]) -> dict[tuple[str, str], list[Amounts]]:
    """What each clause takes in each month: as read by default (under ``("", "")``), and with one reading changed."""
    usual = {name: options[0] for name, options in READINGS.items()}
    changed = {(name, option): usual | {name: option} for name, options in READINGS.items() for option in options[1:]}
    return {key: deductions(year, how) for key, how in {("", ""): usual, **changed}.items()}


def check(found: Mapping[tuple[str, str], Sequence[Amounts]], assessments: Sequence[Assessment]) -> None:
    """Hold what was found against what kaohe says of the same facts.

    Raises:
        AssertionError: one amount differs, or there is nothing to compare.
    """
    compared = 0
    for n, assessment in enumerate(assessments):
        for deduction in assessment.deductions:
            known = [("", "", deduction.amount), *((a.reading, a.option, a.amount) for a in deduction.alternatives)]
            for reading, option, amount in known:
                if (reading, option) in found:
                    ours = found[reading, option][n][deduction.clause]
                    assert ours == amount, (
                        f"{assessment.month} {deduction.clause} {reading} {option}: {amount}, by hand {ours}"
                    )
                    compared += 1
    assert compared > len(CLAUSES) * len(assessments), "next to nothing was compared"


def deductions(year: Sequence[Month], how: How) -> list[Amounts]:
    """The same for one way of reading."""
    found = [{no: _fen(clause(month, how)) for no, clause in CLAUSES.items()} for month in year]
    found[-1]["4.8"] = _fen(_turnover(year, how))
    return found


def _fen(amount: Fraction | int | None) -> Decimal | None:
    return None if amount is None else Decimal(math.floor(Fraction(amount) * 100 + Fraction(1, 2))) / 100


def _points(short: Fraction, how: How) -> Fraction | int:
    points = max(short * 100, Fraction(0))
    return {"whole": math.floor(points), "started": math.ceil(points), "prorata": points}[how["partial-point"]]


def _counts(day: date, how: How) -> bool:
    return how["before-signing"] == "applies" or day >= _SIGNED


def _last(month: Month) -> date:
    return max(day for day in month["calls.offered"] if day)


def _satisfaction(month: Month, how: How) -> Fraction | int:
    base = {"rated": "survey.rated", "answered": "calls.answered"}[how["satisfaction-base"]]
    if not _counts(_last(month), how):
        return 0
    return 200 * _points(Fraction(95, 100) - Fraction(month["survey.satisfied"][None], sum(month[base].values())), how)


def _each(amount: int, *kinds: str) -> Callable[[Month, How], int]:
    def clause(month: Month, how: How) -> int:
        found = [(day, count) for kind in kinds for day, count in month.get(kind, {}).items()]
        return amount * sum(count for day, count in found if day and _counts(day, how))

    return clause


def _connected(month: Month, how: How) -> int | None:
    if not _counts(_last(month), how):
        return 0
    if how["connect-target"] == "none":
        return None
    answered, seats = month["calls.answered"], month["seats.on_duty"]
    return 200 * sum(answered[day] < 70 * seats[day] for day in answered if day and _counts(day, how))


def _timeliness(month: Month, how: How) -> int:
    days = [day for day in month["calls.offered"] if day and _counts(day, how)]
    part, whole = month["calls.answered_within_15s"], month[f"calls.{how['timeliness-base']}"]
    failing = sum(10 * part[day] < 9 * whole[day] for day in days)
    if how["timeliness-days"] == "each-day":
        return 200 * failing
    fails = 10 * sum(part[day] for day in days) < 9 * sum(whole[day] for day in days)
    once = int(_counts(_last(month), how))
    counted = {"failing-days": failing, "all-days": len(days), "once": once}
    return 200 * fails * counted[how["timeliness-days"].removeprefix("month-fails-")]


def _publications(month: Month, how: How) -> Fraction | int:
    items, wrong = month["publications.items"], month.get("publication.error", {})
    shares = (Fraction(wrong.get(day, 0), count) for day, count in items.items() if day and count and _counts(day, how))
    return sum((200 * _points(share, how) for share in shares), Fraction(0))


def _turnover(year: Sequence[Month], how: How) -> Fraction | int:
    left, present = (f"staff.{how['turnover-staff'].replace('-', '_')}.{what}" for what in ("left", "present"))
    rates = [Fraction(month[left][None], month[left][None] + month[present][None]) for month in year]
    return 10_000 * _points(sum(rates, Fraction(0)) / len(rates) - Fraction(1, 5), how)


CLAUSES: dict[str, Callable[[Month, How], Fraction | int | None]] = {
    "4.1": _satisfaction,
    "4.2": _each(500, "complaint.verified"),
    "4.3": _each(200, "ticket.dispatch_late", "ticket.return_late", "ticket.callback_late"),
    "4.4": _connected,
    "4.5": _timeliness,
    "4.6": _each(500, "microplatform.mishandled"),
    "4.7": _publications,
    "4.9": _each(1000, "leak.verified"),
    "4.10": _each(1000, "inspection.incident"),
}
