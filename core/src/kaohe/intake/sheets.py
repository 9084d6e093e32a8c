"""The sheets of one file, each read as what its header says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from kaohe.intake.copies import original
from kaohe.intake.counting.nearest import UNKNOWN, advice
from kaohe.intake.counting.sheets import has_records_below, read_record_sheet, records_header
from kaohe.intake.daily import read_days
from kaohe.intake.draft import Draft
from kaohe.intake.eventsheet import read_events
from kaohe.intake.grid import Grid
from kaohe.intake.headers import LISTS_SHEET, NOTES_SHEET
from kaohe.intake.limits import HEADER_ROWS
from kaohe.intake.monthly import read_list, read_wide
from kaohe.intake.origin import is_of_here
from kaohe.intake.recognise import Form, Header, recognise
from kaohe.intake.spots import Spot
from kaohe.intake.tables import Table

_READERS: Mapping[Form, Callable[[Table], None]] = {
    "events": read_events,
    "list": read_list,
    "days": read_days,
    "wide": read_wide,
}


def read_sheets(found: Iterator[Grid], spot: Spot, draft: Draft, folder: Path) -> tuple[bool, int]:
    """Read all tables of a file; whether every sheet with content was recognised, and how many sheets there are."""
    opened = list(found)
    if not is_of_here(opened, draft):
        return False, len(opened)
    known = [(sheet, _header(sheet, draft)) for sheet in opened]
    tables = [(sheet, header) for sheet, header in known if isinstance(header, Header) and not sheet.hidden]
    read = len(tables)
    unknown = 0
    for place, (sheet, header) in enumerate(known, start=1):
        if sheet.hidden and header is not None:
            unknown += _report_hidden(sheet, header, draft)
        elif isinstance(header, int):
            is_filled = read_record_sheet(sheet, header, draft, folder / f"{place}.csv")
            draft.has_records |= is_filled
            read += is_filled
        elif header is not None:
            _read_table(sheet, header, tables, draft)
        elif not (sheet.is_empty or sheet.hidden or _is_aside(sheet)):
            unknown += 1
            _report_unknown(sheet, draft)
    if not read and not unknown and opened:
        draft.report.add("no-data", "文件里没有可以识别的数据表；请用填报模板填写", spot)
    return not unknown, len(opened)


def _report_hidden(sheet: Grid, header: Header | int, draft: Draft) -> bool:
    """Report a hidden sheet, unless it is one for records that nothing stands in; whether it is reported.

    What it holds would be reported as lacking once more.
    """
    if isinstance(header, int) and not has_records_below(sheet, header):
        return False
    message = "隐藏的工作表里有数据，容易被忽略；请取消隐藏后核对，或删除这个工作表"
    draft.report.add("hidden-sheet", message, sheet.spot)
    return True


def _header(sheet: Grid, draft: Draft) -> Header | int | None:
    """The header of a sheet's figures, or the row of that of its records; None where it has neither."""
    if (records := records_header(sheet, draft)) is not None:
        return records
    return None if sheet.is_empty or _is_aside(sheet) else recognise(sheet, draft.context.names)


def _is_aside(sheet: Grid) -> bool:
    """Whether it is a sheet of the template's own that holds no figures."""
    return sheet.spot.sheet == NOTES_SHEET or (sheet.hidden and sheet.spot.sheet == LISTS_SHEET)


def _read_table(sheet: Grid, header: Header, tables: Sequence[tuple[Grid, Header]], draft: Draft) -> None:
    """Read one table, unless it is a copy of another one."""
    copied = original(sheet, header, [table for table in tables if table[0] is not sheet])
    if copied is None:
        _READERS[header.form](Table(sheet, header, draft))
        return
    message = f"这张工作表像是工作表“{copied.spot.sheet}”的副本，同一数据只能填一处；请核对后删去其中一张"
    draft.report.add("sheet-copied", message, sheet.spot)


def _report_unknown(sheet: Grid, draft: Draft) -> None:
    usual = (
        f"请核对表头的写法，各列之间用逗号、制表符或分号分隔（不要用中文逗号、空格）。{UNKNOWN}"
        if sheet.spot.sheet is None
        else "请用填报模板，或删去这个工作表"
    )
    told = advice(sheet.rows[:HEADER_ROWS], draft.context.catalogue) or usual
    message = f"前10行里找不到可以识别的表头；{told}"
    expected = "表头为“指标、数值”，或“日期”和各指标，或“事件类型、日期”等"
    draft.report.add("no-header", message, sheet.spot, expected=expected)
