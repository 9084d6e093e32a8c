"""Which months make a quarter: one answer for assessments, for what counts once a quarter, and for payments."""

from __future__ import annotations

from kaohe import Month, Term, Terms, Window


def quarter(terms: Terms, month: Month) -> Window:
    """The quarter that a month lies in (reading ``quarter-basis``).

    The parties can have only one way of dividing the year, so a ruling holds for the whole term, whenever it comes.
    """
    own = terms.window
    terms.over(terms.contract.term.window)
    basis = terms.reading("quarter-basis")
    terms.over(own)
    return _calendar(terms.contract.term, month) if basis == "calendar" else terms.contract.term.quarter(month)


def quarters(terms: Terms) -> tuple[Window, ...]:
    """All quarters that the term touches, in order: four of service months, or five of the calendar."""
    return tuple(dict.fromkeys(quarter(terms, month) for month in terms.contract.term.months))


def _calendar(term: Term, month: Month) -> Window:
    """The calendar quarter of a month, as far as it lies in the term."""
    first = month + -((month.month - 1) % 3)
    return Window.between(max(first, term.months[0]), min(first + 2, term.months[-1]))
