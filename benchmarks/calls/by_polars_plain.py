"""polars again, taking only the one spelling of instants that the file has: what it costs to take no other."""

from __future__ import annotations

from pathlib import Path

from benchmarks.calls import by_polars


def count(path: Path) -> dict[str, int]:
    by_polars.SPELLINGS = by_polars.SPELLINGS[:1]
    return by_polars.count(path)
