"""Uploads from the bucket, by way of the queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from kaohe.service import Receipt, Service
from kaohe.service.failures import loggable
from kaohe.settings import Settings

logger = Logger()
metrics = Metrics()
processor = BatchProcessor(event_type=EventType.SQS)
COUNTED = {"accepted": "Accepted", "refused": "Refused", "plugin-error": "PluginErrors", "superseded": "Superseded"}


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(Settings.load())


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Take in what the queue delivers. A message that fails comes again, and ends in the dead-letter queue."""
    return process_partial_response(event=event, record_handler=take_in, processor=processor, context=context)


class NotHandled(Exception):
    """Uploads of a message came to nothing; says no more than the log does."""


def take_in(record: SQSRecord) -> None:
    """Receive every upload that a message names, then fail if one did: a repeat of the others changes nothing."""
    told = list(deliveries(json.loads(record.body)))
    if not told:
        _count("Ignored")
    if failures := [failure for arguments in told for failure in _receive(arguments)]:
        raise NotHandled(str(failures))


def deliveries(notification: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The uploads that S3 tells of; none in the test event that it sends when the notification is set up."""
    for record in notification.get("Records", ()):
        if record["eventName"].startswith("ObjectCreated:"):
            stored = record["s3"]["object"]
            yield {
                "key": unquote_plus(stored["key"]),
                "version_id": stored.get("versionId"),
                "received_at": datetime.fromisoformat(record["eventTime"]),
                "actor": record.get("userIdentity", {}).get("principalId"),
            }


def _receive(arguments: dict[str, Any]) -> Iterator[dict[str, str]]:
    try:
        receipt = service().receive(**arguments)
    except Exception as error:  # noqa: BLE001 - the other uploads of the message must have their turn
        failure = loggable(error)
        logger.error("upload not handled", extra=failure)
        _count("Failed")
        yield failure
    else:
        logger.info("upload handled", extra=_fields(receipt))
        _count(COUNTED[receipt.submission.status])


def _fields(receipt: Receipt) -> dict[str, Any]:
    """All that a log line may say of an upload: never its name, its content or its faults."""
    upload = receipt.submission
    return {
        "contract": receipt.partition,
        "month": str(upload.month),
        "source": str(upload.source),
        "status": str(upload.status),
        "changed": receipt.changed,
        "revisions": len(receipt.revisions),
        "faults": len(upload.faults),
    }


def _count(name: str) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
