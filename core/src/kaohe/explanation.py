"""One figure explained, from the clause down to the rows of the uploads that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain

from kaohe.catalogue import Catalogue, Measure, Source
from kaohe.contract import Clause
from kaohe.errors import NotFound
from kaohe.facts import Event, Submission
from kaohe.model import Quantity, Rate, Record
from kaohe.money import ZERO, Money
from kaohe.periods import Month, Window
from kaohe.results import Condition, Deduction, Document, Kpi
from kaohe.scoring import Situation, belongs


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
        conditions: the conditions of renewal that it sets, as they stand with the last month assessed.
        rows: the figures and events that it rests on, by code, day and source.
        failures: keys of the lists of records that failed, such as tickets by their numbers, by the key of the upload
            that its rows were counted from.
        unlisted: SHA-256 of the uploads whose rows were counted from records that are never listed, such as calls, by
            key: there the upload itself is the proof.
    """

    contract: str
    month: Month
    clause: Clause
    values: Mapping[str, Rate]
    kpis: tuple[Kpi, ...]
    deductions: tuple[Deduction, ...]
    taken: Mapping[int, Money]
    conditions: tuple[Condition, ...] = ()
    rows: tuple[Row, ...]
    failures: Mapping[str, str] = {}
    unlisted: Mapping[str, str] = {}


def explain(situation: Situation, month: Month, number: str, submissions: Iterable[Submission]) -> Explanation:
    """Explain one clause in one month.

    Args:
        situation: the contract and the facts.
        month: the month.
        number: the clause's number.
        submissions: the uploads that the situation was made of; those of other contracts are left aside.

    Raises:
        NotFound: the contract has no such clause, or no such month has been assessed.
        PluginError: the region's plugin failed.
    """
    contract, labels = situation.contract, situation.region.catalogue.labels
    clause, document = contract.clause(number), situation.document()
    found = [assessment for assessment in document.assessments if assessment.month == month]
    if not found:
        months = [str(assessment.month) for assessment in document.assessments]
        known = f"{months[0]} … {months[-1]}" if months else "none"
        raise NotFound(f"{contract.id} has no assessment of {month}; it has: {known}")
    window = clause.window(month, contract.term) or Window.of(month)
    span, used = (window.first, min(window.last, month.last)), {code: labels[code] for code in clause.facts}
    given = tuple(s for s in submissions if belongs(s, situation.region, contract))
    listed = {code: label for code, label in used.items() if _is_listed(code, situation.region.catalogue)}
    unlisted = {code: label for code, label in used.items() if _is_unlisted(code, situation.region.catalogue)}
    return Explanation(
        contract=contract.id,
        month=month,
        clause=clause,
        values={
            name: clause.value(name, window.last) for name, dated in clause.values.items() if min(dated) <= window.last
        },
        kpis=tuple(kpi for kpi in found[0].kpis if kpi.clause == number),
        deductions=tuple(deduction for deduction in found[0].deductions if deduction.clause == number),
        taken=dict(_taken(document, month, number)),
        conditions=tuple(condition for condition in document.renewal.conditions if condition.clause == number),
        rows=tuple(_rows(given, used, *span)),
        failures={s.key: s.failures_key for s in given if s.failures_key and _rows([s], listed, *span)},
        unlisted={s.key: s.sha256 for s in given if s.remarks and _rows([s], unlisted, *span)},
    )


def _is_listed(code: str, catalogue: Catalogue) -> bool:
    """Whether records that fail are listed by their numbers: those missing from a part, or those that are events."""
    entry = catalogue.measures.get(code) or catalogue.events[code]
    can_fail = not isinstance(entry, Measure) or entry.at_most is not None
    return can_fail and any(catalogue.kinds[counted.records].ref for counted in entry.counted)


def _is_unlisted(code: str, catalogue: Catalogue) -> bool:
    """Whether it can be counted from records that are never listed, such as calls."""
    entry = catalogue.measures.get(code) or catalogue.events[code]
    return any(catalogue.kinds[counted.records].ref is None for counted in entry.counted)


def _taken(document: Document, month: Month, number: str) -> Iterator[tuple[int, Decimal]]:
    for instalment in document.settlement.instalments:
        parts = [part.amount for part in instalment.taken if (part.month, part.clause) == (month, number)]
        if parts:
            yield instalment.no, sum(parts, ZERO)


def _rows(submissions: Iterable[Submission], labels: Mapping[str, str], first: date, last: date) -> list[Row]:
    """The figures and events of a run of days, by code, day and source."""
    codes = list(labels)
    rows = [row for s in submissions for row in chain(_figures(s, first, last), _events(s, first, last))]
    kept = [row.model_copy(update={"label": labels[row.code]}) for row in rows if row.code in labels]
    return sorted(kept, key=lambda r: (codes.index(r.code), r.month, str(r.on or ""), r.source, r.where))


def _figures(submission: Submission, first: date, last: date) -> Iterator[Row]:
    month = submission.month
    if last < month.first or month.last < first:
        return
    for figure in submission.figures:
        yield _row(submission, figure.code, figure.on, figure.value, figure.where)


def _events(submission: Submission, first: date, last: date) -> Iterator[Row]:
    for event in submission.events:
        if first <= event.on <= last:
            row = _row(submission, event.kind, event.on, event.count, event.where)
            yield row.model_copy(update={"event": event})


def _row(submission: Submission, code: str, on: date | None, value: Quantity, where: str) -> Row:
    return Row(
        code=code,
        label=code,
        on=on,
        month=submission.month,
        value=value,
        source=submission.source,
        where=where or submission.name,
    )
