"""Write the sample: ``python plugins/haidian/sample/make.py [FOLDER]``, by default over the one that lies here.

Made up with a fixed seed, figure by figure; no real month, person, case or payment is in it. Run twice, it writes the
same bytes; with another version of openpyxl the workbooks may differ in their dress, never in their figures.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from figures import VendorMonth, months
from findings import FINDINGS, REFUSED
from kaohe import VENDOR
from kaohe.intake.headers import EVENT
from kaohe.intake.template.build import build
from kaohe.plugins import load_region

HERE = Path(__file__).parent
REGION = load_region("haidian")
CONTRACT = REGION.contract("haidian-2022")
LABELS = {
    entry.code: entry.label for kind in ("measures", "events") for entry in getattr(REGION.catalogue, kind).values()
}
CODES = {label: code for code, label in LABELS.items()}
STAMP, MOMENT = (2023, 4, 1, 0, 0, 0), b"2023-04-01T00:00:00Z"


def write(folder: Path) -> None:
    """Write the whole sample."""
    root = folder / "submissions/haidian"
    for month, figures in months().items():
        for name, content in _vendor(figures).items():
            _put(root / "vendor" / str(month) / name, content)
    for named, files in FINDINGS.items():
        for findings in files:
            content = _authority(named, findings.events, findings.measures)
            _put(root / "authority" / named / f"{findings.name}.json", content)
    _put(folder / "refused/考核失分与检查.json", _authority("2022-08", REFUSED, {}))


def _authority(month: str, events: Iterable[Mapping[str, Any]], measures: Mapping[str, Any]) -> bytes:
    return _json(
        {"region": "haidian", "month": month, "source": "authority", "measures": measures, "events": list(events)}
    )


def _vendor(figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: three tables at first, workbooks in July and October, JSON otherwise."""
    stem = f"{figures.month.year}年{figures.month.month}月座席数据"
    match figures.month.month:
        case 4 | 5:
            return {f"{figures.month.month}月{name}.csv": _csv(rows) for name, rows in _tables(figures).items()}
        case 7 | 10:
            return {f"{stem}.xlsx": _workbook(figures)}
        case _:
            return {f"{stem}.json": _json(figures.as_json())}


def _tables(figures: VendorMonth) -> dict[str, list[list[Any]]]:
    """The month as three tables with Chinese headers."""
    codes = list(figures.daily)
    return {
        "按日数据": [
            ["日期", *(LABELS[code] for code in codes)],
            *([day, *(figures.daily[code][day] for code in codes)] for day in figures.month.days),
        ],
        "按月数据": [["指标", "数值"], *([LABELS[code], value] for code, value in figures.monthly.items())],
        "事件": [["事件类型", "日期"], *([LABELS[event["kind"]], event["on"]] for event in figures.events)],
    }


def _workbook(figures: VendorMonth) -> bytes:
    """The platform's own template, filled in."""
    book = build(CONTRACT, REGION.catalogue, figures.month, VENDOR)
    monthly, daily, events = (book[name] for name in ("按月", "按日", "事件"))
    for row in range(4, monthly.max_row + 1):
        monthly.cell(row, 2, figures.monthly.get(CODES[str(monthly.cell(row, 1).value)]))
    for column in range(3, daily.max_column + 1):
        code = CODES[str(daily.cell(3, column).value).split("\n")[0]]
        for row, day in enumerate(figures.month.days, start=4):
            daily.cell(row, column, figures.daily[code][day])
    columns = {str(events.cell(3, column).value): column for column in range(1, events.max_column + 1)}
    for row, event in enumerate(figures.events, start=4):
        events.cell(row, columns[EVENT["kind"][0]], LABELS[event["kind"]])
        events.cell(row, columns[EVENT["on"][0]], date.fromisoformat(event["on"]))
    raw = io.BytesIO()
    book.save(raw)
    return _same_each_time(raw)


def _same_each_time(raw: io.BytesIO) -> bytes:
    """A workbook's bytes without the moment of saving."""
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as saved, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in saved.namelist():
            content = saved.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + MOMENT, content)
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, content)
    return packed.getvalue()


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
