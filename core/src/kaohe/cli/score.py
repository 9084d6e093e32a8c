"""``kaohe score``: from a folder of uploads to indicators, deductions and payments."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe import folder, report
from kaohe.cli.bar import bar
from kaohe.cli.common import add, contracts_in, day, month, received_on, region_and_contract
from kaohe.cli.folders import contradictions
from kaohe.contract import Contract
from kaohe.errors import NotFound, PluginError, Refused, UsageError
from kaohe.periods import Month
from kaohe.plugins import Region
from kaohe.results import Document
from kaohe.scoring import Situation

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

DETAIL = """\
DIR is laid out as the bucket:
  DIR/submissions/jiyuan/vendor/2026-03/三月.xlsx
  DIR/submissions/jiyuan/authority/2026-03/查实.json

Without --as-of the result is as of the last day that the uploads speak of, so the same folder always gives
the same result. With --as-of, payments, invoices and rulings dated later are not known yet, and months that
begin later are not assessed; a day in the future stands in for today when the uploads are checked.

A file that is refused is reported in full, and the others are still scored; the exit code is then 1.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "score", run, "score a folder of uploads: months, deductions, payments, renewal", DETAIL)
    parser.add_argument("dir", metavar="DIR", type=Path, help="the folder that holds 'submissions'")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="the day for which it is asked, such as 2026-06-30")
    parser.add_argument("--contract", metavar="ID", help="which contract, where the folder holds several")
    parser.add_argument("--month", type=month, action="append", help="show only this month, in full (repeatable)")
    parser.add_argument("--full", action="store_true", help="show every month in full, what was met among it")
    parser.add_argument("--json", action="store_true", help="print the document that the API serves")


def run(arguments: argparse.Namespace) -> int:
    """Score the folder and print the result."""
    found = folder.read_folder(arguments.dir, received_on(arguments), bar())
    for key, refusal in found.refused.items():
        print(_refused(key, refusal), file=sys.stderr)
    for one in contradictions(found):
        print(f"not used 矛盾: {folder.ROOT}/{one.region}: {one.message}", file=sys.stderr)
    results, broken = _documents(found, arguments)
    broken = [*found.broken.values(), *broken]
    for error in broken:
        print(f"kaohe score: {error}", file=sys.stderr)
    if arguments.json and len(results) > 1:
        names = ", ".join(contract.id for contract, _ in results)
        raise UsageError(f"the folder holds several contracts; choose one with --contract: {names}")
    _check_months(arguments.month or (), results)
    months = [str(chosen) for chosen in arguments.month] if arguments.month else None
    several = bool(arguments.contract) or len(results) > 1
    asked = report.Asked(str(arguments.dir), arguments.as_of, one_of_several=several)
    for contract, document in results:
        if arguments.json:
            print(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2))
        else:
            labels = region_and_contract(contract.id)[0].catalogue.labels
            print(report.render(document, contract, months=months, full=arguments.full, labels=labels, asked=asked))
    return 1 if found.refused or broken or not results else 0


def _check_months(wanted: Iterable[Month], results: Iterable[tuple[Contract, Document]]) -> None:
    assessed = sorted({assessment.month for _, document in results for assessment in document.assessments})
    for chosen in wanted:
        if chosen not in assessed:
            known = f"{assessed[0]} … {assessed[-1]}" if assessed else "none"
            raise NotFound(f"{chosen} has not been assessed; there are {known}")


def _documents(
    found: folder.Folder, arguments: argparse.Namespace
) -> tuple[list[tuple[Contract, Document]], list[PluginError]]:
    """Each contract that has uploads, with the rulings on it; a region whose plugin fails stops nobody else."""
    results, broken = [], []
    for region, contract in _contracts(found, arguments.contract):
        try:
            situation = Situation.of(region, contract, found.submissions, arguments.as_of)
            results.append((situation.contract, situation.document()))
        except PluginError as error:
            broken.append(error)
    return results, broken


def _contracts(found: folder.Folder, wanted: str | None) -> list[tuple[Region, Contract]]:
    held = contracts_in(found)
    names = ", ".join(contract.id for _, contract in held) or "none"
    if wanted and wanted not in {contract.id for _, contract in held}:
        raise NotFound(f"the folder holds nothing for contract {wanted!r}; it holds: {names}")
    return [(region, contract) for region, contract in held if wanted in (None, contract.id)]


def _refused(key: str, refusal: Refused | NotFound) -> str:
    lines = refusal.faults if isinstance(refusal, Refused) else (refusal,)
    return "\n".join([f"refused 退回: {key}", *(f"  {line}" for line in lines)])
