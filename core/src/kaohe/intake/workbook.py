"""An .xlsx file as grids: guarded, repacked, then read by calamine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaohe.intake.archive import Unpacker
from kaohe.intake.grid import Grid
from kaohe.intake.limits import MAX_AREA, MAX_CELLS
from kaohe.intake.parts import check_total, longest_text, sheet_parts
from kaohe.intake.report import Report
from kaohe.intake.sheetscan import SheetScan, TooMuch, scan_sheet
from kaohe.intake.spots import Spot
from kaohe.intake.xmlwalk import BadXml

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Odd = Mapping[tuple[int, int], str]

_ASIDE = ("customxml/", "docprops/", "xl/charts/", "xl/comments", "xl/drawings/", "xl/theme/", "xl/worksheets/_rels/")
"""What the names of parts begin with that say nothing of cells."""
_BROKEN = "工作簿已损坏，无法读取；请用 Excel 或 WPS 打开后另存为 .xlsx，再上传"


def grids(data: bytes, spot: Spot, unpacker: Unpacker, report: Report) -> Iterator[Grid]:
    """The sheets of a workbook in its order; what cannot be read is reported."""
    parts = _unpack(data, spot, unpacker, report)
    if parts is None:
        return
    try:
        scans = _scan(parts)
        opened = _open(parts)
    except TooMuch as error:
        _report_too_much(error, spot, report)
        return
    except BadXml:
        report.add("damaged", _BROKEN, spot)
        return
    yield from _sheets(opened, spot, scans, report)


def _unpack(data: bytes, spot: Spot, unpacker: Unpacker, report: Report) -> dict[str, bytes] | None:
    """The XML parts that cells may follow from; pictures, comments and the like stay packed."""
    opened = unpacker.open(data, spot)
    if opened is None:
        return None
    parts: dict[str, bytes] = {}
    for info in opened.infolist():
        name = info.filename.lower()
        if name.startswith(_ASIDE) or not name.endswith((".xml", ".rels")):
            continue
        content = unpacker.read(opened, info, spot)
        if content is None:
            return None
        parts[info.filename] = content
    return parts


def _report_too_much(error: TooMuch, spot: Spot, report: Report) -> None:
    if error.corner:
        what = f"内容延伸到了 {error.corner}，行列范围过大（最多{MAX_AREA}个单元格），多半是远处有零散的字或空格"
    else:
        what = f"工作簿内容过多，超过{MAX_CELLS}个有内容的单元格或{MAX_AREA}个单元格的范围"
    advice = "请删去远处的零散内容和多余的行列（选中后右键“删除”，不是清空），另存后再上传"
    report.add("too-many-cells", f"{what}；{advice}", replace(spot, sheet=error.sheet))


def _scan(parts: Mapping[str, bytes]) -> dict[str, SheetScan]:
    """What the XML of each sheet shows, by the sheet's name; raises where the workbook is broken or too much."""
    try:
        names = sheet_parts(parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"])
    except KeyError as error:
        raise BadXml(str(error)) from None
    # All sheets' parts are looked at, also one that no sheet is said to stand in.
    stated = {part for part in parts if part.startswith("xl/worksheets/")}
    called = {part: name for name, part in names.items() if part in parts}
    scans = {part: _scan_part(parts[part], called.get(part)) for part in sorted(stated | called.keys())}
    texts = [longest_text(xml) for part, xml in parts.items() if part.lower().endswith("sharedstrings.xml")]
    check_total(scans.values(), max(texts, default=0))
    return {name: scans[part] for name, part in names.items() if part in scans}


def _scan_part(xml: bytes, sheet: str | None) -> SheetScan:
    try:
        return scan_sheet(xml)
    except TooMuch as error:
        raise TooMuch(error.corner, sheet) from None


def _open(parts: Mapping[str, bytes]) -> CalamineWorkbook:
    """Give calamine a zip of exactly the bytes that were looked at: no second reading of the file can differ."""
    from python_calamine import CalamineWorkbook

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as repacked:
        for name, content in parts.items():
            repacked.writestr(name, content)
    packed.seek(0)
    with _guarded():
        return CalamineWorkbook.from_filelike(packed)


def _sheets(opened: CalamineWorkbook, spot: Spot, scans: Mapping[str, SheetScan], report: Report) -> Iterator[Grid]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for rank, sheet in enumerate(opened.sheets_metadata):
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        place = replace(spot, sheet=sheet.name, rank=(spot.rank[0], rank))
        scan = scans.get(sheet.name)
        marks, merged = (scan.odd, scan.merged) if scan else ({}, [])
        try:
            rows = _stretch(_rows(opened, sheet.name), marks)
        except BadXml:
            report.add("damaged", _BROKEN, place)
        else:
            yield Grid(place, rows, hidden=sheet.visible != SheetVisibleEnum.Visible, odd=marks, merged=merged)


def _rows(opened: CalamineWorkbook, name: str) -> list[list[Any]]:
    with _guarded():
        return list(opened.get_sheet_by_name(name).to_python(skip_empty_area=False))


@contextmanager
def _guarded() -> Iterator[None]:
    """Take whatever ails calamine for a broken workbook; a panic of its Rust code is not even an ``Exception``."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise BadXml(str(error)) from None
        raise


def _stretch(rows: list[list[Any]], odd: Odd) -> list[list[Any]]:
    """Rows reaching as far as the odd cells, which calamine leaves out at the end of a sheet."""
    last = max((row for row, _ in odd), default=-1)
    return rows + [[] for _ in range(last + 1 - len(rows))]
