"""Content that somebody left near a table: told once, where it stands, and no row of the table."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.core.intake.conftest import DAY_HEADER, EVENT_HEADER, Demo


def workbook(demo: Demo, sheet: str, cells: dict[str, Any]) -> bytes:
    """A complete workbook with further cells in one sheet."""
    events: list[list[Any]] = [EVENT_HEADER, ["发布差错", "2026-03-05", 1, "", ""]]
    book = openpyxl.load_workbook(io.BytesIO(demo.xlsx(事件=events)))
    for place, value in cells.items():
        book[sheet][place] = value
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("sheet", "place"),
    [("按日", "J40"), ("按日", "A60"), ("按日", "J33"), ("按月", "J40"), ("事件", "J40")],
)
def test_a_stray_cell_is_one_line(demo: Demo, sheet: str, place: str) -> None:
    (fault,) = demo.faults("三月.xlsx", workbook(demo, sheet, {place: "x"}))
    assert (fault.code, fault.sheet, f"{str(fault.column)[0]}{fault.row}") == ("stray-cell", sheet, place)
    assert "这一行只有零散内容，没有表里的数据；请删去；原内容：x" in str(fault)


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"J5": "x"}, {"column-unnamed"}),  # beside a row of the table
        ({"A40": "2026-03-31"}, {"day-twice", "missing-value"}),  # a day is a row of the table, even alone
        ({"B40": 5}, {"missing-date", "missing-value"}),
    ],
)
def test_what_may_belong_to_the_table_is_looked_at(demo: Demo, cells: dict[str, Any], codes: set[str]) -> None:
    assert set(demo.codes("三月.xlsx", workbook(demo, "按日", cells))) == codes


def test_a_stray_cell_of_a_csv_file(demo: Demo) -> None:
    rows = [*([*row, ""] for row in demo.days()), [*[""] * len(DAY_HEADER), "x"]]
    assert demo.codes("按日.csv", demo.csv(rows)) == ["stray-cell"]


def test_without_any_the_workbook_is_fine(demo: Demo) -> None:
    assert demo.read("三月.xlsx", workbook(demo, "按月", {})).figures
