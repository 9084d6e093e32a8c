"""Names that people write for a contract's readings, options and instalments, and the kinds of event they know."""

from datetime import date
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY
from kaohe.intake.choices import instalment
from kaohe.intake.values import BadValue

HEADER = ["事件类型", "日期", "期次", "金额", "读法", "选项", "数值"]


@pytest.mark.parametrize(
    "reading", ["base", "以何为基数", " 以何 为基数 ", "base（以何为基数）", "以何为基数(base)", "BASE：以何为基数"]
)
@pytest.mark.parametrize("option", ["offered", "以来电为基数", "以来电为基数（offered）"])
def test_a_ruling_is_understood_by_codes_and_labels(demo: Any, reading: str, option: str) -> None:
    row = ["裁定", "2026-03-05", None, None, reading, option, None]
    (event,) = demo.read("a.csv", demo.csv([HEADER, row]), AUTHORITY).events
    assert (event.reading, event.option) == ("base", "offered")


def test_faults_speak_of_labels(demo: Any) -> None:
    row = ["裁定", "2026-03-05", None, None, "以何为基数", "另定", None]
    (fault,) = demo.faults("a.csv", demo.csv([HEADER, row]), AUTHORITY)
    assert (fault.code, "“以何为基数”" in fault.message) == ("no-such-option", True)
    assert "另定目标（fixed）" in str(fault.expected)


@pytest.mark.parametrize(
    ("value", "code"), [("1", None), ("100%", None), ("1.01", "out-of-range"), (95, "out-of-range")]
)
def test_a_rate_that_is_ruled_is_at_most_one(demo: Any, value: object, code: str | None) -> None:
    row = ["裁定", "2026-03-05", None, None, "base", "fixed", value]
    data = demo.csv([HEADER, row])
    if code:
        (fault,) = demo.faults("a.csv", data, AUTHORITY)
        assert (fault.code, fault.expected) == (code, "比例，如 0.95 或 95%")
    else:
        assert demo.read("a.csv", data, AUTHORITY).events[0].value == 1


@pytest.mark.parametrize("written", [2, 2.0, "2", "第2期", "第二期", "二", "二期", "２", "尾期", " 第 二 期 "])
def test_instalments_as_they_are_written(demo: Any, written: object) -> None:
    assert instalment(written, [demo.contract]) == 2


@pytest.mark.parametrize(
    ("written", "number"), [("十", 10), ("第十二期", 12), ("二十", 20), ("三十一", 31), ("首期", 1)]
)
def test_chinese_numerals(demo: Any, written: str, number: int) -> None:
    assert instalment(written, [demo.contract]) == number


@pytest.mark.parametrize("written", ["末期", "第期", "十十", "二三", "两两", "1.5", ""])
def test_what_is_no_instalment_is_told_those_there_are(demo: Any, written: str) -> None:
    with pytest.raises(BadValue) as bad:
        instalment(written, [demo.contract])
    assert "2（尾期）" in str(bad.value.expected)


def test_an_instalment_that_the_contract_has_not(demo: Any) -> None:
    (fault,) = demo.faults("a.csv", demo.csv([HEADER, ["收到发票", "2026-03-05", "第三期", *[None] * 4]]), AUTHORITY)
    assert (fault.code, fault.held) == ("no-such-instalment", "3")


@pytest.mark.parametrize("written", ["无", "没有", "/"])
def test_a_row_that_says_nothing_happened_is_told_to_go(demo: Any, written: str) -> None:
    (fault,) = demo.faults("a.csv", demo.event(written, None, None, None, None))
    assert "没有发生请删去这一行" in fault.message
    # A clerk of the vendor is offered what a vendor may report under this contract, and nothing else.
    assert fault.expected == "信息发布差错、提出异议"


def test_the_example_of_a_date_is_of_the_month_reported(demo: Any) -> None:
    row = ["收到发票", "3月5日", 1, *[None] * 4]
    (fault,) = demo.faults("a.csv", demo.csv([HEADER, row]), AUTHORITY, month="2026-11", on=date(2026, 12, 1))
    assert fault.expected == "日期，如 2026-11-05 或 2026年11月5日"


@pytest.mark.parametrize("written", ["3", "第3条", "3（满意）", "满意", "3 满意"])
def test_clauses_as_they_are_written(demo: Any, written: str) -> None:
    data = demo.csv([["事件类型", "日期", "条款"], ["免责", "2026-03-05", written]])
    assert demo.read("a.csv", data, AUTHORITY).events[0].clause == "3"
    wrong = demo.csv([["事件类型", "日期", "条款"], ["免责", "2026-03-05", "第4条"]])
    (fault,) = demo.faults("a.csv", wrong, AUTHORITY)
    assert (fault.code, fault.held, "3（满意）" in str(fault.expected)) == ("no-such-clause", "第4条", True)


@pytest.mark.parametrize(("no", "good"), [("3", True), ("2", False)])
def test_a_clause_that_does_not_look_at_such_events_is_refused(demo: Any, no: str, good: bool) -> None:
    data = demo.csv([["事件类型", "日期", "条款"], ["免责", "2026-03-05", no]])
    if good:
        assert demo.read("a.csv", data, AUTHORITY).events[0].clause == no
        return
    (fault,) = demo.faults("a.csv", data, AUTHORITY)
    assert (fault.code, fault.held, fault.expected) == ("idle-clause", "2", "3（满意）")
    other = demo.contract.model_copy(update={"clauses": demo.contract.clauses[:-1]})
    (fault,) = demo.faults("a.csv", data, AUTHORITY, contracts=[other])
    assert (fault.code, fault.expected) == ("idle-clause", "本合同没有这样的条款，请删去这一行")


@pytest.mark.parametrize(("amount", "good"), [("1000000.00", True), ("1000000.01", False), ("100.1万元", False)])
def test_nobody_pays_more_than_the_whole_price(demo: Any, amount: str, good: bool) -> None:
    data = demo.csv([HEADER, ["付款", "2026-03-05", "首期", amount, None, None, None]])
    if good:
        assert demo.read("a.csv", data, AUTHORITY).events
    else:
        assert demo.codes("a.csv", data, AUTHORITY) == ["out-of-range"]
