"""Records that stand twice: named by what tells them apart, told once where an export was pasted twice."""

from __future__ import annotations

import pytest

from tests.core.intake.counting.conftest import Faults
from tests.core.intake.counting.test_calls import text_of

TICKETS = ["工单编号", "受理时间"]


def tickets(count: int) -> list[list[str]]:
    return [[f"T{n}", "2026-03-06 10:00:00"] for n in range(count)]


@pytest.mark.parametrize(("count", "lines"), [(9, 9), (10, 1)])
def test_an_export_that_was_pasted_twice_is_told_once(faults: Faults, count: int, lines: int) -> None:
    found = faults(text_of(tickets(count) * 2, TICKETS), "工单.csv")
    assert [f.code for f in found] == ["record-twice"] * lines
    if lines == 1:
        assert found[0].message.startswith("第12—21行的“工单编号”与第2—11行逐行相同，像是粘贴了两次，请删去重复的行")
    else:
        assert found[0].message.startswith("“工单编号”与第2行相同；同一工单只能有一行")
        assert [f.row for f in found] == list(range(11, 20))


def test_many_that_were_not_pasted_together_are_told_once_too(faults: Faults) -> None:
    rows = tickets(20)
    (fault,) = faults(text_of([*rows, *reversed(rows)], TICKETS), "工单.csv")
    assert (fault.row, fault.held) == (22, "T19")
    assert fault.message.startswith("20行（第22—41行之间）的“工单编号”与前面的行相同，如第22行与第21行；")


def test_attendance_is_told_apart_by_day_and_agent(faults: Faults) -> None:
    row = ["2026-03-02", "1001", "出勤"]
    (fault,) = faults(text_of([row, ["2026-03-02", "1002", "出勤"], row], ["日期", "工号", "出勤情况"]), "考勤.csv")
    assert (fault.row, fault.message[:15]) == (4, "“日期”“工号”与第2行相同；")


def test_what_follows_from_swapped_headers_is_not_told_row_by_row(faults: Faults) -> None:
    rows = [
        [f"T{n}", "2026-03-06 10:00:00", "" if n % 3 else "2026-03-06 11:00:00", "2026-03-07 10:00:00"]
        for n in range(60)
    ]
    (fault,) = faults(text_of(rows, ["工单编号", "转办时间", "受理时间", "办结时间"]), "工单.csv")
    assert fault.code == "headers-swapped"
    straight = text_of([*rows, ["T99", "", "", ""]], ["工单编号", "受理时间", "转办时间", "办结时间"])
    assert [f.code for f in faults(straight, "工单.csv")] == ["missing-value"]
