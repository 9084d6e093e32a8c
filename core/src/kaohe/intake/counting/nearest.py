"""A file whose header is not understood: which export it may be meant for, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kaohe.catalogue import Catalogue
from kaohe.intake.headers import norm
from kaohe.records import Export

UNKNOWN = "系统导出的明细记录，表头与说明不同的，请接入工程师写一份列对照表（--map）"
"""What to do about records that come near to no export."""

_SHARE = 0.5
"""Of an export's headers, the part that a row must have for that to be what was meant."""
_SHOWN = 8


def advice(rows: Iterable[Sequence[Any]], catalogue: Catalogue) -> str | None:
    """What to do about a file that comes near to an export; None where it comes near to none.

    Args:
        rows: the first rows of the file.
        catalogue: the exports that are known.
    """
    found = max(_candidates(rows, catalogue), key=lambda candidate: candidate[0], default=None)
    if found is None:
        return None
    _, export, lacking = found
    names = "".join(f"“{header}”" for header in lacking[:_SHOWN])
    return f"像是“{export.label}”，但没有{names}这些表头；请在导出时选上，或在列对照表（--map）里改正"


def _candidates(rows: Iterable[Sequence[Any]], catalogue: Catalogue) -> Iterator[tuple[float, Export, list[str]]]:
    for row in rows:
        held = {norm(str(cell)) for cell in row if cell is not None}
        for export in catalogue.exports:
            lacking = sorted(header for header in export.headers if norm(header) not in held)
            share = 1 - len(lacking) / len(export.headers)
            if share >= _SHARE:
                yield share, export, lacking
