"""``kaohe audit``: does what is stored hold together, and does it come out so again?"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from kaohe.cli.common import add
from kaohe.errors import UsageError
from kaohe.plugins import load_region, region_names
from kaohe.service import Audit, Service
from kaohe.settings import Settings
from kaohe.store import reached
from kaohe.text import table, title, wrap

if TYPE_CHECKING:
    from kaohe.cli.common import Commands
    from kaohe.service.auditing import Finding

DETAIL = """\
Looks at the system that the environment names: KAOHE_BUCKET and KAOHE_TABLE, and for a rehearsal AWS_ENDPOINT_URL.
Writes nothing.

Every item of the contract is held against the audit chain: what was altered, removed, swapped or put back to an
older state is named. The chain's last hash, noted elsewhere, also proves later that nothing was cut off.
With --rebuild every upload in force is read again from the bucket, in the version its facts came from, and the
document is derived anew and compared.

The exit code is 1 where something is found.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "audit", run, "does what is stored for a contract hold together?", DETAIL)
    parser.add_argument("contract", metavar="CONTRACT", help="a contract id such as jiyuan-2026")
    parser.add_argument("--rebuild", action="store_true", help="read the uploads again and derive the document anew")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Audit one contract.

    Raises:
        UsageError: a region is named.
    """
    if arguments.contract in region_names():
        known = ", ".join(contract.id for contract in load_region(arguments.contract).contracts)
        raise UsageError(f"{arguments.contract} is a region; audit one of its contracts: {known}")
    with reached():
        found = Service.from_settings(Settings.load()).audit(arguments.contract, rebuild=arguments.rebuild)
    print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2) if arguments.json else shown(found))
    return 1 if found.findings else 0


def shown(found: Audit) -> str:
    """The audit as a person reads it: one line a check, then what is wrong, the first broken link with its remedy."""
    rows = [(check.name, str(check.looked_at), _result(len(check.findings), check.note)) for check in found.checks]
    lines = [title(f"Audit of {found.partition}"), table(("check", "looked at", "found"), rows, right=(1,))]
    lines += [wrap(f"{check.name}: {check.note}", 100, "  ") for check in found.checks if check.note]
    lines.append(f"  the chain has {found.entries} entries and ends with {found.last_hash or 'nothing'}")
    return "\n".join(lines + (_findings(found.findings) if found.findings else ["  it all holds 核验通过"]))


def _result(findings: int, note: str | None) -> str:
    if findings:
        return f"{findings} wrong 异常"
    return "see below" if note else "good 正常"


def _findings(findings: tuple[Finding, ...]) -> list[str]:
    first, *others = findings
    lines = ["", title("The first broken link 首个断点", "─"), f"  {first.item} {first.problem}"]
    lines.append(wrap(f"What to do: {first.remedy}.", 100, "  "))
    if others:
        lines += ["", title("What else is wrong, or only its echo 其余异常", "─")]
        lines += [f"  {finding.item} {finding.problem}" for finding in others]
    return lines
