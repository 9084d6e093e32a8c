"""Our full path, as the service goes it: a file on disk, checked and counted, facts made of it.

Its digest was taken as it came from the bucket, a block at a time (``Bucket.download``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kaohe import intake
from kaohe.plugins import load_region

from benchmarks.calls.month import MONTH

_DIGEST = "0" * 64
"""Any: it is only written down."""


def count(path: Path, sha256: str | None = _DIGEST) -> dict[str, int]:
    region = load_region("jiyuan")
    address = intake.parse_key(f"submissions/{region.name}/vendor/{MONTH}/{path.name}")
    upload = intake.read_upload(path, address, region.catalogue, region.contracts, date(2026, 5, 1), sha256=sha256)
    return {f"{figure.code} {figure.on or MONTH}": int(figure.value) for figure in upload.submission.figures}
