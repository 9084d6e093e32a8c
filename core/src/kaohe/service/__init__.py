"""The use cases: receive an upload, work a contract out again, and answer what is known.

No AWS type and no clock: a face passes the moment, the store hides the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from kaohe.errors import LostRace
from kaohe.intake import Patience
from kaohe.periods import Month
from kaohe.service import auditing, rebuilding
from kaohe.service.auditing import Audit
from kaohe.service.failed import failed_records
from kaohe.service.placing import place_of
from kaohe.service.reading import Reader
from kaohe.service.receiving import Delivery, attempt
from kaohe.service.rescoring import Rescoring
from kaohe.service.trailviews import ConfirmationMade, DecisionMade, ObjectionMade, TrailView
from kaohe.service.views import (
    MonthView,
    Posted,
    Preview,
    ReadingView,
    Receipt,
    RegionView,
    RenewalView,
    Rescored,
    RevisionInfo,
    SettlementView,
    SubmissionView,
)
from kaohe.settings import Settings
from kaohe.store import Bucket, Table

__all__ = [
    "Audit",
    "ConfirmationMade",
    "DecisionMade",
    "MonthView",
    "ObjectionMade",
    "Posted",
    "Preview",
    "ReadingView",
    "Receipt",
    "RegionView",
    "RenewalView",
    "Rescored",
    "RevisionInfo",
    "Service",
    "SettlementView",
    "SubmissionView",
    "TrailView",
]

ATTEMPTS = 8
T = TypeVar("T")


class Service(Rescoring):
    """All use cases over one bucket and one table.

    Attributes:
        bucket: the uploads.
        table: the results.
        today: the day on which uploads count as received, in a rehearsal; None: the day they came.
        sleep: how to wait between attempts.
    """

    def __init__(
        self, bucket: Bucket, table: Table, today: date | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(table)
        self.bucket, self.today, self.sleep = bucket, today, sleep

    @classmethod
    def from_settings(cls, settings: Settings) -> Service:
        """The service that the environment describes."""
        return cls(Bucket(settings.bucket), Table(settings.table), settings.today)

    def receive(
        self,
        key: str,
        version_id: str | None = None,
        *,
        received_at: datetime,
        actor: str | None = None,
        left: Callable[[], float] | None = None,
    ) -> Receipt:
        """Take in an upload, or store why it is refused, and write all that follows from it.

        What counts is the object's current version, whatever version the delivery is about; see
        :mod:`kaohe.service.receiving` for why that is right. A repeat that changes nothing writes nothing.

        Args:
            key: the object's key, decoded.
            version_id: the version that the delivery is about, if known.
            received_at: when the bucket stored it.
            actor: who stored it, if the bucket says so.
            left: gives the seconds left for reading it; what needs more is refused. None: no end of them.

        Raises:
            Gone: the object is not there any more.
            LostRace: others kept writing; deliver again.
            StoreError: the table or the bucket did not do as asked.
        """
        delivery = Delivery(key, version_id, received_at, actor)
        reader = Reader(self.bucket, place_of(key), self.today, Patience(left))
        return self._insist(lambda: attempt(self.bucket, self.table, delivery, reader))

    def failures(self, contract_id: str, month: Month) -> str:
        """The records of a month that failed what they are held to, as CSV: the tickets behind a deduction.

        Raises:
            NotFound: there is no such contract, or no upload of the month in force has such a list.
        """
        self.contract(contract_id)
        found = (stored.submission for _, stored in sorted(self.table.facts(contract_id).items()))
        of_month = [submission for submission in found if submission.month == month]
        return failed_records(self.bucket, of_month, f"{contract_id} {month}")

    def audit(self, partition: str, *, rebuild: bool = False) -> Audit:
        """Check the audit chain of a contract, and hold every one of its items against it.

        Args:
            partition: the contract, or where strays are kept.
            rebuild: also read every upload in force again, and derive the document anew from them.

        Raises:
            NotFound: nothing was ever taken in for it.
            PluginError: the plugin that a rebuild needs cannot be loaded.
        """
        found, inventory = auditing.audit(self.table, self.bucket, partition)
        if not rebuild:
            return found
        region, contract = self._loaded(partition)
        again = rebuilding.rebuild(inventory, self.bucket, region, contract, self.today)
        return found.model_copy(update={"checks": (*found.checks, *again)})

    def _insist(self, act: Callable[[], T]) -> T:
        """Try again after a lost race, later each time and never in step with the other writer."""
        for attempts in range(1, ATTEMPTS):
            try:
                return act()
            except LostRace:
                self.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempts)))  # noqa: S311 - no secret
        return act()
