"""Uploads as the table holds them: their versions, their facts, what became of them. No AWS types."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from kaohe.catalogue import Source
from kaohe.faults import Fault
from kaohe.model import Record, digest
from kaohe.periods import Month
from kaohe.submission import Submission

Instant = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""A moment, always kept in UTC so that one moment has one spelling."""

LONGEST_NAME = 900
"""Bytes of a file's name in a sort key, which ends at 1024; S3 allows as many for a key."""
_OF_REGION = "region#"

UNASSIGNED = "unassigned"
"""The partition of uploads whose key does not even name a region."""


def stray_partition(region: str | None) -> str:
    """The partition of uploads that belong to none of a region's contracts, or to no region at all."""
    return f"{_OF_REGION}{region}" if region else UNASSIGNED


def is_stray(partition: str) -> bool:
    """Whether a partition is one of uploads that belong to no contract."""
    return partition == UNASSIGNED or partition.startswith(_OF_REGION)


class SubmissionStatus(StrEnum):
    """What became of one version of an upload."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    PLUGIN_ERROR = "plugin-error"

    @property
    def is_in_force(self) -> bool:
        """Whether the facts that were read from it are in force, if not worked out from yet."""
        return self in (SubmissionStatus.ACCEPTED, SubmissionStatus.PLUGIN_ERROR)

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
        actor: for whom the platform itself stored it; None where somebody else did.
    """

    version_id: str | None = None
    etag: str
    size: int
    modified: Instant
    actor: str | None = None

    @property
    def id(self) -> str:
        """What tells it from the key's other versions."""
        return self.version_id or self.etag


class History(Record):
    """All that the bucket keeps under one key.

    Attributes:
        key: the key.
        versions: its versions, newest first; never empty.
        deleted: whether a delete marker hides them. It hides them from lists only: they are kept.
    """

    key: str
    versions: tuple[ObjectVersion, ...]
    deleted: bool = False

    @property
    def newest(self) -> ObjectVersion:
        """The version that counts."""
        return self.versions[0]


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
        name = self.name if "#" not in self.name and len(self.name.encode()) <= LONGEST_NAME else digest(self.name)
        return f"{self.month or '-'}#{self.source or '-'}#{name}#"

    @property
    def id(self) -> str:
        """What tells this record from all others of its partition."""
        return self.upload + self.version


class StoredFacts(Record):
    """An upload's facts, and the version of the object that they were read from."""

    submission: Submission
    version: ObjectVersion
