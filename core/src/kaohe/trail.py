"""What is said of results once they are out: a month confirmed, a deduction objected to, an objection decided on."""

from __future__ import annotations

from datetime import date
from typing import Literal

from kaohe.model import Record
from kaohe.money import Money
from kaohe.periods import Month


class Raised(Record):
    """An objection of the vendor as it was raised.

    Attributes:
        on: the day.
        reason: why.
        ref: the document that raises it.
    """

    on: date
    reason: str
    ref: str | None = None


class Decision(Record):
    """What the authority decided on an objection.

    Attributes:
        on: the day.
        outcome: ``upheld`` or ``rejected``.
        stands: yuan that stay deducted where it is upheld; None where it is rejected.
        reason: why.
        ref: the document of the decision.
    """

    on: date
    outcome: Literal["upheld", "rejected"]
    stands: Money | None
    reason: str
    ref: str | None = None


class Upheld(Record):
    """Why a deduction is less than what was worked out.

    Attributes:
        worked_out: yuan that the clause's formula gives.
        decision: the decision that lowered it.
    """

    worked_out: Money
    decision: Decision


class Objection(Record):
    """All that was said against the deductions of one clause in one month.

    Attributes:
        month: the month.
        clause: the clause.
        state: ``open`` until it is decided, and again when it is raised anew; then ``upheld`` or ``rejected``;
            ``void`` where there is nothing to decide, and ``problems`` says why.
        raised: by the vendor, the earliest first.
        decisions: of the authority, the earliest first; the last is in force.
        worked_out: yuan deducted before any decision; None while that cannot be said.
        deducted: yuan deducted now; None while that cannot be said.
        problems: what people have to sort out.
    """

    month: Month
    clause: str
    state: Literal["open", "upheld", "rejected", "void"]
    raised: tuple[Raised, ...]
    decisions: tuple[Decision, ...]
    worked_out: Money | None
    deducted: Money | None
    problems: tuple[str, ...] = ()


class Confirmation(Record):
    """A month's assessment confirmed by the authority.

    Attributes:
        month: the month.
        on: the day.
        digest: digest of the assessment that was confirmed, or how it begins.
        deducted: yuan deducted in it, if the confirmation says so.
        ref: the document of the confirmation.
        note: a remark.
        state: ``confirmed``: what is worked out now is what was confirmed; ``differs``: it is something else, and not
            confirmed; ``replaced``: a later confirmation of the month took its place.
    """

    month: Month
    on: date
    digest: str
    deducted: Money | None = None
    ref: str | None = None
    note: str | None = None
    state: Literal["confirmed", "differs", "replaced"]
