"""Workbooks to facts, against openpyxl that only reads them: a month's form, and a county's calls.

Beside them calamine, which the reading rests on, with nothing checked, recognised or counted: all there is to gain.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from kaohe import intake
from kaohe.plugins import load_region

from benchmarks.calls.month import MONTH, month_of
from benchmarks.measure import Ratio, compare

CALLS = 8_000
"""What a county's hotline is offered in a month."""
_INSTANTS, _SECONDS = range(4, 8), 10
"""Columns of the made-up calls that Excel keeps as dates, and one of numbers."""


def read_workbooks() -> Iterator[tuple[str, Ratio]]:
    """Each kind of workbook, and how its reading compares."""
    sample = Path(__file__).parents[1] / "plugins/jiyuan/sample"
    form = next(iter(sorted(sample.glob("submissions/*/vendor/*/*.xlsx"))))
    records = f"submissions/jiyuan/vendor/{MONTH}/calls.xlsx"
    for what, data, key, runs in (
        ("a month's form", form.read_bytes(), form.relative_to(sample).as_posix(), 15),
        (f"a workbook of {CALLS:,} calls", _calls().read_bytes(), records, 5),
    ):
        cells = partial(_cells, data)
        yield f"{what} to facts", compare(_facts(data, key), cells, runs)
        yield f"{what} by calamine, unchecked", compare(partial(_unchecked, data), cells, runs)


def _facts(data: bytes, key: str) -> Callable[[], object]:
    address = intake.parse_key(key)
    region = load_region(address.region)
    return partial(intake.read, data, address, region.catalogue, region.contracts, date(2100, 1, 1))


def _unchecked(data: bytes) -> list[list[list[object]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [list(map(list, book.get_sheet_by_name(name).to_python())) for name in book.sheet_names]


def _cells(data: bytes) -> list[list[tuple[object, ...]]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book]


def _calls() -> Path:
    """A workbook of a month of made-up calls; made once."""
    import openpyxl

    records = month_of(CALLS, "utf-8")
    path = records.with_suffix(".xlsx")
    if not path.exists():
        book = openpyxl.Workbook()
        sheet = book.create_sheet("calls", 0)
        with records.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sheet.append([_held(place, cell) for place, cell in enumerate(row)])
        book.save(path)
    return path


def _held(place: int, cell: str) -> datetime | int | str | None:
    if place in _INSTANTS and cell[:1].isdigit():
        return datetime.fromisoformat(cell)
    return int(cell) if place == _SECONDS and cell.isdigit() else cell or None
