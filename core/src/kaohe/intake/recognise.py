"""Which table a sheet holds: told by its header row, never by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from kaohe.catalogue import Measure
from kaohe.intake.grid import Grid
from kaohe.intake.headers import DAY, EVENT, EVENT_IGNORED, FIGURE, IGNORED, ITEM, MONTH, Names, index, norm
from kaohe.intake.limits import HEADER_ROWS
from kaohe.intake.values import is_blank, is_number

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


class _Title(NamedTuple):
    """A cell of a row that may be a header.

    Attributes:
        place: from 0.
        text: what it says, on one line.
        name: the same in its one spelling.
        measure: the measure of that name.
    """

    place: int
    text: str
    name: str
    measure: Measure | None


def recognise(grid: Grid, names: Names) -> Header | None:
    """The header that explains a sheet best, among its first rows; None where no row is one."""
    best, found = 0, None
    for row, cells in enumerate(grid.rows[:HEADER_ROWS]):
        titles = _titles(cells, names)
        points, form = _judge(titles)
        if points > best:
            best, found = points, Header(form, row, _columns(titles, form, len(cells)))
    return found


def score(cells: Sequence[Any], names: Names) -> int:
    """How many cells of a row are headers of one form; 0 where the row is no header."""
    return _judge(_titles(cells, names))[0]


def _titles(cells: Sequence[Any], names: Names) -> list[_Title]:
    """The cells of a row that hold something; none where one of them is no header's, such as a number."""
    filled = [(place, cell) for place, cell in enumerate(cells) if not is_blank(cell)]
    if not all(isinstance(cell, str) and not is_number(cell) for _, cell in filled):
        return []
    return [_Title(place, "".join(cell.split()), norm(cell), names.measure(cell)) for place, cell in filled]


def _judge(titles: Sequence[_Title]) -> tuple[int, Form]:
    """How many titles are headers of the form that explains most of them, and that form."""
    judged = [(_points([_role(title, form) for title in titles], form), form) for form in ROLES]
    return max(judged, key=lambda entry: entry[0])


def _points(roles: Sequence[str | None], form: Form) -> int:
    return len(roles) - roles.count(None) if _NEEDED[form].issubset(roles) else 0


def _role(title: _Title, form: Form) -> str | None:
    return ROLES[form].get(title.name) or ("measure" if _measure(title, form) else None)


def _measure(title: _Title, form: Form) -> Measure | None:
    # Beside a list of measures, or in a table of events, a column named like a measure holds no figures of it.
    return title.measure if form in ("days", "wide") and title.name not in ROLES[form] else None


def _columns(titles: Sequence[_Title], form: Form, width: int) -> tuple[Column, ...]:
    columns = [Column(place, "", None) for place in range(width)]
    for title in titles:
        columns[title.place] = Column(title.place, title.text, _role(title, form), _measure(title, form))
    return tuple(columns)
