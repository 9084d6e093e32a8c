"""Workers that a test stops in the middle of their reading and writing, and what holds after any race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from kaohe.errors import LostRace
from kaohe.store import Lock, Table, verify_chain

from tests.core.service.house import CONTRACT, NOON, House

WAIT = 60
"""Seconds after which a test that hangs is given up; none waits for them."""
Act = Callable[[House], object]


class Watched(Table):
    """A table that counts lost races, and stops whoever uses it where a test says."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.name, table._given)
        self.lost = 0
        self.at: dict[str, Callable[[], object]] = {}

    def lock(self, partition: str) -> Lock:
        read = super().lock(partition)
        return self._then("lock", read) if partition == CONTRACT else read

    def facts(self, partition: str) -> Any:
        return self._then("facts", super().facts(partition))

    def versions(self, partition: str, upload: str) -> Any:
        return self._then("versions", super().versions(partition, upload))

    def commit(self, change: Any) -> None:
        self._then("commit", None)
        try:
            super().commit(change)
        except LostRace:
            self.lost += 1
            raise

    def _then(self, place: str, result: Any) -> Any:
        """Once: what shall happen after this was read, or before it is written."""
        if happens := self.at.pop(place, None):
            happens()
        return result


class Pause:
    """Where one thread stops until another lets it go on."""

    def __init__(self) -> None:
        self.reached, self.over = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.over.wait(WAIT)


def worker(house: House) -> House:
    """Another process over the same bucket and table."""
    return House(house.bucket, Watched(house.table))


def watched(house: House) -> Watched:
    assert isinstance(house.table, Watched)
    return house.table


def receiving(*uploads: tuple[str, bytes]) -> Act:
    """Uploads put into the bucket and received, as if delivered by a queue: a lost race comes again."""

    def act(house: House) -> None:
        for key, content in uploads:
            deliver(house, key, house.put(key, content))

    return act


def deliver(house: House, key: str, version: str | None) -> None:
    try:
        house.receive(key, version, received_at=NOON)
    except LostRace:
        deliver(house, key, version)


def rescoring(house: House, actor: str = "ops") -> None:
    try:
        house.rescore(CONTRACT, at=NOON, actor=actor)
    except LostRace:
        rescoring(house, actor)


def outcome(house: House) -> dict[str, Any]:
    """All that is in force, and what became of each upload; not how many writes it took."""
    return {
        "document": house.document(CONTRACT),
        "digests": house.digests(),
        "facts": {key: stored.submission for key, stored in house.table.facts(CONTRACT).items()},
        "uploads": sorted((r.key, r.sha256 or "") for r in house.submissions(CONTRACT) if r.status == "accepted"),
        "pending": house.table.lock(CONTRACT).pending,
    }


def assert_one_sequence(house: House) -> None:
    """The writes of the contract are one chain, and each left exactly what it said."""
    lock, chain = house.table.lock(CONTRACT), house.table.audit(CONTRACT)
    verify_chain(chain, lock)
    assert lock.version == len(chain)
    for month, in_force in lock.months.items():
        written = [entry.revisions[month] for entry in chain if month in entry.revisions]
        stored = house.table.revisions(CONTRACT, month)
        assert written == [f"r{number:04} {digest}" for number, digest in sorted(stored.items())]
        assert stored[in_force.revision] == in_force.digest


def overtake(house: House, overtaker: Act, pause: Pause, running: Future[object]) -> None:
    """Let a worker run while another waits, then let that one go on."""
    try:
        assert pause.reached.wait(WAIT)
        overtaker(worker(house))
    finally:
        pause.over.set()
    running.result(WAIT)


def at_once(house: House, threads: ThreadPoolExecutor, acts: list[Act]) -> int:
    """Workers that all read the same lock before any of them goes on; gives how often one of them lost."""
    workers, meeting = [worker(house) for _ in acts], threading.Barrier(len(acts))
    for one in workers:
        watched(one).at["lock"] = lambda: meeting.wait(WAIT)
    running = [threads.submit(act, one) for act, one in zip(acts, workers, strict=True)]
    for result in running:
        result.result(WAIT)
    return sum(watched(one).lost for one in workers)
