"""Conditions of a kind of record, for the explanation of a bad file, which is in Python: they are written in SQL."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from kaohe.intake.counting.engine import opened
from kaohe.intake.counting.statements import names_in
from kaohe.intake.counting.writing import sql_type
from kaohe.records import Column, RecordKind


class Condition:
    """Tells of a record's values whether an SQL condition holds.

    It may follow only from the words of choices and from which other cells are filled in; so DuckDB is asked once for
    each combination of these.
    """

    def __init__(self, kind: RecordKind, sql: str) -> None:
        """Take an SQL condition over the columns of a kind and what is derived from them."""
        follows = kind.derived if names_in(sql) & kind.derived.keys() else {}
        self._sql, self._derived = sql, "".join(f", {value} AS {name}" for name, value in follows.items())
        used = names_in(f"{sql} {self._derived}")
        self._columns = [column for column in kind.columns if column.name in used]
        self._known: dict[tuple[Hashable, ...], bool] = {}

    def __call__(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds for a record of these values; false where that is unknown."""
        asked = tuple(_told(column, values.get(column.name)) for column in self._columns)
        if asked not in self._known:
            self._known[asked] = self._ask(values)
        return self._known[asked]

    def _ask(self, values: Mapping[str, Any]) -> bool:
        given = ", ".join(f"?::{sql_type(column)} AS {column.name}" for column in self._columns) or "NULL"
        asked = [values.get(column.name) for column in self._columns]
        rows = f"SELECT *{self._derived} FROM (SELECT {given})"
        with opened() as connection:
            row = connection.execute(f"SELECT coalesce({self._sql}, false) FROM ({rows})", asked).fetchone()
        return bool(row and row[0])


def _told(column: Column, value: Any) -> Hashable:
    return value if column.holds == "choice" else value is not None
