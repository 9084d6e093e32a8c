"""Write the sample: ``python plugins/jiyuan/sample/make.py [FOLDER]``, by default over the one that lies here.

Made up with a fixed seed, figure by figure; no real month, call, ticket or person is in it. Run twice, it writes
the same bytes; with another version of openpyxl the workbooks may differ in their dress, never in their figures.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from figures import NOVEMBER, SEPTEMBER, VendorMonth, months, with_test_calls
from kaohe import VENDOR, Month
from kaohe.intake.headers import EVENT
from kaohe.intake.template.build import build
from kaohe.plugins import load_region
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
REGION = load_region("jiyuan")
CONTRACT = REGION.contract("jiyuan-2026")
LABELS = {
    code: entry.label
    for entries in (REGION.catalogue.measures, REGION.catalogue.events)
    for code, entry in entries.items()
}
STAMP = (2027, 1, 1, 0, 0, 0)
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
    made = months()
    vendor = folder / "submissions/jiyuan/vendor"
    for month, figures in made.items():
        if month != NOVEMBER:  # of which the vendor never sends anything
            for name, content in _vendor(figures).items():
                _put(vendor / str(month) / name, content)
    for named, name, events in AUTHORITY:
        _authority(folder, named, name, {}, events)
    for named, name, measures in _counted(made):
        _authority(folder, named, name, measures, [])
    _put(folder / "refused" / _name(APRIL, "xlsx"), _workbook(made[APRIL], spoil=True))
    _put(folder / "replaced" / _name(SEPTEMBER, "xlsx"), _workbook(with_test_calls(made[SEPTEMBER])))


def _counted(made: Mapping[Month, VendorMonth]) -> Iterator[tuple[str, str, dict[str, int]]]:
    """What the authority counted itself: May's ratings, when it listened again, and November's staff."""
    yield "2026-05", "满意率复核", {"survey.satisfied": made[MAY].monthly["survey.satisfied"] - 233}
    staff = {code: count for code, count in made[NOVEMBER].monthly.items() if code.startswith("staff.")}
    yield "2026-11", "考勤机人数", staff


def _authority(
    folder: Path, named: str, name: str, measures: Mapping[str, int], events: Sequence[Mapping[str, Any]]
) -> None:
    facts = {"region": "jiyuan", "month": named, "source": "authority", "measures": measures, "events": events}
    _put(folder / "submissions/jiyuan/authority" / named / f"{name}.json", _json(facts))


def _vendor(figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: workbooks mostly, and once each of the other forms that are taken in."""
    match figures.month.month:
        case 2:
            return {f"2月{name}.csv": _csv(rows, "gb18030") for name, rows in _sheets(figures).items()}
        case 5 | 10:
            return {_name(figures.month, "json"): _json(figures.as_json())}
        case 6:
            sheets = {f"{name}.csv": _csv(rows, "utf-8-sig") for name, rows in _sheets(figures).items()}
            return {_name(figures.month, "zip"): _zip(sheets)}
        case _:
            return {_name(figures.month, "xlsx"): _workbook(figures)}


def _name(month: Month, suffix: str) -> str:
    return f"{month.year}年{month.month}月运营数据.{suffix}"


def _sheets(figures: VendorMonth) -> dict[str, list[list[Any]]]:
    """The month as three tables with Chinese headers."""
    codes = list(figures.daily)
    days = [[day, *(figures.daily[code][day] for code in codes)] for day in figures.month.days]
    return {
        "按日数据": [["日期", *(LABELS[code] for code in codes)], *days],
        "按月数据": [["指标", "数值"], *([LABELS[code], value] for code, value in figures.monthly.items())],
        "事件": [
            ["事件类型", "日期", "编号", "备注"],
            *([LABELS[e["kind"]], e["on"], e.get("ref", ""), e.get("note", "")] for e in figures.events),
        ],
    }


def _workbook(figures: VendorMonth, *, spoil: bool = False) -> bytes:
    """The platform's own template, filled in."""
    book = build(CONTRACT, REGION.catalogue, figures.month, VENDOR)
    monthly, daily, events = (book[name] for name in ("按月", "按日", "事件"))
    for row in range(4, monthly.max_row + 1):
        code = next(code for code, label in LABELS.items() if label == monthly.cell(row, 1).value)
        monthly.cell(row, 2, figures.monthly.get(code))
    for column in range(3, daily.max_column + 1):
        label = str(daily.cell(3, column).value).split("\n")[0]
        code = next(code for code, known in LABELS.items() if known == label)
        for row, day in enumerate(figures.month.days, start=4):
            daily.cell(row, column, figures.daily[code][day])
    _fill_events(events, figures)
    if spoil:
        _spoil(monthly, daily)
    return _saved(book)


def _fill_events(sheet: Worksheet, figures: VendorMonth) -> None:
    columns = {sheet.cell(3, column).value: column for column in range(1, sheet.max_column + 1)}
    for row, event in enumerate(figures.events, start=4):
        for field, value in event.items():
            shown = LABELS[value] if field == "kind" else date.fromisoformat(value) if field == "on" else value
            sheet.cell(row, columns[EVENT[field][0]], shown)


def _spoil(monthly: Worksheet, daily: Worksheet) -> None:
    """The slips that a clerk makes at the end of a long day."""
    rated = next(row for row in range(4, 30) if monthly.cell(row, 1).value == LABELS["survey.rated"])
    satisfied = monthly.cell(rated + 1, 2).value
    assert isinstance(satisfied, int)
    monthly.cell(rated, 2, satisfied - 120)  # fewer rated than were satisfied
    daily.cell(6, 3, "约310")  # a number with a word
    daily.cell(9, 5, -3)  # a slip of the sign
    daily.cell(11, 1, date(2026, 5, 8))  # the eighth of another month
    daily.cell(15, 4).value = None  # left empty
    daily.cell(18, 4, 4210)  # a digit too many: more answered than offered


def _saved(book: Workbook) -> bytes:
    """The workbook's bytes, without the moment of saving."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    moment = b"2027-01-01T00:00:00Z"
    parts["docProps/core.xml"] = re.sub(
        rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, parts["docProps/core.xml"]
    )
    return _zip(parts)


def _zip(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, content)
    return packed.getvalue()


def _csv(rows: list[list[Any]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
