"""What a measure or an event may be, both sides of each bound, and what an empty cell is told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue, EventKind, Measure, Refinement
from kaohe.clauses import Span
from kaohe.errors import Refused
from kaohe.intake import contradictions
from kaohe.intake.context import needed
from kaohe.intake.limits import MAX_COUNT, check_size
from kaohe.intake.template.build import build
from kaohe.periods import Month
from kaohe.standard import CORE


@pytest.fixture(scope="module")
def bounded(demo: Any) -> Any:
    """The demo region with a rank, a headcount and an event that carries a value."""
    measures = [
        Measure(code="demo.rank", label="名次", unit="名", grain="month", least=1, most=19, note="名次"),
        Measure(code="demo.staff", label="人数", unit="人", grain="month", note="人数"),
    ]
    rate = EventKind(
        code="demo.rate", label="利率", sources=(AUTHORITY,), required=("value",), most=Decimal("0.05"), note="利率"
    )
    region = type(demo)()
    region.catalogue = demo.catalogue | Catalogue.of(measures, [rate])
    clause = demo.contract.clause("3")
    clause = clause.model_copy(update={"facts": (*clause.facts, "demo.rank", "demo.staff")})
    region.contract = demo.contract.model_copy(update={"clauses": (*demo.contract.clauses[:-1], clause)})
    return region


def monthly(rank: object, staff: object) -> list[list[object]]:
    """A list of the month."""
    return [["指标", "数值"], ["参评数", 9], ["满意数", 9], ["名次", rank], ["人数", staff]]


@pytest.mark.parametrize(("rank", "code"), [(1, None), (19, None), (0, "out-of-range"), (20, "out-of-range")])
def test_a_rank_is_one_of_those_there_are(bounded: Any, rank: int, code: str | None) -> None:
    data = bounded.csv(monthly(rank, 5))
    if code is None:
        assert bounded.values(bounded.read("a.csv", data))["demo.rank", None] == rank
        return
    (fault,) = bounded.faults("a.csv", data)
    assert (fault.code, fault.row, fault.expected) == (code, 4, "1至19之间的整数")


@pytest.mark.parametrize("nothing", [None, "/", "无"])
def test_nobody_is_told_to_fill_in_a_zero_where_none_is_meant(bounded: Any, nothing: object) -> None:
    data = bounded.xlsx(
        按月=[["指标", "数值"], ["参评数", nothing], ["满意数", 0], ["名次", nothing], ["人数", nothing]]
    )
    rated, rank, staff = bounded.faults("a.xlsx", data)
    assert "没有发生的请填0" in rated.message
    assert "1至19" in rank.message
    assert "填0，" not in rank.message
    assert "请填实际人数" in staff.message


def test_so_it_is_in_json_and_by_day(bounded: Any) -> None:
    (fault,) = bounded.faults("a.json", bounded.json(measures={"demo.staff": None}))
    assert "请填实际人数" in fault.message
    data = bounded.csv([["日期", "在岗话务员数", "来电总量"], ["2026-03-01", "/", 5], ["2026-03-02", None, 5]])
    assert ["请填实际人数" in fault.message for fault in bounded.faults("a.csv", data)] == [True, True]


def test_the_template_asks_for_the_same(bounded: Any) -> None:
    sheet = build(bounded.contract, bounded.catalogue, bounded.month, VENDOR)["按月"]
    rows = {sheet.cell(row, 1).value: f"B{row}" for row in range(4, sheet.max_row + 1)}
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rank, staff = rules[rows["名次"]], rules[rows["人数"]]
    assert f"{rows['名次']}>=1,{rows['名次']}<=19" in rank.formula1
    assert "1至19之间的整数" in rank.error
    assert "请填实际人数" in staff.error
    assert "人数填实际人数" in str(sheet["A2"].value)


@pytest.mark.parametrize(("value", "good"), [("5%", True), ("0.35%", True), ("0.06", False), ("0.35", False)])
def test_a_value_of_an_event_may_have_a_bound(bounded: Any, value: str, good: bool) -> None:
    data = bounded.csv([["事件类型", "日期", "数值"], ["利率", "2026-03-05", value]])
    if good:
        assert bounded.read("a.csv", data, AUTHORITY).events
        return
    (fault,) = bounded.faults("a.csv", data, AUTHORITY)
    assert (fault.code, fault.expected) == ("out-of-range", "不超过5%（0.05）")


@pytest.mark.parametrize(("count", "good"), [(MAX_COUNT, True), (MAX_COUNT + 1, False), (20260305, False)])
def test_a_date_or_a_number_in_the_column_of_counts(demo: Any, count: int, good: bool) -> None:
    data = demo.event("发布差错", "2026-03-05", count, None, None)
    if good:
        assert demo.read("a.csv", data).events[0].count == count
    else:
        assert demo.codes("a.csv", data) == ["too-large"]


def test_negative_points_are_told_what_to_write(demo: Any) -> None:
    fault_kind = EventKind(
        code="demo.fault", label="失误", sources=(AUTHORITY,), required=("points",), most=Decimal(10), note="失误"
    )
    region = type(demo)()
    region.catalogue = demo.catalogue | Catalogue.of(events=[fault_kind])
    data = demo.csv([["事件类型", "日期", "分值"], ["失误", "2026-03-05", -1]])
    (fault,) = region.faults("a.csv", data, AUTHORITY)
    assert (fault.message, fault.expected) == ("“分值”不写负号；扣几分就填几", "0或正数，如扣2分填 2")


def test_an_empty_and_a_large_file_are_named() -> None:
    for size in (0, 1 << 40):
        with pytest.raises(Refused) as refused:
            check_size(size, "三月.xlsx")
        assert [fault.file for fault in refused.value.faults] == ["三月.xlsx"]


def test_a_contract_refines_a_measure_of_core_only_by_its_code() -> None:
    refined = {"seats.on_duty": Refinement(label="在岗座席", note="含组长", at_most="staff.all")}
    whole = Measure(code="staff.all", label="在职人数", unit="人", grain="day", note="n")
    measure = (CORE | Catalogue.of([whole], refined=refined)).measures["seats.on_duty"]
    assert (measure.label, measure.note, measure.at_most) == ("在岗座席", "含组长", "staff.all")
    assert "在岗话务员数" in measure.synonyms
    assert measure.counted == CORE.measures["seats.on_duty"].counted
    with pytest.raises(ValueError, match=r"refined names what is not there: seats\.onduty"):
        CORE | Catalogue.of(refined={"seats.onduty": Refinement(note="n")})
    with pytest.raises(ValueError, match="names that stand for two things"):
        CORE | Catalogue.of([CORE.measures["seats.on_duty"]])


@pytest.mark.parametrize(("month", "asked"), [("2026-03", True), ("2026-04", False)])
def test_what_no_clause_assesses_in_a_month_is_not_asked_for(demo: Any, month: str, asked: bool) -> None:
    spans = (Span(label="first", first=Month.of("2026-01"), last=Month.of("2026-03")),)
    clause = demo.contract.clause("3").model_copy(update={"assessed": "spans", "spans": spans})
    contract = demo.contract.model_copy(update={"clauses": (*demo.contract.clauses[:-1], clause)})
    codes = [measure.code for measure in needed(contract, demo.catalogue, VENDOR, Month.of(month))]
    assert ("survey.rated" in codes) is asked
    assert "calls.offered" in codes


def test_files_that_contradict_each_other_are_both_named(demo: Any) -> None:
    files = {"三月.csv": 990, "三月改.csv": 991, "另.csv": 990}
    read = [
        demo.read(name, demo.csv([["指标", "数值"], ["参评数", 1000], ["满意数", value]]))
        for name, value in files.items()
    ]
    (found,) = contradictions(read[:2], demo.catalogue)
    for part in ("“三月.csv”与“三月改.csv”", "“满意数”", "990（三月.csv 第3行 B列）", "重传"):
        assert part in found.message
    assert (found.files, found.figures) == (("三月.csv", "三月改.csv"), ("survey.satisfied 2026-03",))
    assert [found.concerns(file) for file in read] == [True, True, False]
    assert contradictions([read[0], read[2]], demo.catalogue) == ()


def test_of_three_files_each_is_named_though_two_agree(demo: Any) -> None:
    read = [
        demo.read(name, demo.csv(demo.days(*([day, value, value, value] for day in demo.month.days[:3]))))
        for name, value in {"甲.csv": 5, "乙.csv": 7, "丙.csv": 5}.items()
    ]
    (found,) = contradictions(read, Catalogue.of())
    assert set(found.files) == {"甲.csv", "乙.csv", "丙.csv"}
    assert found.figures[0] == "calls.answered 2026-03-01…2026-03-03"
    assert "“calls.answered”" in found.message


@pytest.mark.parametrize(("satisfied", "told"), [(1001, True), (1000, False)])
def test_a_part_above_its_whole_in_another_file_is_told(demo: Any, satisfied: int, told: bool) -> None:
    figures = {"一.csv": ["参评数", 1000], "二.csv": ["满意数", satisfied]}
    read = [demo.read(name, demo.csv([["指标", "数值"], row])) for name, row in figures.items()]
    found = contradictions(read, demo.catalogue)
    assert [one.files for one in found] == ([("一.csv", "二.csv")] if told else [])
    for one in found:
        assert one.figures == ("survey.satisfied 2026-03",)
        assert "“一.csv”与“二.csv”互相矛盾，“满意数”多于参评数，这不可能；“满意数”不采用" in one.message


def test_a_file_that_comes_too_early_is_told_by_which_day(demo: Any) -> None:
    (fault,) = demo.faults("a.csv", demo.csv([["指标", "数值"], ["参评数", 1]]), on=date(2026, 3, 30))
    assert (fault.code, "2026-03-30" in fault.message) == ("month-not-over", True)
    assert fault.expected == "2026-03-31当天或以后上传"
    assert demo.read("a.csv", demo.csv([["指标", "数值"], ["参评数", 1]]), on=date(2026, 3, 31)).figures
