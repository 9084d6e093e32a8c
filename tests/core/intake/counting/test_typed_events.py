"""Events that are typed in beside the records that they are counted from would add up: one of the two has to go."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from tests.core.intake.counting.conftest import Faults, Read
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
