"""What a sweep finds in the bucket that the table does not show, or the other way round."""

from __future__ import annotations

from enum import StrEnum

from kaohe.model import Record
from kaohe.store import SubmissionStatus
from kaohe.store.records import Instant

SETTLED = (SubmissionStatus.ACCEPTED, SubmissionStatus.REFUSED, SubmissionStatus.SUPERSEDED)


class Kind(StrEnum):
    """What is not as it should be."""

    MISSING = "missing"
    """No record of the newest version: its notification was lost, or its delivery failed."""
    WAITING = "waiting"
    """It waits for its region's plugin to be mended."""
    STUCK = "stuck"
    """It waits, although its plugin can be used again."""
    UNTOLD = "untold"
    """Its region's plugin cannot be loaded, so nobody can say to which contract it belongs."""
    DESTROYED = "destroyed"
    """The version that is in force is not in the bucket any more."""
    DELETED = "deleted"
    """A delete marker hides what is in force. The version is kept and stays in force: nothing is to be mended."""


class Finding(Record):
    """One upload that is not as it should be.

    Attributes:
        kind: what is not.
        partition: the contract, or where strays are kept.
        key: the object's key.
        version: the version that it is about.
        since: when the bucket stored it; None where it is there no more.
        why: what is known of the cause.
        became: what mending made of it; None where it was not mended.
    """

    kind: Kind
    partition: str
    key: str
    version: str
    since: Instant | None = None
    why: str = ""
    became: SubmissionStatus | None = None

    @property
    def mended(self) -> bool:
        """Whether it has ended as facts or as a stored refusal by now."""
        return self.became in SETTLED

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return not self.mended and self.kind is not Kind.DELETED

    @property
    def remedy(self) -> str:
        """Who has to do what."""
        return "" if self.mended else REMEDIES[self.kind]


REMEDIES = {
    Kind.MISSING: "'kaohe sweep --mend' takes it in; where that fails, mend the cause first",
    Kind.WAITING: "the plugin's author mends it, then 'kaohe sweep --mend' takes the upload in",
    Kind.STUCK: "'kaohe sweep --mend' takes it in",
    Kind.UNTOLD: "the plugin's author mends it, then sweep again",
    Kind.DESTROYED: "put that file into the bucket again under its key",
    Kind.DELETED: "none needed: it stays in force until another file is put under its key",
}


class Swept(Record):
    """One region, or what lies in none.

    Attributes:
        folder: the region's folder in the bucket; empty for what lies in none.
        objects: how many there are.
        fresh: how many of them came so lately that they may still be on their way.
        findings: what is not as it should be, by key.
    """

    folder: str
    objects: int
    fresh: int
    findings: tuple[Finding, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings for which somebody still has to do something."""
        return tuple(finding for finding in self.findings if finding.open)
