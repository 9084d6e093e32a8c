"""The upkeep function: one task an event."""

from typing import Any

import pytest
from kaohe.errors import UsageError

from functions.upkeep import app
from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(app, "service", lambda: house)
    monkeypatch.setattr(app.metrics.provider, "namespace", "kaohe", raising=False)


def test_rescore_works_out_what_waited(context: Any, house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    house.send("2026-01", at=NOON, rated=100, satisfied=97)
    testia.BROKEN.clear()
    assert app.handler({"rescore": CONTRACT}, context)["revisions"] == {"2026-01": 1}


@pytest.mark.parametrize("event", [{}, {"sleep": {}}, dict.fromkeys(app.TASKS)])
def test_an_event_names_one_task(context: Any, event: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="one task of .*rescore"):
        app.handler(event, context)
