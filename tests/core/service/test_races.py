"""Races on AWS's own engine: whoever is paused wherever, nothing is lost, and it comes out as one after the other.

What is held against is the proof in :mod:`kaohe.service.receiving`: every write is conditional on the version of the
lock that its writer read first, so the writes of a contract are a sequence, whatever its writers did at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from kaohe.errors import LostRace
from kaohe.periods import Month
from kaohe.store import Table

from tests.core.service.house import CONTRACT, House, upgrade, upload
from tests.core.service.racing import (
    WAIT,
    Act,
    Pause,
    assert_one_sequence,
    at_once,
    deliver,
    outcome,
    overtake,
    receiving,
    rescoring,
    watched,
    worker,
)
from tests.core.store.backend import create_bucket, create_table

READS = ["lock", "facts", "versions"]
BASE = [upload(f"2026-0{n}", rated=100, satisfied=90 + n) for n in (1, 2)]
SLOW = upload("2026-03", rated=100, satisfied=97)
OTHER = upload("2026-04", rated=100, satisfied=95)
WORSE = upload("2026-03", rated=100, satisfied=1)
BAD = upload("2026-03", rated=100, satisfied=101)
COMPLAINT = upload("2026-03", source="authority", events=[{"kind": "complaint.verified", "on": "2026-03-03"}])


@pytest.fixture
def dynamodb_endpoint(dynamodb_local: str) -> str:
    """The real engine alone: moto copies the table for each transaction and locks all of it."""
    return dynamodb_local


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def alone(dynamodb: Any) -> Iterator[House]:
    """A house of its own, in which all happens one after the other."""
    table = Table(create_table(dynamodb), dynamodb)
    yield House(create_bucket(versions=True), table)
    dynamodb.delete_table(TableName=table.name)


@pytest.mark.parametrize("place", [*READS, "commit"])
@pytest.mark.parametrize(
    ("overtaker", "loses"),
    [
        pytest.param(receiving(OTHER), True, id="another-month"),
        pytest.param(receiving(COMPLAINT), True, id="the-same-month-from-the-authority"),
        pytest.param(receiving(OTHER, COMPLAINT, upload("2026-05", rated=1, satisfied=0)), True, id="three-uploads"),
        pytest.param(receiving(upload("2026-01", rated=100, satisfied=1)), True, id="a-correction"),
        pytest.param(rescoring, False, id="a-rescore-that-changes-nothing"),
    ],
)
def test_a_receiver_overtaken_in_the_middle_loses_nothing_and_undoes_nothing(
    house: House, alone: House, threads: ThreadPoolExecutor, place: str, overtaker: Act, loses: bool
) -> None:
    for one in (house, alone):
        receiving(*BASE)(one)
    slow, pause = worker(house), Pause()
    watched(slow).at[place] = pause
    running = threads.submit(receiving(SLOW), slow)
    overtake(house, overtaker, pause, running)
    assert (watched(slow).lost > 0) == loses
    receiving(SLOW)(alone)
    overtaker(alone)
    assert outcome(house) == outcome(alone)
    assert_one_sequence(house)


@pytest.mark.parametrize("place", [*READS, "commit"])
@pytest.mark.parametrize("newer", [upload("2026-03", rated=100, satisfied=99), BAD], ids=["good", "refused"])
def test_a_receiver_overtaken_by_a_newer_version_never_puts_the_older_one_back(
    house: House, alone: House, threads: ThreadPoolExecutor, place: str, newer: tuple[str, bytes]
) -> None:
    receiving(*BASE)(house)
    slow, pause = worker(house), Pause()
    watched(slow).at[place] = pause
    running = threads.submit(receiving(WORSE), slow)
    overtake(house, receiving(newer), pause, running)
    receiving(*BASE, WORSE, newer)(alone)
    assert outcome(house) == outcome(alone)
    assert_one_sequence(house)


def test_who_is_overtaken_at_every_attempt_but_the_last_still_comes_through(
    house: House, threads: ThreadPoolExecutor
) -> None:
    slow, others = worker(house), iter(range(1, 7))

    def overtaken() -> None:
        if (n := next(others, None)) is not None:
            watched(slow).at["commit"] = overtaken
            threads.submit(receiving(upload(f"2026-0{n}", rated=100, satisfied=90)), worker(house)).result(WAIT)

    watched(slow).at["commit"] = overtaken
    slow.send("2026-09", rated=100, satisfied=97)
    assert watched(slow).lost == 6
    assert len(house.table.facts(CONTRACT)) == 7
    assert_one_sequence(house)


@pytest.mark.parametrize("place", ["lock", "facts", "commit"])
def test_a_rescore_overtaken_by_an_upload_keeps_its_facts(
    house: House, alone: House, threads: ThreadPoolExecutor, place: str
) -> None:
    for one in (house, alone):
        receiving(*BASE)(one)
    upgrade("2")
    slow, pause = worker(house), Pause()
    watched(slow).at[place] = pause
    overtake(house, receiving(SLOW), pause, threads.submit(rescoring, slow))
    assert watched(slow).lost > 0
    receiving(SLOW)(alone)
    rescoring(alone)
    assert outcome(house) == outcome(alone)
    assert_one_sequence(house)


def test_two_rescores_and_an_upload_at_once(house: House, alone: House, threads: ThreadPoolExecutor) -> None:
    for one in (house, alone):
        receiving(*BASE)(one)
    upgrade("2")
    # Of two writes that are the same to the byte, the engine takes the second for a repeat: hence two who ask.
    lost = at_once(house, threads, [rescoring, receiving(SLOW), partial(rescoring, actor="night")])
    assert lost >= 2
    receiving(SLOW)(alone)
    rescoring(alone)
    assert outcome(house) == outcome(alone)
    assert_one_sequence(house)
    plugins = [entry.plugin.version for entry in house.table.audit(CONTRACT) if entry.plugin]
    assert plugins == sorted(plugins, key="2".__eq__)


def test_eight_uploads_of_different_months_at_once(house: House, alone: House, threads: ThreadPoolExecutor) -> None:
    uploads = [upload(f"2026-0{n}", rated=100, satisfied=90 + n) for n in range(1, 9)]
    lost = at_once(house, threads, [receiving(one) for one in uploads])
    assert lost >= 7
    receiving(*uploads)(alone)
    assert outcome(house) == outcome(alone)
    assert house.table.lock(CONTRACT).version == 8
    assert_one_sequence(house)


def test_eight_deliveries_of_one_upload_at_once_are_one_write(house: House, threads: ThreadPoolExecutor) -> None:
    key, content = SLOW
    version = house.put(key, content)
    at_once(house, threads, [lambda one: deliver(one, key, version)] * 8)
    assert (house.table.lock(CONTRACT).version, house.statuses()) == (1, ["accepted"])
    assert_one_sequence(house)


def test_versions_of_one_key_delivered_at_once_never_go_back(
    house: House, alone: House, threads: ThreadPoolExecutor
) -> None:
    """While eight workers put and deliver versions, no write takes in an older one than a write before it did."""
    versions = [upload("2026-03", rated=100, satisfied=n) for n in (90, 91, 101, 92, 93, 94, 95, 102)]
    at_once(house, threads, [receiving(one) for one in versions])
    key = versions[0][0]
    current = house.bucket.current(key)
    stored = [current, *house.bucket.older(key, current)][::-1]
    order = {version.id: number for number, version in enumerate(stored)}
    taken = [order[up.version] for e in house.table.audit(CONTRACT) for up in e.uploads if up.status == "accepted"]
    assert taken == sorted(set(taken))
    receiving(*((key, house.bucket.read(key, version)) for version in stored))(alone)
    assert outcome(house)["document"] == outcome(alone)["document"]
    assert outcome(house)["facts"] == outcome(alone)["facts"]
    assert_one_sequence(house)


def test_a_snapshot_read_between_writes_is_of_one_derivation(house: House, threads: ThreadPoolExecutor) -> None:
    """Readers see documents that were in force, never half of one and half of another."""
    receiving(SLOW)(house)
    ended = threading.Event()

    def read() -> set[tuple[Decimal, Decimal]]:
        seen: set[tuple[Decimal, Decimal]] = set()
        while not ended.is_set():
            try:
                found = house.table.snapshot(CONTRACT)
            except LostRace:
                continue
            march = next(r.assessment for r in found.revisions if r.assessment.month == Month.of("2026-03"))
            instalments = found.settlement.instalments
            seen.add((march.deducted, sum((it.deducted for it in instalments), Decimal())))
        return seen

    reader = threads.submit(read)
    for satisfied in range(80, 95):
        house.send("2026-03", rated=100, satisfied=satisfied)
    ended.set()
    seen = reader.result(WAIT)
    assert seen
    assert all(deducted == taken for deducted, taken in seen)
