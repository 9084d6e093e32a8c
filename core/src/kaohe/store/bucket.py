"""The bucket of uploads: every version of every file, as it came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.errors import LostRace, StoreError
from kaohe.store import clients
from kaohe.store.records import ObjectVersion

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


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
        """The newest version of an object.

        Raises:
            Gone: there is none, or it was deleted.
        """
        try:
            head = self._client.head_object(Bucket=self.name, Key=key)
        except self._client.exceptions.ClientError as error:
            raise _translated(error, key) from error
        return _version(head.get("VersionId"), head["ETag"], head["ContentLength"], head["LastModified"])

    def older(self, key: str, than: ObjectVersion) -> Iterator[ObjectVersion]:
        """The versions of an object before one, newest first; none in a bucket without versions."""
        all_versions = takewhile(lambda version: version[0] == key, self._versions(key))
        ids = dropwhile(lambda version: version[1].id != than.id, all_versions)
        yield from (version for _, version in islice(ids, 1, None))

    def _versions(self, prefix: str) -> Iterator[tuple[str, ObjectVersion]]:
        """Keys that begin so, sorted, each with its versions newest first."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
        try:
            for page in pages:
                for it in page.get("Versions", []):
                    yield it["Key"], _version(it.get("VersionId"), it["ETag"], it["Size"], it["LastModified"])
        except self._client.exceptions.ClientError as error:
            raise _translated(error, prefix) from error

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

    def put(self, key: str, content: bytes, content_type: str, *, new: bool = False) -> None:
        """Store an object.

        Args:
            key: its key.
            content: its bytes.
            content_type: its media type.
            new: leave an object of that key alone if there is one (its name says its content).
        """
        only_new: dict[str, Any] = {"IfNoneMatch": "*"} if new else {}
        try:
            self._client.put_object(Bucket=self.name, Key=key, Body=content, ContentType=content_type, **only_new)
        except self._client.exceptions.ClientError as error:
            translated = _translated(error, key)
            if not (new and isinstance(translated, LostRace)):
                raise translated from error


@contextmanager
def _refusals(key: str, client: S3Client) -> Iterator[None]:
    """Raises S3's refusals in our words."""
    try:
        yield
    except client.exceptions.ClientError as error:
        raise _translated(error, key) from error


def _version(version_id: str | None, etag: str, size: int, modified: Any) -> ObjectVersion:
    # "null" is the id of what was stored while the bucket kept no versions: it does not tell two contents apart.
    named = None if version_id == "null" else version_id
    return ObjectVersion(version_id=named, etag=etag.strip('"'), size=size, modified=modified)


def _translated(error: Any, key: str) -> StoreError:
    """S3's refusal in our words."""
    code = error.response.get("Error", {}).get("Code")
    if code in ("404", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "405"):
        return Gone(f"there is no object {key!r} in the bucket (any more)")
    if code in ("412", "PreconditionFailed", "409", "ConditionalRequestConflict"):
        return LostRace(f"the object {key!r} was replaced while it was being read")
    return StoreError(f"object {key!r}: {error}")
