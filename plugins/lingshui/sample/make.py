"""Write the sample: ``python plugins/lingshui/sample/make.py [FOLDER]``, by default over the one that lies here.

Made up with a fixed seed, figure by figure; no real month, call, ticket or person is in it. Run twice, it writes
the same bytes; with another version of openpyxl the workbooks may differ in their dress, never in their figures.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from figures import months
from kaohe.plugins import load_region
from kaohe_local.samples import VendorMonth, Writer, as_csv

REGION = load_region("lingshui")
CONTRACT = REGION.contract("lingshui-2024")
WORKBOOKS, TABLES = ("2024-01", "2024-06"), ("2024-02",)


def _event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, **fields}


RANKS = {
    "2024-01": 4,
    "2024-02": 6,
    "2024-03": 5,
    "2024-04": 7,
    "2024-05": 5,
    "2024-06": 9,
    "2024-07": 8,
    "2024-08": 8,
    "2024-09": 12,
    "2024-10": 10,
}
SAMPLES = {
    "2024-01": (30, 29),
    "2024-02": (30, 28),
    "2024-03": (40, 39),
    "2024-04": (40, 38),
    "2024-05": (40, 38),
    "2024-06": (40, 38),
    "2024-07": (40, 39),
    "2024-08": (40, 38),
    "2024-09": (50, 46),
    "2024-10": (50, 47),
}
"""Samples that the province took and those that passed."""

FINDINGS: Mapping[str, list[dict[str, Any]]] = {
    "2024-02": [_event("praise.verified", "2024-02-22", count=2, note="来电表扬")],
    "2024-03": [
        _event("complaint.verified", "2024-03-14", ref="诉-2024-004", note="服务态度"),
        _event("invoice.received", "2024-03-01", instalment=1),
        _event("payment.made", "2024-03-20", instalment=1, amount="900000.00"),
    ],
    "2024-04": [_event("praise.banner", "2024-04-18", note="锦旗一面")],
    "2024-05": [
        _event("maintenance.failure", "2024-05-21", ref="运维-2024-02", points="4", note="线路抖动五日未排除"),
        _event("complaint.severe", "2024-05-28", ref="诉-2024-011", option="media", note="媒体报道久拨不通"),
    ],
    "2024-06": [
        _event("ruling", "2024-06-12", reading="rank-gap", option="strict", since="2024-01-17", ref="复函第3号"),
        _event("payment.agreed", "2024-07-15", instalment=2),
        _event("invoice.received", "2024-06-28", instalment=2),
    ],
    "2024-07": [
        _event("report.not_delivered", "2024-07-10", ref="六月月报"),
        _event("payment.made", "2024-07-25", instalment=2, amount="580000.00"),
    ],
    "2024-08": [_event("complaint.verified", "2024-08-16", count=2, note="业务解答有误")],
    "2024-09": [
        _event("emergency.mishandled", "2024-09-07", ref="应急-2024-01", note="台风期间未启用备用坐席；分值待定"),
        _event("exemption", "2024-09-08", clause="A1.1", start="2024-09-06", end="2024-09-08", ref="会商纪要第9号"),
    ],
    "2024-10": [_event("praise.verified", "2024-10-17", note="来信表扬")],
    "2024-11": [
        _event("payment.agreed", "2024-12-16", instalment=3),
        _event("invoice.received", "2024-11-29", instalment=3),
        _event("breach.review", "2024-11-18", option="none"),
        _event("budget.review", "2024-11-25", option="secured"),
    ],
}
"""What the authority says, month by month."""

LATER: Mapping[str, tuple[str, dict[str, Any]]] = {
    "2024-05": ("回访抽查更正", {"measures": {"callbacks.in_time": 2180}}),
    "2024-09": (
        "应急处置认定",
        {"events": [_event("emergency.mishandled", "2024-09-07", ref="应急-2024-01", points="5", note="认定扣5分")]},
    ),
}
"""What it says afterwards, in files of their own: a count of call-backs put right, the points for an event."""


def write(folder: Path) -> None:
    """Write the whole sample."""
    writer = Writer(REGION, CONTRACT, folder, date(2025, 2, 1))
    for month, figures in months(CONTRACT.term).items():
        writer.vendor(month, _files(writer, figures))
    for named in sorted({*RANKS, *FINDINGS}):
        measures: dict[str, int] = {}
        if named in RANKS:
            sampled, passed = SAMPLES[named]
            measures = {"rank.monthly": RANKS[named], "inspection.sampled": sampled, "inspection.passed": passed}
        writer.authority(named, "考核认定", measures=measures, events=FINDINGS.get(named, []))
    for named, (name, content) in LATER.items():
        writer.authority(named, name, **content)


def _files(writer: Writer, figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: workbooks on the template, two tables, or JSON."""
    name = f"{figures.month.year}年{figures.month.month}月运营数据"
    if str(figures.month) in WORKBOOKS:
        return {f"{name}.xlsx": writer.saved(writer.as_workbook(figures))}
    if str(figures.month) in TABLES:
        tables = writer.as_tables(figures)
        return {f"{figures.month.month}月{part}.csv": as_csv(rows) for part, rows in tables.items()}
    return {f"{name}.json": writer.as_json(figures)}


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
