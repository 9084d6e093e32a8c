"""What comes out: KPIs, deductions, assessments, the settlement, the renewal answer, the whole document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, computed_field, model_validator

from kaohe.catalogue import Source
from kaohe.model import FrozenMapping, Quantity, Rate, Record
from kaohe.money import ZERO, Money
from kaohe.periods import Month, Window
from kaohe.trail import Confirmation, Objection, Upheld


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


def decimal_text(fraction: Fraction) -> str:
    """A fraction as a decimal with at most 6 places, half up; for people, never to reckon on with."""
    scaled = (2 * abs(fraction.numerator) * 10**6 + fraction.denominator) // (2 * fraction.denominator)
    whole, places = divmod(scaled, 10**6)
    text = f"{whole}.{places:06}".rstrip("0").rstrip(".")
    return f"-{text}" if fraction < 0 and scaled else text


def quotient(numerator: Quantity, denominator: Quantity) -> Fraction:
    """The exact quotient of two quantities; the denominator is not 0."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(numerator, denominator)
    return Fraction(numerator) / Fraction(denominator)


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


class Exact(Record):
    """A figure kept as numerator and denominator, with its decimal for people.

    Attributes:
        numerator: what was counted; None where nothing could be.
        denominator: what it was counted of; None for a plain count.
    """

    numerator: Quantity | None = None
    denominator: Quantity | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_value(cls, data: Any) -> Any:
        """Take back what was written: the decimal is worked out anew, never read."""
        return {k: v for k, v in data.items() if k != "value"} if isinstance(data, Mapping) else data

    @property
    def fraction(self) -> Fraction | None:
        """The exact value; None where it is missing or the denominator is 0 (no rate, which is not 0)."""
        if self.numerator is None or self.denominator == 0:
            return None
        return quotient(self.numerator, 1 if self.denominator is None else self.denominator)

    @computed_field(description="The exact value as a decimal of at most 6 places; null where there is none.")  # type: ignore[prop-decorator]
    @property
    def value(self) -> str | None:
        """The exact value as a decimal of at most 6 places; None where there is none."""
        return None if self.fraction is None else decimal_text(self.fraction)


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


class Instalment(Record):
    """An instalment before deductions, as ``payment_schedule`` gives it.

    Attributes:
        no: its number.
        label: its Chinese name.
        gross: yuan before deductions; None while it is not known.
        at_least: the least that ``gross`` can come to, while it is not known.
        at_most: the most that it can come to, while it is not known.
        earliest: the first day on which it can be asked for; None: no day is set.
        due: the last day on which payment is in time; None: no day is set.
        advance: True where no deduction is taken from it.
        waits_for: what has to happen before it can be paid, beside the invoice.
        notes: how ``gross`` comes about, where the contract does not fix it, and by which readings.
        clause: the clause that fixes it.
    """

    no: int
    label: str
    gross: Money | None
    at_least: Money | None = None
    at_most: Money | None = None
    earliest: date | None = None
    due: date | None
    advance: bool = False
    waits_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    clause: str


class Taken(Record):
    """Part of a deduction that an instalment bears."""

    month: Month
    clause: str
    amount: Money


PaymentState = Literal["upcoming", "payable", "overdue", "paid"]


class SettledInstalment(Instalment):
    """An instalment after deductions.

    Attributes:
        deducted: yuan taken from it; ``gross = deducted + net``.
        net: yuan to pay; None while ``gross`` is not known.
        state: ``upcoming``, ``payable`` (due, or invoiced), ``overdue`` or ``paid``.
        invoiced: the day the vendor's invoice came, if known.
        paid_on: the day on which it had been paid in full by what was known on that day; None: it has not been.
        paid: yuan paid; None: nothing was.
        net_known: what ``net`` was on the day of payment, where rulings or findings have raised it since; else None.
        outstanding: yuan of ``net`` that became known only after payment: owed, but with no due date, so never late.
        late_since: the day after which payment was, or is, late; None: it is not.
        late_days: days of delay until it was paid, or until the day of the settlement.
        taken: which deductions make up ``deducted``.
        open: deductions that it is to bear and whose amount is not known yet, as ``2026-03 4.4 needs-ruling``.
    """

    deducted: Money
    net: Money | None
    state: PaymentState
    invoiced: date | None = None
    paid_on: date | None = None
    paid: Money | None = None
    net_known: Money | None = None
    outstanding: Money = ZERO
    late_since: date | None = None
    late_days: int = 0
    taken: tuple[Taken, ...] = ()
    open: tuple[str, ...] = ()


class Liability(Record):
    """What one side owes beyond the price.

    Attributes:
        clause: the clause that says so.
        party: who owes it.
        amount: yuan as of the day of the settlement; None where it cannot be said.
        state: ``final`` once it cannot grow any more, else ``provisional``.
        formula: how it comes about: the days from and to, the rate, what it is taken of.
        notes: what bears on it, such as a cap or an invoice that came late, and rights that have arisen with it.
    """

    clause: str
    party: Literal["authority", "vendor"]
    amount: Money | None
    state: State
    formula: str
    notes: tuple[str, ...] = ()


class Bond(Record):
    """Security that the vendor gave for its performance.

    Attributes:
        clause: the clause that asks for it.
        label: its Chinese name.
        amount: yuan.
        return_by: the last day on which it has to be given back; None while that year's public holidays are not known.
        state: ``held`` during the term, then ``due back``, ``overdue`` after ``return_by``, or ``returned``.
        returned_on: the day it was given back; None: it was not.
        late_days: days after ``return_by`` until it was given back, or until the day of the settlement.
    """

    clause: str
    label: str
    amount: Money
    return_by: date | None
    state: Literal["held", "due back", "overdue", "returned"]
    returned_on: date | None = None
    late_days: int = 0


class Settlement(Record):
    """What there is to pay: instalments less deductions, what is carried, and what remains as a claim.

    Always: ``sum(gross)`` is the contract total; ``sum(deducted) + carried + claim = deductions``.

    Attributes:
        instalments: in order.
        deductions: yuan of all final deductions.
        carried: yuan that no instalment could bear yet.
        claim: yuan left after the last instalment was due: a claim on the vendor.
        open: deductions whose amount is not known yet, as ``2026-03 4.4 needs-ruling``.
        liabilities: of either side.
        bonds: security given by the vendor.
    """

    instalments: tuple[SettledInstalment, ...]
    deductions: Money
    carried: Money
    claim: Money
    open: tuple[str, ...] = ()
    liabilities: tuple[Liability, ...] = ()
    bonds: tuple[Bond, ...] = ()


class Termination(Record):
    """A right to end the contract that has arisen.

    Attributes:
        clause: the clause that gives it.
        party: who may end the contract.
        since: the day it arose.
        detail: why.
    """

    clause: str
    party: Literal["authority", "vendor"]
    since: date
    detail: str


class Condition(Record):
    """One condition of renewal: met, not met, or (None) not known yet."""

    clause: str
    label: str
    met: bool | None
    detail: str


class Renewal(Record):
    """Whether the contract may be renewed: each condition on its own, then the conclusion.

    Attributes:
        conclusion: ``eligible``, ``not eligible``, ``open`` while that cannot be said, or ``not provided for`` by the
            contract.
        score: the score that it rests on; None where there is none, or none yet.
        conditions: each with ``clause``, ``label``, ``detail`` and ``met``, which is None while that is not known.
        note: a remark for people.
    """

    conclusion: Literal["eligible", "not eligible", "open", "not provided for"]
    score: Rate | None = None
    conditions: tuple[Condition, ...] = ()
    note: str | None = None


class Flag(Record):
    """What somebody who uses the results of a clause has to know."""

    clause: str
    text: str


class Document(Record):
    """Everything kaohe says of one contract as of a day: what the API serves and ``kaohe score --json`` prints.

    Attributes:
        contract: the contract's id.
        region: its region.
        label: its Chinese name.
        as_of: the day for which it holds: later payments, invoices and rulings are not known yet.
        plugin: name and version of the package that worked it out.
        assessments: one a month.
        settlement: what there is to pay.
        renewal: whether the contract may be renewed.
        terminations: rights to end the contract that have arisen: ``clause``, ``party``, ``since``, ``detail``.
        flags: what a user of these figures has to know, by clause.
        problems: what people have to sort out, such as two files that contradict each other.
        confirmations: the months that the authority has confirmed, and whether they are still what was confirmed.
        objections: what the vendor objected to, and what was decided.
    """

    contract: str
    region: str
    label: str
    as_of: date
    plugin: PluginInfo
    assessments: tuple[Assessment, ...]
    settlement: Settlement
    renewal: Renewal
    terminations: tuple[Termination, ...] = ()
    flags: tuple[Flag, ...] = Field(default=())
    problems: tuple[Problem, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    objections: tuple[Objection, ...] = ()
