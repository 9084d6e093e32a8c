"""Files that are not written as usual all through: they are read with more patience, and understood the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kaohe.errors import Refused
from kaohe.intake.counting import reading
from kaohe.intake.counting.columns import layout_of
from kaohe.intake.counting.source import csv_source
from kaohe.intake.counting.spelling import spelling_of
from kaohe.standard import CORE

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, by_hand, figures, lively, text_of

INSTANTS = range(3, 7)


def slashed(text: str) -> str:
    return text.replace("-", "/")


def in_words(text: str) -> str:
    """As Excel shows it in China."""
    if not text:
        return text
    day, _, clock = text.partition(" ")
    year, month, of_month = map(int, day.split("-"))
    return f"{year}年{month}月{of_month}日 {clock.removeprefix('0')}"


WRITE: dict[str, Callable[[str], str]] = {
    "slashes": slashed,
    "a T": lambda text: text.replace(" ", "T"),
    "compact": lambda text: "".join(c for c in text if c.isdigit()),
    "words": in_words,
    "parts of a second": lambda text: text and f"{text}.000",
    "a blank before": lambda text: f" {text}",
    "a blank behind": lambda text: f"{text} ",
    "a tab behind": lambda text: f"{text}\t",
}


@pytest.mark.parametrize("write", WRITE.values(), ids=list(WRITE))
@pytest.mark.parametrize("place", range(len(HEADER)))
def test_a_cell_may_be_written_otherwise(read: Read, write: Callable[[str], str], place: int) -> None:
    rows = lively(40)
    odd = [row.copy() for row in rows]
    for row in odd[20:]:
        row[place] = write(row[place]) if place in INSTANTS else f" {row[place]} "
    assert figures(read(text_of(odd))) == by_hand(rows)


def test_tabs_against_excel_are_blanks_in_every_cell(read: Read, faults: Faults) -> None:
    rows = lively(40)
    assert figures(read(text_of([[f"{cell}\t" for cell in row] for row in rows]))) == by_hand(rows)
    found = faults(text_of([rows[1], [f"\t{cell}\t" for cell in rows[1]]]))
    assert [(f.code, f.row) for f in found] == [("record-twice", 3)]
    waits = "通话编号,排队时间,等待时长,通话结果\nC1,2026-03-02 09:00:00,15\t,已接\nC2,2026-03-02 09:00:00,\t,未接\n"
    assert figures(read(waits))["calls.answered_within_15s", date(2026, 3, 2)] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("write", WRITE.values(), ids=list(WRITE))
def test_a_file_may_be_written_otherwise_all_through(read: Read, write: Callable[[str], str], encoding: str) -> None:
    rows = lively(40)
    odd = [[write(cell) if place in INSTANTS else cell for place, cell in enumerate(row)] for row in rows]
    assert figures(read(text_of(odd).encode(encoding))) == by_hand(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_days_in_words(read: Read, faults: Faults, encoding: str) -> None:
    top, rows = ["日期", "工号", "出勤情况"], [[f"2026年3月{n}日", "1001", "出勤"] for n in range(1, 32)]
    found = figures(read(text_of(rows, top).encode(encoding)))
    assert found == {("seats.on_duty", date(2026, 3, n)): 1 for n in range(1, 32)}
    rows[8][0] = "2026年2月30日"
    assert [(f.code, f.row) for f in faults(text_of(rows, top).encode(encoding))] == [("not-a-time", 10)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("written", "code"),
    [("2026年3月2日 9:00", "no-seconds"), ("2026年3月2日", "not-a-time"), ("2062年3月2日 9:00:10", "implausible-time")],
)
def test_what_is_wrong_in_words(faults: Faults, written: str, code: str, encoding: str) -> None:
    rows = lively(3)
    rows[1][5] = written
    (fault,) = faults(text_of(rows).encode(encoding))
    assert (fault.code, fault.row, fault.column) == (code, 3, "F（应答时间）")


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (str, "%Y-%m-%d %H:%M:%S"),
        (slashed, "%Y/%m/%d %H:%M:%S"),
        (WRITE["compact"], "%Y%m%d%H%M%S"),
        (in_words, None),
        (lambda text: text[:-3], None),
        (lambda text: "?", None),
        (lambda text: "", None),
    ],
)
def test_the_spelling_is_that_of_the_first_instant(
    tmp_path: Path, write: Callable[[str], str], found: str | None
) -> None:
    rows = [[write(cell) if place in INSTANTS else cell for place, cell in enumerate(row)] for row in lively(3)]
    path = tmp_path / "calls.csv"
    path.write_text(text_of(rows), encoding="utf-8", newline="")
    layout = layout_of(HEADER, CORE)
    source = csv_source(path, lambda header: header == HEADER)
    assert layout
    assert source
    assert spelling_of(source, layout) == found


cells = st.sampled_from(
    (
        *("", " ", "2026-03-02 09:00:10", " 2026/03/02 09:00:10", "2026-03-02T09:00:10", "2026-3-2 9:0:10"),
        *("2026-03-02 09:00", "2026-02-30 09:00:10", "2026-03-02 09:00:10+08", "2062-03-02 09:00:10"),
        *("2026年3月2日 9:00:10", "2026年3月2日", "2026年3月2日 9:00", "2026年13月2日 9:00:10"),
        *("infinity", "epoch", "满意", "满意 ", "来电", "x"),
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 19), st.integers(0, len(HEADER) - 1), cells), max_size=3),
    encoding=st.sampled_from(("utf-8", "gb18030")),
)
def test_haste_changes_nothing(read: Read, changes: list[tuple[int, int, str]], encoding: str) -> None:
    rows = lively(20)
    for row, place, cell in changes:
        rows[row][place] = cell
    data = text_of(rows).encode(encoding)
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(reading, "spelling_of", lambda source, layout: None)
        expected = outcome(read, data)
    assert outcome(read, data) == expected


def outcome(read: Read, data: bytes) -> Any:
    try:
        return figures(read(data))
    except Refused as refused:
        return refused.faults
