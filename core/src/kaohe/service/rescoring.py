"""Work contracts out again: an everyday act, after a plugin was mended or brought up to date.

Nothing is lost by doing it twice, and what comes out the same is not written. A preview shows what would come out
otherwise, and writes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from kaohe import scoring
from kaohe.errors import NotFound
from kaohe.periods import Month
from kaohe.plugins import Region, load_region, region_of
from kaohe.results import Document
from kaohe.service.change import Cause, Outcome, changed
from kaohe.service.placing import place_of
from kaohe.service.reading import Reader
from kaohe.service.receiving import mended
from kaohe.service.statements import Statements
from kaohe.service.views import Preview, Receipt, Rescored, new_revisions
from kaohe.store import Gone, Lock, OtherBuild, SubmissionRecord, SubmissionStatus, stray_partition
from kaohe.submission import Submission
from kaohe.whatif import Difference, compare

T = TypeVar("T")


class Rescoring(Statements, ABC):
    """Everything that works out again what is known already."""

    @abstractmethod
    def receive(
        self, key: str, version_id: str | None = None, *, received_at: datetime, actor: str | None = None
    ) -> Receipt:
        """Take in an upload."""

    @abstractmethod
    def _insist(self, act: Callable[[], T]) -> T:
        """Try again after a lost race."""

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

    def preview(self, contract_id: str) -> Preview:
        """What working a contract out again would change; writes nothing.

        Raises:
            NotFound: there is no such contract.
            PluginError: the plugin is not mended.
        """
        region, contract = self._loaded(contract_id)
        lock = self.table.lock(contract_id)
        facts = {key: stored.submission for key, stored in self.table.facts(contract_id).items()}
        waiting = dict(self._stray_submissions(region, contract_id))
        facts |= waiting
        if not facts:
            return Preview(contract=contract_id, plugin=region.info)
        document = scoring.derive(region, contract, facts.values(), None)
        told = Preview(
            contract=contract_id,
            plugin=region.info,
            taken_in=tuple(sorted({*waiting, *(self.table.record(contract_id, name).key for name in lock.pending)})),
            months=tuple(_new_months(lock, document)),
        )
        try:
            before = self._before(contract_id)
        except OtherBuild as error:
            return told.model_copy(update={"problem": str(error)})
        changes = compare(before, document)
        difference = Difference(contract=contract_id, as_of=document.as_of, changes=changes)
        in_force = before and before.plugin
        same = bool(changes) and in_force == region.info and not told.taken_in
        return told.model_copy(update={"in_force": in_force, "difference": difference, "same_version": same})

    def take_in_strays(self, region: str, *, at: datetime, actor: str) -> tuple[SubmissionRecord, ...]:
        """Receive again what waits because a region's plugin could not be loaded.

        Raises:
            LostRace: others kept writing.
        """
        return tuple(self._take_in_strays(region, Cause("rescore", actor, at)))

    def _before(self, contract_id: str) -> Document | None:
        try:
            return self.document(contract_id)
        except NotFound:
            return None

    def _stray_submissions(self, region: Region, contract_id: str) -> Iterator[tuple[str, Submission]]:
        """By key, what waits because the plugin could not be loaded, as it would be taken in for the contract now."""
        partition = stray_partition(region.name)
        for name in self.table.lock(partition).pending:
            record = self.table.record(partition, name)
            place = place_of(record.key)
            if place.contract is None or place.contract.id != contract_id:
                continue
            try:
                current = self.bucket.current(record.key)
            except Gone:
                continue
            reader = Reader(self.bucket, place, self.today)
            for reading in reader.newest(current, record.received_at, None, {}):
                if reading.submission:
                    yield record.key, reading.submission

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
            found = self.receive(record.key, record.version, received_at=record.received_at, actor=record.actor)
            is_current = found.submission.version == record.version
            status = found.submission.status if is_current else SubmissionStatus.SUPERSEDED
        except Gone:
            status = SubmissionStatus.SUPERSEDED
        lock = self.table.lock(partition)
        known = self.table.record(partition, name)
        if status is SubmissionStatus.PLUGIN_ERROR:  # by now it waits in its contract, too: for the same author
            return known
        record = known.model_copy(update={"status": status, "remedy": None})
        pending = tuple(other for other in lock.pending if other != name)
        change = changed(lock, Outcome(records=(record,), pending=pending), cause)
        if change is not None:
            self.table.commit(change)
        return record


def _new_months(lock: Lock, document: Document) -> Iterator[Month]:
    """The months that would get a new revision, or would not be assessed any more."""
    now = {assessment.month: assessment.digest for assessment in document.assessments}
    before = {month: it.digest for month, it in lock.months.items() if it.digest}
    yield from (month for month in sorted({*before, *now}) if before.get(month) != now.get(month))
