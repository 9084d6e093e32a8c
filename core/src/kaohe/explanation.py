"""One figure explained, from the clause down to the rows of the uploads that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Literal

from kaohe.catalogue import Catalogue, Measure, Source
from kaohe.contract import Clause
from kaohe.errors import NotFound
from kaohe.facts import Event, Submission
from kaohe.model import Quantity, Rate, Record
from kaohe.money import ZERO, Money
from kaohe.periods import Month, Window
from kaohe.results import Condition, Deduction, Document, Kpi, Liability, Termination
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


class Wanted(Record):
    """Something that a clause lacks, with who has to supply it.

    Attributes:
        code: the measure or kind of event; or what is wanted in words, where it is neither.
        label: its Chinese name; empty where it is in words.
        when: the days or months for which it is missing.
        grain: ``day`` or ``month`` for a measure, ``event`` for an event; None where it is in words.
        sources: who may supply it.
        records: Chinese names of the kinds of record that it can be counted from instead.
    """

    code: str
    label: str = ""
    when: tuple[str, ...] = ()
    grain: Literal["day", "month", "event"] | None = None
    sources: tuple[Source, ...] = ()
    records: tuple[str, ...] = ()


class Explanation(Record):
    """How a clause came out in a month, and from what.

    Attributes:
        contract: the contract's id.
        as_of: the day for which it is asked; conditions, liabilities and rights to end the contract stand as on it.
        month: the month.
        clause: the clause.
        values: its values as they stood at the end of the window.
        kpis: what was measured.
        deductions: what it costs.
        taken: yuan that instalments bear of it, by the number of the instalment.
        missing: what its KPIs and deductions lack.
        conditions: the conditions of renewal that it sets, as they stand with the last month assessed.
        liabilities: what either side owes under it beyond the price, over the whole contract.
        terminations: the rights to end the contract that have arisen under it.
        rows: the figures and events that it rests on, by code, day and source; of a clause with liabilities or rights
            to end the contract, of all days.
        failures: keys of the lists of records that failed, such as tickets by their numbers, by the key of the upload
            that its rows were counted from.
        unlisted: SHA-256 of the uploads whose rows were counted from records that are never listed, such as calls, by
            key: there the upload itself is the proof.
    """

    contract: str
    as_of: date
    month: Month
    clause: Clause
    values: Mapping[str, Rate]
    kpis: tuple[Kpi, ...]
    deductions: tuple[Deduction, ...]
    taken: Mapping[int, Money]
    missing: tuple[Wanted, ...] = ()
    conditions: tuple[Condition, ...] = ()
    liabilities: tuple[Liability, ...] = ()
    terminations: tuple[Termination, ...] = ()
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
    liabilities = tuple(owed for owed in document.settlement.liabilities if owed.clause == number)
    terminations = tuple(right for right in document.terminations if right.clause == number)
    whole = bool(liabilities or terminations)
    span = (date.min, document.as_of) if whole else (window.first, min(window.last, month.last))
    used = {code: labels[code] for code in clause.facts}
    given = tuple(s for s in submissions if belongs(s, situation.region, contract))
    listed = {code: label for code, label in used.items() if _is_listed(code, situation.region.catalogue)}
    unlisted = {code: label for code, label in used.items() if _is_unlisted(code, situation.region.catalogue)}
    kpis = tuple(kpi for kpi in found[0].kpis if kpi.clause == number)
    deductions = tuple(deduction for deduction in found[0].deductions if deduction.clause == number)
    return Explanation(
        contract=contract.id,
        as_of=document.as_of,
        month=month,
        clause=clause,
        values={
            name: clause.value(name, window.last) for name, dated in clause.values.items() if min(dated) <= window.last
        },
        kpis=kpis,
        deductions=deductions,
        missing=_wanted(
            [name for names in (*(k.missing for k in kpis), *(d.missing for d in deductions)) for name in names],
            situation.region.catalogue,
        ),
        taken=dict(_taken(document, month, number)),
        conditions=tuple(condition for condition in document.renewal.conditions if condition.clause == number),
        liabilities=liabilities,
        terminations=terminations,
        rows=tuple(_rows(given, used, *span)),
        failures={s.key: s.failures_key for s in given if s.failures_key and _rows([s], listed, *span)},
        unlisted={s.key: s.sha256 for s in given if s.remarks and _rows([s], unlisted, *span)},
    )


def _wanted(missing: Iterable[str], catalogue: Catalogue) -> tuple[Wanted, ...]:
    """What is missing, such as ``calls.offered 2026-03``, each code once with all its days."""
    when: dict[str, dict[str, None]] = {}
    for name in missing:
        code, _, days = name.partition(" ")
        known = code in catalogue.labels
        when.setdefault(code if known else name, {}).update({days: None} if known and days else {})
    return tuple(_who(code, tuple(days), catalogue) for code, days in when.items())


def _who(code: str, when: tuple[str, ...], catalogue: Catalogue) -> Wanted:
    if code not in catalogue.labels:
        return Wanted(code=code)
    entry = catalogue.measures.get(code) or catalogue.events[code]
    grain = entry.grain if isinstance(entry, Measure) else "event"
    records = tuple(dict.fromkeys(catalogue.kinds[counted.records].label for counted in entry.counted))
    return Wanted(code=code, label=entry.label, when=when, grain=grain, sources=entry.sources, records=records)


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
