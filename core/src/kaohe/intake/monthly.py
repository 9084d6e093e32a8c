"""Measures of the whole month: one below the other, or side by side."""

from __future__ import annotations

from kaohe.catalogue import Measure
from kaohe.intake.dates import month_of
from kaohe.intake.headers import UNIT, is_scaled, norm, scaled
from kaohe.intake.recognise import Column
from kaohe.intake.spots import Spot
from kaohe.intake.tables import Table, guess
from kaohe.intake.values import BadValue, is_blank


def read_list(table: Table) -> None:
    """Read measures that stand one below the other: 指标 | 数值, one row a measure."""
    table.check_header()
    table.check_rows()
    item, figure = table.column("item"), table.column("figure")
    assert item is not None, "recognised by it"
    assert figure is not None, "recognised by it"
    draft, blanks = table.draft, {}
    if table.is_foreign([table.value(row, item) for row in table.rows if not table.is_blank(row, item)]):
        return
    draft.tables.setdefault("month", table.grid.spot)
    for row in table.rows:
        check_month(table, row)
        measure = _measure(table, row, item, figure)
        if measure is None or not is_monthly(table, measure, table.at(row, item)):
            continue
        if table.is_odd(row, figure, measure.label):
            continue
        if not _is_plain(table, row, measure):
            continue
        if not table.is_blank(row, figure):
            draft.figure(measure, None, table.value(row, figure), table.grid.at(row, figure.index, measure.label))
        elif measure.code in draft.context.needed and not measure.optional:
            blanks[row] = measure
    table.report_blanks(blanks, figure)


def read_wide(table: Table) -> None:
    """Read measures that stand side by side, above a single row of data."""
    table.check_header()
    table.check_rows()
    table.draft.tables.setdefault("month", table.grid.spot)
    rows = table.rows
    columns = [(c, m) for c, m in table.measures if is_monthly(table, m, table.at(table.header.row, c))]
    if not rows and not table.ragged:
        table.draft.report.add("no-data", "表头下面没有数据", table.grid.at(table.header.row))
    for row in rows[1:]:
        message = "按月的数据只能有一行；如果是每天的数据，请加一列“日期”"
        table.draft.report.add("more-than-one-row", message, table.grid.at(row))
    for row in rows[:1]:
        check_month(table, row)
        for column, measure in columns:
            _take(table, row, column, measure)


def _take(table: Table, row: int, column: Column, measure: Measure) -> None:
    if table.is_odd(row, column, measure.label):
        return
    if not table.is_blank(row, column):
        table.draft.figure(measure, None, table.value(row, column), table.at(row, column))
    elif measure.code in table.draft.context.needed and not measure.optional:
        table.report_blanks({row: measure}, column)


def is_monthly(table: Table, measure: Measure, spot: Spot) -> bool:
    """Whether a measure of the month stands here and this source may state it; else a fault says what is wrong."""
    table.draft.stated.add(measure.code)
    if measure.grain != "month":
        message = f"“{measure.label}”要按日填报；请放到有“日期”列的表里，每天一行，这里不要填合计"
        table.draft.report.add("wrong-grain", message, spot)
        return False
    return table.draft.may_state(measure, spot)


def check_month(table: Table, row: int) -> None:
    """Hold a month column, where there is one, against the file's month."""
    column, month = table.column("month"), table.draft.context.month
    if column is None or table.is_blank(row, column):
        return
    value = table.value(row, column)
    try:
        found = month_of(value, month)
    except BadValue as bad:
        table.draft.report.add(bad.code, bad.message, table.at(row, column), held=value, expected=bad.expected)
        return
    if found != month:
        message = "月份与上传的月份不一致；请核对是否传错了文件"
        table.draft.report.add("other-month", message, table.at(row, column), held=found, expected=str(month))


def _is_plain(table: Table, row: int, measure: Measure) -> bool:
    """Whether the unit beside a figure, where the table has a column of units, leaves the figure what it is."""
    for column in table.header.columns:
        unit = table.value(row, column) if norm(column.title) in UNIT else None
        if not is_blank(unit) and norm(unit) != norm(measure.unit) and is_scaled(unit):
            table.report_scaled(unit, str(unit), table.at(row, column))
            return False
    return True


def _items(table: Table, item: Column) -> set[str]:
    """Codes of the measures that the rows name."""
    named = (table.draft.context.names.measure(table.value(row, item)) for row in table.rows)
    return {measure.code for measure in named if measure}


def _measure(table: Table, row: int, item: Column, figure: Column) -> Measure | None:
    """The measure that a row names; None, mostly with a fault, where it names none."""
    names, report, title = table.draft.context.names, table.draft.report, table.value(row, item)
    if is_blank(title):
        if not table.is_blank(row, figure):
            report.add("item-unnamed", "这一行有数值，没有指标名称；请补上名称，或删去这一行", table.at(row, item))
        return None
    measure = names.measure(title)
    if measure is None and (other := scaled(title)) and names.measure(other[0]):
        table.report_scaled(title, other[1], table.at(row, item))
    elif measure is None:
        like = None if report.is_full else names.like_measure(title, "month", _items(table, item))
        message = f"不认识这个指标{guess(like, title)}请改成模板中的名称，或删去这一行"
        report.add("unknown-measure", message, table.at(row, item), held=title)
    return measure
