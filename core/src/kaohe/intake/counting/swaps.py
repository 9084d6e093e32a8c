"""Two headers that have changed places: what nearly all rows break is told once, of the headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kaohe.intake.counting.checks import NEARLY_ALL, either
from kaohe.intake.counting.statements import Query, holds
from kaohe.records import Holds, RecordKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FEWEST, _TIMES = 10, 4
"""Rows, and how often each number stands in them, from which on numbers that repeat are not the records' own: calls
are not transferred as often as that."""


@dataclass(frozen=True)
class Swap:
    """Two columns that look as if each stood under the other's header.

    Attributes:
        first: the name of the one that the kind of record lists first.
        second: that of the other.
        sign: what shows it, in Chinese.
        is_key: whether the first is the record's number.
    """

    first: str
    second: str
    sign: str
    is_key: bool = False

    def exchanged(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a row says once the two headers have changed places."""
        return {**values, self.first: values.get(self.second), self.second: values.get(self.first)}

    def message(self, first: str, second: str) -> str:
        """What is wrong and how to mend it, by the file's own headers."""
        return f"“{first}”与“{second}”两列的表头像是写反了：{self.sign}；请核对这两列，对调表头后重新上传"


def swap(connection: DuckDBPyConnection, query: Query, *, has_twins: bool) -> Swap | None:
    """The two headers of a file that have changed places, if nearly all rows say so.

    Args:
        connection: has read the file.
        query: the file and its layout.
        has_twins: whether a record's number stands in several rows; else none is another column's.
    """
    return _of_instants(connection, query) or (_of_numbers(connection, query) if has_twins else None)


def _of_instants(connection: DuckDBPyConnection, query: Query) -> Swap | None:
    """Two instants that break an order in nearly all rows with both, and would break none if they were exchanged."""
    kind, pairs = query.layout.kind, list(combinations(_columns(query, "instant"), 2))
    if not kind.orders or not pairs:
        return None
    apart = [f"{first} <> {second}" for first, second in pairs]
    mended = [
        f"({differ}) AND {_broken(kind)} AND NOT {_broken(kind, *pair)}"
        for differ, pair in zip(apart, pairs, strict=True)
    ]
    found = _numbers(connection, query, (f"count(*) FILTER ({condition})" for condition in (*apart, *mended)))
    most, of, pair = max(zip(found[len(pairs) :], found, pairs, strict=False), key=lambda each: each[0])
    if of < 2 or most < NEARLY_ALL * of:
        return None
    return Swap(*pair, f"{of}行里有{most}行先后颠倒，对调以后就都顺了")


def _broken(kind: RecordKind, first: str = "", second: str = "") -> str:
    """A condition: a row breaks an order, once two columns are exchanged."""
    at = {first: second, second: first}
    return holds(either(f"{at.get(o.later, o.later)} < {at.get(o.earlier, o.earlier)}" for o in kind.orders))


def _of_numbers(connection: DuckDBPyConnection, query: Query) -> Swap | None:
    """A record's number that repeats throughout, where another column has one of its own in nearly all rows."""
    key, others = query.key[0], [name for name in _columns(query, "text") if name not in query.key]
    if not others or key not in _columns(query, "text"):
        return None
    rows, numbers = _numbers(connection, query, ("count(*)", f"count(DISTINCT {key})"))
    if rows < _FEWEST or rows < _TIMES * numbers:
        return None
    own = _numbers(connection, query, (f"count(DISTINCT {name})" for name in others))
    most, other = max(zip(own, others, strict=True))
    if most < NEARLY_ALL * rows:
        return None
    return Swap(key, other, f"{rows}行里前一列只有{numbers}个不同的，后一列几乎各不相同", is_key=True)


def _columns(query: Query, content: Holds) -> list[str]:
    """The columns of the file that hold such."""
    return [c.name for c in query.layout.kind.columns if c.holds == content and c.name in query.layout.places]


def _numbers(connection: DuckDBPyConnection, query: Query, chosen: Iterable[str]) -> list[int]:
    row = connection.execute(query.numbers(chosen)).fetchone()
    assert row is not None, "aggregates give one row"
    return list(row)
