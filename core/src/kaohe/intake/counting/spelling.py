"""How a file writes its instants: nearly every export has one way for all of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from kaohe.intake.counting.columns import Layout, Place
from kaohe.intake.counting.source import Source
from kaohe.intake.counting.writing import spellings

_ROWS = 100
"""Rows that are looked at: in the first ones there may be callers who hung up before any instant but the first."""


def spelling_of(source: Source, layout: Layout) -> str | None:
    """How the first instant in a file is written, if every column of instants may be written so; else None."""
    places = [place for place in layout.places.values() if place.is_plain and place.column.holds == "instant"]
    for text in first_cells(source, places):
        return next((form for form in _common(places) if _is_written(text, form)), None)
    return None


def first_cells(source: Source, places: Iterable[Place]) -> Iterator[str]:
    """What stands in the columns, in the first rows, as far as that can be read at all."""
    try:
        for _, row in islice(source.rows(), _ROWS):
            yield from (row[place.cells[0]] for place in places if place.cells[0] < len(row) and row[place.cells[0]])
    except (csv.Error, UnicodeDecodeError):
        return


def _common(places: Iterable[Place]) -> list[str]:
    """The spellings that every column takes; what is written in Chinese is left to the patient reading."""
    first, *others = (spellings(place.column) for place in places)
    return [form for form in first if form.isascii() and all(form in other for other in others)]


def _is_written(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - times here are China's, without a zone
    except ValueError:
        return False
    return True
