"""The file's SHA-256: what it costs to have looked at every byte."""

from __future__ import annotations

import hashlib
from pathlib import Path


def count(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    return {}
