"""The write model: an upload comes in, all that follows from it is written in one transaction.

Why order and repetition of deliveries cannot matter
----------------------------------------------------

Every write to a partition is conditional on the version of its lock item and raises it by one, so the writes of a
partition form one sequence. A writer reads, in this order: the lock, the object's current version, the facts.

Let A and B be two writes of that sequence about the same object, A before B. B's condition holds, so B read the
lock after A was written; it read the object after that, and A had read the object before it wrote. So B read the
object later than A did, and S3 is strongly consistent: B saw the version that A saw or a newer one. Hence what is in
force for an object never goes back to an older version, whichever delivery came first, and no ``sequencer`` is
needed. The delivery of the newest version arrives after that version was stored, so whoever handles it sees it:
in the end the newest is in force. The same argument holds for the facts of all other objects: had any changed
between the reading and the write, the lock's version would have changed with it.

What is derived depends on the set of facts alone (:mod:`kaohe.scoring`). So equal buckets give equal results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kaohe import intake, scoring
from kaohe.errors import PluginError
from kaohe.results import Document
from kaohe.service.change import Cause, Outcome, changed
from kaohe.service.placing import Place
from kaohe.service.reading import Reader, Reading
from kaohe.service.views import Receipt
from kaohe.store import (
    Bucket,
    Lock,
    ObjectVersion,
    StoredFacts,
    SubmissionRecord,
    SubmissionStatus,
    Table,
)
from kaohe.submission import Submission

ACCEPTED, REFUSED = SubmissionStatus.ACCEPTED, SubmissionStatus.REFUSED
SUPERSEDED, PLUGIN_ERROR = SubmissionStatus.SUPERSEDED, SubmissionStatus.PLUGIN_ERROR
MOST_MENDED = 10
"""Uploads that one write takes off the waiting list: a transaction holds 100 items, and a term may need most."""


@dataclass(frozen=True)
class Delivery:
    """The bucket's word that something was stored.

    Attributes:
        key: the object's key.
        version_id: the version it is about, if the bucket says so.
        received_at: when it was stored.
        actor: who stored it, if the bucket says so.
    """

    key: str
    version_id: str | None
    received_at: datetime
    actor: str | None = None


@dataclass(frozen=True)
class Situation:
    """All that one attempt has read, in the order that the proof above asks for."""

    delivery: Delivery
    place: Place
    lock: Lock
    current: ObjectVersion
    facts: Mapping[str, StoredFacts]
    known: Mapping[str, SubmissionRecord]

    @property
    def received_at(self) -> datetime:
        """When the current version came in: a delivery about an older one does not know, and unsays nothing."""
        if self._names_current:
            return self.delivery.received_at
        if record := self.known.get(self.current.id):
            return record.received_at
        return self.current.modified if self.delivery.version_id else self.delivery.received_at

    @property
    def sender(self) -> str | None:
        """Who stored the current version, for its record; the rest as for :attr:`received_at`."""
        if self._names_current:
            return self.actor
        if record := self.known.get(self.current.id):
            return record.actor
        return self._claimed if self.delivery.version_id else self.actor

    @property
    def _names_current(self) -> bool:
        """Whether the delivery is about the current version; in a bucket without versions, each is."""
        return self.delivery.version_id in (self.current.version_id, self.current.id)

    @property
    def actor(self) -> str | None:
        """Who stored the current version: for whom the platform did, and whom the bucket names."""
        caller, bucket = self.current.actor, self.delivery.actor
        if caller and bucket and not bucket.startswith(caller):  # what waited is taken in again by its record
            return f"{caller} by way of {bucket}"
        return bucket or self._claimed

    @property
    def _claimed(self) -> str | None:
        """For whom it was stored by the object's own word alone, which anyone can write who may put objects there."""
        return self.current.actor and f"{self.current.actor} as the object says"

    @property
    def in_force(self) -> StoredFacts | None:
        """The facts in force for this upload."""
        return self.facts.get(self.place.key)

    @property
    def waits(self) -> bool:
        """Whether its facts are in force, but the results are not yet worked out from them."""
        record = self.known.get(self.in_force.version.id) if self.in_force else None
        return record is not None and record.id in self.lock.pending


def attempt(bucket: Bucket, table: Table, delivery: Delivery, reader: Reader) -> Receipt:
    """Read, derive and write once.

    Raises:
        LostRace: somebody else wrote meanwhile; nothing was written.
        Gone: the object is not there any more.
    """
    situation = look(bucket, table, delivery, reader.place)
    readings = tuple(reader.newest(situation.current, situation.received_at, situation.in_force, situation.known))
    outcome = outcome_of(situation, readings, table)
    address = reader.place.address
    cause = Cause("receive", situation.actor or (address.source if address else "unknown"), delivery.received_at)
    change = changed(situation.lock, outcome, cause)
    if change is not None:
        for reading in readings:
            _keep_failures(bucket, reading)
        table.commit(change)
    records = {**situation.known, **{record.version: record for record in outcome.records}}
    return Receipt.of(reader.place.partition, records[situation.current.id], change)


def _keep_failures(bucket: Bucket, reading: Reading) -> None:
    """Store the list of what failed before the facts that name it: a crash between the two loses nothing."""
    if reading.submission and reading.submission.failures_key and reading.failures:
        bucket.put(reading.submission.failures_key, reading.failures, "text/csv; charset=utf-8", new=True)


def look(bucket: Bucket, table: Table, delivery: Delivery, place: Place) -> Situation:
    """Read what there is. The order of the first two lines is what the proof rests on."""
    lock = table.lock(place.partition)
    current = bucket.current(place.key)
    return Situation(
        delivery=delivery,
        place=place,
        lock=lock,
        current=current,
        facts=table.facts(place.partition) if place.contract else {},
        known=table.versions(place.partition, blank(place, current.id, delivery, REFUSED).upload),
    )


def outcome_of(situation: Situation, readings: tuple[Reading, ...], table: Table) -> Outcome:
    """What the readings come to, given all that is in force. Reads the waiting list's records, writes nothing."""
    taken = next((reading for reading in readings if reading.submission), None)
    fresh = {s.key: StoredFacts(submission=s, version=taken.version) for s in _submission(taken)} if taken else {}
    document, remedy = None, None
    if fresh or situation.waits:
        document, remedy = _derived(situation.place, {**situation.facts, **fresh})
    records = [*_judged(situation, readings, remedy), *_superseded(situation, readings, taken)]
    new = tuple(record for record in records if situation.known.get(record.version) != record)
    pending = waiting(situation.lock, new)
    done = mended(table, situation.lock.partition, pending, new) if document else ()
    return Outcome(
        facts=tuple(fresh.values()),
        records=(*new, *done),
        document=document,
        pending=tuple(name for name in pending if name not in {record.id for record in done}),
    )


def waiting(lock: Lock, new: tuple[SubmissionRecord, ...]) -> tuple[str, ...]:
    """The waiting list, with what these records add to it and take from it."""
    settled = {record.id for record in new}
    added = tuple(record.id for record in new if record.status is PLUGIN_ERROR)
    return tuple(name for name in lock.pending if name not in settled) + added


def mended(
    table: Table, partition: str, pending: tuple[str, ...], besides: tuple[SubmissionRecord, ...] = ()
) -> tuple[SubmissionRecord, ...]:
    """Records that wait no longer, because a derivation has gone well; some, where there are too many."""
    room = max(0, MOST_MENDED - len(besides))
    found = (table.record(partition, name) for name in pending[:room])
    return tuple(record.model_copy(update={"status": ACCEPTED, "remedy": None}) for record in found)


def blank(place: Place, version: str, delivery: Delivery, status: SubmissionStatus) -> SubmissionRecord:
    """A record of one version with what the key says."""
    parts = place.address.model_dump() if place.address else {"name": place.key}
    return SubmissionRecord(
        key=place.key,
        version=version,
        status=status,
        received_at=delivery.received_at,
        actor=delivery.actor,
        **parts,
    )


def _submission(reading: Reading) -> Iterator[Submission]:
    if reading.submission:
        yield reading.submission


def _derived(place: Place, facts: Mapping[str, StoredFacts]) -> tuple[Document | None, str | None]:
    """The document, or what the plugin's author has to do."""
    assert place.region is not None
    assert place.contract is not None
    try:
        return scoring.derive(place.region, place.contract, (f.submission for f in facts.values()), None), None
    except PluginError as error:
        return None, str(error)


def _judged(situation: Situation, readings: tuple[Reading, ...], remedy: str | None) -> Iterator[SubmissionRecord]:
    """A record of each version that was read."""
    for reading in readings:
        problem = reading.remedy or (remedy if reading.submission else None)
        status = REFUSED if reading.faults else PLUGIN_ERROR if problem else ACCEPTED
        is_current = reading.version.id == situation.current.id
        yield blank(situation.place, reading.version.id, situation.delivery, status).model_copy(
            update={
                "received_at": reading.received_at,
                "actor": situation.sender if is_current else None,
                "size": reading.version.size,
                "sha256": reading.sha256,
                "faults": reading.faults,
                "notices": _notices(situation.place, reading),
                "remedy": problem,
            }
        )


def _notices(place: Place, reading: Reading) -> tuple[str, ...]:
    if not (reading.submission and place.region and place.contract):
        return ()
    return intake.notices(reading.submission, place.contract, place.region.catalogue)


def _superseded(
    situation: Situation, readings: tuple[Reading, ...], taken: Reading | None
) -> Iterator[SubmissionRecord]:
    """Versions that are not looked at any more: those that were in force, and the one delivered too late."""
    looked_at = {reading.version.id for reading in readings}
    for record in situation.known.values():
        if taken and record.status.is_in_force and record.version not in looked_at:
            yield record.model_copy(update={"status": SUPERSEDED, "remedy": None})
    late = situation.delivery.version_id
    if late and late not in {situation.current.id, *looked_at, *situation.known}:
        yield blank(situation.place, late, situation.delivery, SUPERSEDED)
