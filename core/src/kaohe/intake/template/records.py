"""The sheets of records in the template's workbook."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.intake.template import look
from kaohe.intake.template.asked import Asked
from kaohe.intake.template.checks import validate
from kaohe.intake.template.recordsheet import RecordSheet, words_of
from kaohe.records import Column

HEAD = 5
"""The row of the header: behind the title and the advice, the hints and the example."""
_ROWS = 25
_LAST = 1_000
_FORMATS = {"instant": "yyyy-mm-dd hh:mm:ss", "day": "yyyy-mm-dd", "text": "@"}
_WIDTHS = {"instant": 20, "day": 13, "text": 18}


def record_sheet(book: Workbook, asked: Asked, wanted: RecordSheet) -> None:
    """One row a record, below hints and an example that are not read."""
    sheet = book.create_sheet(wanted.kind.label)
    advice = (
        f"从第{HEAD + 1}行填起，每行一{wanted.kind.unit}；第3行说明怎么填，第4行是示例，都不读取。"
        "可以整列粘贴，请勿改动表头。不要加姓名、电话、地址。"
        f"超过{wanted.most}行的，请直接上传系统导出的 .csv。"
    )
    look.title(sheet, f"{asked.month_name} {wanted.kind.label}", advice, len(wanted.columns))
    rows = zip(wanted.columns, wanted.hints, wanted.example(asked.month), strict=True)
    for place, (column, hint, example) in enumerate(rows, start=1):
        _head(sheet, place, column, hint, example)
        _body(sheet, place, column)
    for row, height in ((3, 76), (4, 22), (HEAD, 28)):
        sheet.row_dimensions[row].height = height
    sheet.freeze_panes = f"A{HEAD + 1}"
    sheet.sheet_properties.tabColor = "548235"
    look.page(sheet, landscape=True, header_row=HEAD)


def _head(sheet: Worksheet, place: int, column: Column, hint: str, example: Any) -> None:
    told, shown = sheet.cell(3, place, hint), sheet.cell(4, place, example)
    look.body(told, look.LEFT, look.PALE)
    look.body(shown, look.CENTRE, look.WEEKEND)
    told.font, shown.font = (Font(look.FONT, 9, italic=italic, color=look.GREY) for italic in (False, True))
    shown.number_format = _FORMATS.get(column.holds, "General")
    look.header(sheet.cell(HEAD, place, column.label), hint)


def _body(sheet: Worksheet, place: int, column: Column) -> None:
    letter, form = get_column_letter(place), _FORMATS.get(column.holds, "General")
    # The whole column: without its seconds a time is refused, and long numbers lose their last digits.
    sheet.column_dimensions[letter].number_format = form
    sheet.column_dimensions[letter].width = _WIDTHS.get(column.holds, 14)
    for row in range(HEAD + 1, HEAD + 1 + _ROWS):
        look.entry(sheet.cell(row, place), form, look.CENTRE, must=column.required)
    if column.holds == "choice":
        words = words_of(column)
        rule = f"常用的写法：{'、'.join(words)}"
        area = f"{letter}{HEAD + 1}:{letter}{_LAST}"
        # No more than a warning: systems have further words, which are taken too.
        how = {"type": "list", "formula1": f'"{",".join(words)}"', "errorStyle": "warning"}
        validate(sheet, area, f"“{column.label}”不是常用的写法", rule, **how)
