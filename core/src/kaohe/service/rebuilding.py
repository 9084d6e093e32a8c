"""Rebuild a contract's document from the stored uploads, and hold it against what is in force.

Every upload in force is read again from the bucket, in exactly the version that its facts came from; the plugin that
is installed derives the document anew. That another version of the plugin gives another document is no tampering:
it is told as what it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kaohe import intake, scoring
from kaohe.calendar import day_in_china
from kaohe.contract import Contract
from kaohe.errors import LostRace, PluginError, Refused
from kaohe.model import content_digest
from kaohe.plugins import Region
from kaohe.results import Document
from kaohe.service.auditing import RESEND, RESTORE, Check, Finding
from kaohe.service.change import frame_of
from kaohe.store import Bucket, Gone, Inventory, Lock, OtherBuild, StoredFacts, SubmissionRecord
from kaohe.submission import Submission

UPGRADED = (
    f"if kaohe itself was upgraded since, 'kaohe rescore REGION --dry-run' shows what that changes; else {RESTORE}"
)


def rebuild(
    found: Inventory, bucket: Bucket, region: Region, contract: Contract, today: date | None
) -> tuple[Check, Check]:
    """Read the uploads again and derive anew.

    Args:
        found: the contract's items.
        bucket: the uploads.
        region: the installed plugin.
        contract: the contract.
        today: the day on which uploads count as received, in a rehearsal.

    Returns:
        Facts read again against facts in force; the document derived again against the one in force.
    """
    stored = [it.record for it in found.of_kind(StoredFacts) if isinstance(it.record, StoredFacts)]
    received = _days_of_receipt(found)
    problems: list[Finding] = []
    read: list[Submission] = []
    for facts in stored:
        try:
            again = _read(facts, bucket, region, today or received.get((facts.submission.key, facts.version.id)))
        except _Unlike as unlike:
            problems.append(unlike.finding)
        else:
            read.append(again)
            problems += _facts(facts, again)
    other = _other_plugin(found.lock, region)
    facts_check = Check(name="facts read again", looked_at=len(stored), findings=tuple(problems), note=other)
    return facts_check, _document(
        found.lock, region, contract, read, complete=len(read) == len(found.of_kind(StoredFacts))
    )


class _Unlike(Exception):
    """An upload cannot be read as it was."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        self.finding = Finding(item=key, problem=problem, remedy=remedy)


def _days_of_receipt(found: Inventory) -> Mapping[tuple[str, str], date]:
    """By key and version the day on which an upload came in, which its dates are held against."""
    records = (item.record for item in found.of_kind(SubmissionRecord))
    return {(it.key, it.version): day_in_china(it.received_at) for it in records if isinstance(it, SubmissionRecord)}


def _read(facts: StoredFacts, bucket: Bucket, region: Region, received_on: date | None) -> Submission:
    key, version = facts.submission.key, facts.version
    try:
        data = bucket.read(key, version)
    except (Gone, LostRace):
        raise _Unlike(key, f"version {version.id} is not in the bucket any more", RESEND) from None
    if hashlib.sha256(data).hexdigest() != facts.submission.sha256:
        raise _Unlike(key, f"version {version.id} is not the file that the facts were read from", RESEND)
    day = received_on or day_in_china(version.modified)
    try:
        address = intake.parse_key(key)
        return intake.read(data, address, region.catalogue, region.contracts, day)
    except Refused as refused:
        raise _Unlike(key, f"would be refused now: {refused.faults[0]}", UPGRADED) from None


def _facts(facts: StoredFacts, again: Submission) -> Iterator[Finding]:
    """What the facts in force say otherwise than the upload."""
    held = facts.submission
    read = again if any(figure.counted for figure in held.figures) else _without_records(again)
    if held == read:
        return
    odd = [f"{a.code} {a.on or ''}".strip() for a in held.figures if a not in read.figures]
    odd += [f"{a.kind} {a.on}" for a in held.events if a not in read.events]
    odd += [f"{b.code} {b.on or ''} (left out)".strip() for b in read.figures if b not in held.figures and not odd]
    odd += [f"{b.kind} {b.on} (left out)" for b in read.events if b not in held.events and not odd]
    what = ", ".join(odd[:5]) or "where the figures stand"
    yield Finding(item=held.key, problem=f"the facts in force are not what the upload says: {what}", remedy=RESTORE)


def _without_records(submission: Submission) -> Submission:
    """An upload as earlier builds have read it: they did not say which records a figure was counted from."""
    figures = tuple(figure.model_copy(update={"counted": None}) for figure in submission.figures)
    return submission.model_copy(update={"figures": figures})


def _document(
    lock: Lock | None, region: Region, contract: Contract, read: Sequence[Submission], *, complete: bool
) -> Check:
    """The document in force against the one that the uploads give now."""
    name = "document derived again"
    if lock is None or lock.frame is None:
        return Check(name=name, looked_at=0, note="nothing was derived yet")
    if lock.pending:
        note = f"{len(lock.pending)} uploads wait for the plugin to be mended: the document in force is without them"
        return Check(name=name, looked_at=0, note=note)
    if not complete:
        return Check(name=name, looked_at=0, note="not made: some uploads could not be read again")
    if other := _other_plugin(lock, region):
        return Check(name=name, looked_at=0, note=other)
    try:
        document = scoring.derive(region, contract, read, None)
    except PluginError as error:
        return Check(name=name, looked_at=0, note=f"not made: {error}")
    pairs = list(_digests(lock, document))
    findings = [
        Finding(item=what, problem="does not come out so again from the uploads", remedy=UPGRADED)
        for what, is_so, comes_out in pairs
        if is_so != comes_out
    ]
    return Check(name=name, looked_at=len(pairs), findings=tuple(findings))


def _other_plugin(lock: Lock | None, region: Region) -> str | None:
    try:
        frame = lock and lock.read_frame()
    except OtherBuild as error:
        return str(error)
    used = frame.plugin if frame else None
    if used in (None, region.info):
        return None
    return (
        f"in force is what {used.name} {used.version} gave, installed is {region.info.version}: no tampering; install "
        f"that version to compare, or see 'kaohe rescore {region.name} --dry-run'"
    )


def _digests(lock: Lock, document: Document) -> Iterator[tuple[str, str | None, str | None]]:
    """Each part of the document with its digest in force and its digest now."""
    now = {assessment.month: assessment.digest for assessment in document.assessments}
    for month in sorted({*lock.months, *now}):
        in_force = lock.months.get(month)
        yield f"assessment#{month}", in_force.digest if in_force else None, now.get(month)
    yield "settlement", lock.settlement, content_digest(document.settlement)
    yield "renewal", lock.renewal, content_digest(document.renewal)
    yield "the lock's frame", lock.frame_digest, content_digest(frame_of(document))
