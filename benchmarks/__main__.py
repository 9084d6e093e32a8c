"""``make bench``: ratios, each measured against its peer in this run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial

from kaohe.plugins import Region, load_region, region_names
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.text import table

from benchmarks import plain
from benchmarks.imports import start_function, start_peer
from benchmarks.measure import Ratio, compare
from benchmarks.workbooks import read_workbooks
from benchmarks.year import year

Row = tuple[str, str, Ratio]


def main() -> None:
    """Measure everything and print the table."""
    rows = [
        (what, peer, f"{r.ours * 1000:.1f}", f"{r.peer * 1000:.1f}", f"{r.ratio:.2f}") for what, peer, r in measured()
    ]
    print(table(("what", "peer", "ms", "peer ms", "ratio"), rows, right=(2, 3, 4)), end="\n\n", flush=True)
    # In a process of its own: what this one has taken would count in the peaks of memory.
    subprocess.run([sys.executable, "-m", "benchmarks.calls"], check=True)


def measured() -> Iterator[Row]:
    """Every comparison, one at a time."""
    for name in ("intake", "api"):
        yield (
            f"start the {name} function",
            "boto3 and two clients",
            compare(partial(start_function, name), start_peer, 7),
        )
    for name in region_names():
        yield (
            f"score a year of {name}, all readings",
            "the same without alternatives",
            compare(*_scoring(load_region(name))),
        )
    yield "score a year of jiyuan, all readings", "plain functions that only deduct", compare(*_by_hand())
    for what, ratio in read_workbooks():
        yield what, "reading it with openpyxl", ratio


def _scoring(region: Region) -> tuple[Callable[[], object], Callable[[], object]]:
    contract = region.contracts[-1]
    uploads = year(region, contract)

    def document(alternatives: bool) -> object:
        return Situation.of(region, contract, uploads, contract.term.last).document(only=None if alternatives else ())

    return lambda: document(True), lambda: document(False)


def _by_hand() -> tuple[Callable[[], object], Callable[[], object]]:
    region = load_region("jiyuan")
    contract = region.contracts[-1]
    uploads = year(region, contract)

    def document() -> Document:
        return Situation.of(region, contract, uploads, contract.term.last).document()

    def by_hand() -> dict[tuple[str, str], list[plain.Amounts]]:
        return plain.all_readings(plain.facts(uploads))

    plain.check(by_hand(), document().assessments)
    return document, by_hand


if __name__ == "__main__":
    main()
