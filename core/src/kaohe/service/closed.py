"""What is known of closed months: the trail of each, and beside confirmed figures what came out otherwise since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from kaohe import scoring
from kaohe.assessment import Assessment
from kaohe.errors import PluginError
from kaohe.periods import Month
from kaohe.results import Document
from kaohe.service import closing
from kaohe.service.queries import Queries
from kaohe.service.trailviews import TrailView, Unconfirmed
from kaohe.service.views import MonthView, RevisionInfo, SettlementView
from kaohe.store import Lock
from kaohe.trail import Confirmation, Objection


class Closed(Queries):
    """Everything that only reads, with the trail beside it. None of it needs the plugin, but to share out money."""

    def month(self, contract_id: str, month: Month, revision: int | None = None) -> MonthView:
        """One month of a contract: the revision in force, or an older one, and what was said of it.

        Raises:
            NotFound: there is no such contract, month or revision.
        """
        view, lock = super().month(contract_id, month, revision), self.table.lock(contract_id)
        view = view.model_copy(update={"objections": _objections(lock, month)})
        if not (said := _confirmations(lock, month)):
            return view
        acts = closing.acts(self.table, contract_id, month)
        known = {info.revision: info.digest for info in view.revisions}
        now = self._in_force(view, lock)
        return view.model_copy(
            update={
                "revisions": tuple(_dated(info, said) for info in view.revisions),
                "confirmation": closing.confirmed(said[-1], known, acts),
                "correction": now and closing.correction(self.table, contract_id, said[-1], now),
            }
        )

    def trail(self, contract_id: str, month: Month) -> TrailView:
        """All that was said of a month's results: confirmations, objections, decisions, and who said each.

        Raises:
            NotFound: there is no such contract.
        """
        lock = self.table.lock(contract_id)
        if lock.frame is None:
            self._check(contract_id)
        acts, known = closing.acts(self.table, contract_id, month), self.table.revisions(contract_id, month)
        return TrailView(
            contract=contract_id,
            month=month,
            confirmations=tuple(closing.confirmed(one, known, acts) for one in _confirmations(lock, month)),
            objections=_objections(lock, month),
            acts=acts,
        )

    def settlement(self, contract_id: str, as_of: date | None = None) -> SettlementView:
        """What there is to pay, and which part of it is not what was confirmed.

        ``as_of`` and errors are those of :meth:`document`.
        """
        document = self.document(contract_id, as_of)
        corrections = closing.corrections(self.table, document)
        return SettlementView(
            contract=contract_id,
            as_of=document.as_of,
            plugin=document.plugin,
            settlement=document.settlement,
            corrections=corrections,
            unconfirmed=tuple(self._unconfirmed(document, as_of)) if corrections else (),
        )

    def _in_force(self, view: MonthView, lock: Lock) -> Assessment | None:
        """The month's assessment in force; None where it is no longer assessed."""
        newest = lock.months[view.month]
        if newest.digest is None:
            return None
        if newest.revision == view.revision:
            return view.assessment
        return self.table.revision(view.contract, view.month, newest.revision).assessment

    def _unconfirmed(self, document: Document, as_of: date | None) -> Iterator[Unconfirmed]:
        """What corrections make of the instalments; nothing where the plugin, which shares them out, is broken."""
        with suppress(PluginError):
            region, contract = self._loaded(document.contract)
            submissions = (stored.submission for stored in self.table.facts(document.contract).values())
            situation = scoring.Situation.of(region, contract, submissions, as_of)
            before = situation.settlement(closing.as_confirmed(self.table, document))
            yield from closing.unconfirmed(before, situation.settlement(document.assessments))


def _confirmations(lock: Lock, month: Month) -> Sequence[Confirmation]:
    frame = lock.read_frame()
    return [one for one in (frame.confirmations if frame else ()) if one.month == month]


def _objections(lock: Lock, month: Month) -> tuple[Objection, ...]:
    frame = lock.read_frame()
    return tuple(one for one in (frame.objections if frame else ()) if one.month == month)


def _dated(info: RevisionInfo, said: Sequence[Confirmation]) -> RevisionInfo:
    """The revision with the day on which it was last confirmed."""
    days = [one.on for one in said if info.digest.startswith(one.digest)]
    return info.model_copy(update={"confirmed_on": max(days, default=None)})
