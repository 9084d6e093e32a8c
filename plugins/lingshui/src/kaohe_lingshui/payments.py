"""Clause 5.2: three instalments, the second and third by the average rank of the months before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from kaohe import (
    Choice,
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


@book.kpi("5.2.2", "rank.average.january_to_may")
def first_average(facts: MonthFacts, terms: Terms) -> Level:
    """5.2.2: the average rank of January to May, so far."""
    return Level(average_rank(facts, terms, "rank.payment_period"))


@book.kpi("5.2.3", "rank.average.june_to_october")
def second_average(facts: MonthFacts, terms: Terms) -> Level:
    """5.2.3: the average rank of June to October, so far."""
    return Level(average_rank(facts, terms, "rank.payment_period"))


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
        average = _average(contract, terms, facts, as_of)
    except MissingFacts as stop:
        unknown = {"gross": None, "at_least": min(amounts.values()), "at_most": max(amounts.values())}
        return planned.model_copy(update={**unknown, "waits_for": stop.names})
    chosen = band(average, terms)
    span = window.label.replace("/", "至")
    how = (
        f"{span}平均排名{decimal_text(average)}，按第{_places(chosen, terms)}名一档计"
        f"（rank-gap={terms.reading('rank-gap')}）：{percent(terms.value(chosen))} × {show(contract.total)} "
        f"= {show(amounts[chosen])}"
    )
    others = [
        f"rank-gap={choice.option}时为{show(amounts[other])}"
        for choice in contract.alternatives("rank-gap", window)
        if (other := band(average, _assuming(terms, choice))) != chosen
    ]
    notes = (how, f"如改读：{'；'.join(others)}") if others else (how,)
    return planned.model_copy(update={"gross": amounts[chosen], "notes": notes})


def _average(contract: Contract, terms: Terms, facts: Facts, as_of: date) -> Fraction:
    """The average over the whole window.

    Raises:
        MissingFacts: the window is not over, or a rank is not known; names each month.
    """
    view = MonthFacts(facts, Month.of(terms.window.last), contract.term)
    to_come = [f"rank.monthly {m.month}" for m in view.months(terms.window.first) if m.month.last > as_of]
    try:
        average = average_rank(view, terms, "rank.payment_period")
    except MissingFacts as stop:
        raise MissingFacts(dict.fromkeys([*stop.names, *to_come])) from stop
    if to_come:
        raise MissingFacts(to_come)
    return average


def _assuming(terms: Terms, choice: Choice) -> Terms:
    return Terms(terms.contract.assuming("rank-gap", choice), terms.clause, terms.window)


def _places(chosen: str, terms: Terms) -> str:
    """The places of a band, such as ``6–9``."""
    top, middle, last = (int(terms.value(name)) for name in ("top_last", "middle_last", "places"))
    return {"top": f"1–{top}", "middle": f"{top + 1}–{middle}", "bottom": f"{middle + 1}–{last}"}[chosen]
