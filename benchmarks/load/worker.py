"""A process that does what Lambda does with the queue, or one sweep; prints what it used up.

It ends once its input has ended and the queue is empty.

``python -m benchmarks.load.worker intake UNITS`` or ``… sweep UNITS FOLDERS``, with the environment of the functions.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kaohe.service import Service
from kaohe.service.sweeping import Sweep, folders
from kaohe.settings import Settings
from kaohe.store import clients
from kaohe_local.functions import Function, specs
from kaohe_local.poller import Poller
from kaohe_local.template import Template

from benchmarks.load.metering import Meter


def main() -> None:
    """Run and say what it took."""
    _, task, units, *asked = sys.argv
    meter = Meter()
    meter.watch(clients.s3(), clients.dynamodb(), units=units == "units")
    told = intake(meter) if task == "intake" else sweep(meter, int(*asked))
    print(json.dumps({**meter.told(), **told}))


def intake(meter: Meter) -> dict[str, Any]:
    """Handle what the queue hands out, until no more is sent and it hands out no more."""
    spec = next(spec for spec in specs(Template.read()) if spec.queue)
    assert spec.queue
    function = Function(spec, {})

    def metered(event: Mapping[str, Any]) -> Any:
        return meter.run(lambda: function(event))

    poller = Poller(clients.sqs(), spec.queue, metered)
    sending = threading.Thread(target=sys.stdin.read, daemon=True)
    sending.start()
    first, last = 0.0, time.perf_counter()
    while sending.is_alive() or time.perf_counter() < last + PATIENCE:
        if poller.poll(wait=1):
            last = time.perf_counter()
            first = first or last
    return {"failures": poller.failures, "busy": last - first}


PATIENCE = 3
"""Seconds without a message after which the queue counts as empty."""


def sweep(meter: Meter, most: int) -> dict[str, Any]:
    """Hold folders of the bucket, spread evenly, against the table; so long afterwards that nothing is too fresh."""
    service = Service.from_settings(Settings.load())
    run = Sweep(service, datetime.now(UTC) + timedelta(days=1))
    every = folders(service)
    found = meter.run(lambda: [run.folder(name) for name in every[:: -(-len(every) // most)]])
    findings = [f"{it.kind.value} {it.key}" for swept in found for it in swept.findings]
    return {"failures": findings, "busy": sum(meter.seconds)}


if __name__ == "__main__":
    main()
