"""What keeps the platform whole, by one key an event: ``{"rescore": "<contract>"}`` works a contract out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from kaohe.errors import UsageError
from kaohe.service import Service
from kaohe.settings import Settings

logger = Logger()
metrics = Metrics()


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(Settings.load())


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Do the one task that the event names, with what it says of it.

    Raises:
        UsageError: it names none, or more than one.
    """
    match [name for name in event if name in TASKS]:
        case [name]:
            return TASKS[name](event[name], context)
        case _:
            raise UsageError(f"an event names one task of {', '.join(TASKS)}")


def rescore(contract: str, context: LambdaContext) -> dict[str, Any]:
    """Work a contract out again, as after its plugin was mended."""
    result = service().rescore(contract, at=datetime.now(UTC), actor=f"invocation {context.aws_request_id}")
    _count("Rescored")
    logger.info("rescored", extra={"contract": contract, "revisions": len(result.revisions)})
    return result.model_dump(mode="json")


def _count(name: str, value: int = 1) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


TASKS: Mapping[str, Callable[[Any, LambdaContext], Any]] = {"rescore": rescore}
"""By the key of the event that asks for it; each takes what stands under that key."""
