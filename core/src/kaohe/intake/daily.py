"""Measures of each day: one row a day."""

from __future__ import annotations

from datetime import date

from kaohe.catalogue import Measure
from kaohe.intake.dates import day
from kaohe.intake.monthly import check_month
from kaohe.intake.recognise import Column
from kaohe.intake.tables import Table
from kaohe.intake.values import BadValue
from kaohe.periods import Month


def read_days(table: Table) -> None:
    """Read a table with a date column, every day of the month at most once."""
    if table.is_foreign([c.title for c in table.header.columns if c.title and c.role in (None, "measure")]):
        return
    table.check_header()
    table.check_rows()
    table.draft.tables.setdefault("day", table.grid.spot)
    dates = _dates(table)
    if not dates and not table.ragged:
        table.draft.report.add("no-data", "表头下面没有每天的数据", table.grid.at(table.header.row))
    for column, measure in table.measures:
        table.draft.stated.add(measure.code)
        if _is_daily(table, column, measure):
            _read_column(table, column, measure, dates)


def _dates(table: Table) -> dict[int, date | None]:
    """The day of each row; None where it is at fault, so that the row's figures are still looked at."""
    column = table.column("on")
    assert column is not None, "recognised by it"
    if elsewhere := _other_month(table, column):
        _report_month(table, column, elsewhere)
        return dict.fromkeys(table.rows)
    found: dict[int, date | None] = {}
    rows: dict[date, int] = {}
    for row in table.rows:
        check_month(table, row)
        on = found[row] = _date(table, row, column)
        if on is None:
            continue
        if (first := rows.setdefault(on, row)) != row:
            message = f"这一天已在第{first + 1}行填过；每天只能有一行，请删去一行"
            table.draft.report.add("day-twice", message, table.at(row, column), held=on)
            found[row] = None
    table.draft.has_doubtful_days |= None in found.values()
    return found


def _other_month(table: Table, column: Column) -> Month | None:
    """The one month, not the file's, that all the dates lie in, where there are several and all can be read."""
    try:
        months = [Month.of(day(table.value(row, column), table.draft.context.month)) for row in table.rows]
    except BadValue:
        return None
    is_one = len(months) > 1 and len(set(months)) == 1 and months[0] != table.draft.context.month
    return months[0] if is_one else None


def _report_month(table: Table, column: Column, found: Month) -> None:
    month = table.draft.context.month
    message = (
        f"这张表像是{found.year}年{found.month}月的：{len(table.rows)}个日期都不在本文件的月份内；"
        "请核对是否传错了文件，或写错了年、月"
    )
    spot = table.at(table.rows[0], column)
    table.draft.report.add("other-month", message, spot, expected=f"{month.year}年{month.month}月")
    table.draft.has_doubtful_days = True


def _date(table: Table, row: int, column: Column) -> date | None:
    report, value = table.draft.report, table.value(row, column)
    if table.is_odd(row, column, column.title):
        return None
    if table.is_blank(row, column):
        report.add("missing-date", "这一行有数据，没有日期；请补上日期，或删去这一行", table.at(row, column))
        return None
    try:
        on = day(value, table.draft.context.month)
    except BadValue as bad:
        report.add(bad.code, bad.message, table.at(row, column), held=value, expected=bad.expected)
        return None
    return on if table.draft.may_be_on(on, table.at(row, column)) else None


def _is_daily(table: Table, column: Column, measure: Measure) -> bool:
    spot = table.at(table.header.row, column)
    if measure.grain != "day":
        message = f"“{measure.label}”只按月填一个数；请放到“指标、数值”的表里，不要放在按日的表里"
        table.draft.report.add("wrong-grain", message, spot)
        return False
    return table.draft.may_state(measure, spot)


def _read_column(table: Table, column: Column, measure: Measure, dates: dict[int, date | None]) -> None:
    blanks: list[int] = []
    table.draft.days[measure.code].update(on for on in dates.values() if on is not None)
    for row, on in dates.items():
        if table.is_odd(row, column, measure.label):
            continue
        if table.is_blank(row, column):
            blanks.append(row)
        elif on is not None:
            table.draft.figure(measure, on, table.value(row, column), table.at(row, column))
        else:
            table.draft.check_number(measure, table.value(row, column), table.at(row, column))
    # A column that nobody asked for and nobody filled in states nothing.
    is_needed = measure.code in table.draft.context.needed
    if not measure.optional and (is_needed or len(blanks) < len(dates)):
        table.report_blanks(dict.fromkeys(blanks, measure), column)
