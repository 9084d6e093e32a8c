"""Neither the order of deliveries nor two writers at once can make a difference."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kaohe.errors import LostRace
from kaohe.periods import Month
from kaohe.store import Bucket, Change, Table, verify_chain

from tests.core.service.house import CONTRACT, NOON, House, upload
from tests.core.store.backend import create_bucket, create_table

COMPLAINT = {"kind": "complaint.verified", "on": "2026-02-03", "ref": "1"}
UPLOADS = [
    upload("2026-01", rated=100, satisfied=97),
    upload("2026-02", rated=100, satisfied=96),
    upload("2026-02", name="b.json", rated=100, satisfied=95),
    upload("2026-02", source="authority", events=[COMPLAINT]),
    upload("2026-03", rated=100, satisfied=101),
]


class Between(Table):
    """A table that lets something happen between what was read and what is written, once."""

    def __init__(self, table: Table, happens: Callable[[], object]) -> None:
        super().__init__(table.name, table._given)
        self.happens: Callable[[], object] | None = happens

    def commit(self, change: Change) -> None:
        happens, self.happens = self.happens, None
        if happens:
            happens()
        super().commit(change)


def interrupted(house: House, happens: Callable[[], object]) -> House:
    return House(house.bucket, Between(house.table, happens))


def test_two_receivers_of_different_uploads_lose_neither(house: House) -> None:
    slow = interrupted(house, lambda: house.send("2026-02", rated=100, satisfied=90))
    slow.send("2026-01", rated=100, satisfied=97)
    assert [head.deducted for head in house.months(CONTRACT)] == [30, 100]
    assert house.table.lock(CONTRACT).version == 2
    verify_chain(house.table.audit(CONTRACT), house.table.lock(CONTRACT))


def test_a_receiver_that_read_an_old_version_cannot_put_it_over_a_newer_one(house: House) -> None:
    slow = interrupted(house, lambda: house.send("2026-01", rated=100, satisfied=99))
    receipt = slow.send("2026-01", rated=100, satisfied=1)
    assert [head.deducted for head in house.months(CONTRACT)] == [10]
    assert (receipt.submission.status, sorted(house.statuses())) == ("accepted", ["accepted", "superseded"])


def test_two_receivers_of_one_delivery_write_it_once(house: House) -> None:
    key, data = upload("2026-01", rated=100, satisfied=97)
    version = house.put(key, data)
    slow = interrupted(house, lambda: house.receive(key, version, received_at=NOON))
    slow.receive(key, version, received_at=NOON)
    assert house.table.lock(CONTRACT).version == 1


def test_a_lost_race_does_not_read_the_file_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = interrupted(house, lambda: house.send("2026-02", rated=100, satisfied=90))
    key, data = upload("2026-01", rated=100, satisfied=97)
    version, read = house.put(key, data), Bucket.read
    asked: list[str] = []

    def counted(self: Bucket, key: str, *arguments: Any) -> bytes:
        asked.append(key)
        return read(self, key, *arguments)

    monkeypatch.setattr(Bucket, "read", counted)
    slow.receive(key, version, received_at=NOON)
    assert asked.count(key) == 1


def test_who_always_loses_gives_up_so_that_the_queue_delivers_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def lost(change: Change) -> None:
        raise LostRace("always")

    monkeypatch.setattr(house.table, "commit", lost)
    house.sleep = waits.append
    with pytest.raises(LostRace):
        house.send("2026-01", rated=100, satisfied=97)
    assert len(waits) == 7
    assert max(waits) <= 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(UPLOADS), repeats=st.lists(st.integers(0, 4), max_size=3))
def test_any_order_and_any_repeats_give_the_same_results(
    dynamodb: Any, house: House, order: list[tuple[str, bytes]], repeats: list[int]
) -> None:
    fresh = House(create_bucket(versions=True), Table(create_table(dynamodb), dynamodb))
    for key, data in [*order, *(order[n] for n in repeats)]:
        fresh.receive(key, fresh.put(key, data), received_at=NOON)
    if not house.table.lock(CONTRACT).version:
        for key, data in UPLOADS:
            house.receive(key, house.put(key, data), received_at=NOON)
    assert fresh.digests() == house.digests()
    assert fresh.document(CONTRACT) == house.document(CONTRACT)
    verify_chain(fresh.table.audit(CONTRACT), fresh.table.lock(CONTRACT))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)))
def test_any_order_of_deliveries_of_one_key_ends_with_the_newest_good_version(
    dynamodb: Any, aws: None, order: list[int]
) -> None:
    house = House(create_bucket(versions=True), Table(create_table(dynamodb), dynamodb))
    stored = [upload("2026-01", rated=100, satisfied=n) for n in (90, 95, 101, 102)]
    versions = [house.put(key, data) for key, data in stored]
    for number in order:
        house.receive(stored[0][0], versions[number], received_at=NOON)
    assert house.month(CONTRACT, Month.of("2026-01")).assessment.deducted == 50
