"""Whether a region's contracts, functions and catalogue fit together, looked at before anything is worked out.

Each slip that is found here would otherwise move money, or leave it where it is, without a word: a clause that nothing
works out, one that is charged twice, a measure that is counted from records that do not exist. No rule is run for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from kaohe.catalogue import Catalogue
from kaohe.clauses import Clause, Kind, Status
from kaohe.contract import Contract
from kaohe.errors import meant
from kaohe.evaluation import OF_CORE, Rule
from kaohe.rulebook import Rulebook
from kaohe.rules import PARTIAL_POINT, PARTIAL_POINTS

KPIS, DEDUCTIONS = "compute_kpis", "compute_deductions"
ANSWERED_BY = {
    Kind.RENEWAL: "renewal_eligibility",
    Kind.LIABILITY: "liabilities",
    Kind.TERMINATION: "terminations",
}
"""The hook without which core answers that the contract has nothing of the kind."""


@dataclass(frozen=True)
class Misfit:
    """Two parts of a region that do not fit together.

    Attributes:
        hook: the hook that one of them belongs to.
        problem: what is wrong, with the clause or the measure.
        remedy: what the author has to do.
    """

    hook: str
    problem: str
    remedy: str


def misfits(
    contracts: Sequence[Contract], catalogue: Catalogue, books: Sequence[Rulebook], hooks: Collection[str]
) -> Iterator[Misfit]:
    """What does not fit together in a region.

    Args:
        contracts: its contracts.
        catalogue: core's measures and events with its own.
        books: its rulebooks; without any, its hooks work everything out themselves, and no function is missed.
        hooks: the hooks that it implements itself.
    """
    yield from _catalogue(catalogue)
    for contract in contracts:
        yield from _readings(contract)
        yield from _unanswered(contract, hooks)
    for rule, hook in _rules(books):  # before what is lacking: a wrong number is both
        yield from _homeless(rule, hook, contracts, catalogue)
    for book in books:
        yield from _twice(book)
    yield from _without_kpi(books)
    for contract in contracts if books else ():
        yield from _unworked(contract, books)


def _catalogue(catalogue: Catalogue) -> Iterator[Misfit]:
    for measure in catalogue.measures.values():
        whole = catalogue.measures.get(measure.at_most or "")
        if measure.at_most and whole is None:
            problem = f"{measure.code} is at most {measure.at_most!r}, which is no measure"
            yield Misfit("measures", problem, f"name a measure{meant(measure.at_most, catalogue.measures)}")
        if whole and whole.grain != measure.grain:
            problem = (
                f"{measure.code} is stated by {measure.grain}, but is at most {whole.code}, stated by {whole.grain}"
            )
            yield Misfit("measures", problem, "state both by day, or both by month; or leave at_most out")
    for code in sorted(catalogue.counted.keys() - catalogue.labels.keys()):
        problem = f"'counted' speaks of {code!r}, which is no measure or event"
        yield Misfit("measures", problem, f"mend its code{meant(code, catalogue.labels)}")
    yield from _supplied(catalogue)


def _supplied(catalogue: Catalogue) -> Iterator[Misfit]:
    """Whether somebody may supply each entry, and from what."""
    for entry in catalogue.entries:
        if not entry.sources:
            problem = f"{entry.code} has no sources, so that nobody may supply it"
            yield Misfit("measures", problem, "name VENDOR, AUTHORITY or both")
        for counted in entry.counted:
            if counted.records not in catalogue.kinds:
                problem = f"{entry.code} is counted from {counted.records!r}, which is no kind of record"
                yield Misfit("measures", problem, f"name one of {', '.join(catalogue.kinds)}")


def _readings(contract: Contract) -> Iterator[Misfit]:
    reading = contract.readings.get(PARTIAL_POINT)
    if unknown := sorted((reading.options.keys() if reading else set()) - PARTIAL_POINTS.keys()):
        problem = f"the reading {PARTIAL_POINT!r} of {contract.id} has the option {unknown[0]!r}"
        known = ", ".join(PARTIAL_POINTS)
        remedy = f"call it one of {known} in contract.yaml: only these can be counted by; or rename the reading"
        yield Misfit("contracts", problem, remedy)


def _unanswered(contract: Contract, hooks: Collection[str]) -> Iterator[Misfit]:
    late = contract.late_payment.clause if contract.late_payment else None
    for clause in contract.clauses:
        for kind, hook in ANSWERED_BY.items():
            if _computed(clause, kind) and hook not in hooks and clause.no != late:
                problem = f"clause {clause.no} of {contract.id} is a computed {kind}, but there is no {hook}()"
                yield Misfit(hook, problem, _define(hook))


def _unworked(contract: Contract, books: Sequence[Rulebook]) -> Iterator[Misfit]:
    """Clauses that are to be worked out and for which nothing does."""
    by_hand = {no for book in books for no in book.worked_by_hand}
    has = {hook: {rule.clause for rule, of in _rules(books) if of == hook} for hook in (KPIS, DEDUCTIONS)}
    for clause in contract.clauses:
        watched = clause.status is Status.TRACKED and Kind.DUTY in clause.kinds
        wanted = [
            *([(KPIS, "kpi")] if _computed(clause, Kind.KPI) else [(KPIS, "duty")] if watched else []),
            *([(DEDUCTIONS, "deduction")] if _computed(clause, Kind.DEDUCTION) else []),
        ]
        for hook, mark in wanted:
            if clause.no not in has[hook] | by_hand:
                problem = f"clause {clause.no} of {contract.id} is a {clause.status} {mark} that no function works out"
                remedy = (
                    f'write one with @book.{mark}("{clause.no}", …), or say book.by_hand("{clause.no}") where the hook '
                    "works it out itself; what is not worked out has the status not-computed"
                )
                yield Misfit(hook, problem, remedy)


def _of(rule: Rule, hook: str, problem: str, remedy: str) -> Misfit:
    """What is wrong with one function, with its place."""
    return Misfit(hook, problem, f"{remedy}; the function: {rule.place}")


def _homeless(rule: Rule, hook: str, contracts: Sequence[Contract], catalogue: Catalogue) -> Iterator[Misfit]:
    """What a function's clause does not say of it."""
    clauses = [clause for contract in contracts for clause in contract.clauses if clause.no == rule.clause]
    yield from _unfit(rule, hook, contracts, clauses)
    for clause in clauses:
        for value in {rule.at_least, rule.at_most} - {None, *clause.values}:
            problem = f"{rule.name} is held against {value!r}: clause {clause.no} has no value {value!r}"
            yield _of(
                rule, hook, problem, f"mend its name{meant(str(value), clause.values)}, or add it in contract.yaml"
            )
        for code in sorted(_words(rule.function) & catalogue.labels.keys() - {*clause.facts, *OF_CORE}):
            yield _of(rule, hook, rule.reads_unlisted(code), f"add {code} to the clause's facts in contract.yaml")


def _unfit(rule: Rule, hook: str, contracts: Sequence[Contract], clauses: Sequence[Clause]) -> Iterator[Misfit]:
    name = rule.name
    if not clauses:
        known = [clause.no for contract in contracts for clause in contract.clauses]
        problem = f"{name} works out a clause that is not there: {contracts[-1].id} lists no clause {rule.clause}"
        yield _of(rule, hook, problem, f"list it in contract.yaml, or mend the number{meant(rule.clause, known)}")
    elif all(clause.status is Status.NOT_COMPUTED for clause in clauses):
        problem = f"{name} works out clause {rule.clause}, whose status is not-computed"
        yield _of(rule, hook, problem, "mend the status in contract.yaml, or take the function out")
    elif hook == DEDUCTIONS and not any(Kind.DEDUCTION in clause.kinds for clause in clauses):
        problem = f"{name} charges for clause {rule.clause}, whose kinds do not name deduction"
        yield _of(rule, hook, problem, "add deduction to its kinds in contract.yaml, or take the function out")


def _twice(book: Rulebook) -> Iterator[Misfit]:
    """Functions of one book that would both be used for the same, so that something is charged twice."""
    codes: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for rule in book.kpi_rules:
        codes[rule.clause][rule.code] = None
    for rule in book.deduction_rules:
        if not rule.code and len(codes[rule.clause]) > 1:
            listed = ", ".join(codes[rule.clause])
            problem = f"{rule.name} would charge clause {rule.clause} once for each of {listed}"
            remedy = f'say which one costs money: @book.deduction("{rule.clause}", "{next(iter(codes[rule.clause]))}")'
            yield _of(rule, DEDUCTIONS, problem, f"{remedy}; two decorators on one function charge for both")
    for rules, hook in ((book.kpi_rules, KPIS), (book.deduction_rules, DEDUCTIONS)):
        for (clause, code, since), times in Counter((r.clause, r.code, r.since) for r in rules).items():
            if times > 1:
                problem = f"{times} functions for clause {clause}{f' ({code})' if code else ''} begin on {since}"
                yield Misfit(hook, problem, "keep one; an amended one says from when it holds: since=date(…)")


def _without_kpi(books: Sequence[Rulebook]) -> Iterator[Misfit]:
    """Deductions that never run, because what they charge is measured nowhere."""
    by_hand = {no for book in books for no in book.worked_by_hand}
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for rule, hook in _rules(books):
        if hook == KPIS:
            codes[rule.clause].add(rule.code)
    for rule, hook in _rules(books):
        measured = codes[rule.clause]
        charged = rule.code in measured if rule.code else bool(measured)
        if hook == DEDUCTIONS and not charged and rule.clause not in by_hand:
            what = f"the indicator {rule.code!r}" if rule.code else "an indicator"
            problem = f"{rule.name} charges for {what}, and clause {rule.clause} measures none such"
            yield _of(rule, hook, problem, f'write @book.kpi("{rule.clause}", …){meant(rule.code, measured)}')


def _rules(books: Sequence[Rulebook]) -> list[tuple[Rule, str]]:
    """All rules with the hook that they work for; one that stands in several books counts once."""
    found = {id(rule): (rule, KPIS) for book in books for rule in book.kpi_rules}
    found |= {id(rule): (rule, DEDUCTIONS) for book in books for rule in book.deduction_rules}
    return list(found.values())


def _computed(clause: Clause, kind: Kind) -> bool:
    return clause.status is Status.COMPUTED and kind in clause.kinds


def _define(hook: str) -> str:
    return f"define {hook}() and mark it with @kaohe.hookimpl, or give the clause the status not-computed and a why"


def _words(function: Callable[..., Any]) -> set[str]:
    """The texts that stand in a function as constants."""
    found, todo = set(), [getattr(function, "__code__", None)]
    while todo:
        match todo.pop():
            case CodeType(co_consts=constants):
                todo += constants
            case tuple() | frozenset() as several:
                todo += several
            case str() as text:
                found.add(text)
    return found
