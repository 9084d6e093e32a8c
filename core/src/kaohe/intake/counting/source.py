"""A file of records on disk: how it is encoded and separated, and where its rows begin."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from kaohe.intake.limits import HEADER_ROWS

HEAD = 1 << 16
"""Bytes of the beginning that are looked at for encoding, separator and header."""

_DELIMITERS = (",", "\t", ";", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Source:
    """A file of records.

    Attributes:
        path: where it lies.
        form: ``csv`` or ``parquet``.
        encoding: of its text: ``utf-8`` or ``gb18030``.
        delimiter: what separates its cells.
        headers: its headers as they came, one for each column.
        before: lines up to and with the header.
        first_row: number that a fault gives the first row behind the header.
    """

    path: Path
    form: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    before: int
    first_row: int

    def rows(self, told: Callable[[TextIO], None] = lambda text: None) -> Iterator[tuple[int, list[str]]]:
        """The rows behind the header with their line numbers, read by the standard library; for explanations.

        Args:
            told: given the open file, so that its position can be looked at.

        Raises:
            csv.Error: a quote is not closed, or a NUL stands in the file.
            UnicodeDecodeError: a part of the file is in another encoding.
        """
        with self.path.open(encoding=self.text_encoding, newline="") as text:
            told(text)
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            for _ in range(self.before):
                next(reader)
            for row in reader:
                yield reader.line_num, row

    def as_written(self, text: str) -> str:
        """A text that DuckDB gave, as the file has it: GB18030 is read byte for byte (see ``statements``).

        Raises:
            UnicodeDecodeError: it is in another encoding.
        """
        return text.encode("latin-1").decode("gb18030") if self.encoding == "gb18030" else text

    @property
    def text_encoding(self) -> str:
        """What Python calls the encoding, its mark left out."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


def csv_source(path: Path, is_header: IsHeader) -> Source | None:
    """A CSV file whose header one of the first rows is; None where none is."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = header_of(head, is_header)
    if found is None:
        return None
    encoding, delimiter, before, headers = found
    return Source(path, "csv", encoding, delimiter, headers, before, before + 1)


def header_of(head: bytes, is_header: IsHeader) -> tuple[str, str, int, tuple[str, ...]] | None:
    """Encoding, separator, number of rows up to the header, and the header, from the first bytes of a file."""
    encoding = encoding_of(head)
    text = _without_last_line(head.decode(encoding, "ignore").removeprefix("\ufeff"))
    for delimiter in _DELIMITERS:
        for place, row in enumerate(_rows(text, delimiter)):
            if is_header(row):
                return encoding, delimiter, place + 1, tuple(row)
    return None


def first_rows(head: bytes) -> list[list[str]]:
    """The first rows of a file whose header is not understood, by whatever separates its cells."""
    text = _without_last_line(head.decode(encoding_of(head), "ignore").removeprefix("\ufeff"))
    return [row for delimiter in _DELIMITERS for row in _rows(text, delimiter)]


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes are in; GB18030 where they are neither UTF-8 nor marked."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    try:
        # Not final: the last character may be cut off.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def copy_as_utf8(path: Path, encoding: str, into: BinaryIO) -> None:
    """Write a file again in UTF-8, in blocks.

    Raises:
        UnicodeDecodeError: it is not in that encoding all through.
    """
    with path.open(encoding=encoding, newline="") as text:
        while block := text.read(HEAD):
            into.write(block.encode())


def _rows(text: str, delimiter: str) -> list[list[str]]:
    found = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append(row)
            if len(found) == HEADER_ROWS:
                break
    except csv.Error:
        pass
    return found


def _without_last_line(text: str) -> str:
    """A text without its last line, which may be cut off; one that has only one line as it is."""
    cut = max(text.rfind("\n"), text.rfind("\r"))
    return text if cut < 0 or len(text) < HEAD // 4 else text[: cut + 1]
