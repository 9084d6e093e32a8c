"""How the template looks: one place for colours, fonts and borders."""

from __future__ import annotations

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FONT = "微软雅黑"
INK, DEEP, PALE, INPUT, WEEKEND, GREY, RED = "222B35", "1F4E79", "DDEBF7", "FFFBE6", "F3F4F6", "6B7280", "FBD5D5"

ZERO = "没有发生填0，人数填实际人数"
"""What the hint above a table says of cells with nothing to fill in."""

_LINE = Side(style="thin", color="B8C4D0")
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
RIGHT = Alignment(horizontal="right", vertical="center", indent=1)

AnyCell = Cell | MergedCell


def fill(colour: str) -> PatternFill:
    """A plain fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def title(sheet: Worksheet, text: str, hint: str, width: int) -> None:
    """The first two rows: what the sheet is, and how to fill it in."""
    for row, (content, font, height) in enumerate(
        [(text, Font(FONT, 15, bold=True, color=DEEP), 32), (hint, Font(FONT, 9, color=GREY), 30)], start=1
    ):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        cell = sheet.cell(row, 1, content)
        cell.font, cell.alignment = font, Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = height


def header(cell: AnyCell, remark: str | None = None) -> None:
    """A cell of the header row; the remark appears when the pointer rests on it."""
    cell.font, cell.fill, cell.border, cell.alignment = (
        Font(FONT, 10, bold=True, color="FFFFFF"),
        fill(DEEP),
        BOX,
        CENTRE,
    )
    if remark:
        cell.comment = Comment(remark, "kaohe", width=260, height=90)


def body(cell: AnyCell, alignment: Alignment = CENTRE, colour: str | None = None, *, bold: bool = False) -> None:
    """A cell of the table that is not to be changed."""
    cell.font, cell.border, cell.alignment = Font(FONT, 10, bold=bold, color=INK), BOX, alignment
    if colour:
        cell.fill = fill(colour)


def entry(cell: AnyCell, number_format: str = "General", alignment: Alignment = RIGHT, *, must: bool = True) -> None:
    """A cell to be filled in: coloured where it must be."""
    body(cell, alignment, INPUT if must else None)
    cell.number_format = number_format


def widths(sheet: Worksheet, *columns: float) -> None:
    """The widths of the first columns, in characters."""
    for number, width in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def page(sheet: Worksheet, *, landscape: bool, header_row: int | None = None, one_page: bool = False) -> None:
    """Print on A4, one page wide, the header on every page, in the middle.

    Args:
        sheet: the sheet.
        landscape: whether the page lies on its side.
        header_row: the last of the rows that every page repeats.
        one_page: whether everything goes on one page, so that no last rows stand alone on a second.
    """
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    footer = sheet.oddFooter
    if footer is not None and footer.center is not None:
        footer.center.text = "&A　第 &P 页 / 共 &N 页"
    sheet.sheet_view.showGridLines = False
    if header_row:
        sheet.print_title_rows = f"1:{header_row}"
