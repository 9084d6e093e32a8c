"""One peer, one file, one process: ``python -m benchmarks.calls.one PEER PATH`` prints what it found as JSON.

With a second, small file it counts that first, so that ``work`` holds no import: a function stays warm.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path


def main(peer: str, path: str, first: str | None = None) -> None:
    module = import_module(f"benchmarks.calls.{peer}")
    if first:
        module.count(Path(first))
    begun = time.perf_counter()
    counts = module.count(Path(path))
    work = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    print(json.dumps({"work": work, "peak": peak, "counts": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
