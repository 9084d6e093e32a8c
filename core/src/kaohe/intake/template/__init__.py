"""The workbook that is to be filled in. What it asks for is what the contract's clauses rest on, and no more."""

from __future__ import annotations

from pathlib import Path

from kaohe.catalogue import VENDOR, Catalogue, Source
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.periods import Month

__all__ = ["write"]


def write(contract: Contract, catalogue: Catalogue, month: Month, path: Path, source: Source = VENDOR) -> None:
    """Write the template of one month.

    Nothing in it is protected: a locked cell would stop whoever pastes a column from another system, and what
    is pasted is checked on arrival anyhow.

    Args:
        contract: the contract whose clauses say what is asked for.
        catalogue: the region's measures and events.
        month: the month to be reported on.
        path: the file to write.
        source: who is to fill it in.

    Raises:
        UsageError: the month is none of the contract's.
    """
    if month not in contract.term.months:
        term = contract.term
        raise UsageError(f"{month} is no month of contract {contract.id}, which runs from {term.first} to {term.last}")
    # openpyxl takes 0.2 s to import, and whoever only reads uploads never needs it.
    from kaohe.intake.template.build import build

    build(contract, catalogue, month, source).save(path)
