"""What the authority reports a second time, once it is over."""

from __future__ import annotations

from collections.abc import Iterable

from kaohe import Event


def latest(events: Iterable[Event]) -> list[Event]:
    """The events in order of date; of one that was reported again under its number, the last word.

    A delay, an unheeded notice or an incident may be reported while it lasts, without ``end``, and again when it is
    over. What has no number stands by itself.
    """
    found: dict[object, Event] = {}
    for n, event in enumerate(sorted(events, key=lambda event: (event.end is not None, event.on))):
        found[(event.ref, event.start or event.on, event.option) if event.ref else n] = event
    return sorted(found.values(), key=lambda event: event.on)
