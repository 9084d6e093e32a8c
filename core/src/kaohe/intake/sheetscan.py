"""A look through one sheet's XML: how far it reaches, what is odd in it, which of its cells are merged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kaohe.intake.grid import Area
from kaohe.intake.limits import MAX_AREA, MAX_CELLS, MAX_MERGED
from kaohe.intake.plainmarkup import Cells, cells
from kaohe.intake.spots import letters
from kaohe.intake.xmlwalk import BadXml, walk

_AREA = re.compile(r"([A-Z]{1,3}[1-9]\d{0,6}):([A-Z]{1,3}[1-9]\d{0,6})")
_REFERENCE_IN_VALUE = re.compile(rb"<(?:\w+:)?v(?: [^<>]*)?>[^<]*&#")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class TooMuch(Exception):
    """The workbook would take more memory than a month's figures can need.

    Attributes:
        corner: where few cells reach too far, the cell of the last row and column they reach; None: they are too many.
        sheet: the sheet's name, where it is one sheet's fault and the name is known.
    """

    def __init__(self, corner: str | None = None, sheet: str | None = None) -> None:
        super().__init__(corner, sheet)
        self.corner, self.sheet = corner, sheet


class SheetScan:
    """What one sheet holds, by its XML.

    Attributes:
        odd: errors and formulas without a result, by row and column from 0.
        cells: how many cells hold something.
        shared: how many of them refer to a shared text.
        merged: the merged cells, as far as there are not too many of them.
        is_doubtful: whether plain cells may not be drawn out: there are comments, in which what looks like a cell is
            none, or cells that leave it to the one before them to say where they stand.

    Raises:
        TooMuch: it reaches too far.
        BadXml: it is no XML of a sheet.
    """

    def __init__(self, xml: Iterable[bytes | Cells]) -> None:
        self.odd: dict[tuple[int, int], str] = {}
        self.merged: list[Area] = []
        self.cells = self.shared = 0
        self.is_doubtful = False
        self._row = self._column = self._last_row = self._last_column = -1
        self._type = self._formula = self._value = ""
        self._into: str | None = None
        self._seen = 0
        walk(map(self._left, xml), self._start, self._end, self._text, self._aside)

    @property
    def area(self) -> int:
        """Rows times columns that the filled cells span."""
        return (self._last_row + 1) * (self._last_column + 1)

    def _left(self, piece: bytes | Cells) -> bytes:
        """Count the cells drawn out of a piece; what is left to be parsed."""
        if isinstance(piece, bytes):
            return piece
        self._seen += piece.seen
        self.cells += piece.filled
        self.shared += piece.shared
        if piece.filled:
            self._reach(max(map(int, piece.rows)) - 1, max(_place_of(column.decode()) for column in piece.columns))
        self._check_seen()
        return piece.left

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif tag == "c":
            self._place(attributes.get("r"))
            self._type, self._formula, self._value = attributes.get("t", "n"), "", ""
            self._seen += 1
        elif tag in ("v", "f", "t"):
            if tag == "v" and self._value:
                raise BadXml("two values in one cell")
            self._into = tag
            self._formula = "=" if tag == "f" else self._formula
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _aside(self, *_: object) -> None:
        self.is_doubtful = True
        # Calamine takes a number only as far as the comment or the like that stands in it.
        if self._into == "v":
            raise BadXml("a value in pieces")

    def _merge(self, reference: str) -> None:
        # A reference that cannot be read costs a hint, not the workbook.
        match = _AREA.fullmatch(reference)
        if match and len(self.merged) < MAX_MERGED:
            self.merged.append(Area(*_cell(match[1]), *_cell(match[2])))

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.is_doubtful = True
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
            self._check_seen()
            return
        self.cells += 1
        self.shared += self._type == "s"
        self._reach(self._row, self._column)

    def _reach(self, row: int, column: int) -> None:
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
        if self.cells > MAX_CELLS:
            raise TooMuch
        if self.area > MAX_AREA:
            raise TooMuch(f"{letters(self._last_column)}{self._last_row + 1}")

    def _check_seen(self) -> None:
        # Calamine drops a cell that has only a format; so may a sheet formatted down to its last row.
        if self._seen > 10 * MAX_CELLS:
            raise TooMuch


def scan_sheet(xml: bytes) -> SheetScan:
    """Look through a sheet: its plain cells are drawn out first, the rest is parsed.

    Raises:
        TooMuch: it reaches too far.
        BadXml: it is no XML of a sheet.
    """
    if b"&#" in xml and _REFERENCE_IN_VALUE.search(xml):
        raise BadXml("a value in pieces")  # calamine takes a number only as far as the first
    scan = SheetScan(cells(xml))
    return SheetScan([xml]) if scan.is_doubtful else scan


def _cell(reference: str) -> tuple[int, int]:
    """The row and column, from 0, of a reference such as ``C7``."""
    if not (match := _REFERENCE.fullmatch(reference)):
        raise BadXml(reference)
    return int(match[2]) - 1, _place_of(match[1])


def _place_of(name: str) -> int:
    """The place of a column, from 0, by its letters."""
    place = -1
    for letter in name:
        place = (place + 1) * 26 + ord(letter) - ord("A")
    return place
