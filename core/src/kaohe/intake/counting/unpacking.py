"""From what records come in to the plain CSV file that is counted: compressed, parquet, workbook sheets, memory."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, repeat, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.catalogue import Catalogue
from kaohe.intake.counting.columns import Layout, layout_of
from kaohe.intake.counting.engine import opened
from kaohe.intake.counting.nearest import UNKNOWN, advice
from kaohe.intake.counting.writing import quoted
from kaohe.intake.draft import Draft
from kaohe.intake.grid import Grid
from kaohe.intake.limits import MAX_RECORDS, MAX_ROWS, MIB
from kaohe.intake.progress import asked_of
from kaohe.intake.spots import Spot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STEP = 1 << 20
_INSTANT = "TIMESTAMP"
"""What the names of DuckDB's types of instants begin with."""


def gunzip(path: Path, into: Path, draft: Draft, spot: Spot) -> Path | None:
    """The file inside a ``.gz``; None, with a fault, where it is damaged or too large."""
    size = 0
    try:
        with (
            path.open("rb") as raw,
            gzip.open(raw) as packed,
            into.open("wb") as file,
            draft.progress.step(f"{spot.file} 解压", lambda: raw.tell() / path.stat().st_size),
        ):
            while block := packed.read(_STEP):
                size += len(block)
                if size > MAX_RECORDS:
                    message = f"解压后超过{MAX_RECORDS // MIB} MB；请改用 .parquet，只留需要的列，或改报汇总数据"
                    draft.report.add("file-too-large", message, spot)
                    return None
                file.write(block)
    except (OSError, EOFError, zlib.error):
        draft.report.add("damaged", "压缩文件已损坏或不完整；请重新导出、重新压缩后上传", spot)
        return None
    return into


def parquet_as_csv(path: Path, into: Path, draft: Draft, spot: Spot) -> Path | None:
    """The columns of a parquet file that records are counted from, as CSV; None, with a fault, where there are none.

    A fault's line number is the row's number plus one.
    """
    import duckdb

    try:
        return _copied(path, into, draft, spot)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        draft.report.add("damaged", "parquet 文件已损坏或不完整；请重新导出", spot)
        return None


def _copied(path: Path, into: Path, draft: Draft, spot: Spot) -> Path | None:
    source, report, catalogue = f"read_parquet({quoted(str(path))})", draft.report, draft.context.catalogue
    with (
        opened() as connection,
        draft.patience.watching(connection),
        draft.progress.step(f"{spot.file} 读取", asked_of(connection)),
    ):
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        (rows,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)
        if rows > MAX_ROWS:
            message = f"记录超过{MAX_ROWS // 10_000}万行；请改报汇总数据"
            report.add("file-too-large", message, spot, held=f"{rows}行")
            return None
        headers = [name for name, *_ in described]
        if layout_of(headers, catalogue) is None:
            message = f"parquet 文件的列名不是可以识别的明细记录；{advice([headers], catalogue) or UNKNOWN}"
            report.add("no-header", message, spot, expected="如 通话编号、排队时间、应答时间")
            return None
        if zoned := [name for name, kind, *_ in described if "TIME ZONE" in kind]:
            message = "时间列带有时区；请导出为不带时区的北京时间"
            report.add("zoned-time", message, spot, held="、".join(zoned[:5]))
            return None
        columns = _wanted(described, headers, catalogue)
        fine = _with_parts_of_seconds(connection, source, columns)
        wanted = ", ".join(_cell(name, kind, parts=name in fine) for name, kind in columns)
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"COPY (SELECT {wanted} FROM {source}) TO {quoted(str(into))} (HEADER, FORMAT csv)")
    return into


def sheet_as_csv(sheet: Grid, header: int, layout: Layout, into: Path) -> Path:
    """The rows of a workbook's sheet, line for row; an empty row is an empty line, which is passed over.

    Below the header only the columns that are counted from are filled in: the others are not read at all.
    """
    above, below = sheet.rows[: header + 1], sheet.rows[header + 1 :]
    columns = [
        map(_text, column) if place in layout.used else repeat("", len(below))
        for place, column in enumerate(zip_longest(*below))
    ]
    lines = enumerate(chain((tuple(map(_text, row)) for row in above), zip(*columns, strict=True)))
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(cells if any(cells) or not sheet.is_empty_row(place) else () for place, cells in lines)
    return into


def _text(cell: Any) -> str:
    written = _WRITTEN.get(type(cell))
    return written(cell) if written else str(cell)


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: lambda cell: " ".join(cell.split()),
    datetime: lambda cell: cell.isoformat(" ", "milliseconds" if cell.microsecond else "seconds"),
    date: lambda cell: f"{cell} 00:00:00",  # calamine gives midnight as a date
    float: lambda cell: str(int(cell)) if cell.is_integer() else str(cell),
    type(None): lambda cell: "",
}


def _wanted(described: Sequence[Sequence[str]], headers: Sequence[str], catalogue: Catalogue) -> list[tuple[str, str]]:
    layout = layout_of(headers, catalogue)
    assert layout is not None
    return [(row[0], row[1]) for n, row in enumerate(described) if n in layout.used]


def _with_parts_of_seconds(
    connection: DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]]
) -> frozenset[str]:
    """The columns of instants that have parts of seconds: cut off, they would make 15.8 s of waiting 15 s."""
    instants = [name for name, kind in columns if kind.startswith(_INSTANT)]
    tests = (f"bool_or(epoch_us({_column(name)}) % 1000000 <> 0)" for name in instants)
    found = connection.execute(f"SELECT {', '.join(tests)} FROM {source}").fetchone() if instants else None
    return frozenset(name for name, has in zip(instants, found or (), strict=True) if has)


def _cell(name: str, kind: str, *, parts: bool) -> str:
    form = "%Y-%m-%d %H:%M:%S.%f" if parts else "%Y-%m-%d %H:%M:%S"
    text = f"strftime({_column(name)}, '{form}')" if kind.startswith(_INSTANT) else f"{_column(name)}::VARCHAR"
    return f"{text} AS {_column(name)}"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
