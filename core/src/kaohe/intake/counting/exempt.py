"""Which records a kind leaves out, for the explanation of a bad file: what does not count need not be right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.intake.counting.statements import names_in
from kaohe.records import RecordKind


class Exempt:
    """Tells of a record's values whether its kind leaves it out; asks DuckDB once for each combination of words."""

    def __init__(self, kind: RecordKind) -> None:
        self._sql = kind.left_out
        used = names_in(kind.left_out)
        self._names = [column.name for column in kind.columns if column.name in used]
        self._known: dict[tuple[Any, ...], bool] = {}

    def __call__(self, values: Mapping[str, Any]) -> bool:
        """Whether a record of these values is left out."""
        asked = tuple(values.get(name) for name in self._names)
        if asked not in self._known:
            self._known[asked] = bool(self._sql) and self._ask(asked)
        return self._known[asked]

    def _ask(self, asked: tuple[Any, ...]) -> bool:
        import duckdb

        given = ", ".join(f"?::VARCHAR AS {name}" for name in self._names)
        with duckdb.connect() as connection:
            row = connection.execute(f"SELECT coalesce({self._sql}, false) FROM (SELECT {given})", asked).fetchone()
        return bool(row and row[0])
