"""The table: consistent reads, and one conditional transaction a write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from kaohe.errors import LostRace, NotFound, StoreError
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Renewal
from kaohe.store import clients, items
from kaohe.store.inventory import Inventory
from kaohe.store.ledger import AuditEntry, Change, Head, Lock, Revision
from kaohe.store.records import StoredFacts, SubmissionRecord, SubmissionStatus
from kaohe.store.wire import decode, put

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

INDEX = "by_month"
LARGEST_TRANSACTION = 100
_LOST = {"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_BUSY = {"TransactionInProgressException", "TransactionConflictException"}


class Snapshot(NamedTuple):
    """What is in force for a contract, all of one derivation."""

    lock: Lock
    revisions: tuple[Revision, ...]
    settlement: Settlement
    renewal: Renewal


class Table:
    """One table of all contracts. Every write to a partition goes through its lock item, in one transaction."""

    def __init__(self, name: str, client: DynamoDBClient | None = None) -> None:
        self.name = name
        self._given = client

    @property
    def _client(self) -> DynamoDBClient:
        return self._given or clients.dynamodb()

    def lock(self, partition: str) -> Lock:
        """The partition's lock; one of version 0 where nothing was written yet."""
        item = self._get(partition, items.LOCK)
        return items.unpack(item, Lock) if item else Lock(partition=partition)

    def facts(self, partition: str) -> dict[str, StoredFacts]:
        """All facts in force, by the key of the upload."""
        found = (items.unpack(item, StoredFacts) for item in self._query(partition, items.FACTS))
        return {facts.submission.key: facts for facts in found}

    def submissions(self, partition: str, month: Month | None = None) -> tuple[SubmissionRecord, ...]:
        """The records of uploads, by month, source, name and time."""
        prefix = items.SUBMISSION + (f"{month}#" if month else "")
        found = [items.unpack(item, SubmissionRecord) for item in self._query(partition, prefix)]
        return tuple(sorted(found, key=lambda record: (record.upload, record.received_at, record.version)))

    def statuses(self, partition: str) -> dict[str, SubmissionStatus]:
        """What became of every version of every upload, by the record's id: one query, no record unpacked."""
        found = self._pages(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ProjectionExpression="sk, #status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":pk": {"S": partition}, ":sk": {"S": items.SUBMISSION}},
            ConsistentRead=True,
        )
        return {item["sk"].removeprefix(items.SUBMISSION): SubmissionStatus(item["status"]) for item in found}

    def versions(self, partition: str, upload: str) -> dict[str, SubmissionRecord]:
        """The records of all versions of one upload, by version."""
        found = (items.unpack(item, SubmissionRecord) for item in self._query(partition, items.SUBMISSION + upload))
        return {record.version: record for record in found}

    def record(self, partition: str, record: str) -> SubmissionRecord:
        """The record of that id.

        Raises:
            NotFound: there is none.
        """
        item = self._get(partition, items.SUBMISSION + record)
        if item is None:
            raise NotFound(f"{partition} has no submission {record}")
        return items.unpack(item, SubmissionRecord)

    def revisions(self, partition: str, month: Month) -> dict[int, str]:
        """The digests of all revisions of one month, by number."""
        found = self._query(partition, items.revision_prefix(month))
        return {int(item["sk"].rpartition("#r")[2]): item["digest"] for item in found}

    def revision(self, partition: str, month: Month, revision: int) -> Revision:
        """One revision of one month.

        Raises:
            NotFound: there is no such revision.
        """
        item = self._get(partition, items.revision_key(month, revision))
        if item is None:
            raise NotFound(f"contract {partition} has no revision {revision} of {month}")
        return items.unpack(item, Revision)

    def portfolio(self, month: Month) -> tuple[Head, ...]:
        """The heads of all contracts for one month, by contract: one query on the index."""
        return tuple(sorted(map(items.head_of, self._indexed(str(month))), key=lambda head: head.contract))

    def strays(self) -> tuple[SubmissionRecord, ...]:
        """The records of all uploads that belong to no contract, by key and time: one query on the index."""
        found = [items.unpack(item, SubmissionRecord) for item in self._indexed(items.STRAYS)]
        return tuple(sorted(found, key=lambda record: (record.key, record.received_at, record.version)))

    def audit(self, partition: str) -> tuple[AuditEntry, ...]:
        """The audit chain from its first entry."""
        return tuple(items.unpack(item, AuditEntry) for item in self._query(partition, items.AUDIT))

    def inventory(self, partition: str) -> Inventory:
        """Every item of a partition as it stands, none of them believed.

        Raises:
            LostRace: writes kept coming in between.
        """
        for _ in range(5):
            before = self._get(partition, items.LOCK)
            found = Inventory.of(partition, self._query(partition))
            if before == self._get(partition, items.LOCK):
                return found
        raise LostRace(f"{partition} is being written; try again")

    def snapshot(self, partition: str) -> Snapshot:
        """What is in force for a contract.

        The lock names revisions and digests; where a write comes between reading it and reading what it names,
        the digests differ and it is all read again.

        Raises:
            NotFound: nothing has been derived yet.
            LostRace: writes kept coming in between.
        """
        for _ in range(5):
            lock = self.lock(partition)
            if lock.frame is None:
                raise NotFound(f"contract {partition} has no results yet: nothing was taken in for it")
            if (found := self._named_by(lock)) is not None:
                return found
        raise LostRace(f"contract {partition} is being written; try again")

    def commit(self, change: Change) -> None:
        """Write all of a change, or nothing.

        The token is taken from the content: a repeat of the very same write counts once.

        Raises:
            LostRace: somebody wrote since the lock was read; nothing was written.
            StoreError: the table refused for another reason; nothing was written.
        """
        actions = [put(self.name, item, condition) for item, condition in _puts(change)]
        if len(actions) > LARGEST_TRANSACTION:
            raise StoreError(f"{len(actions)} items in one write; DynamoDB takes {LARGEST_TRANSACTION}")
        token = hashlib.sha256(repr(actions).encode()).hexdigest()[:36]
        with self._translating(f"writing {change.before.partition}"):
            self._client.transact_write_items(TransactItems=actions, ClientRequestToken=token)

    def _named_by(self, lock: Lock) -> Snapshot | None:
        wanted = {items.SETTLEMENT: lock.settlement, items.RENEWAL: lock.renewal}
        wanted |= {items.revision_key(month, it.revision): it.digest for month, it in lock.months.items() if it.digest}
        found = {str(item["sk"]): item for item in self._get_many(lock.partition, wanted)}
        if any(key not in found or found[key]["digest"] != digest for key, digest in wanted.items()):
            return None
        settlement, renewal = found.pop(items.SETTLEMENT), found.pop(items.RENEWAL)
        revisions = tuple(items.unpack(found[key], Revision) for key in sorted(found))
        return Snapshot(lock, revisions, items.unpack(settlement, Settlement), items.unpack(renewal, Renewal))

    def _get(self, partition: str, key: str) -> dict[str, Any] | None:
        where = {"pk": {"S": partition}, "sk": {"S": key}}
        with self._translating(f"reading {partition}"):
            item = self._client.get_item(TableName=self.name, Key=where, ConsistentRead=True).get("Item")
        return decode(item) if item else None

    def _get_many(self, partition: str, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
        left: list[Any] = [{"pk": {"S": partition}, "sk": {"S": key}} for key in keys]
        while left:
            batch, left = left[:100], left[100:]
            asked: Any = {self.name: {"Keys": batch, "ConsistentRead": True}}
            with self._translating(f"reading {partition}"):
                answer = self._client.batch_get_item(RequestItems=asked)
            yield from map(decode, answer["Responses"].get(self.name, []))
            unread = answer.get("UnprocessedKeys", {})
            left += unread[self.name]["Keys"] if self.name in unread else []

    def _query(self, partition: str, prefix: str = "") -> Iterator[dict[str, Any]]:
        values = {":pk": {"S": partition}} | ({":sk": {"S": prefix}} if prefix else {})
        keys = "pk = :pk AND begins_with(sk, :sk)" if prefix else "pk = :pk"
        return self._pages(KeyConditionExpression=keys, ExpressionAttributeValues=values, ConsistentRead=True)

    def _indexed(self, as_: str) -> Iterator[dict[str, Any]]:
        condition = f"{items.INDEXED} = :as"
        values = {":as": {"S": as_}}
        return self._pages(IndexName=INDEX, KeyConditionExpression=condition, ExpressionAttributeValues=values)

    def _pages(self, **query: Any) -> Iterator[dict[str, Any]]:
        with self._translating("a query"):
            for page in self._client.get_paginator("query").paginate(TableName=self.name, **query):
                yield from map(decode, page["Items"])

    @contextmanager
    def _translating(self, doing: str) -> Iterator[None]:
        try:
            yield
        except self._client.exceptions.ClientError as error:
            raise _translated(error, doing) from error
        except clients.unanswered() as error:
            raise StoreError(f"{doing}: DynamoDB could not be reached ({type(error).__name__})") from error


def _puts(change: Change) -> Iterator[tuple[items.Item, str | int | None]]:
    """The change as items with their conditions: ``new`` must not be there yet, a number is the version expected."""
    partition, after = change.after.partition, change.after
    yield items.lock_item(after), change.before.version or "new"
    for facts in change.facts:
        yield items.facts_item(partition, facts), None
    for revision in change.revisions:
        yield items.revision_item(partition, revision), "new"
        yield items.head_item(items.head_of_revision(after, revision)), None
    for month in change.withdrawn:
        yield items.withdrawn_item(partition, month), None
    if change.settlement is not None:
        yield items.single_item(partition, items.SETTLEMENT, change.settlement, after.settlement), None
    if change.renewal is not None:
        yield items.single_item(partition, items.RENEWAL, change.renewal, after.renewal), None
    for record in change.submissions:
        yield items.submission_item(partition, record), None
    yield items.audit_item(change.audit), "new"


def _translated(error: Any, doing: str) -> StoreError:
    """DynamoDB's refusal in our words: whether to read again, or what is wrong."""
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])} - {"None", None}
    code = error.response.get("Error", {}).get("Code")
    if code in _BUSY or (reasons and reasons <= _LOST):
        return LostRace(f"{doing}: somebody else wrote meanwhile")
    return StoreError(f"{doing}: {error}")
