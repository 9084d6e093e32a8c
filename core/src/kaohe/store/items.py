"""Records as items of the table and back: keys, packed bodies, and the attributes that people and the index see."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from kaohe.errors import StoreError
from kaohe.model import Record, canonical, content_digest, digest, stored
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Renewal
from kaohe.store.builds import read
from kaohe.store.ledger import AuditEntry, Head, Lock, Revision
from kaohe.store.records import LONGEST_NAME, StoredFacts, SubmissionRecord, is_stray

Item = dict[str, str | int | bytes]
R = TypeVar("R", bound=Record)

LOCK, SETTLEMENT, RENEWAL = "contract", "settlement", "renewal"
FACTS, SUBMISSION, AUDIT = "facts#", "submission#", "audit#"
INDEXED, STRAYS = "portfolio_month", "strays"
"""The attribute that puts an item into the index; what it says of uploads that belong to no contract."""
RESULTS = (Revision, Settlement, Renewal)
"""What follows from facts."""
_NAMELESS = 3
"""Parts of a sort key that an error may name: what follows is a file's name, which could be a person's."""
LARGEST_BODY = 380_000
"""Bytes: DynamoDB takes items of 400 KB, keys and names included."""


def head_key(month: Month) -> str:
    """Sort key of a month's head."""
    return f"assessment#{month}"


def revision_key(month: Month, revision: int) -> str:
    """Sort key of one revision; numbers sort as text up to 9999."""
    return f"{revision_prefix(month)}{revision:04}"


def revision_prefix(month: Month) -> str:
    """What the sort keys of a month's revisions begin with."""
    return f"{head_key(month)}#r"


def facts_key(facts: StoredFacts) -> str:
    """Sort key of an upload's facts."""
    upload = facts.submission
    name = upload.name if len(upload.name.encode()) <= LONGEST_NAME else digest(upload.name)
    return f"{FACTS}{upload.source}#{upload.month}#{name}"


def pack(record: Record) -> bytes:
    """A record's canonical JSON, compressed. Equal records give equal bytes.

    Raises:
        StoreError: it is larger than an item may be.
    """
    text = canonical(stored(record))
    body = gzip.compress(text.encode(), compresslevel=6, mtime=0)
    if len(body) > LARGEST_BODY:
        raise StoreError(f"a {type(record).__name__} of {len(body)} bytes is larger than an item of the table may be")
    return body


def fits(record: Record) -> bool:
    """Whether a record is small enough for an item."""
    try:
        return bool(pack(record))
    except StoreError:
        return False


def unpack(item: Mapping[str, Any], kind: type[R]) -> R:
    """The record in an item's body.

    Raises:
        OtherBuild: another build of kaohe wrote it, and this one cannot read it.
    """
    content = json.loads(gzip.decompress(item["body"]))
    place = "#".join(item["sk"].split("#")[:_NAMELESS])
    return read(kind, content, f"{item['pk']} {place}", result=kind in RESULTS)


def lock_item(lock: Lock) -> Item:
    """The lock; ``version`` stands outside the body for the condition."""
    return {"pk": lock.partition, "sk": LOCK, "version": lock.version, "body": pack(lock)}


def facts_item(partition: str, facts: StoredFacts) -> Item:
    """An upload's facts."""
    return {"pk": partition, "sk": facts_key(facts), "body": pack(facts)}


def revision_item(partition: str, revision: Revision) -> Item:
    """One revision of an assessment."""
    content = revision.assessment
    key = revision_key(content.month, revision.revision)
    return {"pk": partition, "sk": key, "digest": content.digest, "body": pack(revision)}


def head_of_revision(lock: Lock, revision: Revision) -> Head:
    """The head of a month whose revision in force this is."""
    content = revision.assessment
    return Head(
        contract=lock.partition,
        region=lock.region,
        month=content.month,
        state=content.state,
        deducted=content.deducted,
        revision=revision.revision,
        digest=content.digest,
    )


def head_item(head: Head) -> Item:
    """A month's head: with the strays the only items in the index."""
    fields = head.model_dump(mode="json")
    return {"pk": fields.pop("contract"), "sk": head_key(head.month), INDEXED: fields.pop("month"), **fields}


def withdrawn_item(partition: str, month: Month) -> Item:
    """The head of a month that is no longer assessed: nothing is deleted, it only leaves the index."""
    return {"pk": partition, "sk": head_key(month), "state": "withdrawn"}


def head_of(item: Mapping[str, Any]) -> Head:
    """The head in an item, whole or as the index projects it."""
    named = {name: item[name] for name in ("region", "state", "deducted", "revision", "digest")}
    return Head(contract=item["pk"], month=item[INDEXED], **named)


def single_item(partition: str, key: str, record: Record, content: str | None) -> Item:
    """The settlement or the renewal answer, with the digest that the lock names it by."""
    return {"pk": partition, "sk": key, "digest": content or "", "body": pack(record)}


def submission_item(partition: str, record: SubmissionRecord) -> Item:
    """The record of one version of an upload; one that belongs to no contract stands in the index."""
    received = record.received_at.isoformat()
    indexed = {INDEXED: STRAYS} if is_stray(partition) else {}
    return {
        "pk": partition,
        "sk": SUBMISSION + record.id,
        "status": record.status.value,
        "received_at": received,
        "body": pack(record),
        **indexed,
    }


def written(
    facts: Iterable[StoredFacts],
    revisions: Iterable[Revision],
    settlement: Settlement | None,
    renewal: Renewal | None,
    submissions: Iterable[SubmissionRecord],
) -> dict[str, str]:
    """What a write puts into a partition, as its audit entry says it: the digest of each content by sort key."""
    by_key: dict[str, Record | None] = {facts_key(it): it for it in facts}
    by_key |= {revision_key(it.assessment.month, it.revision): it for it in revisions}
    by_key |= {SETTLEMENT: settlement, RENEWAL: renewal}
    by_key |= {SUBMISSION + it.id: it for it in submissions}
    return {key: content_digest(record) for key, record in by_key.items() if record is not None}


def audit_item(entry: AuditEntry) -> Item:
    """One audit entry."""
    return {"pk": entry.partition, "sk": f"{AUDIT}{entry.seq:06}", "hash": entry.hash, "body": pack(entry)}
