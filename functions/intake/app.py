"""Uploads from the bucket, by way of the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from kaohe.service import Receipt, Service
from kaohe.service.failures import loggable
from kaohe.settings import Settings
from kaohe.store import Arrival, Queue, UnreadableMessage, arrivals

logger = Logger()
metrics = Metrics()
processor = BatchProcessor(event_type=EventType.SQS)
AFTER_READING = 30.0
"""Seconds kept for what follows the reading: the hooks of a plugin may take 20, writing a few."""
COUNTED = {"accepted": "Accepted", "refused": "Refused", "plugin-error": "PluginErrors", "superseded": "Superseded"}


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.load()


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(settings())


@cache
def dead_letters() -> Queue | None:
    """Where what is given up is put with its reason; None where the queue alone sees to it."""
    name = settings().dead_letter_queue
    return Queue(name) if name else None


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Take in what the queue delivers. A message that fails comes again, and ends in the dead-letter queue."""
    return process_partial_response(event=event, record_handler=take_in, processor=processor, context=context)


class NotHandled(Exception):
    """Uploads of a message came to nothing; says no more than the log does."""


def take_in(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Receive every upload that a message names, then fail if one did: a repeat of the others changes nothing.

    On its last try a message goes to the dead letters from here, with the reason. Where that fails too, or the
    function is cut off, the queue moves it there without one.
    """
    tries = int(record.attributes.approximate_receive_count or 1)
    if tries > 1:
        logger.warning("message comes again", extra={"message_id": record.message_id, "tries": tries})
    if not (failures := list(_failures(record.body, partial(_left, lambda_context)))):
        return
    letters = dead_letters() if tries >= settings().tries else None
    if letters is None:
        raise NotHandled(str(failures))
    letters.bury(record.body, failures, record.message_id)
    logger.error("message given up", extra={"message_id": record.message_id, "tries": tries})
    _count("GivenUp")


def _left(context: LambdaContext) -> float:
    """Seconds left for reading an upload: what it comes to has to be derived and written, too."""
    return context.get_remaining_time_in_millis() / 1000 - AFTER_READING


def _failures(body: str, left: Callable[[], float]) -> Iterator[dict[str, str]]:
    """What went wrong, upload by upload; nothing where all is well."""
    try:
        told: Sequence[Arrival] = arrivals(body)
    except UnreadableMessage as error:
        yield _failed(error)
        return
    if not told:
        _count("Ignored")
    for arrival in told:
        yield from _receive(arrival, left)


def _receive(arrival: Arrival, left: Callable[[], float]) -> Iterator[dict[str, str]]:
    try:
        receipt = service().receive(
            arrival.key, arrival.version_id, received_at=arrival.received_at, actor=arrival.actor, left=left
        )
    except Exception as error:  # noqa: BLE001 - the other uploads of the message must have their turn
        yield _failed(error)
    else:
        logger.info("upload handled", extra=_fields(receipt))
        _count(COUNTED[receipt.submission.status])


def _failed(error: Exception) -> dict[str, str]:
    failure = loggable(error)
    logger.error("upload not handled", extra=failure)
    _count("Failed")
    return failure


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
