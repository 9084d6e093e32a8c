"""The kit for authors of plugins: cases in YAML, from facts to the figure that a clause must give.

::

    - name: 0.7 points below 95 % cost nothing where only full points count
      month: 2026-03
      clause: "4.1"
      facts: {survey.rated: 1000, survey.satisfied: 943}
      readings: {partial-point: whole}
      expect: {value: "0.943", met: false, amount: "0.00"}   # 95 − 94.3 = 0.7 → 0 × 200

``facts`` are the month's; a daily measure takes one value for every day, or a mapping with ``each-day`` and
the days that differ; null is missing. ``months`` gives facts of other months (``each-month`` for all of the
term up to ``month``). ``events`` are the authority's unless they say ``source: vendor``; one from before or after
the term, such as a last payment, is reported with the term's first or last month. Events are read as those of an
upload are, so one that would be refused fails the case. ``records`` are the rows of an export by kind, each a mapping
of columns; the platform counts them.

``expect`` names fields of the clause's KPI (``value``, ``met``, ``kpi-state``), of its deduction (``amount``,
``points``, ``state``, ``missing``), ``alternatives`` as ``reading.option: amount`` (or points), of the
``settlement`` (``gross``, ``deducted``, ``net``, ``states``, ``waits-for``: lists by instalment; ``carried``,
``claim``; ``liabilities``: amounts), or of the ``renewal`` (``conclusion``, ``score``, ``conditions``: a list). An
``amount``, ``points`` and ``state`` of null say that there is no deduction this month.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from kaohe.assessment import Deduction, Kpi
from kaohe.casefile import Assumption, Case, FactTable, flat, load_cases
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.contract import Contract
from kaohe.errors import KaoheError, Refused, UsageError, meant
from kaohe.intake import Address, read
from kaohe.periods import Month
from kaohe.plugins import Region, load_region
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import derive
from kaohe.submission import Figure, Submission

__all__ = ["Assumption", "Case", "load_cases", "load_region", "run_case", "submissions_of"]

EACH_DAY, EACH_MONTH = "each-day", "each-month"
NAME = "case"


def run_case(region: Region, case: Case) -> list[str]:
    """Run one case; gives a line for each expectation that fails, so an empty list is a pass.

    Raises:
        UsageError: ``region`` is something else, such as a region's name.
    """
    if not isinstance(region, Region):
        raise UsageError(f"run_case takes a region, not {region!r}: load_region(NAME) of kaohe.testing gives it")
    try:
        found, why = _outcome(region, case)
    except (KaoheError, ValueError) as error:
        return [f"{case.file}: {' '.join(str(error).split())}"]
    wrong = [
        f"{name}: expected {expected!r}, got {repr(found[name]) if name in found else 'nothing of that name'}"
        for name, expected in flat(case.expect)
        if name not in found or found[name] != expected
    ]
    return [*wrong, *why] if wrong else []


def _outcome(region: Region, case: Case) -> tuple[dict[str, Any], list[str]]:
    """What came out, under the names that cases use; and why what has no figure has none."""
    contract = region.contract(case.contract) if case.contract else region.contract_for(case.month)
    if case.clause is not None:
        contract.clause(case.clause)
    for reading, option in case.readings.items():
        chosen = Assumption(option=option) if isinstance(option, str) else option
        contract = contract.assuming(reading, Choice(option=chosen.option, value=chosen.value))
    document = derive(region, contract, submissions_of(case, contract, region), case.as_of, (case.month,))
    return dict(_found(document, case)), list(_why(document, case))


def submissions_of(case: Case, contract: Contract, region: Region) -> list[Submission]:
    """The uploads that a case stands for: one file a month and source."""
    tables = {Month.of(name): table for name, table in case.months.items() if name != EACH_MONTH}
    if EACH_MONTH in case.months:
        each = case.months[EACH_MONTH]
        tables = {m: {**each, **tables.get(m, {})} for m in contract.term.months if m <= case.month}
    if case.facts:
        tables[case.month] = {**tables.get(case.month, {}), **case.facts}
    figures: dict[tuple[Month, Source], list[Figure]] = {}
    for month, table in tables.items():
        for figure in _figures(table, month, contract, region):
            sources = region.catalogue.measures[figure.code].sources
            figures.setdefault((month, VENDOR if VENDOR in sources else AUTHORITY), []).append(figure)
    stated = [
        Submission(
            region=region.name, month=month, source=source, name=f"{NAME}.json", sha256="0" * 64, figures=tuple(found)
        )
        for (month, source), found in sorted(figures.items())
    ]
    sent = (*stated, *_reported(case, contract, region), *_counted(case, region))
    return sorted(sent, key=lambda submission: (submission.month, submission.source))


def _reported(case: Case, contract: Contract, region: Region) -> Iterator[Submission]:
    """The case's events, read as an upload of each month and source is."""
    events: dict[tuple[Month, Source], list[dict[str, Any]]] = {}
    for raw in case.events:
        fields = {"on": case.month.first, **raw}
        source = Source(fields.pop("source", AUTHORITY))
        on = Month.of(date.fromisoformat(str(fields["on"])))
        month = min(max(on, contract.term.months[0]), contract.term.months[-1])
        events.setdefault((month, source), []).append(fields)
    for (month, source), listed in sorted(events.items()):
        content = {"region": region.name, "month": str(month), "source": str(source), "events": listed}
        text = json.dumps(content, ensure_ascii=False, default=str)
        yield _read(text, Address(region=region.name, source=source, month=month, name=f"{NAME}-events.json"), region)


def _counted(case: Case, region: Region) -> Iterator[Submission]:
    """The case's records, counted as an upload of each kind is."""
    for kind, rows in case.records.items():
        if kind not in region.catalogue.kinds:
            raise UsageError(f"there is no kind of record {kind!r}{meant(kind, region.catalogue.kinds)}")
        columns = list(dict.fromkeys(name for row in rows for name in row))
        _check_columns(kind, columns, region)
        text = io.StringIO()
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        writer.writerows(rows)
        address = Address(region=region.name, source=VENDOR, month=case.month, name=f"{NAME}-{kind}.csv")
        yield _read(text.getvalue(), address, region)


def _check_columns(kind: str, columns: Iterable[str], region: Region) -> None:
    """Refuse a column that nothing reads: a slip would look like a rule that counts wrongly."""
    ours = [column.name for column in region.catalogue.kinds[kind].columns]
    headers = {h for column in region.catalogue.kinds[kind].columns for h in column.headers}
    known = headers.union(*(export.headers for export in region.catalogue.exports if export.records == kind))
    for name in columns:
        if name not in known:
            raise UsageError(f"records.{kind}: there is no column {name!r}{meant(name, ours)}")


def _read(text: str, address: Address, region: Region) -> Submission:
    try:
        return read(text.encode(), address, region.catalogue, region.contracts, date.max)
    except Refused as error:
        raise UsageError(f"an upload of this would be refused: {error}") from error


def _figures(table: FactTable, month: Month, contract: Contract, region: Region) -> Iterator[Figure]:
    for code, value in ((code, value) for code, value in table.items() if value is not None):
        if code not in region.catalogue.measures:
            raise UsageError(f"there is no measure {code!r}{meant(code, region.catalogue.measures)}")
        if region.catalogue.measures[code].grain == "month":
            yield Figure(code=code, value=value)
            continue
        given = dict(value) if isinstance(value, Mapping) else {EACH_DAY: value}
        usual = given.pop(EACH_DAY, None)
        days = {} if usual is None else {day: usual for day in month.days if day in contract.term}
        days |= {_day(day, code, month): number for day, number in given.items()}
        for day, number in days.items():
            if number is not None:
                yield Figure(code=code, on=day, value=number)


def _day(written: object, code: str, month: Month) -> date:
    """A day of the month that its value is stated for; another day's would never be looked at.

    Raises:
        UsageError: it is none.
    """
    try:
        day = date.fromisoformat(str(written))
    except ValueError:
        raise UsageError(f"{code}: write {EACH_DAY!r} or a day, as {month.first}, not {written!r}") from None
    if day not in month:
        raise UsageError(f"{code}: {day} does not lie in {month}; facts of other months stand under 'months'")
    return day


def _found(document: Document, case: Case) -> Iterator[tuple[str, Any]]:
    """What came out, under the names that cases use."""
    for assessment in document.assessments:
        if assessment.month == case.month:
            for kpi in filter(lambda k: _concerns(case, k), assessment.kpis):
                yield from (("amount", None), ("points", None), ("state", None))  # until a deduction says otherwise
                yield from (("value", kpi.value), ("met", kpi.met), ("kpi-state", str(kpi.state)))
                yield "missing", list(kpi.missing)
            for deduction in filter(lambda d: _concerns(case, d), assessment.deductions):
                yield "amount", None if deduction.amount is None else str(deduction.amount)
                yield "points", None if deduction.points is None else str(deduction.points)
                yield "state", str(deduction.state)
                for other in deduction.alternatives:
                    cost = other.amount if other.points is None else other.points
                    yield f"alternatives.{other.reading}.{other.option}", None if cost is None else str(cost)
    settlement = document.settlement
    yield "renewal.conclusion", document.renewal.conclusion
    yield "renewal.score", None if document.renewal.score is None else format(document.renewal.score, "f")
    yield "renewal.conditions", [condition.met for condition in document.renewal.conditions]
    yield "settlement.gross", [None if i.gross is None else str(i.gross) for i in settlement.instalments]
    yield "settlement.waits-for", [list(i.waits_for) for i in settlement.instalments]
    yield "settlement.deducted", [str(i.deducted) for i in settlement.instalments]
    yield "settlement.net", [str(i.net) for i in settlement.instalments]
    yield "settlement.states", [i.state for i in settlement.instalments]
    yield "settlement.carried", str(settlement.carried)
    yield "settlement.claim", str(settlement.claim)
    yield "settlement.liabilities", [str(liability.amount) for liability in settlement.liabilities]


def _why(document: Document, case: Case) -> Iterator[str]:
    """Why an indicator or a deduction of the case has no figure."""
    for assessment in (a for a in document.assessments if a.month == case.month):
        for kpi in (k for k in assessment.kpis if _concerns(case, k) and k.value is None):
            yield f"{kpi.code} is {kpi.state}: {kpi.note or ', '.join(kpi.missing) or 'nothing was counted'}"
        for deduction in (d for d in assessment.deductions if _concerns(case, d)):
            if deduction.amount is None and deduction.points is None:
                yield f"the deduction for {deduction.code} is {deduction.state}: {deduction.formula}"


def _concerns(case: Case, result: Kpi | Deduction) -> bool:
    return result.clause == case.clause and case.code in (None, result.code)
