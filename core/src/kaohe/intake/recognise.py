"""Which table a sheet holds: told by its header row, never by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kaohe.catalogue import Measure
from kaohe.intake.grid import Grid
from kaohe.intake.headers import DAY, EVENT, EVENT_IGNORED, FIGURE, IGNORED, ITEM, MONTH, Names, index, norm
from kaohe.intake.limits import HEADER_ROWS
from kaohe.intake.values import BadValue, is_blank, number

Form = Literal["events", "list", "days", "wide"]
"""Events; measures one below the other; a row a day; measures side by side."""

_FURTHER: Mapping[str, tuple[str, ...]] = {"month": MONTH, "ignored": IGNORED}
ROLES: Mapping[Form, Mapping[str, str]] = {
    "events": {**index({"ignored": EVENT_IGNORED}), **index(EVENT)},
    "list": {**index(_FURTHER), **index({"item": ITEM, "figure": FIGURE})},
    "days": {**index(_FURTHER), **index({"on": DAY})},
    "wide": index(_FURTHER),
}
"""What a header means in each form of table, where it is no measure."""
_NEEDED: Mapping[Form, set[str]] = {"events": {"kind"}, "list": {"item", "figure"}, "days": {"on"}, "wide": {"measure"}}


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header.

    Attributes:
        index: its place, from 0.
        title: the header as it came, on one line; empty where there is none.
        role: what it holds: ``measure``, a word such as ``on`` or ``ignored``, or None where the header is unknown.
        measure: the measure, where it holds one.
    """

    index: int
    title: str
    role: str | None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its form, its place from 0, its columns."""

    form: Form
    row: int
    columns: tuple[Column, ...]


def recognise(grid: Grid, names: Names) -> Header | None:
    """The header that explains a sheet best, among its first rows; None where no row is one."""
    best, found = 0, None
    for row, cells in enumerate(grid.rows[:HEADER_ROWS]):
        points, form = _judge(cells, names)
        if points > best:
            best, found = points, Header(form, row, _columns(cells, form, names))
    return found


def score(cells: Sequence[Any], names: Names) -> int:
    """How many cells of a row are headers of one form; 0 where the row is no header."""
    return _judge(cells, names)[0]


def _judge(cells: Sequence[Any], names: Names) -> tuple[int, Form]:
    if not _may_be_header(cells):
        return 0, "wide"
    judged = [(_points(_columns(cells, form, names), form), form) for form in ROLES]
    return max(judged, key=lambda entry: entry[0])


def _points(columns: Sequence[Column], form: Form) -> int:
    known = [column.role for column in columns if column.role is not None]
    return len(known) if _NEEDED[form] <= set(known) else 0


def _columns(cells: Sequence[Any], form: Form, names: Names) -> tuple[Column, ...]:
    return tuple(_column(place, cell, form, names) for place, cell in enumerate(cells))


def _column(place: int, cell: Any, form: Form, names: Names) -> Column:
    if is_blank(cell):
        return Column(place, "", None)
    title = "".join(str(cell).split())
    if role := ROLES[form].get(norm(cell)):
        return Column(place, title, role)
    # Beside a list of measures, or in a table of events, a column named like a measure holds no figures of it.
    measure = names.measure(cell) if form in ("days", "wide") else None
    return Column(place, title, "measure" if measure else None, measure)


def _may_be_header(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and all(isinstance(cell, str) and not _is_number(cell) for cell in filled)


def _is_number(text: str) -> bool:
    try:
        number(text)
    except BadValue:
        return False
    return True
