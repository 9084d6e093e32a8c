"""S3 and DynamoDB in a dictionary: what ``kaohe.store`` asks of them, strictly consistent, and a hundred times as fast.

For tests that need thousands of deliveries. The same tests run on moto too, so that the two cannot drift apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError

from tests.faults import Calls

EPOCH = datetime(2027, 2, 1, 4, tzinfo=UTC)
PAGE = 5
"""Entries a page, so that every list of any length takes several calls."""


def _error(code: str, operation: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}, **more}, operation)  # type: ignore[typeddict-item]


class _Fake:
    """A client whose calls are counted."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def _call(self, name: str, act: Callable[[], Any]) -> Any:
        self._calls.before(name)
        answer = act()
        self._calls.after()
        return answer

    def _paginator(self, name: str, found: Callable[..., list[Any]], page: Callable[[list[Any]], Any]) -> Any:
        def paginate(**asked: Any) -> Iterator[Any]:
            start, more = 0, True
            while more:
                rest = self._call(name, partial(found, **asked))[start:]
                yield page(rest[:PAGE])
                start, more = start + PAGE, len(rest) > PAGE

        return SimpleNamespace(paginate=paginate)


class FakeDynamo(_Fake):
    """One table.

    Attributes:
        items: all of it, by partition and sort key.
    """

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self.items: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._tokens: dict[str, Any] = {}

    def get_item(self, TableName: str, Key: Any, ConsistentRead: bool) -> Any:  # noqa: N803 - AWS's names
        assert ConsistentRead
        return self._call("GetItem", lambda: {"Item": it} if (it := self.items.get(_where(Key))) else {})

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803
        ((table, asked),) = RequestItems.items()
        assert asked["ConsistentRead"]
        keys = [_where(key) for key in asked["Keys"]]
        return self._call(
            "BatchGetItem", lambda: {"Responses": {table: [self.items[key] for key in keys if key in self.items]}}
        )

    def get_paginator(self, name: str) -> Any:
        found: Callable[..., list[Any]] = self._query if name == "query" else self._scan
        return self._paginator(name.title(), found, lambda part: {"Items": part})

    def transact_write_items(self, TransactItems: list[Any], ClientRequestToken: str) -> Any:  # noqa: N803
        return self._call("TransactWriteItems", lambda: self._transact(TransactItems, ClientRequestToken))

    def _query(self, ExpressionAttributeValues: Any, **asked: Any) -> list[Any]:  # noqa: N803
        assert asked["KeyConditionExpression"] in ("pk = :pk", "pk = :pk AND begins_with(sk, :sk)")
        assert asked["ConsistentRead"]
        pk, sk = (ExpressionAttributeValues.get(name, {"S": ""})["S"] for name in (":pk", ":sk"))
        return [self.items[key] for key in sorted(self.items) if key[0] == pk and key[1].startswith(sk)]

    def _scan(self, **asked: Any) -> list[Any]:
        return list(self.items.values())

    def _transact(self, actions: list[Any], token: str) -> Any:
        if token in self._tokens:
            assert self._tokens[token] == actions, "IdempotentParameterMismatch"
            return {}
        puts = [action["Put"] for action in actions]
        held = [self._holds(put) for put in puts]
        if not all(held):
            reasons = [{"Code": "None" if it else "ConditionalCheckFailed"} for it in held]
            raise _error("TransactionCanceledException", "TransactWriteItems", CancellationReasons=reasons)
        self._tokens[token] = actions
        self.items.update({_where(put["Item"]): put["Item"] for put in puts})
        return {}

    def _holds(self, put: Any) -> bool:
        there = self.items.get(_where(put["Item"]))
        condition = put.get("ConditionExpression")
        if condition == "#version = :version":
            return there is not None and there["version"] == put["ExpressionAttributeValues"][":version"]
        assert condition in (None, "attribute_not_exists(pk)")
        return condition is None or there is None


class _Version(NamedTuple):
    """One version of an object, or (no content) the mark that it was deleted."""

    id: str
    content: bytes | None
    modified: datetime


class FakeS3(_Fake):
    """One bucket with versions.

    Attributes:
        objects: all versions of each key, the oldest first.
    """

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self.objects: dict[str, list[_Version]] = {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> Any:  # noqa: N803
        return self._call("PutObject", lambda: self._add(Key, Body))

    def delete_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        return self._call("DeleteObject", lambda: self._add(Key, None))

    def head_object(self, Bucket: str, Key: str, VersionId: str | None = None) -> Any:  # noqa: N803
        return self._call("HeadObject", lambda: {"Metadata": {}, **_told(self._found(Key, VersionId), "ContentLength")})

    def get_object(self, Bucket: str, Key: str, VersionId: str) -> Any:  # noqa: N803
        return self._call("GetObject", lambda: {"Body": BytesIO(self._found(Key, VersionId).content or b"")})

    def get_paginator(self, name: str) -> Any:
        assert name == "list_object_versions"
        return self._paginator("ListObjectVersions", self._list, _listed)

    def _add(self, key: str, content: bytes | None) -> Any:
        # Two in a row share their second, as S3's own moments may.
        moment = EPOCH + timedelta(seconds=sum(map(len, self.objects.values())) // 2)
        version = _Version(uuid4().hex, content, moment)
        self.objects.setdefault(key, []).append(version)
        return {"VersionId": version.id}

    def _found(self, key: str, version: str | None) -> _Version:
        """The newest version, or one that is named; a mark of deletion is none."""
        versions = self.objects.get(key, [])
        asked = [it for it in versions if it.id == version] if version else versions[-1:]
        if not asked or asked[0].content is None:
            raise _error("404", "HeadObject")
        return asked[0]

    def _list(self, Bucket: str, Prefix: str, Delimiter: str | None = None) -> list[Any]:  # noqa: N803
        """Versions and marks by key, the newest first; keys that go on behind the delimiter as one prefix."""
        found: dict[Any, Any] = {}
        for key in sorted(key for key in self.objects if key.startswith(Prefix)):
            head, delimiter, _ = key[len(Prefix) :].partition(Delimiter or "\0")
            if delimiter:
                found[head] = {"Prefix": Prefix + head + delimiter}
                continue
            for number, version in enumerate(reversed(self.objects[key])):
                found[version.id] = {"Key": key, "IsLatest": number == 0, "VersionId": version.id}
                found[version.id] |= {} if version.content is None else _told(version, "Size")
        return list(found.values())


def _listed(part: list[Any]) -> dict[str, list[Any]]:
    """One page of a list in S3's form."""
    return {
        "Versions": [it for it in part if "ETag" in it],
        "DeleteMarkers": [it for it in part if "Key" in it and "ETag" not in it],
        "CommonPrefixes": [it for it in part if "Prefix" in it],
    }


def _told(version: _Version, size: str) -> dict[str, Any]:
    assert version.content is not None
    etag = hashlib.md5(version.content, usedforsecurity=False).hexdigest()
    return {"VersionId": version.id, "ETag": f'"{etag}"', size: len(version.content), "LastModified": version.modified}


def _where(item: Any) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
