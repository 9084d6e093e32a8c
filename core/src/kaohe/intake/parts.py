"""A look through the XML of a workbook before calamine is given it.

Four things can only be seen here: how much memory the sheets would take once every row has all its columns
and every cell its own copy of a shared text; which cells hold an error such as ``#REF!``; which hold a
formula that was saved without its result; and which lie under a merged cell. Calamine gives the last three as empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from kaohe.intake.grid import Area
from kaohe.intake.limits import MAX_AREA, MAX_CELLS, MAX_MERGED, MAX_TEXT

_AREA = re.compile(r"([A-Z]{1,3}[1-9]\d{0,6}):([A-Z]{1,3}[1-9]\d{0,6})")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class TooMuch(Exception):
    """The workbook would take more memory than a month's figures can need."""


class BadXml(Exception):
    """A part of the workbook is no XML as Office writes it."""


class SheetScan:
    """What one sheet holds, by its XML.

    Attributes:
        odd: errors and formulas without a result, by row and column from 0.
        cells: how many cells hold something.
        shared: how many of them refer to a shared text.
        merged: the merged cells, as far as there are not too many of them.
    """

    def __init__(self, xml: bytes) -> None:
        self.odd: dict[tuple[int, int], str] = {}
        self.merged: list[Area] = []
        self.cells = self.shared = 0
        self._row = self._column = self._last_row = self._last_column = -1
        self._type = self._formula = self._value = ""
        self._into: str | None = None
        self._seen = 0
        _parse(xml, self._start, self._end, self._text)

    @property
    def area(self) -> int:
        """Rows times columns that the filled cells span."""
        return (self._last_row + 1) * (self._last_column + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif tag == "c":
            self._place(attributes.get("r"))
            self._type, self._formula, self._value = attributes.get("t", "n"), "", ""
            self._seen += 1
        elif tag in ("v", "f", "t"):
            self._into = tag
            self._formula = "=" if tag == "f" else self._formula
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _merge(self, reference: str) -> None:
        # A reference that cannot be read costs a hint, not the workbook.
        match = _AREA.fullmatch(reference)
        if match and len(self.merged) < MAX_MERGED:
            self.merged.append(Area(*_cell(match[1]), *_cell(match[2])))

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = _cell(reference)

    def _text(self, text: str) -> None:
        if self._into == "f":
            self._formula += text
        elif self._into:
            self._value += text

    def _end(self, tag: str) -> None:
        if tag in ("v", "f", "t"):
            self._into = None
        elif tag == "c":
            self._finish_cell()

    def _finish_cell(self) -> None:
        if self._type == "e" and self._value:
            self.odd[self._row, self._column] = self._value[:40]
        elif self._formula and not self._value and self._type != "str":
            self.odd[self._row, self._column] = self._formula[:40]
        elif not self._value:
            # Calamine drops a cell that has only a format; so may a sheet formatted down to its last row.
            if self._seen > 10 * MAX_CELLS:
                raise TooMuch
            return
        self.cells += 1
        self.shared += self._type == "s"
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        if self.cells > MAX_CELLS or self.area > MAX_AREA:
            raise TooMuch


def _cell(reference: str) -> tuple[int, int]:
    """The row and column, from 0, of a reference such as ``C7``."""
    if not (match := _REFERENCE.fullmatch(reference)):
        raise BadXml(reference)
    column = -1
    for letter in match[1]:
        column = (column + 1) * 26 + ord(letter) - ord("A")
    return int(match[2]) - 1, column


def longest_text(xml: bytes) -> int:
    """Characters of the longest shared text."""
    longest = here = 0
    inside = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal here, inside
        inside = tag == "t"
        here = 0 if tag == "si" else here

    def text(found: str) -> None:
        nonlocal here, longest
        here += len(found) if inside else 0
        longest = max(longest, here)

    _parse(xml, start, lambda _: None, text)
    return longest


def check_total(scans: list[SheetScan], longest: int) -> None:
    """Hold all sheets together against the limits.

    Raises:
        TooMuch: they are beyond them.
    """
    cells, area = sum(s.cells for s in scans), sum(s.area for s in scans)
    if cells > MAX_CELLS or area > MAX_AREA or longest * sum(s.shared for s in scans) > MAX_TEXT:
        raise TooMuch


def sheet_parts(workbook: bytes, relations: bytes) -> dict[str, str]:
    """The part that each sheet stands in, by the sheet's name."""
    ids: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            ids.append((attributes.get("name", ""), next((v for k, v in attributes.items() if k.endswith(":id")), "")))

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    _parse(workbook, sheet, lambda _: None, lambda _: None)
    _parse(relations, relation, lambda _: None, lambda _: None)
    return {name: targets.get(id_, "") for name, id_ in ids}


def _parse(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> None:
    parser = expat.ParserCreate()
    # Some programs write every tag with a prefix ("x:c").
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise BadXml(str(error)) from None


def _no_doctype(*_: Any) -> None:
    # Office writes none; its only use here would be entities that expand without end.
    raise BadXml("doctype")
