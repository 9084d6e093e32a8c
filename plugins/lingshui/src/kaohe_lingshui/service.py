"""Annex 1, items 1 to 6: the service indicators and what they earn.

Each item shows the month by itself and the months so far; the points are those of the months so far.
No share, limit or number of points stands here: each comes from ``contract.yaml`` by its name.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe import Count, MonthFacts, Points, Ratio, Rulebook, Terms

from kaohe_lingshui.items import Loss, each_month, lost_points, of_month, rate_points, share_of_full, to_date

book = Rulebook()


def calls(facts: MonthFacts) -> Ratio:
    """Calls answered by agents of those offered to them, without days that both sides agreed to leave out."""
    return Ratio(*facts.without_exempt_days("A1.1").take("calls.answered", "calls.offered"))


def inspections(facts: MonthFacts) -> Ratio:
    """Samples that passed of those that the province took."""
    return Ratio(*facts.take("inspection.passed", "inspection.sampled"))


def consultations(facts: MonthFacts) -> Ratio:
    """Consultations answered at once of those received."""
    return Ratio(*facts.take("consultations.answered_at_once", "consultations.received"))


def callbacks(facts: MonthFacts) -> Ratio:
    """Callers called back within 24 hours of those due."""
    return Ratio(*facts.take("callbacks.in_time", "callbacks.due"))


def ratings(facts: MonthFacts) -> Ratio:
    """Satisfied callers of those who rated."""
    return Ratio(*facts.take("survey.satisfied", "survey.rated"))


@book.kpi("A1.1", "calls.connected", at_least="target")
def connected(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.1 in the month by itself."""
    return calls(of_month(facts, terms))


@book.kpi("A1.1", "calls.connected.to_date", at_least="target")
def connected_to_date(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.1 over the months so far."""
    return to_date(facts, terms, calls)


@book.deduction("A1.1", "calls.connected.to_date", indicative=True)
def connected_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.1: full marks at 95 %, a point more or less for each percentage point."""
    return rate_points(facts, terms, calls)


@book.kpi("A1.2", "inspection.passed", at_least="target")
def passed(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.2 in the month by itself."""
    return inspections(of_month(facts, terms))


@book.kpi("A1.2", "inspection.passed.to_date", at_least="target")
def passed_to_date(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.2 over the months so far."""
    return to_date(facts, terms, inspections)


@book.deduction("A1.2", "inspection.passed.to_date", indicative=True)
def passed_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.2: the pass rate times the full marks."""
    return rate_points(facts, terms, inspections, share_of_full)


@book.kpi("A1.3", "consultations.answered_at_once", at_least="target")
def answered_at_once(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.3 in the month by itself."""
    return consultations(of_month(facts, terms))


@book.kpi("A1.3", "consultations.answered_at_once.to_date", at_least="target")
def answered_at_once_to_date(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.3 over the months so far."""
    return to_date(facts, terms, consultations)


@book.deduction("A1.3", "consultations.answered_at_once.to_date", indicative=True)
def answered_at_once_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.3: full marks at 50 %, a point more or less for each percentage point."""
    return rate_points(facts, terms, consultations)


@book.kpi("A1.4", "callbacks.in_time", at_least="target")
def called_back(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.4 in the month by itself."""
    return callbacks(of_month(facts, terms))


@book.kpi("A1.4", "callbacks.in_time.to_date", at_least="target")
def called_back_to_date(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.4 over the months so far."""
    return to_date(facts, terms, callbacks)


@book.deduction("A1.4", "callbacks.in_time.to_date", indicative=True)
def called_back_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.4: full marks at 100 %, a point less for each percentage point."""
    return rate_points(facts, terms, callbacks)


@book.kpi("A1.5", "survey.satisfaction", at_least="target")
def satisfaction(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.5 in the month by itself."""
    return ratings(of_month(facts, terms))


@book.kpi("A1.5", "survey.satisfaction.to_date", at_least="target")
def satisfaction_to_date(facts: MonthFacts, terms: Terms) -> Ratio:
    """A1.5 over the months so far."""
    return to_date(facts, terms, ratings)


@book.deduction("A1.5", "survey.satisfaction.to_date", indicative=True)
def satisfaction_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.5: full marks at 95 %, a point more or less for each percentage point."""
    return rate_points(facts, terms, ratings)


@book.kpi("A1.6", "complaints.justified", at_most="limit")
def complaints(facts: MonthFacts, terms: Terms) -> Count:
    """A1.6 in the month by itself: justified complaints, the severe ones among them."""
    return _complaints(of_month(facts, terms))


@book.kpi("A1.6", "complaints.justified.to_date", at_most="limit")
def complaints_to_date(facts: MonthFacts, terms: Terms) -> Count:
    """A1.6 over the months so far."""
    months = each_month(facts, terms.window.first, _complaints)
    return Count({day: count for month in months.values() for day, count in month.days.items()})


def _complaints(facts: MonthFacts) -> Count:
    return Count.of([*facts.verified("complaint.verified"), *facts.verified("complaint.severe")])


@book.deduction("A1.6", "complaints.justified.to_date", indicative=True)
def complaints_points(facts: MonthFacts, terms: Terms) -> Points:
    """A1.6: so much a complaint, more for a severe one, in place of that or on top (``severe-complaint``)."""
    each, severe = terms.value("each"), terms.value("severe")
    on_top = terms.reading("severe-complaint") == "on-top"

    def lose(month: MonthFacts) -> Sequence[Loss]:
        counts = [sum(e.count for e in month.verified(f"complaint.{kind}")) for kind in ("verified", "severe")]
        return [
            Loss(counts[0], "投诉", each),
            Loss(counts[1], "严重投诉", severe + each if on_top else severe),
        ]

    return lost_points(facts, terms, lose)
