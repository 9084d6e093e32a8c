"""Rows that do not say what must be known of them: told row by row, or once where a whole column lacks."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.intake.counting.statements import Query
from kaohe.intake.report import SCATTERED, Report
from kaohe.intake.spots import Spot
from kaohe.records import Needed


def tell_unknown(query: Query, needed: Needed, rows: Sequence[int], report: Report, file: Spot) -> None:
    """Report the rows of a file that do not say it.

    Where the file lacks the first of the columns that would say it, that is why, unless they are few.
    """
    first, places = query.layout.kind.column(needed.columns[0]), query.layout.places
    if first.name not in places and len(rows) >= SCATTERED:
        lack = f"{query.layout.label}里没有“{first.label}”这一列，{len(rows)}行（第{rows[0]}行起）说不清"
        report.add("column-missing", f"{lack}：{needed.message}这一列", file.at(row=query.source.before))
        return
    column = next(places[name] for name in needed.columns if name in places).cells[0]
    for row in rows:
        spot = file.at(row=row, column=column, header=query.source.headers[column])
        report.add("missing-value", needed.message, spot)
