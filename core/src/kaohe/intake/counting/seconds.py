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


def odd_second(query: Query) -> str:
    """A condition: some instant of a row is not at a full minute. Asked of each record; nearly always the first is."""
    return either(f"epoch_us({name}) % 60000000 <> 0" for name in seconds_of(query))


def in_full_minutes(connection: DuckDBPyConnection, query: Query) -> int:
    """How many instants of a file to the second are there, if all of them end in a full minute; 0 for a few."""
    columns = seconds_of(query)
    if not columns:
        return 0
    counted = (*(f"count({name})" for name in columns), f"count(*) FILTER ({odd_second(query)})")
    row = connection.execute(query.numbers(counted)).fetchone()
    assert row is not None, "aggregates give one row"
    *filled, odd = row
    return sum(filled) if sum(filled) >= FEWEST and not odd else 0


def lost(headers: Sequence[str], instants: int) -> str:
    """What is wrong with so many instants of these columns, and how to mend it."""
    return (
        f"“{'”“'.join(headers)}”的{instants}个时间，秒全是 00：秒已经丢失，15秒之类的时限会数错。"
        "多半是用 Excel 打开后按“时:分”格式保存过；请直接上传系统导出的原文件"
    )
