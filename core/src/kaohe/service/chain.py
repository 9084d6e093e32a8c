"""The audit chain of a partition: where it is broken, and what it says the partition must hold. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kaohe.periods import Month
from kaohe.store import AuditEntry, InForce, Lock, Stored

_REVISION = re.compile(r"r(\d{4}) ([0-9a-f]{64})")


@dataclass(frozen=True)
class Link:
    """Where one entry follows another: by which hash the later names the earlier, and what it should be.

    Attributes:
        before: sort key of the earlier; empty at the chain's beginning.
        after: sort key of the later.
        named: the hash that the later gives.
        held: the hash of what the earlier holds.
    """

    before: str
    after: str
    named: str
    held: str

    @property
    def holds(self) -> bool:
        """Whether the later names the earlier as it stands."""
        return self.named == self.held


@dataclass
class Told:
    """What the chain says.

    Attributes:
        written: by sort key, the digests that were written there with their entry's number, the last one last.
        months: the revisions in force.
        settlement: digest of the settlement in force.
        renewal: digest of the renewal answer in force.
        frame: digest of the rest of the document in force.
        hashes: number of each entry by its hash.
    """

    written: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    months: dict[Month, InForce] = field(default_factory=dict)
    settlement: str | None = None
    renewal: str | None = None
    frame: str | None = None
    hashes: dict[str, int] = field(default_factory=dict)

    def last(self, key: str) -> tuple[str, int]:
        """The digest that stands under a key, and the entry that wrote it."""
        return next(reversed(self.written[key].items()))


def told(entries: Sequence[Stored]) -> Told:
    """What all entries together say; one that cannot be read says nothing."""
    found = Told()
    for item in entries:
        if isinstance(entry := item.record, AuditEntry):
            _tell(found, entry, item.digest)
    return found


def _tell(found: Told, entry: AuditEntry, digest: str) -> None:
    found.hashes[digest] = entry.seq
    for key, content in entry.written.items():
        found.written[key].pop(content, None)  # so that the last stands last
        found.written[key][content] = entry.seq
    for month, text in entry.revisions.items():
        before = found.months.get(month, InForce(revision=0, digest=None))
        match = _REVISION.fullmatch(text)
        revision, content_digest = (int(match[1]), match[2]) if match else (before.revision, None)
        found.months[month] = InForce(revision=revision, digest=content_digest)
    found.settlement = entry.settlement or found.settlement
    found.renewal = entry.renewal or found.renewal
    found.frame = entry.frame or found.frame


def breaks(entries: Sequence[Stored], lock: Lock | None) -> dict[str, str]:
    """The sort keys at which the chain is broken, the earliest first, each with what is wrong there."""
    found: dict[str, str] = {}
    for key, problem in _breaks(entries, lock):
        found.setdefault(key, problem)
    return found


def _breaks(entries: Sequence[Stored], lock: Lock | None) -> Iterator[tuple[str, str]]:
    number = 0
    links = list(_links(entries, lock))
    for n, item in enumerate(entries):
        found = int(item.key.rpartition("#")[2])
        for missing in range(number + 1, found):
            yield f"audit#{missing:06}", f"is missing: entry {found} is there, this one is not"
        if item.fault:
            yield item.key, item.fault
        elif not links[n].holds and found == number + 1:
            yield _blamed(links, n)
        number = found
    for missing in range(number + 1, (lock.audit if lock else 0) + 1):
        yield f"audit#{missing:06}", f"is missing: the lock says that the chain goes on to entry {lock and lock.audit}"
    if lock and lock.audit == number and entries and not links[-1].holds and not entries[-1].fault:
        yield entries[-1].key, "was altered: the lock names the last entry by another hash"


def _links(entries: Sequence[Stored], lock: Lock | None) -> Iterator[Link]:
    """The link before each entry, and the lock's to the last one."""
    before, held = "", ""
    for item in entries:
        named = item.record.before if isinstance(item.record, AuditEntry) else ""
        yield Link(before, item.key, named, held)
        before, held = item.key, item.digest
    yield Link(before, "contract", lock.audit_hash if lock else "", held)


def _blamed(links: Sequence[Link], n: int) -> tuple[str, str]:
    """Which side of a broken link was altered: the later one, if what follows does not know it either."""
    link, following = links[n], links[n + 1]
    if link.before and following.holds:
        return link.before, f"was altered: {link.after} names it by the hash {link.named[:12]}…, not {link.held[:12]}…"
    return (
        link.after,
        f"was altered: it does not name {link.before or 'the beginning'} by its hash, nor do others know it",
    )
