"""The duties of annex 1 on fire safety: watched, never priced. The fines stand in ``sanctions.py``."""

from __future__ import annotations

from datetime import timedelta

from kaohe import AUTHORITY, VENDOR, Count, MonthFacts, Ratio, Rulebook, Terms

from kaohe_haidian.weeks import events_in_weeks

book = Rulebook()


@book.duty("A1.1", "fire.manager_checks", at_least="share")
def manager_checks(facts: MonthFacts, terms: Terms) -> Ratio:
    """Days with enough checks by the project manager as a share of the days."""
    return _days_with(facts, terms, "fire.manager_checks", "daily")


@book.duty("A1.1", "fire.authority_checks", at_least="share")
def authority_checks(facts: MonthFacts, terms: Terms) -> Ratio:
    """Weeks with enough checks by the authority as a share of the weeks that end in the month."""
    weeks = events_in_weeks(facts, terms, "fire.authority_check", AUTHORITY)
    return Ratio(sum(1 for count in weeks if count >= terms.value("weekly")), len(weeks))


@book.duty("A1.2", "fire.drills", at_least="drills")
def drills(facts: MonthFacts, terms: Terms) -> Count:
    """Days with a fire drill since the half year began, whoever reported it."""
    views = facts.months(terms.window.first)
    days = {event.on: 1 for view in views for event in view.events("fire.drill")}
    facts.inputs["fire.drill"] = len(days)
    if not days:
        for view in views:
            view.require(VENDOR)
    return Count(days)


@book.duty("A1.3.1", "fire.patrols", at_least="share")
def patrols(facts: MonthFacts, terms: Terms) -> Ratio:
    """Days with enough patrols as a share of the days."""
    return _days_with(facts, terms, "fire.patrols", "patrols")


@book.duty("A1.5.1", "fire.hazards_uncured", at_most="limit")
def hazards(facts: MonthFacts, terms: Terms) -> Count:
    """Hazards that were cured, or by the day of the report had not been cured, later than the days allowed."""
    allowed = timedelta(days=int(terms.value("days")))
    found = facts.verified("fire.hazard")
    return Count.of(event for event in found if event.start and (event.end or event.on) > event.start + allowed)


def _days_with(facts: MonthFacts, terms: Terms, code: str, least: str) -> Ratio:
    counts = facts.daily(code)
    return Ratio(sum(1 for (count,) in counts.values() if count >= terms.value(least)), len(counts))
