"""What an upload is held against, and what the contract needs of a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue, EventKind, Measure, Source
from kaohe.contract import Contract
from kaohe.intake.address import Address
from kaohe.intake.headers import Names
from kaohe.periods import Month


@dataclass(frozen=True, slots=True)
class Context:
    """What an upload is held against.

    Attributes:
        address: where it belongs.
        catalogue: the region's measures and events.
        contracts: those that take reports of the source for the month, oldest first.
        received_on: the day it came.
        names: what the catalogue's names mean in an upload.
        needed: codes of the measures that this source must supply.
    """

    address: Address
    catalogue: Catalogue
    contracts: tuple[Contract, ...]
    received_on: date
    names: Names
    needed: frozenset[str]

    @classmethod
    def of(cls, address: Address, catalogue: Catalogue, contracts: Sequence[Contract], received_on: date) -> Context:
        """The context of an upload; contracts of other months are left aside."""
        touching = tuple(c for c in contracts if c.takes(address.month, address.source))
        needs = frozenset(m.code for c in touching for m in needed(c, catalogue, address.source, address.month))
        return cls(address, catalogue, touching, received_on, Names(catalogue), needs)

    @property
    def kinds(self) -> tuple[EventKind, ...]:
        """The events that this source may be expected to report."""
        codes = {k.code for c in self.contracts for k in reportable(c, self.catalogue, self.source, self.month)}
        return tuple(
            kind
            for kind in self.catalogue.events.values()
            if self.source in kind.sources and (kind.code in codes or not codes)
        )

    @property
    def month(self) -> Month:
        """The month reported on."""
        return self.address.month

    @property
    def source(self) -> Source:
        """Who reports."""
        return self.address.source

    @property
    def is_early(self) -> bool:
        """Whether it is too early to report on the month: it has not begun or, for a vendor, is not over."""
        return self.received_on < (self.month.last if self.source is VENDOR else self.month.first)

    def in_term(self, on: date) -> bool:
        """Whether a day lies in a contract's term; a month outside every term is told once, not day by day."""
        return not self.contracts or any(on in contract.term for contract in self.contracts)


def used(contract: Contract, month: Month) -> frozenset[str]:
    """Codes of the measures and events that the clauses rest on that are assessed over this month."""
    if month not in contract.term.months:
        return frozenset()
    assessed = [clause for clause in contract.clauses if clause.window(month, contract.term)]
    return frozenset(code for clause in assessed for code in clause.facts)


def needed(contract: Contract, catalogue: Catalogue, source: Source, month: Month) -> tuple[Measure, ...]:
    """The measures that the contract needs for a month and that fall to this source, in the catalogue's order.

    What both may supply falls to the vendor: the authority states it only to put the vendor's figure right.
    """
    codes = used(contract, month)
    return tuple(m for m in catalogue.measures.values() if m.code in codes and source == duty(m))


def reportable(contract: Contract, catalogue: Catalogue, source: Source, month: Month) -> tuple[EventKind, ...]:
    """The events that the contract's clauses use and that this source may report, in the catalogue's order.

    An authority may always rule and pay, a vendor always object.
    """
    codes = used(contract, month)
    return tuple(
        kind
        for kind in catalogue.events.values()
        if source in kind.sources and (kind.code in codes or kind.trail or (kind.undated and source is AUTHORITY))
    )


def duty(measure: Measure) -> Source:
    """The source that has to supply a measure."""
    return VENDOR if VENDOR in measure.sources else AUTHORITY
