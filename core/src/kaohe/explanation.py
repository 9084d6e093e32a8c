"""One figure explained, from the clause down to the rows of the uploads that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from kaohe.catalogue import Source
from kaohe.contract import Clause, Contract
from kaohe.errors import NotFound
from kaohe.facts import Event, Submission
from kaohe.model import Quantity, Rate, Record
from kaohe.money import ZERO, Money
from kaohe.periods import Month, Window
from kaohe.results import Deduction, Document, Kpi


class Row(Record):
    """One figure or event of an upload that a clause rests on.

    Attributes:
        code: the measure or kind of event.
        label: its Chinese name.
        on: the day; None for a figure of the whole month.
        month: the month of the upload.
        value: the figure; for an event how often it happened.
        source: who sent it.
        where: the file and the place in it.
        event: the event whole, where it is one.
    """

    code: str
    label: str
    on: date | None
    month: Month
    value: Quantity
    source: Source
    where: str
    event: Event | None = None


class Explanation(Record):
    """How a clause came out in a month, and from what.

    Attributes:
        contract: the contract's id.
        month: the month.
        clause: the clause.
        values: its values as they stood at the end of the window.
        kpis: what was measured.
        deductions: what it costs.
        taken: yuan that instalments bear of it, by the number of the instalment.
        rows: the figures and events that it rests on, by code, day and source.
    """

    contract: str
    month: Month
    clause: Clause
    values: Mapping[str, Rate]
    kpis: tuple[Kpi, ...]
    deductions: tuple[Deduction, ...]
    taken: Mapping[int, Money]
    rows: tuple[Row, ...]


def explain(
    document: Document,
    contract: Contract,
    month: Month,
    number: str,
    submissions: Iterable[Submission],
    labels: Mapping[str, str],
) -> Explanation:
    """Explain one clause in one month.

    Args:
        document: the results.
        contract: its contract.
        month: the month.
        number: the clause's number.
        submissions: the uploads in force.
        labels: Chinese names of measures and events by code.

    Raises:
        NotFound: the contract has no such clause, or the document no such month.
    """
    clause = contract.clause(number)
    found = [assessment for assessment in document.assessments if assessment.month == month]
    if not found:
        known = (
            f"{document.assessments[0].month} … {document.assessments[-1].month}" if document.assessments else "none"
        )
        raise NotFound(f"{contract.id} has no assessment of {month}; it has: {known}")
    window = clause.window(month, contract.term) or Window.of(month)
    codes = [code for code in clause.facts if code in labels]
    return Explanation(
        contract=contract.id,
        month=month,
        clause=clause,
        values={name: clause.value(name, window.last) for name in clause.values},
        kpis=tuple(kpi for kpi in found[0].kpis if kpi.clause == number),
        deductions=tuple(deduction for deduction in found[0].deductions if deduction.clause == number),
        taken=dict(_taken(document, month, number)),
        rows=tuple(sorted(_rows(submissions, codes, window, labels), key=lambda r: (codes.index(r.code), *_order(r)))),
    )


def _taken(document: Document, month: Month, number: str) -> Iterator[tuple[int, Decimal]]:
    for instalment in document.settlement.instalments:
        parts = [part.amount for part in instalment.taken if (part.month, part.clause) == (month, number)]
        if parts:
            yield instalment.no, sum(parts, ZERO)


def _order(row: Row) -> tuple[str, str, str, str]:
    return str(row.month), str(row.on or ""), row.source, row.where


def _rows(
    submissions: Iterable[Submission], codes: list[str], window: Window, labels: Mapping[str, str]
) -> Iterator[Row]:
    for submission in submissions:
        common = {"month": submission.month, "source": submission.source}
        inside = window.first <= submission.month.last and submission.month.first <= window.last
        for figure in submission.figures if inside else ():
            if figure.code in codes:
                where = figure.where or submission.name
                yield Row.model_validate(
                    {"code": figure.code, "label": labels[figure.code], "on": figure.on, "value": figure.value}
                    | common
                    | {"where": where}
                )
        for event in submission.events:
            if event.kind in codes and window.first <= event.on <= window.last:
                where = event.where or submission.name
                yield Row.model_validate(
                    {"code": event.kind, "label": labels[event.kind], "on": event.on, "value": event.count}
                    | common
                    | {"where": where, "event": event}
                )
