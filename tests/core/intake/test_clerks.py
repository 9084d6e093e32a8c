"""Slips that clerks make every month: each is told once, where it is, with what is to be done about it."""

from datetime import date
from typing import Any

import pytest
from kaohe.intake.privacy import is_document

HEADER = ["日期", "来电总量", "应答量"]


def told(faults: Any) -> list[tuple[str, int | None, str | None]]:
    return [(fault.code, fault.row, fault.column) for fault in faults]


def test_commas_in_numbers_without_quotes_are_told_once_and_not_read(demo: Any) -> None:
    rows = "".join(f"2026-03-{day:02},1,310,1,300\n" for day in range(1, 32))
    (fault,) = demo.faults("a.csv", f"日期,来电总量,应答量\n{rows}".encode())
    assert (fault.code, fault.row, fault.column) == ("ragged-row", 2, None)
    assert fault.message.startswith("第2—32行这一行的单元格个数与表头不一致")


def test_the_other_rows_are_still_looked_at(demo: Any) -> None:
    data = "日期,来电总量\n2026-03-01,1,310\n2026-03-02,-5\n".encode()
    assert told(demo.faults("a.csv", data)) == [("ragged-row", 2, None), ("negative", 3, "B（来电总量）")]


def test_two_rows_of_a_kind_are_told_one_by_one(demo: Any) -> None:
    data = "日期,来电总量\n2026-03-01,1,310\n2026-03-02,1,310\n".encode()
    assert told(demo.faults("a.csv", data)) == [("ragged-row", 2, None), ("ragged-row", 3, None)]


@pytest.mark.parametrize("separator", ["|", " ", "，"])
def test_a_separator_that_is_none_is_told(demo: Any, separator: str) -> None:
    data = demo.csv([HEADER, ["2026-03-01", 310, 300]]).decode().replace(",", separator).encode()
    (fault,) = demo.faults("a.csv", data)
    assert "各列之间用逗号、制表符或分号分隔" in fault.message
    (fault,) = demo.faults("a.xlsx", demo.xlsx(别的=[["甲", "乙"], [1, 2]]))
    assert "删去这个工作表" in fault.message


def test_days_side_by_side_are_told_as_such(demo: Any) -> None:
    days = [f"2026-03-{day:02}" for day in range(1, 32)]
    (fault,) = demo.faults("a.csv", demo.csv([["日期", *days], ["来电总量", *[310] * 31]]))
    assert fault.code == "transposed"
    (fault,) = demo.faults("a.csv", demo.csv([["日期", *map(str, "甲乙丙丁")], ["2026-03-01", *[310] * 4]]))
    assert fault.code == "foreign-table"


@pytest.mark.parametrize(
    ("held", "says"),
    [("1.3E+03", "科学计数法"), ("2e5", "科学计数法"), ("####", "列太窄"), ("#N/A", "公式出错"), ("13e", "单位")],
)
def test_what_a_spreadsheet_made_of_a_number(demo: Any, held: str, says: str) -> None:
    (fault,) = demo.faults("a.csv", demo.csv([HEADER, ["2026-03-01", held, 3]]))
    assert says in fault.message


@pytest.mark.parametrize(("day", "hint"), [(date(1900, 1, 2), True), (date(1901, 1, 2), False)])
def test_a_small_number_in_a_cell_for_dates(demo: Any, day: date, hint: bool) -> None:
    rows = [["2026-03-01", 310, 300, 280], [day, 310, 300, 280]]
    fault, *_ = (f for f in demo.faults("a.xlsx", demo.xlsx(按日=demo.days(*rows))) if f.code == "other-month")
    assert ("只填了几号" in fault.message) is hint


def test_a_hidden_sheet_is_not_said_to_be_lacking(demo: Any) -> None:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(demo.xlsx()))
    book["按日"].sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    assert demo.codes("a.xlsx", packed.getvalue()) == ["hidden-sheet"]


def test_merged_headers_are_told_as_such(demo: Any) -> None:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(demo.xlsx()))
    book["按日"].merge_cells("B1:C1")
    packed = io.BytesIO()
    book.save(packed)
    (fault,) = [f for f in demo.faults("a.xlsx", packed.getvalue()) if f.code == "column-unnamed"]
    assert "取消合并" in fault.message


def test_a_header_in_english_is_a_date_too(demo: Any) -> None:
    submission = demo.read("a.csv", demo.csv([["date", "calls.offered"], ["2026-03-01", 310]]))
    assert demo.values(submission) == {("calls.offered", date(2026, 3, 1)): 310}


@pytest.mark.parametrize("number", ["411100202603010012", "62010020260301001", "4111002026030100123"])
def test_a_ticket_numbered_by_district_and_day_is_nobodys(demo: Any, number: str) -> None:
    assert is_document(number)
    (event,) = demo.read("a.csv", demo.event("发布差错", "2026-03-09", 1, number, "")).events
    assert event.ref == number


@pytest.mark.parametrize("number", ["411100199003010012", "41110020190301001X", "6222020200112233445"])
def test_a_number_of_a_person_is_not_a_ticket(demo: Any, number: str) -> None:
    assert not is_document(number)
    assert demo.codes("a.csv", demo.event("发布差错", "2026-03-09", 1, number, "")) == ["personal-data"]


@pytest.mark.parametrize(
    "number", ["411100202613010012", "411100202603320012", "411100202603011", "011100202603010012"]
)
def test_what_names_no_district_or_day_or_is_too_short_is_not_one_either(number: str) -> None:
    assert not is_document(number)


def test_in_a_remark_no_number_is_a_ticket(demo: Any) -> None:
    event = demo.event("发布差错", "2026-03-09", 1, "", "身份证411100202003010012")
    assert demo.codes("a.csv", event) == ["personal-data"]
