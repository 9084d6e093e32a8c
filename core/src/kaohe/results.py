"""What comes out for a contract as one document: assessments, settlement, renewal, rights to end it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from kaohe.assessment import Assessment, PluginInfo, Problem
from kaohe.model import Rate, Record
from kaohe.payable import Settlement
from kaohe.trail import Confirmation, Objection


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
