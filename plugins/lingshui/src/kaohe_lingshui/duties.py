"""The duties of Lingshui's contract: watched, never priced."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe import Contract, Count, Level, MonthFacts, Ratio, Rulebook, Terms, add_working_days

from kaohe_lingshui.posts import vacancies
from kaohe_lingshui.repeats import latest
from kaohe_lingshui.score import assessed
from kaohe_lingshui.service import callbacks, calls, consultations, ratings

book = Rulebook()


@book.duty("2.1.1", "staff.present", at_least="staff")
def staff(facts: MonthFacts, terms: Terms) -> Level | None:
    """2.1.1: people present at the month's end; nothing while the days after the signature are running."""
    in_place_by = terms.contract.signed + timedelta(days=int(terms.value("days")))
    return Level(facts["staff.present"]) if facts.month.last >= in_place_by else None


@book.duty("2.1.1", "posts.longest_vacancy_days", at_most="days")
def longest_vacancy(facts: MonthFacts, terms: Terms) -> Level | None:
    """2.1.1: days for which the longest vacancy of the month had lasted when it, or the month, ended."""
    found = vacancies(facts, terms.contract.term.first)
    lasted = [
        (vacancy.until(facts.month.last) - vacancy.start).days
        for vacancy in found
        if vacancy.end is None or vacancy.end >= facts.month.first
    ]
    return Level(max(lasted)) if lasted else None


@book.duty("3.2.8", "service.changes_at_short_notice", at_most="limit")
def changes(facts: MonthFacts, terms: Terms) -> Count:
    """3.2.8: changes made earlier than so many working days after their notice."""
    days = int(terms.value("notice_days"))
    return Count.of(e for e in facts.events("service.change") if e.start and add_working_days(e.start, days) > e.on)


@book.duty("5.2.4", "labour.spending.most", at_most="most")
def most_spent(facts: MonthFacts, terms: Terms) -> Level:
    """5.2.4: spent on pay and benefits so far, against the most."""
    return _spent(facts, terms)


@book.duty("5.2.4", "labour.spending.least", at_least="least")
def least_spent(facts: MonthFacts, terms: Terms) -> Level | None:
    """5.2.4: spent on pay and benefits in the year, against the least; only once the term is over."""
    return _spent(facts, terms) if facts.month == terms.contract.term.months[-1] else None


def _spent(facts: MonthFacts, terms: Terms) -> Level:
    months = facts.so_far(terms.window.first, "labour.spending")
    return Level(sum(spent for (spent,) in months.values()))


@book.duty("5.2.5", "invoice.days_ahead", at_least="days")
def invoiced_ahead(facts: MonthFacts, terms: Terms) -> Level | None:
    """5.2.5: days from the invoice to the payment, for the payments of the month; the fewest."""
    invoiced: dict[int | None, date] = {}
    for view in facts.months(terms.contract.term.first):
        for event in view.verified("invoice.received"):
            invoiced.setdefault(event.instalment, event.on)
    paid = {event.instalment: event.on for event in reversed(facts.verified("payment.made"))}
    ahead = [max((on - invoiced[no]).days, 0) if no in invoiced else 0 for no, on in paid.items()]
    return Level(min(ahead)) if ahead else None


@book.duty("6", "faults.ordinary_in_time", at_least="share")
def ordinary_faults(facts: MonthFacts) -> Ratio:
    """6: ordinary faults mended within 2 hours."""
    return Ratio(*facts.take("faults.ordinary_in_time", "faults.ordinary"))


@book.duty("6", "faults.major_in_time", at_least="share")
def major_faults(facts: MonthFacts) -> Ratio:
    """6: major faults mended within 8 hours."""
    return Ratio(*facts.take("faults.major_in_time", "faults.major"))


@book.duty("6", "faults.line_in_time", at_least="share")
def line_faults(facts: MonthFacts) -> Ratio:
    """6: faults of telephones and lines mended within 24 hours."""
    return Ratio(*facts.take("faults.line_in_time", "faults.line"))


@book.duty("7.1", "leaks.verified", at_most="limit")
def leaks(facts: MonthFacts) -> Count:
    """7.1: verified leaks."""
    return Count.of(facts.verified("leak.verified"))


@book.duty("10.1", "force_majeure.late_notices", at_most="limit")
def force_majeure(facts: MonthFacts, terms: Terms) -> Count:
    """10.1: notices of force majeure given later than so many days after it."""
    days = int(terms.value("days"))
    events = facts.events("force_majeure.notice")
    return Count.of(event for event in events if event.start and (event.on - event.start).days > days)


@book.duty("A2.8", "security.late_reports", at_most="limit")
def security_reports(facts: MonthFacts, terms: Terms) -> Count:
    """A2.8: major security incidents reported later than the next day, or not at all."""
    days = int(terms.value("days"))
    incidents = latest(facts.verified("security.incident"))
    return Count.of(event for event in incidents if event.end is None or (event.end - event.on).days > days)


@book.duty("A5.5.1", "calls.connected.unscored", at_least="connected")
def unscored_calls(facts: MonthFacts, terms: Terms) -> Ratio | None:
    """A5.5.1: the connect rate of a month that annex 1 leaves out."""
    return calls(facts) if _is_unscored(facts, terms.contract) else None


@book.duty("A5.5.1", "consultations.answered_at_once.unscored", at_least="at_once")
def unscored_consultations(facts: MonthFacts, terms: Terms) -> Ratio | None:
    """A5.5.1: consultations answered at once in a month that annex 1 leaves out."""
    return consultations(facts) if _is_unscored(facts, terms.contract) else None


@book.duty("A5.5.1", "callbacks.in_time.unscored", at_least="called_back")
def unscored_callbacks(facts: MonthFacts, terms: Terms) -> Ratio | None:
    """A5.5.1: call-backs within 24 hours in a month that annex 1 leaves out."""
    return callbacks(facts) if _is_unscored(facts, terms.contract) else None


@book.duty("A5.5.1", "survey.satisfaction.unscored", at_least="satisfied")
def unscored_ratings(facts: MonthFacts, terms: Terms) -> Ratio | None:
    """A5.5.1: satisfied callers in a month that annex 1 leaves out."""
    return ratings(facts) if _is_unscored(facts, terms.contract) else None


def _is_unscored(facts: MonthFacts, contract: Contract) -> bool:
    return assessed(contract, facts.month) is None


@book.duty("A5.5.2", "reports.delivered", at_least="reports")
def reports(facts: MonthFacts) -> Level:
    """A5.5.2: reports on the hotline delivered in the month."""
    return Level(facts["reports.delivered"])
