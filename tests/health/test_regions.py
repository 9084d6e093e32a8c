"""Every installed region: clauses, functions, values, readings, facts and cases hold together, and rules are pure."""

from __future__ import annotations

import builtins
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from kaohe import Contract, Facts, Rulebook
from kaohe.assessment import Deduction, Kpi, State
from kaohe.binding import check_sql
from kaohe.catalogue import Source
from kaohe.clauses import Clause, Status
from kaohe.evaluation import OF_CORE, Rule
from kaohe.monthfacts import MonthFacts
from kaohe.plugins import GROUP, Region, load_region, region_names
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.rules import Terms
from kaohe.scoring import derive
from kaohe.standard import CORE
from kaohe.submission import Event
from kaohe.testing import Assumption, Case, load_cases, run_case, submissions_of

pytestmark = pytest.mark.timeout(600)  # all cases of a region are one test's work
REGIONS = region_names()
BY_HAND = "", ""
"""The place of what a hook reads outside any clause's function."""

each_region = pytest.mark.parametrize("name", REGIONS)


def contract_of(region: Region, case: Case) -> Contract:
    """The contract that a case is about, with the readings that it assumes."""
    contract = region.contract(case.contract) if case.contract else region.contract_for(case.month)
    for reading, option in case.readings.items():
        chosen = Assumption(option=option) if isinstance(option, str) else option
        contract = contract.assuming(reading, Choice(option=chosen.option, value=chosen.value))
    return contract


@dataclass
class Used:
    """What running all cases of a region used and gave.

    Attributes:
        values: by contract and clause, names of the values that were asked for.
        readings: by contract and clause, names of the readings that were asked for.
        options: by contract and reading, options that were in force or shown as an alternative.
        facts: by contract and clause, codes of measures and events that were asked for.
        met: by contract and clause, what the KPIs came to in the months that cases look at.
        amounts: by contract and clause, whether deductions were zero.
        documents: all of them.
        wrong: expectations of cases that failed.
    """

    values: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    readings: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    options: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    facts: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    met: defaultdict[tuple[str, str], set[bool | None]] = field(default_factory=lambda: defaultdict(set))
    amounts: defaultdict[tuple[str, str], set[bool]] = field(default_factory=lambda: defaultdict(set))
    documents: list[tuple[Case, Document]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def derive(self, case: Case, *arguments: Any) -> Document:
        """Work a case's document out as its run does, and note what it shows."""
        document = derive(*arguments)
        self.documents.append((case, document))
        self.take(case, document)
        for reading, chosen in case.readings.items():
            self.options[document.contract, reading].add(chosen if isinstance(chosen, str) else chosen.option)
        for reading, content in document_contract(document).readings.items():
            if reading not in case.readings and content.default is not None:
                self.options[document.contract, reading].add(content.default)
        return document

    def take(self, case: Case, document: Document) -> None:
        """Note what a case's document shows."""
        for one in results(document):
            for adopted in one.readings:
                self.readings[document.contract, one.clause].add(adopted.reading)
                self.options[document.contract, adopted.reading].add(adopted.option or "")
            for other in one.alternatives if isinstance(one, Deduction) else ():
                self.options[document.contract, other.reading].add(other.option)
        for result in (result for result in document.assessments if result.month == case.month):
            for kpi in result.kpis:
                self.met[document.contract, kpi.clause].add(kpi.met)
            for deduction in result.deductions:
                lost = deduction.points if deduction.amount is None else deduction.amount
                if lost is not None:
                    self.amounts[document.contract, deduction.clause].add(lost == 0)


def document_contract(document: Document) -> Contract:
    """The contract of a document, as its plugin gives it."""
    return load_region(document.region).contract(document.contract)


def results(document: Document) -> list[Kpi | Deduction]:
    """All indicators and deductions of a document."""
    found: list[Kpi | Deduction] = []
    for result in document.assessments:
        found += [*result.kpis, *result.deductions]
    return found


def note(found: Used, patch: pytest.MonkeyPatch) -> None:
    """Note which values and facts each clause's function asks for, under the adopted readings and all others."""
    value, missing, events, call = Terms.value, MonthFacts.missing, MonthFacts.events, Rule.__call__
    running: list[tuple[str, str]] = []

    def noted_call(rule: Rule, **offered: Any) -> Any:
        running.append((offered["terms"].contract.id, rule.clause))
        try:
            return call(rule, **offered)
        finally:
            running.pop()

    def noted_value(terms: Terms, wanted: str) -> Decimal:
        found.values[terms.contract.id, terms.clause.no].add(wanted)
        return value(terms, wanted)

    def noted_missing(facts: MonthFacts, code: str) -> list[str]:
        found.facts[running[-1] if running else BY_HAND].add(code)
        return missing(facts, code)

    def noted_events(facts: MonthFacts, kind: str, source: Source | None = None) -> tuple[Event, ...]:
        found.facts[running[-1] if running else BY_HAND].add(kind)
        return events(facts, kind, source)

    patch.setattr(Rule, "__call__", noted_call)
    patch.setattr(Terms, "value", noted_value)
    patch.setattr(MonthFacts, "missing", noted_missing)
    patch.setattr(MonthFacts, "events", noted_events)


@cache
def used(name: str) -> Used:
    """Run all cases of a region, noting what is asked for: seconds, so they are run once for all tests here."""
    region, found = load_region(name), Used()
    with pytest.MonkeyPatch.context() as patch:
        note(found, patch)
        for case in load_cases(region.package):
            patch.setattr("kaohe.testing.derive", partial(found.derive, case))
            found.wrong += [f"{case.clause} {case.name}: {line}" for line in run_case(region, case)]
    return found


@cache
def books(name: str) -> tuple[Rulebook, ...]:
    """The rulebooks that a plugin's module holds."""
    (entry,) = {entry.value for entry in entry_points(group=GROUP) if entry.name == name}
    module = import_module(entry)
    return tuple(value for value in vars(module).values() if isinstance(value, Rulebook))


@cache
def sources(name: str) -> str:
    """The text of all modules of a plugin, for what its hooks read by hand."""
    folder = Path(str(sys.modules[load_region(name).package].__file__)).parent
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")))


def cited(name: str, word: str) -> bool:
    """Whether a plugin's modules name a clause or a value."""
    return f'"{word}"' in sources(name)


def clauses(name: str, *kinds: str, status: Status = Status.COMPUTED) -> Iterator[tuple[Contract, Clause]]:
    for contract in load_region(name).contracts:
        for clause in contract.clauses:
            if clause.status is status and (not kinds or set(kinds) & set(clause.kinds)):
                yield contract, clause


def computed(name: str) -> list[tuple[Contract, Clause]]:
    """The clauses with a rule of their own: indicators and deductions that are computed, duties that are watched."""
    return [*clauses(name, "kpi", "deduction"), *clauses(name, status=Status.TRACKED)]


def test_there_are_regions() -> None:
    assert REGIONS


@each_region
def test_every_case_holds(name: str) -> None:
    cases = load_cases(load_region(name).package)
    assert cases
    assert not used(name).wrong
    named = [(case.file, case.clause, case.name) for case in cases]
    assert len(set(named)) == len(named)


@each_region
def test_every_computed_clause_has_its_function_and_every_function_its_clause(name: str) -> None:
    if not books(name):
        pytest.skip("this region works without a rulebook")
    kpis = {rule.clause for book in books(name) for rule in book.kpi_rules}
    charged = {rule.clause for book in books(name) for rule in book.deduction_rules}
    listed = {clause.no for contract in load_region(name).contracts for clause in contract.clauses}
    by_hand = {no for no in listed if cited(name, no)}
    assert not {c.no for _, c in computed(name)} - kpis - charged - by_hand, "computed, but no function"
    assert not {c.no for _, c in clauses(name, "deduction")} - charged - by_hand, "deducts, but nothing says how much"
    assert not (kpis | charged) - listed, "a function for a clause that no contract lists"
    idle = {c.no for _, c in clauses(name, status=Status.NOT_COMPUTED)}
    assert not (kpis | charged) & idle, "a function for a clause that is said not to be computed"


@each_region
def test_every_threshold_has_a_case_on_each_side(name: str) -> None:
    run = used(name)
    lacking = []
    for contract, clause in clauses(name, "kpi", "deduction"):
        place = contract.id, clause.no
        judged = {True, False} <= run.met[place] or not run.met[place] - {None}
        charged = "deduction" not in clause.kinds or {True, False} <= run.amounts[place]
        if not (judged and charged):
            lacking.append(f"{contract.id} {clause.no}: met {run.met[place]}, nothing deducted {run.amounts[place]}")
    assert not lacking


@each_region
def test_every_value_is_read(name: str) -> None:
    """A value that nothing reads is a figure that somebody may believe in."""
    unread = [
        f"{contract.id} {clause.no} {value}"
        for contract in load_region(name).contracts
        for clause in contract.clauses
        for value in clause.values
        if value not in used(name).values[contract.id, clause.no] and not cited(name, value)
    ]
    assert not unread


@each_region
def test_readings_are_listed_where_they_are_used_and_used_where_they_are_listed(name: str) -> None:
    run = used(name)
    for contract, clause in computed(name):
        everywhere = {reading for reading, content in contract.readings.items() if content.everywhere}
        asked = run.readings[contract.id, clause.no] - everywhere
        assert asked <= set(clause.readings), f"{contract.id} {clause.no}"
        idle = [r for r in clause.readings if r not in asked and not cited(name, r)]
        assert not idle, f"{contract.id} {clause.no} lists {idle}, which nothing asks for"


@each_region
def test_every_option_appears_in_a_case(name: str) -> None:
    absent = [
        f"{contract.id} {reading}.{option}"
        for contract in load_region(name).contracts
        for reading, content in contract.readings.items()
        for option in content.options
        if option not in used(name).options[contract.id, reading]
    ]
    assert not absent


@each_region
def test_clauses_list_the_facts_that_they_read_and_no_others(name: str) -> None:
    run = used(name)
    for contract, clause in computed(name):
        read = run.facts[contract.id, clause.no]
        assert read <= set(clause.facts) | OF_CORE, f"{contract.id} {clause.no} reads what it does not list"
        idle = {code for code in set(clause.facts) - OF_CORE - read if not cited(name, code)}
        assert not idle, f"{contract.id} {clause.no} lists {idle}, which nothing reads"


@each_region
def test_the_sql_that_it_counts_by_can_be_run(name: str) -> None:
    check_sql(load_region(name))


@each_region
def test_every_measure_of_its_own_is_used(name: str) -> None:
    region = load_region(name)
    own = {*region.catalogue.measures, *region.catalogue.events} - {*CORE.measures, *CORE.events}
    assert not own - {code for contract in region.contracts for clause in contract.clauses for code in clause.facts}


def inner(name: str) -> list[tuple[Document, Kpi | Deduction]]:
    return [(document, one) for _, document in used(name).documents for one in results(document)]


@each_region
def test_money_is_decimal_to_the_fen_and_nothing_is_a_float(name: str) -> None:
    for _, document in used(name).documents:
        paid = document.settlement
        money = [paid.deductions, paid.carried, paid.claim, *(owed.amount for owed in paid.liabilities)]
        money += [amount for i in paid.instalments for amount in (i.gross, i.deducted, i.net)]
        for result in document.assessments:
            money.append(result.deducted)
            money += [d.amount for d in result.deductions if d.amount is not None]
            money += [a.amount for d in result.deductions for a in d.alternatives if a.amount is not None]
        known = [amount for amount in money if amount is not None]
        assert all(isinstance(amount, Decimal) and amount.as_tuple().exponent == -2 for amount in known)
        for i in paid.instalments:
            assert (i.gross is None) is (i.net is None)
            assert i.gross is None or i.net is None or (i.gross == i.net + i.deducted and i.net >= 0)
        assert sum(i.deducted for i in paid.instalments) + paid.carried + paid.claim == paid.deductions
    for _, one in inner(name):
        assert all(isinstance(value, (int, Decimal)) and not isinstance(value, bool) for value in one.inputs.values())


@each_region
def test_a_result_without_a_figure_says_why_and_one_with_a_figure_says_how(name: str) -> None:
    for document, one in inner(name):
        place = f"{document.contract} {one.clause} {one.window.label}"
        if one.state is State.INCOMPLETE:
            assert one.missing, place
        if isinstance(one, Deduction):
            lost = one.amount is not None or one.points is not None
            assert lost is (one.state not in (State.INCOMPLETE, State.NEEDS_RULING)), place
            assert one.formula, place
            known = one.inputs or not one.amount
            assert known, f"{place} costs {one.amount} out of nothing"


@each_region
def test_every_clause_says_what_it_is_about(name: str) -> None:
    for contract in load_region(name).contracts:
        assert contract.id.startswith(f"{name}-")
        for clause in contract.clauses:
            assert clause.summary.endswith("."), f"{clause.no}: a summary is a sentence"
            for text in (clause.gist, *clause.flags):
                assert text.endswith("。"), f"{clause.no}: what officials read is a Chinese sentence, not {text!r}"
            assert any("\u4e00" <= char <= "\u9fff" for char in clause.label), f"{clause.no}: the label is Chinese"
        for reading, content in contract.readings.items():
            for gist in (content.gist, *(option.gist for option in content.options.values())):
                assert gist.endswith(("？", "。")), f"{reading}: what officials read is Chinese, not {gist!r}"
            assert len(content.options) > 1, f"{reading} leaves nothing to choose"
            assert content.default in (None, next(iter(content.options))), f"{reading}: the default stands first"
            assert (
                content.everywhere
                or [c for c in contract.clauses if reading in c.readings]
                or reading
                in {used_ for (id_, _), names in used(name).readings.items() if id_ == contract.id for used_ in names}
            ), f"{reading} is used nowhere"


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file, no network, no process, no clock, no chance, until the test is over."""

    def forbidden(what: str) -> Any:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError(f"a rule used {what}")

        return refuse

    blocked: list[tuple[Any, str]] = [
        (builtins, "open"),
        (socket, "socket"),
        (subprocess, "Popen"),
        (time, "time"),
        (time, "time_ns"),
        (time, "localtime"),
        (Path, "open"),
        (Path, "read_text"),
        (Path, "read_bytes"),
    ]
    with monkeypatch.context() as patch:
        for owner, name in blocked:
            patch.setattr(owner, name, forbidden(f"{owner.__name__}.{name}"))
        patch.setattr("random.random", forbidden("random.random"))
        patch.setattr("os.getenv", forbidden("os.getenv"))
        yield


@each_region
def test_rules_read_no_file_no_network_and_no_clock(name: str, request: pytest.FixtureRequest) -> None:
    region = load_region(name)
    before = used(name).documents[::4]  # each runs every rule; and what is imported at first use has been imported now
    ready = [(case, contract_of(region, case), document) for case, document in before]
    sent = [(case, contract, submissions_of(case, contract, region), document) for case, contract, document in ready]
    request.getfixturevalue("sealed")
    for case, contract, submissions, document in sent:
        assert derive(region, contract, submissions, case.as_of, (case.month,)) == document


@each_region
def test_no_module_of_a_plugin_asks_for_the_clock_or_floats(name: str) -> None:
    """``date.today`` and its like cannot be patched, being built in; so their names are looked for."""
    folder = Path(str(sys.modules[load_region(name).package].__file__)).parent
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in (".today(", ".now(", ".utcnow(", "import random", "os.environ", "float(", "round("):
            assert word not in text, f"{file.name}: {word}"


@each_region
def test_hooks_leave_their_arguments_as_they_are(name: str) -> None:
    region = load_region(name)
    for case in load_cases(region.package)[::5]:
        contract = contract_of(region, case)
        facts = Facts(submissions_of(case, contract, region), region.catalogue)

        def state(contract: Contract = contract, facts: Facts = facts) -> list[str]:
            known = Facts([], facts.catalogue)
            known._figures, known.events, known.submitted = facts._figures, facts.events, facts.submitted
            return [known.digest, contract.model_dump_json(), facts.catalogue.model_dump_json()]

        before = state()
        kpis = region.kpis(contract, case.month, facts)
        listed = [kpi.model_dump_json() for kpi in kpis]
        region.deductions(contract, case.month, kpis, facts)
        document = derive(region, contract, submissions_of(case, contract, region), case.as_of, ())
        region.instalments(contract, document.assessments, facts, document.as_of)
        region.renewal(contract, document.assessments, facts, document.as_of)
        assert state() == before
        assert [kpi.model_dump_json() for kpi in kpis] == listed


@each_region
def test_hooks_give_the_same_when_they_are_called_again(name: str) -> None:
    region = load_region(name)
    for case, before in used(name).documents[::5]:
        contract = contract_of(region, case)
        again = derive(region, contract, submissions_of(case, contract, region)[::-1], case.as_of, (case.month,))
        assert again.model_dump_json() == before.model_dump_json()


@each_region
def test_a_contract_without_any_facts_has_a_document(name: str) -> None:
    region = load_region(name)
    for contract in region.contracts:
        document = derive(region, contract, [], contract.term.last)
        assert len(document.assessments) == len(contract.term.months)
        assert document.settlement.deductions == 0
        assert sum(i.gross or i.at_least or 0 for i in document.settlement.instalments) <= contract.total
