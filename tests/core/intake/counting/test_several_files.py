"""Records of one kind and month in several files: what each says of the month cannot be added up."""

from __future__ import annotations

import gzip
import hashlib
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kaohe.conflict import JOIN
from kaohe.facts import Facts
from kaohe.intake import Upload, contradictions
from kaohe.standard import CORE
from kaohe.submission import ONE_FILE
from openpyxl import Workbook

from tests.core.intake.counting.conftest import MARCH, OWN, Faults, Read
from tests.core.intake.counting.test_calls import HEADER, by_hand, figures, lively, text_of
from tests.core.intake.counting.test_packed import zipped

ROWS = lively()
HALVES = [[row for row in ROWS if (row[3][8:10] < "16") is first] for first in (True, False)]
EARLY = [row for row in ROWS if row[3][8] == "0"]
LATER = [[f"L{row[0]}", *(cell.replace("-03-0", "-03-2") for cell in row[1:])] for row in EARLY]
"""The same calls twenty days later, under other numbers: the month's figures are equal."""
RATED = HEADER.index("满意度")


def without_survey(rows: list[list[str]]) -> str:
    return text_of([row[:RATED] for row in rows], HEADER[:RATED])


def known_from(*uploads: Upload) -> Facts:
    return Facts([upload.submission for upload in uploads], CORE | OWN)


def messages(*uploads: Upload) -> list[str]:
    return [found.message for found in contradictions([upload.submission for upload in uploads], CORE)]


def daily(rows: list[list[str]]) -> dict[tuple[str, date | None], int]:
    """What calls say of days, by hand."""
    return {key: value for key, value in by_hand(rows).items() if key[1] is not None}


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
    assert figures(read(packed, "记录.zip")) == daily(ROWS)


@pytest.mark.parametrize(("other", "advised"), [("下.csv", True), ("汇总.csv", False)])
def test_two_uploads_of_records_that_contradict_each_other_are_to_be_joined(
    read: Read, other: str, advised: bool
) -> None:
    text = text_of([row for row in HALVES[1] if row[RATED] != "满意"]) if advised else "指标,数值\n参评数,5\n满意数,1\n"
    (told,) = messages(read(text_of(HALVES[0]), "上.csv"), read(text, other))
    assert "“参评数”分别是" in told
    assert told.endswith(JOIN) is advised


def test_two_uploads_that_count_the_same_of_the_month_from_different_records_do_not_agree(read: Read) -> None:
    halves = read(text_of(EARLY), "上.csv"), read(text_of(LATER), "下.csv")
    rated = by_hand(EARLY)["survey.rated", None]
    assert by_hand(LATER)["survey.rated", None] == rated > 0
    (told,) = messages(*halves)
    assert told.startswith("供应商 2026-03：“上.csv”与“下.csv”互相矛盾，“参评数”分别是")
    assert f"{rated}（上.csv 话单" in told
    assert f"{rated}（下.csv 话单" in told
    assert told.endswith(JOIN)
    for known in (known_from(*halves), known_from(*halves[::-1])):
        assert known.figure(MARCH, "survey.rated") is None
        assert {(c.code, c.on) for c in known.conflicts} == {("survey.rated", None), ("survey.satisfied", None)}
        assert all(str(conflict).endswith(JOIN) for conflict in known.conflicts)
        assert known.values(MARCH).items() >= daily(EARLY).items() | daily(LATER).items()


def test_the_joined_file_under_each_of_the_old_names_settles_it_whatever_it_is_packed_in(read: Read) -> None:
    text = text_of([*EARLY, *LATER])
    packed = {"上.csv.gz": gzip.compress(text.encode()), "中.zip": zipped({"话单.csv": text})}
    uploads = [read(text, "下.csv"), *(read(content, name) for name, content in packed.items())]
    assert not messages(*uploads)
    assert known_from(*uploads).figure(MARCH, "survey.rated") == 2 * by_hand(LATER)["survey.rated", None]


def test_the_same_file_under_two_names_agrees(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, path = text_of(EARLY), tmp_path / "上.csv"
    path.write_text(text, encoding="utf-8", newline="")
    plain = read(text, "上.csv")
    monkeypatch.setattr("kaohe.intake.reading.MAX_FILE", 100)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    for again in (read(text, "再.csv"), read(path, "再.csv"), read(path, "再.csv", sha256=sha256)):
        assert not messages(plain, again)
        assert known_from(plain, again).digest == known_from(plain).digest


def test_halves_that_say_nothing_of_the_month_add_up(read: Read) -> None:
    halves = [read(without_survey(half), name) for half, name in zip(HALVES, ("上.csv", "下.csv"), strict=True)]
    assert not messages(*halves)
    assert known_from(*halves).values(MARCH) == daily(ROWS)


def test_files_that_share_their_days_do_not_agree_though_each_says_the_same_of_them(read: Read) -> None:
    lists = ["\n".join(["发布编号,发布日期", *(f"{by}{day},{day}" for day in MARCH.days)]) for by in ("微博", "微信")]
    both = read(lists[0], "微博.csv"), read(lists[1], "微信.csv")
    (told,) = messages(*both)
    assert "2026-03-01分别是1（微信.csv 信息发布31条）、1（微博.csv 信息发布31条）等31个数据" in told
    assert known_from(*both).figure(MARCH, "publications.items", MARCH.first) is None


def test_tickets_that_differ_though_all_that_is_counted_is_the_same_do_not_agree(read: Read) -> None:
    first, other = (read(f"工单编号,受理时间\n{n},2026-03-0{n} 09:00\n", f"{n}.csv") for n in (2, 3))
    assert [f.value for f in first.submission.figures] == [f.value for f in other.submission.figures] == [1]
    assert known_from(first, other).figure(MARCH, "replies.due") is None


@pytest.mark.parametrize("records_first", [True, False])
def test_a_summary_agrees_with_the_records_beside_it_or_elsewhere(read: Read, records_first: bool) -> None:
    rated = by_hand(EARLY)["survey.rated", None]
    summary, records = f"指标,数值\n参评数,{rated}\n", text_of(EARLY)
    apart = read(records, "记录.csv"), read(summary, "汇总.csv")
    assert not messages(*apart)
    assert known_from(*apart).figure(MARCH, "survey.rated") == rated
    members: list[tuple[str, bytes | str]] = [("记录.csv", records), ("汇总.csv", summary)]
    together = read(zipped(dict(members if records_first else members[::-1])), "三月.zip")
    assert not messages(*apart, together)
    (told,) = messages(together, read(text_of(LATER), "下.csv"))
    assert "“参评数”" in told
    assert told.endswith(JOIN)


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
