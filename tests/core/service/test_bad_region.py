"""A region whose plugin goes wrong keeps its uploads waiting; the region beside it goes on."""

import sys
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from kaohe import Kpi, Month, plugins

from tests.core import small
from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, upload

BAD = "small-2026"


def forever(month: Month) -> list[Kpi]:
    while True:
        pass


def piling(month: Month) -> list[Kpi]:
    heap: list[Any] = []
    while True:
        heap.append(bytearray(2**16))


def leaving(month: Month) -> list[Kpi]:
    sys.exit(1)


def wrong(month: Month) -> Any:
    return {"kpi": 0.5}


def mutating(contract: Any, month: Month) -> list[Kpi]:
    contract.readings.clear()
    return []


@pytest.mark.parametrize("hook", [forever, piling, leaving, wrong, mutating])
def test_the_upload_is_kept_and_the_others_go_on(house: House, monkeypatch: pytest.MonkeyPatch, hook: Any) -> None:
    made = small.module(compute_kpis=hook)
    entries = [
        EntryPoint(name="testia", value=testia.__name__, group=plugins.GROUP),
        EntryPoint(name="small", value=made.__name__, group=plugins.GROUP),
    ]
    monkeypatch.setitem(sys.modules, made.__name__, made)
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries)
    monkeypatch.setenv("KAOHE_HOOK_SECONDS", "0.5" if hook is forever else "60")
    monkeypatch.setenv("KAOHE_HOOK_MEGABYTES", "64")
    key, data = upload("2026-03", region="small", rated=100, satisfied=97)
    receipt = house.receive(key, house.put(key, data), received_at=house.clock)
    assert (receipt.partition, receipt.submission.status) == (BAD, "plugin-error")
    assert "hook compute_kpis()" in (receipt.submission.remedy or "")
    assert key in house.table.facts(BAD)
    assert house.send("2026-03", rated=100, satisfied=97).submission.status == "accepted"
    assert house.months(CONTRACT)[-1].deducted == 30
