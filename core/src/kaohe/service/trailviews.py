"""What the use cases answer, and are told, about confirmations and objections."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kaohe.catalogue import Source
from kaohe.model import Record
from kaohe.money import Money
from kaohe.periods import Month
from kaohe.store.records import Instant
from kaohe.submission import Event
from kaohe.trail import Confirmation, Objection
from kaohe.whatif import Change


class Act(Record):
    """What an upload says of a month's results, and who sent it.

    Attributes:
        source: the side that says it.
        event: the confirmation, objection or decision.
        file: key of the upload.
        by: who put it there, as the bucket says.
        received_at: when the bucket took it in.
    """

    source: Source
    event: Event
    file: str
    by: str | None
    received_at: Instant


class Confirmed(Confirmation):
    """A confirmation with who gave it and which revision it names.

    Attributes:
        revision: the revision of that digest; None where none has it.
        by: who put it there, as the bucket says.
        received_at: when the bucket took it in.
    """

    revision: int | None
    by: str | None
    received_at: Instant | None


class Correction(Record):
    """What a confirmed month says otherwise by now; not confirmed until it is confirmed in turn.

    Attributes:
        month: the month.
        confirmed: yuan deducted by the confirmed figures; None where nobody knows them any more.
        now: yuan deducted by the figures in force.
        difference: ``now`` less ``confirmed``.
        changes: every figure that differs: before as confirmed, after as in force.
        note: where no figure differs, what does: the uploads that came since, or the plugin; None where one does.
        problem: why nothing can be compared; None where it can.
    """

    month: Month
    confirmed: Money | None
    now: Money
    difference: Money | None
    changes: tuple[Change, ...] = ()
    note: str | None = None
    problem: str | None = None


class Unconfirmed(Record):
    """An instalment that bears something else than it would by the confirmed figures, in yuan."""

    instalment: int
    confirmed: Money
    now: Money
    difference: Money


class TrailView(Record):
    """All that was said of a month's results.

    Attributes:
        contract: the contract.
        month: the month.
        confirmations: the earliest first; the last is in force.
        objections: by clause, with how each stands.
        acts: the statements themselves, the earliest first, with who sent each.
    """

    contract: str
    month: Month
    confirmations: tuple[Confirmed, ...]
    objections: tuple[Objection, ...]
    acts: tuple[Act, ...]


class ConfirmationMade(Record):
    """A confirmation of a month by a caller.

    Attributes:
        revision: the revision that the caller has seen; refused if another took its place.
        ref: the document of the confirmation.
        note: a remark.
    """

    revision: int = Field(ge=1)
    ref: str | None = None
    note: str | None = None


class ObjectionMade(Record):
    """An objection to the deduction of a clause.

    Attributes:
        clause: the clause.
        reason: why.
        ref: the document that raises it.
    """

    clause: str
    reason: str
    ref: str | None = None


class DecisionMade(Record):
    """A decision on the objection to a clause.

    Attributes:
        clause: the clause.
        outcome: ``upheld`` or ``rejected``.
        reason: why.
        amount: yuan that stay deducted where it is upheld; None: nothing.
        ref: the document of the decision.
    """

    clause: str
    outcome: Literal["upheld", "rejected"]
    reason: str
    amount: Money | None = None
    ref: str | None = None
