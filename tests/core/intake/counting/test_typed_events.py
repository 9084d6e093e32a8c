"""Events that are typed in beside the records that they are counted from would add up: one of the two has to go."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from kaohe.conflict import JOIN
from kaohe.errors import MissingFacts
from kaohe.facts import Facts
from kaohe.intake import Upload, contradictions
from kaohe.monthfacts import MonthFacts
from kaohe.periods import Term
from kaohe.standard import CORE

from tests.core.intake.counting.conftest import MARCH, OWN, Faults, Read
from tests.core.intake.counting.test_tickets import TICKETS

LATE = "回访超时工单,2026-03-11,3"


def packed(records: str, *events: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("工单.csv", records)
        archive.writestr("事件.csv", "\n".join(["事件类型,日期,次数", *events]))
    return found.getvalue()


def without(column: str) -> str:
    rows = list(csv.reader(TICKETS.splitlines()))
    place = rows[0].index(column)
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows)


@pytest.mark.parametrize(("rows", "told"), [(1, "这一行"), (2, "这里起共2行")])
@pytest.mark.parametrize("records", [TICKETS, "\n".join(TICKETS.splitlines()[:2])], ids=["some", "none found"])
def test_a_kind_that_the_records_count_may_not_be_typed_too(faults: Faults, records: str, rows: int, told: str) -> None:
    (fault,) = faults(packed(records, *[LATE] * rows), "三月.zip")
    assert (fault.code, fault.file, fault.row) == ("event-counted", "事件.csv", 2)
    assert f"“回访超时工单”已由平台从“工单.csv”的明细数出，{told}会重复计算；请删去" in fault.message


@pytest.mark.parametrize(("lacks", "event"), [("回访时间", LATE), ("来电人", "发布差错,2026-03-11,3")])
def test_what_the_records_cannot_count_may_be_typed(read: Read, lacks: str, event: str) -> None:
    events = read(packed(without(lacks), event), "三月.zip").submission.events
    assert 3 in [found.count for found in events]


TYPED = "\n".join(["事件类型,日期,次数", LATE])
OTHER = "\n".join(["事件类型,日期,次数", "发布差错,2026-03-11,3"])
NONE_LATE = "\n".join(TICKETS.splitlines()[:2])


def known(*uploads: Upload) -> Facts:
    return Facts([upload.submission for upload in uploads], CORE | OWN)


def month_of(facts: Facts) -> MonthFacts:
    return MonthFacts(facts, MARCH, Term(first=MARCH.first, last=MARCH.last))


@pytest.mark.parametrize("records", [TICKETS, NONE_LATE], ids=["some", "none found"])
def test_typed_in_another_upload_neither_is_used(read: Read, records: str) -> None:
    uploads = read(records, "工单.csv"), read(TYPED, "事件.csv")
    found = sum(event.count for event in uploads[0].submission.events if event.kind == "callback.late")
    (told,) = contradictions([upload.submission for upload in uploads], CORE | OWN)
    assert (told.files, told.figures) == (("事件.csv", "工单.csv"), ("callback.late 2026-03",))
    assert f"“回访超时工单”分别是填写3（事件.csv 第2行）、数出{found}（工单.csv" in told.message
    assert "用原来的文件名重传" in told.message
    for facts in (known(*uploads), known(*uploads[::-1])):
        assert [event for event in facts.events if event.event.kind == "callback.late"] == []
        assert facts.digest == known(*uploads).digest
        with pytest.raises(MissingFacts, match=r"missing: callback\.late 2026-03"):
            month_of(facts).events("callback.late")
        assert month_of(facts).verified("callback.late") == ()
        assert month_of(facts).candidates("callback.late") == 0


def test_that_a_kind_is_not_known_is_part_of_the_digest(read: Read) -> None:
    records, typed, other = read(NONE_LATE, "工单.csv"), read(TYPED, "事件.csv"), read(OTHER, "事件.csv")
    doubled, good = known(records, typed), known(records, other)
    assert month_of(good).events("callback.late") == ()
    assert month_of(known(typed)).candidates("callback.late") == 3
    empty = Upload(other.submission.model_copy(update={"events": ()}))
    assert doubled.month_digest(MARCH) != known(records, empty).month_digest(MARCH)


def test_what_another_upload_types_in_and_the_records_do_not_count_is_added(read: Read) -> None:
    facts = known(read(TICKETS, "工单.csv"), read(OTHER, "事件.csv"))
    assert facts.conflicts == ()
    assert sum(event.count for event in month_of(facts).events("publication.error")) == 3


def test_two_files_of_records_are_no_union_though_their_tickets_differ(read: Read) -> None:
    lines = TICKETS.splitlines()
    halves = [
        read("\n".join([lines[0], *part]), name) for name, part in (("上.csv", lines[1::2]), ("下.csv", lines[2::2]))
    ]
    (told,) = contradictions([half.submission for half in halves], CORE | OWN)
    assert "callback.late 2026-03" in told.figures
    assert told.message.endswith(JOIN)
    with pytest.raises(MissingFacts, match=r"callback\.late 2026-03"):
        month_of(known(*halves)).events("callback.late")
    again = read(TICKETS, "工单.csv"), read(TICKETS, "再.csv")
    assert known(*again).conflicts == ()
    assert known(*again).digest == known(again[0]).digest
