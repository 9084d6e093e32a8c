"""Workbooks: what is read, where it stands, and what a sheet may not be."""

import random
import re
from datetime import date, datetime
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY
from kaohe.intake import notices


def test_a_complete_workbook_becomes_facts_with_their_places(demo: Any) -> None:
    submission = demo.read("三月.xlsx", demo.xlsx())
    values = demo.values(submission)
    assert values["survey.rated", None] == 1000
    assert values["calls.offered", date(2026, 3, 31)] == 310
    assert len(values) == 2 + 3 * 31
    where = {(f.code, f.on): f.where for f in submission.figures}
    assert where["calls.answered", date(2026, 3, 6)] == "三月.xlsx 按日 C7"
    assert all(isinstance(value, int) for value in values.values())
    assert notices(submission, demo.contract, demo.catalogue) == ()


def test_titles_totals_signatures_and_empty_rows_are_passed_over(demo: Any) -> None:
    rows = demo.days()
    decorated = [
        ["示范热线2026年3月来电情况统计表"],
        ["单位：次"],
        rows[0],
        [],
        *rows[1:],
        ["合 计", "=SUM(B5:B35)", 9300, 8680],
        ["平均", 310.5],
        ["制表人：某某", None, "审核：某某"],
    ]
    assert demo.values(demo.read("a.xlsx", demo.xlsx(按日=decorated))) == demo.values(demo.read("a.xlsx", demo.xlsx()))


def test_the_order_of_rows_and_columns_makes_no_difference(demo: Any) -> None:
    header, *rows = demo.days()
    random.Random(1).shuffle(rows)
    order = [2, 0, 3, 1]
    mixed = [[row[i] for i in order] for row in [header, *rows]]
    assert demo.values(demo.read("a.xlsx", demo.xlsx(按日=mixed))) == demo.values(demo.read("a.xlsx", demo.xlsx()))


def test_sheets_are_known_by_their_header_not_their_name(demo: Any) -> None:
    data = demo.xlsx({"Sheet1": demo.days(), "Sheet2": [["项目名称", "本月数"], ["参评数", 9], ["满意数", 9]]})
    assert demo.values(demo.read("a.xlsx", data))["survey.rated", None] == 9


@pytest.mark.parametrize(
    "header",
    [
        ["日期", "总来电量", "接听量", "15秒接听量"],
        ["统计日期", "来电总量（次）", "应答量\n(次)", "15 秒内 应答量"],
        ["日 期", "CALLS.OFFERED", "calls.answered", "calls.answered_within_15s"],
        ["*日期", "人工呼入量[通]", "接通量", "１５秒内应答量"],
    ],
)
def test_headers_match_labels_synonyms_and_codes_however_they_are_written(demo: Any, header: list[str]) -> None:
    rows = [header, *demo.days()[1:]]
    assert len(demo.read("a.xlsx", demo.xlsx(按日=rows)).figures) == 2 + 93


def test_measures_of_the_month_may_stand_side_by_side(demo: Any) -> None:
    wide = [["月份", "参评数", "满意数", "备注"], ["2026年3月", 1000, 990, "无"]]
    assert demo.values(demo.read("a.xlsx", demo.xlsx(按月=wide)))["survey.satisfied", None] == 990
    assert demo.codes("a.xlsx", demo.xlsx(按月=[wide[0], ["2月", 1, 1]])) == ["other-month"]
    assert demo.codes("a.xlsx", demo.xlsx(按月=[*wide, ["3月", 1, 1]])) == ["more-than-one-row"]
    assert demo.codes("a.xlsx", demo.xlsx(按月=[["参评数", "满意数"]])) == ["no-data"]


def test_a_vendors_workbook_has_every_sheet_and_column(demo: Any) -> None:
    (fault,) = demo.faults("a.xlsx", demo.xlsx({"按日": demo.days()}))
    assert (fault.code, "参评数、满意数" in str(fault)) == ("missing-sheet", True)
    lacking = demo.xlsx(按月=[["指标", "数值"], ["参评数", 1]], 按日=[row[:3] for row in demo.days()])
    assert [(f.code, f.sheet, f.expected) for f in demo.faults("a.xlsx", lacking)] == [
        ("missing-column", "按月", "满意数"),
        ("missing-column", "按日", "15秒内应答量"),
    ]


def test_in_a_zip_the_workbooks_are_complete_together(demo: Any) -> None:
    halves = {
        "日.xlsx": demo.xlsx({"a": demo.days()}),
        "月.csv": demo.csv([["指标", "数值"], ["参评数", 5], ["满意数", 5]]),
    }
    submission = demo.read("包.zip", demo.zip(halves))
    assert {f.where for f in submission.figures} >= {"包.zip/日.xlsx a C7", "包.zip/月.csv 第2行 B列"}
    assert demo.codes("包.zip", demo.zip({"日.xlsx": halves["日.xlsx"]})) == ["missing-sheet"]


def test_an_authority_may_state_nothing_or_put_one_figure_right(demo: Any) -> None:
    assert demo.read("a.xlsx", demo.xlsx({"事件": [["事件类型", "日期"]]}), AUTHORITY).figures == ()
    one = [["指标", "数值"], ["参评数", None], ["满意数", 7]]
    assert demo.values(demo.read("a.xlsx", demo.xlsx({"按月": one}), AUTHORITY)) == {("survey.satisfied", None): 7}


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ([["随便", "写写"], [1, 2]], "no-header"),
        ([["日期", "来电总里", "应答量", "15秒内应答量"], [date(2026, 3, 1), 1, 1, 1]], "unknown-column"),
        ([["日期", "来电总量", "总来电量"], [date(2026, 3, 1), 1, 1]], "column-twice"),
        ([["日期", "来电总量", None], [date(2026, 3, 1), 1, 5]], "column-unnamed"),
        ([["日期", "来电总量", "参评数"], [date(2026, 3, 1), 1, 5]], "wrong-grain"),
        ([["日期", "来电总量"]], "no-data"),
        ([["指标", "数值"], ["来电总量", 5]], "wrong-grain"),
        ([["指标", "数值"], ["满意数目", 5]], "unknown-measure"),
        ([["指标", "数值"], [None, 5]], "item-unnamed"),
        ([["指标", "数值"], ["抽查数", 5]], "wrong-source"),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_named(demo: Any, sheet: list[list[Any]], code: str) -> None:
    # A sheet put first, so that figures stated twice are told of the complete one behind it.
    faults = demo.faults("a.xlsx", demo.xlsx({"坏": sheet, "按月": demo.days()[:0]}))
    assert code in [fault.code for fault in faults if fault.sheet == "坏"]


def test_the_nearest_names_are_proposed(demo: Any) -> None:
    faults = demo.faults("a.xlsx", demo.xlsx({"坏": [["日期", "来电总里"], [date(2026, 3, 1), 1]]}))
    assert "“来电总量”" in str(next(f for f in faults if f.code == "unknown-column"))


def test_notes_empty_and_hidden_lookup_sheets_are_ignored_but_hidden_figures_are_not(demo: Any) -> None:
    import io

    from openpyxl import load_workbook

    data = demo.xlsx(填写说明=[["一、怎么填"], ["…", 1]], 空=[], 清单=[["查实投诉"], ["付款"]])
    book = load_workbook(io.BytesIO(data))
    book["清单"].sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    assert demo.read("a.xlsx", packed.getvalue()).figures
    book["按日"].sheet_state = "veryHidden"
    packed = io.BytesIO()
    book.save(packed)
    assert "hidden-sheet" in demo.codes("a.xlsx", packed.getvalue())


def test_empty_cells_of_a_column_are_told_as_one(demo: Any) -> None:
    rows = demo.days()
    for row in rows[2:20]:
        row[2] = None
    rows[25][2] = " "
    first, second = demo.faults("a.xlsx", demo.xlsx(按日=rows))
    assert (first.code, first.row, first.column, "第3—20行" in first.message) == (
        "missing-value",
        3,
        "C（应答量）",
        True,
    )
    assert (second.row, second.held) == (26, None)
    assert "填0" in second.message


def test_errors_and_formulas_without_results_are_told_from_empty_cells(demo: Any) -> None:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(demo.xlsx()))
    sheet = book["按日"]
    sheet["B5"] = "#DIV/0!"
    sheet["B5"].data_type = "e"
    sheet["B6"] = "=C6+1"
    book["按月"]["B3"] = "#REF!"
    book["按月"]["B3"].data_type = "e"
    packed = io.BytesIO()
    book.save(packed)
    assert [(f.code, f.sheet, f.row, f.held) for f in demo.faults("a.xlsx", packed.getvalue())] == [
        ("formula-error", "按月", 3, "#REF!"),
        ("formula-error", "按日", 5, "#DIV/0!"),
        ("formula-uncalculated", "按日", 6, "=C6+1"),
    ]


def test_a_part_is_never_above_its_whole_day_by_day_and_across_sheets(demo: Any) -> None:
    rows = demo.days()
    rows[6][3] = 301
    data = demo.xlsx(按日=rows, 按月=[["指标", "数值"], ["满意数", 1001]], 另=[["指标", "数值"], ["参评数", 1000]])
    month, day = demo.faults("a.xlsx", data)
    assert (month.sheet, month.row, "另 B2" in month.message) == ("按月", 2, True)
    assert (day.code, day.row, day.held, "按日 C7" in day.message) == ("part-above-whole", 7, "301", True)


def test_a_part_is_held_against_the_next_whole_where_the_nearest_is_not_stated(demo: Any) -> None:
    rows: list[list[Any]] = [["日期", "来电总量", "15秒内应答量"], ["2026-03-01", 5, 6]]
    assert demo.codes("a.csv", demo.csv(rows)) == ["part-above-whole"]
    rows[1][2] = 5
    assert demo.read("a.csv", demo.csv(rows)).figures


def test_a_figure_stated_in_two_places_is_refused_with_both(demo: Any) -> None:
    (fault,) = demo.faults("a.xlsx", demo.xlsx(又=[["指标", "数值"], ["参评数", 1000]]))
    assert (fault.code, fault.sheet, "按月 B2" in fault.message) == ("stated-twice", "又", True)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (date(2026, 4, 1), "other-month"),
        (datetime(2025, 3, 5, 12, 30), "other-month"),  # noqa: DTZ001 (a cell knows no zone)
        ("3/5", "not-a-date"),
        ("昨天", "not-a-date"),
        ("2026-02-30", "no-such-day"),
        (True, "not-a-date"),
        (32, "no-such-day"),
        ("2026-03-02", "day-twice"),
        (None, "missing-date"),
    ],
)
def test_dates_that_cannot_be(demo: Any, value: object, code: str) -> None:
    rows = demo.days()
    rows[1][0] = value
    assert demo.codes("a.xlsx", demo.xlsx(按日=rows)) == [code]


def test_days_outside_the_term_are_refused(demo: Any) -> None:
    rows = demo.days(*[[date(2026, 1, n), 3, 2, 1] for n in range(14, 32)])
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按日=rows), month="2026-01")
    assert (fault.code, fault.row, fault.held) == ("outside-term", 2, "2026-01-14")


def test_faults_beyond_a_thousand_are_counted_not_told(demo: Any) -> None:
    # Every other row with a content of its own, since what rows have in common is drawn together.
    rows = [["发布差错", "2026-03-05", f"x{n}" if n % 2 else 1] for n in range(3000)]
    faults = demo.faults("a.csv", demo.csv([["事件类型", "日期", "次数"], *rows]))
    assert (faults[1000].code, "500处" in faults[1000].message) == ("too-many-faults", True)
    counted = [int(re.findall(r"另有(\d+)处", fault.message)[0]) for fault in faults[1001:]]
    assert counted == [500]


def test_faults_come_in_the_order_of_the_file(demo: Any) -> None:
    rows = demo.days()
    rows[30][3], rows[4][1], rows[2][0] = "x", -1, "?"
    faults = demo.faults("a.xlsx", demo.xlsx(按日=rows, 按月=[["指标", "数值"], ["参评数", "y"], ["满意数", 1]]))
    assert [(f.sheet, f.row) for f in faults] == [("按月", 2), ("按日", 3), ("按日", 5), ("按日", 31)]


def test_columns_that_have_changed_places_are_told_once(demo: Any) -> None:
    swapped = [[row[0], row[2], row[1], row[3]] for row in demo.days()[1:]]
    rows = [demo.days()[0], *swapped]
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按日=rows))
    assert (fault.code, fault.row, "31天每天都是这样" in fault.message) == ("part-above-whole", 2, True)
    rows[-1][1:3] = 310, 300
    assert len(demo.faults("a.xlsx", demo.xlsx(按日=rows))) == 30


@pytest.mark.parametrize("title", ["单位：万次", "（单位：千人次）", "计量单位: %"])
def test_a_unit_above_the_table_that_makes_its_figures_others(demo: Any, title: str) -> None:
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按日=[["统计表"], [title], *demo.days()]))
    assert (fault.code, fault.sheet, fault.row) == ("unit-scaled", "按日", 2)
    for plain in ("单位：次", "单位：万科物业", "填报单位：百姓热线"):
        assert demo.read("a.xlsx", demo.xlsx(按日=[[plain], *demo.days()])).figures
