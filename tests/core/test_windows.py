"""Clauses that look beyond a month: exempt days, readings that choose the period, days that a year's figure lacks."""

from datetime import date

from kaohe import Month, MonthFacts, Ratio, Rulebook, Terms, Window
from kaohe.catalogue import AUTHORITY
from kaohe.readings import Ruling
from kaohe.scoring import derive
from kaohe.submission import Event

from tests.core import small

APRIL = Month.of("2026-04")


def test_an_exemption_reported_in_one_month_reaches_into_the_next() -> None:
    flood = Event(kind="exemption", on=date(2026, 3, 31), clause="1", start=date(2026, 3, 30), end=date(2026, 4, 2))
    other = flood.model_copy(update={"clause": "2", "end": date(2026, 4, 30)})
    facts = small.facts(small.findings(small.MARCH, flood, other))
    march, april = (MonthFacts(facts, month, small.contract().term) for month in (small.MARCH, APRIL))
    assert march.without_exempt_days("1").days[-1] == date(2026, 3, 29)
    assert april.without_exempt_days("1").days[0] == date(2026, 4, 3)
    assert april.inputs == {f"exemption ({AUTHORITY}), days": 2}


def test_a_reading_that_chooses_the_period_is_cited_as_it_was_when_it_was_asked_for() -> None:
    days = {"started": date(2026, 2, 1), "whole": date(2026, 6, 1)}
    ruled = small.contract().with_rulings(
        Ruling(reading="partial-point", option=option, on=day, since=day) for option, day in days.items()
    )
    terms = Terms(ruled, ruled.clause("1"), Window.of(small.MARCH))
    assert terms.reading("partial-point") == "started"
    terms.over(ruled.term.window)
    assert [(adopted.option, adopted.by) for adopted in terms.adopted] == [("started", "ruling")]


def test_a_day_that_a_years_figure_lacks_leaves_its_month_incomplete() -> None:
    book = Rulebook()

    @book.kpi("1", "calls.connected", at_least="target")
    def connected(facts: MonthFacts, terms: Terms) -> Ratio:
        months = facts.so_far(terms.window.first, "calls.answered", "calls.offered")
        return Ratio(sum(a for a, _ in months.values()), sum(o for _, o in months.values()))

    contract = small.contract(
        clauses=[
            small.clause("1", assessed="term", values={"target": "0.95"}),
            small.clause("9", kinds=["payment"]),
        ]
    )
    calls = {"calls.offered": {date(2026, 1, 1): 9}, "calls.answered": 9}
    january = Month.of("2026-01")
    (found,) = derive(small.region(book, contract), contract, [small.upload(january, calls)]).assessments
    assert found.state == "incomplete"
    assert found.kpis[0].missing == ("calls.offered 2026-01-02…2026-01-31",)
