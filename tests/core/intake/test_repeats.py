"""Rows that tell of one event twice count once, and whoever checks a file sees that."""

from __future__ import annotations

import pytest

from tests.core.intake.conftest import EVENT_HEADER, Demo

ERROR = ["发布差错", "2026-03-05", 2, "更正1号", "甲"]


@pytest.mark.parametrize("note", ["甲", "", "乙"])
def test_rows_with_one_number_that_say_the_same_are_one_event(demo: Demo, note: str) -> None:
    found = demo.read("事件.csv", demo.csv([EVENT_HEADER, ERROR, [*ERROR[:4], note]]))
    assert [(e.ref, e.count, e.note or "") for e in found.events] == [("更正1号", 2, min("甲", note))]
    assert found.remarks == ("有1行事件与别的行编号、日期等都相同，是同一件事，只算一次",)


@pytest.mark.parametrize(
    "other",
    [
        ["发布差错", "2026-03-05", 1, "更正1号", "甲"],
        ["发布差错", "2026-03-06", 2, "更正1号", "甲"],
        ["发布差错", "2026-03-05", 2, "更正2号", "甲"],
        ["转办超时", "2026-03-05", 2, "更正1号", "甲"],
    ],
)
def test_rows_that_differ_in_anything_else_are_two(demo: Demo, other: list[object]) -> None:
    found = demo.read("事件.csv", demo.csv([EVENT_HEADER, ERROR, other]))
    assert (len(found.events), found.remarks) == (2, ())


def test_rows_without_a_number_are_two(demo: Demo) -> None:
    row = [*ERROR[:3], "", ""]
    assert len(demo.read("事件.csv", demo.csv([EVENT_HEADER, row, row])).events) == 2
