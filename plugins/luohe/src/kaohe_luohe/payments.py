"""When the instalments fall due (2.2): in the first days of the next quarter, after the quarter's assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kaohe import Assessment, Contract, Instalment, Month, State, Terms, Window, schedule

from kaohe_luohe.quarters import quarters


def instalments(contract: Contract, assessments: Sequence[Assessment]) -> list[Instalment]:
    """The four instalments with the dates of their quarters (readings ``quarter-basis`` and ``first-quarter``)."""
    terms = Terms(contract, contract.clause("2.2"), contract.term.window)
    states = {assessment.month: assessment.state for assessment in assessments}
    paid_for = zip(schedule(contract), quarters(terms), strict=False)  # the calendar has a fifth, which nobody pays
    return [_dated(planned, span, terms, states) for planned, span in paid_for]


def _dated(planned: Instalment, span: Window, terms: Terms, states: dict[Month, State]) -> Instalment:
    if planned.no == 1 and terms.reading("first-quarter") == "advance":
        return planned.model_copy(update={"earliest": terms.contract.signed, "due": span.last, "advance": True})
    due = span.last + timedelta(days=int(terms.value("days")))
    waits_for = _open(span, terms.contract.term.months, states)
    update = {"earliest": span.last + timedelta(days=1), "due": due, "waits_for": waits_for}
    return planned.model_copy(update=update)


def _open(span: Window, months: Sequence[Month], states: dict[Month, State]) -> tuple[str, ...]:
    """The assessment of the quarter's months, as far as it is not final."""
    own = (month for month in months if span.first <= month.last <= span.last)
    still = [str(month) for month in own if states.get(month) is not State.FINAL]
    return (f"{'、'.join(still)}的考核结果",) if still else ()
