"""What the authority says in the sample, month by month: the file's name, its events, and the days it checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kaohe import Month


@dataclass(frozen=True)
class Findings:
    """One file of the authority.

    Attributes:
        name: the file's name, without its ending.
        events: as the JSON form has them.
        measures: figures that take the place of the vendor's.
    """

    name: str
    events: tuple[dict[str, Any], ...] = ()
    measures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def _event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, **fields}


def _checks(month: str, *, without: tuple[int, ...] = ()) -> tuple[dict[str, Any], ...]:
    """A fire check each Tuesday, except on the days named."""
    days = [day for day in Month.of(month).days if day.isoweekday() == 2 and day.day not in without]
    return tuple(_event("fire.authority_check", str(day)) for day in days)


def _short(first: date, count: int, seats: int) -> dict[str, int]:
    return {str(first + timedelta(days=n)): seats for n in range(count)}


FINDINGS: Mapping[str, tuple[Findings, ...]] = {
    "2022-04": (
        Findings(
            "付款与检查",
            (
                *_checks("2022-04"),
                _event("deposit.rate", "2022-04-01", value="0.35%", ref="人民银行公布"),
                _event("invoice.received", "2022-04-20", instalment=1),
                _event("payment.made", "2022-04-28", instalment=1, amount="1641000.00"),
            ),
        ),
    ),
    "2022-05": (
        Findings(
            "检查与免责",
            (
                *_checks("2022-05"),
                _event(
                    "exemption", "2022-05-12", clause="3.1.5", start="2022-05-12", end="2022-05-13", note="封控期间"
                ),
            ),
        ),
    ),
    "2022-06": (
        Findings(
            "检查情况",
            (
                *_checks("2022-06"),
                _event("absence.found", "2022-06-14", ref="查岗-2022-06"),
                _event("disposition", "2022-06-30", clause="3.1.7.1", option="treasury"),
            ),
        ),
    ),
    "2022-07": (
        Findings(
            "检查与付款",
            (
                *_checks("2022-07"),
                _event("payment.applied", "2022-07-01", instalment=2, ref="付款申请-2"),
                _event("invoice.received", "2022-07-05", instalment=2),
                _event("payment.made", "2022-07-21", instalment=2, amount="1638500.00"),
                _event("disposition", "2022-07-31", clause="3.1.5", option="bonus"),
            ),
        ),
    ),
    "2022-08": (
        Findings(
            "考核失分与检查",
            (
                *_checks("2022-08", without=(9,)),
                _event("assessment.points_lost", "2022-08-17", ref="失分-2022-08-01", note="退件超期，扣0.3分"),
                _event("staff.replacement", "2022-08-31", start="2022-07-20", end="2022-08-31", ref="调换-01"),
            ),
        ),
        Findings(
            "考核失分金额",
            (_event("assessment.points_lost", "2022-08-31", ref="失分-2022-08-01", amount="3000.00"),),
        ),
    ),
    "2022-09": (
        Findings(
            "检查情况",
            (
                *_checks("2022-09"),
                _event("fire.hazard", "2022-09-20", start="2022-09-05", end="2022-09-20", ref="隐患-03"),
                _event("fire.fine_uncured", "2022-09-20", amount="2000.00", ref="隐患-03"),
            ),
        ),
        Findings("考勤复核", measures={"seats.on_duty": _short(date(2022, 9, 14), 2, 46)}),
    ),
    "2022-10": (
        Findings(
            "检查与付款",
            (
                *_checks("2022-10"),
                _event("payment.applied", "2022-10-08", instalment=3, ref="付款申请-3"),
                _event("invoice.received", "2022-10-12", instalment=3),
                _event("vendor.advanced", "2022-10-28", instalment=3, amount="1200000.00"),
                _event("payment.made", "2022-11-25", instalment=3, amount="1634700.00"),
            ),
        ),
    ),
    "2022-11": (Findings("检查情况", _checks("2022-11")),),
    "2022-12": (
        Findings(
            "考核失分与检查",
            (
                *_checks("2022-12", without=(20,)),
                _event("absence.found", "2022-12-13", ref="查岗-2022-12-1"),
                _event("absence.found", "2022-12-22", count=2, ref="查岗-2022-12-2"),
                _event("assessment.points_lost", "2022-12-28", ref="失分-2022-12-01", note="行风考核"),
            ),
        ),
    ),
    "2023-01": (
        Findings(
            "裁定与付款",
            (
                *_checks("2023-01", without=(24,)),
                _event(
                    "ruling",
                    "2023-01-10",
                    reading="absence-and-shortfall",
                    option="absence-only",
                    since="2022-12-01",
                    ref="考核答复第1号",
                ),
                _event("payment.applied", "2023-01-03", instalment=4, ref="付款申请-4"),
                _event("invoice.received", "2023-01-16", instalment=4),
            ),
        ),
    ),
    "2023-02": (Findings("检查情况", _checks("2023-02")),),
    "2023-03": (
        Findings("检查情况", (*_checks("2023-03"), _event("absence.found", "2023-03-24", ref="查岗-2023-03"))),
    ),
}
REFUSED = (
    _event("assessment.points_lost", "2022-08-17", ref="失分-2022-08-01", amount="12000.00"),
    _event("fire.fine_uncured", "2022-08-18", amount="1500.00"),
)
"""What was not taken in: a score loss above the range and a fine below its floor."""
