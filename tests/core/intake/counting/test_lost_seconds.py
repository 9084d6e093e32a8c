"""Files whose instants all end in a full minute have lost their seconds: 15 seconds cannot be counted from them."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import text_of

HEADER = ["通话编号", "排队时间", "应答时间"]


def calls(instants: int, last: str = "09:01:00") -> list[list[str]]:
    """Calls of two instants each, all at a full minute but for the last."""
    rows = [[f"C{n}", "2026-03-02 09:00:00", "2026-03-02 09:01:00"] for n in range(instants // 2)]
    rows[-1][-1] = f"2026-03-02 {last}"
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_sixty_full_minutes_and_nothing_else_are_refused_once(faults: Faults, encoding: str) -> None:
    (fault,) = faults(text_of(calls(60), HEADER).encode(encoding))
    assert (fault.code, fault.row, fault.column) == ("no-seconds", 1, "B（排队时间）")
    assert "“排队时间”“应答时间”的60个时间，秒全是 00" in fault.message
    assert "请直接上传系统导出的原文件" in fault.message


@pytest.mark.parametrize(("instants", "last"), [(58, "09:01:00"), (60, "09:01:01"), (2000, "09:01:01")])
def test_a_few_may_be_an_accident_and_one_second_shows_that_they_are_told(read: Read, instants: int, last: str) -> None:
    assert read(text_of(calls(instants, last), HEADER)).submission.figures


def test_it_is_told_beside_other_faults(faults: Faults) -> None:
    rows = [*calls(60), ["C0", "2026-03-02 09:00:00", ""]]
    assert [f.code for f in faults(text_of(rows, HEADER))] == ["no-seconds", "record-twice"]


def test_calls_of_several_rows(faults: Faults, read: Read) -> None:
    legs = [[*row, "1"] for row in calls(60)]
    assert [f.code for f in faults(text_of(legs, [*HEADER, "话务段"]))] == ["no-seconds"]
    assert read(text_of([[*row, "1"] for row in calls(60, "09:01:30")], [*HEADER, "话务段"])).submission.figures


def test_instants_that_need_no_seconds_may_lack_them(read: Read) -> None:
    rows = [[f"T{n}", "2026-03-02 09:00:00", "2026-03-02 10:00:00"] for n in range(100)]
    assert read(text_of(rows, ["工单编号", "受理时间", "转办时间"]), "工单.csv").submission.figures


def test_a_sheet_formatted_to_minutes(faults: Faults) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER)
    for number, *instants in calls(60):
        book.active.append([number, *map(datetime.fromisoformat, instants)])
    packed = io.BytesIO()
    book.save(packed)
    (fault,) = faults(packed.getvalue(), "话单.xlsx")
    assert (fault.code, fault.sheet, fault.row) == ("no-seconds", "Sheet", 1)
