"""What a file does not say: asked for where a figure follows from it, never taken for late, for zero or for no."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import at, figures, legs

TOP = "通话编号,来电时间,排队时间,应答时间,等待时长,通话结果,挂机时间"
DAY = date(2026, 3, 2)


def call(number: int, queued: str, answered: str, waited: str, result: str, ended: str = "") -> str:
    return f"C{number},{at('09:00:00')},{at(queued)},{at(answered)},{waited},{result},{at(ended)}"


@pytest.mark.parametrize("queued", ["09:00:10", ""])
def test_an_answered_call_without_its_answer_is_asked_about(faults: Faults, queued: str) -> None:
    bad = call(2, queued, "", "", "已接")
    found = faults("\n".join([TOP, call(1, "09:00:10", "09:00:20", "", "已接"), bad]))
    assert [(f.code, f.row, f.column) for f in found] == [("missing-value", 3, "D（应答时间）")]
    assert "没有应答时间，也没有等待时长" in found[0].message


@pytest.mark.parametrize(
    ("row", "answered", "within"),
    [
        (call(1, "09:00:10", "", "15", "已接"), 1, 1),
        (call(1, "09:00:10", "", "16", "已接"), 1, 0),
        (call(1, "", "", "0", "已接"), 1, 1),
        (call(1, "", "09:00:00", "", "已接"), 1, 1),
        (call(1, "09:00:10", "", "", "未接"), 0, 0),
    ],
)
def test_what_is_said_in_either_way_is_enough(read: Read, row: str, answered: int, within: int) -> None:
    found = figures(read(f"{TOP}\n{row}\n"))
    assert (found["calls.answered", DAY], found["calls.answered_within_15s", DAY]) == (answered, within)


def test_a_file_without_the_column_is_told_of_the_one_that_it_has(faults: Faults) -> None:
    (fault,) = faults(f"通话编号,排队时间,等待时长,通话结果\nC1,{at('09:00:00')},,已接\n")
    assert (fault.code, fault.row, fault.column) == ("missing-value", 2, "C（等待时长）")


def test_what_does_not_count_is_not_asked_about(read: Read) -> None:
    text = f"{TOP},呼叫类型\n{call(1, '09:00:10', '09:00:20', '', '已接')},呼入\n{call(2, '', '', '', '已接')},呼出\n"
    assert figures(read(text))["calls.answered", DAY] == 1


def test_a_transferred_call_is_asked_about_as_a_whole(read: Read, faults: Faults) -> None:
    unknown = (at("09:00:00"), "", at("09:02:00"), "", "已接听", "1001", "")
    later = (at("09:02:00"), at("09:02:05"), at("09:04:00"), "", "已接听", "1002", "")
    (fault,) = faults(legs(unknown, later))
    assert (fault.code, fault.row, fault.column) == ("missing-value", 2, "D（应答时间）")
    known = (*unknown[:3], "20", *unknown[4:])
    assert figures(read(legs(known, later)))["calls.answered_within_15s", DAY] == 0


@pytest.mark.parametrize(("ended", "told"), [("09:00:15", "其中5秒以内放弃1"), ("", "其中5秒以内放弃不详")])
def test_a_tally_is_unknown_where_any_record_does_not_say_it(read: Read, ended: str, told: str) -> None:
    rows = [call(1, "09:00:10", "", "", "未接", ended), call(2, "09:00:10", "", "", "未接", "09:01:00")]
    upload = read("\n".join([TOP, *rows]))
    assert f"排队后放弃2、{told}、" in upload.submission.remarks[0]
