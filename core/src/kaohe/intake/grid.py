"""A sheet or a CSV file as rows of cells: what the tables are read from, whatever they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from kaohe.intake.spots import Spot
from kaohe.intake.values import is_blank


class Area(NamedTuple):
    """A block of cells, counted from 0, its last row and column included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Grid:
    """Rows of cells, counted from 0.

    Attributes:
        spot: the file and sheet.
        rows: the cells as they came; None or ``""`` where empty.
        hidden: whether the sheet is hidden.
        ragged: whether rows may differ in length because commas are missing (CSV).
        odd: cells that look empty and are not, by row and column: an error such as ``#REF!``, or the formula
            (``=…``) of one that was saved without its result.
        merged: cells drawn together.
    """

    spot: Spot
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    ragged: bool = False
    odd: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: Sequence[Area] = ()

    def cell(self, row: int, column: int) -> Any:
        """What a cell holds; None beyond the end of its row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def is_merged(self, rows: Sequence[int], column: int) -> bool:
        """Whether a merged cell covers one of these cells, which follow one another down a column."""
        return any(
            area.first_row <= rows[-1] and rows[0] <= area.last_row and area.first_column <= column <= area.last_column
            for area in self.merged
        )

    def at(self, row: int, column: int | None = None, header: str | None = None) -> Spot:
        """The place of a row or cell, counted from 1 as Excel does."""
        return self.spot.at(row=row + 1, column=column, header=header)

    def is_empty_row(self, row: int) -> bool:
        """Whether nothing at all stands in a row, not even a broken formula."""
        return all(map(is_blank, self.rows[row])) and row not in self._odd_rows

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands in the sheet."""
        return all(is_blank(cell) for row in self.rows for cell in row) and not self.odd

    @cached_property
    def _odd_rows(self) -> frozenset[int]:
        return frozenset(row for row, _ in self.odd)
