"""What Lambda does with a queue: receive, call the function, delete what succeeded, leave the rest to come again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kaohe_local.functions import QueueSource

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

WAIT = 1
"""Seconds that one receive waits for a message; a stop takes as long at most."""
RETRY = 1
"""Seconds after which what failed comes again. In the cloud it is the queue's visibility timeout of minutes, which
nobody wants to wait for at a desk; how often it comes again, before the dead-letter queue takes it, is the same."""


class Poller:
    """Feeds a function from a queue, in a thread of its own.

    Attributes:
        failures: what went wrong, oldest first: the error of the function, or the message that it reported.
    """

    def __init__(self, sqs: SQSClient, source: QueueSource, function: Callable[[Mapping[str, Any]], Any]) -> None:
        self._sqs, self._source, self._function = sqs, source, function
        self._url = sqs.get_queue_url(QueueName=source.queue_arn.rpartition(":")[2])["QueueUrl"]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kaohe-poller", daemon=True)
        self.failures: list[str] = []

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is under way; returns once the thread is gone."""
        self._ended.set()
        self._thread.join()

    def poll(self, wait: int = 0) -> int:
        """Receive once and hand on what came; gives how many messages were received.

        Args:
            wait: seconds to wait for a message.
        """
        received = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._source.batch_size,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if messages:
            self._deliver(messages)
        return len(messages)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.poll(WAIT)
            except Exception as error:  # noqa: BLE001 (a queue that fails once must not end all delivery in silence)
                self.failures.append(f"the queue: {type(error).__name__}: {error}")
                self._ended.wait(RETRY)

    def _deliver(self, messages: Sequence[MessageTypeDef]) -> None:
        failed = self._failed({"Records": [self._record(message) for message in messages]})
        for message in messages:
            handle = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=RETRY)
            else:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)

    def _failed(self, event: Mapping[str, Any]) -> set[str]:
        """Ids of the messages that have to come again."""
        every = {record["messageId"] for record in event["Records"]}
        try:
            answer = self._function(event)
        except Exception as error:  # noqa: BLE001 (whatever a function raises, Lambda lives on)
            self.failures.append(f"{type(error).__name__}: {error}")
            return every
        if not self._source.partial:
            return set()
        failed = {item["itemIdentifier"] for item in (answer or {}).get("batchItemFailures", ())}
        self.failures += [f"message {name} was reported as failed" for name in sorted(failed)]
        # Lambda takes an id that it did not send as the failure of the whole batch.
        return every if failed - every else failed

    def _record(self, message: MessageTypeDef) -> dict[str, Any]:
        """A message as Lambda hands it to a function."""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.queue_arn,
            "awsRegion": self._source.queue_arn.split(":")[3],
        }
