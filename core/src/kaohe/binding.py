"""Whether the SQL that a region's measures are counted by can be run: told before the first upload is.

Each condition is put to a row that has nothing in any of the kind's columns: what is no column, no function or no value
of a choice is found. DuckDB takes a while to import, so nobody pays for this but the commands and tests that look at a
region.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
    with opened() as connection:
        add_calendar(connection, region.contracts[0].term.months[0])
        for entry in region.catalogue.entries:
            for counted in entry.counted:
                for part, sql in _statements(counted, region.catalogue.kinds[counted.records]):
                    if problem := _problem(connection, sql):
                        told = f"{entry.code} is counted from {counted.records} by {part!r}, which is no SQL: {problem}"
                        remedy = "mend it; the columns are in kaohe.kinds"
                        raise PluginError(region.name, told, hook="measures", remedy=remedy)
                tree = _parsed(connection, counted.where)
                _check_deadlines(tree, region, entry.code, counted)
                _check_words(tree, region, entry.code, counted)


OFF_BY_A_DAY = ("COMPARE_GREATERTHAN", "COMPARE_LESSTHANOREQUALTO", "COMPARE_EQUAL", "COMPARE_NOTEQUAL")
"""What is different for a day and for the instant at which it begins, with the day at the right."""
MIRRORED = ("COMPARE_LESSTHAN", "COMPARE_GREATERTHANOREQUALTO", "COMPARE_EQUAL", "COMPARE_NOTEQUAL")
"""The same with the day at the left."""


def _check_deadlines(tree: Any, region: Region, code: str, counted: Counted) -> None:
    """Refuse an instant held against a working day: but for its first instant, that day would count as late.

    Raises:
        PluginError: one is; says how it is written.
    """
    instants = {c.name for c in region.catalogue.kinds[counted.records].columns if c.holds == "instant"}
    for comparison in (node for node in _nodes(tree) if node.get("class") == "COMPARISON"):
        for one, other, kinds in (("left", "right", OFF_BY_A_DAY), ("right", "left", MIRRORED)):
            name = comparison[one].get("column_names", [""])[-1]
            is_day = comparison[other].get("function_name") == "working_day"
            if is_day and name in instants and comparison["type"] in kinds:
                problem = f"{code} holds the instant {name} against working_day(), a day, so that day itself is late"
                raise PluginError(region.name, problem, hook="measures", remedy=f"compare days: write {name}::DATE")


def _check_words(tree: Any, region: Region, code: str, counted: Counted) -> None:
    """Refuse a choice held against a word that it never holds: DuckDB calls that false, and the count would be wrong.

    Raises:
        PluginError: one is; says what the column may hold.
    """
    choices = {c.name: c.words for c in region.catalogue.kinds[counted.records].columns if c.holds == "choice"}
    for node in _nodes(tree):
        sides = node.get("children") or [node.get("left"), node.get("right")]
        if not str(node.get("type")).startswith("COMPARE_"):
            continue
        for name in {_column(side) for side in sides} & choices.keys():
            for word in {_word(side) for side in sides} - {None, *choices[name]}:
                problem = f"{code} holds the column {name} against {word!r}, which it never holds"
                known = ", ".join(choices[name])
                raise PluginError(region.name, problem, hook="measures", remedy=f"write one of its values: {known}")


def _column(node: Any) -> str:
    """The column that an expression is; empty where it is none."""
    names = node.get("column_names") if isinstance(node, dict) else None
    return str(names[-1]) if names else ""


def _word(node: Any) -> str | None:
    """The text that an expression is; None where it is none."""
    literal = node.get("literal") if isinstance(node, dict) else None
    return str(literal["text"]) if literal and literal.get("kind") == "STRING" else None


def _parsed(connection: DuckDBPyConnection, condition: str) -> Any:
    """A condition as DuckDB understands it."""
    row = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT {condition}"]).fetchone()
    return json.loads(row[0]) if row else None


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """The expressions in an expression."""
    if isinstance(tree, dict):
        yield tree
    for branch in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(branch)


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
