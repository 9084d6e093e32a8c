"""How an upload's cost grows with the months of its contract and with its readings: one contract, no wire.

``python -m benchmarks.load.growth``. Bucket and table are the tests' own, in a dictionary, so that the processor's time
is kaohe's alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.service import Service
from kaohe.store import Bucket, Table
from kaohe.text import table

from benchmarks.load.counties import install
from benchmarks.load.metering import WRITES, Meter
from benchmarks.load.uploads import RECEIVED, uploads
from tests.core.service.fake import FakeDynamo, FakeS3
from tests.faults import Calls

READINGS = (0, 8)
MONTHS = 12
FIRST = Month.of("2026-01")


class Metered(FakeDynamo):
    """A table that reckons what each write takes."""

    def __init__(self, calls: Calls, meter: Meter) -> None:
        super().__init__(calls)
        self._meter = meter

    def transact_write_items(self, **asked: Any) -> Any:
        """Note it, and do it."""
        self._meter.reckon(asked)
        return super().transact_write_items(**asked)


def main() -> None:
    """Measure and print it."""
    columns = [list(_year(readings)) for readings in READINGS]
    rows = [(str(n), *(cell for row in rows for cell in row)) for n, rows in enumerate(zip(*columns, strict=True), 1)]
    header = ("months", *(f"{what}, {2 + more} readings" for more in READINGS for what in ("ms", "write units")))
    print(table(header, rows, right=range(len(header))))


def _year(readings: int) -> Iterator[tuple[str, str]]:
    """Milliseconds of the processor and write units of each month's upload."""
    with _installed(readings):
        calls, meter = Calls(), Meter()
        service = Service(Bucket("fake", FakeS3(calls)), Table("fake", Metered(calls, meter)), RECEIVED)  # type: ignore[arg-type]
        for number in range(MONTHS):
            (upload,) = uploads(1, FIRST + number)
            service.bucket.put(upload.key, upload.content, "application/octet-stream")
            version = service.bucket.current(upload.key).version_id
            meter.units.clear()
            begun = time.process_time()
            service.receive(upload.key, version, received_at=datetime.now(UTC))
            yield f"{(time.process_time() - begun) * 1000:.0f}", f"{meter.units[WRITES]:.0f}"


@contextmanager
def _installed(readings: int) -> Iterator[None]:
    """One county that can be loaded, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder), 1, readings)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            load_region.cache_clear()
            for name in [name for name in sys.modules if name.startswith("kaohe_county_")]:
                del sys.modules[name]


if __name__ == "__main__":
    main()
