"""The authority's workbook asks for every field that its events can have, and offers each kind its own options."""

from pathlib import Path
from typing import Any

from kaohe.catalogue import AUTHORITY
from kaohe.intake import template
from kaohe.intake.template.build import build
from kaohe.periods import Month
from openpyxl import load_workbook


def test_it_offers_the_options_of_a_kind_beside_those_of_a_reading(demo: Any, tmp_path: Path) -> None:
    clause = demo.contract.clause("3").model_copy(update={"facts": ("exemption", "disposition")})
    contract = demo.contract.model_copy(update={"clauses": (*demo.contract.clauses[:-1], clause)})
    template.write(contract, demo.catalogue, demo.month, tmp_path / "a.xlsx", AUTHORITY)
    book = load_workbook(tmp_path / "a.xlsx")
    assert "条款" in [cell.value for cell in book["事件"][3]]
    pairs = [(row[2], row[3]) for row in book["清单"].iter_rows(values_only=True) if row[2]]
    assert pairs == [
        ("以何为基数", "以来电为基数"),
        ("以何为基数", "另定目标"),
        ("扣款处置", "上缴财政"),
        ("扣款处置", "用于绩效奖金"),
        ("异议处理", "异议成立"),
        ("异议处理", "异议不成立"),
    ]
    columns = {str(cell.value): cell.coordinate[0] for cell in book["事件"][3]}
    (rule,) = [v for v in book["事件"].data_validations.dataValidation if f"{columns['选项']}4" in str(v.sqref)]
    kind, reading = (f"${columns[name]}4" for name in ("事件类型", "读法"))
    assert f'MATCH(IF({reading}="",{kind},{reading})' in rule.formula1


def test_its_notes_give_each_reading_by_its_label_with_the_codes(demo: Any) -> None:
    book = build(demo.contract, demo.catalogue, demo.month, AUTHORITY)
    told = {row[0]: row[1] for row in book["填写说明"].iter_rows(values_only=True)}
    assert str(told["以何为基数"]).split("\n")[1:] == ["· 以来电为基数（offered）", "· 另定目标（fixed）：要填数值"]


def test_the_example_of_a_date_is_of_the_month_asked_about(demo: Any) -> None:
    sheet = build(demo.contract, demo.catalogue, Month.of("2026-11"), AUTHORITY)["事件"]
    rules = [rule.error for rule in sheet.data_validations.dataValidation if rule.type == "date"]
    assert {rule[-10:] for rule in rules} == {"2026-11-30"}


def test_tables_of_figures_print_on_one_page_on_its_side_with_their_header(demo: Any) -> None:
    book = build(demo.contract, demo.catalogue, demo.month, AUTHORITY)
    for name in ("按月", "按日"):
        sheet = book[name]
        setup = sheet.page_setup
        assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, 1)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$3"
    assert book["事件"].page_setup.fitToHeight == 0
