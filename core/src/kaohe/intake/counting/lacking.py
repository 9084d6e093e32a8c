"""What a file of records could be counted for, and is not, because it lacks a column.

An event that nobody counted looks like one that did not happen, so its sender is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kaohe.catalogue import EventKind, Measure
from kaohe.intake.context import Context
from kaohe.intake.counting.columns import Layout
from kaohe.intake.counting.count import lacking, ways


def uncounted(layout: Layout, context: Context) -> Iterator[str]:
    """A sentence for each set of columns that a file lacks: what the contract takes that was not counted for it."""
    counted = {way.entry.code for way in ways(layout, context)}
    found: dict[str, list[str]] = defaultdict(list)
    for entry in _asked(context):
        ways_here = [it for it in entry.counted if it.records == layout.kind.code]
        if ways_here and entry.code not in counted:
            columns = min((lacking(layout, it) for it in ways_here), key=len)
            found["、".join(f"“{column.label}”" for column in columns)].append(entry.label)
    for labels, entries in found.items():
        yield f"没有{labels}一列，没有数：{'、'.join(entries)}；没有数不等于没有发生，有这一列请补上重新上传"


def _asked(context: Context) -> Iterator[Measure | EventKind]:
    """The measures and events that the contract takes from this source."""
    yield from (measure for measure in context.catalogue.measures.values() if measure.code in context.needed)
    yield from context.kinds
