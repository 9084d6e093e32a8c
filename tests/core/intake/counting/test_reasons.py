"""Why a cell is not understood: the cause is named, what was written is shown where it cannot be anybody's."""

from __future__ import annotations

import pytest

from tests.core.intake.counting.conftest import Faults
from tests.core.intake.counting.test_calls import text_of

HEADER = ["通话编号", "排队时间", "应答时间", "等待时长", "满意度"]
CALL = ["C1", "2026-03-02 09:00:00", "2026-03-02 09:00:20", "20", "满意"]
FULL = "２０２６－０３－０２　０９：００：２０"


@pytest.mark.parametrize(
    ("column", "written", "says"),
    [
        ("应答时间", FULL, "全角"),
        ("应答时间", "２０２６-03-02 09:00:20", "全角"),
        ("等待时长", "２０", "全角"),
        ("应答时间", "3/2/2026 9:00:20", "年、月、日的先后"),
        ("应答时间", "02-03-2026 09:00:20", "年、月、日的先后"),
        ("应答时间", "3/2/26 9:00:20 AM", "年、月、日的先后"),
        ("应答时间", "2026-03-02 25:00:20", "不是能识别的时间"),
        ("等待时长", "NULL", "没有的请留空"),
        ("满意度", "NULL", "没有的请留空"),
        ("满意度", "/", "没有的请留空"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_cause_is_named_and_what_was_written_is_shown(
    faults: Faults, column: str, written: str, says: str, encoding: str
) -> None:
    row = [written if name == column else cell for name, cell in zip(HEADER, CALL, strict=True)]
    (fault,) = faults(text_of([row], HEADER).encode(encoding))
    assert (fault.row, fault.held) == (2, written.replace("\u3000", " "))
    assert f"“{column}”" in fault.message
    assert says in fault.message


@pytest.mark.parametrize(("column", "written"), [("应答时间", CALL[2]), ("等待时长", "20")])
@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff"])
def test_a_character_that_nobody_sees_is_named(faults: Faults, column: str, written: str, unseen: str) -> None:
    row = [written + unseen if name == column else cell for name, cell in zip(HEADER, CALL, strict=True)]
    (fault,) = faults(text_of([row], HEADER))
    assert (fault.code, fault.row) == ("unseen-character", 2)
    assert "看不见的字符" in fault.message


@pytest.mark.parametrize(
    "written",
    ["139-1234-5678", "1391/23/45678", "１３９－１２３４－５６７８", "0391-66-30123", "13-91-2345678", "6630-12-3a"],
)
def test_what_is_not_shaped_like_a_day_is_not_shown(faults: Faults, written: str) -> None:
    (fault,) = faults(text_of([[*CALL[:2], written, *CALL[3:]]], HEADER))
    assert written not in str(fault)
    assert "不予显示" in str(fault)


def many(column: str, cells: list[str]) -> list[list[str]]:
    place = HEADER.index(column)
    return [[f"C{n}", *CALL[1:place], cell, *CALL[place + 1 :]] for n, cell in enumerate(cells)]


@pytest.mark.parametrize(("right", "wrong", "once"), [(1, 10, True), (2, 10, False), (0, 9, False)])
def test_a_column_that_is_wrong_alike_nearly_throughout_is_told_once(
    faults: Faults, right: int, wrong: int, once: bool
) -> None:
    cells = [cell for n in range(wrong) for cell in (f"3/2/2026 9:00:{n:02}", "")] + [CALL[2]] * right
    found = faults(text_of(many("应答时间", cells), HEADER))
    assert [f.row for f in found] == ([2] if once else list(range(2, 2 * wrong + 1, 2)))
    assert found[0].message.startswith(f"整列{wrong}处（第2—{2 * wrong}行）“应答时间”") is once
    assert found[0].held == "3/2/2026 9:00:00"


def test_more_than_a_report_holds_is_one_line_a_column_and_hides_nothing_else(faults: Faults) -> None:
    rows = [[f"C{n}", f"3/2/2026 9:{n % 60:02}:00", f"3/2/2026 9:{n % 60:02}:20", "20", "满意"] for n in range(1200)]
    rows[-1][-1] = "满意吗"
    found = faults(text_of(rows, HEADER))
    assert [(f.code, f.row, f.column) for f in found[:2]] == [
        ("not-a-time", 2, "B（排队时间）"),
        ("not-a-time", 2, "C（应答时间）"),
    ]
    assert [f.message[:8] for f in found[:2]] == ["整列1200处（"] * 2
    assert [f.code for f in found[2:]] == ["too-many-faults", "unknown-word"]


@pytest.mark.parametrize(("count", "lines"), [(9, 9), (10, 1)])
def test_empty_cells_here_and_there_are_told_once_with_their_rows(faults: Faults, count: int, lines: int) -> None:
    rows = [["" if n % 2 else f"C{n}", *CALL[1:]] for n in range(2 * count)]
    found = faults(text_of(rows, HEADER))
    assert len(found) == lines
    told = "、".join(str(row) for row in range(3, 2 * count + 2, 2))
    assert found[0].message.startswith(f"{count}处（第{told}行）“通话编号”是空的") is (lines == 1)


WAITS = ["通话编号", "排队时间", "等待时长", "通话结果"]


@pytest.mark.parametrize(("count", "once"), [(9, False), (10, True)])
def test_a_column_that_lacks_is_told_instead_of_its_stand_in(faults: Faults, count: int, once: bool) -> None:
    rows = [[f"C{n}", CALL[1], "" if n % 2 else "15", "已接"] for n in range(2 * count)]
    found = faults(text_of(rows, WAITS))
    if once:
        assert [(f.code, f.row, f.column) for f in found] == [("column-missing", 1, None)]
        assert "没有“应答时间”这一列，10行（第3行起）说不清" in found[0].message
    else:
        assert [(f.code, f.column) for f in found] == [("missing-value", "C（等待时长）")] * count


def test_a_file_that_has_the_column_is_told_its_rows(faults: Faults) -> None:
    rows = [[f"C{n}", CALL[1], "" if n % 2 else CALL[2], "已接"] for n in range(20)]
    (fault,) = faults(text_of(rows, ["通话编号", "排队时间", "应答时间", "通话结果"]))
    assert (fault.code, fault.row, fault.column) == ("missing-value", 3, "C（应答时间）")
