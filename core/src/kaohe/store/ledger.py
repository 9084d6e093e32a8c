"""The lock, what it names, and the audit chain: what ties the writes of a partition together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from kaohe.assessment import Assessment, PluginInfo, Problem, State
from kaohe.errors import StoreError
from kaohe.model import FrozenMapping, Record, digest
from kaohe.money import Money
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Flag, Renewal, Termination
from kaohe.store.builds import read
from kaohe.store.records import Instant, StoredFacts, SubmissionRecord, SubmissionStatus
from kaohe.trail import Confirmation, Objection


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
    confirmations: tuple[Confirmation, ...] = ()
    objections: tuple[Objection, ...] = ()


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
        frame: the rest of the document, a :class:`Frame` as JSON; None before the first derivation. A write hands it
            on as it is, whichever build wrote it.
        pending: ids of the records of uploads that wait for a plugin to be mended.
    """

    partition: str
    version: int = 0
    audit: int = 0
    audit_hash: str = ""
    months: Mapping[Month, InForce] = {}
    settlement: str | None = None
    renewal: str | None = None
    frame: FrozenMapping[str, Any] | None = None
    pending: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        """The region whose contract this is; empty before the first derivation."""
        return str((self.frame or {}).get("region", ""))

    @property
    def frame_digest(self) -> str | None:
        """Digest of the frame, as the audit entries name it."""
        return None if self.frame is None else digest(self.frame)

    def read_frame(self) -> Frame | None:
        """The rest of the document.

        Raises:
            OtherBuild: another build of kaohe wrote it, and this one cannot read it.
        """
        return None if self.frame is None else read(Frame, self.frame, f"{self.partition} frame", result=True)


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
        frame: digest of the rest of the document, where it changed.
        written: by sort key, the digest of each item's content as written; without heads, which follow from the
            revisions, and without the lock, which names this entry.
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
    frame: str | None = None
    written: Mapping[str, str] = {}
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
