"""Each region's own deadlines, counted from made-up tickets."""

from __future__ import annotations

from datetime import date

from kaohe.catalogue import Source
from kaohe.intake import Address, Upload, read_upload
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.submission import Submission

HEADER = (
    "工单编号,诉求类型,来源渠道,受理时间,回应时间,转办时间,"
    "退回时间,退回处理时间,因差错退回,办结时间,回访时间,即时答复\n"
)


def counted(region: str, month: str, *rows: str) -> Submission:
    return uploaded(region, month, *rows).submission


def uploaded(region: str, month: str, *rows: str) -> Upload:
    loaded = load_region(region)
    address = Address(region=region, source=Source.VENDOR, month=Month.of(month), name="工单.csv")
    data = (HEADER + "\n".join(rows)).encode()
    return read_upload(data, address, loaded.catalogue, loaded.contracts, date(2027, 1, 1))


def test_jiyuan_dispatch_in_one_working_day_return_and_callback_in_two_days() -> None:
    found = counted(
        "jiyuan",
        "2026-03",
        # Friday to Monday is one working day; to Tuesday it is late.
        "A1,求助,电话,2026-03-06 09:00,,2026-03-09 23:00,,,,,,否",
        "A2,求助,电话,2026-03-06 09:00,,2026-03-10 00:00,,,,,,否",
        "A3,咨询,电话,2026-03-06 09:00,,,,,,2026-03-06 09:05,2026-03-08 09:00,是",
        "A4,求助,电话,2026-03-06 09:00,,2026-03-09 09:00,2026-03-10 09:00,2026-03-12 23:59,是,,,否",
        "A5,求助,电话,2026-03-06 09:00,,2026-03-09 09:00,2026-03-10 09:00,2026-03-13 00:00,是,,,否",
        "A6,求助,电话,2026-03-06 09:00,,2026-03-09 09:00,,,,2026-03-10 09:00,2026-03-13 00:00,否",
        "A7,求助,电话,2026-03-06 09:00,,2026-03-09 09:00,,,,2026-03-10 09:00,,否",
    )
    assert {(e.kind, e.ref, e.on.day) for e in found.events} == {
        ("ticket.dispatch_late", "A2", 9),
        ("ticket.return_late", "A5", 12),
        ("ticket.callback_late", "A6", 12),
        ("ticket.callback_late", "A7", 12),
    }


def test_luohe_web_tickets_returns_and_callbacks() -> None:
    found = counted(
        "luohe",
        "2026-03",
        "W1,咨询,网站,2026-03-06 09:00,2026-03-09 18:00,,,,,,,是",
        "W2,咨询,微信,2026-03-06 09:00,2026-03-10 08:00,,,,,,,是",
        "W3,求助,网站,2026-03-31 09:00,2026-04-01 08:00,,,,,,,否",
        "D1,求助,电话,2026-03-02 09:00,,2026-03-02 10:00,,,,2026-03-05 09:00,2026-03-06 09:00,否",
        "D2,求助,电话,2026-03-02 09:00,,2026-03-02 10:00,2026-03-03 10:00,,是,2026-03-05 09:00,,否",
    )
    assert {f.code: f.value for f in found.figures} == {
        "web_tickets.received": 2,
        "web_tickets.in_time": 1,
        "tickets.dispatched": 2,
        "tickets.returned": 1,
        "callbacks.due": 2,
        "callbacks.done": 1,
    }


def test_luohe_lists_what_failed_the_late_the_missing_and_the_returned() -> None:
    failed = uploaded(
        "luohe",
        "2026-03",
        "W1,咨询,网站,2026-03-06 09:00,2026-03-09 18:00,,,,,,,是",
        "W2,咨询,微信,2026-03-06 09:00,2026-03-10 08:00,,,,,,,是",
        "D1,求助,电话,2026-03-02 09:00,,2026-03-02 10:00,,,,2026-03-05 09:00,2026-03-06 09:00,否",
        "D2,求助,电话,2026-03-02 09:00,,2026-03-02 10:00,2026-03-03 10:00,,是,2026-03-05 09:00,,否",
    ).failures
    assert failed
    _, *rows = failed.decode("utf-8-sig").splitlines()
    listed = [tuple(row.split(",")[:2]) for row in rows]
    assert sorted(listed) == [
        ("未计入“已回访工单数”", "D2"),
        ("未计入“网络工单及时回应量”", "W2"),
        ("计入“退回交办单数”", "D2"),
    ]


def test_lingshui_callbacks_in_twenty_four_hours_and_answers_at_once() -> None:
    found = counted(
        "lingshui",
        "2024-03",
        "L1,咨询,电话,2024-03-04 09:00:00,,,,,,2024-03-04 09:10:00,2024-03-05 09:10:00,是",
        "L2,咨询,电话,2024-03-04 09:00:00,,,,,,2024-03-04 09:10:00,2024-03-05 09:10:01,否",
        "L3,投诉,电话,2024-03-04 09:00:00,,,,,,,,否",
    )
    assert {f.code: f.value for f in found.figures} == {
        "consultations.received": 2,
        "consultations.answered_at_once": 1,
        "callbacks.due": 2,
        "callbacks.in_time": 1,
    }
