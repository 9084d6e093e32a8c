"""What keeps the platform whole, one task an event.

``{"sweep": {}}`` finds uploads that came to nothing and takes them in, on a schedule; ``{"rescore": "<contract>"}``
works a contract out again, ``{"rescore": {"contract": "…", "dry_run": true}}`` only says what that would change, and
``{"contracts": "<region>"}`` names a region's contracts: the state machine goes through these.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from kaohe.errors import StoreError, UsageError
from kaohe.plugins import load_region
from kaohe.service import Service
from kaohe.service.failures import loggable
from kaohe.service.sweeping import Sweep, folders
from kaohe.settings import Settings
from kaohe.store import call_later

logger = Logger()
metrics = Metrics()
TO_BEGIN_WITH, TO_TAKE_IN = timedelta(minutes=4), timedelta(minutes=3)
"""How much time must be left to begin another folder, and to take in another upload of one: whoever is refused here
for taking too long has had more time than intake gives."""
AFTER_READING = timedelta(minutes=1)
"""Kept for what follows the reading of an upload, and the end of the sweep."""
MOST_TOLD = 150_000
"""Bytes of changes that a preview lists: a step of the state machine takes 256 KB, and no state catches more."""
COUNTED = ("Objects", "Found", "Open", "Failed")


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
    _count("Called")
    match [name for name in event if name in TASKS]:
        case [name]:
            return TASKS[name](event[name], context)
        case _:
            raise UsageError(f"an event names one task of {', '.join(TASKS)}")


def sweep(asked: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:
    """Sweep the bucket, folder by folder; where time runs out, call itself for the folders that are left.

    Args:
        asked: ``mend`` (default true): whether to take in what is found; ``after``: the last folder already swept.
        context: tells how much time is left.

    Raises:
        StoreError: some folders could not be swept; the others were.
    """
    names = [name for name in folders(service()) if "after" not in asked or name > asked["after"]]
    told, done = Counter[str](), 0
    run = Sweep(
        service(),
        datetime.now(UTC),
        mend=asked.get("mend", True),
        enough=lambda: _left(context) < TO_TAKE_IN,
        left=lambda: (_left(context) - AFTER_READING).total_seconds(),
    )
    for done, name in enumerate(names, 1):  # noqa: B007 - how many were done
        told += _folder(run, name)
        if _left(context) < TO_BEGIN_WITH:
            break
    if done < len(names):
        call_later(context.invoked_function_arn, {"sweep": {**asked, "after": names[done - 1]}})
    for name in COUNTED:
        _count(f"Sweep{name}", told[name])
    logger.info("swept", extra={"folders": done, "left": len(names) - done, **told})
    if told["Failed"]:
        raise StoreError(f"{told['Failed']} folders could not be swept: see the log")
    return dict(told)


def _folder(run: Sweep, name: str) -> Counter[str]:
    """How much one folder holds and what was found; one that cannot be swept does not stop the others."""
    try:
        swept = run.folder(name)
    except Exception as error:  # noqa: BLE001 - the other folders must have their turn
        logger.error("folder not swept", extra={"folder": name, **loggable(error)})
        return Counter(Failed=1)
    for finding in swept.findings:
        told = {"kind": finding.kind.value, "contract": finding.partition, "version": finding.version}
        logger.warning("upload found", extra={**told, "became": finding.became, "why": finding.why})
    return Counter(Objects=swept.objects, Fresh=swept.fresh, Found=len(swept.findings), Open=len(swept.open))


def _left(context: LambdaContext) -> timedelta:
    return timedelta(milliseconds=context.get_remaining_time_in_millis())


def contracts(region: str, context: LambdaContext) -> list[str]:
    """The ids of a region's contracts, oldest first: what the state machine goes through.

    Raises:
        NotFound: there is no such region.
        PluginError: its plugin cannot be loaded.
    """
    return [contract.id for contract in load_region(region).contracts]


def rescore(asked: str | Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work a contract out again, or say what that would change.

    Args:
        asked: the contract; or ``contract`` with ``dry_run``, which writes nothing.
        context: names the call, for the audit chain.

    Raises:
        NotFound: there is no such contract.
        PluginError: its plugin failed; nothing was written.
    """
    given = {"contract": asked} if isinstance(asked, str) else asked
    answer = _preview(given["contract"]) if given.get("dry_run") else _rescore(given["contract"], context)
    logger.info("rescored", extra={"contract": given["contract"], "revisions": len(answer["months"])})
    return answer


def _rescore(contract: str, context: LambdaContext) -> dict[str, Any]:
    result = service().rescore(contract, at=datetime.now(UTC), actor=f"invocation {context.aws_request_id}")
    _count("Rescored")
    taken_in = Counter(record.status.value for record in result.taken_in)  # their faults alone could be too much
    told = result.model_dump(mode="json", exclude={"taken_in"})
    return {**told, "taken_in": dict(taken_in), "months": sorted(map(str, result.revisions))}


def _preview(contract: str) -> dict[str, Any]:
    """A preview that fits into the answer of a step."""
    found = service().preview(contract).model_dump(mode="json")
    changes = found["difference"]["changes"] if found["difference"] else []
    return {**found, "difference": _fitting(changes), "changes": len(changes)}


def _fitting(changes: list[Any]) -> list[Any]:
    """The first changes, as many as a step takes."""
    sizes = accumulate(len(json.dumps(change, ensure_ascii=False).encode()) + 1 for change in changes)
    return [change for change, size in zip(changes, sizes, strict=True) if size <= MOST_TOLD]


def _count(name: str, value: int = 1) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


TASKS: Mapping[str, Callable[[Any, LambdaContext], Any]] = {"sweep": sweep, "rescore": rescore, "contracts": contracts}
"""By the key of the event that asks for it; each takes what stands under that key."""
