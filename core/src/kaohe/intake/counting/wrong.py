"""What is wrong with several rows of a file together: DuckDB finds it, the explanation says on which lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kaohe.intake.counting.checks import NEARLY_ALL, either
from kaohe.intake.counting.count import Counts
from kaohe.intake.counting.seconds import in_full_minutes
from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.sums import Sums
from kaohe.intake.counting.swaps import Swap, swap

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Wrong:
    """What is wrong with several rows of a file together, by the records' keys.

    Attributes:
        twins: keys that stand in several rows.
        whole: what records of several rows say, drawn together, where it is wrong.
        elsewhere: the first and last day of the records that lie in another month, if nearly all of them do.
        swap: two columns whose headers have changed places, if nearly all rows say so.
        minutes: how many instants there are that should be to the second, if all are at a full minute.
    """

    twins: Collection[str] = ()
    whole: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    elsewhere: tuple[date, date] | None = None
    swap: Swap | None = None
    minutes: int = 0

    @property
    def has_swapped_key(self) -> bool:
        """Whether the column of the records' numbers holds something else."""
        return self.swap is not None and self.swap.is_key


def wrong(connection: DuckDBPyConnection, sums: Sums) -> Wrong:
    """What is wrong with a file that the connection has read."""
    query = sums.query
    written = query.source.as_written
    twins = {written(key) for (key,) in connection.execute(query.twice()).fetchall() if key}
    elsewhere = _elsewhere(connection, sums) if query.layout.kind.in_month else None
    whole = _whole(connection, query) if query.merges else {}
    swapped = swap(connection, query, has_twins=bool(twins))
    return Wrong(twins, whole, elsewhere, swapped, in_full_minutes(connection, query))


def of_other_months(connection: DuckDBPyConnection, query: Query, counts: Counts) -> tuple[date, date] | None:
    """The first and last day of records that may lie in other months, where nothing at all is of the file's month.

    A ticket of another month may still fall due in this one; then it is counted.
    """
    counted = counts.events or any(values for _, values in counts.values)
    if query.layout.kind.in_month or counted or not counts.days or any(day in query.month for day in counts.days):
        return None
    instants = [name for name, place in query.layout.places.items() if place.column.holds in ("instant", "day")]
    here = either(query.in_month(f"{name}::DATE") for name in instants)
    ((some,),) = connection.execute(query.numbers([f"count(*) FILTER ({here})"])).fetchall()
    return None if some else (counts.days[0], counts.days[-1])


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
