"""Calls: what is counted, held against a count by the standard library."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kaohe.intake.reading import Upload
from kaohe.records import Export
from kaohe.yamlfile import read_export

from tests.core.intake.counting.conftest import Read

HEADER = ["通话编号", "主叫号码", "呼叫类型", "来电时间", "排队时间", "应答时间", "挂机时间", "工号", "满意度"]
Call = tuple[int, int, int | None, int | None, str, str, str]
"""Second of the month it came, seconds to the queue, to the answer, to the end, direction, agent, survey."""

calls = st.lists(
    st.tuples(
        st.integers(0, 31 * 86_400 - 1),
        st.integers(0, 60),
        st.none() | st.integers(0, 40),
        st.integers(0, 600),
        st.sampled_from(["呼入", "呼入", "呼入", "呼出"]),
        st.sampled_from(["1001", "1002", "1003"]),
        st.sampled_from(["", "满意", "基本满意", "不满意", "未评价"]),
    ),
    min_size=1,
    max_size=60,
)


def rows_of(found: list[tuple[Any, ...]]) -> list[list[str]]:
    """The rows of made-up calls; every fifth hangs up in the menu."""
    return [_row(n, *call) for n, call in enumerate(found)]


def _row(n: int, came: int, menu: int, wait: int | None, talk: int, way: str, agent: str, survey: str) -> list[str]:
    start = datetime(2026, 3, 1) + timedelta(seconds=came)  # noqa: DTZ001
    queued = start + timedelta(seconds=menu) if n % 5 else None
    answered = queued + timedelta(seconds=wait) if queued and wait is not None else None
    ended = (answered or queued or start) + timedelta(seconds=talk)
    times = ["" if t is None else t.strftime("%Y-%m-%d %H:%M:%S") for t in (start, queued, answered, ended)]
    return [f"C{n:05}", "13800000000", way, *times, agent if answered else "", survey]


def text_of(rows: list[list[str]], header: list[str] = HEADER) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def by_hand(rows: list[list[str]]) -> dict[tuple[str, date | None], int]:
    """The same figures by the standard library."""
    found: Counter[tuple[str, date | None]] = Counter()
    agents: set[tuple[date, str]] = set()
    days = set()
    for row in (dict(zip(HEADER, row, strict=True)) for row in rows):
        if row["呼叫类型"] == "呼出":
            continue
        day = date.fromisoformat(row["来电时间"][:10])
        days.add(day)
        found["calls.offered", day] += bool(row["排队时间"])
        found["calls.answered", day] += bool(row["应答时间"])
        found["survey.rated", None] += bool(row["应答时间"]) and row["满意度"] in ("满意", "基本满意", "不满意")
        found["survey.satisfied", None] += bool(row["应答时间"]) and row["满意度"] == "满意"
        found["calls.answered_within_15s", day] += 0
        if row["应答时间"]:
            wait = datetime.fromisoformat(row["应答时间"]) - datetime.fromisoformat(row["排队时间"])
            found["calls.answered_within_15s", day] += wait <= timedelta(seconds=15)
            agents.add((day, row["工号"]))
    for day in days:
        found["seats.on_duty", day] = sum(1 for on, _ in agents if on == day)
    return dict(found)


def figures(upload: Upload) -> dict[tuple[str, date | None], int]:
    return {(f.code, f.on): int(f.value) for f in upload.submission.figures}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=calls)
def test_counts_are_those_of_a_count_by_hand(read: Read, found: list[tuple[Any, ...]]) -> None:
    found[0] = (*found[0][:4], "呼入", *found[0][5:])
    rows = rows_of(found)
    assert figures(read(text_of(rows))) == by_hand(rows)


def lively(count: int = 200) -> list[list[str]]:
    """Made-up calls of a whole month, always the same."""
    ways = ["呼入", "呼入", "呼入", "呼出"]
    surveys = ["", "满意", "不满意"]
    found = [
        (
            (n * 7919 * 13) % (31 * 86_400),
            n % 50,
            None if n % 7 == 0 else n % 31,
            n % 300,
            ways[n % 4],
            f"10{n % 9:02}",
            surveys[n % 3],
        )
        for n in range(count)
    ]
    return rows_of(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_separators_change_nothing(read: Read, encoding: str, delimiter: str) -> None:
    rows = lively()
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEADER, *rows])
    assert figures(read(out.getvalue().encode(encoding))) == by_hand(rows)


def test_a_compressed_a_parquet_and_a_workbook_file_give_the_same(read: Read, tmp_path: Path) -> None:
    rows = lively()
    text = text_of(rows)
    plain, parquet = tmp_path / "c.csv", tmp_path / "c.parquet"
    plain.write_text(text, encoding="utf-8", newline="")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{plain}', all_varchar=true)) TO '{parquet}' (FORMAT parquet)")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADER, *rows]:
        sheet.append(row)
    book.save(tmp_path / "c.xlsx")
    expected = by_hand(rows)
    assert figures(read(gzip.compress(text.encode()), "c.csv.gz")) == expected
    assert figures(read(parquet.read_bytes(), "c.parquet")) == expected
    shared = figures(read((tmp_path / "c.xlsx").read_bytes(), "c.xlsx"))
    assert shared == expected


def test_the_order_of_rows_changes_nothing(read: Read) -> None:
    rows = lively()
    assert figures(read(text_of(rows))) == figures(read(text_of(rows[::-1])))


@pytest.mark.parametrize(("seconds", "counted"), [(15, 1), (16, 0)])
def test_fifteen_seconds_are_within_sixteen_are_not(read: Read, seconds: int, counted: int) -> None:
    row = [
        "C1",
        "",
        "呼入",
        "2026-03-02 09:00:00",
        "2026-03-02 09:00:10",
        f"2026-03-02 09:00:{10 + seconds}",
        "",
        "1",
        "",
    ]
    assert figures(read(text_of([row])))["calls.answered_within_15s", date(2026, 3, 2)] == counted


def test_a_call_over_midnight_belongs_to_the_day_on_which_it_came(read: Read) -> None:
    row = ["C1", "", "呼入", "2026-03-31 23:59:50", "2026-04-01 00:00:05", "2026-04-01 00:00:09", "", "1", ""]
    assert figures(read(text_of([row])))["calls.answered", date(2026, 3, 31)] == 1


HUAWEI = """\
agent_id,call_id,caller_no,wait_begin,ack_begin,call_begin,call_end,device_type,call_id_num
,A-1,13800000000,2026-03-02 09:00:00,,2026-03-02 09:00:00,2026-03-02 09:00:20,3,1
,A-1,13800000000,2026-03-02 09:00:20,,2026-03-02 09:00:20,2026-03-02 09:00:28,1,2
1001,A-1,13800000000,,2026-03-02 09:00:28,2026-03-02 09:00:30,2026-03-02 09:02:00,2,3
1002,A-1,13800000000,,2026-03-02 09:02:00,2026-03-02 09:02:40,2026-03-02 09:05:00,2,-1
,B-1,13800000000,,,2026-03-02 10:00:00,2026-03-02 10:00:20,3,-1
"""


def test_the_rows_of_a_transferred_call_are_one_call_answered_first_by_the_first_agent(read: Read) -> None:
    found = figures(read(HUAWEI))
    assert (found["calls.offered", date(2026, 3, 2)], found["calls.answered_within_15s", date(2026, 3, 2)]) == (1, 1)
    assert found["seats.on_duty", date(2026, 3, 2)] == 1


def legs(*rows: tuple[str, ...]) -> str:
    """Legs of one call: when it began, was answered and ended, how long it waited, what came of it, who, how rated."""
    header = "通话编号,话务段,排队时间,应答时间,挂机时间,等待时长,通话结果,工号,满意度"
    return "\n".join([header, *(",".join(("C1", str(n), *row)) for n, row in enumerate(rows, 1)), ""])


def at(clock: str) -> str:
    return f"2026-03-02 {clock}" if clock else ""


RANG_OUT = (at("09:00:00"), "", at("09:00:12"), "12", "未接听", "1001", "未评价")


@pytest.mark.parametrize(("answered", "within"), [("09:00:15", 1), ("09:00:16", 0)])
def test_a_call_that_rang_out_and_was_then_answered_is_answered_after_all_of_its_wait(
    read: Read, answered: str, within: int
) -> None:
    taken = (at("09:00:12"), at(answered), at("09:05:00"), "3", "已接听", "1002", "满意")
    for rows in ((RANG_OUT, taken), (taken, RANG_OUT)):
        found = figures(read(legs(*rows)))
        day = date(2026, 3, 2)
        assert (found["calls.offered", day], found["calls.answered", day], found["seats.on_duty", day]) == (1, 1, 1)
        assert found["calls.answered_within_15s", day] == within
        assert found["survey.satisfied", None] == 1


def test_a_call_that_no_leg_of_was_answered_is_abandoned(read: Read) -> None:
    again = (at("09:00:12"), "", at("09:00:30"), "18", "未接听", "1002", "未评价")
    found = figures(read(legs(RANG_OUT, again)))
    assert (found["calls.offered", date(2026, 3, 2)], found["calls.answered", date(2026, 3, 2)]) == (1, 0)


@pytest.mark.parametrize(
    ("answers", "rated", "satisfied"),
    [
        (("未评价", "不满意"), 1, 0),
        (("不满意", "未评价"), 1, 0),
        (("不满意", "满意"), 1, 1),
        (("满意", "基本满意"), 1, 0),
        (("", "满意"), 1, 1),
        (("未评价", "未评价"), 0, 0),
    ],
)
def test_the_last_answer_to_the_survey_counts(read: Read, answers: tuple[str, str], rated: int, satisfied: int) -> None:
    first = (at("09:00:00"), at("09:00:05"), at("09:02:00"), "5", "已接听", "1001", answers[0])
    last = (at("09:02:00"), at("09:02:05"), at("09:04:00"), "5", "已接听", "1002", answers[1])
    found = figures(read(legs(first, last)))
    assert (found["survey.rated", None], found["survey.satisfied", None]) == (rated, satisfied)
    assert found["seats.on_duty", date(2026, 3, 2)] == 1


def test_the_wait_of_a_transferred_call_is_that_of_the_first_leg_answered(read: Read) -> None:
    text = "通话编号,话务段,排队时间,等待时长,通话结果,工号\nC1,1,{0},20,已接听,1001\nC1,2,{1},3,已接听,1002\n"
    found = figures(read(text.format(at("09:00:00"), at("09:03:00"))))
    assert found["calls.answered_within_15s", date(2026, 3, 2)] == 0
    assert found["seats.on_duty", date(2026, 3, 2)] == 1


@pytest.mark.parametrize("waited", ["5", "15", "16", ""])
@pytest.mark.parametrize("leg", ["", "1"])
def test_an_export_may_number_legs_and_have_only_one_of_each_call(read: Read, leg: str, waited: str) -> None:
    row = (at("09:00:00"), at("09:01:00"), at("09:05:00"), waited, "已接听", "1001", "满意")
    one = legs(row).replace("C1,1,", f"C1,{leg},")
    without = "\n".join(",".join((line.split(",")[0], *line.split(",")[2:])) for line in one.splitlines())
    assert figures(read(one)) == figures(read(without))
    assert figures(read(one))["calls.answered_within_15s", date(2026, 3, 2)] == (waited in ("5", "15"))


DIRECT = ("", at("09:00:05"), at("09:06:00"), "", "已接听", "1001", "")


def test_a_transfer_into_a_queue_later_does_not_undo_that_a_call_was_picked_up_directly(read: Read) -> None:
    queued = (at("09:05:00"), at("09:05:40"), at("09:09:00"), "", "已接听", "1002", "")
    for rows in ((DIRECT, queued), (queued, DIRECT)):
        upload = read(legs(*rows))
        assert figures(upload)["calls.answered_within_15s", date(2026, 3, 2)] == 1
        assert "没有排队直接接起1" in upload.submission.remarks[0]


def test_a_queue_before_the_first_answer_is_waited_in(read: Read) -> None:
    first = (at("08:59:40"), "", at("08:59:50"), "", "未接听", "", "")
    assert figures(read(legs(first, DIRECT)))["calls.answered_within_15s", date(2026, 3, 2)] == 0


def test_unix_seconds_are_china_time(read: Read) -> None:
    # 1772380800 is 2026-03-02 00:00:00 in China, 2026-03-01 16:00:00 in UTC.
    text = "main_unique_id,start_time,join_queue_time,bridge_time,end_time,cno\nx,1772380800,1772380801,0,1772380860,\n"
    assert figures(read(text))["calls.offered", date(2026, 3, 2)] == 1


UNIX = "main_unique_id,start_time,join_queue_time,bridge_time,end_time,cno\nx,1772380800,{},{},1772380860,7\n"


@pytest.mark.parametrize(
    ("queued", "answered", "in_time"),
    [
        ("1772380800.5", "1772380815.5", 1),
        ("1772380800.5", "1772380815.500001", 0),
        ("1772380800.5", "1772380816.4", 0),  # 15.9 s, though the rounded seconds are 15 apart
        ("1772380800.6", "1772380815.5", 1),
    ],
)
def test_parts_of_unix_seconds_count(read: Read, queued: str, answered: str, in_time: int) -> None:
    found = figures(read(UNIX.format(queued, answered)))
    assert found["calls.answered_within_15s", date(2026, 3, 2)] == in_time


@pytest.mark.parametrize(
    ("queued", "answered", "in_time"),
    [
        ("09:00:00.100", "09:00:15.900", 0),  # 15.8 s, though without their parts the seconds are 15 apart
        ("09:00:00.900", "09:00:15.900", 1),
        ("09:00:00.900", "09:00:16", 0),
        ("09:00:00", "09:00:15", 1),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_parts_of_seconds_count_in_whatever_form(
    read: Read, tmp_path: Path, form: str, queued: str, answered: str, in_time: int
) -> None:
    times = [f"2026-03-02 {clock}" for clock in (queued, answered)]
    headers = ("通话编号", "排队时间", "应答时间")
    file = tmp_path / f"话单.{form}"
    if form == "csv":
        file.write_text(",".join(headers) + "\n" + ",".join(["a", *times]) + "\n", encoding="utf-8")
    elif form == "parquet":
        cells = f"'a' AS 通话编号, TIMESTAMP '{times[0]}' AS 排队时间, TIMESTAMP '{times[1]}' AS 应答时间"
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT {cells}) TO '{file}' (FORMAT parquet)")
    else:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(headers)
        sheet.append(["a", *map(datetime.fromisoformat, times)])
        book.save(file)
    assert figures(read(file.read_bytes(), file.name))["calls.answered_within_15s", date(2026, 3, 2)] == in_time


BANK: Export = read_export(
    """
name: one-day
label: 一日话单
records: calls
day: name
columns:
  id: {header: [line, call]}
  queued_at: {header: q_start, form: clock, empty: ["0:00:00"]}
  menu_at: {header: entry, form: clock, when: {q_start: ["0:00:00"]}}
  waited: {header: q_time, form: number}
  result: {header: outcome, words: {answered: [AGENT], abandoned: [HANG], phantom: [PHANTOM]}}
""",
    "one-day.yaml",
)


def test_a_declared_map_reads_clock_times_of_the_day_in_the_files_name(read: Read) -> None:
    text = """line,call,entry,q_start,q_time,outcome
A,1,9:00:00,9:00:10,15,AGENT
A,2,9:00:00,9:00:10,16,AGENT
B,1,9:00:00,0:00:00,0,AGENT
B,2,9:00:00,0:00:00,0,HANG
B,3,9:00:00,9:00:10,60,HANG
B,4,9:00:00,9:00:10,60,PHANTOM
"""
    upload = read(text, "calls_20260302.csv", (BANK,))
    found = {code: value for (code, _), value in figures(upload).items()}
    assert found == {"calls.offered": 4, "calls.answered": 3, "calls.answered_within_15s": 2}
    assert "话单5通；另有1行不是考核对象" in upload.submission.remarks[0]
