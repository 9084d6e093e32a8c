"""A contract's terms as data: parties, dates, instalments, clauses and readings, from ``contract.yaml``.

Every value stands with its clause. Amounts and rates are quoted decimals, and a value that an amendment
changes gets a second date instead of being overwritten: ``target: {"2026-01-01": "0.95", "2026-07-01": "0.96"}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from kaohe.calendar import add_working_days
from kaohe.catalogue import AUTHORITY, Source
from kaohe.errors import CalendarError, MissingFacts, NotFound, RulingNeeded, UsageError, meant
from kaohe.model import FrozenMapping, Rate, Record, Share
from kaohe.money import Money, split
from kaohe.periods import Month, Term, Window

CLOSING_MONTHS = 12
"""Months after the term in which the authority may still report payments and the like."""


class Kind(StrEnum):
    """What a clause does."""

    KPI = "kpi"
    DEDUCTION = "deduction"
    PAYMENT = "payment"
    RENEWAL = "renewal"
    DUTY = "duty"
    TERMINATION = "termination"
    LIABILITY = "liability"


class Status(StrEnum):
    """How far kaohe carries a clause out."""

    COMPUTED = "computed"
    TRACKED = "tracked"
    NOT_COMPUTED = "not-computed"


class Option(Record):
    """One way to read an ambiguous clause.

    Attributes:
        label: its short Chinese name.
        summary: what the clause means if read so.
        gist: the same in Chinese, for officials; empty: they are shown the summary.
        parameter: ``rate`` where a ruling for this option must also give a number, such as a target.
    """

    label: str
    summary: str
    gist: str = ""
    parameter: Literal["rate"] | None = None


class Reading(Record):
    """An ambiguity: its question, its options and the default; no default means a ruling is needed.

    Attributes:
        label: the question in a few Chinese words.
        question: what the text leaves open.
        gist: the question in Chinese, for officials; empty: they are shown it in English.
        default: the option used until a ruling says otherwise; None where no honest default exists.
        options: by name, the default first.
        everywhere: True where it bears on the contract as a whole and not on the clauses that list it.
    """

    label: str
    question: str
    gist: str = ""
    default: str | None
    options: FrozenMapping[str, Option]
    everywhere: bool = False

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default is not None and self.default not in self.options:
            raise ValueError(f"default {self.default!r} is none of the options {', '.join(self.options)}")
        return self


class Ruling(Record):
    """The authority's decision on a reading.

    Attributes:
        reading: the reading's name.
        option: the option that holds from now on.
        value: the number that the option needs, else None.
        on: the day of the ruling.
        since: the first day it applies to; by default the day of the ruling.
        ref: the document it stands in.
    """

    reading: str
    option: str
    value: Rate | None = None
    on: date
    since: date
    ref: str | None = None


class Choice(Record):
    """The option in force for a window, and the ruling that put it there (None: the default)."""

    option: str
    value: Rate | None = None
    ruling: Ruling | None = None


class Span(Record):
    """A named run of contract months, such as the first five.

    Attributes:
        label: its name, such as ``2024-01/2024-05``.
        first: its first month.
        last: its last month.
    """

    label: str
    first: Month
    last: Month

    @property
    def window(self) -> Window:
        """The days of the span."""
        return Window(label=self.label, first=self.first.first, last=self.last.last)


class Clause(Record):
    """One clause that has a figure, a deadline or a consequence.

    Attributes:
        no: its number, such as ``4.5`` (article 4, item 5).
        label: its short Chinese name.
        summary: one line in our own words.
        gist: summary, and why it is not computed, in Chinese for officials; empty: they are shown both in English.
        kinds: what it does.
        status: computed, tracked, or not computed.
        why: why it is not computed; None otherwise.
        assessed: over what it is assessed: each ``month``, each ``quarter`` of the term, the whole ``term``, or
            the named ``spans``; a month outside all spans is not assessed.
        spans: the named spans.
        facts: codes of the measures and events that it rests on.
        readings: names of the readings that it can be read by.
        values: its dated values.
        flags: what somebody who uses the result has to know, in Chinese.
    """

    no: str
    label: str
    summary: str
    gist: str = ""
    kinds: tuple[Kind, ...] = Field(min_length=1)
    status: Status
    why: str | None = None
    assessed: Literal["month", "quarter", "term", "spans"] = "month"
    spans: tuple[Span, ...] = ()
    facts: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    values: FrozenMapping[str, FrozenMapping[date, Rate]] = Field(default={}, validate_default=True)
    flags: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, data: object) -> object:
        values = (data.get("values") or {}) if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(values, Mapping):
            return data  # for the fields' own checks to refuse
        dated = {k: v if isinstance(v, Mapping) else {str(date.min): v} for k, v in values.items()}
        return {**data, "values": dated}

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.status is Status.NOT_COMPUTED) != (self.why is not None):
            raise ValueError(f"clause {self.no}: 'why' goes with status not-computed, and only with it")
        return self

    def window(self, month: Month, term: Term) -> Window | None:
        """The window that this clause is assessed over and that ``month`` lies in; None: it is not assessed."""
        match self.assessed:
            case "month":
                return Window.of(month)
            case "quarter":
                return term.quarter(month)
            case "term":
                return term.window
            case "spans":
                return next((span.window for span in self.spans if span.first <= month <= span.last), None)

    def value(self, name: str, on: date) -> Decimal:
        """The value called ``name`` as it stood on a day.

        Raises:
            UsageError: the clause has no such value, or none yet on that day.
        """
        since = max((day for day in self.values.get(name, {}) if day <= on), default=None)
        if since is None:
            raise UsageError(f"clause {self.no} has no value {name!r} on {on}; it has: {', '.join(self.values)}")
        return self.values[name][since]


class Deadline(Record):
    """A deadline that is counted in working days: ``{working_days: 10, after: 2026-03-31}``.

    Attributes:
        working_days: how many.
        after: the day after which they are counted.
    """

    working_days: int = Field(ge=1)
    after: date

    def resolved(self) -> dict[str, Any]:
        """As fields of an instalment; while that year's public holidays are not known, without the day."""
        earliest = self.after + timedelta(days=1)
        try:
            return {"earliest": earliest, "due": add_working_days(self.after, self.working_days)}
        except CalendarError as error:
            note = f"应于{self.after}后{self.working_days}个工作日内付；{error.names[0]}尚未公布"
            return {"earliest": earliest, "due": None, "notes": (note,)}


class PlannedInstalment(Record):
    """An instalment as the contract fixes it.

    Attributes:
        no: its number, from 1.
        label: its Chinese name.
        share: its share of the contract total.
        earliest: the first day on which it can be asked for; None where the contract sets no day.
        due: the last day on which payment is in time; None where the contract sets no day. The YAML may give a
            :class:`Deadline` instead, which also sets ``earliest`` where nothing else does.
        notes: why the day is not known, where it is counted in working days of a year without known holidays.
        advance: True where it is paid in full, before any assessment.
        clause: the clause that fixes it.
    """

    no: int
    label: str
    share: Share
    earliest: date | None = None
    due: date | None
    notes: tuple[str, ...] = ()
    advance: bool = False
    clause: str

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, data: object) -> object:
        if not isinstance(data, Mapping) or not isinstance(data.get("due"), Mapping):
            return data
        try:
            found = Deadline.model_validate(data["due"]).resolved()
        except ValidationError:
            raise ValueError("'due' is a day, null, or {working_days: 10, after: 2026-03-31}") from None
        stated = {key: value for key, value in data.items() if key != "due" and value is not None}
        return {**found, **stated}


class BondTerms(Record):
    """Security that the vendor gives.

    Attributes:
        clause: the clause that asks for it.
        label: its Chinese name.
        share: its share of the contract total.
        return_working_days: working days after the term within which it is given back.
    """

    clause: str
    label: str
    share: Share
    return_working_days: int


class DelayRight(Record):
    """The right that the vendor has once the authority is late for too long.

    Attributes:
        after: days of delay after which it has it.
        may: what it may do: end the contract, or suspend its service.
        cumulative: True where the days of all instalments count together, a day once; else those of each by itself.
    """

    after: int
    may: Literal["terminate", "suspend"]
    cumulative: bool = False


class LatePayment(Record):
    """What the authority owes when it pays late.

    Attributes:
        clause: the clause that says so.
        rate: the share of ``base`` for each day of delay.
        base: what the rate is taken of.
        cap: the most that it may come to over all instalments, as a share of the contract total; None: uncapped.
        excusable: True where a delay that the authority reports as fiscal (``payment.excused``) costs nothing.
        right: the right that a long delay gives the vendor; None: none.
    """

    clause: str
    rate: Rate
    base: Literal["contract-total", "arrears"]
    cap: Rate | None = None
    excusable: bool = False
    right: DelayRight | None = None


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
            *(
                f"an instalment cites clause {i.clause}, which is not listed"
                for i in self.instalments
                if i.clause not in numbers
            ),
        ]
        if not self.id.startswith(f"{self.region}-"):
            problems.append(f"the id {self.id!r} must begin with the region: {self.region}-")
        if problems:
            raise ValueError("; ".join(problems))
        split(self.total, [i.share for i in self.instalments])
        return self

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
        """The same contract, read by what the authority has ruled."""
        return self.model_copy(update={"rulings": tuple(sorted(rulings, key=lambda r: (r.since, r.on, r.option)))})

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

        A ruling holds for windows that end on or after the day it applies from. Where there is no default,
        the first ruling also settles the windows before it: nothing else could.

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
            ruling = in_force[-1] if in_force else rulings[0]
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
