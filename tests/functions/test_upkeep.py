"""The upkeep function: one task an event."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from kaohe import plugins
from kaohe.assessment import PluginInfo
from kaohe.errors import StoreError, UsageError
from kaohe.service import sweeping
from kaohe.service.views import Preview
from kaohe.whatif import Change, Difference

from functions.upkeep import app
from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upload


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(app, "service", lambda: house)
    monkeypatch.setattr(app.metrics.provider, "namespace", "kaohe", raising=False)


def test_rescore_works_out_what_waited(context: Any, house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    house.send("2026-01", at=NOON, rated=100, satisfied=97)
    testia.BROKEN.clear()
    assert app.handler({"rescore": CONTRACT}, context)["revisions"] == {"2026-01": 1}


def test_what_was_taken_in_is_counted_not_told(context: Any, house: House) -> None:
    """A step of the state machine takes 256 KB; faults hold what stood in a cell, and the history keeps answers."""
    testia.BROKEN.add("contracts")
    plugins.load_region.cache_clear()
    house.send("2026-01", rated=100, satisfied=97)
    house.send("2026-02", rated=100, satisfied=999, name="秘密.json")
    testia.BROKEN.clear()
    plugins.load_region.cache_clear()
    answer = app.handler({"rescore": CONTRACT}, context)
    assert answer["taken_in"] == {"accepted": 1, "refused": 1}
    assert not [word for word in ("999", "秘密") if word in json.dumps(answer, ensure_ascii=False)]


@pytest.mark.parametrize(("most", "told"), [(150_000, 2), (1, 0)])
def test_a_preview_lists_as_many_changes_as_a_step_takes(
    context: Any, house: House, monkeypatch: pytest.MonkeyPatch, most: int, told: int
) -> None:
    changes = tuple(Change(where="2026-03 1.1", what="amount", before=None, after=str(n)) for n in range(2))
    difference = Difference(contract=CONTRACT, as_of=NOON.date(), changes=changes)
    info = PluginInfo(name="testia", version="2")
    preview = Preview(contract=CONTRACT, plugin=info, difference=difference)
    monkeypatch.setattr(house, "preview", lambda contract: preview)
    monkeypatch.setattr(app, "MOST_TOLD", most)
    answer = app.handler({"rescore": {"contract": CONTRACT, "dry_run": True}}, context)
    assert (answer["changes"], len(answer["difference"])) == (2, told)


def test_a_preview_of_very_many_changes_fits_into_a_step() -> None:
    change = {"where": "2026-03 4.5", "what": "formula", "before": "待" * 200, "after": None}
    fitting = app._fitting([change] * 1000)
    assert 0 < len(json.dumps(fitting, ensure_ascii=False, separators=(",", ":")).encode()) <= app.MOST_TOLD


@pytest.mark.parametrize("event", [{}, {"sleep": {}}, dict.fromkeys(app.TASKS)])
def test_an_event_names_one_task(context: Any, event: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"one task of .*rescore"):
        app.handler(event, context)


def lose(house: House, *months: str, region: str = "testia") -> None:
    for month in months:
        house.put(*upload(month, region=region, rated=100, satisfied=97))


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that came today may still be on its way."""
    monkeypatch.setattr(app, "Sweep", partial(sweeping.Sweep, grace=timedelta(days=-1)))


@pytest.mark.usefixtures("tomorrow")
def test_a_sweep_takes_in_what_was_lost_and_counts_it(
    context: Any, house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 900_000)
    lose(house, "2026-01", "2026-02")
    assert app.handler({"sweep": {"mend": False}}, context)["Open"] == 2
    assert house.items() == {}
    capsys.readouterr()
    assert app.handler({"sweep": {}}, context) == {"Objects": 2, "Found": 2}
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["SweepFound"], told["SweepOpen"]) == ([2.0], [0.0])
    assert house.statuses() == ["accepted", "accepted"]


def test_what_came_just_now_is_left_to_intake(context: Any, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 900_000)
    lose(house, "2026-01")
    assert app.handler({"sweep": {}}, context) == {"Objects": 1, "Fresh": 1}


@pytest.mark.usefixtures("tomorrow")
def test_where_time_runs_out_it_calls_itself_for_the_rest(
    context: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(house, "2026-01")
    lose(house, "2026-01", region="anywhere")
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 200_000)
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(app, "call_later", lambda function, event: calls.append(event))
    first: dict[str, Any] = {"sweep": {}}
    event, rounds = first, 0
    while event:
        app.handler(event, context)  # of which too little is left to begin a second folder
        rounds += 1
        event = calls.pop() if calls else {}
    assert rounds == 3
    assert (house.statuses("region#anywhere"), house.statuses()) == (["refused"], ["accepted"])


@pytest.mark.usefixtures("tomorrow")
def test_what_takes_too_long_to_read_is_refused_before_the_function_is_cut_off(
    context: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "C1,2026-01-05 09:00:10,2026-01-05 09:00:20"
    house.put("submissions/testia/vendor/2026-01/话单.csv", f"通话编号,排队时间,应答时间\n{row}\n".encode())
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 900_000)
    monkeypatch.setattr(app, "AFTER_READING", timedelta(minutes=16))
    app.handler({"sweep": {}}, context)
    (record,) = house.submissions(CONTRACT)
    assert [fault.code for fault in record.faults] == ["too-slow"]


@pytest.mark.usefixtures("tomorrow")
def test_a_folder_that_cannot_be_swept_stops_no_other_and_fails_the_call(
    context: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(house, "2026-01")
    histories = house.bucket.histories

    def fails(prefix: str, **how: Any) -> Any:
        if prefix == "submissions/":
            raise ValueError("13800138000")
        return histories(prefix, **how)

    monkeypatch.setattr(house.bucket, "histories", fails)
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 900_000)
    with pytest.raises(StoreError, match="1 folders"):
        app.handler({"sweep": {}}, context)
    assert house.statuses() == ["accepted"]
