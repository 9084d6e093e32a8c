"""How measures and events are counted from records, for the terminal: the condition beside the definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaohe.catalogue import Catalogue, EventKind, Measure
from kaohe.records import Counted, RecordKind
from kaohe.text import COLUMNS, title, wrap


def counting(entries: Sequence[Measure | EventKind], catalogue: Catalogue) -> str:
    """Each entry's definition with the records that count for it, then what the conditions are made of."""
    counted = [entry for entry in entries if entry.counted]
    used = {way.records for entry in counted for way in entry.counted}
    lines = [title("How they are counted from records", "─")]
    for entry in counted:
        lines += ["", f"{entry.code} {entry.label}: {entry.note}"]
        lines += [line for way in entry.counted for line in _way(way, catalogue.kinds[way.records])]
    for kind in (kind for code, kind in catalogue.kinds.items() if code in used):
        lines += ["", title(f"{kind.code} {kind.label}", "─"), *_kind(kind)]
    return "\n".join(lines) if counted else ""


def _way(way: Counted, kind: RecordKind) -> Iterator[str]:
    what = f"different {way.distinct} of {kind.label}" if way.distinct else kind.label
    where = "" if way.where == "true" else f" where {way.where}"
    told = f"{what}{where}; on the day of {way.on or kind.on}"
    yield wrap(" ".join(told.split()), COLUMNS, "    ")  # a condition may be written in several lines


def _kind(kind: RecordKind) -> Iterator[str]:
    columns = ", ".join(f"{column.name} {column.label}" for column in kind.columns)
    yield wrap(f"columns: {columns}", COLUMNS, "    ")
    for name, sql in kind.derived.items():
        yield wrap(f"{name} = {sql}", COLUMNS, "    ")
    if kind.left_out:
        yield wrap(f"left out: {kind.left_out}", COLUMNS, "    ")
    yield from (wrap(f"· {treatment}", COLUMNS, "    ") for treatment in kind.treatments)
