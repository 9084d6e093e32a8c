"""SQL conditions for what is wrong with a cell, a row or a record; an unknown condition says that nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kaohe.intake.counting.columns import Layout
from kaohe.intake.counting.expressions import Cell, trimmed
from kaohe.periods import Month
from kaohe.records import Needed, RecordKind

PLAUSIBLE = timedelta(days=400)
"""How far from its month an instant of a record may lie; farther is a slip, such as the year 2062."""

NEARLY_ALL = 0.9
"""The part of a file's rows from which on it is the whole file that is wrong, and not a slip in some rows."""


def either(conditions: Iterable[str]) -> str:
    """Whether any of these holds."""
    return " OR ".join(conditions) or "false"


def in_month(day: str, month: Month) -> str:
    """A condition: a day lies in the month."""
    return f"{day} BETWEEN DATE '{month.first}' AND DATE '{month.last}'"


def bad_cells(layout: Layout, cell: Cell, month: Month) -> Iterator[str]:
    """Whether a cell says nothing that its column takes."""
    first, last = month.first - PLAUSIBLE, month.last + PLAUSIBLE
    for name, place in layout.places.items():
        if place.column.required:
            yield f"{name} IS NULL"
        elif place.column.holds != "text" and not cell.is_read(place):
            # CASE looks at a cell's text only where nothing came of it.
            yield f"CASE WHEN {name} IS NULL AND t_{name} IS NOT NULL THEN {trimmed(f't_{name}')} <> '' ELSE false END"
        if place.column.holds in ("instant", "day"):
            yield f"{name} NOT BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last} 23:59:59.999999'"


def orders(kind: RecordKind) -> list[str]:
    """Whether instants of a row contradict each other.

    What several rows say is drawn together from instants that need not follow each other, so each row is held to it.
    """
    return [f"{order.later} < {order.earlier}" for order in kind.orders]


def unknown(needed: Iterable[Needed]) -> list[str]:
    """Whether a record does not say what must be known of it."""
    return [f"(({it.where}) AND {it.value} IS NULL)" for it in needed]


def other_month(kind: RecordKind, month: Month) -> list[str]:
    """Whether a record's day lies in another month, or is not said at all."""
    return [f"NOT coalesce({in_month(f'{kind.on}::DATE', month)}, false)"] if kind.in_month else []
