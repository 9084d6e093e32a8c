"""Rows of a file that are no records: told once, with what to do; a record that looks a little like one stays one."""

from __future__ import annotations

import pytest

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_bad_rows import GOOD, TOP, changed

EMPTY = "," * TOP.count(",")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (EMPTY, "empty-row"),
        (EMPTY.replace(",", " ,", 1), "empty-row"),
        (TOP, "header-again"),
        ("合计" + EMPTY[:-2] + ",60,", "totals-row"),
        (EMPTY[:-1] + "合计,60", "totals-row"),
        ("总　计：60条" + EMPTY, "totals-row"),
        ("共60条记录", "totals-row"),
        ("制表人：" + EMPTY, "totals-row"),
        ("审核", "totals-row"),
    ],
)
def test_it_is_told_once_without_what_stands_in_it(faults: Faults, row: str, code: str) -> None:
    found = faults("\n".join([TOP, GOOD, row, changed("满意度", "?").replace("C1", "C2")]))
    assert [(f.code, f.row, f.column, f.held) for f in found[:1]] == [(code, 3, None, None)]
    assert [(f.code, f.row) for f in found[1:]] == [("unknown-word", 4)]


def test_empty_rows_at_the_end_are_drawn_together(faults: Faults) -> None:
    (fault,) = faults("\n".join([TOP, GOOD, *[EMPTY] * 40]))
    assert fault.message.startswith("第3—42行整行是空的")


TICKETS = "工单编号,受理时间,办结时间"
ATTENDANCE = "日期,工号,出勤情况"
LEGS = "通话编号,话务段,来电时间,排队时间,应答时间"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("top", "good", "row"),
    [
        (TOP, GOOD, "合计,,,2026-03-31 23:59:59,,,,,"),
        (TOP, GOOD, "　合　计：,,,,2026-03-31 23:59:59,,,,"),
        (TOP, GOOD, "制表人：某某,,,2026-03-31 23:59:59,,,,,"),
        (TICKETS, "T1,2026-03-02 09:00,", "共1件,2026-03-31 09:00,"),
        (ATTENDANCE, "2026-03-02,1001,出勤", "2026-03-02,合计,出勤"),
        (LEGS, "C1,1,2026-03-02 09:00:00,,", "总计,1,2026-03-02 09:00:00,,"),
    ],
)
def test_a_total_with_a_time_in_its_row_is_no_record(
    faults: Faults, top: str, good: str, row: str, encoding: str
) -> None:
    found = faults("\n".join([top, good, row]).encode(encoding))
    assert [(f.code, f.row, f.held) for f in found] == [("totals-row", 3, None)]


@pytest.mark.parametrize("number", ["审核20260302001", "总计室-1", "共青团202603001"])
def test_a_number_that_begins_like_a_total_is_one(read: Read, number: str) -> None:
    upload = read(f"{TICKETS}\n{number},2026-03-02 09:00,\n")
    assert "工单1件" in upload.submission.remarks[0]


def test_a_record_with_its_number_is_none_of_them(read: Read, faults: Faults) -> None:
    top = f"备注,{TOP}"
    assert read(f"{top}\n合计,{GOOD}\n").submission.figures
    assert [f.code for f in faults(f"{top}\n合计,{changed('满意度', '?')}\n")] == ["unknown-word"]


@pytest.mark.parametrize(
    ("held", "says", "shown"),
    [
        ("-", "留空", True),
        ("NULL", "留空", True),
        ("0000-00-00 00:00:00", "留空", True),
        ("46088.375", "日期序号", True),
        ("2026-03-02T09:00:20+08:00", "时区", False),
        ("2026-03-02 09:00:20Z", "时区", True),
        ("19001.5", "不是能识别的时间", True),
    ],
)
def test_why_a_cell_is_no_time(faults: Faults, held: str, says: str, shown: bool) -> None:
    (fault,) = faults("\n".join([TOP, changed("应答时间", held)]))
    assert says in fault.message
    assert (fault.held == held) is shown


@pytest.mark.parametrize(("number", "says"), [("2.02603E+14", "科学计数法"), ("202603E14", "重复导出")])
def test_numbers_that_excel_has_made_equal(faults: Faults, number: str, says: str) -> None:
    row = changed("通话编号", number)
    (fault,) = faults("\n".join([TOP, row, row]))
    assert (fault.code, says in fault.message) == ("record-twice", True)
