"""Write the sample: ``python plugins/jiyuan/sample/make.py [FOLDER]``, by default over the one that lies here.

Made up with a fixed seed, figure by figure; no real month, call, ticket or person is in it. Run twice, it writes
the same bytes; with another version of openpyxl the workbooks may differ in their dress, never in their figures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from figures import NOVEMBER, SEPTEMBER, months, with_test_calls
from kaohe import Month
from kaohe.plugins import load_region
from kaohe_local.samples import VendorMonth, Writer, as_csv, put
from openpyxl.worksheet.worksheet import Worksheet

REGION = load_region("jiyuan")
APRIL, MAY = Month.of("2026-04"), Month.of("2026-05")


def _event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, **fields}


def _invoice(no: int, on: str) -> dict[str, Any]:
    return _event("invoice.received", on, instalment=no)


def _paid(no: int, on: str, amount: str) -> dict[str, Any]:
    return _event("payment.made", on, instalment=no, amount=amount)


AUTHORITY: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
    ("2026-01", "查实情况", [_event("complaint.verified", "2026-01-20", ref="诉-2026-003", note="服务态度")]),
    (
        "2026-03",
        "工单核查与付款",
        [
            _event("ticket.return_late", "2026-03-09", ref="回退-0309-07", start="2026-03-06", end="2026-03-09"),
            _event("ticket.dispatch_late", "2026-03-16", ref="转办-0312-15", start="2026-03-12", end="2026-03-16"),
            _event("ticket.callback_late", "2026-03-20", ref="回访-0318-02", start="2026-03-18", end="2026-03-20"),
            _invoice(1, "2026-03-05"),
            _paid(1, "2026-03-16", "419904.00"),
        ],
    ),
    ("2026-04", "信息发布核查", [_event("publication.error", "2026-04-15", ref="核查-2026-011", note="链接有误")]),
    ("2026-05", "查实情况", [_event("complaint.verified", "2026-05-19", count=2, note="业务解答有误")]),
    ("2026-06", "收到发票", [_invoice(2, "2026-06-24")]),
    (
        "2026-07",
        "暗访与付款",
        [
            _event("inspection.incident", "2026-07-22", ref="督查-2026-07", note="暗访时无人接听"),
            _paid(2, "2026-07-03", "322492.00"),
        ],
    ),
    ("2026-08", "查实情况", [_event("ticket.callback_late", "2026-08-11", ref="回访-0806-09")]),
    (
        "2026-09",
        "接通率裁定",
        [_event("ruling", "2026-09-08", reading="connect-target", option="workload", ref="考核答复第1号")],
    ),
    ("2026-09", "发票与付款", [_invoice(3, "2026-09-21"), _paid(3, "2026-09-28", "321192.00")]),
    (
        "2026-10",
        "查实情况",
        [
            _event("publication.error", "2026-10-13", ref="核查-2026-027", note="办理地址已变更"),
            _event("leak.verified", "2026-10-20", ref="保密-2026-01", note="截图外传"),
            _event("microplatform.mishandled", "2026-10-27", ref="微-2026-114", note="久拖未办"),
        ],
    ),
    (
        "2026-11",
        "查实情况",
        [
            _event("complaint.verified", "2026-11-05", ref="诉-2026-031", note="服务态度"),
            _event("ticket.dispatch_late", "2026-11-11", ref="转办-1109-22", start="2026-11-09", end="2026-11-11"),
        ],
    ),
    (
        "2026-12",
        "查实情况",
        [
            _event("emergency.reported_late", "2026-12-15", ref="应急-2026-05", note="供热爆管"),
            _event("inspection.incident", "2026-12-17", ref="督查-2026-12", note="暗访时答复错误"),
            _event("ticket.return_late", "2026-12-21", ref="回退-1218-03", start="2026-12-18", end="2026-12-21"),
            _event("complaint.verified", "2026-12-24", ref="诉-2026-036", note="服务态度"),
        ],
    ),
)
"""What the authority says: the month, the file's name, its events. It has nothing to say of February. No
invoice for the fourth instalment has come."""


def write(folder: Path) -> None:
    """Write the whole sample."""
    writer = Writer(REGION, REGION.contract("jiyuan-2026"), folder, date(2027, 1, 1))
    made = months()
    for month, figures in made.items():
        if month != NOVEMBER:  # of which the vendor never sends anything
            writer.vendor(month, _files(writer, figures))
    for named, name, events in AUTHORITY:
        writer.authority(named, name, measures={}, events=events)
    for named, name, measures in _counted(made):
        writer.authority(named, name, measures=measures, events=[])
    april = writer.as_workbook(made[APRIL])
    _spoil(april["按月"], april["按日"])
    put(folder / "refused" / _name(APRIL, "xlsx"), writer.saved(april))
    september = writer.as_workbook(with_test_calls(made[SEPTEMBER]))
    put(folder / "replaced" / _name(SEPTEMBER, "xlsx"), writer.saved(september))


def _counted(made: Mapping[Month, VendorMonth]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What the authority counted itself: May's ratings, when it listened again, and November's staff."""
    yield "2026-05", "满意率复核", {"survey.satisfied": made[MAY].monthly["survey.satisfied"] - 233}
    staff = {code: count for code, count in made[NOVEMBER].monthly.items() if code.startswith("staff.")}
    yield "2026-11", "考勤机人数", staff


def _files(writer: Writer, figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: workbooks mostly, and once each of the other forms that are taken in."""
    tables = writer.as_tables(figures) | writer.as_event_table(figures, ref="编号", note="备注")
    match figures.month.month:
        case 2:
            return {f"2月{name}.csv": as_csv(rows) for name, rows in tables.items()}
        case 5 | 10:
            return {_name(figures.month, "json"): writer.as_json(figures)}
        case 6:
            sheets = {f"{name}.csv": as_csv(rows, "utf-8-sig") for name, rows in tables.items()}
            return {_name(figures.month, "zip"): writer.zipped(sheets)}
        case _:
            return {_name(figures.month, "xlsx"): writer.saved(writer.as_workbook(figures))}


def _name(month: Month, suffix: str) -> str:
    return f"{month.year}年{month.month}月运营数据.{suffix}"


def _spoil(monthly: Worksheet, daily: Worksheet) -> None:
    """The slips that a clerk makes at the end of a long day."""
    rated = next(row for row in range(4, 30) if monthly.cell(row, 1).value == REGION.catalogue.labels["survey.rated"])
    satisfied = monthly.cell(rated + 1, 2).value
    assert isinstance(satisfied, int)
    monthly.cell(rated, 2, satisfied - 120)  # fewer rated than were satisfied
    daily.cell(6, 3, "约310")  # a number with a word
    daily.cell(9, 5, -3)  # a slip of the sign
    daily.cell(11, 1, date(2026, 5, 8))  # the eighth of another month
    daily.cell(15, 4).value = None  # left empty
    daily.cell(18, 4, 4210)  # a digit too many: more answered than offered


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
