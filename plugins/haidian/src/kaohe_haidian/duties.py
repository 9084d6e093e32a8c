"""The duties of Haidian's contract that articles 3 and 4 name: watched, never priced."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from kaohe import VENDOR, Count, Event, Level, Month, MonthFacts, Ratio, Rulebook, Terms

from kaohe_haidian.clauses import EMPLOYED, ON_DUTY, seats_filled
from kaohe_haidian.weeks import daily_in_weeks, events_in_weeks

book = Rulebook()


@book.duty("3.1.4", "staff.replaced_late", at_most="limit")
def replacements(facts: MonthFacts, terms: Terms) -> Count:
    """Replacements that took, or by the day of the report have taken, longer than the months allowed."""
    months = int(terms.value("months"))
    asked = facts.verified("staff.replacement")
    return Count.of(event for event in asked if event.start and _settled(event) > _months_after(event.start, months))


def _settled(event: Event) -> date:
    return event.end or event.on


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day where it has no such day."""
    month = Month.of(day) + months
    return date(month.year, month.month, min(day.day, monthrange(month.year, month.month)[1]))


@book.duty("3.2.4", "staff.employed_least", at_least="seats")
def employed(facts: MonthFacts, terms: Terms) -> Level:
    """The fewest agents in employment on a working day of the month (reading ``leaders-within-48``)."""
    return Level(min(seats_filled(facts, terms, *EMPLOYED).values()))


@book.duty("3.2.7", "staff.clothing_sets", at_least="sets")
def clothing(facts: MonthFacts, terms: Terms) -> Level | None:
    """The fewest sets of clothes that anyone has been given so far; until a figure comes in there is nothing."""
    given = [
        view["staff.clothing_sets"] for view in facts.months(terms.window.first) if view.has("staff.clothing_sets")
    ]
    if not given:
        return None
    facts.inputs["staff.clothing_sets"] = given[-1]
    return Level(given[-1])


@book.duty("4.1.1", "callbacks.made", at_least="share")
def callbacks(facts: MonthFacts) -> Ratio:
    """Cases called back as a share of those that had to be."""
    return Ratio(*facts.take("callbacks.made", "callbacks.due"))


@book.duty("4.1.3", "districts.response")
def response(facts: MonthFacts) -> Ratio:
    """The sub-districts' response rate: shown, without a target."""
    return Ratio(*facts.take("districts.responded", "districts.surveyed"))


@book.duty("4.1.3", "districts.resolution")
def resolution(facts: MonthFacts) -> Ratio:
    """The sub-districts' resolution rate: shown, without a target."""
    return Ratio(*facts.take("districts.resolved", "districts.surveyed"))


@book.duty("4.1.3", "districts.satisfaction")
def satisfaction(facts: MonthFacts) -> Ratio:
    """The sub-districts' satisfaction rate: shown, without a target."""
    return Ratio(*facts.take("districts.satisfied", "districts.surveyed"))


@book.duty("4.1.4.1", "reports.monthly", at_least="reports")
def monthly_reports(facts: MonthFacts) -> Level:
    """How many of the month's bulletin and notice were drafted."""
    return Level(facts["report.monthly"])


@book.duty("4.1.4.2", "reports.quarterly", at_least="reports")
def quarterly_reports(facts: MonthFacts, terms: Terms) -> Count:
    """Quarterly notices drafted since the quarter began."""
    views = facts.months(terms.window.first)
    drafted = [event for view in views for event in view.events("report.quarterly")]
    facts.inputs["report.quarterly"] = sum(event.count for event in drafted)
    if not drafted:
        for view in views:
            view.require(VENDOR)
    return Count.of(drafted)


@book.duty("4.1.6", "weibo.weeks_updated", at_least="share")
def weibo(facts: MonthFacts, terms: Terms) -> Ratio:
    """Weeks with enough updates of the micro-blog as a share of the weeks that end in the month."""
    weeks = daily_in_weeks(facts, terms, "weibo.updates")
    return Ratio(sum(1 for count in weeks if count >= terms.value("updates")), len(weeks))


@book.duty("4.2.1.1", "staff.agents", at_least="seats")
def agents(facts: MonthFacts, terms: Terms) -> Level:
    """Agents at the month's end, with or without manager and team leaders (reading ``leaders-within-48``)."""
    if terms.reading("leaders-within-48") == "within":
        return Level(facts["staff.agents"])
    everybody, managers, leaders = facts.take("staff.agents", "staff.managers", "staff.leaders")
    return Level(everybody - managers - leaders)


@book.duty("4.2.1.1", "staff.managers", at_least="managers")
def managers(facts: MonthFacts) -> Level:
    """Project managers at the month's end."""
    return Level(facts["staff.managers"])


@book.duty("4.2.1.1", "staff.leaders", at_least="leaders")
def leaders(facts: MonthFacts) -> Level:
    """Team leaders at the month's end."""
    return Level(facts["staff.leaders"])


@book.duty("4.2.1.2", "staff.degree_share", at_least="target")
def degrees(facts: MonthFacts) -> Ratio:
    """Agents with a bachelor's degree or a higher one as a share of all agents at the month's end."""
    return Ratio(*facts.take("staff.degrees", "staff.agents"))


@book.duty("4.2.2.1", "seats.full_days", at_least="share")
def full_days(facts: MonthFacts, terms: Terms) -> Ratio:
    """Working days with all seats filled as a share of the working days, without those exempted from either clause."""
    filled = seats_filled(facts.without_exempt_days("3.1.5", terms.clause.no), terms, *ON_DUTY)
    return Ratio(sum(1 for count in filled.values() if count >= terms.value("seats")), len(filled))


@book.duty("4.2.3.1", "training.weeks", at_least="share")
def training(facts: MonthFacts, terms: Terms) -> Ratio:
    """Weeks with enough training sessions as a share of the weeks that end in the month."""
    weeks = events_in_weeks(facts, terms, "training.held", VENDOR)
    return Ratio(sum(1 for count in weeks if count >= terms.value("sessions")), len(weeks))


@book.duty("4.2.3.2", "exams.held", at_least="exams")
def exams(facts: MonthFacts) -> Count:
    """Exams of the staff in the month."""
    facts.require(VENDOR)
    return Count.of(facts.events("exam.held"))
