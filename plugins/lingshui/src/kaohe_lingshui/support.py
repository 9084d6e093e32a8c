"""Annex 1, items 7 to 12: posts, reports, emergencies, maintenance, the bonus and the rank.

No limit or number of points stands here: each comes from ``contract.yaml`` by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kaohe import (
    Count,
    Event,
    Level,
    MonthFacts,
    Points,
    Rulebook,
    RulingNeeded,
    Terms,
    decimal_text,
)

from kaohe_lingshui.items import Loss, each_month, gained_points, lost_points, of_month
from kaohe_lingshui.posts import vacancies
from kaohe_lingshui.ranks import average_rank, places_below, rank

book = Rulebook()


@book.kpi("A1.7", "posts.vacant", at_most="limit")
def vacant(facts: MonthFacts, terms: Terms) -> Level:
    """A1.7 in the month by itself: posts that are vacant at its end."""
    found = vacancies(facts, terms.window.first)
    of_month(facts, terms)
    return Level(sum(1 for vacancy in found if vacancy.until(facts.month.last) > facts.month.last))


@book.kpi("A1.7", "posts.vacant_months.to_date", at_most="limit")
def vacant_months(facts: MonthFacts, terms: Terms) -> Level:
    """A1.7 over the months so far: months of vacancy of all posts (reading ``vacancy-months``)."""
    return Level(_vacant_months(facts, terms, facts.month.last))


@book.deduction("A1.7", "posts.vacant_months.to_date", indicative=True)
def vacant_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.7: so much for each post and month; a month of vacancy counts where it is completed."""

    def lose(month: MonthFacts) -> Sequence[Loss]:
        before = month.month.first - timedelta(days=1)
        added = _vacant_months(facts, terms, month.month.last) - _vacant_months(facts, terms, before)
        return [Loss(added, "岗位空缺月数", terms.value("each"))]

    return lost_points(facts, terms, lose)


def _vacant_months(facts: MonthFacts, terms: Terms, day: date) -> Fraction:
    """Months that all vacancies had lasted by the end of a day, as known at the end of this month."""
    whole = terms.reading("vacancy-months") == "whole"
    found = vacancies(facts, terms.window.first)
    return sum((vacancy.months(day, whole=whole) for vacancy in found), Fraction(0))


@book.kpi("A1.8", "reports.not_delivered", at_most="limit")
def reports(facts: MonthFacts, terms: Terms) -> Count:
    """A1.8 in the month by itself."""
    return Count.of(of_month(facts, terms).verified("report.not_delivered"))


@book.kpi("A1.8", "reports.not_delivered.to_date", at_most="limit")
def reports_to_date(facts: MonthFacts, terms: Terms) -> Count:
    """A1.8 over the months so far."""
    return _so_far(facts, terms, "report.not_delivered")


@book.deduction("A1.8", "reports.not_delivered.to_date", indicative=True)
def reports_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.8: so much for each report that was not delivered."""
    each = terms.value("each")
    return lost_points(facts, terms, lambda m: [Loss(_count(m, "report.not_delivered"), "未交报告", each)])


@book.kpi("A1.9", "emergencies.mishandled", at_most="limit")
def emergencies(facts: MonthFacts, terms: Terms) -> Count:
    """A1.9 in the month by itself."""
    return Count.of(_cases(of_month(facts, terms), "emergency.mishandled"))


@book.kpi("A1.9", "emergencies.mishandled.to_date", at_most="limit")
def emergencies_to_date(facts: MonthFacts, terms: Terms) -> Count:
    """A1.9 over the months so far."""
    return _so_far(facts, terms, "emergency.mishandled")


@book.deduction("A1.9", "emergencies.mishandled.to_date", indicative=True)
def emergencies_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.9: what the authority takes for each event."""
    return _discretionary(facts, terms, "emergency.mishandled")


@book.kpi("A1.10", "maintenance.failures", at_most="limit")
def maintenance(facts: MonthFacts, terms: Terms) -> Count:
    """A1.10 in the month by itself."""
    return Count.of(_cases(of_month(facts, terms), "maintenance.failure"))


@book.kpi("A1.10", "maintenance.failures.to_date", at_most="limit")
def maintenance_to_date(facts: MonthFacts, terms: Terms) -> Count:
    """A1.10 over the months so far."""
    return _so_far(facts, terms, "maintenance.failure")


@book.deduction("A1.10", "maintenance.failures.to_date", indicative=True)
def maintenance_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.10: what the authority takes for each case."""
    return _discretionary(facts, terms, "maintenance.failure")


def _discretionary(facts: MonthFacts, terms: Terms, kind: str) -> Points:
    """The points that the authority set event by event; an event without points has no default.

    Raises:
        RulingNeeded: an event has no points yet.
    """

    def lose(month: MonthFacts) -> Sequence[Loss]:
        cases = _cases(month, kind)
        if open_ := [event for event in cases if event.points is None]:
            named = "、".join(f"{event.on}{f'（{event.ref}）' if event.ref else ''}" for event in open_)
            raise RulingNeeded(f"{terms.clause.label}（{kind}）{named}的扣分")
        return [Loss(event.count, f"{event.on}事项", event.points or Decimal(0)) for event in cases]

    return lost_points(facts, terms, lose)


def _cases(facts: MonthFacts, kind: str) -> tuple[Event, ...]:
    """The authority's cases; one reported without points and again with them, under one number, is one."""
    events = facts.verified(kind)
    settled = {event.ref for event in events if event.ref and event.points is not None}
    return tuple(event for event in events if event.points is not None or event.ref not in settled)


@book.kpi("A1.11", "praise.verified")
def praise(facts: MonthFacts, terms: Terms) -> Count:
    """A1.11 in the month by itself: calls, letters and banners of praise."""
    return _praise(of_month(facts, terms))


@book.kpi("A1.11", "praise.verified.to_date")
def praise_to_date(facts: MonthFacts, terms: Terms) -> Count:
    """A1.11 over the months so far."""
    months = each_month(facts, terms.window.first, _praise)
    return Count({day: count for month in months.values() for day, count in month.days.items()})


def _praise(facts: MonthFacts) -> Count:
    return Count.of([*facts.verified("praise.verified"), *facts.verified("praise.banner")])


@book.deduction("A1.11", "praise.verified.to_date", indicative=True)
def praise_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.11: so much for each call or letter, more for a banner, up to the most that a year can bring."""
    each, banner = terms.value("each"), terms.value("banner")
    return gained_points(
        facts,
        terms,
        lambda m: [
            Loss(_count(m, "praise.verified"), "来电来信表扬", each),
            Loss(_count(m, "praise.banner"), "锦旗", banner),
        ],
    )


@book.kpi("A1.12", "rank.monthly", at_most="free")
def monthly_rank(facts: MonthFacts, terms: Terms) -> Level:
    """A1.12 in the month by itself: the rank."""
    return Level(rank(of_month(facts, terms), terms))


@book.kpi("A1.12", "rank.average.to_date", at_most="free")
def rank_to_date(facts: MonthFacts, terms: Terms) -> Level:
    """A1.12 over the months so far: the average rank (reading ``average-rank``)."""
    return Level(average_rank(facts, terms, "rank.score_period"))


@book.deduction("A1.12", "rank.average.to_date", indicative=True)
def rank_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.12: so much for each place below the last free one, up to a most."""
    average, free = average_rank(facts, terms, "rank.score_period"), terms.value("free")
    counted, each, most = places_below(average, terms), terms.value("per_place"), terms.value("most")
    lost = counted * Fraction(each)
    below = f"比第{free}名低{decimal_text(counted)}名（{terms.reading('rank-points')}）"
    how = f"平均排名{decimal_text(average)}，{below}：{decimal_text(counted)} × {each}"
    if lost > most:
        return Points(most, Decimal(0), f"{how} = {decimal_text(lost)}，最多扣{most}")
    return Points(lost, Decimal(0), how)


def _so_far(facts: MonthFacts, terms: Terms, kind: str) -> Count:
    months = each_month(facts, terms.window.first, lambda month: Count.of(_cases(month, kind)))
    return Count({day: count for month in months.values() for day, count in month.days.items()})


def _count(facts: MonthFacts, kind: str) -> int:
    return sum(event.count for event in facts.verified(kind))
