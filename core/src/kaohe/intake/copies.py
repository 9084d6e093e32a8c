"""Sheets that were copied inside a workbook and left there: told once, by their name, and not read a second time.

Figures of a copy would be stated twice, cell by cell; its events would count twice without anybody noticing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kaohe.intake.grid import Grid
from kaohe.intake.recognise import Header
from kaohe.intake.values import is_blank

_COPY = re.compile(r"(?P<name>.+?)\s*(?:[(（]\d{1,3}[)）]|[-—_ ]*(?:的)?副本\d*|[-_ ]+copy\d*)", re.IGNORECASE)
"""How Excel and WPS name a copied sheet: 日报 (2), 日报 - 副本."""

Rows = list[list[Any]]


def original(sheet: Grid, header: Header, others: Iterable[tuple[Grid, Header]]) -> Grid | None:
    """The sheet that this one is a copy of; None where it stands for itself.

    Args:
        sheet: the sheet.
        header: its header.
        others: the workbook's other tables with their headers, those before it first.
    """
    rows = _filled(sheet, header)
    for other, found in others if rows else ():
        if _titles(found) != _titles(header):
            continue
        theirs = _filled(other, found)
        is_named = _is_named_after(sheet, other) and _overlap(header, rows, theirs)
        is_equal = theirs == rows and other.spot.rank < sheet.spot.rank and not _is_named_after(other, sheet)
        if is_named or is_equal:
            return other
    return None


def _is_named_after(sheet: Grid, other: Grid) -> bool:
    """Whether a sheet has the name that a copy of the other gets; Excel puts copies before what was copied."""
    named = _COPY.fullmatch(sheet.spot.sheet or "")
    return named is not None and named["name"] == other.spot.sheet


def _titles(header: Header) -> list[str]:
    return sorted(column.title for column in header.columns if column.title)


def _overlap(header: Header, rows: Rows, theirs: Rows) -> bool:
    """Whether two tables with one header are about the same: of two lists, that they name some measure both."""
    return header.form != "list" or bool({str(row[0]) for row in rows} & {str(row[0]) for row in theirs})


def _filled(sheet: Grid, header: Header) -> Rows:
    """What stands below the header, without empty rows and the blanks behind the last cell."""
    rows = []
    for cells in sheet.rows[header.row + 1 :]:
        kept = list(cells)
        while kept and is_blank(kept[-1]):
            kept.pop()
        if kept:
            rows.append(kept)
    return rows
