"""The bucket of uploads: every version of every file, as it came."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile, groupby, islice, takewhile
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from kaohe.errors import LostRace, StoreError
from kaohe.store import clients
from kaohe.store.records import History, ObjectVersion

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ACTOR = "actor"
"""The metadata that says for whom the platform stored an object; as headers are, in ASCII."""

_FOLDER = re.compile(r"(?:submissions/(?:[a-z][a-z0-9-]*/(?:(?:vendor|authority)/(?:\d{4}-\d\d/)?)?)?)?")
BLOCK = 1 << 20
"""Bytes of a download that are in memory at a time."""


class Gone(StoreError):
    """There is no such object any more."""

    code = "object-gone"


class Bucket:
    """Objects by key and version. S3 is strongly consistent: a read sees every write that ended before it."""

    def __init__(self, name: str, client: S3Client | None = None) -> None:
        self.name = name
        self._given = client

    @property
    def _client(self) -> S3Client:
        return self._given or clients.s3()

    def current(self, key: str) -> ObjectVersion:
        """The newest version of an object, even where a delete marker hides it.

        Deleting withdraws nothing: what is in force must not hang on whether intake was quicker than the deletion.

        Raises:
            Gone: there is none.
        """
        try:
            return self._head(key)
        except Gone:
            kept = self.history(key)
            if kept is None:
                raise
        # Its head says more than the list does: for whom it was stored.
        return self._head(key, VersionId=kept.newest.version_id or "null")

    def _head(self, key: str, **exactly: Any) -> ObjectVersion:
        with _refusals(key, self._client):
            head = self._client.head_object(Bucket=self.name, Key=key, **exactly)
        found = _version(head.get("VersionId"), head["ETag"], head["ContentLength"], head["LastModified"])
        actor = head["Metadata"].get(ACTOR)
        return found.model_copy(update={"actor": unquote(actor)}) if actor else found

    def keeps(self, key: str, version: ObjectVersion) -> bool:
        """Whether exactly that version is there still, with the size and the tag that it had."""
        exactly: dict[str, Any] = {"VersionId": version.version_id} if version.version_id else {}
        try:
            with _refusals(key, self._client):
                head = self._client.head_object(Bucket=self.name, Key=key, **exactly)
        except Gone:
            return False
        return (head["ContentLength"], head["ETag"].strip('"')) == (version.size, version.etag)

    def older(self, key: str, than: ObjectVersion) -> Iterator[ObjectVersion]:
        """The versions of an object before one, newest first; none in a bucket without versions."""
        all_versions = takewhile(lambda version: version[0] == key, self._versions(key))
        ids = dropwhile(lambda version: version[1].id != than.id, all_versions)
        yield from (version for _, version in islice(ids, 1, None))

    def history(self, key: str) -> History | None:
        """All that is kept under a key; None where there is nothing."""
        first = next(self.histories(key), None)
        return first if first and first.key == key else None

    def histories(self, prefix: str, *, deep: bool = True) -> Iterator[History]:
        """Everything that is kept, in the order of keys; one request a thousand versions, made when needed.

        Args:
            prefix: what the keys begin with.
            deep: False: only keys without a further slash.
        """
        for key, entries in groupby(self._entries(prefix, deep), key=itemgetter("Key")):
            found = tuple(entries)
            versions = tuple(_listed(entry) for entry in found if "ETag" in entry)
            if versions:
                yield History(key=key, versions=versions, deleted=any(_hides(entry) for entry in found))

    def folders(self, prefix: str) -> tuple[str, ...]:
        """What stands between a prefix and the next slash in keys that were ever stored."""
        pages = self._pages(prefix, Delimiter="/")
        found = [it["Prefix"] for page in pages for it in page.get("CommonPrefixes", [])]
        return tuple(name.removeprefix(prefix).removesuffix("/") for name in found)

    def _versions(self, prefix: str) -> Iterator[tuple[str, ObjectVersion]]:
        """Keys that begin so, sorted, each with its versions newest first."""
        return ((found.key, version) for found in self.histories(prefix) for version in found.versions)

    def _entries(self, prefix: str, deep: bool) -> Iterator[Any]:
        """Versions and delete markers by key; those of one key newest first."""
        for page in self._pages(prefix, **({} if deep else {"Delimiter": "/"})):
            yield from sorted([*page.get("Versions", []), *page.get("DeleteMarkers", [])], key=itemgetter("Key"))

    def _pages(self, prefix: str, **how: Any) -> Iterator[Any]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix, **how)
        with _refusals(prefix, self._client):
            yield from pages

    def read(self, key: str, version: ObjectVersion) -> bytes:
        """The content of exactly that version.

        Raises:
            Gone: it was deleted meanwhile.
            LostRace: a bucket without versions holds another content by now.
        """
        with _refusals(key, self._client):
            content: bytes = self._body(key, version).read()
            return content

    def download(self, key: str, version: ObjectVersion, into: Path) -> str:
        """Write the content of exactly that version to a file, a block at a time.

        Returns:
            Its SHA-256.

        Raises:
            Gone: it was deleted meanwhile.
            LostRace: a bucket without versions holds another content by now.
        """
        digest = hashlib.sha256()
        with _refusals(key, self._client), into.open("wb") as file:
            for block in self._body(key, version).iter_chunks(BLOCK):
                digest.update(block)
                file.write(block)
        return digest.hexdigest()

    def _body(self, key: str, version: ObjectVersion) -> Any:
        exactly: dict[str, Any] = {"VersionId": version.version_id} if version.version_id else {"IfMatch": version.etag}
        return self._client.get_object(Bucket=self.name, Key=key, **exactly)["Body"]

    def put(self, key: str, content: bytes, content_type: str, *, new: bool = False, actor: str | None = None) -> None:
        """Store an object.

        Args:
            key: its key.
            content: its bytes.
            content_type: its media type.
            new: leave an object of that key alone if there is one (its name says its content).
            actor: for whom it is stored; the bucket itself would only name the platform.
        """
        how: dict[str, Any] = {"IfNoneMatch": "*"} if new else {}
        how |= {"Metadata": {ACTOR: quote(actor)}} if actor else {}
        try:
            with _refusals(key, self._client):
                self._client.put_object(Bucket=self.name, Key=key, Body=content, ContentType=content_type, **how)
        except LostRace:
            if not new:
                raise


@contextmanager
def _refusals(key: str, client: S3Client) -> Iterator[None]:
    """Raises S3's refusals, and that it could not be reached, in our words."""
    try:
        yield
    except client.exceptions.ClientError as error:
        raise _translated(error, key) from error
    except clients.unanswered() as error:
        raise StoreError(f"{_named(key)}: S3 could not be reached ({type(error).__name__})") from error


def _listed(entry: Any) -> ObjectVersion:
    return _version(entry.get("VersionId"), entry["ETag"], entry["Size"], entry["LastModified"])


def _hides(entry: Any) -> bool:
    """Whether it is a delete marker, and the newest under its key."""
    return "ETag" not in entry and bool(entry["IsLatest"])


def _version(version_id: str | None, etag: str, size: int, modified: Any) -> ObjectVersion:
    # "null" is the id of what was stored while the bucket kept no versions: it does not tell two contents apart.
    named = None if version_id == "null" else version_id
    return ObjectVersion(version_id=named, etag=etag.strip('"'), size=size, modified=modified)


def _translated(error: Any, key: str) -> StoreError:
    """S3's refusal in our words."""
    code = error.response.get("Error", {}).get("Code")
    if code in ("404", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "405"):
        return Gone(f"{_named(key)} is not in the bucket (any more)")
    if code in ("412", "PreconditionFailed", "409", "ConditionalRequestConflict"):
        return LostRace(f"{_named(key)} was replaced while it was being read")
    # S3's own text may name the object.
    return StoreError(f"{_named(key)}: S3 answers {error.operation_name} with {code}")


def _named(key: str) -> str:
    """An object as a log may name it: its folder, and a digest of its key; a file's name may be a person's."""
    folder = _FOLDER.match(key)
    assert folder
    return f"an object under {folder[0] or '/'} (sha256 of its key: {hashlib.sha256(key.encode()).hexdigest()[:12]}…)"
