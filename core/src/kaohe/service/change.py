"""What has to be written: the difference between what the table holds and what was just derived. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kaohe.model import Record, content_digest, stored
from kaohe.periods import Month
from kaohe.results import Document
from kaohe.store import (
    AuditedUpload,
    AuditEntry,
    Change,
    Frame,
    InForce,
    Lock,
    Revision,
    StoredFacts,
    SubmissionRecord,
    written,
)


@dataclass(frozen=True)
class Cause:
    """Why something is written: the occasion that the audit entry names."""

    action: Literal["receive", "rescore"]
    actor: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What one occasion came to.

    Attributes:
        facts: uploads whose facts come into force.
        records: records of uploads, new or with a new status.
        document: what was derived; None where nothing was.
        pending: the waiting list as it shall be.
    """

    facts: tuple[StoredFacts, ...] = ()
    records: tuple[SubmissionRecord, ...] = ()
    document: Document | None = None
    pending: tuple[str, ...] = ()


def changed(lock: Lock, outcome: Outcome, cause: Cause) -> Change | None:
    """The write that takes the table from what the lock says to the outcome; None where it says so already."""
    results = _results(lock, outcome.document) if outcome.document else {}
    differs = any(results.get(name) for name in ("revisions", "withdrawn", "settlement", "renewal", "frame"))
    if not (differs or outcome.facts or outcome.records or outcome.pending != lock.pending):
        return None
    audit = _audit(lock, outcome, results, cause)
    after = _after(lock, results, audit, outcome.pending)
    parts = {name: value for name, value in results.items() if name != "frame"}
    return Change(before=lock, after=after, facts=outcome.facts, submissions=outcome.records, audit=audit, **parts)


def _results(lock: Lock, document: Document) -> dict[str, Any]:
    """The parts of a document that differ from what is in force."""
    assessed = {assessment.month for assessment in document.assessments}
    frame = frame_of(document)
    return {
        "revisions": tuple(_revisions(lock.months, document)),
        "withdrawn": tuple(month for month, it in lock.months.items() if it.digest and month not in assessed),
        "settlement": None if _digest(document.settlement) == lock.settlement else document.settlement,
        "renewal": None if _digest(document.renewal) == lock.renewal else document.renewal,
        "frame": None if content_digest(frame) == lock.frame_digest else frame,
    }


def frame_of(document: Document) -> Frame:
    """The part of a document that the lock itself carries."""
    return Frame(
        region=document.region,
        label=document.label,
        as_of=document.as_of,
        plugin=document.plugin,
        terminations=document.terminations,
        flags=document.flags,
        problems=document.problems,
        confirmations=document.confirmations,
        objections=document.objections,
    )


def _revisions(months: Mapping[Month, InForce], document: Document) -> Sequence[Revision]:
    """New revisions of the months whose content changed, numbered on from the last."""
    none = InForce(revision=0, digest=None)
    return [
        Revision(revision=months.get(assessment.month, none).revision + 1, assessment=assessment)
        for assessment in document.assessments
        if months.get(assessment.month, none).digest != assessment.digest
    ]


def _audit(lock: Lock, outcome: Outcome, results: Mapping[str, Any], cause: Cause) -> AuditEntry:
    revisions = {r.assessment.month: f"r{r.revision:04} {r.assessment.digest}" for r in results.get("revisions", ())}
    uploads = tuple(
        AuditedUpload(key=record.key, version=record.version, sha256=record.sha256, status=record.status)
        for record in outcome.records
    )
    return AuditEntry(
        partition=lock.partition,
        seq=lock.audit + 1,
        at=cause.at,
        actor=cause.actor,
        action=cause.action,
        uploads=uploads,
        plugin=outcome.document.plugin if outcome.document else None,
        revisions=revisions | dict.fromkeys(results.get("withdrawn", ()), "withdrawn"),
        settlement=_digest(results.get("settlement")),
        renewal=_digest(results.get("renewal")),
        frame=_digest(results.get("frame")),
        written=written(
            outcome.facts,
            results.get("revisions", ()),
            results.get("settlement"),
            results.get("renewal"),
            outcome.records,
        ),
        before=lock.audit_hash,
    )


def _after(lock: Lock, results: Mapping[str, Any], audit: AuditEntry, pending: tuple[str, ...]) -> Lock:
    months = dict(lock.months)
    for revision in results.get("revisions", ()):
        content = revision.assessment
        months[content.month] = InForce(revision=revision.revision, digest=content.digest)
    for month in results.get("withdrawn", ()):
        months[month] = InForce(revision=months[month].revision, digest=None)
    frame = results.get("frame")
    return lock.model_copy(
        update={
            "version": lock.version + 1,
            "audit": audit.seq,
            "audit_hash": audit.hash,
            "months": dict(sorted(months.items())),
            "settlement": _digest(results.get("settlement")) or lock.settlement,
            "renewal": _digest(results.get("renewal")) or lock.renewal,
            "frame": lock.frame if frame is None else stored(frame),
            "pending": pending,
        }
    )


def _digest(content: Record | None) -> str | None:
    return None if content is None else content_digest(content)
