"""The sweep: what arrived and came to nothing is found, and mended; beside intake, and after deletions."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from kaohe import plugins
from kaohe.periods import Month
from kaohe.service.findings import Finding, Kind, Swept
from kaohe.service.sweeping import GRACE, Sweep, folders
from kaohe.store import Bucket

from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upload
from tests.core.store.backend import create_bucket

MARCH = Month.of("2026-03")
LATER = timedelta(days=1)


def swept(house: House, *, after: timedelta = LATER, **options: Any) -> list[Swept]:
    """All folders, as a sweep that much later than the newest upload finds them."""
    sweep = Sweep(house, now=datetime.now(NOON.tzinfo) + after, **options)
    return [sweep.folder(name) for name in folders(house)]


def findings(house: House, **options: Any) -> list[Finding]:
    return [finding for part in swept(house, **options) for finding in part.findings]


def kinds(house: House, **options: Any) -> list[tuple[str, str]]:
    return [(str(found.kind), found.key.rpartition("/")[2]) for found in findings(house, **options)]


def lose(house: House, month: str = "2026-03", **content: Any) -> str:
    """Put an upload into the bucket without a notification; gives its key."""
    key, data = upload(month, **{"rated": 100, "satisfied": 97, **content})
    house.put(key, data)
    return key


def test_where_all_is_well_nothing_is_found_and_nothing_written(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-02", rated=100, satisfied=101)
    before = house.items()
    parts = swept(house, mend=True)
    assert {part.folder: part.objects for part in parts} == {"": 0, "testia/": 2}
    assert ([part.findings for part in parts], house.items()) == ([(), ()], before)


def test_a_lost_notification_is_found_and_taken_in(house: House) -> None:
    key = lose(house)
    (found,) = findings(house)
    assert (found.kind, found.key, found.partition, found.open) == (Kind.MISSING, key, CONTRACT, True)
    assert house.items() == {}
    (found,) = findings(house, mend=True)
    assert (found.became, found.open) == ("accepted", False)
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert house.submissions(CONTRACT)[0].received_at == found.since
    assert findings(house) == []


@pytest.mark.parametrize(("age", "found"), [(GRACE - timedelta(minutes=1), 0), (GRACE + timedelta(minutes=1), 1)])
def test_what_came_lately_may_still_be_in_the_queue(house: House, age: timedelta, found: int) -> None:
    lose(house)
    (_, part) = swept(house, after=age, mend=True)
    assert (len(part.findings), part.fresh) == (found, 1 - found)
    assert len(house.items()) == 0 or found


def test_a_delivery_after_the_sweep_changes_no_result(house: House) -> None:
    key = lose(house)
    findings(house, mend=True)
    before = house.digests()
    house.receive(key, house.bucket.current(key).version_id, received_at=NOON)
    assert (house.digests(), house.statuses()) == (before, ["accepted"])


def test_a_newer_version_that_was_lost_is_found(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    lose(house, satisfied=99)
    assert [found.became for found in findings(house, mend=True)] == ["accepted"]
    assert sorted(house.statuses()) == ["accepted", "superseded"]
    assert house.month(CONTRACT, MARCH).assessment.deducted == 10


def test_an_oversized_file_ends_as_a_refusal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaohe.intake.limits.MAX_FILE", 10)
    lose(house)
    (found,) = findings(house, mend=True)
    assert (found.became, found.open) == ("refused", False)
    assert [fault.code for fault in house.submissions(CONTRACT)[0].faults] == ["file-too-large"]


@pytest.mark.parametrize(
    ("key", "partition"),
    [
        ("submissions/bare", "unassigned"),
        ("submissions//twice", "unassigned"),
        ("submissions/Town/vendor/2026-03/a.json", "unassigned"),
        ("submissions/testia/vendor/2026-13/a.json", "unassigned"),
        ("submissions/testia/vendor/2026-03/a\tb.json", "unassigned"),
        ("submissions/nowhere/vendor/2026-03/a.json", "region#nowhere"),
        ("submissions/testia/vendor/2031-03/a.json", "region#testia"),
    ],
)
def test_a_key_that_cannot_be_placed_ends_as_a_refusal(house: House, key: str, partition: str) -> None:
    house.put(key, b"{}")
    (found,) = findings(house, mend=True)
    assert (found.key, found.partition, found.became) == (key, partition, "refused")
    assert findings(house) == []


@pytest.mark.parametrize("name", ["三月 (1) +%2B&=.json", "a#b.json", "长" * 300 + ".json", "~'\"<>\\.json"])
def test_odd_names_are_found_and_known_again(house: House, name: str) -> None:
    key = lose(house, name=name)
    assert [(found.key, found.became) for found in findings(house, mend=True)] == [(key, "accepted")]
    assert findings(house) == []


def test_an_object_replaced_during_the_sweep_is_taken_in_as_it_is_now(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(house)
    listed = house.table.statuses
    replacements = [99]

    def replaced(partition: str) -> Any:
        if partition == CONTRACT and replacements:
            lose(house, satisfied=replacements.pop())
        return listed(partition)

    monkeypatch.setattr(house.table, "statuses", replaced)
    assert [found.became for found in findings(house, mend=True)] == ["accepted"]
    assert house.month(CONTRACT, MARCH).assessment.deducted == 10
    assert sorted(house.statuses()) == ["accepted", "superseded"]
    assert findings(house) == []


def test_what_intake_handles_between_the_list_and_the_table_is_not_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = lose(house)
    listed = house.table.statuses

    def handled(partition: str) -> Any:
        house.receive(key, received_at=NOON)
        return listed(partition)

    monkeypatch.setattr(house.table, "statuses", handled)
    assert findings(house) == []


# ---- deletions ----


def hide(house: House, key: str) -> None:
    house.bucket._client.delete_object(Bucket=house.bucket.name, Key=key)


def destroy(house: House, key: str) -> None:
    version = house.bucket.current(key).id
    house.bucket._client.delete_object(Bucket=house.bucket.name, Key=key, VersionId=version)


def test_a_delete_marker_is_told_and_the_facts_stay_in_force(house: House) -> None:
    key = house.send("2026-03", rated=100, satisfied=97).submission.key
    hide(house, key)
    before = house.items()
    (found,) = findings(house, mend=True)
    assert (found.kind, found.key, found.open) == (Kind.DELETED, key, False)
    assert house.items() == before
    assert house.receive(key, received_at=NOON).changed is False


def test_what_was_deleted_before_intake_saw_it_counts_as_if_intake_had_been_quicker(house: House) -> None:
    key = lose(house)
    hide(house, key)
    assert [found.became for found in findings(house, mend=True)] == ["accepted"]
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert kinds(house) == [("deleted", "a.json")]


def test_a_refused_upload_may_be_deleted(house: House) -> None:
    hide(house, house.send("2026-03", rated=100, satisfied=101).submission.key)
    assert findings(house) == []


def test_a_destroyed_version_stays_in_force_until_the_file_is_there_again(house: House) -> None:
    key = house.send("2026-03", rated=100, satisfied=97).submission.key
    house.send("2026-03", rated=100, satisfied=99)
    destroy(house, key)
    (found,) = findings(house, mend=True)
    assert (found.kind, found.key, found.open) == (Kind.DESTROYED, key, True)
    assert house.month(CONTRACT, MARCH).assessment.deducted == 10
    house.send("2026-03", rated=100, satisfied=99)
    assert findings(house) == []


def test_a_region_whose_last_object_was_destroyed_is_still_looked_at(house: House) -> None:
    destroy(house, house.send("2026-03", rated=100, satisfied=97).submission.key)
    assert kinds(house) == [("destroyed", "a.json")]


def test_in_a_bucket_without_versions_a_content_that_came_back_unseen_is_taken_in(house: House) -> None:
    house.bucket = create_bucket(versions=False)
    for satisfied in (97, 99):
        house.send("2026-03", rated=100, satisfied=satisfied)
    assert findings(house) == []
    lose(house, satisfied=97)
    assert [(found.kind, found.became) for found in findings(house, mend=True)] == [("missing", "accepted")]
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert findings(house) == []


# ---- plugins and poison ----


def test_what_waits_for_a_hook_is_told_with_its_remedy_and_taken_in_once_it_is_mended(house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    for month in ("2026-02", "2026-03"):
        house.send(month, rated=100, satisfied=97)
    for mend in (False, True):
        found = findings(house, mend=mend)
        assert [(f.kind, f.open) for f in found] == [(Kind.WAITING, True)] * 2
        assert "compute_deductions" in found[0].why
    testia.BROKEN.clear()
    assert [found.kind for found in findings(house)] == [Kind.STUCK] * 2
    assert [found.became for found in findings(house, mend=True)] == ["accepted"] * 2
    assert (findings(house), house.table.lock(CONTRACT).pending) == ([], ())


def test_uploads_of_a_plugin_that_cannot_be_loaded_wait_and_the_others_cannot_be_told(house: House) -> None:
    house.send("2026-01", rated=100, satisfied=97)
    plugins.load_region.cache_clear()
    testia.BROKEN.add("contracts")
    house.send("2026-02", name="waits.json", rated=100, satisfied=97)
    lose(house, name="lost.json")
    before = house.items()
    found = findings(house, mend=True)
    assert [(f.kind, f.key.rpartition("/")[2]) for f in found] == [(Kind.WAITING, "waits.json"), (Kind.UNTOLD, "")]
    assert found[1].why.startswith("2 uploads: ")
    assert house.items() == before
    testia.BROKEN.clear()
    assert kinds(house) == [("stuck", "waits.json"), ("missing", "lost.json")]
    assert [f.became for f in findings(house, mend=True)] == ["accepted"] * 2
    assert (findings(house), house.table.lock("region#testia").pending) == ([], ())
    assert house.statuses("region#testia") == ["accepted"]


def test_a_region_that_is_installed_later_gets_what_was_refused_for_want_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(plugins, "entry_points", lambda group: [])
        house.send("2026-03", rated=100, satisfied=97)
        assert (findings(house), house.statuses("region#testia")) == ([], ["refused"])
    assert [found.became for found in findings(house, mend=True)] == ["accepted"]


def test_a_poison_file_stays_open_with_a_reason_that_shows_nothing_and_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.json", "poison.json", "z.json"):
        lose(house, name=name, month="2026-03" if name == "a.json" else "2026-02")
    receive = house.receive

    def poisoned(key: str, *given: Any, **named: Any) -> Any:
        if key.endswith("poison.json"):
            raise ValueError("13800138000")
        return receive(key, *given, **named)

    monkeypatch.setattr(house, "receive", poisoned)
    found = {f.key.rpartition("/")[2]: f for f in findings(house, mend=True)}
    assert {name: f.open for name, f in found.items()} == {"a.json": False, "poison.json": True, "z.json": False}
    assert found["poison.json"].why.startswith("ValueError at test_sweeping.py:")
    assert "138" not in found["poison.json"].why
    monkeypatch.undo()


def test_once_it_is_enough_the_rest_is_only_told(house: House) -> None:
    for name in ("a.json", "b.json", "c.json"):
        lose(house, name=name)
    answers = iter([False, True, True])
    found = findings(house, mend=True, enough=lambda: next(answers))
    assert [f.open for f in found] == [False, True, True]
    assert [f.open for f in findings(house, mend=True)] == [False, False]


def test_no_upload_costs_a_request_of_its_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def requests(bucket: Bucket) -> int:
        made: list[str] = []
        for client in (bucket._client, house.table._client):
            client.meta.events.register("before-call", lambda model, **_: made.append(model.name), unique_id="count")
        swept(house)
        for client in (bucket._client, house.table._client):
            client.meta.events.unregister("before-call", unique_id="count")
        return len(made)

    house.send("2026-01", rated=100, satisfied=97)
    few = requests(house.bucket)
    for number in range(5):
        house.send("2026-02", name=f"{number}.json", rated=100, satisfied=97)
    assert requests(house.bucket) == few
