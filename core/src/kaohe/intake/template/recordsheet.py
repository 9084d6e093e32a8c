"""What a sheet of records asks for: which columns, what each wants, and an example that is never read.

The hints and the example stand above the header, where reading passes over them: left in, they harm nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from kaohe.catalogue import Catalogue, EventKind, Measure
from kaohe.intake.counting.sheets import EXAMPLE
from kaohe.intake.counting.statements import names_in
from kaohe.intake.limits import MAX_CELLS
from kaohe.periods import Month
from kaohe.records import Column, Counted, RecordKind

_MORNING = time(8, 5)
_TO_THE_SECOND, _TO_THE_MINUTE = "如 2026-03-01 08:05:07", "如 2026-03-01 08:05"


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """A sheet for records of one kind.

    Attributes:
        kind: the kind.
        columns: the columns that something is counted from, in the kind's order.
    """

    kind: RecordKind
    columns: tuple[Column, ...]

    @property
    def headers(self) -> list[str]:
        """The header row."""
        return [column.label for column in self.columns]

    @property
    def hints(self) -> list[str]:
        """How each column is filled in."""
        return [hint(column) for column in self.columns]

    def example(self, month: Month) -> list[Any]:
        """One made-up record of the month's first day."""
        start = datetime.combine(month.first, _MORNING)
        return [_example(column, self.kind, start + n * _step(column)) for n, column in enumerate(self.columns)]

    @property
    def most(self) -> int:
        """Rows that a workbook takes, in round thousands."""
        return MAX_CELLS // len(self.columns) // 1000 * 1000


def record_sheets(entries: Iterable[Measure | EventKind], catalogue: Catalogue) -> tuple[RecordSheet, ...]:
    """The sheets that measures and events can be counted from, in the catalogue's order."""
    ways = [counted for entry in entries for counted in entry.counted]
    return tuple(
        RecordSheet(kind, tuple(_columns(kind, [way for way in ways if way.records == kind.code])))
        for kind in catalogue.kinds.values()
        if any(way.records == kind.code for way in ways)
    )


def hint(column: Column) -> str:
    """How a column is filled in, in Chinese: whether it must be, its form, the words that it takes."""
    must = "必填" if column.required else "没有就留空"
    return "；".join(filter(None, (must, _form(column), column.note)))


def words_of(column: Column) -> list[str]:
    """The usual word for each value of a choice."""
    return [words[0] for words in column.words.values()]


def _form(column: Column) -> str:
    if column.holds == "choice":
        return f"填{'、'.join(words_of(column))}"
    if column.holds == "instant":
        return f"时间要到秒，{_TO_THE_SECOND}" if column.seconds else f"时间，{_TO_THE_MINUTE}"
    return {"day": "日期，如 2026-03-01", "number": "秒数，如 15"}.get(column.holds, "")


def _columns(kind: RecordKind, ways: Sequence[Counted]) -> Iterator[Column]:
    """The columns that these ways use, that tell records apart, or that rows cannot be understood without.

    Legs of a transferred call are for systems to export: whoever types writes a call in one row.
    """
    said = [sql for way in ways for sql in (way.where, way.on, way.distinct, way.start, way.end)]
    used = _closed(kind, names_in(" ".join(filter(None, (*said, kind.on, kind.left_out, *kind.tallies.values())))))
    used |= {name for name in kind.key if name not in kind.merged and name != "leg"}
    used |= {name for group in kind.needs for name in group}
    return (column for column in kind.columns if column.required or column.name in used)


def _closed(kind: RecordKind, names: frozenset[str]) -> set[str]:
    """Names with those that derived columns among them are made from."""
    found = set(names)
    for name, sql in reversed(list(kind.derived.items())):  # each is made from those before it
        found |= names_in(sql) if name in found else set()
    return found


def _step(column: Column) -> timedelta:
    return timedelta(seconds=10) if column.seconds else timedelta(hours=1)


def _example(column: Column, kind: RecordKind, moment: datetime) -> Any:
    if column.holds == "instant":
        return moment
    if column.holds == "day":
        return moment.date()
    if column.holds == "choice":
        return "" if set(column.words) == {"yes", "no"} else words_of(column)[0]
    if column.holds == "text":
        return f"{EXAMPLE}001" if column.name in kind.key else EXAMPLE
    return ""
