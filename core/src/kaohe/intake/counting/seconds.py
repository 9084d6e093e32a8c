"""Files whose instants lost their seconds: a sheet formatted to minutes still writes ``:00`` behind each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaohe.intake.counting.checks import either
from kaohe.intake.counting.statements import Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEWEST = 60
"""Instants from which on it is no accident that all end in a full minute: of sixty, one does by itself."""


def seconds_of(query: Query) -> list[str]:
    """The columns of a file from which intervals of seconds are counted."""
    return [name for name, place in query.layout.places.items() if place.column.seconds]


def in_full_minutes(connection: DuckDBPyConnection, query: Query) -> int:
    """How many instants of a file to the second are there, if all of them end in a full minute; 0 for a few.

    The first rows nearly always show that they do not; only where they do, all rows are asked.
    """
    columns = seconds_of(query)
    if not columns or _look(connection, query, columns, FEWEST)[1]:
        return 0
    filled, odd = _look(connection, query, columns, None)
    return filled if filled >= FEWEST and not odd else 0


def _look(connection: DuckDBPyConnection, query: Query, columns: Sequence[str], rows: int | None) -> tuple[int, int]:
    """How many instants so many rows hold, or all, and how many of the rows have one that is at no full minute."""
    filled = " + ".join(f"count({name})" for name in columns)
    odd = either(f"epoch_us({name}) % 60000000 <> 0" for name in columns)
    ((instants, found),) = connection.execute(query.numbers((filled, f"count(*) FILTER ({odd})"), rows=rows)).fetchall()
    return instants, found


def lost(headers: Sequence[str], instants: int) -> str:
    """What is wrong with so many instants of these columns, and how to mend it."""
    return (
        f"“{'”“'.join(headers)}”的{instants}个时间，秒全是 00：秒已经丢失，15秒之类的时限会数错。"
        "多半是用 Excel 打开后按“时:分”格式保存过；请直接上传系统导出的原文件"
    )
