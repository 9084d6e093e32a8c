"""What is wrong with several rows of a file together: DuckDB finds it, the explanation says on which lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.sums import Sums

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEARLY_ALL = 0.9
"""The part of a file's records from which on their month is that of the file, and not a slip in some rows."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with several rows of a file together, by the records' keys.

    Attributes:
        twins: keys that stand in several rows.
        whole: what records of several rows say, drawn together, where it is wrong.
        elsewhere: the first and last day of the records that lie in another month, if nearly all of them do.
    """

    twins: Collection[str] = ()
    whole: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    elsewhere: tuple[date, date] | None = None


def wrong(connection: DuckDBPyConnection, sums: Sums) -> Wrong:
    """What is wrong with a file that the connection has read."""
    query = sums.query
    written = query.source.as_written
    twins = {written(key) for (key,) in connection.execute(query.twice()).fetchall() if key}
    elsewhere = _elsewhere(connection, sums) if query.layout.kind.in_month else None
    return Wrong(twins, _whole(connection, query) if query.merges else {}, elsewhere)


def _whole(connection: DuckDBPyConnection, query: Query) -> dict[str, Mapping[str, Any]]:
    found = connection.execute(query.contradictory())
    names = [name for name, *_ in found.description or ()][1:]
    rows = found.fetchall()
    return {query.source.as_written(key): dict(zip(names, values, strict=True)) for key, *values in rows}


def _elsewhere(connection: DuckDBPyConnection, sums: Sums) -> tuple[date, date] | None:
    if not connection.execute("FROM duckdb_tables() WHERE table_name = 'alike'").fetchall():
        return None  # a row of several was bad, and none were drawn together
    ((first, last, out, total),) = connection.execute(sums.elsewhere()).fetchall()
    return (first, last) if total > 1 and out >= NEARLY_ALL * total else None
