"""Runs handlers in processes that can die, on wires that can fail: a message in a line of JSON, its end in another.

The process imports everything once and then forks for each message, so that an end of its child is the end of a
process that had the handler loaded, and costs no second for imports. It has no threads and no open connections, so
that the child has nothing of its parent's but memory.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import datetime, tzinfo
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import Any, Self

from kaohe import plugins
from kaohe.store import clients

from functions.intake import app as intake
from functions.upkeep import app as upkeep
from tests.core.service import testia
from tests.core.service.house import NOON
from tests.faults import FAULTS, Calls, Wire

DEAD, FAILED = 137, 1
CONTEXT = SimpleNamespace(
    function_name="kaohe-test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws-cn:lambda:cn-north-1:123456789012:function:kaohe-test",
    aws_request_id="52fdfc07-2182-454f-963f-5f0f9a621d72",
    get_remaining_time_in_millis=lambda: 600_000,
)
BY_NAME = {fault.name: fault for fault in FAULTS}
FUNCTIONS = {"intake": intake, "upkeep": upkeep}


class Later(datetime):
    """A clock that stands still, years from now, so that two runs write the same and nothing is too fresh to sweep."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2099, 1, 1, tzinfo=NOON.tzinfo)


def main() -> None:
    """Answer messages until there are no more."""
    region = EntryPoint(name="testia", value=testia.__name__, group=plugins.GROUP)
    plugins.entry_points = lambda group: [region]  # type: ignore[assignment, attr-defined]
    vars(upkeep)["datetime"] = Later
    clients.s3()
    clients.dynamodb()
    plugins.load_region("testia")
    gc.freeze()  # what no child collects, no child has to copy
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


def _fork(message: dict[str, Any]) -> dict[str, Any]:
    """How a child fared: its exit, and what it answered where it lived to."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _run(message, writer)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    return {"exit": os.waitstatus_to_exitcode(status), **json.loads(text or "{}")}


def _run(message: dict[str, Any], writer: int) -> None:
    """In the child: the handler, which may not live to the end."""
    os.environ.update(message["environment"])
    aws = clients.s3(), clients.dynamodb()
    calls = Calls(message["dies"], message.get("moment", "before"), lambda: os._exit(DEAD))
    calls.watch(*aws)
    wire = Wire(BY_NAME[message["fault"]] if message["fault"] else FAULTS[0], message["fails"], message["times"])
    told: dict[str, Any] = {}
    try:
        with wire.between(*aws):
            told["answer"] = _handled(message)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, Lambda delivers again
        told["error"] = f"{type(error).__name__}: {error}"
    told |= {"calls": calls.made, "struck": wire.struck}
    os.write(writer, json.dumps(told).encode())
    os._exit(FAILED if "error" in told else 0)


def _handled(message: dict[str, Any]) -> Any:
    module = FUNCTIONS[message["function"]]
    module.service().sleep = lambda seconds: None
    return module.handler(message["event"], CONTEXT)


if __name__ == "__main__":
    main()
