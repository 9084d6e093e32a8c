"""One figure explained, from the clause down to the rows of the uploads that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Literal

from kaohe.assessment import Adopted, Assessment, Deduction, Kpi
from kaohe.catalogue import Catalogue, Measure, Source
from kaohe.clauses import Clause, Kind
from kaohe.conflict import Conflict, told_together
from kaohe.errors import NotFound
from kaohe.model import Rate, Record
from kaohe.money import ZERO, Money
from kaohe.payable import Liability, SettledInstalment
from kaohe.periods import Month, Term, Window
from kaohe.provenance import RULING, Basis, Row
from kaohe.results import Condition, Document, Termination
from kaohe.rules import adopt
from kaohe.scoring import Situation, belongs
from kaohe.submission import Submission
from kaohe.trail import Objection


class Wanted(Record):
    """Something that a clause lacks, with who has to supply it.

    Attributes:
        code: the measure or kind of event; or what is wanted in words, where it is neither.
        label: its Chinese name; empty where it is in words.
        when: the days or months for which it is missing.
        grain: ``day`` or ``month`` for a measure, ``event`` for an event; None where it is in words.
        sources: who may supply it.
        records: Chinese names of the kinds of record that it can be counted from instead.
        contradicted: what files say of it that does not go together, and what to do, in Chinese: then it was sent.
    """

    code: str
    label: str = ""
    when: tuple[str, ...] = ()
    grain: Literal["day", "month", "event"] | None = None
    sources: tuple[Source, ...] = ()
    records: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()


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
        readings: how it is read for that window, and by whom that was decided; the rulings stand among the rows.
        objections: what was said against its deductions of the month.
        instalments: those that it fixes, as they stand on the day for which it is asked.
        missing: what its KPIs, deductions and instalments lack.
        conditions: the conditions of renewal that it sets, as they stand with the last month assessed.
        liabilities: what either side owes under it beyond the price, over the whole contract.
        terminations: the rights to end the contract that have arisen under it.
        rows: the figures and events that it rests on, by code, day and source, then the rulings; of a clause with
            liabilities or rights to end the contract, of all days, and so is what concerns the contract as a whole.
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
    readings: tuple[Adopted, ...] = ()
    objections: tuple[Objection, ...] = ()
    instalments: tuple[SettledInstalment, ...] = ()
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
    contract, catalogue = situation.contract, situation.region.catalogue
    clause, document = contract.clause(number), situation.document()
    assessment = _assessed(document, month)
    window = _window(clause, month, contract.term)
    kpis = tuple(kpi for kpi in assessment.kpis if kpi.clause == number)
    deductions = tuple(deduction for deduction in assessment.deductions if deduction.clause == number)
    instalments = tuple(fixed for fixed in document.settlement.instalments if fixed.clause == number)
    readings = _readings((*kpis, *deductions), [adopt(contract, name, window) for name in clause.readings])
    liabilities = tuple(owed for owed in document.settlement.liabilities if owed.clause == number)
    terminations = tuple(right for right in document.terminations if right.clause == number)
    whole = bool(liabilities or terminations)
    first, last = (date.min, document.as_of) if whole else (window.first, min(window.last, month.last))
    basis = Basis(
        labels={code: catalogue.labels[code] for code in (*clause.facts, RULING)},
        first=first,
        last=last,
        as_of=document.as_of,
        undated={code for code, kind in catalogue.events.items() if kind.undated},
        instalments={fixed.no for fixed in instalments},
        readings=readings,
    )
    given = tuple(s for s in submissions if belongs(s, situation.region, contract))
    held = {s.key: {row.code for row in basis.rows([s])} for s in given if s.failures_key or s.remarks}
    conflicts = [one for one in situation.facts.conflicts if one.month.last >= first and one.month.first <= last]
    lacking = (*(k.missing for k in kpis), *(d.missing for d in deductions), *(i.waits_for for i in instalments))
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
        readings=readings,
        objections=tuple(one for one in document.objections if (one.month, one.clause) == (month, number)),
        instalments=instalments,
        missing=_wanted(chain.from_iterable(lacking), catalogue, conflicts),
        taken=dict(_taken(document, month, number)),
        conditions=tuple(condition for condition in document.renewal.conditions if condition.clause == number),
        liabilities=liabilities,
        terminations=terminations,
        rows=tuple(basis.rows(given)),
        failures={
            s.key: s.failures_key
            for s in given
            if s.failures_key and any(_is_listed(c, catalogue) for c in held[s.key])
        },
        unlisted={s.key: s.sha256 for s in given if s.remarks and any(_is_unlisted(c, catalogue) for c in held[s.key])},
    )


def _assessed(document: Document, month: Month) -> Assessment:
    for assessment in document.assessments:
        if assessment.month == month:
            return assessment
    months = [str(assessment.month) for assessment in document.assessments]
    known = f"{months[0]} … {months[-1]}" if months else "none"
    raise NotFound(f"{document.contract} has no assessment of {month}; it has: {known}")


def _window(clause: Clause, month: Month, term: Term) -> Window:
    """The days that a clause looks at; of one that pays by named months, these also once they are over."""
    over = [span.window for span in clause.spans if Kind.PAYMENT in clause.kinds and span.last < month]
    return clause.window(month, term) or (over[-1] if over else Window.of(month))


def _readings(results: Iterable[Kpi | Deduction], others: Iterable[Adopted]) -> tuple[Adopted, ...]:
    """The readings that results used, then those that none did; what is assumed beside them decides nothing."""
    used = dict.fromkeys(one for result in results for one in result.readings if one.by != "assumed")
    named = {one.reading for one in used}
    return (*used, *(one for one in others if one.reading not in named))


def _wanted(missing: Iterable[str], catalogue: Catalogue, conflicts: Sequence[Conflict]) -> tuple[Wanted, ...]:
    """What is missing, such as ``calls.offered 2026-03``, each code once with all its days."""
    when: dict[str, dict[str, None]] = {}
    for name in missing:
        code, _, days = name.partition(" ")
        known = code in catalogue.labels
        when.setdefault(code if known else name, {}).update({days: None} if known and days else {})
    return tuple(_who(code, tuple(days), catalogue, conflicts) for code, days in when.items())


def _who(code: str, when: tuple[str, ...], catalogue: Catalogue, conflicts: Iterable[Conflict]) -> Wanted:
    if code not in catalogue.labels:
        return Wanted(code=code)
    contradicted = tuple(told_together(conflict for conflict in conflicts if conflict.code == code))
    entry = catalogue.entry(code)
    grain = entry.grain if isinstance(entry, Measure) else "event"
    records = tuple(dict.fromkeys(catalogue.kinds[counted.records].label for counted in entry.counted))
    return Wanted(
        code=code,
        label=entry.label,
        when=when,
        grain=grain,
        sources=entry.sources,
        records=records,
        contradicted=contradicted,
    )


def _is_listed(code: str, catalogue: Catalogue) -> bool:
    """Whether records that fail are listed by their numbers: those missing from a part, counted failures, events."""
    entry = catalogue.entry(code)
    can_fail = not isinstance(entry, Measure) or entry.at_most is not None
    return any((can_fail or counted.fails) and catalogue.kinds[counted.records].ref for counted in entry.counted)


def _is_unlisted(code: str, catalogue: Catalogue) -> bool:
    """Whether it can be counted from records that are never listed, such as calls."""
    entry = catalogue.entry(code)
    return any(catalogue.kinds[counted.records].ref is None for counted in entry.counted)


def _taken(document: Document, month: Month, number: str) -> Iterator[tuple[int, Decimal]]:
    for instalment in document.settlement.instalments:
        parts = [part.amount for part in instalment.taken if (part.month, part.clause) == (month, number)]
        if parts:
            yield instalment.no, sum(parts, ZERO)
