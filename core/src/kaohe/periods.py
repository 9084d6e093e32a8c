"""Months, terms and windows: the spans of days that contracts speak of. All ends are inclusive."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from kaohe.model import Described

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month. Written and serialised as ``2026-03``.

    >>> Month.of("2026-03") + 10
    Month.of('2027-01')
    """

    year: int
    month: int

    @classmethod
    def of(cls, value: str | date | Month) -> Month:
        """The month that a text such as ``2026-03`` names, or that a date lies in.

        Raises:
            ValueError: the text is not a month.
        """
        if isinstance(value, Month):
            return value
        if isinstance(value, date):
            return cls(value.year, value.month)
        if not (isinstance(value, str) and (match := _MONTH.fullmatch(value)) and int(match[1])):
            raise ValueError(f"a month is written YYYY-MM, such as 2026-03, not {value!r}")
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return _days(self)[-1]

    @property
    def days(self) -> tuple[date, ...]:
        """Its days in order."""
        return _days(self)

    def __add__(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def __sub__(self, other: Month) -> int:
        return (self.year - other.year) * 12 + self.month - other.month

    def __contains__(self, day: date) -> bool:
        return Month.of(day) == self

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def __repr__(self) -> str:
        return f"Month.of('{self}')"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            cls.of,
            core_schema.is_instance_schema(cls),
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(pattern=rf"^{_MONTH.pattern}$"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_MONTH.pattern}$", "examples": ["2026-03"]}


@lru_cache(maxsize=1024)
def _days(month: Month) -> tuple[date, ...]:
    _, count = monthrange(month.year, month.month)
    return tuple(date(month.year, month.month, n) for n in range(1, count + 1))


class Window(Described):
    """A span of days under one name: what a KPI is assessed over.

    Attributes:
        label: ``2026-03`` for a month, ``2026-03-05`` for a day, else a name such as ``2026-01/2026-12``.
        first: the first day.
        last: the last day; a deduction is dated by it.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.last < self.first:
            raise ValueError(f"a window ends on or after its first day; {self.first} … {self.last} does not")
        return self

    @classmethod
    @lru_cache
    def of(cls, span: Month | date) -> Window:
        """The window of one month or one day."""
        if isinstance(span, Month):
            return cls(label=str(span), first=span.first, last=span.last)
        return cls(label=span.isoformat(), first=span, last=span)

    @classmethod
    def between(cls, first: Month, last: Month) -> Window:
        """The window from the first day of one month to the last day of another."""
        return cls(label=str(first) if first == last else f"{first}/{last}", first=first.first, last=last.last)


class Term(Described):
    """The service term of a contract: its first and its last day.

    A contract month is a calendar month that the term touches.
    """

    model_config = ConfigDict(frozen=True)

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Term:
        if self.last < self.first:
            raise ValueError(f"the term ends ({self.last}) before it begins ({self.first})")
        return self

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The contract's months in order."""
        first = Month.of(self.first)
        return tuple(first + n for n in range(Month.of(self.last) - first + 1))

    @property
    def window(self) -> Window:
        """The whole term as a window (the contract year)."""
        return Window(label=f"{self.first}/{self.last}", first=self.first, last=self.last)

    def quarter(self, month: Month) -> Window:
        """The quarter counted from the term's first month that ``month`` lies in."""
        start = self.months[0] + (month - self.months[0]) // 3 * 3
        return Window.between(start, min(start + 2, self.months[-1]))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def spans(days: Iterable[date]) -> tuple[str, ...]:
    """Days as text, runs drawn together: ``2026-03-01…2026-03-31``."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return tuple(str(run[0]) if len(run) == 1 else f"{run[0]}…{run[-1]}" for run in runs)
