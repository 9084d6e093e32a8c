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
the term, such as a last payment, is reported with the term's first or last month.

``expect`` names fields of the clause's KPI (``value``, ``met``, ``kpi-state``), of its deduction (``amount``,
``points``, ``state``, ``missing``), ``alternatives`` as ``reading.option: amount`` (or points), of the
``settlement`` (``gross``, ``deducted``, ``net``, ``states``, ``waits-for``: lists by instalment; ``carried``,
``claim``; ``liabilities``: amounts), or of the ``renewal`` (``conclusion``, ``score``, ``conditions``: a list).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import Field, ValidationError

from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.contract import Choice, Contract
from kaohe.errors import KaoheError, UsageError, meant
from kaohe.facts import Event, Figure, Submission
from kaohe.model import Rate, Record
from kaohe.periods import Month
from kaohe.plugins import Region
from kaohe.results import Deduction, Document, Kpi
from kaohe.scoring import derive
from kaohe.yamlfile import load_yaml

FactTable = Mapping[str, Any]
EACH_DAY, EACH_MONTH = "each-day", "each-month"


class Assumption(Record):
    """A reading chosen for a case: its option, and the number that goes with it."""

    option: str
    value: Rate | None = None


class Case(Record):
    """One case.

    Attributes:
        name: a sentence that says what it shows.
        month: the month that is looked at.
        clause: the clause that is looked at; None where only the settlement is.
        code: the KPI's code, where the clause has several.
        contract: id of the contract; default: the one whose term the month lies in.
        as_of: the day of the document; default: the last day that the facts speak of.
        facts: the month's measures.
        months: measures of other months.
        events: events, as in an upload, with a ``source``.
        readings: options to assume.
        expect: what must come out.
        file: the file it stands in.
    """

    name: str
    month: Month
    clause: str | None = None
    code: str | None = None
    contract: str | None = None
    as_of: date | None = None
    facts: Mapping[str, Any] = {}
    months: Mapping[str, FactTable] = {}
    events: tuple[Mapping[str, Any], ...] = ()
    readings: Mapping[str, str | Assumption] = {}
    expect: Mapping[str, Any] = Field(min_length=1)
    file: str = ""


def load_cases(package: str) -> tuple[Case, ...]:
    """All cases in a package's ``cases`` folder, by file name, then in order.

    Raises:
        pydantic.ValidationError: a case is not one; the message names the field.
    """
    folder = files(package).joinpath("cases")
    if not folder.is_dir():
        return ()
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(
        Case.model_validate({**entry, "file": file.name})
        for file in found
        for entry in load_yaml(file.read_text(encoding="utf-8"))
    )


def run_case(region: Region, case: Case) -> list[str]:
    """Run one case; gives a line for each expectation that fails, so an empty list is a pass."""
    try:
        found = dict(_outcome(region, case))
    except (KaoheError, ValidationError) as error:
        return [f"{case.file}: {' '.join(str(error).split())}"]
    return [
        f"{name}: expected {expected!r}, got {repr(found[name]) if name in found else 'nothing of that name'}"
        for name, expected in _flat(case.expect)
        if name not in found or found[name] != expected
    ]


def _outcome(region: Region, case: Case) -> Iterator[tuple[str, Any]]:
    contract = region.contract(case.contract) if case.contract else region.contract_for(case.month)
    for reading, option in case.readings.items():
        chosen = Assumption(option=option) if isinstance(option, str) else option
        contract = contract.assuming(reading, Choice(option=chosen.option, value=chosen.value))
    document = derive(region, contract, submissions_of(case, contract, region), case.as_of, (case.month,))
    yield from _found(document, case)


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
    events: dict[tuple[Month, Source], list[Event]] = {}
    for raw in case.events:
        fields = {"on": case.month.first, **raw}
        source = Source(fields.pop("source", AUTHORITY))
        event = Event.model_validate(fields)
        month = min(max(Month.of(event.on), contract.term.months[0]), contract.term.months[-1])
        events.setdefault((month, source), []).append(event)
    return [
        Submission(
            region=region.name,
            month=month,
            source=source,
            name="case.json",
            sha256="0" * 64,
            figures=tuple(figures.get((month, source), ())),
            events=tuple(events.get((month, source), ())),
        )
        for month, source in sorted({*figures, *events})
    ]


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
        days |= {date.fromisoformat(str(day)): number for day, number in given.items()}
        for day, number in days.items():
            if number is not None:
                yield Figure(code=code, on=day, value=number)


def _found(document: Document, case: Case) -> Iterator[tuple[str, Any]]:
    """What came out, under the names that cases use."""
    for assessment in document.assessments:
        if assessment.month == case.month:
            for kpi in filter(lambda k: _concerns(case, k), assessment.kpis):
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


def _concerns(case: Case, result: Kpi | Deduction) -> bool:
    return result.clause == case.clause and case.code in (None, result.code)


def _flat(expect: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in expect.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
