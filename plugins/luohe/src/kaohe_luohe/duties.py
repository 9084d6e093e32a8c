"""The duties of Luohe's contract that have a deadline: watched, never priced."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe import Count, Event, Level, MissingFacts, MonthFacts, Rulebook, Terms, add_working_days

book = Rulebook()


@book.duty("1.2", "service.outages", at_most="limit")
def outages(facts: MonthFacts) -> Count:
    """Interruptions of the hotline in the month that the authority put down to the vendor."""
    found = facts.verified("service.outage")
    hours = "、".join(f"{event.on}中断{event.value}小时" for event in found)
    return Count.of(found, note=hours or None)


@book.duty("1.4", "service.ready", at_most="days")
def ready(facts: MonthFacts, terms: Terms) -> Level | None:
    """Days from the signature until the authority confirmed that the team was able to run the hotline."""
    days = [(event.on - terms.contract.signed).days for event in facts.verified("service.ready")]
    return Level(max(min(days), 0)) if days else None


@book.duty("5.4", "notices.uncured", at_most="limit")
def notices(facts: MonthFacts, terms: Terms) -> Count | None:
    """Orders issued in the month that were not met within seven days."""
    issued = facts.verified("notice.issued")
    days = timedelta(days=int(terms.value("days")))
    return _in_time(issued, {event.on: event.on + days for event in issued}) if issued else None


@book.duty("8.5", "handover.late", at_most="limit")
def handover(facts: MonthFacts, terms: Terms) -> Count | None:
    """Whether the handover and the deletion letter came more than ten working days after the end."""
    days = int(terms.value("working_days"))
    done = facts.verified("handover.done")
    if not done and facts.month == terms.contract.term.months[-1]:
        due = add_working_days(terms.contract.term.last, days)
        raise MissingFacts([f"handover.done {facts.month}（应于{due}前）"])
    return _in_time(done, {event.on: add_working_days(event.on, days) for event in done}) if done else None


@book.duty("9", "force_majeure.proof_late", at_most="limit")
def force_majeure(facts: MonthFacts, terms: Terms) -> Count | None:
    """Cases of force majeure that ended in the month and were not proved within fifteen days."""
    ended = facts.events("force_majeure.ended")
    days = timedelta(days=int(terms.value("days")))
    return _in_time(ended, {event.on: event.on + days for event in ended}) if ended else None


def _in_time(events: tuple[Event, ...], due: dict[date, date]) -> Count:
    """How many of these were done (``end``) after they were due.

    Raises:
        MissingFacts: none was late, but of some nobody has said yet when they were done.
    """
    late = [event for event in events if event.end and event.end > due[event.on]]
    if not late and (still := [event for event in events if not event.end]):
        raise MissingFacts(f"{e.kind} {e.on}的结束日期（应于{due[e.on]}前）" for e in still)
    told = (f"应于{due[event.on]}前完成，{f'{event.end}完成' if event.end else '尚未完成'}" for event in events)
    return Count.of(late, note="；".join(told))
