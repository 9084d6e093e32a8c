"""Write the sample: ``python plugins/luohe/sample/make.py [FOLDER]``, by default over the one that lies here.

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
from kaohe import Month
from kaohe.plugins import load_region
from kaohe_local.samples import VendorMonth, Writer, as_csv

REGION = load_region("luohe")
LATE = Month.of("2026-08")
"""The month whose file comes only after the term."""


def _event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, **fields}


def _paid(no: int, invoiced: str, paid: str, amount: str) -> list[dict[str, Any]]:
    received = _event("invoice.received", invoiced, instalment=no)
    return [received, _event("payment.made", paid, instalment=no, amount=amount)]


AUTHORITY: Mapping[str, tuple[str, dict[str, int], list[dict[str, Any]]]] = {
    "2025-11": ("运营能力确认", {}, [_event("service.ready", "2025-11-20", ref="确认-2025-01")]),
    "2025-12": (
        "申诉与投诉",
        {},
        [
            _event("web_tickets.appealed", "2025-12-17", ref="申诉-2025-04", note="部门系统停机"),
            _event("complaint.verified", "2025-12-09", count=2),
        ],
    ),
    "2026-01": ("回访复核", {"callbacks.done": 4990}, [_event("complaint.verified", "2026-01-22", count=3)]),
    "2026-02": (
        "同意减员与付款",
        {},
        [
            _event("staff.absence_agreed", "2026-02-09", ref="函-2026-06", note="一人病休"),
            *_paid(1, "2026-02-03", "2026-02-10", "1278532.96"),
        ],
    ),
    "2026-03": (
        "舆论事件认定",
        {},
        [
            _event("opinion.severe", "2026-03-18", ref="舆情-2026-01", note="接听态度引发报道"),
            _event("complaint.verified", "2026-03-18", count=4),
        ],
    ),
    "2026-05": ("付款", {}, _paid(2, "2026-05-06", "2026-05-09", "458960.56")),
    "2026-06": (
        "计次裁定",
        {},
        [
            _event(
                "ruling",
                "2026-06-18",
                reading="failure-unit",
                option="item-quarter",
                since="2026-05-01",
                ref="考核答复第2号",
            ),
            _event("complaint.verified", "2026-06-11", count=3),
        ],
    ),
    "2026-07": (
        "防汛免责与整改",
        {},
        [
            _event(
                "exemption",
                "2026-07-20",
                clause="11.1",
                start="2026-07-20",
                end="2026-07-22",
                ref="防汛通知-3",
                note="特大暴雨",
            ),
            _event("service.outage", "2026-07-27", value="4.5", note="平台升级失误"),
            _event("notice.issued", "2026-07-28", ref="整改-2026-02", note="平台备线"),
        ],
    ),
    "2026-08": (
        "第三方费用与发票",
        {},
        [
            _event("thirdparty.cost", "2026-08-06", ref="整改-2026-02", amount="8600.00"),
            _event("invoice.received", "2026-08-05", instalment=3),
            _event("complaint.verified", "2026-08-19", count=2),
        ],
    ),
    "2026-09": (
        "舆论事件认定",
        {},
        [_event("opinion.severe", "2026-09-14", ref="舆情-2026-02", note="业务差错引发报道")],
    ),
    "2026-10": (
        "移交与发票",
        {},
        [
            _event("handover.done", "2026-10-31", end="2026-11-12", ref="移交-2026"),
            _event("invoice.received", "2026-11-04", instalment=4),
        ],
    ),
}
"""What the authority says, month by month: the file's name, its own figures and its events."""


def write(folder: Path) -> None:
    """Write the whole sample."""
    writer = Writer(REGION, REGION.contract("luohe-2025"), folder, date(2026, 11, 1))
    for month, figures in months().items():
        writer.vendor(month, _files(writer, figures), below="late" if month == LATE else "")
    for named, (name, own, events) in AUTHORITY.items():
        writer.authority(named, name, measures=own, events=events)


def _files(writer: Writer, figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: two workbooks, once tables in the spelling of old spreadsheets, else JSON."""
    name = f"{figures.month.year}年{figures.month.month}月考核数据"
    match figures.month.month:
        case 11 | 4:
            return {f"{name}.xlsx": writer.saved(writer.as_workbook(figures))}
        case 1:
            tables = writer.as_tables(figures) | writer.as_event_table(figures, end="结束日期")
            return {f"1月{sheet}.csv": as_csv(rows) for sheet, rows in tables.items()}
        case _:
            return {f"{name}.json": writer.as_json(figures)}


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
