"""Copies left in a workbook, and forms of another region, month or source: one line each, that names what it is."""

import io
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.intake.template.build import build
from kaohe.periods import Month
from openpyxl.workbook import Workbook


def packed(book: Workbook) -> bytes:
    """A workbook as bytes."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("name", ["按日 (2)", "按日（3）", "按日 - 副本", "按日副本"])
def test_a_copied_sheet_is_one_fault_that_names_both(demo: Any, name: str) -> None:
    changed = demo.days()
    changed[4][1] = 311
    for rows in (demo.days(), changed):
        (fault,) = demo.faults("a.xlsx", demo.xlsx(**{name: rows}))
        assert (fault.code, fault.sheet, fault.row, "“按日”" in fault.message) == ("sheet-copied", name, None, True)


def test_a_copy_before_its_original_is_known_by_its_name(demo: Any) -> None:
    data = demo.xlsx(
        {"按日 (2)": demo.days(), "按日": demo.days(), "按月": [["指标", "数值"], ["参评数", 1], ["满意数", 1]]}
    )
    assert [(f.code, f.sheet) for f in demo.faults("a.xlsx", data)] == [("sheet-copied", "按日 (2)")]


def test_copied_events_would_count_twice(demo: Any) -> None:
    events = [["事件类型", "日期", "次数"], ["发布差错", "2026-03-05", 1]]
    (fault,) = demo.faults("a.xlsx", demo.xlsx(事件=events, 另存=events))
    assert (fault.code, fault.sheet) == ("sheet-copied", "另存")
    other = [events[0], ["发布差错", "2026-03-06", 1]]
    assert len(demo.read("a.xlsx", demo.xlsx(事件=events, 另存=other)).events) == 2


def test_an_empty_copy_and_a_list_of_other_measures_harm_nobody(demo: Any) -> None:
    header = [["事件类型", "日期", "次数"]]
    assert demo.read("a.xlsx", demo.xlsx(**{"事件": header, "事件 (2)": header})).events == ()
    lists = {"按月": [["指标", "数值"], ["参评数", 9]], "按月 (2)": [["指标", "数值"], ["满意数", 9]]}
    assert demo.values(demo.read("a.xlsx", demo.xlsx(**lists)))["survey.satisfied", None] == 9


def test_tables_with_much_in_common_are_told_as_tables(demo: Any) -> None:
    rows = demo.days()
    rows[4][1] = 312
    (fault,) = demo.faults("a.xlsx", demo.xlsx(又一张=rows))
    assert (fault.code, fault.sheet, fault.row) == ("stated-twice", "又一张", None)
    assert "93个数据" in fault.message
    assert "“按日”" in fault.message


def test_workbooks_of_one_zip_that_state_the_same_are_named(demo: Any) -> None:
    changed = demo.days()
    changed[4][1] = 312
    two = {"甲.xlsx": demo.xlsx(), "乙.xlsx": demo.xlsx({"按日": changed})}
    (fault,) = demo.faults("包.zip", demo.zip(two))
    assert (fault.code, fault.file, "甲.xlsx 工作表“按日”" in fault.message) == ("stated-twice", "乙.xlsx", True)


@pytest.mark.parametrize(
    ("region", "month", "source", "code", "says"),
    [
        ("elsewhere", "2026-03", VENDOR, "other-address", "地区 elsewhere"),
        ("demo", "2026-02", VENDOR, "other-month", "2026年2月"),
        ("demo", "2026-03", AUTHORITY, "other-address", "主管单位"),
    ],
)
def test_a_form_for_somebody_else_is_told_from_its_notes(
    demo: Any, region: str, month: str, source: Source, code: str, says: str
) -> None:
    contract = demo.contract.model_copy(update={"region": region})
    book = build(contract, demo.catalogue, Month.of(month), source)
    (fault,) = demo.faults("a.xlsx", packed(book))
    assert (fault.code, fault.sheet) == (code, "填写说明")
    assert says in fault.message


def test_notes_that_somebody_has_rewritten_stop_nobody(demo: Any) -> None:
    notes = [["地区", "demo"], ["填报月份", "本月"], ["填报单位", "某公司"]]
    assert demo.read("a.xlsx", demo.xlsx(填写说明=notes)).figures


def test_a_table_of_other_measures_is_told_once(demo: Any) -> None:
    foreign = [["指标", "数值"], *([f"别的指标{n}", n] for n in range(6)), ["参评数", 5]]
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按月=foreign))
    assert (fault.code, fault.row, "7个名称里有6个" in fault.message) == ("foreign-table", 1, True)
    assert "示范热线" in fault.message
    misspelt = [["指标", "数值"], ["参评教", 9], ["满意数", 9]]
    assert "unknown-measure" in demo.codes("a.xlsx", demo.xlsx(按月=misspelt))
