"""What a month came to: KPIs and deductions, each with how far to rely on it and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from kaohe.catalogue import Source
from kaohe.exact import Exact
from kaohe.model import FrozenMapping, Quantity, Rate, Record
from kaohe.money import Money
from kaohe.periods import Month, Window
from kaohe.trail import Upheld


class State(StrEnum):
    """How far a result can be relied on; the first that applies, in this order."""

    INCOMPLETE = "incomplete"
    NEEDS_RULING = "needs-ruling"
    PROVISIONAL = "provisional"
    FINAL = "final"

    @classmethod
    def of(cls, states: Iterable[State]) -> State:
        """The state of a whole: that of its least certain part."""
        order = list(cls)
        return min(states, key=order.index, default=cls.FINAL)


class Adopted(Record):
    """A reading that a figure used.

    Attributes:
        reading: its name.
        option: the option in force; None where a ruling is still needed.
        value: the number that a ruling gave with it.
        by: ``default``, ``ruling`` or ``assumed``; None where a ruling is still needed.
        ruled_on: the day of the ruling.
        ref: the document of the ruling.
    """

    reading: str
    option: str | None
    value: Rate | None = None
    by: Literal["default", "ruling", "assumed"] | None
    ruled_on: date | None = None
    ref: str | None = None


class Alternative(Record):
    """What a deduction would be if one reading were chosen otherwise, all else unchanged."""

    reading: str
    option: str
    amount: Money | None
    points: Rate | None = None
    state: State


class Part(Exact):
    """One day of a KPI that is looked at day by day, or the events of one day."""

    on: date
    met: bool | None = None


class Kpi(Exact):
    """An indicator as it came out.

    Attributes:
        clause: the clause that sets it.
        code: its English code, such as ``survey.satisfaction``.
        label: its Chinese name.
        window: the days it is assessed over.
        unit: ``rate`` or ``count``.
        target: the threshold; None where the contract sets none.
        met: whether it was met; None where that cannot be said.
        state: how far to rely on it.
        tracked: True for a duty that is watched and moves no money.
        missing: the facts that are missing.
        parts: day by day, where the clause looks at days.
        inputs: the facts it was worked out from.
        readings: the readings it used.
        note: a remark for people.
    """

    clause: str
    code: str
    label: str
    window: Window
    unit: Literal["rate", "count"] = "rate"
    target: Rate | None = None
    met: bool | None = None
    state: State = State.FINAL
    tracked: bool = False
    missing: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    inputs: FrozenMapping[str, Quantity] = Field(default={}, validate_default=True)
    readings: tuple[Adopted, ...] = ()
    note: str | None = None


class Deduction(Record):
    """Money or points lost under a clause.

    Attributes:
        clause: the clause that takes it.
        code: the code of the KPI it rests on.
        label: the clause's Chinese name.
        window: the days it is for; it is dated by the last of them.
        amount: yuan; None where it cannot be said yet.
        points: points of a score that are lost, negative if gained, for clauses that move no money; else None.
        full: the points that the item is worth; None for a clause that moves money.
        state: how far to rely on it.
        formula: how the amount comes about, with its figures.
        inputs: the facts and contract values it was worked out from.
        readings: the readings it used.
        alternatives: what each other option would give.
        missing: the facts that are missing.
        disposition: what the authority decided to do with the money; None: undecided, or no choice.
        upheld: the objection that lowered ``amount``, and what ``formula`` had given; None: no objection was upheld.
    """

    clause: str
    code: str
    label: str
    window: Window
    amount: Money | None = None
    points: Rate | None = None
    full: Rate | None = None
    state: State = State.FINAL
    formula: str
    inputs: FrozenMapping[str, Quantity] = Field(default={}, validate_default=True)
    readings: tuple[Adopted, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    missing: tuple[str, ...] = ()
    disposition: str | None = None
    upheld: Upheld | None = None


class PluginInfo(Record):
    """Which plugin package worked a result out."""

    name: str
    version: str


class Problem(Record):
    """Something about the facts that people have to sort out, such as two files that contradict each other."""

    code: str
    message: str


class Assessment(Record):
    """The KPIs and deductions of one contract month; immutable.

    Attributes:
        month: the month.
        state: that of its least certain part; tracked duties do not count.
        digest: SHA-256 over all the rest.
        plugin: the package that worked it out.
        facts: digest of the facts it rests on.
        reported: who has sent anything for the month; what nobody reports counts as not having happened.
        kpis: in the order of the contract.
        deductions: in the order of the contract.
        deducted: sum of the amounts known, in yuan.
        problems: what people have to sort out.
    """

    month: Month
    state: State
    digest: str
    plugin: PluginInfo
    facts: str
    reported: tuple[Source, ...] = ()
    kpis: tuple[Kpi, ...]
    deductions: tuple[Deduction, ...]
    deducted: Money
    problems: tuple[Problem, ...] = ()
