"""Which column of a kind of record stands where in a file: by our headers, or by an export's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from kaohe.catalogue import Catalogue
from kaohe.intake.headers import norm
from kaohe.records import Column, Export, Form, Holds, RecordKind, Taken


@dataclass(frozen=True)
class Place:
    """Where a file has what a column asks for.

    Attributes:
        column: the column.
        cells: places of the cells that it is made of, from 0.
        taken: how they are written.
        when: places of further cells and the values that they must have.
        words: for a choice, from each word to the value it stands for.
    """

    column: Column
    cells: tuple[int, ...]
    taken: Taken
    when: Mapping[int, tuple[str, ...]]
    words: Mapping[str, str]

    @property
    def is_plain(self) -> bool:
        """Whether it is one cell, read as an instant, a day or a word, that counts wherever it is filled in."""
        alone = len(self.cells) == 1 and not self.when and not self.taken.empty
        return alone and self.taken.form in ("datetime", "text") and self.column.holds in ("instant", "day", "choice")


@dataclass(frozen=True)
class Layout:
    """How a file writes one kind of record.

    Attributes:
        kind: the kind.
        places: where its columns stand, by their names.
        label: what the file was recognised as, in Chinese.
        day: how an export of clock times tells its day.
    """

    kind: RecordKind
    places: Mapping[str, Place]
    label: str
    day: str | None = None

    @cached_property
    def used(self) -> frozenset[int]:
        """The places of all cells that its rows are read from."""
        return frozenset(n for place in self.places.values() for n in (*place.cells, *place.when))

    @property
    def missing(self) -> list[tuple[Column, ...]]:
        """The columns without which its rows cannot be understood: of each group one is wanted."""
        groups = [(c.name,) for c in self.kind.columns if c.required]
        return [
            tuple(self.kind.column(name) for name in group)
            for group in (*groups, *self.kind.needs)
            if not any(name in self.places for name in group)
        ]


def layout_of(headers: Sequence[str], catalogue: Catalogue) -> Layout | None:
    """What a header row is the header of; None where it is none of records.

    An export is recognised only by all its headers, and goes before our own; among kinds the one that most headers
    belong to wins.
    """
    normed = [norm(header) for header in headers]
    if _all_normed(catalogue.record_headers).isdisjoint(normed):
        return None
    for export in catalogue.exports:
        if {norm(header) for header in export.headers} <= set(normed):
            return _of_export(export, catalogue.kinds[export.records], normed)
    layouts = [_of_kind(kind, normed) for kind in catalogue.kinds.values()]
    fitting = [layout for layout in layouts if _tells(layout)]
    return max(fitting, key=lambda layout: len(layout.places), default=None)


def twice(headers: Sequence[str], layout: Layout) -> Iterable[tuple[int, str]]:
    """Headers that name a column which an earlier one names already."""
    seen: dict[str, str] = {}
    names = {norm(h): c.name for c in layout.kind.columns for h in c.headers}
    for place, header in enumerate(headers):
        name = names.get(norm(header))
        if (name and seen.setdefault(name, header) != header) or (name and headers.index(header) != place):
            yield place, header


def _tells(layout: Layout) -> bool:
    """Whether the columns found are enough to say what the file is, if not enough to count it."""
    own = [name for name in layout.places if name not in ("agent", "on_day", "status", "survey")]
    keys = set(layout.kind.key) & set(layout.places)
    return len(own) >= (2 if keys else 4) or set(layout.kind.key) <= set(layout.places)


def _of_kind(kind: RecordKind, normed: Sequence[str]) -> Layout:
    at = {header: place for place, header in reversed(list(enumerate(normed)))}
    places: dict[str, Place] = {}
    for column in kind.columns:
        place = next((at[header] for header in map(norm, column.headers) if header in at), None)
        if place is not None:
            form = _FORMS[column.holds]
            places[column.name] = _place(column, (place,), Taken(header=column.label, form=form), {})
    return Layout(kind, places, kind.label)


@cache
def _all_normed(headers: frozenset[str]) -> frozenset[str]:
    """Asked for each row that may be a header: most share none with any record."""
    return frozenset(map(norm, headers))


_FORMS: Mapping[Holds, Form] = {
    "instant": "datetime",
    "day": "datetime",
    "number": "number",
    "choice": "text",
    "text": "text",
}


def _of_export(export: Export, kind: RecordKind, normed: Sequence[str]) -> Layout:
    at = {header: place for place, header in reversed(list(enumerate(normed)))}
    places = {}
    for name, taken in export.columns.items():
        when = {at[norm(header)]: values for header, values in taken.when.items()}
        cells = tuple(at[norm(header)] for header in taken.headers)
        places[name] = _place(kind.column(name), cells, taken, when)
    return Layout(kind, places, export.label, export.day)


def _place(column: Column, cells: tuple[int, ...], taken: Taken, when: Mapping[int, tuple[str, ...]]) -> Place:
    told = taken.words or column.words
    return Place(column, cells, taken, when, {word: value for value, words in told.items() for word in words})
