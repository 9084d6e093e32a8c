"""One rule, and what comes of running it: a KPI or a deduction, with its state, its inputs and its readings.

What a clause's function raises for want of a fact or a ruling becomes the state of its result.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from kaohe.assessment import Adopted, Deduction, Kpi, Part, State
from kaohe.contract import Contract
from kaohe.errors import MissingFacts, RuleMisused, RulingNeeded
from kaohe.exact import Exact, decimal_text
from kaohe.facts import Facts
from kaohe.model import Quantity
from kaohe.money import show, yuan
from kaohe.monthfacts import MonthFacts
from kaohe.periods import Month
from kaohe.rules import Charge, Count, Daily, Level, Measurement, Points, Ratio, Terms
from kaohe.standard import CORE

OPEN = "待定："
"""What the formula of a deduction begins with that cannot be worked out yet."""
OF_CORE = frozenset(code for code, kind in CORE.events.items() if kind.undated and not kind.trail) | {
    "exemption",
    "disposition",
}
"""Events that core itself reads, for settlement, readings and exemptions: a clause need not list them."""


@dataclass(frozen=True)
class Rule:
    """A clause's function with what its decorator said.

    Attributes:
        clause: number of the clause.
        code: code of the KPI; for a deduction, empty where the clause has one KPI only.
        function: the function.
        wants: names of its arguments.
        since: the first day it applies to, for a clause that was amended.
        at_least: name of the clause's value that must be reached.
        at_most: name of the clause's value that must not be exceeded.
        tracked: True for a duty.
        indicative: True for a deduction that is shown, as provisional, before its window is over.
    """

    clause: str
    code: str
    function: Callable[..., Any]
    wants: tuple[str, ...]
    since: date
    at_least: str | None = None
    at_most: str | None = None
    tracked: bool = False
    indicative: bool = False

    @property
    def name(self) -> str:
        """The function's name, as messages write it."""
        return f"{self.function.__name__}()"

    @property
    def place(self) -> str:
        """The file and the line that the function begins in, its decorators with it."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        return f"{Path(code.co_filename).name}, line {code.co_firstlineno}" if code else self.name

    def __call__(self, **offered: object) -> Any:
        """Run the function with those arguments that it wants; what it raises is told with its clause."""
        try:
            return self.function(**{name: offered[name] for name in self.wants})
        except Exception as error:
            error.add_note(f"clause {self.clause}")
            raise

    def check(self, terms: Terms, view: MonthFacts) -> None:
        """Hold the readings and facts that the function used against those that its clause lists.

        Raises:
            RuleMisused: one is not listed: what its other options would give could not be shown, or nobody would be
                asked for it.
        """
        readings, clause = terms.contract.readings, terms.clause
        for code in sorted(view.asked - {*clause.facts, *OF_CORE}):
            problem = f"{self.reads_unlisted(code)}; add it to the clause's facts in contract.yaml"
            raise RuleMisused(problem, self.place)
        for name in sorted(set(terms.readings) - {*clause.readings, *(n for n, r in readings.items() if r.everywhere)}):
            problem = (
                f"{self.name} uses the reading {name!r}, which clause {clause.no} does not list; "
                f"add it to the clause's readings in contract.yaml"
            )
            raise RuleMisused(problem, self.place)

    @property
    def unit(self) -> Literal["rate", "count"]:
        """The unit of what the function measures, by what it says it returns: known also where a fact is missing."""
        returns = inspect.get_annotations(self.function).get("return", "")
        named = str(getattr(returns, "__name__", returns))
        return "count" if {"Count", "Level"} & set(re.findall(r"\w+", named)) else "rate"

    def reads_unlisted(self, code: str) -> str:
        """What is wrong where the function reads a fact that its clause does not list."""
        return f"{self.name} reads {code}, which clause {self.clause} does not list, so that nobody is asked for it"

    def wrong(self, returned: object, expected: str) -> RuleMisused:
        """The error for a function that returned something else than it should."""
        problem = f"{self.name} for clause {self.clause} returned {returned!r}, not {expected}"
        return RuleMisused(problem, self.place)


def measure(rule: Rule, contract: Contract, month: Month, facts: Facts) -> Kpi | None:
    """The KPI of a clause for a month; None where there is nothing to measure."""
    clause = contract.clause(rule.clause)
    view = MonthFacts(facts, month, contract.term)
    window = clause.window(month, contract.term)
    assert window is not None, "the rulebook passes over clauses that are not assessed"
    terms = Terms(contract, clause, window)
    try:
        named = rule.at_least or rule.at_most
        result: dict[str, Any] = {"target": terms.value(named) if named else None}
        measured = rule(facts=view, terms=terms)
        if measured is None:
            return None
        result |= _outcome(rule, measured, result["target"])
        if terms.window.last > month.last:
            result["state"] = State.PROVISIONAL
    except MissingFacts as stop:
        result |= {"state": State.INCOMPLETE, "missing": stop.names, "unit": rule.unit}
    except RulingNeeded as stop:
        result = {"state": State.NEEDS_RULING, "note": _ruling_needed(stop, contract), "unit": rule.unit}
    rule.check(terms, view)
    return Kpi(
        clause=clause.no,
        code=rule.code,
        label=clause.label,
        window=terms.window,
        tracked=rule.tracked,
        inputs=view.inputs,
        readings=terms.adopted,
        **result,
    )


def charge(
    rule: Rule, kpi: Kpi, contract: Contract, month: Month, facts: Facts, first_day: Callable[[Terms], date] | None
) -> Deduction:
    """What a KPI costs under a clause; ``first_day`` gives the first day for which anything is deducted."""
    view = MonthFacts(facts, month, contract.term)
    terms = Terms(contract, contract.clause(rule.clause), kpi.window)
    try:
        first = first_day(terms) if first_day else date.min
        if kpi.window.last < first:  # whatever its figures are, known or not
            result: dict[str, Any] = _priced(Charge(0, f"{first}以前的期间不扣款：0"))
        elif kpi.state in (State.INCOMPLETE, State.NEEDS_RULING):
            why = _lacks(kpi.missing) if kpi.missing else kpi.note
            result = {"state": kpi.state, "missing": kpi.missing, "formula": f"{OPEN}{why}"}
        else:
            result = _priced(_since(first, rule, kpi, view, terms))
            if kpi.window.last > month.last:
                result["state"] = State.PROVISIONAL
    except MissingFacts as stop:
        result = {"state": State.INCOMPLETE, "missing": stop.names, "formula": f"{OPEN}{_lacks(stop.names)}"}
    except RulingNeeded as stop:
        result = {"state": State.NEEDS_RULING, "formula": f"{OPEN}{_ruling_needed(stop, contract)}"}
    rule.check(terms, view)
    return Deduction(
        clause=kpi.clause,
        code=kpi.code,
        label=terms.clause.label,
        window=kpi.window,
        inputs={**kpi.inputs, **view.inputs, **terms.values},
        readings=_joined(kpi.readings, terms.adopted),
        **result,
    )


def _lacks(names: Sequence[str]) -> str:
    return f"缺 {'、'.join(names)}"


def _ruling_needed(stop: RulingNeeded, contract: Contract) -> str:
    """What the authority has to rule on, a reading by its label."""
    reading = contract.readings.get(stop.reading)
    return f"须由主管单位裁定：{f'{reading.label} ' if reading else ''}{stop.reading}"


def _priced(due: Charge | Points) -> dict[str, Any]:
    if isinstance(due, Points):
        lost = Decimal(decimal_text(Fraction(due.lost)))
        told = f"{abs(lost)}分（{'加' if lost < 0 else '扣'}）"
        return {"points": lost, "full": due.full, "formula": f"{due.formula} = {told}"}
    amount = yuan(due.amount)
    return {"amount": amount, "formula": f"{due.formula} = {show(amount)}"}


def _since(first: date, rule: Rule, kpi: Kpi, view: MonthFacts, terms: Terms) -> Charge | Points:
    """The charge for the days that count."""
    due = rule(kpi=_from(first, kpi), facts=view, terms=terms)
    if not isinstance(due, (Charge, Points)):
        raise rule.wrong(due, "a Charge or Points")
    return due


def _outcome(rule: Rule, measured: Measurement, target: Decimal | None) -> dict[str, Any]:
    """The fields of a KPI that a measurement fills."""

    def met(exact: Exact | Ratio) -> bool | None:
        if target is None or exact.fraction is None:
            return None
        return exact.fraction >= Fraction(target) if rule.at_least else exact.fraction <= Fraction(target)

    if isinstance(measured, (Ratio, Daily, Level)) and measured.target is not None:
        target = measured.target
    parts: tuple[Part, ...] = ()
    match measured:
        case Ratio(numerator, denominator):
            whole = Exact(numerator=numerator, denominator=denominator)
        case Level(value):
            top, bottom = value.as_integer_ratio() if isinstance(value, Fraction) else (value, None)
            whole = Exact(numerator=top, denominator=None if bottom == 1 else bottom)
        case Count(days):
            parts = tuple(_part(day, count, None) for day, count in sorted(days.items()))
            whole = _sum(parts, Exact(numerator=0))
        case Daily(days):
            parts = tuple(_part(day, r.numerator, r.denominator, met(r)) for day, r in sorted(days.items()))
            whole = _sum(parts, Exact(numerator=0, denominator=0))
        case _:
            raise rule.wrong(measured, "a measurement")
    judged = [part.met for part in parts if part.met is not None]
    by_day = isinstance(measured, Daily) and measured.each_day
    return {
        "numerator": whole.numerator,
        "denominator": whole.denominator,
        "unit": "count" if isinstance(measured, (Count, Level)) else "rate",
        "target": target,
        "met": (all(judged) if judged else None) if by_day else met(whole),
        "parts": parts,
        "note": measured.note if isinstance(measured, (Count, Ratio)) else None,
    }


def _part(day: date, numerator: Quantity, denominator: Quantity | None, met: bool | None = None) -> Part:
    return Part(on=day, numerator=numerator, denominator=denominator, met=met)


def _sum(parts: Sequence[Part], like: Exact) -> Exact:
    """The sum of the parts: a ratio where ``like`` has a denominator, else a count."""
    return Exact(
        numerator=sum(part.numerator or 0 for part in parts),
        denominator=None if like.denominator is None else sum(part.denominator or 0 for part in parts),
    )


def _from(first: date, kpi: Kpi) -> Kpi:
    """The KPI without the days before ``first``; one that does not look at days is left as it is."""
    parts = tuple(part for part in kpi.parts if part.on >= first)
    if len(parts) == len(kpi.parts):
        return kpi
    whole = _sum(parts, kpi)
    return kpi.model_copy(update={"numerator": whole.numerator, "denominator": whole.denominator, "parts": parts})


def _joined(*groups: Sequence[Adopted]) -> tuple[Adopted, ...]:
    by_name = {adopted.reading: adopted for group in groups for adopted in group}
    return tuple(by_name[name] for name in sorted(by_name))
