"""Files that are refused: each bad row by line, column, content and expectation, and nothing of anybody's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kaohe.intake.counting import plainer as module
from kaohe.intake.counting.plainer import plainer
from kaohe.intake.counting.source import Source

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, lively, text_of

GOOD = "C1,13800000000,呼入,2026-03-02 09:00:00,2026-03-02 09:00:10,2026-03-02 09:00:20,2026-03-02 09:01:00,1001,满意"
TOP = ",".join(HEADER)


def changed(column: str, value: str) -> str:
    cells = GOOD.split(",")
    cells[HEADER.index(column)] = value
    return ",".join(cells)


def test_a_number_given_twice_is_found_among_more_records_than_one_pass_remembers(
    read: Read, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.intake.counting.count.SCALE", 3)
    rows = [GOOD.replace("C1", f"C{n}") for n in range(100)]
    assert read("\n".join([TOP, *rows])).submission.figures
    found = faults("\n".join([TOP, *rows, rows[50]]))
    assert [(fault.code, fault.row) for fault in found] == [("record-twice", 102)]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (changed("应答时间", "2026-03-02 09:00:61"), "not-a-time", "F（应答时间）"),
        (changed("应答时间", "2026/3/2 9:00"), "no-seconds", "F（应答时间）"),
        (changed("应答时间", "2026-03-02 09:00:09"), "wrong-order", "F（应答时间）"),
        (changed("排队时间", "2062-03-02 09:00:10"), "implausible-time", "E（排队时间）"),
        (changed("满意度", "比较满意"), "unknown-word", "I（满意度）"),
        (changed("呼叫类型", "咨询"), "unknown-word", "C（呼叫类型）"),
        (changed("通话编号", ""), "missing-value", "A（通话编号）"),
        (GOOD.replace("03-02", "04-02"), "other-month", None),
        (GOOD.replace("C1", "C0"), "record-twice", "A（通话编号）"),
        (GOOD.rsplit(",", 1)[0], "ragged-row", None),
        (GOOD + ",x", "ragged-row", None),
        ('C1,"1380', "bad-csv", None),
    ],
)
def test_a_bad_row_is_named_by_line_and_column(faults: Faults, row: str, code: str, column: str | None) -> None:
    found = faults("\n".join([TOP, GOOD.replace("C1", "C0"), row]) + "\n")
    assert [(f.code, f.row, f.column) for f in found] == [(code, 3, column)]


def test_line_numbers_count_quoted_line_breaks(faults: Faults) -> None:
    first = GOOD.replace("13800000000", '"a\nb"')
    found = faults("\n".join([TOP, first, changed("应答时间", "x").replace("C1", "C2")]))
    assert [(f.code, f.row) for f in found] == [("not-a-time", 4)]


def test_a_quoted_line_break_alone_is_fine(read: Read) -> None:
    assert read("\n".join([TOP, GOOD.replace("13800000000", '"a\nb"')])).submission.figures


def test_nul_bytes_in_what_is_read(faults: Faults) -> None:
    assert [f.code for f in faults("\n".join([TOP, changed("应答时间", "2026-03-02 \0")]))] == ["not-a-time"]


def test_two_encodings_in_one_file(faults: Faults) -> None:
    data = f"{TOP}\n{GOOD}\n".encode() * 1 + GOOD.replace("C1", "C2").encode("gb18030") + b"\n"
    assert [f.code for f in faults(data)] == ["bad-encoding"]


def test_the_other_encoding_further_down(faults: Faults) -> None:
    data = f"{TOP}\n{GOOD}\n".encode("gb18030") + GOOD.replace("C1", "C2").encode() + b"\n"
    assert {f.code for f in faults(data)} <= {"bad-encoding", "unknown-word"}


def test_a_file_that_was_not_written_to_its_end(faults: Faults) -> None:
    found = faults("\n".join([TOP, GOOD, "\0" * 500]))
    assert [(f.code, f.row) for f in found] == [("ragged-row", 3)]
    assert "空字符" in found[0].message


LEGS = ["通话编号", "话务段", *HEADER[1:]]


def leg(row: str, number: int) -> str:
    return row.replace("C1,", f"C1,{number},")


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ([leg(GOOD, 1), leg(GOOD, 1)], "record-twice", 3),
        ([leg(GOOD, 1), leg(GOOD.replace(":10", ":50"), 2)], "wrong-order", 3),
        ([leg(GOOD, 1), leg(GOOD.replace(":10", ":50").replace("呼入", "呼出"), 2)], None, None),
        ([leg(GOOD.replace("03-02", "04-02"), n) for n in (1, 2)], "other-month", 2),
    ],
)
def test_each_row_of_a_call_is_held_to_its_order_and_the_whole_to_its_month(
    read: Read, faults: Faults, rows: list[str], code: str | None, row: int | None
) -> None:
    text = "\n".join([",".join(LEGS), *rows])
    if code is None:
        assert read(text).submission.figures
    else:
        assert [(f.code, f.row) for f in faults(text)] == [(code, row)]


@pytest.mark.parametrize(("top", "row", "says"), [(TOP, GOOD, True), (",".join(LEGS), leg(GOOD, 1), False)])
def test_equal_numbers_without_a_column_of_legs_may_be_a_transfer(
    faults: Faults, top: str, row: str, says: bool
) -> None:
    (fault,) = faults("\n".join([top, row, row]))
    assert (fault.code, "请加“话务段”一列" in fault.message) == ("record-twice", says)


@pytest.mark.parametrize(("count", "lines"), [(9, 9), (10, 1)])
def test_one_word_in_many_rows_is_told_once(faults: Faults, count: int, lines: int) -> None:
    words = [word for n in range(count) for word in ("满意", "比较满意")]
    rows = [changed("满意度", word).replace("C1", f"C{n}") for n, word in enumerate(words)]
    found = faults("\n".join([TOP, *rows, changed("满意度", "十分满意").replace("C1", "C99")]))
    assert (len(found), found[0].row, found[0].held) == (lines + 1, 3, "比较满意")
    assert found[0].message.startswith("10处（第3、5、7、9、11…行）“满意度”") is (lines == 1)
    assert (found[-1].row, found[-1].held) == (2 * count + 2, "十分满意")


def of_months(inside: int, outside: int) -> list[str]:
    """Calls of March and of April, with one out of the house, which does not count, between any two."""
    days = ["03-02"] * inside + ["04-02"] * outside
    rows = [GOOD.replace("03-02", day).replace("C1", f"C{n}") for n, day in enumerate(days)]
    return [line for row in rows for line in (row, row.replace("C", "D", 1).replace("呼入", "呼出"))]


def test_a_file_of_another_month_is_told_so_once(faults: Faults) -> None:
    (fault,) = faults("\n".join([TOP, *of_months(1, 9)]))
    assert (fault.code, fault.row, fault.held) == ("other-month", None, "2026-04-02至2026-04-02")
    assert "几乎所有的话单都不在本文件的月份内" in fault.message
    legs = [line.replace(",", ",1,", 1) for line in of_months(1, 9)]
    assert [f.row for f in faults("\n".join([",".join(LEGS), *legs]))] == [None]


def test_fewer_records_of_another_month_are_told_by_row(faults: Faults) -> None:
    found = faults("\n".join([TOP, *of_months(2, 9)]))
    assert [f.row for f in found] == list(range(6, 23, 2))


def test_other_faults_of_a_file_of_another_month_are_told_too(faults: Faults) -> None:
    found = faults("\n".join([TOP, *of_months(0, 9), changed("满意度", "?").replace("C1", "C99")]))
    assert [(f.code, f.row) for f in found] == [("other-month", None), ("unknown-word", 20)]


def test_what_does_not_count_need_not_be_right(read: Read, faults: Faults) -> None:
    outward = changed("应答时间", "2026-04-02 08:00:00").replace("呼入", "呼出").replace("C1", "C2")
    assert read("\n".join([TOP, GOOD, outward])).submission.figures
    found = faults("\n".join([TOP, outward, changed("满意度", "?")]))
    assert [(f.code, f.row) for f in found] == [("unknown-word", 3)]


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("应答时间", "工号", {"not-a-time"}),
        ("排队时间", "应答时间", {"wrong-order"}),
        ("呼叫类型", "满意度", {"unknown-word"}),
        ("主叫号码", "来电时间", {"not-a-time"}),
        ("通话编号", "挂机时间", {"not-a-time"}),
    ],
)
def test_swapped_headers_are_seen_in_the_cells(faults: Faults, one: str, other: str, codes: set[str]) -> None:
    swap = {one: other, other: one}
    header = ",".join(swap.get(name, name) for name in HEADER)
    assert {f.code for f in faults("\n".join([header, GOOD]))} == codes


@pytest.mark.parametrize("left_out", ["排队时间", "通话编号"])
def test_a_missing_header_is_named(faults: Faults, left_out: str) -> None:
    place = HEADER.index(left_out)
    rows = [row[:place] + row[place + 1 :] for row in lively(5)]
    found = faults(text_of(rows, HEADER[:place] + HEADER[place + 1 :]))
    assert [f.code for f in found] == ["column-missing"]
    assert left_out in found[0].message


def test_an_extra_column_is_not_read(read: Read) -> None:
    rows = [[*row, "自由文字"] for row in lively(5)]
    assert read(text_of(rows, [*HEADER, "诉求内容"])).submission.figures


def test_beyond_a_thousand_faults_are_counted_by_kind(faults: Faults) -> None:
    bad = [changed("应答时间", "x") if n % 2 else changed("满意度", "满意吗") for n in range(2400)]
    rows = [row.replace("C1", f"C{n}") for n, row in enumerate(bad)]
    found = faults("\n".join([TOP, *rows]))
    assert [(f.row, f.message[:4]) for f in found[:2]] == [(2, "500处"), (3, "500处")]
    assert [(f.code, f.column) for f in found[2:]] == [
        ("too-many-faults", None),
        ("unknown-word", "I（满意度）"),
        ("not-a-time", "F（应答时间）"),
    ]
    assert [re.findall(r"另有(\d+)处", f.message) for f in found[2:]] == [["1400"], ["700"], ["700"]]
    assert "如第1002行" in str(found[3])


@pytest.mark.parametrize("ends", [("\r\n", "\n"), ("\n", "\r\n"), ("\n", "\r"), ("\r\n", "\r"), ("\r", "\r")])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_lines_that_end_in_different_ways_are_read_all_the_same(
    read: Read, faults: Faults, ends: tuple[str, str], encoding: str
) -> None:
    rows = [GOOD.replace("C1", f"C{n}").replace("13800000000", '"甲\r\n乙"') for n in range(6)]
    text = "".join(row + ends[n % 2] for n, row in enumerate([TOP, *rows]))
    found = read(text.encode(encoding)).submission.figures
    assert next(f.value for f in found if f.code == "calls.offered") == 6
    bad = text + changed("应答时间", "x").replace("C1", "C9") + ends[1]
    assert [(f.code, f.row) for f in faults(bad.encode(encoding))] == [("not-a-time", 14)]


@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r"), ("\r", "\n")])
@pytest.mark.parametrize("top", ["话单导出{}" + TOP, TOP + ',"备{}注"'])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_above_the_rows_may_end_otherwise_than_they(
    read: Read, faults: Faults, ends: tuple[str, str], top: str, encoding: str
) -> None:
    more = "," if "备" in top else ""
    rows = [GOOD.replace("C1", f"C{n}") + more for n in range(3)]
    text = "".join(row + ends[1] for row in [top.format(ends[0]), *rows])
    found = read(text.encode(encoding)).submission.figures
    assert next(f.value for f in found if f.code == "calls.offered") == 3
    bad = text + changed("应答时间", "x").replace("C1", "C9") + more + ends[1]
    assert [f.code for f in faults(bad.encode(encoding))] == ["not-a-time"]


@pytest.mark.parametrize("text", [TOP + "\r\n", f"话单导出\n{TOP}\r\n", f"话单导出\n{TOP}\r\n\r\n"])
def test_a_file_without_a_row_says_so(faults: Faults, text: str) -> None:
    assert [f.code for f in faults(text)] == ["no-data"]


@pytest.mark.parametrize("ends", [b"\r\n", b"\n", b"\r"])
def test_lines_that_end_alike_are_left_alone_wherever_a_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bytes
) -> None:
    monkeypatch.setattr(module, "_STEP", 3)
    path = tmp_path / "a.csv"
    path.write_bytes(b"ab" + ends + b"cd" + ends + ends)
    source = Source(path, "csv", "utf-8", ",", ("a",), 1, 2)
    assert plainer(source, tmp_path / "b.csv") is None
    path.write_bytes(b"ab" + ends + b"cd\r\ne\nf\r")
    again = plainer(source, tmp_path / "b.csv")
    assert again is not None
    assert again.path.read_bytes() == b"ab\ncd\ne\nf\n"
    assert plainer(again, tmp_path / "c.csv") is None


@pytest.mark.parametrize("name", ["喆", "㐀", "𠮷", "镕"])
def test_rare_characters_in_gb18030(read: Read, faults: Faults, name: str) -> None:
    row = GOOD.replace("13800000000", name)
    assert read("\n".join([TOP, GOOD, row.replace("C1", "C2")]).encode("gb18030")).submission.figures
    assert [(f.code, f.row) for f in faults("\n".join([TOP, row, row]).encode("gb18030"))] == [("record-twice", 3)]
