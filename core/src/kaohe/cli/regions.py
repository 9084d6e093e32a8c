"""``kaohe regions``, ``clauses``, ``readings``, ``measures`` and ``cases``: what is installed and what it says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe import folder, study, words
from kaohe.binding import check_sql
from kaohe.catalogue import EventKind, Measure
from kaohe.clauses import Clause
from kaohe.cli.common import add, add_region, day, received_on, region_and_contract
from kaohe.cli.counting import counting
from kaohe.contract import Contract
from kaohe.errors import PluginError, UsageError
from kaohe.money import show
from kaohe.plugins import Region, load_region, region_names
from kaohe.scoring import Situation, derive
from kaohe.stakes import stakes
from kaohe.text import COLUMNS, table, title, wrap

if TYPE_CHECKING:
    from kaohe.cli.common import Commands


def register(commands: Commands) -> None:
    """Add the commands."""
    add(commands, "regions", regions, "the regions installed, with their contracts")
    add_region(add(commands, "clauses", clauses, "a contract clause by clause: what is computed, tracked or left out"))
    parser = add(commands, "readings", readings, "where a contract can be read in more than one way, and what it costs")
    add_region(parser)
    parser.add_argument("dir", type=Path, nargs="?", metavar="DIR", help="uploads: show what hangs on each reading")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="with DIR: the day for which it is asked")
    add_region(add(commands, "measures", measures, "what an upload may hold: measures and events, with Chinese names"))
    add_region(add(commands, "cases", cases, "run a region's cases: facts on each side of each threshold"))


def regions(arguments: argparse.Namespace) -> int:
    """List the regions; one whose plugin cannot be used is told with its remedy."""
    rows, broken, hints = [], [], []
    for name in region_names():
        try:
            region = load_region(name)
            check_sql(region)
            _try(region)
        except PluginError as error:
            broken.append(f"  {error}")
            continue
        rows += [
            (
                name,
                c.id,
                c.label,
                f"{c.term.first} … {c.term.last}",
                show(c.total),
                f"{region.info.name} {region.info.version}",
            )
            for c in region.contracts
        ]
        hints += [line for c in region.contracts for line in _english(c)]
    if rows:
        print(table(("region", "contract", "合同", "term", "total", "plugin"), rows, right=(4,)))
    for line in hints:
        print(wrap(line, COLUMNS, "  "))
    print(
        "\n".join(broken) or ("" if rows else "no region is installed: install a plugin package"),
        end="\n" if broken or not rows else "",
    )
    return 1 if broken else 0


def _try(region: Region) -> None:
    """Run the hooks over each contract's whole term with no facts at all: what a hook returns shows only then.

    Raises:
        PluginError: a hook fails, or returns what it should not.
    """
    for contract in region.contracts:
        derive(region, contract, (), contract.term.last, only=())


def _english(contract: Contract) -> Iterator[str]:
    """What officials are shown in English, for want of a ``gist``."""
    readings = contract.readings.items()
    lacking = {
        "clauses": [clause.no for clause in contract.clauses if not clause.gist],
        "readings": [name for name, r in readings if not (r.gist and all(o.gist for o in r.options.values()))],
    }
    for what, names in lacking.items():
        if names:
            yield f"hint: {contract.id}, {what} {', '.join(names)}: without a gist, officials are shown them in English"


def clauses(arguments: argparse.Namespace) -> int:
    """List the clauses with their summaries, values and reasons."""
    _, contract = region_and_contract(arguments.region)
    print(title(f"{contract.id}  {contract.label}"))
    for clause in contract.clauses:
        kinds = "、".join(words.label(words.CLAUSE, kind) for kind in clause.kinds)
        print(f"\n{clause.no} {clause.label}  [{kinds}；{_status(clause)}]")
        print(wrap(clause.gist or clause.summary, COLUMNS, "    "))
        if clause.values:
            print(wrap(f"数值：{'、'.join(_values(clause.values))}", COLUMNS, "    "))
        for name, content in (("读法", clause.readings), ("数据", clause.facts)):
            if content:
                print(wrap(f"{name}：{'、'.join(content)}", COLUMNS, "    "))
        for remark in (None if clause.gist else clause.why, *clause.flags):
            if remark:
                print(wrap(f"! {remark}", COLUMNS, "    "))
    return 0


def readings(arguments: argparse.Namespace) -> int:
    """List the readings with their options, the default marked; with a folder, what hangs on each."""
    region, contract = region_and_contract(arguments.region)
    if arguments.dir:
        submissions = folder.read_folder(arguments.dir, received_on(arguments)).submissions
        print(study.staked(stakes(Situation.of(region, contract, submissions, arguments.as_of))))
        return 0
    print(title(f"{contract.id}  {contract.label}"))
    for name, reading in contract.readings.items():
        where = ", ".join(c.no for c in contract.clauses if name in c.readings) or "整个合同"
        print(f"\n{name} {reading.label}  [{where}]" + ("" if reading.default else "  没有默认读法，须由主管单位裁定"))
        print(wrap(reading.gist or reading.question, COLUMNS, "    "))
        for option, content in reading.options.items():
            mark = "默认" if option == reading.default else "须附数值" if content.parameter else ""
            told = f"{content.label} {option}{f'（{mark}）' if mark else ''}：{content.gist or content.summary}"
            print(wrap(told, COLUMNS, "      "))
    return 0


def measures(arguments: argparse.Namespace) -> int:
    """List measures and events that the contract's clauses rest on, what else there is, and how they are counted."""
    region, contract = region_and_contract(arguments.region)
    used = {code for clause in contract.clauses for code in clause.facts} | ({"ruling"} if contract.readings else set())
    entries = region.catalogue.entries
    for heading, chosen in (("used by the contract", True), ("known, but not used by it", False)):
        rows = [_entry(entry, contract) for entry in entries if (entry.code in used) is chosen]
        if rows:
            print(f"{title(heading.capitalize(), '─')}\n{table(('code', '名称', 'kind', 'from', 'clauses'), rows)}\n")
    if counted := counting([entry for entry in entries if entry.code in used], region.catalogue):
        print(counted)
    return 0


def cases(arguments: argparse.Namespace) -> int:
    """Run all cases of a region and tell those that fail."""
    from kaohe import testing

    region, _ = region_and_contract(arguments.region)
    check_sql(region)
    found = testing.load_cases(region.package)
    if not found:
        raise UsageError(f"region {region.name!r} has no cases")
    failed, told = 0, set[str]()
    for case in found:
        wrong = testing.run_case(region, case)
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {case.clause or '    '}  {case.name}")
        for line in wrong:
            print(wrap("the same as above" if len(line) > COLUMNS and line in told else line, COLUMNS, "         "))
        told.update(wrong)
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _entry(entry: Measure | EventKind, contract: Contract) -> tuple[str, ...]:
    kind = f"each {entry.grain}, {entry.unit}" if isinstance(entry, Measure) else "event"
    where = ", ".join(clause.no for clause in contract.clauses if entry.code in clause.facts)
    return entry.code, entry.label, kind, " or ".join(entry.sources), where


def _status(clause: Clause) -> str:
    """Its status, with the period that it is assessed over where that is not the month."""
    spans = ", ".join(span.label for span in clause.spans)
    over = "" if clause.assessed == "month" else f"；考核周期 {clause.assessed}{f' {spans}' if spans else ''}"
    return f"{words.label(words.CLAUSE, clause.status)}{over}"


def _values(values: object) -> list[str]:
    assert hasattr(values, "items")
    return [
        f"{name} {value}" + ("" if day.year == 1 else f" from {day}")
        for name, dated in values.items()
        for day, value in dated.items()
    ]
