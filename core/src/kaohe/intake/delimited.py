"""A CSV file as a grid: the encodings and separators that Chinese Excel, WPS and hotline systems write."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from kaohe.intake.grid import Grid
from kaohe.intake.headers import Names
from kaohe.intake.limits import HEADER_ROWS, MAX_AREA, MAX_CELLS
from kaohe.intake.recognise import score
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

_DELIMITERS = (",", "\t", ";")
_MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, spot: Spot, report: Report) -> str | None:
    """The text of a file; None, with a fault, where its encoding is none that is known."""
    encodings = [name for mark, name in _MARKED if data.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            report.add("bad-encoding", "文件含有空字符（NUL），可能已损坏或编码不对；请另存为“CSV UTF-8”后上传", spot)
            return None
        return text
    report.add("bad-encoding", "无法识别文件的文字编码；请另存为“CSV UTF-8”后上传", spot, expected="UTF-8 或 GB18030")
    return None


def grid(data: bytes, spot: Spot, names: Names, report: Report) -> Grid | None:
    """The rows of a CSV file; None, with a fault, where it cannot be read."""
    text = decode(data, spot, report)
    if text is None:
        return None
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in _reader(text, _delimiter(text, names)):
            rows.append(row)
            cells += len(row)
            if cells > MAX_CELLS or len(rows) > MAX_AREA:
                report.add("too-many-cells", f"内容过多，超过{MAX_CELLS}个单元格；汇总数据请按日或按月填报", spot)
                return None
    except csv.Error:
        advice = "请检查引号是否成对、单元格内容是否过长"
        report.add("bad-csv", f"CSV 格式有误，读到此行时无法继续；{advice}", spot.at(row=len(rows) + 1))
        return None
    return Grid(spot, rows, ragged=True)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str, names: Names) -> str:
    """The separator by which the header is recognised best; a comma may also stand inside a number."""

    def rank(delimiter: str) -> tuple[int, int]:
        head: list[list[str]] = []
        # A broken row is told when the file is read; what stands above it shows the separator.
        with suppress(csv.Error):
            head.extend(islice(_reader(text, delimiter), HEADER_ROWS))
        return max((score(row, names) for row in head), default=0), max(map(len, head), default=0)

    return max(_DELIMITERS, key=rank)
