"""Rows of a bad file of records that are no records: what is to be done with them, said once and not cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaohe.intake.headers import FOOTERS, TOTALS, norm

_TOTALS = frozenset(map(norm, TOTALS))
_COUNT = re.compile(r"共计?:?\d")
_NUMBER = re.compile(r"\d{5}")
"""What only a record's number has of digits in a row, whatever word goes before it."""
_LONGEST = 40
"""Characters of a footnote's first cell that are looked at."""

Stray = tuple[str, str]
"""A fault's code and message."""


BEGINNINGS = tuple(sorted({word[0] for word in (*TOTALS, *FOOTERS)} | {"共", "\u3000"}))
"""What a key begins with that may be a footnote: the SQL looks no further."""


def stray(row: Sequence[str], headers: Sequence[str], keys: Sequence[int], *, of_sheet: bool = False) -> Stray | None:
    """Why a row is no record; None where it may be one.

    Args:
        row: its cells.
        headers: the file's headers.
        keys: the places of what tells records apart, the number first: a row that has one of its own is a record,
            whatever else it says.
        of_sheet: whether it is a row of a workbook, whose empty rows are passed over and unread columns left out.
    """
    place = next((place for place, cell in enumerate(row) if cell.strip()), None)
    if place is None:
        if of_sheet:
            return "empty-row", "这一行要读取的各列都是空的，别的列里却有零散内容；请删去这一行"
        return "empty-row", "整行是空的，只有分隔符；请删去（多在文件末尾）"
    if tuple(row) == tuple(headers):
        return "header-again", "这一行又是表头，像是几个文件拼接而成；请删去这一行"
    key = keys[0]
    has_own_number = place != key and len(row) > key and row[key].strip()
    named = [row[n] for n in keys if n < len(row)] + ([] if has_own_number else [row[place]])
    if any(map(is_footnote, named)):
        return "totals-row", "这一行是合计、制表人一类的说明，不是记录；请删去这一行"
    return None


def is_footnote(cell: str) -> bool:
    """Whether a cell says that its row is a total, a signature or a remark."""
    if cell.isascii():
        return False
    text = norm(cell[:_LONGEST])
    is_signature = text.startswith(FOOTERS) and not _NUMBER.search(text)
    return text.partition(":")[0] in _TOTALS or is_signature or bool(_COUNT.match(text))
