"""What the bucket says of uploads: the messages that S3 puts into the intake's queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from kaohe.errors import StoreError
from kaohe.model import Record
from kaohe.store.records import Instant

TEST_EVENT = "s3:TestEvent"
"""What S3 sends when the notification is set up."""


class UnreadableMessage(StoreError):
    """A message of the queue is no notification of the bucket; says nothing of what it holds."""


class Arrival(Record):
    """The bucket's word that something was stored.

    Attributes:
        key: the object's key, decoded.
        version_id: its version, if the bucket says so.
        received_at: when it was stored.
        actor: who stored it, if the bucket says so.
    """

    key: str
    version_id: str | None = None
    received_at: Instant
    actor: str | None = None


def arrivals(body: str) -> tuple[Arrival, ...]:
    """The uploads that a message tells of; none where it tells of other things, such as the test event.

    Raises:
        UnreadableMessage: it is no notification.
    """
    try:
        message = json.loads(body)
    except ValueError:
        raise UnreadableMessage("the message is not JSON") from None
    if isinstance(message, dict) and message.get("Event") == TEST_EVENT:
        return ()
    try:
        return tuple(_arrivals(message["Records"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"{type(error).__name__}{f' {error}' if isinstance(error, KeyError) else ''}"
        raise UnreadableMessage(f"the message is no notification of a bucket ({problem})") from None


def _arrivals(records: Any) -> Iterator[Arrival]:
    for record in records:
        if record["eventName"].startswith("ObjectCreated:"):
            stored = record["s3"]["object"]
            yield Arrival(
                key=unquote_plus(stored["key"], errors="strict"),
                version_id=stored.get("versionId"),
                received_at=record["eventTime"],
                actor=record.get("userIdentity", {}).get("principalId"),
            )
