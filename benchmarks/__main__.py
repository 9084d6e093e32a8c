"""``make bench``: ratios, each measured against its peer in this run."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from kaohe import intake
from kaohe.plugins import Region, load_region, region_names
from kaohe.scoring import Situation
from kaohe.text import table

import benchmarks.calls.__main__ as calls
from benchmarks.imports import start_function, start_peer
from benchmarks.measure import Ratio, compare
from benchmarks.year import year

Row = tuple[str, str, Ratio]


def main() -> None:
    """Measure everything and print the table."""
    rows = [
        (what, peer, f"{r.ours * 1000:.1f}", f"{r.peer * 1000:.1f}", f"{r.ratio:.2f}") for what, peer, r in measured()
    ]
    print(table(("what", "peer", "ms", "peer ms", "ratio"), rows, right=(2, 3, 4)), end="\n\n")
    calls.main()


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
    yield "a month's workbook to facts", "reading it with openpyxl", compare(*_reading())


def _scoring(region: Region) -> tuple[Callable[[], object], Callable[[], object]]:
    contract = region.contracts[-1]
    uploads = year(region, contract)

    def document(alternatives: bool) -> object:
        return Situation.of(region, contract, uploads, contract.term.last).document(only=None if alternatives else ())

    return lambda: document(True), lambda: document(False)


def _reading() -> tuple[Callable[[], object], Callable[[], object]]:
    import openpyxl

    sample = Path(__file__).parents[1] / "plugins/jiyuan/sample"
    file = next(iter(sorted(sample.glob("submissions/*/vendor/*/*.xlsx"))))
    data, key = file.read_bytes(), file.relative_to(sample).as_posix()
    address = intake.parse_key(key)
    region = load_region(address.region)

    def ours() -> object:
        return intake.read(data, address, region.catalogue, region.contracts, date(2100, 1, 1))

    def peer() -> object:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        return [list(sheet.iter_rows(values_only=True)) for sheet in book]

    return ours, peer


if __name__ == "__main__":
    main()
