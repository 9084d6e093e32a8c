"""Rows that tell of one event twice: who sees the sum before it is scored has to see what will count."""

from __future__ import annotations

from collections.abc import Iterable

from kaohe.model import digest
from kaohe.submission import Event


def once_each(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events without those that have the number and all else but the remark in common with another.

    :func:`kaohe.union.merge_events` counts these once in whatever files they stand; of their remarks it keeps the
    first in the order of the characters.
    """
    kept: dict[str | int, Event] = {}
    for place, event in enumerate(events):
        identity = digest(event.identity) if event.ref else place
        first = kept.setdefault(identity, event)
        if (event.note or "") < (first.note or ""):
            kept[identity] = event
    return tuple(kept.values())
