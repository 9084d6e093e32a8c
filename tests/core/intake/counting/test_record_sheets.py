"""The template's sheets of records: what they ask for, and that what is filled in comes out as figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from kaohe.catalogue import AUTHORITY, Source
from kaohe.errors import Refused, UsageError
from kaohe.faults import Fault
from kaohe.intake import Address, read, template
from kaohe.intake.template.records import HEAD
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.submission import Submission

MARCH = Month(2026, 3)
CALL = {
    "通话编号": "C1",
    "来电时间": datetime.fromisoformat("2026-03-02T09:00:00"),
    "排队时间": datetime.fromisoformat("2026-03-02T09:00:10"),
    "应答时间": datetime.fromisoformat("2026-03-02T09:00:25"),
    "工号": "1001",
    "满意度": "非常满意",
}
TICKET = {"工单编号": "T1", "受理时间": datetime.fromisoformat("2026-03-06T10:00:00")}


@pytest.fixture
def blank(tmp_path: Path) -> Callable[..., Any]:
    def writes(source: Source = Source.VENDOR, region: str = "jiyuan") -> Any:
        found = load_region(region)
        path = tmp_path / "blank.xlsx"
        template.write(found.contract_for(MARCH), found.catalogue, MARCH, path, source, records=True)
        return openpyxl.load_workbook(path)

    return writes


def filled(book: Any, sheet: str, *records: dict[str, Any], row: int = HEAD + 1) -> Any:
    headers = [cell.value for cell in book[sheet][HEAD]]
    for number, record in enumerate(records, start=row):
        for header, value in record.items():
            book[sheet].cell(number, headers.index(header) + 1, value)
    return book


def sent(content: Any, name: str = "明细.xlsx", source: Source = Source.VENDOR) -> Submission:
    region = load_region("jiyuan")
    if isinstance(content, openpyxl.Workbook):
        packed = io.BytesIO()
        for unfilled in ("按月", "按日"):  # what no record gives: not what is tested here
            if unfilled in content.sheetnames:
                del content[unfilled]
        content.save(packed)
        content = packed.getvalue()
    address = Address(region="jiyuan", source=source, month=MARCH, name=name)
    return read(content, address, region.catalogue, region.contracts, date(2026, 5, 1))


def refused(content: Any) -> list[Fault]:
    with pytest.raises(Refused) as caught:
        sent(content)
    return list(caught.value.faults)


def test_it_has_a_sheet_for_each_kind_that_is_counted_and_figures_for_the_rest(blank: Callable[..., Any]) -> None:
    book = blank()
    assert book.sheetnames == ["填写说明", "话单", "工单", "考勤", "信息发布", "按月", "事件", "清单"]
    stated = [row[0] for row in book["按月"].iter_rows(min_row=4, max_col=1, values_only=True)]
    assert "参评数" not in stated
    assert "前台离职人数" in stated


def test_a_column_is_asked_for_only_where_something_is_counted_from_it(blank: Callable[..., Any]) -> None:
    headers = [cell.value for cell in blank()["工单"][HEAD]]
    assert headers[0] == "工单编号"
    assert "回访时间" in headers
    assert not {"诉求类型", "是否解决", "满意度"} & set(headers)


def test_each_column_says_what_it_wants(blank: Callable[..., Any]) -> None:
    sheet = blank()["话单"]
    told = dict(zip([c.value for c in sheet[HEAD]], [c.value for c in sheet[3]], strict=True))
    assert told["通话编号"].startswith("必填")
    assert "2026-03-01 08:05:07" in told["应答时间"]
    assert "满意、基本满意、不满意、未评价" in told["满意度"]


def test_what_is_filled_in_is_counted_and_the_example_is_not(blank: Callable[..., Any]) -> None:
    found = sent(filled(filled(blank(), "话单", CALL), "工单", TICKET))
    figures = {(f.code, f.on): f.value for f in found.figures}
    assert figures["calls.offered", date(2026, 3, 2)] == 1
    assert figures["calls.answered_within_15s", date(2026, 3, 2)] == 1
    assert figures["survey.satisfied", None] == 1
    assert [(e.kind, e.ref) for e in found.events] == [("ticket.dispatch_late", "T1")]


def test_sheets_left_empty_are_remarked_on_and_all_empty_is_refused(blank: Callable[..., Any]) -> None:
    remarks = sent(filled(blank(), "话单", CALL)).remarks
    assert [r for r in remarks if "是空的" in r] == [
        f"工作表“{name}”表头下面是空的，没有计数" for name in ("工单", "考勤", "信息发布")
    ]
    book = blank()
    del book["事件"]
    assert [f.code for f in refused(book)] == ["no-data"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_records_are_not_passed_over_in_silence(blank: Callable[..., Any], state: str) -> None:
    book = filled(filled(blank(), "话单", CALL), "工单", TICKET)
    book["工单"].sheet_state = state
    assert [(fault.code, fault.sheet) for fault in refused(book)] == [("hidden-sheet", "工单")]
    empty = filled(blank(), "话单", CALL)
    empty["工单"].sheet_state = state
    assert sent(empty).figures


def test_empty_rows_between_records_are_passed_over_and_keep_the_numbers(blank: Callable[..., Any]) -> None:
    book = filled(filled(blank(), "话单", CALL), "话单", CALL | {"通话编号": "C2"}, row=HEAD + 5)
    assert next(f.value for f in sent(book).figures if f.code == "calls.offered") == 2
    late = filled(blank(), "话单", CALL | {"应答时间": "9点"}, row=HEAD + 5)
    assert [(f.code, f.row) for f in refused(late)] == [("not-a-time", HEAD + 5)]


def test_a_record_in_place_of_the_example_is_not_lost_in_silence(blank: Callable[..., Any]) -> None:
    book = filled(filled(blank(), "话单", CALL), "话单", CALL | {"通话编号": "C2", "工号": "1002"}, row=4)
    assert [(f.code, f.row) for f in refused(book)] == [("record-above-header", 4)]


def test_a_formula_that_failed_is_not_taken_for_an_empty_cell(blank: Callable[..., Any]) -> None:
    (fault,) = refused(filled(blank(), "话单", CALL | {"应答时间": "=B2+1"}))
    assert (fault.code, fault.row, fault.column) == ("formula-uncalculated", HEAD + 1, "E（应答时间）")


def test_merged_cells_are_not_taken_for_empty_ones(blank: Callable[..., Any]) -> None:
    book = filled(blank(), "话单", CALL, CALL | {"通话编号": "C2", "工号": None})
    place = [cell.value for cell in book["话单"][HEAD]].index("工号") + 1
    book["话单"].merge_cells(start_row=HEAD + 1, start_column=place, end_row=HEAD + 2, end_column=place)
    (fault,) = refused(book)
    assert (fault.code, fault.row) == ("merged-cells", HEAD + 1)
    assert "（工号）" in (fault.column or "")
    book["话单"].unmerge_cells(start_row=HEAD + 1, start_column=place, end_row=HEAD + 2, end_column=place)
    assert sent(book).figures


@pytest.mark.parametrize(("number", "codes"), [(10**14, []), (10**15, ["digits-lost"])])
def test_a_number_that_excel_has_rounded_is_not_taken(blank: Callable[..., Any], number: int, codes: list[str]) -> None:
    book = filled(blank(), "话单", CALL | {"通话编号": number})
    if codes:
        assert [(f.code, f.row) for f in refused(book)] == [(code, HEAD + 1) for code in codes]
    else:
        assert sent(book).figures


def test_a_workbook_with_a_bad_record_is_not_said_to_lack_figures() -> None:
    book = openpyxl.Workbook()
    assert book.active
    for row in (list(CALL), [str(cell) for cell in CALL.values()], ["合计", *[""] * 5]):
        book.active.append(row)
    assert [f.code for f in refused(book)] == ["totals-row"]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_csv_sheet_takes_rows_below_its_header(tmp_path: Path, newline: str) -> None:
    region, path = load_region("jiyuan"), tmp_path / "话单.csv"
    template.write_record_csv(region.contract_for(MARCH), region.catalogue, MARCH, path, kind="calls")
    headers = list(csv.reader(path.read_text("utf-8-sig").splitlines()))[-1]
    row = ",".join(str(CALL.get(header, "")) for header in headers)
    found = sent(path.read_bytes() + row.encode() + newline.encode(), "话单.csv")
    assert next(f.value for f in found.figures if f.code == "calls.offered") == 1


def test_content_left_far_below_the_records_is_told_as_that(blank: Callable[..., Any]) -> None:
    book = filled(blank(), "话单", CALL)
    book["话单"].cell(900, 13, "x")
    (fault,) = refused(book)
    assert (fault.code, fault.row) == ("empty-row", 900)
    assert "别的列里却有零散内容" in fault.message
    assert "分隔符" not in fault.message


def test_two_sheets_of_one_kind_are_told_to_become_one(blank: Callable[..., Any]) -> None:
    book = filled(blank(), "话单", CALL)
    book.copy_worksheet(book["话单"]).title = "下旬"
    (fault,) = refused(book)
    assert (fault.code, fault.sheet) == ("records-twice", "下旬")
    assert fault.message.endswith("工作表“话单”是同一类明细；同一类明细只能放在一张工作表里；请合并成一张")


def test_which_csv_sheet_has_to_be_said_where_there_are_several(tmp_path: Path) -> None:
    region = load_region("jiyuan")
    with pytest.raises(UsageError, match="tickets"):
        template.write_record_csv(region.contract_for(MARCH), region.catalogue, MARCH, tmp_path / "a.csv")


def test_the_authority_is_asked_for_the_records_of_what_it_may_state(blank: Callable[..., Any]) -> None:
    assert "话单" in blank(AUTHORITY).sheetnames
