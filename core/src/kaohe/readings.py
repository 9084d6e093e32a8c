"""Where a contract can be read in more than one way: its readings, their options, what was ruled."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from kaohe.model import FrozenMapping, Rate, Record


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
