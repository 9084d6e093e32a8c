"""The use cases: receive an upload, work a contract out again, and answer what is known.

No AWS type and no clock: a face passes the moment, the store hides the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from kaohe import scoring
from kaohe.errors import LostRace
from kaohe.periods import Month
from kaohe.plugins import Region, load_region, region_of
from kaohe.service import auditing, rebuilding
from kaohe.service.auditing import Audit
from kaohe.service.change import Cause, Outcome, changed
from kaohe.service.placing import place_of
from kaohe.service.reading import Reader
from kaohe.service.receiving import Delivery, attempt, mended
from kaohe.service.statements import Statements
from kaohe.service.trailviews import ConfirmationMade, DecisionMade, ObjectionMade, TrailView
from kaohe.service.views import (
    MonthView,
    Posted,
    ReadingView,
    Receipt,
    RegionView,
    RenewalView,
    Rescored,
    RevisionInfo,
    SettlementView,
    new_revisions,
)
from kaohe.settings import Settings
from kaohe.store import Bucket, Gone, SubmissionRecord, SubmissionStatus, Table, stray_partition

__all__ = [
    "Audit",
    "ConfirmationMade",
    "DecisionMade",
    "MonthView",
    "ObjectionMade",
    "Posted",
    "ReadingView",
    "Receipt",
    "RegionView",
    "RenewalView",
    "Rescored",
    "RevisionInfo",
    "Service",
    "SettlementView",
    "TrailView",
]

ATTEMPTS = 8
T = TypeVar("T")


class Service(Statements):
    """All use cases over one bucket and one table.

    Attributes:
        bucket: the uploads.
        table: the results.
        today: the day on which uploads count as received, in a rehearsal; None: the day they came.
        sleep: how to wait between attempts.
    """

    def __init__(
        self, bucket: Bucket, table: Table, today: date | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(table)
        self.bucket, self.today, self.sleep = bucket, today, sleep

    @classmethod
    def from_settings(cls, settings: Settings) -> Service:
        """The service that the environment describes."""
        return cls(Bucket(settings.bucket), Table(settings.table), settings.today)

    def receive(
        self, key: str, version_id: str | None = None, *, received_at: datetime, actor: str | None = None
    ) -> Receipt:
        """Take in an upload, or store why it is refused, and write all that follows from it.

        What counts is the object's current version, whatever version the delivery is about; see
        :mod:`kaohe.service.receiving` for why that is right. A repeat that changes nothing writes nothing.

        Args:
            key: the object's key, decoded.
            version_id: the version that the delivery is about, if known.
            received_at: when the bucket stored it.
            actor: who stored it, if the bucket says so.

        Raises:
            Gone: the object is not there any more.
            LostRace: others kept writing; deliver again.
            StoreError: the table or the bucket did not do as asked.
        """
        delivery = Delivery(key, version_id, received_at, actor)
        reader = Reader(self.bucket, place_of(key), self.today)
        return self._insist(lambda: attempt(self.bucket, self.table, delivery, reader))

    def rescore(self, contract_id: str, *, at: datetime, actor: str) -> Rescored:
        """Work a contract out again from the stored facts, as after its plugin was mended or brought up to date.

        Takes in first what waits because the plugin could not even be loaded.

        Raises:
            NotFound: there is no such contract.
            PluginError: the plugin is not mended; nothing was written.
        """
        region = load_region(region_of(contract_id))
        region.contract(contract_id)
        cause = Cause("rescore", actor, at)
        taken_in = list(self._take_in_strays(region.name, cause))
        revisions: dict[Month, int] = {}
        while True:
            done, fresh, left = self._insist(lambda: self._derive_again(region, contract_id, cause))
            taken_in += done
            revisions |= fresh
            if not left:
                return Rescored(contract=contract_id, taken_in=tuple(taken_in), revisions=revisions)

    def take_in_strays(self, region: str, *, at: datetime, actor: str) -> tuple[SubmissionRecord, ...]:
        """Receive again what waits because a region's plugin could not be loaded.

        Raises:
            LostRace: others kept writing.
        """
        return tuple(self._take_in_strays(region, Cause("rescore", actor, at)))

    def audit(self, partition: str, *, rebuild: bool = False) -> Audit:
        """Check the audit chain of a contract, and hold every one of its items against it.

        Args:
            partition: the contract, or where strays are kept.
            rebuild: also read every upload in force again, and derive the document anew from them.

        Raises:
            NotFound: nothing was ever taken in for it.
            PluginError: the plugin that a rebuild needs cannot be loaded.
        """
        found, inventory = auditing.audit(self.table, self.bucket, partition)
        if not rebuild:
            return found
        region, contract = self._loaded(partition)
        again = rebuilding.rebuild(inventory, self.bucket, region, contract, self.today)
        return found.model_copy(update={"checks": (*found.checks, *again)})

    def _derive_again(
        self, region: Region, contract_id: str, cause: Cause
    ) -> tuple[tuple[SubmissionRecord, ...], dict[Month, int], tuple[str, ...]]:
        """One write: the records that wait no longer, new revisions, and who still waits."""
        lock = self.table.lock(contract_id)
        facts = self.table.facts(contract_id)
        if not facts:
            return (), {}, ()
        submissions = (stored.submission for stored in facts.values())
        document = scoring.derive(region, region.contract(contract_id), submissions, None)
        done = mended(self.table, contract_id, lock.pending)
        left = lock.pending[len(done) :]
        change = changed(lock, Outcome(records=done, document=document, pending=left), cause)
        if change is not None:
            self.table.commit(change)
        return done, new_revisions(change), left

    def _take_in_strays(self, region: str, cause: Cause) -> list[SubmissionRecord]:
        """Receive again what could not be placed because the plugin could not be loaded."""
        partition = stray_partition(region)
        return [
            self._insist(lambda name=name: self._take_in(partition, name, cause))  # type: ignore[misc]
            for name in self.table.lock(partition).pending
        ]

    def _take_in(self, partition: str, name: str, cause: Cause) -> SubmissionRecord:
        record = self.table.record(partition, name)
        try:
            receipt = self.receive(record.key, received_at=record.received_at, actor=record.actor)
            status = receipt.submission.status
        except Gone:
            status = SubmissionStatus.SUPERSEDED
        lock = self.table.lock(partition)
        known = self.table.record(partition, name)
        record = known.model_copy(update={"status": status, "remedy": None})
        pending = tuple(other for other in lock.pending if other != name)
        change = changed(lock, Outcome(records=(record,), pending=pending), cause)
        if change is not None:
            self.table.commit(change)
        return record

    def _insist(self, act: Callable[[], T]) -> T:
        """Try again after a lost race, later each time and never in step with the other writer."""
        for attempts in range(1, ATTEMPTS):
            try:
                return act()
            except LostRace:
                self.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempts)))  # noqa: S311 - no secret
        return act()
