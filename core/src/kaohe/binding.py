"""Whether the SQL that a region's measures are counted by can be run: told before the first upload is.

Each condition is put to a row that has nothing in any of the kind's columns: what is no column, no function or no value
of a choice is found. DuckDB takes a while to import, so nobody pays for this but the commands and tests that look at a
region.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kaohe.catalogue import EventKind, Measure
from kaohe.errors import PluginError
from kaohe.intake.counting.engine import add_calendar, opened
from kaohe.intake.counting.writing import sql_type
from kaohe.plugins import Region
from kaohe.records import Counted, RecordKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check_sql(region: Region) -> None:
    """Have DuckDB understand everything that the region counts by.

    Raises:
        PluginError: it does not; says which measure or event, and what DuckDB makes of it.
    """
    entries: list[Measure | EventKind] = [*region.catalogue.measures.values(), *region.catalogue.events.values()]
    with opened() as connection:
        add_calendar(connection, region.contracts[0].term.months[0])
        for entry in entries:
            for counted in entry.counted:
                for part, sql in _statements(counted, region.catalogue.kinds[counted.records]):
                    if problem := _problem(connection, sql):
                        told = f"{entry.code} is counted from {counted.records} by {part!r}, which is no SQL: {problem}"
                        remedy = "mend it; the columns are in kaohe.kinds"
                        raise PluginError(region.name, told, hook="measures", remedy=remedy)


def _problem(connection: DuckDBPyConnection, sql: str) -> str | None:
    import duckdb

    try:
        connection.execute(sql)
    except duckdb.Error as error:
        return str(error).partition("\n")[0]
    return None


def _statements(counted: Counted, kind: RecordKind) -> Iterator[tuple[str, str]]:
    """Each expression of a way of counting, and the statement that puts it to the test."""
    columns = ", ".join(f"NULL::{sql_type(column)} AS {column.name}" for column in kind.columns)
    derived = "".join(f", {sql} AS {name}" for name, sql in kind.derived.items())
    records = f"(SELECT *{derived} FROM (SELECT {columns}))"
    days = [sql for sql in (counted.on, counted.start, counted.end) if sql]
    for part, sql in [(counted.where, f"true AND ({counted.where})"), *((day, f"({day})::DATE") for day in days)]:
        yield part, f"SELECT {sql} FROM {records}"
    if counted.distinct:
        yield counted.distinct, f"SELECT hash({counted.distinct}) FROM {records}"
