"""What a fault says of a name: what it might have been, and where it stands."""

from typing import Any

import pytest
from kaohe.catalogue import Catalogue, Measure
from kaohe.faults import Fault
from kaohe.intake.headers import Names
from kaohe.standard import CORE


@pytest.mark.parametrize("name", ["接通率", "应答率", "15秒内应答率", "满意率（%）", "参评率"])
def test_for_a_rate_no_count_is_proposed(demo: Any, name: str) -> None:
    assert Names(CORE).like_measure(name) is None
    (fault,) = [f for f in demo.faults("a.csv", demo.csv([["指标", "数值"], [name, 1]])) if f.held == name]
    assert "是不是" not in fault.message
    (fault,) = [f for f in demo.faults("a.csv", demo.csv([["日期", name], ["2026-03-01", 1]])) if f.held == name]
    assert fault.message == "不认识这个表头；比率由平台计算，不用填报；请改成模板中的名称，或删去这一列"
    (fault,) = demo.faults("a.json", demo.json(measures={name: 1}))
    assert fault.message == "不认识这个指标；比率由平台计算，不用填报；请改成模板中的名称或代码，或删去这个键"


def test_for_a_rate_that_is_counted_another_rate_is_proposed() -> None:
    names = Names(
        CORE | Catalogue.of([Measure(code="line.rate", label="线路接通率", unit="%", grain="month", note="n")])
    )
    assert names.like_measure("线路接同率") == "“线路接通率”"
    assert names.like_measure("应答数") == "“应答量”或“15秒内应答量”"


@pytest.mark.parametrize(
    ("column", "row", "place"),
    [
        ("C", 7, "a 第7行 C列"),
        ("C（15秒内应答量）", 7, "a 第7行 C列（15秒内应答量）"),
        ("AB（率）", 1, "a 第1行 AB列（率）"),
        ("events[0].kind", None, "a events[0].kind"),
        ("measures.满意数", None, "a measures.满意数"),
        ("X", None, "a X"),
        (None, 7, "a 第7行"),
        (None, None, "a"),
    ],
)
def test_only_a_column_is_called_one(column: str | None, row: int | None, place: str) -> None:
    assert Fault(code="c", message="m", file="a", row=row, column=column).place == place


def test_a_path_into_json_is_no_column(demo: Any) -> None:
    faults = demo.faults("a.json", demo.json(events=[{"kind": "x", "on": "2026-03-05"}], measures={"x": 1}, X=1))
    assert {fault.place for fault in faults} == {"a.json events[0].kind", "a.json measures.x", "a.json X"}
