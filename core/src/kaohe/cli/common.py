"""What the commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kaohe.calendar import day_in_china
from kaohe.contract import Contract
from kaohe.errors import NotFound, PluginError, UsageError
from kaohe.folder import Folder
from kaohe.periods import Month
from kaohe.plugins import Region, load_region, region_names, region_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse has no public name)


def add(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], summary: str, detail: str = ""
) -> argparse.ArgumentParser:
    """A command with its help; ``run`` takes the parsed arguments and gives the exit code."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}{'' if summary.endswith('?') else '.'}",
        epilog=detail,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_region(parser: argparse.ArgumentParser) -> None:
    """The positional argument REGION: a region or the id of one of its contracts."""
    parser.add_argument(
        "region", metavar="REGION", help="a region such as jiyuan, a contract id such as jiyuan-2026, or 济源"
    )


def today() -> date:
    """Today in China: the terminal is a face, so it may look at the clock; nothing below it does."""
    return day_in_china(datetime.now(UTC))


def day(text: str) -> date:
    """A date argument."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = f"日期的写法如 2026-06-30 a date is written YYYY-MM-DD, such as 2026-06-30, not {text!r}"
        raise argparse.ArgumentTypeError(said) from None


def month(text: str) -> Month:
    """A month argument."""
    try:
        return Month.of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"月份的写法如 2026-03 {error}") from None


def region_and_contract(name: str) -> tuple[Region, Contract]:
    """The region and contract that REGION names; for a region its newest contract.

    The Chinese name of a contract is understood, too, and how it begins, such as 济源, where only one region's does.

    Raises:
        NotFound: neither a region nor a contract.
        PluginError: the plugin cannot be used.
    """
    if name in region_names():
        region = load_region(name)
        return region, region.contracts[-1]
    if labelled := _labelled(name):
        return labelled
    region = load_region(region_of(name))
    return region, region.contract(name)


def _labelled(name: str) -> tuple[Region, Contract] | None:
    """The contract of that Chinese name, else the newest of the only region whose contracts' names begin so."""
    if name.isascii():
        return None
    found = [(region, c) for region in _usable() for c in region.contracts if c.label.startswith(name)]
    exact = [(region, contract) for region, contract in found if contract.label == name]
    return (exact or found)[-1] if len({region.name for region, _ in exact or found}) == 1 else None


def _usable() -> Iterator[Region]:
    for name in region_names():
        with suppress(PluginError):  # another region's fault is told where that region is asked for
            yield load_region(name)


def received_on(arguments: argparse.Namespace) -> date:
    """The day on which the files of a folder count as received: today, or a later ``--as-of``."""
    return max(today(), arguments.as_of or today())


def contracts_in(found: Folder) -> list[tuple[Region, Contract]]:
    """The contracts that a folder holds uploads of.

    Raises:
        NotFound: a month that no contract covers.
        PluginError: a plugin cannot be used.
    """
    named = sorted({(s.region, s.month) for s in found.submissions})
    ids = {load_region(name).contract_for(month).id: name for name, month in named}
    return [(load_region(name), load_region(name).contract(id_)) for id_, name in ids.items()]


def contract_in(found: Folder, wanted: str | None) -> tuple[Region, Contract]:
    """The contract of that id, or the only one that a folder holds.

    Raises:
        UsageError: there are several and none is named, or the one named is not there.
    """
    held = contracts_in(found)
    chosen = [(region, contract) for region, contract in held if wanted in (None, contract.id)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(contract.id for _, contract in held) or "none"
    if wanted is None and held:
        raise UsageError(f"the folder holds several contracts; choose one with --contract: {names}")
    raise NotFound(f"the folder holds nothing for contract {wanted or 'at all'}; it holds: {names}")
