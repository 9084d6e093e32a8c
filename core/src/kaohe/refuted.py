"""Figures that others refute: a part that is more than its whole, by what two files or the two sides say together.

No file may state such, so one of the two figures is wrong. The authority's stands then; of two of one side the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kaohe.catalogue import AUTHORITY, Catalogue, Measure, Source
from kaohe.merging import FigureKey
from kaohe.model import Quantity
from kaohe.periods import Month

Values = Mapping[Source, Quantity]


class Reason(NamedTuple):
    """Why a figure does not stand.

    Attributes:
        other: the code of the measure that refutes it.
        why: what it is above or below, in Chinese.
    """

    other: str
    why: str


Reasons = Mapping[date | None, Reason]
"""Why figures of a measure do not stand, by day; None: that of the whole month."""


def refuted(figures: Mapping[FigureKey, Values], catalogue: Catalogue) -> Mapping[tuple[Month, str], Reasons]:
    """What does not stand beside other figures, and why, by month and measure."""
    found: dict[tuple[Month, str], dict[date | None, Reason]] = {}
    for month, code, on in figures:
        part = catalogue.measures.get(code)
        for loser, reason in _losers(part, month, on, figures, catalogue) if part else ():
            found.setdefault((month, loser), {}).setdefault(on, reason)
    return found


def _losers(
    part: Measure, month: Month, on: date | None, figures: Mapping[FigureKey, Values], catalogue: Catalogue
) -> Iterator[tuple[str, Reason]]:
    """The code of what does not stand between a part and each of its wholes, and why."""
    for whole in catalogue.wholes(part):
        mine, theirs = figures[month, part.code, on], figures.get((month, whole.code, on))
        if theirs and best(mine) > best(theirs):
            if AUTHORITY in mine and AUTHORITY not in theirs:
                yield whole.code, Reason(part.code, f"少于{part.label}")
            else:
                yield part.code, Reason(whole.code, f"多于{whole.label}")


def best(values: Values) -> Quantity:
    """The authority's value if it gave one, else the vendor's."""
    return values[AUTHORITY] if AUTHORITY in values else values[Source.VENDOR]
