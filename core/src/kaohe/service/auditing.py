"""The audit of a partition: every item of it against what the audit chain says was written.

The chain is checked first, in itself and against the lock; then every item against the chain. A lock and a chain
that were both put back to the same older state, with all else, would agree with each other: only the chain's last
hash, noted elsewhere at the time, or the bucket (:mod:`kaohe.service.sweeping`) tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe.errors import NotFound
from kaohe.model import Record
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Renewal
from kaohe.service.chain import Told, breaks, told
from kaohe.store import (
    AuditEntry,
    Bucket,
    InForce,
    Inventory,
    Lock,
    Revision,
    Stored,
    StoredFacts,
    SubmissionRecord,
    SubmissionStatus,
    Table,
    head_item,
    head_of_revision,
    withdrawn_item,
)

RESTORE = (
    "restore the table to a moment before (point-in-time recovery) under another name, compare the item and put it "
    "back; the uploads in the bucket are the source: 'kaohe audit CONTRACT --rebuild' works out what they give"
)
RESEND = (
    "put that file into the bucket again under its key, or restore the version if the bucket's log shows it deleted"
)


class Finding(Record):
    """Something that is not as the chain says.

    Attributes:
        item: sort key of the item, or key of the object.
        problem: what is wrong with it.
        remedy: what to do.
    """

    item: str
    problem: str
    remedy: str = RESTORE


class Check(Record):
    """One check of an audit.

    Attributes:
        name: what was checked.
        looked_at: how many things it looked at.
        findings: what is wrong; empty where all is well.
        note: why it could not be made, or what it cannot tell.
    """

    name: str
    looked_at: int
    findings: tuple[Finding, ...] = ()
    note: str | None = None


class Audit(Record):
    """What an audit found.

    Attributes:
        partition: the contract's id, or a stray partition.
        entries: length of the audit chain.
        last_hash: hash of its last entry: noted elsewhere, it also proves later that nothing was cut off.
        checks: the checks in their order.
    """

    partition: str
    entries: int
    last_hash: str
    checks: tuple[Check, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings; the first of them is the first broken link."""
        return tuple(finding for check in self.checks for finding in check.findings)


def audit(table: Table, bucket: Bucket, partition: str) -> tuple[Audit, Inventory]:
    """Check a partition; gives what was looked at too, for a rebuild.

    Raises:
        NotFound: nothing was ever written to it.
        LostRace: it is being written all the time.
    """
    found = table.inventory(partition)
    if not found.items:
        raise NotFound(f"{partition} holds nothing: no upload was ever taken in for it")
    entries = found.of_kind(AuditEntry)
    said = told(entries)
    broken = tuple(Finding(item=key, problem=problem) for key, problem in breaks(entries, found.lock).items())
    checks = (
        Check(name="audit chain", looked_at=len(entries), findings=broken),
        Check(name="lock", looked_at=1, findings=tuple(_lock(found, said))),
        *(_items(name, kind, found, said) for name, kind in _KINDS.items()),
        Check(name="heads of months", looked_at=len(said.months), findings=tuple(_heads(found, said))),
        Check(name="facts' records", looked_at=len(_facts(found)), findings=tuple(_records(found, said))),
        Check(name="uploads in the bucket", looked_at=len(_facts(found)), findings=tuple(_uploads(found, bucket))),
        Check(name="other items", looked_at=len(found.items), findings=tuple(_others(found))),
    )
    last = entries[-1].digest if entries else ""
    return Audit(partition=partition, entries=len(entries), last_hash=last, checks=checks), found


_KINDS: Mapping[str, type[Record]] = {
    "revisions": Revision,
    "settlement": Settlement,
    "renewal": Renewal,
    "facts in force": StoredFacts,
    "submission records": SubmissionRecord,
}


def _lock(found: Inventory, said: Told) -> Iterator[Finding]:
    lock = found.lock
    if lock is None or (fault := found.items["contract"].fault):
        yield Finding(item="contract", problem="the lock is missing or cannot be read" if lock is None else str(fault))
        return
    last = max(said.hashes.values(), default=0)
    if lock.audit < last:
        known = " as that entry left it" if said.hashes.get(lock.audit_hash) == lock.audit else ""
        yield Finding(
            item="contract",
            problem=f"the lock was put back to entry {lock.audit}{known}; the chain goes on to entry {last}",
        )
        return
    yield from (
        Finding(item="contract", problem=f"the lock's {name} is not what the chain says")
        for name in _odd(lock, said, found)
    )


def _odd(lock: Lock, said: Told, found: Inventory) -> Iterator[str]:
    """The fields of the lock that are not as the chain says."""
    waiting = {
        item.record.id
        for item in found.of_kind(SubmissionRecord)
        if isinstance(item.record, SubmissionRecord) and item.record.status is SubmissionStatus.PLUGIN_ERROR
    }
    for name, is_so, should_be in (
        ("version", lock.version, lock.audit),
        ("months", dict(lock.months), said.months),
        ("settlement", lock.settlement, said.settlement),
        ("renewal", lock.renewal, said.renewal),
        ("frame", lock.frame_digest, said.frame),
        ("waiting list", set(lock.pending), waiting),
    ):
        if is_so != should_be:
            yield name


def _items(name: str, kind: type[Record], found: Inventory, said: Told) -> Check:
    """The items of one kind, each against the digest that the chain last gave for its key."""
    stored = {item.key: item for item in found.of_kind(kind)}
    expected = sorted(key for key in said.written if found.kind_of(key) is kind)
    keys = sorted({*stored, *expected})
    problems = ((key, _problem(key, stored.get(key), said)) for key in keys)
    findings = tuple(Finding(item=key, problem=problem) for key, problem in problems if problem)
    other = sum(item.other_build for item in stored.values())
    note = f"{other} of them by another build of kaohe, which this one cannot read: by their digest alone"
    return Check(name=name, looked_at=len(keys), findings=findings, note=note if other else None)


def _problem(key: str, item: Stored | None, said: Told) -> str | None:
    """What is wrong with an item; None where nothing is."""
    if key not in said.written:
        return "was written by no entry of the audit chain"
    expected, number = said.last(key)
    if item is None:
        return f"was removed: entry {number} wrote it"
    if item.digest == expected:
        return item.fault
    if before := said.written[key].get(item.digest):
        return f"was put back to what entry {before} wrote; the last to write it was entry {number}"
    if others := [other for other in said.written if item.digest in said.written[other]]:
        return f"was swapped: it holds the content of {others[0]}"
    return f"was altered: its content is not what entry {number} wrote" + (f"; it {item.fault}" if item.fault else "")


def _heads(found: Inventory, said: Told) -> Iterator[Finding]:
    """Heads follow from the revisions in force; one whose revision is in doubt is in doubt with it."""
    heads = {item.key: item for item in found.heads}
    for month, in_force in said.months.items():
        item = heads.pop(key := f"assessment#{month}", None)
        if item is None:
            yield Finding(item=key, problem=f"was removed: r{in_force.revision:04} is in force")
        elif expected := _head(found, said, month, in_force):
            names = sorted({*expected, *item.attributes} - {"body"})
            if wrong := [name for name in names if expected.get(name) != item.attributes.get(name)]:
                yield Finding(item=key, problem=f"was altered: {', '.join(wrong)} is not as in the revision in force")
    yield from (Finding(item=key, problem="was written by no entry of the audit chain") for key in heads)


def _head(found: Inventory, said: Told, month: Month, in_force: InForce) -> Mapping[str, object] | None:
    """The head that a revision makes; None where the revision itself is in doubt."""
    if in_force.digest is None:
        return withdrawn_item(found.partition, month)
    item = found.items.get(f"assessment#{month}#r{in_force.revision:04}")
    if found.lock is None or item is None or _problem(item.key, item, said):
        return None
    return head_item(head_of_revision(found.lock, item.record)) if isinstance(item.record, Revision) else None


def _records(found: Inventory, said: Told) -> Iterator[Finding]:
    """The facts in force against the records of the uploads that they were read from; not where they are in doubt."""
    records = [item.record for item in found.of_kind(SubmissionRecord)]
    known = {(it.key, it.version): it for it in records if isinstance(it, SubmissionRecord)}
    for key, facts in _facts(found).items():
        if _problem(key, found.items[key], said):
            continue
        upload = facts.submission
        record = known.get((upload.key, facts.version.id))
        if record is None:
            yield Finding(item=key, problem=f"no record says that version {facts.version.id} was taken in")
        elif not record.status.is_in_force or record.sha256 != upload.sha256:
            yield Finding(item=key, problem=f"is not what record {record.id} says: {record.status}, {record.sha256}")


def _uploads(found: Inventory, bucket: Bucket) -> Iterator[Finding]:
    for facts in _facts(found).values():
        if not bucket.keeps(facts.submission.key, facts.version):
            problem = f"the bucket no longer keeps version {facts.version.id}, from which the facts were read"
            yield Finding(item=facts.submission.key, problem=problem, remedy=RESEND)


def _others(found: Inventory) -> Iterator[Finding]:
    for item in found.items.values():
        if item.fault and found.kind_of(item.key) is None:
            yield Finding(item=item.key, problem=item.fault, remedy="find out who put it there, and remove it")


def _facts(found: Inventory) -> dict[str, StoredFacts]:
    return {it.key: it.record for it in found.of_kind(StoredFacts) if isinstance(it.record, StoredFacts)}
