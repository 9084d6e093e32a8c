"""The two sheets of figures: by month and by day."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.catalogue import Measure
from kaohe.intake.headers import DAY, FIGURE, ITEM
from kaohe.intake.template import look
from kaohe.intake.template.asked import Asked
from kaohe.intake.template.checks import check_number

_HEAD = 3
_WEEKDAYS = "一二三四五六日"


def monthly(book: Workbook, asked: Asked) -> None:
    """One row a measure of the month."""
    measures = asked.of_grain("month")
    sheet = book.create_sheet("按月")
    hint = f"浅黄色单元格必填，{look.ZERO}；白色单元格可以留空。请勿改动指标名称。"
    look.title(sheet, f"{asked.month_name} 按月数据", hint, 4)
    for column, text in enumerate((ITEM[0], FIGURE[0], "单位", "说明"), start=1):
        look.header(sheet.cell(_HEAD, column, text))
    sheet.row_dimensions[_HEAD].height = 26
    cells = {m.code: f"$B${_HEAD + n}" for n, m in enumerate(measures, start=1)}
    for row, measure in enumerate(measures, start=_HEAD + 1):
        look.body(sheet.cell(row, 1, measure.label), look.LEFT, look.PALE, bold=True)
        must = not asked.may_stay_empty(measure)
        look.entry(sheet.cell(row, 2), _format(measure), must=must)
        look.body(sheet.cell(row, 3, measure.unit))
        look.body(sheet.cell(row, 4, measure.note), look.LEFT)
        sheet.row_dimensions[row].height = 30
        check_number(sheet, f"B{row}", f"B{row}", measure, _whole(measure, measures, cells), must=must)
    look.widths(sheet, 26, 16, 8, 60)
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.sheet_properties.tabColor = look.DEEP
    look.page(sheet, landscape=True, header_row=_HEAD, one_page=True)


def daily(book: Workbook, asked: Asked) -> None:
    """One row a day, one column a measure."""
    measures = asked.of_grain("day")
    sheet = book.create_sheet("按日")
    hint = f"浅黄色单元格必填，{look.ZERO}；白色可以整列留空。可整列粘贴数值，请勿改动表头和日期。"
    look.title(sheet, f"{asked.month_name} 按日数据", hint, 2 + len(measures))
    _day_header(sheet, measures)
    for row, day in enumerate(asked.days, start=_HEAD + 1):
        sheet.row_dimensions[row].height = 17
        shade = look.WEEKEND if day.weekday() > 4 else None
        date_cell = sheet.cell(row, 1, day)
        look.body(date_cell, look.CENTRE, look.PALE)
        date_cell.number_format = "yyyy-mm-dd"
        look.body(sheet.cell(row, 2, f"周{_WEEKDAYS[day.weekday()]}"), look.CENTRE, shade)
        for column, measure in enumerate(measures, start=3):
            look.entry(sheet.cell(row, column), _format(measure), must=not asked.may_stay_empty(measure))
    last = _HEAD + len(asked.days)
    _day_checks(sheet, asked, last)
    _totals(sheet, measures, last)
    # A few columns are drawn wide, lest they print as a strip in the middle of the page.
    look.widths(sheet, 13, 7, *(max(12, 2.2 * len(m.label), min(30, 90 / len(measures))) for m in measures))
    sheet.freeze_panes = f"B{_HEAD + 1}"
    sheet.sheet_properties.tabColor = look.DEEP
    look.page(sheet, landscape=True, header_row=_HEAD, one_page=True)


def _day_header(sheet: Worksheet, measures: tuple[Measure, ...]) -> None:
    look.header(sheet.cell(_HEAD, 1, DAY[0]))
    look.header(sheet.cell(_HEAD, 2, "星期"))
    for column, measure in enumerate(measures, start=3):
        look.header(sheet.cell(_HEAD, column, f"{measure.label}\n（{measure.unit}）"), measure.note)
    sheet.row_dimensions[_HEAD].height = 36


def _day_checks(sheet: Worksheet, asked: Asked, last: int) -> None:
    measures = asked.of_grain("day")
    letters = {m.code: get_column_letter(n) for n, m in enumerate(measures, start=3)}
    first_cells = {code: f"{letter}{_HEAD + 1}" for code, letter in letters.items()}
    for measure in measures:
        area = f"{letters[measure.code]}{_HEAD + 1}:{letters[measure.code]}{last}"
        whole, must = _whole(measure, measures, first_cells), not asked.may_stay_empty(measure)
        check_number(sheet, area, first_cells[measure.code], measure, whole, must=must)


def _totals(sheet: Worksheet, measures: tuple[Measure, ...], last: int) -> None:
    """The last row: for whoever fills it in to compare; reading passes over it."""
    look.body(sheet.cell(last + 1, 1, "合计"), look.CENTRE, look.PALE, bold=True)
    look.body(sheet.cell(last + 1, 2), look.CENTRE, look.PALE)
    for column, measure in enumerate(measures, start=3):
        cell = sheet.cell(last + 1, column)
        look.body(cell, look.RIGHT, look.PALE, bold=True)
        cell.number_format = _format(measure)
        # People on duty do not add up over days.
        if measure.unit != "人":
            letter = get_column_letter(column)
            cell.value = f"=SUM({letter}{_HEAD + 1}:{letter}{last})"


def _whole(measure: Measure, measures: tuple[Measure, ...], cells: dict[str, str]) -> tuple[str, str] | None:
    whole = next((m for m in measures if m.code == measure.at_most), None)
    return (cells[whole.code], whole.label) if whole else None


def _format(measure: Measure) -> str:
    return "#,##0" if measure.whole else "#,##0.####"
