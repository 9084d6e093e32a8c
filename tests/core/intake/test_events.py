"""Events: their kinds, fields, dates and texts, in a sheet and in JSON."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY, VENDOR

WIDE = ["事件类型", "日期", "期次", "金额", "读法", "选项", "数值", "自何日起", "说明"]


def test_a_sheet_of_events(demo: Any) -> None:
    rows = [
        ["2026年3月事件"],
        ["事件类型", "日期", "次数", "编号", "开始日期", "结束日期", "说明"],
        ["转办超时", date(2026, 3, 5), 2, 20260305.0, "2026-03-01", "2026年3月5日", "两\n行"],
        [],
        ["发布差错", 7, None, None, None, None, None],
    ]
    first, second = demo.read("a.xlsx", demo.xlsx(事件=rows)).events
    assert (first.kind, first.on, first.count, first.ref) == ("ticket.dispatch_late", date(2026, 3, 5), 2, "20260305")
    assert (first.start, first.end, first.note) == (date(2026, 3, 1), date(2026, 3, 5), "两 行")
    assert (second.kind, second.on, second.count) == ("publication.error", date(2026, 3, 7), 1)
    assert first.where == "a.xlsx 事件 第3行"


def test_an_empty_sheet_of_events_says_that_nothing_happened(demo: Any) -> None:
    assert demo.read("a.csv", demo.csv([["事件类型", "日期", "次数"]])).events == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["查实投诉", "2026-03-05", 1, None, None], "wrong-source"),
        (["发布差措", "2026-03-05", 1, None, None], "unknown-event"),
        ([None, "2026-03-05", 1, None, None], "missing-value"),
        (["发布差错", None, 1, None, None], "missing-value"),
        (["发布差错", "2026-02-28", 1, None, None], "other-month"),
        (["发布差错", "不详", 1, None, None], "not-a-date"),
        (["发布差错", "2026-03-05", 0, None, None], "not-positive"),
        (["发布差错", "2026-03-05", 1.5, None, None], "not-whole"),
        (["发布差错", "2026-03-05", -1, None, None], "negative"),
        (["发布差错", "2026-03-05", "一", None, None], "not-a-number"),
        (["发布差错", "2026-03-05", 1, None, "长" * 201], "too-long"),
        (["发布差错", "2026-03-05", 1, None, "a\x07b"], "control-character"),
        (["发布差错", "2026-03-05", 1, None, "a‮b"], "control-character"),
    ],
)
def test_what_an_event_may_not_be(demo: Any, row: list[Any], code: str) -> None:
    (fault,) = demo.faults("a.csv", demo.event(*row))
    assert (fault.code, fault.row) == (code, 2)


def test_a_note_may_be_as_long_as_the_limit(demo: Any) -> None:
    assert len(demo.read("a.csv", demo.event("发布差错", 5, 1, None, "长" * 200)).events[0].note) == 200


@pytest.mark.parametrize(
    "text",
    [
        "来电13800138000反映",
        "＋86 138-0013-8000",
        "138 0013 8000",
        "１３８００１３８０００",
        "11010519491231002X",
        "身份证110105 19491231 0021",
        "卡6222021234567890129",
    ],
)
@pytest.mark.parametrize("place", ["ref", "note"])
def test_what_looks_personal_is_refused_and_never_repeated(demo: Any, text: str, place: str) -> None:
    event = {"kind": "publication.error", "on": "2026-03-05", place: text}
    (fault,) = demo.faults("a.json", demo.json(events=[event]))
    assert (fault.code, fault.held) == ("personal-data", None)
    digits = "".join(c for c in text if c.isdigit())
    assert digits[-4:] not in str(fault)


@pytest.mark.parametrize(
    "text", ["202603050000012345", "20260305-000123", "GD2026030512345678", "第3项，共12345件", "123456789012"]
)
def test_ticket_numbers_are_let_through(demo: Any, text: str) -> None:
    assert demo.read(
        "a.json", demo.json(events=[{"kind": "publication.error", "on": "2026-03-05", "ref": text}])
    ).events


def test_a_number_in_a_wrong_cell_is_not_repeated_either(demo: Any) -> None:
    faults = demo.faults("a.csv", demo.csv([["日期", "来电总量"], ["13800138000", "打 13900139000"]]))
    assert {fault.held for fault in faults} == {None}


def test_rulings_payments_and_invoices_lie_in_any_month(demo: Any) -> None:
    rows = [
        ["裁定", "2026-01-20", None, None, "base", "fixed", "95%", "2026-01-15", "函"],
        ["付款", "2026-04-01", "第1期", "400,000.00", None, None, None, None, None],
        ["收到发票", "2026-02-01", 2, None, None, None, None, None, None],
    ]
    ruling, payment, invoice = demo.read("a.csv", demo.csv([WIDE, *rows]), AUTHORITY).events
    assert (ruling.option, ruling.value, ruling.since) == ("fixed", Decimal("0.95"), date(2026, 1, 15))
    assert (payment.instalment, payment.amount) == (1, Decimal("400000.00"))
    assert invoice.instalment == 2


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        (["裁定", "2026-03-05", None, None, "bse", "fixed", 0.9, None, None], "no-such-reading", "以何为基数（base）"),
        (["裁定", "2026-03-05", None, None, "base", "x", None, None, None], "no-such-option", "另定目标（fixed）"),
        (["裁定", "2026-03-05", None, None, "base", "fixed", None, None, None], "missing-value", "数值"),
        (["裁定", "2026-03-05", None, None, "base", "offered", 0.9, None, None], "value-not-allowed", "清空"),
        (["裁定", "2026-03-05", None, None, None, "offered", None, None, None], "missing-value", "读法"),
        (["裁定", "2026-03-05", None, None, "base", None, None, None, None], "missing-value", "选项"),
        (["裁定", "2026-04-03", None, None, "base", "offered", None, None, None], "future-day", "2026-04-02"),
        (["裁定", "3月5日", None, None, "base", "offered", None, None, None], "not-a-date", "2026-03-05"),
        (["付款", "2026-03-05", 3, 1, None, None, None, None, None], "no-such-instalment", "2（尾期）"),
        (["付款", "2026-03-05", None, 1, None, None, None, None, None], "missing-value", "期次"),
        (["付款", "2026-03-05", 1, "1.005", None, None, None, None, None], "too-many-places", "两位小数"),
        (["付款", "2026-03-05", 1, -1, None, None, None, None, None], "negative", "负数"),
        (["查实投诉", "2026-03-05", None, 5, None, None, None, None, None], "field-not-allowed", "不填“金额”"),
    ],
)
def test_what_the_contract_does_not_know(demo: Any, row: list[Any], code: str, says: str) -> None:
    (fault,) = demo.faults("a.csv", demo.csv([WIDE, row]), AUTHORITY)
    assert fault.code == code
    assert says in str(fault)


@pytest.mark.parametrize("count", [None, 1])
def test_a_sum_paid_is_told_once_a_row(demo: Any, count: int | None) -> None:
    rows = [["事件类型", "日期", "次数", "期次", "金额"], ["付款", "2026-03-05", count, 1, 100]]
    assert [event.count for event in demo.read("a.csv", demo.csv(rows), AUTHORITY).events] == [1]


def test_and_not_so_many_times(demo: Any) -> None:
    rows = [["付款", "2026-03-05", 2, 1, 100], ["收到发票", "2026-03-01", 2, 1, None]]
    (fault,) = demo.faults("a.csv", demo.csv([["事件类型", "日期", "次数", "期次", "金额"], *rows]), AUTHORITY)
    assert (fault.code, fault.row) == ("out-of-range", 2)
    assert "“付款”一次一行" in str(fault)


def test_a_period_ends_after_it_begins(demo: Any) -> None:
    header = ["事件类型", "日期", "开始日期", "结束日期"]
    row = ["转办超时", "2026-03-05", "2026-03-05", "2026-03-04"]
    assert demo.codes("a.csv", demo.event(*row, header=header)) == ["end-before-start"]
    assert demo.read("a.csv", demo.event(*row[:3], "2026-03-05", header=header)).events


def test_a_date_column_is_needed(demo: Any) -> None:
    assert demo.codes("a.csv", demo.csv([["事件类型", "次数"], ["发布差错", 1]])) == ["missing-column"]


def test_an_event_of_the_authority_has_happened(demo: Any) -> None:
    event = {"kind": "complaint.verified", "on": "2026-03-20"}
    data = demo.json(source="authority", events=[event])
    assert demo.codes("a.json", data, AUTHORITY, on=date(2026, 3, 19)) == ["future-day"]
    assert demo.read("a.json", data, AUTHORITY, on=date(2026, 3, 20)).events


def test_events_beyond_the_limit_are_to_be_drawn_together(demo: Any) -> None:
    rows = [["发布差错", "2026-03-05"]] * 2001
    assert demo.codes("a.csv", demo.csv([["事件类型", "日期"], *rows])) == ["too-many-events"]
    assert len(demo.read("a.csv", demo.csv([["事件类型", "日期"], *rows[1:]])).events) == 2000


def test_every_fault_of_an_event_is_told(demo: Any) -> None:
    row = ["发布差错", "2026-02-30", 0, "13800138000", "长" * 201]
    assert sorted(demo.codes("a.csv", demo.event(*row), VENDOR)) == sorted(
        ["no-such-day", "not-positive", "personal-data", "too-long"]
    )
