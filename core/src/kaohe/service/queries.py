"""What is known of contracts: read from the table, or derived anew as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from kaohe import assessing, scoring
from kaohe.catalogue import Catalogue
from kaohe.clauses import Clause
from kaohe.contract import Contract
from kaohe.errors import NotFound, PluginError
from kaohe.facts import Facts
from kaohe.intake import contradictions
from kaohe.periods import Month
from kaohe.plugins import Region, load_region, region_names, region_of
from kaohe.results import Document
from kaohe.service.views import (
    MonthView,
    ReadingView,
    RegionView,
    RenewalView,
    RevisionInfo,
    SettlementView,
    SubmissionView,
)
from kaohe.store import Head, Snapshot, SubmissionRecord, Table, stray_partition


class Queries:
    """Everything that only reads. What is stored can be read even while a region's plugin is broken.

    Attributes:
        table: the results.
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    def regions(self) -> tuple[RegionView, ...]:
        """All installed regions with their contracts; a broken one with its problem."""
        return tuple(map(_region_view, region_names()))

    def contract(self, contract_id: str) -> Contract:
        """The terms of a contract.

        Raises:
            NotFound: there is no such contract.
        """
        return self._loaded(contract_id)[1]

    def clause(self, contract_id: str, no: str) -> Clause:
        """One clause of a contract.

        Raises:
            NotFound: there is no such contract or clause.
        """
        return self.contract(contract_id).clause(no)

    def catalogue(self, contract_id: str) -> Catalogue:
        """The measures and events that a contract's uploads may hold.

        Raises:
            NotFound: there is no such contract.
        """
        return self._loaded(contract_id)[0].catalogue

    def readings(self, contract_id: str) -> tuple[ReadingView, ...]:
        """The ambiguities of a contract with what has been ruled on them.

        Raises:
            NotFound: there is no such contract.
        """
        region, contract = self._loaded(contract_id)
        facts = Facts((stored.submission for stored in self.table.facts(contract_id).values()), region.catalogue)
        ruled = contract.with_rulings(assessing.rulings(contract, facts))
        return tuple(_reading_views(ruled))

    def document(self, contract_id: str, as_of: date | None = None) -> Document:
        """Everything known of a contract.

        Args:
            contract_id: the contract.
            as_of: None: what is stored. A day: worked out again from the stored facts; nothing is written.

        Raises:
            NotFound: there is no such contract, or nothing was taken in for it yet.
            PluginError: the plugin failed at working it out again.
        """
        if as_of is None:
            return self._stored(contract_id)
        region, contract = self._loaded(contract_id)
        submissions = (stored.submission for stored in self.table.facts(contract_id).values())
        return scoring.derive(region, contract, submissions, as_of)

    def months(self, contract_id: str) -> tuple[Head, ...]:
        """The revisions in force of a contract, in figures.

        Raises:
            NotFound: there is no such contract, or nothing was taken in for it yet.
        """
        snapshot = self._snapshot(contract_id)
        return tuple(
            Head(
                contract=contract_id,
                region=region_of(contract_id),
                revision=revision.revision,
                **revision.assessment.model_dump(include={"month", "state", "deducted", "digest"}),
            )
            for revision in snapshot.revisions
        )

    def month(self, contract_id: str, month: Month, revision: int | None = None) -> MonthView:
        """One month of a contract: the revision in force, or an older one.

        Raises:
            NotFound: there is no such contract, month or revision.
        """
        known = self.table.revisions(contract_id, month)
        if not known:
            self._check(contract_id)
            raise NotFound(f"contract {contract_id} has no assessment of {month}")
        in_force = self.table.lock(contract_id).months[month]
        stored = self.table.revision(contract_id, month, revision or in_force.revision)
        return MonthView(
            contract=contract_id,
            month=month,
            revision=stored.revision,
            in_force=in_force.digest is not None and stored.revision == in_force.revision,
            revisions=tuple(RevisionInfo(revision=number, digest=known[number]) for number in sorted(known)),
            assessment=stored.assessment,
        )

    def settlement(self, contract_id: str, as_of: date | None = None) -> SettlementView:
        """What there is to pay; ``as_of`` and errors as for :meth:`document`."""
        document = self.document(contract_id, as_of)
        return SettlementView(
            contract=contract_id, as_of=document.as_of, plugin=document.plugin, settlement=document.settlement
        )

    def renewal(self, contract_id: str, as_of: date | None = None) -> RenewalView:
        """Whether the contract may be renewed; ``as_of`` and errors as for :meth:`document`."""
        document = self.document(contract_id, as_of)
        return RenewalView(contract=contract_id, as_of=document.as_of, plugin=document.plugin, renewal=document.renewal)

    def submissions(self, contract_id: str, month: Month | None = None) -> tuple[SubmissionView, ...]:
        """What became of the uploads of a contract, of all months or of one, and which contradict each other.

        Raises:
            NotFound: there is no such contract.
        """
        found = self.table.submissions(contract_id, month)
        if not found:
            self._check(contract_id)
        in_force = {(it.submission.key, it.version.id): it.submission for it in self.table.facts(contract_id).values()}
        told = contradictions(in_force.values(), self._catalogue(contract_id))
        return tuple(
            SubmissionView(
                **dict(record),
                contradictions=tuple(it for it in told if submission and it.concerns(submission)),
            )
            for record in found
            for submission in [in_force.get((record.key, record.version))]
        )

    def strays(self, region: str | None = None) -> tuple[SubmissionRecord, ...]:
        """Uploads that belong to no contract: all, or those sent for one region, whether or not there is such a one."""
        return self.table.submissions(stray_partition(region)) if region else self.table.strays()

    def portfolio(self, month: Month) -> tuple[Head, ...]:
        """One month of all contracts, in figures."""
        return self.table.portfolio(month)

    def _stored(self, contract_id: str) -> Document:
        lock, revisions, settlement, renewal = self._snapshot(contract_id)
        frame = lock.read_frame()
        assert frame is not None
        return Document(
            contract=contract_id,
            assessments=tuple(revision.assessment for revision in revisions),
            settlement=settlement,
            renewal=renewal,
            **dict(frame),
        )

    def _snapshot(self, contract_id: str) -> Snapshot:
        try:
            return self.table.snapshot(contract_id)
        except NotFound:
            self._check(contract_id)
            raise

    def _check(self, contract_id: str) -> None:
        """Tell a contract without results from one that does not exist; only asked where nothing was found."""
        with suppress(PluginError):
            self._loaded(contract_id)

    def _catalogue(self, contract_id: str) -> Catalogue:
        """What a contract's uploads state; nothing while the plugin is broken."""
        try:
            return self.catalogue(contract_id)
        except PluginError:
            return Catalogue.of()

    @staticmethod
    def _loaded(contract_id: str) -> tuple[Region, Contract]:
        region = load_region(region_of(contract_id))
        return region, region.contract(contract_id)


def _region_view(name: str) -> RegionView:
    try:
        region = load_region(name)
    except PluginError as error:
        return RegionView(region=name, problem=str(error))
    return RegionView(region=name, contracts=tuple(contract.id for contract in region.contracts), plugin=region.info)


def _reading_views(contract: Contract) -> Iterator[ReadingView]:
    for name, reading in contract.readings.items():
        yield ReadingView(
            name=name,
            label=reading.label,
            question=reading.question,
            default=reading.default,
            options=reading.options,
            rulings=tuple(ruling for ruling in contract.rulings if ruling.reading == name),
            clauses=tuple(clause.no for clause in contract.clauses if name in clause.readings),
        )
