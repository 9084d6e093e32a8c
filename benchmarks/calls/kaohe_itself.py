"""Our full path: a file checked and counted, facts made of it, its SHA-256 taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kaohe import intake
from kaohe.plugins import load_region

from benchmarks.calls.month import MONTH


def count(path: Path) -> dict[str, int]:
    region = load_region("jiyuan")
    address = intake.parse_key(f"submissions/{region.name}/vendor/{MONTH}/{path.name}")
    submission = intake.read(path, address, region.catalogue, region.contracts, date(2026, 5, 1))
    return {f"{figure.code} {figure.on or MONTH}": int(figure.value) for figure in submission.figures}
