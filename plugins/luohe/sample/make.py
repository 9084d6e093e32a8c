"""Write the sample: ``python plugins/luohe/sample/make.py [FOLDER]``, by default over the one that lies here.

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
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from figures import VendorMonth, months
from kaohe import VENDOR, Month
from kaohe.intake.headers import EVENT
from kaohe.intake.template.build import build
from kaohe.plugins import load_region
from openpyxl.workbook import Workbook

HERE = Path(__file__).parent
REGION = load_region("luohe")
CONTRACT = REGION.contract("luohe-2025")
LABELS = {
    code: entry.label
    for entries in (REGION.catalogue.measures, REGION.catalogue.events)
    for code, entry in entries.items()
}
STAMP = (2026, 11, 1, 0, 0, 0)
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
    for month, figures in months().items():
        base = folder / "late" if month == LATE else folder
        for name, content in _vendor(figures).items():
            _put(base / "submissions/luohe/vendor" / str(month) / name, content)
    for named, (name, own, events) in AUTHORITY.items():
        facts = {"region": "luohe", "month": named, "source": "authority", "measures": own, "events": events}
        _put(folder / "submissions/luohe/authority" / named / f"{name}.json", _json(facts))


def _vendor(figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: two workbooks, once tables in the spelling of old spreadsheets, else JSON."""
    name = f"{figures.month.year}年{figures.month.month}月考核数据"
    match figures.month.month:
        case 11 | 4:
            return {f"{name}.xlsx": _workbook(figures)}
        case 1:
            return {f"1月{sheet}.csv": _csv(rows) for sheet, rows in _sheets(figures).items()}
        case _:
            return {f"{name}.json": _json(figures.as_json())}


def _sheets(figures: VendorMonth) -> dict[str, list[list[Any]]]:
    """The month as three tables with Chinese headers."""
    codes = list(figures.daily)
    days = [[day, *(figures.daily[code][day] for code in codes)] for day in figures.month.days]
    return {
        "按日数据": [["日期", *(LABELS[code] for code in codes)], *days],
        "按月数据": [["指标", "数值"], *([LABELS[code], value] for code, value in figures.monthly.items())],
        "事件": [["事件类型", "日期", "结束日期"], *([LABELS[e["kind"]], e["on"], e["end"]] for e in figures.events)],
    }


def _workbook(figures: VendorMonth) -> bytes:
    """The platform's own template, filled in."""
    book = build(CONTRACT, REGION.catalogue, figures.month, VENDOR)
    monthly, daily, events = (book[name] for name in ("按月", "按日", "事件"))
    codes = {label: code for code, label in LABELS.items()}
    for row in range(4, monthly.max_row + 1):
        code = codes.get(str(monthly.cell(row, 1).value))
        monthly.cell(row, 2, figures.monthly.get(code) if code else None)
    for column in range(3, daily.max_column + 1):
        code = codes[str(daily.cell(3, column).value).split("\n")[0]]
        for row, day in enumerate(figures.month.days, start=4):
            daily.cell(row, column, figures.daily[code][day])
    columns = {events.cell(3, column).value: column for column in range(1, events.max_column + 1)}
    for row, event in enumerate(figures.events, start=4):
        for name, value in event.items():
            shown = LABELS[value] if name == "kind" else date.fromisoformat(value)
            events.cell(row, columns[EVENT[name][0]], shown)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    """The workbook's bytes, without the moment of saving."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    moment = rb"\g<1>2026-11-01T00:00:00Z"
    parts["docProps/core.xml"] = re.sub(
        rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", moment, parts["docProps/core.xml"]
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, content)
    return written.getvalue()


def _csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("gb18030")


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
