"""The intake's queue and its dead letters: what could not be handled, with the reason where one could be left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaohe.errors import StoreError
from kaohe.model import Record
from kaohe.store import clients
from kaohe.store.records import Instant

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

REASON, MESSAGE = "kaohe.reason", "kaohe.message"
"""Attributes of a dead letter: why it was given up, and the id that the message had in the log."""
HOLD = 60
"""Seconds for which a letter that is being looked at is hidden from others."""
LONGEST_REASON = 10_000


class Letter(Record):
    """A message of a dead-letter queue.

    Attributes:
        id: the id under which the intake's log knows it.
        body: the message.
        reasons: why it was given up, as the log says it; none where intake could not say, as when it was cut off.
        sent_at: when it was sent.
        handle: what it takes to delete it.
    """

    id: str
    body: str
    reasons: tuple[Mapping[str, str], ...] = ()
    sent_at: Instant
    handle: str


class Queue:
    """A queue by its name."""

    def __init__(self, name: str, client: SQSClient | None = None) -> None:
        self.name = name
        self._given = client

    @property
    def _client(self) -> SQSClient:
        return self._given or clients.sqs()

    @cached_property
    def _url(self) -> str:
        with self._refusals():
            return self._client.get_queue_url(QueueName=self.name)["QueueUrl"]

    def bury(self, body: str, reasons: Sequence[Mapping[str, str]], message: str) -> None:
        """Put a message into this queue of dead letters with the reason why it was given up.

        Args:
            body: the message.
            reasons: what may be known of it: :func:`kaohe.service.failures.loggable` says what.
            message: the id that it had.
        """
        # SQS takes no control characters; JSON in ASCII has none. A message's attributes count as its size.
        told = json.dumps(list(reasons))
        if len(told) > LONGEST_REASON:
            told = json.dumps([{"error": "TooManyReasons", "reason": f"{len(reasons)} reasons: see the log"}])
        self._send(body, {REASON: told, MESSAGE: message})

    def letters(self, wait: int = 1, hold: int = HOLD) -> Iterator[Letter]:
        """The messages that are there, each once. Who takes one neither deletes nor returns it, gets it again later.

        Args:
            wait: seconds to wait for more before it ends.
            hold: seconds for which each is hidden from others.
        """
        seen: set[str] = set()
        while found := self._receive(wait, hold):
            if seen >= (ids := {message["MessageId"] for message in found}):
                return
            yield from (_letter(message) for message in found if message["MessageId"] not in seen)
            seen |= ids

    def release(self, letters: Sequence[Letter]) -> None:
        """Show letters again that were only looked at."""
        for letter in letters:
            given: Any = {"QueueUrl": self._url, "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
            with self._refusals():
                self._client.change_message_visibility(**given)

    def discard(self, letter: Letter) -> None:
        """Delete a letter for good."""
        with self._refusals():
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.handle)

    def move_to(self, other: Queue, wait: int = 1) -> Iterator[Letter]:
        """Put every letter into another queue, one after the other, and say which.

        A letter is sent before it is deleted: after a crash in between it is in both, and intake lets the repeat pass.
        """
        for letter in self.letters(wait):
            other._send(letter.body)
            self.discard(letter)
            yield letter

    def _send(self, body: str, attributes: Mapping[str, str] | None = None) -> None:
        written: Any = {name: {"DataType": "String", "StringValue": v} for name, v in (attributes or {}).items()}
        with self._refusals():
            self._client.send_message(QueueUrl=self._url, MessageBody=body, MessageAttributes=written)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Raises SQS's refusals in our words."""
        try:
            yield
        except self._client.exceptions.ClientError as error:
            raise StoreError(f"queue {self.name!r}: {error}") from error

    def _receive(self, wait: int, hold: int) -> Sequence[MessageTypeDef]:
        with self._refusals():
            received = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=wait,
                VisibilityTimeout=hold,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=[REASON, MESSAGE],
            )
        return received.get("Messages", ())


def _letter(message: MessageTypeDef) -> Letter:
    told = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    return Letter(
        id=told.get(MESSAGE, message["MessageId"]),
        body=message["Body"],
        reasons=tuple(json.loads(told.get(REASON, "[]"))),
        sent_at=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        handle=message["ReceiptHandle"],
    )
