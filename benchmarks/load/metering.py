"""What a worker uses up: seconds, calls by name, and units of the table.

The local engine says what a read uses up; for transactions it says what no price list knows, so those are reckoned
from the sizes of the items: two units a KB, and one more where the item stands in the index.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeVar

T = TypeVar("T")
READS, WRITES = "reads", "writes"
INDEXED = "portfolio_month"


@dataclass
class Meter:
    """Counts while it is running.

    Attributes:
        seconds: what each run took on the clock.
        processor: what each took of the processor.
        calls: how often each operation of AWS was called.
        units: read and write units; empty where the engine counts none.
        peak: MB of memory at the most.
    """

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    peak: float = 0

    def watch(self, *clients: Any, units: bool = False) -> None:
        """Count the calls of boto3 clients; with ``units``, have the table's engine say what each uses up."""
        for client in clients:
            name = client.meta.service_model.service_name
            client.meta.events.register("before-call", lambda model, **_: self.calls.update([model.name]))
            if units and name == "dynamodb":
                client.meta.events.register("provide-client-params.dynamodb", self._ask)
                client.meta.events.register("after-call.dynamodb", self._count)

    def run(self, act: Callable[[], T]) -> T:
        """Do something and note what it took."""
        begun, used = time.perf_counter(), time.process_time()
        try:
            return act()
        finally:
            self.seconds.append(time.perf_counter() - begun)
            self.processor.append(time.process_time() - used)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            self.peak = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)

    def told(self) -> dict[str, Any]:
        """All of it as JSON can carry it."""
        return dict(vars(self))

    def reckon(self, params: Mapping[str, Any]) -> None:
        """Count the write units of a transaction, if it is one."""
        for action in params.get("TransactItems", ()):
            item = action["Put"]["Item"]
            self.units[WRITES] += -(-_size(item) // 1024) * (3 if INDEXED in item else 2)

    def _ask(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.reckon(params)
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _count(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        if model.name != "TransactWriteItems" and (used := parsed.get("ConsumedCapacity")):
            found = sum(one["CapacityUnits"] for one in (used if isinstance(used, list) else [used]))
            self.units[READS] += max(1, found)  # of what is not there, too, the real one takes a unit


def together(told: list[Mapping[str, Any]]) -> Meter:
    """Several meters as one."""
    return Meter(
        _in_turn([part["seconds"] for part in told]),
        _in_turn([part["processor"] for part in told]),
        sum((Counter(part["calls"]) for part in told), Counter()),
        sum((Counter(part["units"]) for part in told), Counter()),
        max((part["peak"] for part in told), default=0),
    )


def _in_turn(lists: list[list[float]]) -> list[float]:
    """The first of each, then the second of each, and so on."""
    return [one for together in zip_longest(*lists) for one in together if one is not None]


def _size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item: names and values. A number has at most as many as it has digits."""
    values = (value for kind in item.values() for value in kind.values())
    return sum(len(part.encode() if isinstance(part, str) else part) for part in (*item, *values))
