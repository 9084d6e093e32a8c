"""``kaohe rescore``: work contracts out again, or show what that would change."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kaohe import study
from kaohe.cli.common import add
from kaohe.errors import NotFound, PluginError
from kaohe.model import Record
from kaohe.plugins import load_region
from kaohe.service import Preview, Rescored, Service
from kaohe.settings import Settings
from kaohe.store import reached
from kaohe.text import title

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

DETAIL = """\
Looks at the system that the environment names: KAOHE_BUCKET and KAOHE_TABLE, and for a rehearsal AWS_ENDPOINT_URL.
Uses the plugin that is installed here. Takes in what waited for the plugin, too.

Begin with --dry-run: it shows which figures would come out otherwise, month by month and clause by clause, with the
instalments and the renewal, and writes nothing. Months that come out the same get no new revision, unless the
plugin's version is another: then they get one that says so, with the same figures.

A contract that fails stops no other; the exit code is then 1.
"""

SAME_VERSION = """\
warning: the same version, other results 版本号未变而结果不同: give the package a new version before it writes,
  or revisions of different rules bear one number (a new build of kaohe itself does the same)"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "rescore", run, "work a region's contracts out again, as after its plugin changed", DETAIL)
    parser.add_argument("region", metavar="REGION", help="a region such as jiyuan")
    parser.add_argument("--contract", metavar="ID", help="only this contract")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Rescore the contracts of a region one by one."""
    contracts = _contracts(arguments.region, arguments.contract)
    done: list[Preview | Rescored] = []
    with reached():
        service = Service.from_settings(Settings.load())
        for contract in contracts:
            try:
                done.append(service.preview(contract) if arguments.dry_run else _rescore(service, contract))
            except PluginError as error:
                print(f"kaohe rescore: {contract}: {error}", file=sys.stderr)
    print(_json(done) if arguments.json else "\n\n".join(map(shown, done)))
    return 0 if len(done) == len(contracts) else 1


def shown(done: Preview | Rescored) -> str:
    """What was or would be changed, as a person reads it."""
    return "\n".join(_preview(done) if isinstance(done, Preview) else _rescored(done))


def _contracts(region: str, wanted: str | None) -> Sequence[str]:
    known = [contract.id for contract in load_region(region).contracts]
    if wanted and wanted not in known:
        raise NotFound(f"region {region} has no contract {wanted!r}; it has: {', '.join(known)}")
    return [wanted] if wanted else known


def _rescore(service: Service, contract: str) -> Rescored:
    return service.rescore(contract, at=datetime.now(UTC), actor=f"kaohe rescore by {getpass.getuser()}")


def _preview(done: Preview) -> Iterator[str]:
    if done.difference:
        yield study.compared(done.difference)
        in_force = done.in_force.version if done.in_force else "nothing"
        yield f"  in force: {in_force}, here: {done.plugin.name} {done.plugin.version}"
        if done.same_version:
            yield f"  {SAME_VERSION}"
    else:
        yield f"{title(done.contract)}\n  {done.problem or 'nothing was ever taken in for it'}"
        if not done.problem:
            return
    yield f"  new revisions: {_listed(done.months)}"
    yield from (f"  would be taken in: {key}" for key in done.taken_in)
    yield "  nothing was written 仅预览，未写入"


def _rescored(done: Rescored) -> Iterator[str]:
    yield title(done.contract)
    yield f"  new revisions: {_listed(f'{month} r{number:04}' for month, number in sorted(done.revisions.items()))}"
    yield from (f"  {record.status.value}: {record.key}" for record in done.taken_in)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(map(str, items)) or "none"


def _json(done: Sequence[Record]) -> str:
    return json.dumps([one.model_dump(mode="json") for one in done], ensure_ascii=False, indent=2)
