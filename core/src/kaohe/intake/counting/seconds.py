"""Files whose instants lost their seconds: a sheet formatted to minutes still writes ``:00`` behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.intake.counting.checks import either
from kaohe.intake.counting.spelling import first_cells
from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.writing import EXPECTED
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

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
    places = [query.layout.places[name] for name in columns]
    if not columns or not all(text.rstrip().endswith("00") for text in first_cells(query.source, places)):
        return 0
    filled = " + ".join(f"count({name})" for name in columns)
    odd = either(f"epoch_us({name}) % 60000000 <> 0" for name in columns)
    ((instants, found),) = connection.execute(query.numbers((filled, f"count(*) FILTER ({odd})"))).fetchall()
    return instants if instants >= FEWEST and not found else 0


def tell_lost(query: Query, instants: int, report: Report, file: Spot) -> None:
    """Report that so many instants, all that a file has, lost their seconds."""
    columns = [query.layout.places[name].cells[0] for name in seconds_of(query)]
    headers = [query.source.headers[column] for column in columns]
    message = (
        f"“{'”“'.join(headers)}”的{instants}个时间，秒全是 00：秒已经丢失，15秒之类的时限会数错。"
        "多半是用 Excel 打开后按“时:分”格式保存过；请直接上传系统导出的原文件"
    )
    spot = file.at(row=query.source.before, column=columns[0], header=headers[0])
    report.add("no-seconds", message, spot, expected=EXPECTED["datetime"])
