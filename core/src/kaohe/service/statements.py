"""What the API says for a caller: facts, confirmations, objections, decisions, each as the upload it stands for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kaohe.calendar import day_in_china
from kaohe.catalogue import AUTHORITY, CONFIRMED, DECIDED, RAISED, VENDOR, Source
from kaohe.errors import Stale, UsageError
from kaohe.model import canonical
from kaohe.periods import Month
from kaohe.plugins import region_of
from kaohe.service import posting
from kaohe.service.studies import Studies
from kaohe.service.trailviews import ConfirmationMade, DecisionMade, ObjectionMade
from kaohe.service.views import MonthView, Posted
from kaohe.store import Bucket, Table
from kaohe.whatif import Change, differences

MOST_TOLD = 10
"""Changes that a refusal lists; the view of the month has them all."""


class Statements(Studies):
    """Everything that comes by the API: put into the bucket, from where it comes in like any other upload.

    Attributes:
        bucket: the uploads.
        today: the day on which uploads count as received, in a rehearsal; None: the day they came.
    """

    bucket: Bucket
    today: date | None

    def post_facts(
        self,
        contract_id: str,
        month: Month,
        content: bytes,
        *,
        name: str | None = None,
        received_at: datetime,
        actor: str | None = None,
    ) -> Posted:
        """Check an authority's facts and put them into the bucket, from where they come in like any other upload.

        Args:
            contract_id: the contract.
            month: the month they are for.
            content: the JSON, kept as it came.
            name: the file's name, which replaces what was posted under it; None: taken from the content's hash, so
                that the same facts posted twice are one object.
            received_at: now.
            actor: who posts them.

        Raises:
            NotFound: there is no such contract.
            UsageError: the month is none of the contract's, or the name will not do.
            Refused: the facts are not in order; nothing was stored.
        """
        given = (contract_id, month, content, name, self.today, received_at)
        return posting.post(self.bucket, self.table, *given, actor=actor)

    def confirm(
        self, contract_id: str, month: Month, made: ConfirmationMade, *, received_at: datetime, actor: str | None = None
    ) -> Posted:
        """Confirm a month as the caller has seen it: put the confirmation into the bucket, as an upload.

        What is confirmed is that revision's content. Should it change before the confirmation comes into force, the
        confirmation names what the caller has seen all the same, and the difference is told.

        Raises:
            NotFound: there is no such contract, month or revision.
            Stale: another revision took its place; nothing was stored.
            UsageError: the month is not over.
        """
        view, today = self.month(contract_id, month), self._today(received_at)
        check_confirmable(self.table, view, made.revision, today)
        content = confirming(view, today, made.ref, made.note)
        return self.post_facts(contract_id, month, content, received_at=received_at, actor=actor)

    def object_to(
        self, contract_id: str, month: Month, made: ObjectionMade, *, received_at: datetime, actor: str | None = None
    ) -> Posted:
        """Raise an objection for the vendor: put it into the bucket, as an upload of the vendor.

        Raises:
            NotFound: there is no such contract.
            UsageError: the month is none of the contract's.
            Refused: the objection is not in order; nothing was stored.
        """
        content = objecting(contract_id, month, made, self._today(received_at))
        more: Any = {"actor": actor, "source": VENDOR, "stem": "objection-"}
        given = (contract_id, month, content, None, self.today, received_at)
        return posting.post(self.bucket, self.table, *given, **more)

    def decide(
        self, contract_id: str, month: Month, made: DecisionMade, *, received_at: datetime, actor: str | None = None
    ) -> Posted:
        """Decide on an objection for the authority: put the decision into the bucket, as an upload.

        Raises:
            NotFound: there is no such contract.
            UsageError: the month is none of the contract's.
            Refused: the decision is not in order; nothing was stored.
        """
        content = deciding(contract_id, month, made, self._today(received_at))
        return self.post_facts(contract_id, month, content, received_at=received_at, actor=actor)

    def _today(self, received_at: datetime) -> date:
        return self.today or day_in_china(received_at)


def check_confirmable(table: Table, view: MonthView, revision: int, today: date) -> None:
    """Hold the revision that a caller has seen against the one in force.

    Args:
        table: the results.
        view: the month as it is now.
        revision: the revision that is to be confirmed.
        today: the day of confirming.

    Raises:
        NotFound: there is no such revision.
        Stale: another revision took its place; says what changed.
        UsageError: the month is not over.
    """
    if today < view.month.last:
        raise UsageError(f"{view.month} is not over: confirm it from {view.month.last} on")
    if (view.in_force, view.revision) == (True, revision):
        return
    seen = table.revision(view.contract, view.month, revision).assessment
    if not view.in_force:
        raise Stale(f"{view.month} is no longer assessed")
    if seen.digest == view.assessment.digest:
        return
    changes = differences(seen, view.assessment)
    told = "; ".join(map(_told, changes[:MOST_TOLD])) or "no figure, but what they rest on"
    more = f"; and {len(changes) - MOST_TOLD} more" if len(changes) > MOST_TOLD else ""
    raise Stale(
        f"revision {revision} of {view.month} was replaced by revision {view.revision}: {told}{more}. "
        f"Look at it, then confirm revision {view.revision}"
    )


def _told(change: Change) -> str:
    return f"{change.where} {change.what} {change.before or 'none'} → {change.after or 'none'}"


def confirming(view: MonthView, today: date, ref: str | None, note: str | None) -> bytes:
    """The upload that confirms a month as it is in force."""
    content = view.assessment
    event = {"kind": CONFIRMED, "digest": content.digest, "amount": str(content.deducted), "ref": ref, "note": note}
    return _upload(view.contract, view.month, AUTHORITY, event, today)


def objecting(contract: str, month: Month, made: ObjectionMade, today: date) -> bytes:
    """The upload that objects to a deduction."""
    event = {"kind": RAISED, "clause": made.clause, "note": made.reason, "ref": made.ref}
    return _upload(contract, month, VENDOR, event, today)


def deciding(contract: str, month: Month, made: DecisionMade, today: date) -> bytes:
    """The upload that decides on an objection."""
    event = {"kind": DECIDED, "clause": made.clause, "option": made.outcome, "note": made.reason, "ref": made.ref}
    event |= {"amount": None if made.amount is None else str(made.amount)}
    return _upload(contract, month, AUTHORITY, event, today)


def _upload(contract: str, month: Month, source: Source, event: dict[str, str | None], today: date) -> bytes:
    said = {"on": str(today), **{field: value for field, value in event.items() if value is not None}}
    content = {"region": region_of(contract), "month": str(month), "source": source, "events": [said]}
    return canonical(content).encode()
