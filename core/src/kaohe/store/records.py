"""What the table holds, as records: no attribute names, no AWS types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime

from kaohe.catalogue import Source
from kaohe.errors import StoreError
from kaohe.facts import Submission
from kaohe.faults import Fault
from kaohe.model import Record, digest
from kaohe.money import Money
from kaohe.periods import Month
from kaohe.results import Assessment, Flag, PluginInfo, Problem, Renewal, Settlement, State, Termination

Instant = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""A moment, always kept in UTC so that one moment has one spelling."""

_LONGEST_NAME = 900

UNASSIGNED = "unassigned"
"""The partition of uploads whose key does not even name a region."""


def stray_partition(region: str | None) -> str:
    """The partition of uploads that belong to none of a region's contracts, or to no region at all."""
    return f"region#{region}" if region else UNASSIGNED


class SubmissionStatus(StrEnum):
    """What became of one version of an upload."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    PLUGIN_ERROR = "plugin-error"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "accepted": "已受理",
            "refused": "已退回",
            "superseded": "已被新版本取代",
            "plugin-error": "待插件修复",
        }[self]


class ObjectVersion(Record):
    """One version of one object in the bucket.

    Attributes:
        version_id: the bucket's id for it; None in a bucket without versions.
        etag: the bucket's tag of its content.
        size: bytes.
        modified: when the bucket stored it.
    """

    version_id: str | None = None
    etag: str
    size: int
    modified: Instant

    @property
    def id(self) -> str:
        """What tells it from the key's other versions."""
        return self.version_id or self.etag


class SubmissionRecord(Record):
    """What became of one version of one upload; the receipt that the vendor sees.

    Attributes:
        key: the object's key.
        version: what tells this version from the key's others.
        region: the region the key names; None where it cannot be read.
        source: the source the key names; None where it cannot be read.
        month: the month the key names; None where it cannot be read.
        name: the file's name.
        status: what became of it.
        received_at: when the bucket took it in.
        actor: who put it there, as the bucket says.
        size: bytes; None where it was superseded before it was looked at.
        sha256: digest of its content; None where it was not read.
        faults: why it was refused.
        notices: what its sender should know although it was taken in.
        remedy: what the plugin's author has to do, for ``plugin-error``.
    """

    key: str
    version: str
    region: str | None = None
    source: Source | None = None
    month: Month | None = None
    name: str
    status: SubmissionStatus
    received_at: Instant
    actor: str | None = None
    size: int | None = None
    sha256: str | None = None
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    remedy: str | None = None

    @property
    def upload(self) -> str:
        """What all versions of this upload have in common; no upload's begins as another's does."""
        # Whole names could hold the separator, and S3's keys are as long as a sort key may be.
        name = self.name if "#" not in self.name and len(self.name.encode()) <= _LONGEST_NAME else digest(self.name)
        return f"{self.month or '-'}#{self.source or '-'}#{name}#"

    @property
    def id(self) -> str:
        """What tells this record from all others of its partition."""
        return self.upload + self.version


class StoredFacts(Record):
    """An upload's facts, and the version of the object that they were read from."""

    submission: Submission
    version: ObjectVersion


class InForce(Record):
    """The newest revision of a month.

    Attributes:
        revision: its number, from 1.
        digest: the assessment's digest; None where the month is no longer assessed.
    """

    revision: int
    digest: str | None


class Frame(Record):
    """The part of a document that is neither assessment, settlement nor renewal."""

    region: str
    label: str
    as_of: date
    plugin: PluginInfo
    terminations: tuple[Termination, ...] = ()
    flags: tuple[Flag, ...] = ()
    problems: tuple[Problem, ...] = ()


class Lock(Record):
    """The item that every write to a partition is conditional on.

    Attributes:
        partition: the contract's id, or a stray partition.
        version: how often the partition was written; 0: never.
        audit: number of the last audit entry.
        audit_hash: its hash; empty before the first.
        months: revisions in force.
        settlement: digest of the settlement in force.
        renewal: digest of the renewal answer in force.
        frame: the rest of the document; None before the first derivation.
        pending: ids of the records of uploads that wait for a plugin to be mended.
    """

    partition: str
    version: int = 0
    audit: int = 0
    audit_hash: str = ""
    months: Mapping[Month, InForce] = {}
    settlement: str | None = None
    renewal: str | None = None
    frame: Frame | None = None
    pending: tuple[str, ...] = ()


class Revision(Record):
    """One revision of one month's assessment."""

    revision: int
    assessment: Assessment


class Head(Record):
    """A month's revision in force, in figures: a line of the portfolio."""

    contract: str
    region: str
    month: Month
    state: State
    deducted: Money
    revision: int
    digest: str


class AuditedUpload(Record):
    """An upload as an audit entry names it."""

    key: str
    version: str
    sha256: str | None
    status: SubmissionStatus


class AuditEntry(Record):
    """One write: who, what, from which object versions, by which plugin, and the hash of the entry before.

    Attributes:
        partition: the partition written.
        seq: its number, from 1 without gaps.
        at: when the upload came in, or the derivation was asked for.
        actor: who put the upload there or asked.
        action: ``receive`` or ``rescore``.
        uploads: the uploads whose status was set.
        plugin: the plugin that derived; None where nothing was derived.
        revisions: new revisions as ``r0002 <digest>``; ``withdrawn`` where the month is no longer assessed.
        settlement: digest of the settlement, where it changed.
        renewal: digest of the renewal answer, where it changed.
        before: hash of the entry before; empty for the first.
    """

    partition: str
    seq: int
    at: Instant
    actor: str
    action: Literal["receive", "rescore"]
    uploads: tuple[AuditedUpload, ...] = ()
    plugin: PluginInfo | None = None
    revisions: Mapping[Month, str] = {}
    settlement: str | None = None
    renewal: str | None = None
    before: str

    @property
    def hash(self) -> str:
        """SHA-256 over all of it, ``before`` included."""
        return digest(self.model_dump(mode="json"))


def verify_chain(entries: Iterable[AuditEntry], lock: Lock) -> None:
    """Check that an audit chain has no gap and no altered entry, and ends where the lock says.

    Raises:
        StoreError: it does not hold; names the first entry that is wrong.
    """
    seq, before = 0, ""
    for entry in entries:
        if entry.seq != seq + 1 or entry.before != before:
            raise StoreError(f"audit chain of {lock.partition} is broken at entry {seq + 1}")
        seq, before = entry.seq, entry.hash
    if (seq, before) != (lock.audit, lock.audit_hash):
        raise StoreError(f"audit chain of {lock.partition} ends at entry {seq}, the lock says {lock.audit}")


class Change(Record):
    """One write to one partition, all of it or nothing.

    Attributes:
        before: the lock as it was read; the write holds only if nobody wrote since.
        after: the lock as it shall be.
        facts: uploads whose facts come into force.
        revisions: new revisions, each of which becomes the head of its month.
        withdrawn: months that are no longer assessed; their revisions stay.
        settlement: the new settlement; None: as before.
        renewal: the new renewal answer; None: as before.
        submissions: records of uploads, new or with a new status.
        audit: the entry that says all this.
    """

    before: Lock
    after: Lock
    facts: tuple[StoredFacts, ...] = ()
    revisions: tuple[Revision, ...] = ()
    withdrawn: tuple[Month, ...] = ()
    settlement: Settlement | None = None
    renewal: Renewal | None = None
    submissions: tuple[SubmissionRecord, ...] = ()
    audit: AuditEntry
