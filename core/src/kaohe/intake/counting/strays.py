"""Rows of a bad file of records that are no records: what is to be done with them, said once and not cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaohe.intake.headers import FOOTERS, TOTALS, norm

_TOTALS = frozenset(map(norm, TOTALS))
_COUNT = re.compile(r"共计?:?\d")
_LONGEST = 40
"""Characters of a footnote's first cell that are looked at."""

Stray = tuple[str, str]
"""A fault's code and message."""


def stray(row: Sequence[str], headers: Sequence[str], key: int) -> Stray | None:
    """Why a row is no record; None where it may be one.

    Args:
        row: its cells.
        headers: the file's headers.
        key: the place of the record's number: a row that has one of its own is a record, whatever else it says.
    """
    place = next((place for place, cell in enumerate(row) if cell.strip()), None)
    if place is None:
        return "empty-row", "整行是空的，只有分隔符；请删去（多在文件末尾）"
    if tuple(row) == tuple(headers):
        return "header-again", "这一行又是表头，像是几个文件拼接而成；请删去这一行"
    has_own_number = place != key and len(row) > key and row[key].strip()
    if not has_own_number and _is_footnote(row[place]):
        return "totals-row", "这一行是合计、制表人一类的说明，不是记录；请删去这一行"
    return None


def _is_footnote(cell: str) -> bool:
    if cell.isascii():
        return False
    text = norm(cell[:_LONGEST])
    return text.partition(":")[0] in _TOTALS or text.startswith(FOOTERS) or bool(_COUNT.match(text))
