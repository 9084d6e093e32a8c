"""The terminal: ``kaohe --help`` teaches it.

Exit codes: 0 good, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points, version
from typing import TYPE_CHECKING

from kaohe.cli import audit, files, operate, regions, rescore, score, study
from kaohe.cli.common import add
from kaohe.errors import KaoheError, NotFound, Refused, UsageError

if TYPE_CHECKING:
    from kaohe.cli.common import Commands

GROUP = "kaohe.commands"
GOOD, FAILED, USAGE = 0, 1, 2

EPILOG = """\
A day with kaohe:
  kaohe template jiyuan 2026-03 -o 三月.xlsx    the workbook that a vendor fills in
  kaohe check 三月.xlsx                         is it good? every bad cell, in Chinese
  kaohe score DIR                               months, deductions, payments, from a folder of uploads
  kaohe explain jiyuan-2026 2026-03 4.5 DIR     one figure, down to the cells it came from
  kaohe clauses jiyuan                          the contract as kaohe reads it, clause by clause
  kaohe readings jiyuan                         where it can be read in more than one way

DIR is laid out as the bucket: DIR/submissions/REGION/vendor|authority/YYYY-MM/FILE.
Exit codes: 0 good, 1 refused or failed, 2 wrong usage.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except Refused as refusal:
        print("\n".join(map(str, refusal.faults)), file=sys.stderr)
        return FAILED
    except (NotFound, UsageError) as error:
        print(f"kaohe {arguments.command}: {error}", file=sys.stderr)
        return USAGE
    except KaoheError as error:
        print(f"kaohe {arguments.command}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        # The reader of our output has gone, as `kaohe … | head` does; Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD


def build_parser() -> argparse.ArgumentParser:
    """The parser with all commands; packages add theirs through the entry-point group ``kaohe.commands``."""
    parser = argparse.ArgumentParser(
        prog="kaohe",
        description="Scores the outsourcing contracts of government hotlines (考核).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kaohe {version('kaohe')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (score, study, files, regions, audit, operate, rescore):
        module.register(commands)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        _extend(commands, entry)
    return parser


def _extend(commands: Commands, entry: EntryPoint) -> None:
    """Add a package's command; one that cannot be imported says so when it is called, and harms no other."""
    try:
        entry.load()(commands)
    except Exception as error:  # noqa: BLE001 (whatever an extension raises)
        reason = f"the command {entry.name!r} of {entry.value} cannot be loaded: {type(error).__name__}: {error}"

        def fail(arguments: argparse.Namespace) -> int:
            raise KaoheError(reason)

        add(commands, entry.name, fail, "not available: its package cannot be loaded")
