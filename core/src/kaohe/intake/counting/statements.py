"""The SQL that reads and checks a file: built as text from the definitions, run elsewhere.

Each level of the query reads only the one below it::

    texts    the cells that are wanted, without blanks around them; nothing else of the file is read
    cells    the same as instants, days, numbers and words; what cannot be understood is marked
    records  several rows of one record drawn together, derived columns added; ``sums`` counts them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kaohe.intake.counting.checks import bad_cells, either, in_month, orders, other_month, unknown
from kaohe.intake.counting.columns import Layout
from kaohe.intake.counting.expressions import Cell
from kaohe.intake.counting.source import Source
from kaohe.intake.counting.writing import quoted, sql_type
from kaohe.periods import Month
from kaohe.records import Column, Needed

BUFFER = 2_000_000
"""Bytes of a file read at a time; 16 times as many, DuckDB's own number, are no faster and stay in memory."""

TOLD = 100_000
"""Records of several rows whose faults are looked for; a report tells the first thousand and counts the others."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_STRING = re.compile(r"'[^']*'")


def names_in(sql: str | None) -> frozenset[str]:
    """The lower-case names that an expression uses: columns, among other words."""
    return frozenset(_NAME.findall(_STRING.sub("", sql or "")))


def holds(condition: str) -> str:
    """A condition as a boolean, false where it is unknown. CASE stops at what is settled; ``coalesce`` does not."""
    return f"CASE WHEN {condition} THEN true ELSE false END"


@dataclass(frozen=True)
class Query:
    """The statements for one file.

    Attributes:
        source: the file.
        layout: where its columns stand.
        month: the month that it is for.
        day: the day of an export that writes clock times only.
        spelling: how the file writes its instants, if it is taken to be written as usual all through: then half the
            time is enough, and whatever is written otherwise counts as bad. None: all that is taken is understood.
        needed: what must be known of every record.
    """

    source: Source
    layout: Layout
    month: Month
    day: date | None = None
    spelling: str | None = None
    needed: tuple[Needed, ...] = ()

    def listing(self, columns: Sequence[str], where: str) -> str:
        """The records for which a condition is true, in an order that does not depend on the file's."""
        places = ", ".join(str(n + 1) for n in range(len(columns)))
        return f"SELECT {', '.join(columns)} FROM ({self.records()}) WHERE {self._kept} AND ({where}) ORDER BY {places}"

    def twice(self) -> str:
        """The keys, as text, that stand in several rows."""
        key = self._key("t_")
        return f"SELECT {key} FROM ({self._texts()}) GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"

    def contradictory(self) -> str:
        """The key and the columns of records of several rows that are wrong only as a whole, as many as are told."""
        columns = ", ".join(column.name for column in self.layout.kind.columns if column.name not in self.key)
        records = f"SELECT * FROM ({self.records()}) WHERE {self._kept} AND ({self.checks()})"
        return f"SELECT concat_ws(' ', {', '.join(self.alone)}) AS key, {columns} FROM ({records}) LIMIT {TOLD}"

    def rows(self) -> str:
        """Creates the table ``kept`` of the rows as they stand, where several of them are one record."""
        return f"CREATE TEMP TABLE kept AS {self._cells()}"

    def numbers(self, chosen: Iterable[str]) -> str:
        """Aggregates over the rows as they stand, those left out not among them."""
        return f"SELECT {', '.join(chosen)} FROM ({self._cells()}) WHERE {self._kept}"

    @property
    def tallies(self) -> dict[str, str]:
        """The tallies that the file has the columns for."""
        lacking = {column.name for column in self.layout.kind.columns} - set(self.layout.places)
        return {label: sql for label, sql in self.layout.kind.tallies.items() if not names_in(sql) & lacking}

    @property
    def merges(self) -> bool:
        """Whether a record may take several rows of this file."""
        return bool(self.layout.kind.merged) and "leg" in self.layout.places

    def records(self) -> str:
        """One row a record, with its derived columns."""
        derived = "".join(f", {sql} AS {name}" for name, sql in self.layout.kind.derived.items())
        return f"SELECT *{derived} FROM ({self._merged() if self.merges else self._cells()})"

    @property
    def _cell(self) -> Cell:
        return Cell(self.source.encoding == "gb18030", self.day, self.spelling)

    @property
    def _kept(self) -> str:
        out = self.layout.kind.left_out
        return f"NOT coalesce({out}, false)" if out else "true"

    def _merged(self) -> str:
        kind = self.layout.kind
        chosen = ", ".join(f"{sql} AS {name}" for name, sql in kind.merged.items())
        names = ", ".join(self.alone)
        return f"SELECT {names}, hash({names}) AS k, bool_or(bad) AS bad, {chosen} FROM kept GROUP BY {names}"

    def _cells(self) -> str:
        typed = ", ".join(f"{self._value(column)} AS {column.name}" for column in self.layout.kind.columns)
        texts = ", ".join(f"t_{name}" for name in self.layout.places)
        key = ", ".join(f"t_{name}" for name in self.key)
        checks = list(bad_cells(self.layout, self._cell, self.month))
        if self.merges:
            checks.append(f"({self._kept} AND ({either(orders(self.layout.kind))}))")
        # A level of its own: ``bad`` looks at what the cells became.
        rows = f"SELECT {typed}, {texts}, hash({key}) AS k FROM ({self._texts()})"
        return f"SELECT * EXCLUDE ({texts}), {holds(either(checks))} AS bad FROM ({rows})"

    def _value(self, column: Column) -> str:
        place = self.layout.places.get(column.name)
        return self._cell.value(place, f"t_{column.name}") if place else f"NULL::{sql_type(column)}"

    def checks(self) -> str:
        """A condition: a record is wrong as a whole; of several rows, each was held to the order of its instants."""
        kind = self.layout.kind
        checks = [] if self.merges else orders(kind)
        return either([*checks, *unknown(self.needed), *other_month(kind, self.month)])

    def begins(self, text: str, words: Iterable[str]) -> str:
        """A condition: a text of this file begins with one of these words."""
        return self._cell.begins(text, words)

    def in_month(self, day: str) -> str:
        """A condition: a day lies in the month."""
        return in_month(day, self.month)

    @property
    def key(self) -> list[str]:
        """The columns of the key that the file has."""
        return [name for name in self.layout.kind.key if name in self.layout.places]

    @property
    def alone(self) -> list[str]:
        """The columns of the key that several rows of one record share."""
        return [name for name in self.layout.kind.key if name != "leg"]

    def _key(self, before: str) -> str:
        return f"concat_ws(' ', {', '.join(before + name for name in self.key)})"

    def _texts(self) -> str:
        # What an instant or a word is made of sees to its blanks; a key is compared as it is.
        texts = {name: self._cell.text(place, trim=name in self.key) for name, place in self.layout.places.items()}
        chosen = ", ".join(f"{text} AS t_{name}" for name, text in texts.items())
        return f"SELECT {chosen} FROM {self._scan()}"

    def _scan(self) -> str:
        """Reads every cell as text, or as an instant where all are written alike.

        DuckDB has no GB18030, so such a file is read byte for byte as Latin-1: the later bytes of a character are never
        a separator, a quote or a line's end, and words are compared in the same spelling.
        """
        read = {place.cells[0] for place in self.layout.places.values() if self._cell.is_read(place)}
        types = ("TIMESTAMP" if n in read else "VARCHAR" for n in range(len(self.source.headers)))
        columns = ", ".join(f"'c{n}': '{type_}'" for n, type_ in enumerate(types))
        instants = f"timestampformat={quoted(self.spelling)}, " if self.spelling else ""
        encoding = "latin-1" if self.source.encoding == "gb18030" else "utf-8"
        return (
            f"read_csv({quoted(str(self.source.path))}, auto_detect=false, header=false, skip={self.source.before}, "
            f"delim={quoted(self.source.delimiter)}, quote='\"', escape='\"', encoding='{encoding}', "
            f"{instants}null_padding=false, strict_mode=true, buffer_size={BUFFER}, columns={{{columns}}})"
        )
