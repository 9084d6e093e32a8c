"""A region's rules: one small pure function a clause, found by its number.

::

    book = Rulebook()

    @book.kpi("4.1", "survey.satisfaction", at_least="target")
    def satisfaction(facts: MonthFacts, terms: Terms) -> Ratio:
        '''Callers satisfied as a share of those who rated.'''
        return Ratio(*facts.take("survey.satisfied", "survey.rated"))

    @book.deduction("4.1")
    def satisfaction_deduction(kpi: Kpi, terms: Terms) -> Charge:
        '''So much for each percentage point below the target.'''
        return per_point_below(kpi, terms)

A function is written as if its facts and rulings were there. Like a pluggy hook it names only the arguments
that it wants.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, TypeVar, cast

from kaohe.assessment import Deduction, Kpi
from kaohe.contract import Contract
from kaohe.evaluation import Rule, charge, measure
from kaohe.facts import Facts
from kaohe.periods import Month
from kaohe.rules import Terms, adopt

F = TypeVar("F", bound=Callable[..., Any])


class Rulebook:
    """Collects the functions of a region's clauses and runs them for a month.

    Attributes:
        kpi_rules: in the order of definition.
        deduction_rules: in the order of definition.
        worked_by_hand: numbers of clauses that the hooks work out without a function of this book.
    """

    def __init__(self) -> None:
        self.kpi_rules: list[Rule] = []
        self.deduction_rules: list[Rule] = []
        self.worked_by_hand: set[str] = set()
        self._first_day: Callable[[Terms], date] | None = None

    def __or__(self, other: Rulebook) -> Rulebook:
        """A rulebook with the rules of both."""
        both = Rulebook()
        both.kpi_rules = [*self.kpi_rules, *other.kpi_rules]
        both.deduction_rules = [*self.deduction_rules, *other.deduction_rules]
        both.worked_by_hand = self.worked_by_hand | other.worked_by_hand
        both._first_day = self._first_day or other._first_day
        return both

    def kpi(
        self,
        clause: str,
        code: str,
        *,
        at_least: str | None = None,
        at_most: str | None = None,
        since: date = date.min,
        tracked: bool = False,
    ) -> Callable[[F], F]:
        """Mark the function that measures a clause: takes ``facts`` and ``terms``, gives a measurement.

        A function that returns None has nothing to measure this month: there is no KPI then.

        Args:
            clause: number of the clause.
            code: English code of the indicator.
            at_least: name of the clause's value that must be reached.
            at_most: name of the clause's value that must not be exceeded.
            since: the first day it applies to, where an amendment brought a new way of counting.
            tracked: True for a duty that is watched and moves no money.
        """

        def mark(function: F) -> F:
            wants = _wants(function, {"facts", "terms"})
            self.kpi_rules.append(Rule(clause, code, function, wants, since, at_least, at_most, tracked))
            return function

        return mark

    def duty(
        self, clause: str, code: str, *, at_least: str | None = None, at_most: str | None = None
    ) -> Callable[[F], F]:
        """Mark the function that watches a duty without money."""
        return self.kpi(clause, code, at_least=at_least, at_most=at_most, tracked=True)

    def deduction(
        self, clause: str, code: str = "", *, since: date = date.min, indicative: bool = False
    ) -> Callable[[F], F]:
        """Mark the function that says what a KPI costs: takes ``kpi``, ``facts`` and ``terms``, gives a charge.

        Args:
            clause: number of the clause.
            code: the KPI's code, where the clause has several.
            since: the first day it applies to.
            indicative: True where it is shown, as provisional, before its window is over.
        """

        def mark(function: F) -> F:
            wants = _wants(function, {"kpi", "facts", "terms"})
            self.deduction_rules.append(Rule(clause, code, function, wants, since, indicative=indicative))
            return function

        return mark

    def by_hand(self, *clauses: str) -> None:
        """Say that the region's hooks work these clauses out themselves, so that no function is missed for them."""
        self.worked_by_hand.update(clauses)

    def counts_from(self, function: F) -> F:
        """Mark the function that gives the first day for which the region deducts anything; takes ``terms``."""
        self._first_day = function
        return function

    def kpis(self, contract: Contract, month: Month, facts: Facts) -> tuple[Kpi, ...]:
        """The KPIs of a month: what ``compute_kpis`` returns."""
        measured = (_kpi(rule, contract, month, facts) for rule in self._current("kpi", contract, month, facts))
        return tuple(kpi for kpi in measured if kpi is not None)

    def deductions(self, contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> tuple[Deduction, ...]:
        """What the KPIs whose window ends in this month cost: what ``compute_deductions`` returns."""
        rules = self._current("deduction", contract, month, facts)
        return tuple(
            self._deduction(rule, kpi, contract, month, facts)
            for kpi in kpis
            for rule in rules
            if rule.clause == kpi.clause and rule.code in ("", kpi.code)
            if rule.indicative or kpi.window.last <= month.last
        )

    def _current(
        self, kind: Literal["kpi", "deduction"], contract: Contract, month: Month, facts: Facts
    ) -> Sequence[Rule]:
        """The rules in force at the end of each clause's window, in the order of the contract."""
        known = facts.memo.setdefault((self, kind, month), [])
        if not known:
            known += _in_force(self.kpi_rules if kind == "kpi" else self.deduction_rules, contract, month)
        return known

    def _deduction(self, rule: Rule, kpi: Kpi, contract: Contract, month: Month, facts: Facts) -> Deduction:
        known = facts.memo.setdefault((rule, month, kpi.window.label), [])
        for same, deduction in known:
            if same is kpi and _read_alike(contract, deduction):
                return cast(Deduction, deduction)
        deduction = charge(rule, kpi, contract, month, facts, self._first_day)
        known.append((kpi, deduction))
        return deduction


# A contract is run again for every alternative reading, and most clauses do not care: what was worked out from
# the same facts under the same readings is used again.


def _kpi(rule: Rule, contract: Contract, month: Month, facts: Facts) -> Kpi | None:
    known = facts.memo.setdefault((rule, month), [])
    for kpi in known:
        if _read_alike(contract, kpi):
            return cast(Kpi, kpi)
    kpi = measure(rule, contract, month, facts)
    if kpi is not None:
        known.append(kpi)
    return kpi


def _read_alike(contract: Contract, result: Kpi | Deduction) -> bool:
    return all(adopt(contract, adopted.reading, result.window) == adopted for adopted in result.readings)


def _wants(function: Callable[..., Any], offered: set[str]) -> tuple[str, ...]:
    wants = tuple(inspect.signature(function).parameters)
    if unknown := set(wants) - offered:
        asked, may = ", ".join(sorted(unknown)), ", ".join(sorted(offered))
        raise TypeError(f"{function.__name__}() asks for {asked}; a clause's function may ask for {may}")
    return wants


def _in_force(rules: Sequence[Rule], contract: Contract, month: Month) -> Iterator[Rule]:
    order = {clause.no: n for n, clause in enumerate(contract.clauses)}
    for rule in sorted(rules, key=lambda rule: order.get(rule.clause, -1)):
        window = contract.clause(rule.clause).window(month, contract.term)
        if window is None:
            continue
        rivals = [r.since for r in rules if (r.clause, r.code) == (rule.clause, rule.code) and r.since <= window.last]
        if rule.since == max(rivals, default=None):
            yield rule
