"""Records of one kind and month in several files: what each says of the month cannot be added up."""

from __future__ import annotations

import io
from typing import Any

import pytest
from kaohe.catalogue import CORE
from kaohe.intake import contradictions
from kaohe.intake.draft import ONE_FILE
from openpyxl import Workbook

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, by_hand, figures, lively, text_of
from tests.core.intake.counting.test_packed import zipped

ROWS = lively()
HALVES = [[row for row in ROWS if (row[3][8:10] < "16") is first] for first in (True, False)]
RATED = HEADER.index("满意度")


def without_survey(rows: list[list[str]]) -> str:
    return text_of([row[:RATED] for row in rows], HEADER[:RATED])


def test_two_files_of_a_zip_that_both_state_the_month_are_refused_even_if_they_agree(faults: Faults) -> None:
    for halves in (HALVES, [HALVES[0], [[*row[:RATED], ""] for row in HALVES[1]]]):
        packed = zipped({"上.csv": text_of(halves[0]), "下.csv": text_of(halves[1])})
        found = faults(packed, "记录.zip")
        assert [(f.code, f.file) for f in found] == [("records-twice", "下.csv")]
        assert found[0].message == f"与“上.csv”是同一类明细；{ONE_FILE}"


def test_two_files_of_a_zip_that_share_a_day_are_refused(faults: Faults) -> None:
    by_day = [[row for row in ROWS if row[2] == "呼入" and row[3][:10] == f"2026-03-{n:02}"] for n in range(1, 32)]
    day = max(by_day, key=len)
    packed = zipped({"上.csv": without_survey(day[:1]), "下.csv": without_survey(day[1:])})
    assert len(day) > 1
    assert [f.code for f in faults(packed, "记录.zip")] == ["records-twice"]


def test_files_of_different_days_that_say_nothing_of_the_month_may_lie_in_one_zip(read: Read) -> None:
    packed = zipped({"上.csv": without_survey(HALVES[0]), "下.csv": without_survey(HALVES[1])})
    daily = {key: value for key, value in by_hand(ROWS).items() if key[1] is not None}
    assert figures(read(packed, "记录.zip")) == daily


@pytest.mark.parametrize(("other", "advised"), [("下.csv", True), ("汇总.csv", False)])
def test_two_uploads_of_records_that_contradict_each_other_are_to_be_joined(
    read: Read, other: str, advised: bool
) -> None:
    text = text_of([row for row in HALVES[1] if row[RATED] != "满意"]) if advised else "指标,数值\n参评数,5\n满意数,1\n"
    both = [read(text_of(HALVES[0]), "上.csv").submission, read(text, other).submission]
    (found,) = contradictions(both, CORE.labels)
    assert "“参评数”分别是" in found.message
    assert (ONE_FILE in found.message) is advised


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("records_first", [True, False])
def test_a_total_that_differs_from_the_records_names_file_and_cell_of_the_other(
    faults: Faults, packed: bool, records_first: bool
) -> None:
    tables: dict[str, list[list[Any]]] = {
        "话单": [list(HEADER), *ROWS[:40]],
        "按月": [["指标", "数值"], ["参评数", 1000], ["满意数", 1]],
    }
    names = sorted(tables, reverse=records_first)
    rated = int(by_hand(ROWS[:40])["survey.rated", None])
    if packed:
        found = faults(zipped({f"{name}.csv": text_of(tables[name][1:], tables[name][0]) for name in names}), "a.zip")
        places = {"话单": "话单.csv 话单30通", "按月": "按月.csv 第2行 B列"}
    else:
        found = faults(workbook({name: tables[name] for name in names}), "a.xlsx")
        places = {"话单": "话单 话单30通", "按月": "按月 B2"}
    first, other = ((places["话单"], rated), (places["按月"], 1000))[:: 1 if records_first else -1]
    told = [f.message for f in found if f.code == "summary-differs" and "参评数" in f.message]
    assert told == [f"“参评数”的汇总数与明细不符：一处是{first[1]}（{first[0]}），这里是{other[1]}；请核对"]


def test_what_was_counted_is_no_sheet(faults: Faults) -> None:
    parts: dict[str, bytes | str] = {"按月.csv": "指标,数值\n参评数,1000\n满意数,1\n", "话单.csv": text_of(ROWS[:40])}
    assert {f.place for f in faults(zipped(parts), "a.zip")} == {"话单.csv 话单30通"}


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
