"""Clause 5.2: three instalments, the second and third by the average rank of the months before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from fractions import Fraction

from kaohe import (
    Contract,
    Facts,
    Instalment,
    Level,
    MissingFacts,
    Month,
    MonthFacts,
    Rulebook,
    Terms,
    decimal_text,
    percent,
    schedule,
    show,
    yuan,
)

from kaohe_lingshui.ranks import BANDS, average_rank, band

book = Rulebook()

PUBLISHED = "rank.payment_period"
"""The province's own average of the months of an instalment."""
READINGS = ("average-rank", "rank-gap")


@book.kpi("5.2.2", "rank.average.january_to_may")
def first_average(facts: MonthFacts, terms: Terms) -> Level:
    """5.2.2: the average rank of January to May, so far."""
    return Level(average_rank(facts, terms, PUBLISHED))


@book.kpi("5.2.3", "rank.average.june_to_october")
def second_average(facts: MonthFacts, terms: Terms) -> Level:
    """5.2.3: the average rank of June to October, so far."""
    return Level(average_rank(facts, terms, PUBLISHED))


def instalments(contract: Contract, facts: Facts, as_of: date) -> Sequence[Instalment]:
    """The three instalments; one that a rank decides is unknown until all its months' ranks are known."""
    return [
        _by_rank(planned, contract, facts, as_of) if contract.clause(planned.clause).spans else planned
        for planned in schedule(contract)
    ]


def _by_rank(planned: Instalment, contract: Contract, facts: Facts, as_of: date) -> Instalment:
    clause = contract.clause(planned.clause)
    window = clause.spans[0].window
    terms = Terms(contract, clause, window)
    amounts = {name: yuan(Fraction(contract.total) * Fraction(terms.value(name))) for name in BANDS}
    try:
        average = _average(terms, facts, as_of)
    except MissingFacts as stop:
        unknown = {"gross": None, "at_least": min(amounts.values()), "at_most": max(amounts.values())}
        return planned.model_copy(update={**unknown, "waits_for": stop.names})
    chosen = band(average, terms)
    span, read_as = window.label.replace("/", "至"), "，".join(f"{name}={terms.reading(name)}" for name in READINGS)
    how = (
        f"{span}平均排名{decimal_text(average)}，按第{_places(chosen, terms)}名一档计（{read_as}）："
        f"{percent(terms.value(chosen))} × {show(contract.total)} = {show(amounts[chosen])}"
    )
    others = [f"{told}时为{show(amounts[other])}" for told, other in _otherwise(terms, facts, as_of) if other != chosen]
    notes = (how, f"如改读：{'；'.join(others)}") if others else (how,)
    return planned.model_copy(update={"gross": amounts[chosen], "notes": notes})


def _average(terms: Terms, facts: Facts, as_of: date) -> Fraction:
    """The average over the whole window.

    Raises:
        MissingFacts: the window is not over, or a rank is not known; names each month.
    """
    view = MonthFacts(facts, Month.of(terms.window.last), terms.contract.term)
    if terms.reading("average-rank") == "published":
        needed = [(PUBLISHED, view.month)]
    else:
        needed = [("rank.monthly", month.month) for month in view.months(terms.window.first)]
    to_come = [f"{code} {month}" for code, month in needed if month.last > as_of]
    try:
        average = average_rank(view, terms, PUBLISHED)
    except MissingFacts as stop:
        raise MissingFacts(dict.fromkeys([*stop.names, *to_come])) from stop
    if to_come:
        raise MissingFacts(to_come)
    return average


def _otherwise(terms: Terms, facts: Facts, as_of: date) -> Iterator[tuple[str, str]]:
    """The band under each other option of each reading, where the average that it needs is known."""
    for name in READINGS:
        for choice in terms.contract.alternatives(name, terms.window):
            other = Terms(terms.contract.assuming(name, choice), terms.clause, terms.window)
            with suppress(MissingFacts):
                yield f"{name}={choice.option}", band(_average(other, facts, as_of), other)


def _places(chosen: str, terms: Terms) -> str:
    """The places of a band, such as ``6–9``."""
    top, middle, last = (int(terms.value(name)) for name in ("top_last", "middle_last", "places"))
    return {"top": f"1–{top}", "middle": f"{top + 1}–{middle}", "bottom": f"{middle + 1}–{last}"}[chosen]
