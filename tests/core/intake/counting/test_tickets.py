"""Tickets: deadlines in working days and hours, and the list of what failed."""

from __future__ import annotations

from datetime import date

import pytest
from kaohe.catalogue import Catalogue, Measure, Source
from kaohe.intake.address import Address
from kaohe.intake.reading import read_upload
from kaohe.plugins import load_region
from kaohe.records import Counted
from kaohe.standard import CORE

from tests.core.intake.counting.conftest import MARCH, Faults, Read
from tests.core.intake.counting.test_calls import figures

# 2026-03-06 is a Friday: one working day after it is Monday the 9th.
TICKETS = """\
工单编号,来电人,受理时间,回应时间,办结时间,回访时间
T1,甲,2026-03-06 10:00:00,2026-03-09 23:59:00,2026-03-10 10:00:00,2026-03-11 10:00:00
T2,乙,2026-03-06 10:00:00,2026-03-10 00:00:00,2026-03-10 10:00:00,2026-03-11 10:00:01
T3,丙,2026-03-06 10:00:00,,,
T4,丁,2026-03-31 10:00:00,2026-04-01 09:00:00,,
T5,戊,2026-02-27 10:00:00,2026-02-28 09:00,,
"""


def test_a_deadline_in_working_days_is_held_in_the_month_in_which_it_ends(read: Read) -> None:
    found = figures(read(TICKETS, "工单.csv"))
    # T4's deadline ends in April, T5's on the working Saturday of 28 February.
    assert (found["replies.due", None], found["replies.in_time", None]) == (3, 1)


def test_twenty_four_hours_to_the_second(read: Read) -> None:
    events = read(TICKETS, "工单.csv").submission.events
    assert [(e.kind, e.ref, e.start, e.end) for e in events] == [
        ("callback.late", "T2", date(2026, 3, 10), date(2026, 3, 11))
    ]


def late(tickets: int, days: int) -> str:
    """Tickets that were all called back too late, so many days after they were closed, or fewer."""
    rows = [
        f"T{n},,2026-02-20 09:00:00,,2026-02-20 10:00:00,2026-03-{1 + n % days:02} 10:00:01" for n in range(tickets)
    ]
    return "\n".join([TICKETS.splitlines()[0], *rows])


@pytest.mark.parametrize(("tickets", "kept"), [(500, 500), (501, 20)])
def test_many_events_of_the_same_dates_are_one_with_their_number_and_keep_their_periods(
    read: Read, tickets: int, kept: int
) -> None:
    events = read(late(tickets, 20), "工单.csv").submission.events
    assert (len(events), sum(event.count for event in events)) == (kept, tickets)
    assert {event.start for event in events} == {date(2026, 2, 20)}
    assert all(event.end == event.on for event in events)


def test_events_of_too_many_different_periods_are_counted_by_day_and_this_is_said(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.intake.counting.reading.MOST_EVENTS", 19)
    taken = read(late(40, 20), "工单.csv").submission
    assert [(event.count, event.start, event.end) for event in taken.events] == [(2, None, None)] * 20
    assert any("“回访超时工单”40件" in remark and "只按日计数" in remark for remark in taken.remarks)


def test_what_failed_is_listed_with_its_number_and_its_times_only(read: Read) -> None:
    upload = read(TICKETS, "工单.csv")
    assert upload.failures is not None
    lines = upload.failures.decode("utf-8-sig").splitlines()
    assert lines[0] == "考核项,编号,计入日期,受理时间,回应时间,办结时间,回访时间"
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["计入“回访超时工单”", "T2", "2026-03-11"],
        ["未计入“按期回应量”", "T2", "2026-03-09"],
        ["未计入“按期回应量”", "T3", "2026-03-09"],
    ]
    assert "乙" not in upload.failures.decode("utf-8-sig")


def test_what_is_counted_because_it_failed_is_listed_also_where_it_is_no_part_of_another_measure() -> None:
    late = Measure(
        code="replies.late",
        label="逾期回应量",
        unit="件",
        grain="month",
        counted=(
            Counted(
                records="tickets",
                where="responded_at::DATE > working_day(created_at, 1)",
                on="working_day(created_at, 1)",
                fails=True,
            ),
        ),
        note="未在一个工作日内回应的",
    )
    address = Address(region="jiyuan", source=Source.VENDOR, month=MARCH, name="工单.csv")
    contracts = load_region("jiyuan").contracts
    upload = read_upload(TICKETS.encode(), address, CORE | Catalogue.of([late]), contracts, date(2026, 5, 1))
    assert figures(upload)["replies.late", None] == 1
    assert upload.failures is not None
    listed = [line.split(",")[:3] for line in upload.failures.decode("utf-8-sig").splitlines()[1:]]
    assert listed == [["计入“逾期回应量”", "T2", "2026-03-09"]]


def test_the_list_does_not_depend_on_the_order_of_rows(read: Read) -> None:
    header, *rows = TICKETS.splitlines()
    turned = "\n".join([header, *reversed(rows)])
    assert read(TICKETS, "工单.csv").failures == read(turned, "工单.csv").failures


COLUMNS = {
    "工单编号": "T1",
    "受理时间": "2026-03-06 10:00:00",
    "派单时间": "2026-03-06 11:00:00",
    "退回时间": "",
    "退回处理时间": "",
    "办结时间": "2026-03-10 10:00:00",
    "首次回访时间": "2026-03-11 10:00:00",
}


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ((), []),
        (("派单时间",), ["没有“转办时间”一列，没有数：转办超时；"]),
        (("首次回访时间",), ["没有“回访时间”一列，没有数：回访超时；"]),
        (("退回时间", "退回处理时间"), ["没有“退回时间”、“退回处理时间”一列，没有数：回退处理超时；"]),
        (
            ("派单时间", "办结时间"),
            ["没有“转办时间”一列，没有数：转办超时；", "没有“办结时间”一列，没有数：回访超时；"],
        ),
    ],
)
def test_what_is_not_counted_for_want_of_a_column_is_told(left_out: tuple[str, ...], told: list[str]) -> None:
    region = load_region("jiyuan")
    kept = [header for header in COLUMNS if header not in left_out]
    text = "\n".join([",".join(kept), ",".join(COLUMNS[header] for header in kept)])
    address = Address(region="jiyuan", source=Source.VENDOR, month=MARCH, name="工单.csv")
    upload = read_upload(text.encode(), address, region.catalogue, region.contracts, date(2026, 5, 1))
    found = [remark for remark in upload.submission.remarks if "没有数" in remark]
    assert [remark.startswith(f"工单.csv：{start}") for remark, start in zip(found, told, strict=True)] == [True] * len(
        told
    )


def of_year(year: str) -> str:
    return TICKETS.replace("2026", year)


def test_tickets_of_which_nothing_lies_in_the_month_are_of_another(faults: Faults) -> None:
    (fault,) = faults(of_year("2025"), "工单.csv")
    assert (fault.code, fault.row, fault.held) == ("other-month", None, "2025-02-27至2025-03-31")
    assert "所有的工单都不在本文件的月份内" in fault.message
    assert fault.expected == "2026年3月"


@pytest.mark.parametrize(
    "row",
    [
        "T9,,2026-02-28 10:00:00,,,2026-03-01 00:00:00",  # something happened in the month
        "T9,,2026-02-28 10:00:00,,,",  # it fell due in the month: a Saturday that was worked
    ],
)
def test_one_that_has_to_do_with_the_month_is_enough(read: Read, row: str) -> None:
    assert read("\n".join([TICKETS.splitlines()[0], row]), "工单.csv").submission.figures


def test_one_that_has_not_is_of_another_month(faults: Faults) -> None:
    row = "T9,,2026-02-26 10:00:00,2026-02-26 11:00:00,2026-02-27 10:00:00,2026-02-28 09:00:00"
    assert [f.code for f in faults("\n".join([TICKETS.splitlines()[0], row]), "工单.csv")] == ["other-month"]
