"""A workbook's sheet of records: what looks empty and is not, then counted like any file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kaohe.intake.counting.columns import Layout, layout_of
from kaohe.intake.counting.reading import is_records, read_records
from kaohe.intake.counting.unpacking import sheet_as_csv
from kaohe.intake.draft import Draft
from kaohe.intake.grid import Grid
from kaohe.intake.limits import HEADER_ROWS

EXAMPLE = "示例"
"""What the made-up record of a template begins with; it stands above the header."""

_DIGITS_KEPT = 1e15
"""Excel keeps 15 digits of a number."""
_BROKEN = "这个单元格是出错的公式；请改正公式，或直接填内容"
_UNCALCULATED = "这个单元格的公式没有保存计算结果；请用 Excel 打开重新保存，或直接填内容"


def records_header(sheet: Grid, draft: Draft) -> int | None:
    """The place of the row that is the header of records, from 0; None where no row is."""
    return next((place for place, row in enumerate(sheet.rows[:HEADER_ROWS]) if is_records(row, draft)), None)


def has_records_below(sheet: Grid, header: int) -> bool:
    """Whether anything stands below the header of a sheet of records."""
    return not all(sheet.is_empty_row(row) for row in range(header + 1, len(sheet.rows)))


def read_record_sheet(sheet: Grid, header: int, draft: Draft, into: Path) -> bool:
    """Count a sheet of records into a draft; whether anything stands in it.

    A template has a sheet for each kind of record, and whoever reports one kind leaves the others empty.
    """
    if not has_records_below(sheet, header):
        draft.remarks.append(f"工作表“{sheet.spot.sheet}”表头下面是空的，没有计数")
        return False
    layout = layout_of(list(map(str, sheet.rows[header])), draft.context.catalogue)
    assert layout is not None, "the header was recognised by it"
    _report_above(sheet, header, layout, draft)
    _report_changed(sheet, header, layout, draft)
    if not _report_odd(sheet, header, layout, draft):
        read_records(sheet_as_csv(sheet, header, layout, into), sheet.spot, draft)
    return True


def _report_above(sheet: Grid, header: int, layout: Layout, draft: Draft) -> None:
    """Report records above the header, where the template has its example: they would be passed over in silence."""
    for row in range(header):
        cells = {name: sheet.cell(row, place.cells[0]) for name, place in layout.places.items()}
        is_dated = any(isinstance(cell, date) for cell in cells.values())
        if is_dated and not any(str(cell).startswith(EXAMPLE) for cell in cells.values()):
            message = f"表头上面的这一行像是记录，不会读取；请移到表头（第{header + 1}行）下面，或删去"
            draft.report.add("record-above-header", message, sheet.at(row))


def _report_changed(sheet: Grid, header: int, layout: Layout, draft: Draft) -> None:
    """Report what Excel has changed of records: cells drawn together, and the last digits of long numbers."""
    for area in sheet.merged:
        columns = layout.used.intersection(range(area.first_column, area.last_column + 1))
        if area.last_row > header and columns:
            column = min(columns)
            message = "合并的单元格只有左上角一格有内容；明细每行各填各的，请取消合并后补全"
            place = sheet.at(max(area.first_row, header + 1), column, str(sheet.cell(header, column)))
            draft.report.add("merged-cells", message, place)
    names = [cell for name in layout.kind.key if name in layout.places for cell in layout.places[name].cells]
    for row in range(header + 1, len(sheet.rows)):
        for column in names:
            if isinstance(held := sheet.cell(row, column), float) and abs(held) >= _DIGITS_KEPT:
                message = "编号超过15位，Excel 已改动其末尾数字；请把单元格格式设为“文本”后重新填写"
                place = sheet.at(row, column, str(sheet.cell(header, column)))
                draft.report.add("digits-lost", message, place)


def _report_odd(sheet: Grid, header: int, layout: Layout, draft: Draft) -> bool:
    """Report formulas without a result in what is read: taken for empty, an answered call would count as lost."""
    odd = {(row, column): mark for (row, column), mark in sheet.odd.items() if row > header and column in layout.used}
    for (row, column), mark in sorted(odd.items()):
        code, message = ("formula-uncalculated", _UNCALCULATED) if mark[0] == "=" else ("formula-error", _BROKEN)
        draft.report.add(code, message, sheet.at(row, column, str(sheet.cell(header, column))), held=mark)
    return bool(odd)
