"""The sweep: the bucket against the table, so that no upload is lost and none is forgotten.

Safe at any time beside intake
------------------------------

Without mending it only reads. The bucket is listed before the table is read: what is called missing had no record
after it was listed. What came within :data:`GRACE` may still be on its way through the queue and is left alone.
Mending is receiving: what intake handles meanwhile is a repeat, which changes nothing, and a lost race reads again
(:mod:`kaohe.service.receiving`).

What was deleted
----------------

Facts are kept. A delete marker hides an object and withdraws nothing: the newest version that is kept counts, for
else the result would hang on whether intake was quicker than the deletion. So a deletion is told, and nothing is
mended. Where the very version in force was destroyed, its facts stay in force too, but somebody has to put the file
there again: nothing else proves the figures.

Cost
----

One list of the regions; for each region a list of its uploads (a request a thousand versions) and one query for each
contract and one for strays, none for a single upload: for 3,000 regions of one contract with 24 uploads each, 3,001
lists, 6,000 queries and some ten seconds of reckoning. Only findings cost more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kaohe import scoring
from kaohe.errors import PluginError
from kaohe.plugins import region_names
from kaohe.service.failures import loggable
from kaohe.service.findings import Finding, Kind, Swept
from kaohe.service.ground import ROOT, Ground, Held
from kaohe.store import UNASSIGNED, SubmissionStatus, stray_partition

if TYPE_CHECKING:
    from kaohe.service import Service

GRACE = timedelta(minutes=90)
"""The queue hands a message out five times, twelve minutes apart: after an hour it is handled or a dead letter."""
TO_TAKE_IN = (Kind.MISSING, Kind.STUCK)
Statuses = Mapping[str, SubmissionStatus]


def folders(service: Service) -> tuple[str, ...]:
    """What can be swept, in order: the folders of regions that are installed or were ever sent to, and none at all."""
    return tuple(sorted({"", *(f"{name}/" for name in (*service.bucket.folders(ROOT), *region_names()))}))


@dataclass
class Sweep:
    """One sweep.

    Attributes:
        service: the use cases, with the bucket and the table.
        now: the moment.
        mend: whether to take in what was found.
        grace: how long what came lately is left alone.
        enough: asked before each mending; once it says so, the rest is only told.
        left: gives the seconds left for reading an upload; one that needs more is refused. None: no end of them.
    """

    service: Service
    now: datetime
    mend: bool = False
    grace: timedelta = GRACE
    enough: Callable[[], bool] = bool
    left: Callable[[], float] | None = None
    _unassigned: dict[str, Statuses] = field(default_factory=dict)

    def folder(self, name: str) -> Swept:
        """Sweep one folder: ``<region>/``, or what lies in none where the name is empty."""
        ground = Ground.of(name.removesuffix("/"))
        histories = self.service.bucket.histories(ROOT + name, deep=bool(name))
        held = tuple(Held.of(history, ground) for history in histories)
        statuses = self._statuses(ground, held)
        kinds = {one: one.kind(statuses) for one in held}
        fresh = {one for one, kind in kinds.items() if kind is Kind.MISSING and self._is_fresh(one)}
        found = [one.finding(kind) for one, kind in kinds.items() if kind and one not in fresh]
        told = [*self._explained(found, ground), *self._destroyed(ground, held, statuses)]
        findings = tuple(self._mended(finding, ground) if self.mend else finding for finding in told)
        return Swept(folder=name, objects=len(held), fresh=len(fresh), findings=findings)

    def _is_fresh(self, one: Held) -> bool:
        return one.history.newest.modified > self.now - self.grace

    def _statuses(self, ground: Ground, held: Iterable[Held]) -> dict[str, Statuses]:
        """By partition, what became of everything; read after the bucket was listed."""
        partitions = {*ground.contracts, stray_partition(ground.name), *(one.place.partition for one in held)}
        return {partition: self._of(partition) for partition in partitions}

    def _of(self, partition: str) -> Statuses:
        if partition != UNASSIGNED:
            return self.service.table.statuses(partition)
        # Many folders may share it; each of its uploads lies in one of them.
        if partition not in self._unassigned:
            self._unassigned[partition] = self.service.table.statuses(partition)
        return self._unassigned[partition]

    def _explained(self, findings: Iterable[Finding], ground: Ground) -> Iterator[Finding]:
        """What waits, with the reason, or as stuck where there is none any more; what cannot be told, as one."""
        problems: dict[str, str] = {}
        untold = [finding for finding in findings if finding.kind is Kind.UNTOLD]
        for finding in findings:
            if finding.kind is Kind.WAITING:
                if finding.partition not in problems:
                    problems[finding.partition] = ground.problem or self._problem(ground, finding.partition)
                why = problems[finding.partition]
                yield finding.model_copy(update={"why": why} if why else {"kind": Kind.STUCK})
            elif finding.kind is not Kind.UNTOLD:
                yield finding
        if untold:
            why = f"{len(untold)} uploads: {ground.problem}"
            yield untold[0].model_copy(
                update={"key": f"{ROOT}{ground.name}/", "version": "", "since": None, "why": why}
            )

    def _problem(self, ground: Ground, partition: str) -> str:
        """Why a contract cannot be worked out; empty where it can. Writes nothing."""
        if ground.region is None or partition not in ground.contracts:
            return ""
        submissions = (stored.submission for stored in self.service.table.facts(partition).values())
        try:
            scoring.derive(ground.region, ground.region.contract(partition), submissions, None)
        except PluginError as error:
            return str(error)
        return ""

    def _destroyed(self, ground: Ground, held: Iterable[Held], statuses: Mapping[str, Statuses]) -> Iterator[Finding]:
        """What is in force, but not in the bucket; looked up once more, for the list is older than the table."""
        kept = {(one.place.partition, record) for one in held for record in one.records}
        for contract in ground.contracts:
            for name, status in statuses[contract].items():
                if status.is_in_force and (contract, name) not in kept and (found := self._lost(contract, name)):
                    yield found

    def _lost(self, contract: str, name: str) -> Finding | None:
        record = self.service.table.record(contract, name)
        history = self.service.bucket.history(record.key)
        # A bucket without versions keeps only the last: what came before it is no loss.
        if history and (history.newest.version_id is None or record.version in {v.id for v in history.versions}):
            return None
        if not self.service.table.record(contract, name).status.is_in_force:
            return None
        why = f"it came in at {record.received_at:%Y-%m-%d %H:%M} UTC"
        return Finding(kind=Kind.DESTROYED, partition=contract, key=record.key, version=record.version, why=why)

    def _mended(self, finding: Finding, ground: Ground) -> Finding:
        if finding.kind not in TO_TAKE_IN or self.enough():
            return finding
        try:
            became, why = self._take_in(finding, ground)
        except Exception as error:  # noqa: BLE001 - the others must have their turn
            told = loggable(error)
            return finding.model_copy(update={"why": told["reason"] or f"{told['error']} at {told['place']}"})
        return finding.model_copy(update={"became": became, "why": why or finding.why})

    def _take_in(self, finding: Finding, ground: Ground) -> tuple[SubmissionStatus, str]:
        if finding.kind is Kind.STUCK and ground.region:
            self.service.take_in_strays(ground.name, at=self.now, actor="sweep")
        assert finding.since is not None
        receipt = self.service.receive(finding.key, finding.version, received_at=finding.since, left=self.left)
        record = receipt.submission
        return record.status, record.remedy or ""
