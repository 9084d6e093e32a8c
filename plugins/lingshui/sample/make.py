"""Write the sample: ``python plugins/lingshui/sample/make.py [FOLDER]``, by default over the one that lies here.

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
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
REGION = load_region("lingshui")
CONTRACT = REGION.contract("lingshui-2024")
LABELS = REGION.catalogue.labels
STAMP = (2025, 2, 1, 0, 0, 0)
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
    for month, figures in months(CONTRACT.term).items():
        for name, content in _vendor(figures).items():
            _put(folder / "submissions/lingshui/vendor" / str(month) / name, content)
    for named in sorted({*RANKS, *FINDINGS}):
        measures: dict[str, int] = {}
        if named in RANKS:
            sampled, passed = SAMPLES[named]
            measures = {"rank.monthly": RANKS[named], "inspection.sampled": sampled, "inspection.passed": passed}
        content = {"measures": measures, "events": FINDINGS.get(named, [])}
        _authority(folder, named, "考核认定", content)
    for named, (name, content) in LATER.items():
        _authority(folder, named, name, content)


def _authority(folder: Path, named: str, name: str, content: Mapping[str, Any]) -> None:
    facts = {"region": "lingshui", "month": named, "source": "authority", **content}
    _put(folder / "submissions/lingshui/authority" / named / f"{name}.json", _json(facts))


def _vendor(figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: workbooks on the template, three tables, or JSON."""
    name = f"{figures.month.year}年{figures.month.month}月运营数据"
    if str(figures.month) in WORKBOOKS:
        return {f"{name}.xlsx": _workbook(figures)}
    if str(figures.month) in TABLES:
        return {f"{figures.month.month}月{part}.csv": _csv(rows) for part, rows in _tables(figures).items()}
    return {f"{name}.json": _json(figures.as_json())}


def _tables(figures: VendorMonth) -> dict[str, list[list[Any]]]:
    codes = list(figures.daily)
    days = [[day, *(figures.daily[code][day] for code in codes)] for day in figures.month.days]
    return {
        "按日数据": [["日期", *(LABELS[code] for code in codes)], *days],
        "按月数据": [["指标", "数值"], *([LABELS[code], value] for code, value in figures.monthly.items())],
    }


def _workbook(figures: VendorMonth) -> bytes:
    """The platform's own template, filled in."""
    book = build(CONTRACT, REGION.catalogue, figures.month, VENDOR)
    codes = {label: code for code, label in LABELS.items()}
    monthly, daily = book["按月"], book["按日"]
    for row in range(4, monthly.max_row + 1):
        monthly.cell(row, 2, figures.monthly.get(codes[str(monthly.cell(row, 1).value)]))
    for column in range(3, daily.max_column + 1):
        code = codes[str(daily.cell(3, column).value).split("\n")[0]]
        for row in range(4, daily.max_row + 1):
            written = daily.cell(row, 1).value
            if isinstance(written, date):
                daily.cell(row, column, figures.daily[code].get(Month.of(written).first.replace(day=written.day)))
    _events(book["事件"], figures)
    raw = io.BytesIO()
    book.save(raw)
    return _undated(raw)


def _events(sheet: Worksheet, figures: VendorMonth) -> None:
    columns = {sheet.cell(3, column).value: column for column in range(1, sheet.max_column + 1)}
    for row, event in enumerate(figures.events, start=4):
        for field, value in event.items():
            shown = LABELS[value] if field == "kind" else date.fromisoformat(value) if field == "on" else value
            sheet.cell(row, columns[EVENT[field][0]], shown)


def _undated(raw: io.BytesIO) -> bytes:
    """A workbook without the moment of saving."""
    with zipfile.ZipFile(raw) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    core, moment = "docProps/core.xml", b"2025-02-01T00:00:00Z"
    parts[core] = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, parts[core])
    packed_again = io.BytesIO()
    with zipfile.ZipFile(packed_again, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, content)
    return packed_again.getvalue()


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
