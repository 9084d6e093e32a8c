"""The rank among the province's 19 platforms: month by month, on average, and the band that it falls into."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kaohe import MissingFacts, MonthFacts, Terms

from kaohe_lingshui.items import each_month

BANDS = ("top", "middle", "bottom")


def rank(facts: MonthFacts, terms: Terms) -> Decimal | int:
    """The month's rank.

    Raises:
        MissingFacts: it is not known, or no rank among so many platforms.
    """
    place, places = facts["rank.monthly"], terms.value("places")
    if not 1 <= place <= places:
        raise MissingFacts([f"rank.monthly {facts.month}（{place}不是{places}个平台中的名次）"])
    return place


def average_rank(facts: MonthFacts, terms: Terms, published: str) -> Fraction:
    """The average rank of a clause's window, so far (reading ``average-rank``).

    Args:
        facts: the month.
        terms: the clause's terms.
        published: code of the measure that holds the province's own figure, once the window is over.

    Raises:
        MissingFacts: some month's rank is not known; names all such months.
    """
    if terms.reading("average-rank") == "published" and facts.month.last == terms.window.last:
        return Fraction(facts[published])
    ranks = _ranks(facts, terms.window.first, terms)
    return sum(ranks, Fraction(0)) / len(ranks)


def _ranks(facts: MonthFacts, first: date, terms: Terms) -> list[Fraction]:
    return [Fraction(place) for place in each_month(facts, first, lambda view: rank(view, terms)).values()]


def band(average: Fraction, terms: Terms) -> str:
    """The band that an average rank falls into; one between two bands by the reading ``rank-gap``."""
    place = {
        "round-half-up": lambda: math.floor(average + Fraction(1, 2)),
        "upper-band": lambda: math.floor(average),
        "strict": lambda: math.ceil(average),
    }[terms.reading("rank-gap")]()
    if place <= terms.value("top_last"):
        return "top"
    return "middle" if place <= terms.value("middle_last") else "bottom"


def places_below(average: Fraction, terms: Terms) -> Fraction:
    """Places by which an average is below the last one that costs nothing (reading ``rank-points``)."""
    below = max(average - Fraction(terms.value("free")), Fraction(0))
    return {
        "whole": lambda: Fraction(math.floor(below)),
        "started": lambda: Fraction(math.ceil(below)),
        "prorata": lambda: below,
    }[terms.reading("rank-points")]()
