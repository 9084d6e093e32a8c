"""A clause as data: what it does, over what it is assessed, what it rests on, its dated values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from kaohe.errors import UsageError
from kaohe.model import FrozenMapping, Rate, Record
from kaohe.periods import Month, Term, Window


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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"it ends ({self.last}) before it begins ({self.first})")
        return self

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

    @model_validator(mode="after")
    def _has_its_spans(self) -> Self:
        if (self.assessed == "spans") != bool(self.spans):
            raise ValueError("'spans' goes with assessed: spans, and only with it")
        spans = sorted(self.spans, key=lambda span: span.first)
        for one, two in pairwise(spans):
            if two.first <= one.last:
                raise ValueError(f"the spans {one.label} and {two.label} share {two.first}; a month lies in one only")
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
