"""The workbook that is to be filled in. What it asks for is what the contract's clauses rest on, and no more."""

from __future__ import annotations

from pathlib import Path

from kaohe.catalogue import VENDOR, Catalogue, Source
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.intake.template.asked import Asked
from kaohe.intake.template.plain import write_csv
from kaohe.periods import Month

__all__ = ["write", "write_record_csv"]


def write(
    contract: Contract,
    catalogue: Catalogue,
    month: Month,
    path: Path,
    source: Source = VENDOR,
    *,
    records: bool = False,
) -> None:
    """Write the template of one month.

    Nothing in it is protected: a locked cell would stop whoever pastes a column from another system, and what
    is pasted is checked on arrival anyhow.

    Args:
        contract: the contract whose clauses say what is asked for.
        catalogue: the region's measures and events.
        month: the month to be reported on.
        path: the file to write.
        source: who is to fill it in.
        records: ask for records, one row each, instead of the figures that are counted from them.

    Raises:
        UsageError: the month is none of the contract's, or nothing is counted from records.
    """
    _check_month(contract, month)
    # openpyxl takes 0.2 s to import, and whoever only reads uploads never needs it.
    from kaohe.intake.template.build import build

    build(contract, catalogue, month, source, records=records).save(path)


def write_record_csv(
    contract: Contract, catalogue: Catalogue, month: Month, path: Path, source: Source = VENDOR, kind: str | None = None
) -> None:
    """Write one sheet of records as a CSV file.

    Args:
        contract: the contract whose clauses say what is asked for.
        catalogue: the region's measures and events.
        month: the month to be reported on.
        path: the file to write.
        source: who is to fill it in.
        kind: the kind of record; None where there is only one.

    Raises:
        UsageError: the month is none of the contract's, or no kind is meant, or more than one.
    """
    _check_month(contract, month)
    asked = Asked.of(contract, catalogue, month, source).from_records(catalogue)
    wanted = [sheet for sheet in asked.records if kind in (None, sheet.kind.code, sheet.kind.label)]
    if len(wanted) != 1:
        known = ", ".join(f"{sheet.kind.code} ({sheet.kind.label})" for sheet in asked.records)
        raise UsageError(f"say which records the .csv file is for with --kind: {known}")
    write_csv(asked, wanted[0], path)


def _check_month(contract: Contract, month: Month) -> None:
    if month not in contract.term.months:
        term = contract.term
        raise UsageError(f"{month} is no month of contract {contract.id}, which runs from {term.first} to {term.last}")
