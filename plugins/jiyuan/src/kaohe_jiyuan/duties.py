"""The duties of Jiyuan's contract: watched, never priced."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe import VENDOR, Count, Level, MonthFacts, Ratio, Rulebook

book = Rulebook()


@book.duty("4.11", "emergencies.reported_late", at_most="limit")
def emergencies(facts: MonthFacts) -> Count:
    """Emergencies that the authority found to be reported late."""
    return Count.of(facts.verified("emergency.reported_late"))


@book.duty("4.12", "safety.checks", at_least="share")
def safety_checks(facts: MonthFacts) -> Ratio:
    """Weeks with a registered safety check as a share of the weeks that end in the month."""
    return _weeks_with(facts, "safety.check")


@book.duty("4.13", "cleaning.checks", at_least="share")
def cleaning_checks(facts: MonthFacts) -> Ratio:
    """Weeks with a registered cleaning check as a share of the weeks that end in the month."""
    return _weeks_with(facts, "cleaning.check")


def _weeks_with(facts: MonthFacts, kind: str) -> Ratio:
    """A week runs from Monday to Sunday and belongs to the month that its Sunday lies in."""
    facts.require(VENDOR)
    months = facts.months(facts.month.first - timedelta(days=6))  # the first week may begin in the month before
    checked = {event.on for view in months for event in view.events(kind)}
    weeks = [_week(day) for day in facts.days if day.isoweekday() == 7]
    without = [week for week in weeks if not week & checked]
    for view in months:
        if any(day in view.month for week in without for day in week):
            view.require(VENDOR)  # it may hold the check
    return Ratio(len(weeks) - len(without), len(weeks))


def _week(sunday: date) -> set[date]:
    return {sunday - timedelta(days=n) for n in range(7)}


@book.duty("5.3.2", "training.entry_days", at_least="entry_days")
def entry_training(facts: MonthFacts) -> Level | None:
    """The fewest days of training that anyone had who started in the month; nobody started: nothing to show."""
    return Level(facts["training.entry_days"]) if facts.has("training.entry_days") else None


@book.duty("5.3.2", "training.class_hours", at_least="class_hours")
def class_hours(facts: MonthFacts) -> Level:
    """The fewest class hours that anyone on the team had in the month."""
    return Level(facts["training.class_hours"])


@book.duty("5.3.3", "training.practice_days", at_least="practice_days")
def practice(facts: MonthFacts) -> Level | None:
    """The fewest days of practice before the first shift of anyone who started in the month."""
    return Level(facts["training.practice_days"]) if facts.has("training.practice_days") else None


@book.duty("5.3.3", "reports.delivered", at_least="reports")
def reports(facts: MonthFacts) -> Level:
    """How many of the month's reports on attendance, performance and payroll were delivered."""
    return Level(facts["reports.delivered"])
