"""A contract's terms as data: parties, dates, instalments, clauses and readings, from ``contract.yaml``.

Every value stands with its clause. Amounts and rates are quoted decimals, and a value that an amendment
changes gets a second date instead of being overwritten: ``target: {"2026-01-01": "0.95", "2026-07-01": "0.96"}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from kaohe.catalogue import AUTHORITY, Source
from kaohe.clauses import Clause
from kaohe.errors import MissingFacts, NotFound, RulingNeeded, UsageError, meant
from kaohe.model import FrozenMapping, Record
from kaohe.money import Money, split
from kaohe.payterms import BondTerms, LatePayment, PlannedInstalment
from kaohe.periods import Month, Term, Window
from kaohe.readings import Choice, Reading, Ruling

CLOSING_MONTHS = 12
"""Months after the term in which the authority may still report payments and the like."""


class Contract(Record):
    """One contract: the data that every hook is given.

    Attributes:
        id: ``<region>-<year>``; unique over all regions.
        region: the plugin it belongs to.
        label: its Chinese name.
        authority: the public body that pays.
        vendor: the company that serves.
        signed_on: the day of signature; None where the text leaves it blank. Written ``signed`` in the YAML.
        term: the service term.
        total: the contract price in yuan.
        instalments: as planned; their shares add up to 1.
        late_payment: the authority's liability for paying late, if the contract sets one.
        bond: the vendor's security, if the contract asks for one.
        readings: by name.
        clauses: in the order of the contract.
        rulings: decisions known now; empty in ``contract.yaml``, filled in by the engine.
        assumed: readings that a what-if sets regardless of rulings.
    """

    id: str
    region: str
    label: str
    authority: str
    vendor: str
    signed_on: date | None = Field(alias="signed")
    term: Term
    total: Money
    instalments: tuple[PlannedInstalment, ...]
    late_payment: LatePayment | None = None
    bond: BondTerms | None = None
    readings: FrozenMapping[str, Reading] = Field(default={}, validate_default=True)
    clauses: tuple[Clause, ...]
    rulings: tuple[Ruling, ...] = ()
    assumed: FrozenMapping[str, Choice] = Field(default={}, validate_default=True)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        numbers = [clause.no for clause in self.clauses]
        problems = [
            *(f"clause {no} is listed twice" for no in {no for no in numbers if numbers.count(no) > 1}),
            *(
                f"clause {clause.no} names the reading {name!r}, which 'readings' does not define"
                for clause in self.clauses
                for name in clause.readings
                if name not in self.readings
            ),
            *(f"{what} cites clause {no}, which is not listed" for what, no in self._cited() if no not in numbers),
            *(
                f"clause {clause.no}: the span {span.label} goes beyond the term, {self.term.first} … {self.term.last}"
                for clause in self.clauses
                for span in clause.spans
                if not {span.first, span.last} <= set(self.term.months)
            ),
        ]
        if self.late_payment and min(self.late_payment.rate, default=date.max) > self.term.first:
            problems.append(f"late_payment.rate says nothing for the term's first day, {self.term.first}")
        if not self.id.startswith(f"{self.region}-"):
            problems.append(f"the id {self.id!r} must begin with the region: {self.region}-")
        if problems:
            raise ValueError("; ".join(problems))
        split(self.total, [i.share for i in self.instalments])
        return self

    def _cited(self) -> Iterator[tuple[str, str]]:
        """What stands outside the clauses and cites one, with its number."""
        yield from (("an instalment", planned.clause) for planned in self.instalments)
        if self.late_payment:
            yield "late_payment", self.late_payment.clause
        if self.bond:
            yield "bond", self.bond.clause

    @property
    def signed(self) -> date:
        """The day of signature.

        Raises:
            MissingFacts: the text leaves it blank.
        """
        if self.signed_on is None:
            raise MissingFacts(["合同签订日期"])
        return self.signed_on

    def takes(self, month: Month, source: Source) -> bool:
        """Whether a source may report for a month: any of the term; the authority also for the year after it.

        The last payments, invoices and rulings come when the service is over.
        """
        last = self.term.months[-1]
        return month in self.term.months or (source is AUTHORITY and last < month <= last + CLOSING_MONTHS)

    def clause(self, no: str) -> Clause:
        """The clause of that number.

        Raises:
            NotFound: the contract lists no such clause.
        """
        for clause in self.clauses:
            if clause.no == no:
                return clause
        raise NotFound(f"contract {self.id} lists no clause {no}")

    def with_rulings(self, rulings: Iterable[Ruling]) -> Contract:
        """The same contract, read by what the authority has ruled, in the order in which it did."""
        return self.model_copy(update={"rulings": tuple(sorted(rulings, key=lambda r: (r.on, r.since, r.option)))})

    def assuming(self, reading: str, choice: Choice) -> Contract:
        """The same contract with one reading set whatever was ruled: how alternatives are worked out.

        Raises:
            NotFound: the contract has no such reading, or the reading no such option.
        """
        self.check_option(reading, choice.option, choice.value)
        return self.model_copy(update={"assumed": {**self.assumed, reading: choice}})

    def check_option(self, reading: str, option: str, value: Decimal | None) -> None:
        """Hold a ruling or an assumption against what the contract offers.

        Raises:
            NotFound: no such reading or option.
            UsageError: the option needs a number and none is given, or the other way round.
        """
        if reading not in self.readings:
            raise NotFound(f"contract {self.id} has no reading {reading!r}; it has: {', '.join(self.readings)}")
        options = self.readings[reading].options
        if option not in options:
            raise NotFound(f"reading {reading!r} has no option {option!r}; it has: {', '.join(options)}")
        if (options[option].parameter is None) != (value is None):
            raise UsageError(f"option {option!r} of {reading!r} {'needs' if value is None else 'takes no'} value")

    def choice(self, reading: str, window: Window) -> Choice:
        """The option in force for a window.

        A ruling holds for windows that end on or after the day it applies from, and takes the place of those made
        before it. Where there is no default, the one that reaches back furthest also settles the windows before it:
        nothing else could.

        Raises:
            RulingNeeded: there is neither a default nor a ruling.
            NotFound: the contract has no such reading.
        """
        if reading in self.assumed:
            return self.assumed[reading]
        if reading not in self.readings:
            raise NotFound(f"contract {self.id} has no reading {reading!r}{meant(reading, self.readings)}")
        rulings = [ruling for ruling in self.rulings if ruling.reading == reading]
        in_force = [ruling for ruling in rulings if ruling.since <= window.last]
        default = self.readings[reading].default
        if in_force or (rulings and default is None):
            ruling = in_force[-1] if in_force else min(reversed(rulings), key=lambda r: r.since)
            return Choice(option=ruling.option, value=ruling.value, ruling=ruling)
        if default is None:
            raise RulingNeeded(reading)
        return Choice(option=default)

    def alternatives(self, reading: str, window: Window) -> Iterator[Choice]:
        """The options that are not in force for a window and need no number of their own."""
        try:
            adopted = self.choice(reading, window).option
        except RulingNeeded:
            adopted = None
        for name, option in self.readings[reading].options.items():
            if name != adopted and option.parameter is None:
                yield Choice(option=name)
