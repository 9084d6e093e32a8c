"""A partition's items as they stand in the table, for an audit: nothing in them is believed.

Digests are taken of the text as it is stored, not of a record read from it: so an item written by an earlier
kaohe, whose records had fewer fields, keeps its digest.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaohe.model import Record
from kaohe.payable import Settlement
from kaohe.results import Renewal
from kaohe.store import items
from kaohe.store.builds import OtherBuild
from kaohe.store.ledger import AuditEntry, Lock, Revision
from kaohe.store.records import StoredFacts, SubmissionRecord

_KINDS: Mapping[str, type[Record]] = {
    items.LOCK: Lock,
    items.SETTLEMENT: Settlement,
    items.RENEWAL: Renewal,
    items.FACTS + ".+": StoredFacts,
    items.SUBMISSION + ".+": SubmissionRecord,
    items.AUDIT + r"\d{6}": AuditEntry,
    r"assessment#\d{4}-\d\d#r\d{4}": Revision,
}
_LEDGER = (Lock, AuditEntry)
_HEAD = re.compile(r"assessment#\d{4}-\d\d")


@dataclass(frozen=True)
class Stored:
    """One item.

    Attributes:
        key: its sort key.
        attributes: all of it but the body.
        digest: of the text in its body; empty where there is none.
        record: what the body holds; None for heads, which have none, and where it cannot be read.
        fault: in what the item is not as this record is written, as when another's body was put under its key.
        other_build: whether another build of kaohe wrote it, so that this one cannot read it.
    """

    key: str
    attributes: Mapping[str, Any]
    digest: str = ""
    record: Record | None = None
    fault: str | None = None
    other_build: bool = False


@dataclass(frozen=True)
class Inventory:
    """Every item of a partition.

    Attributes:
        partition: the partition.
        items: by sort key.
    """

    partition: str
    items: Mapping[str, Stored]

    @classmethod
    def of(cls, partition: str, found: Iterable[Mapping[str, Any]]) -> Inventory:
        """The inventory of these items."""
        return cls(partition, {item["sk"]: _stored(partition, item) for item in found})

    @staticmethod
    def kind_of(key: str) -> type[Record] | None:
        """What an item of that key holds; None for heads, and for what is no item of ours."""
        return _kind(key)

    def of_kind(self, kind: type[Record]) -> tuple[Stored, ...]:
        """The items whose key says that they hold such records, in the order of their keys."""
        return tuple(item for key, item in sorted(self.items.items()) if _kind(key) is kind)

    @property
    def heads(self) -> tuple[Stored, ...]:
        """The heads of months."""
        return tuple(item for key, item in sorted(self.items.items()) if _HEAD.fullmatch(key))

    @property
    def lock(self) -> Lock | None:
        """The lock; None where there is none that can be read."""
        found = self.items.get(items.LOCK)
        return found.record if found and isinstance(found.record, Lock) else None


def _kind(key: str) -> type[Record] | None:
    return next((kind for pattern, kind in _KINDS.items() if re.fullmatch(pattern, key, re.DOTALL)), None)


def _stored(partition: str, item: Mapping[str, Any]) -> Stored:
    key, kind = item["sk"], _kind(item["sk"])
    attributes = {name: value for name, value in item.items() if name != "body"}
    if kind is None:
        return Stored(key, attributes, fault=None if _HEAD.fullmatch(key) else "is no item that kaohe writes")
    digest = ""
    try:
        digest = hashlib.sha256(gzip.decompress(item["body"])).hexdigest()
        record = items.unpack(item, kind)
    except OtherBuild as error:
        # Without the lock and the entries nothing can be checked; the rest has its digest.
        return Stored(key, attributes, digest, other_build=True, fault=str(error) if kind in _LEDGER else None)
    except Exception as error:  # noqa: BLE001 - whatever was put there
        return Stored(key, attributes, fault=f"cannot be read ({type(error).__name__})")
    written = _as_written(partition, key, record, digest)
    if isinstance(record, SubmissionRecord) and items.INDEXED not in attributes:
        written.pop(items.INDEXED, None)  # strays that earlier builds wrote are in no index
    fault = next(_differences(attributes, written), None)
    return Stored(key, attributes, digest, record, fault)


def _as_written(partition: str, key: str, record: Record, digest: str) -> items.Item:
    """The item that holds such a record."""
    match record:
        case Lock():
            return items.lock_item(record)
        case StoredFacts():
            return items.facts_item(partition, record)
        case SubmissionRecord():
            return items.submission_item(partition, record)
        case AuditEntry():
            return {**items.audit_item(record), "hash": digest}
        case Revision():
            return items.revision_item(partition, record)
        case _:
            return items.single_item(partition, key, record, digest)


def _differences(found: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[str]:
    if found["sk"] != written["sk"] or found["pk"] != written["pk"]:
        yield f"holds what belongs under {written['pk']} {written['sk']}"
    names = sorted({*found, *written} - {"pk", "sk", "body"})
    yield from (
        f"has {name} {found.get(name)!r}, its content {written.get(name)!r}"
        for name in names
        if found.get(name) != written.get(name)
    )
