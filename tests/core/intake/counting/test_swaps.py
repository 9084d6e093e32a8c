"""Two headers that have changed places are told once, of the headers, and not row by row."""

from __future__ import annotations

import pytest

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, lively, text_of

TICKETS = ["工单编号", "受理时间", "转办时间", "办结时间", "回访时间"]


def exchanged(one: str, other: str, header: list[str] = HEADER) -> list[str]:
    swap = {one: other, other: one}
    return [swap.get(name, name) for name in header]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("排队时间", "应答时间"),
        ("来电时间", "排队时间"),
        ("来电时间", "应答时间"),
        ("排队时间", "挂机时间"),
        ("应答时间", "挂机时间"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_two_instants(faults: Faults, one: str, other: str, encoding: str) -> None:
    header = exchanged(one, other)
    (fault,) = faults(text_of(lively(60), header).encode(encoding))
    assert (fault.code, fault.row) == ("headers-swapped", 1)
    assert f"“{one}”与“{other}”两列的表头像是写反了：" in fault.message
    assert str(fault.column).endswith(f"（{one}）")


def test_two_instants_of_tickets(faults: Faults) -> None:
    days = range(2, 22)
    rows = [[f"T{n}", *(f"2026-03-{n:02} {hour}:00:00" for hour in ("08", "09", "10", "11"))] for n in days]
    (fault,) = faults(text_of(rows, exchanged("受理时间", "办结时间", TICKETS)))
    assert "“受理时间”与“办结时间”两列" in fault.message


def test_two_instants_of_calls_of_several_rows(faults: Faults) -> None:
    header = [*exchanged("排队时间", "应答时间"), "话务段"]
    (fault,) = faults(text_of([[*row, "1"] for row in lively(60)], header))
    assert fault.code == "headers-swapped"


def slipped(right: int, wrong: int) -> str:
    """Calls of which so many were answered before they waited."""
    rows = [
        [f"C{n}", f"2026-03-02 09:00:{10 if n < right else 30}", "2026-03-02 09:00:20"] for n in range(right + wrong)
    ]
    return text_of(rows, ["通话编号", "排队时间", "应答时间"])


@pytest.mark.parametrize(("right", "wrong"), [(1, 9), (0, 2)])
def test_what_nearly_all_rows_break_is_the_headers(faults: Faults, right: int, wrong: int) -> None:
    (fault,) = faults(slipped(right, wrong))
    assert fault.code == "headers-swapped"
    assert f"{right + wrong}行里有{wrong}行先后颠倒" in fault.message


@pytest.mark.parametrize(("right", "wrong"), [(2, 9), (0, 1)])
def test_what_fewer_rows_break_is_told_by_row(faults: Faults, right: int, wrong: int) -> None:
    found = faults(slipped(right, wrong))
    assert {f.code for f in found} == {"wrong-order"}
    assert found[0].row == right + 2


def test_what_the_exchange_would_not_mend_is_still_told(faults: Faults) -> None:
    rows = lively(60)
    rows[7][8] = "?"
    rows[8][6] = "2026-03-01 00:00:00"
    first, *others = faults(text_of(rows, exchanged("排队时间", "应答时间")))
    assert first.code == "headers-swapped"
    assert {(f.code, f.row) for f in others} == {("unknown-word", 9), ("wrong-order", 10)}


def test_the_numbers_of_calls_and_of_agents(faults: Faults) -> None:
    rows = [[*row[:7], "1001" if n % 10 else "", row[8]] for n, row in enumerate(lively(60))]
    (fault,) = faults(text_of(rows, exchanged("通话编号", "工号")))
    assert (fault.code, fault.row, fault.column) == ("headers-swapped", 1, "H（通话编号）")
    assert "“通话编号”与“工号”两列的表头像是写反了：45行里前一列只有1个不同的" in fault.message


def test_the_own_header_of_the_file_is_named(faults: Faults) -> None:
    header = [{"排队时间": "接听时间", "应答时间": "入队时间"}.get(name, name) for name in HEADER]
    (fault,) = faults(text_of(lively(60), header))
    assert "“入队时间”与“接听时间”两列" in fault.message


@pytest.mark.parametrize("times", [2, 3])
def test_calls_exported_several_times_have_their_headers_right(faults: Faults, times: int) -> None:
    rows = [[*row[:7], f"1{n:03}", row[8]] for n, row in enumerate(lively(20) * times)]
    assert {f.code for f in faults(text_of(rows))} == {"record-twice"}


def test_headers_that_are_right_are_not_asked_about(read: Read) -> None:
    assert read(text_of(lively(60))).submission.figures
