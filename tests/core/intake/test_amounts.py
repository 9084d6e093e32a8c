"""Sums of money: what can mean one thing only is taken, the rest is told how to be written."""

from decimal import Decimal
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY, Catalogue, Measure
from kaohe.intake.amounts import sum_of_money
from kaohe.intake.values import BadValue


@pytest.mark.parametrize(
    "written",
    [
        1641000,
        1641000.0,
        "1641000",
        "1,641,000.00",
        "1，641，000",
        "１，６４１，０００",
        "1,641,000.00元",
        "¥1,641,000",
        "￥ 1641000",
        "人民币1641000元整",
        "164.1万元",
        "164.1 万",
    ],
)
def test_one_sum_however_it_is_written(written: object) -> None:
    assert sum_of_money(written) == 1641000


def test_ten_thousands_are_exact() -> None:
    assert sum_of_money("0.00015万元") == Decimal("1.5")


@pytest.mark.parametrize(
    "written",
    [
        "164,1000",
        "16,41,000",
        "1.641.000,00",
        "约164万",
        "一百六十四万元",
        "1641千元",
        "1.6-1.7万",
        "1641000美元",
        "壹万元",
        ".5",
        "万元",
    ],
)
def test_what_could_be_more_than_one_sum_is_told_the_form(written: str) -> None:
    with pytest.raises(BadValue) as bad:
        sum_of_money(written)
    assert "以元为单位" in str(bad.value.expected)


def test_a_negative_sum_is_told_that_both_ways_are_positive() -> None:
    with pytest.raises(BadValue) as bad:
        sum_of_money("-1,641,000元")
    assert (bad.value.code, "都填正数" in bad.value.message) == ("negative", True)


@pytest.mark.parametrize("title", ["金额（万元）", "金额(百元)"])
def test_a_column_in_ten_thousands_is_refused_and_never_read_as_yuan(demo: Any, title: str) -> None:
    data = demo.csv([["事件类型", "日期", "期次", title], ["付款", "2026-03-10", 1, "40"]])
    (fault, *_) = demo.faults("a.csv", data, AUTHORITY)
    assert (fault.code, fault.row, "换算" in fault.message) == ("unit-scaled", 1, True)


def test_a_list_in_ten_thousands_is_refused_by_its_name_or_its_unit(demo: Any) -> None:
    named = [["指标", "数值"], ["参评数（千）", 1], ["满意数", 1]]
    assert "unit-scaled" in demo.codes("a.csv", demo.csv(named))
    beside: list[list[Any]] = [["指标", "数值", "单位"], ["参评数", 1, "万件"], ["满意数", 1, "件"]]
    (fault,) = demo.faults("a.csv", demo.csv(beside))
    assert (fault.code, fault.row, fault.held) == ("unit-scaled", 2, "万件")
    beside[1][2] = "件"
    assert len(demo.read("a.csv", demo.csv(beside)).figures) == 2


def test_a_measure_in_yuan_is_a_sum_of_money(demo: Any) -> None:
    wages = Measure(code="demo.wages", label="工资", unit="元", grain="month", whole=False, most=500000, note="工资")
    region = type(demo)()
    region.catalogue = demo.catalogue | Catalogue.of([wages])
    read = region.read("a.csv", region.csv([["指标", "数值"], ["工资", "12.5万元"]]))
    assert region.values(read)["demo.wages", None] == 125000
    (fault,) = region.faults("a.csv", region.csv([["指标", "数值"], ["工资", "50.01万元"]]))
    assert (fault.code, "500000" in str(fault.expected)) == ("out-of-range", True)
