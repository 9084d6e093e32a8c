"""What a worker uses up: seconds, calls by name, and units of the table.

The local engine says what a read uses up; for transactions it says what no price list knows, so those are reckoned
from the sizes of the items: two units a KB, and one more where the item stands in the index.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
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
