"""Nothing of anybody leaves a file of records: canaries are planted, and everything that comes out is searched."""

from __future__ import annotations

import json

import pytest
from kaohe.errors import Refused
from kaohe.intake.counting.showing import is_reference

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, lively, text_of

CANARIES = {
    "mobile": "13912345678",
    "mobile with gaps": "139-1234-5678",
    "landline": "03916630123",
    "landline with its area": "0391-6630123",
    "identity card": "110101199003078888",
    "name": "王小明",
    "name with a word": "王小明很满意",
    "address": "解放路88号",
    "free text": "我要投诉邻居半夜装修",
}
TICKETS = ["工单编号", "诉求类型", "来源渠道", "受理时间", "回应时间", "办结时间", "需要回访", "回访时间", "满意度"]
TICKET = ["T1", "投诉", "电话", "2026-03-06 10:00:00", "", "2026-03-10 10:00:00", "是", "2026-03-12 10:00:00", "满意"]


def all_that_comes_out(read: Read, text: str, name: str) -> str:
    try:
        upload = read(text, name)
    except Refused as refused:
        return "\n".join([str(refused), *(f.model_dump_json() for f in refused.faults)])
    told = json.dumps(upload.submission.model_dump(mode="json"), ensure_ascii=False)
    return told + (upload.failures or b"").decode()


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_columns_that_are_not_asked_for_are_not_read(read: Read, canary: str) -> None:
    calls = text_of([[canary, *row, canary] for row in lively(5)], ["来电人", *HEADER, "诉求内容"])
    tickets = text_of([[canary, *TICKET, canary]], ["来电人", *TICKETS, "诉求内容"])
    assert canary not in all_that_comes_out(read, calls, "话单.csv")
    told = all_that_comes_out(read, tickets, "工单.csv")
    assert "T1" in told  # the ticket failed, and is listed by its number
    assert canary not in told


def diagonal(rows: list[list[str]], canary: str) -> list[list[str]]:
    """Each row twice, with the canary in another column: a record's number that it is stands in two rows."""
    planted = [[*row[:place], canary, *row[place + 1 :]] for place, row in enumerate(rows)]
    return [row for row in planted for _ in range(2)]


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_slips_into_a_column_that_is_read_does_not_come_out(read: Read, canary: str) -> None:
    calls = text_of(diagonal(lively(len(HEADER)), canary))
    tickets = text_of(diagonal([[f"T{n}", *TICKET[1:]] for n in range(len(TICKETS))], canary), TICKETS)
    assert canary not in all_that_comes_out(read, calls, "话单.csv")
    assert canary not in all_that_comes_out(read, tickets, "工单.csv")


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_file_with_no_other_fault_gives_away_no_more(read: Read, canary: str) -> None:
    calls = [dict(zip(HEADER, row, strict=True)) | {"工号": canary, "通话编号": canary} for row in lively(1)]
    assert canary not in all_that_comes_out(read, text_of([list(calls[0].values())]), "话单.csv")
    assert canary not in all_that_comes_out(read, text_of([[canary, *TICKET[1:]]], TICKETS), "工单.csv")


SPOKEN_OF = "A（工单编号）"


def ticket(number: str, **changed: str) -> list[str]:
    return [(dict(zip(TICKETS, [number, *TICKET[1:]], strict=True)) | changed)[name] for name in TICKETS]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_number_that_is_somebodys_is_named_by_row_and_column(faults: Faults, canary: str, encoding: str) -> None:
    rows = [ticket("T1"), ticket(canary), ticket("T3"), ticket(f"{canary}的")]
    found = faults(text_of(rows, TICKETS).encode(encoding), "工单.csv")
    assert [(f.code, f.row, f.column, f.held) for f in found] == [("personal-data", n, SPOKEN_OF, None) for n in (3, 5)]
    assert canary not in "".join(f.model_dump_json() + str(f) for f in found)


def test_it_is_told_in_the_same_refusal_as_other_faults(faults: Faults) -> None:
    rows = [ticket("王小明"), ticket("T2", 满意度="?"), ticket("13912345678", 办结时间="昨天")]
    found = faults(text_of(rows, TICKETS), "工单.csv")
    assert [(f.code, f.row) for f in found] == [
        ("personal-data", 2),
        ("unknown-word", 3),
        ("personal-data", 4),
        ("not-a-time", 4),
    ]


def test_of_many_a_thousand_are_named_and_the_rest_counted(faults: Faults) -> None:
    rows = [ticket(f"王小明{n}" if n % 2 else f"T{n}") for n in range(2400)]
    found = faults(text_of(rows, TICKETS), "工单.csv")
    assert [f.row for f in found[:1000]] == list(range(3, 2003, 2))
    assert [f.code for f in found[1000:]] == ["too-many-faults", "personal-data"]
    assert "另有200处，如第2003行" in str(found[1001])


def test_a_number_that_is_not_kept_need_not_be_right(read: Read) -> None:
    in_time = ticket("王小明", 回应时间="2026-03-06 11:00:00", 回访时间="2026-03-10 11:00:00")
    assert "T1" in all_that_comes_out(read, text_of([in_time, ticket("T1")], TICKETS), "工单.csv")


def test_numbers_keep_their_characters_in_gb18030(read: Read) -> None:
    number = "济热线〔2026〕000123号"
    upload = read(text_of([ticket(number)], TICKETS).encode("gb18030"), "工单.csv")
    assert number in (upload.failures or b"").decode()
    assert [e.ref for e in upload.submission.events] == [number]


def test_a_number_in_another_encoding_is_told_by_its_line(faults: Faults) -> None:
    rows = text_of([ticket("T1"), ticket("济热线0001")], TICKETS).encode("gb18030")
    found = faults(rows.replace("济热线0001".encode("gb18030"), b"\xff\xff0001"), "工单.csv")
    assert [f.code for f in found] == ["bad-encoding"]


@pytest.mark.parametrize("number", ["T1", "20260301001234", "JY-2026-03-0001", "济热线〔2026〕000123号"])
def test_numbers_of_tickets_are_references(number: str) -> None:
    assert is_reference(number)


@pytest.mark.parametrize("text", [*CANARIES.values(), "示例001", "x" * 41])
def test_what_is_somebodys_is_none(text: str) -> None:
    assert not is_reference(text)
