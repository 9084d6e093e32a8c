"""The load run: every contract sends its month, and in the end all is where it belongs; prints what it took."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, quantiles

from kaohe.periods import Month
from kaohe.text import table, title

from benchmarks.load.checking import check
from benchmarks.load.counties import install
from benchmarks.load.country import WORKERS, Country, Round, country
from benchmarks.load.metering import READS, WRITES
from benchmarks.load.prices import A_CALL, IDLE_POLLS, US_EAST_1, billed, cost, gb_seconds
from benchmarks.load.uploads import Upload, uploads

FIRST = Month.of("2026-01")
SWEEPS = 4 * 30
"""A month at the template's ``rate(6 hours)``."""
UPKEEP_MEMORY = 1024
Rows = list[tuple[str, str]]


def main() -> int:
    """Run it; 1 where something is not as it must be."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asked = _arguments()
    print(f"{asked.contracts} contracts, {asked.months} months each, {2 + asked.readings} readings; {_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        install(site, asked.contracts, asked.readings)
        with country(site) as land:
            return run(land, asked.contracts, asked.months, asked.swept)


def run(land: Country, contracts: int, months: int, asked: int) -> int:
    """Every month in turn: send, drain, print; in the end check, sweep and print what is wrong."""
    sent: list[Upload] = []
    for number in range(months):
        lot = uploads(contracts, FIRST + number)
        sent += lot
        done = land.play(lot)
        problems = list(done.failures)
        print(f"\n{title(f'{FIRST + number}: {len(lot)} files, {done.messages} messages; table: {land.engine}')}")
        print(table(("per message", ""), list(_figures(land, done)), right=(1,)))
    print("\n" + table(("a month of the country", US_EAST_1.region), list(_costs(land, done, len(lot))), right=(1,)))
    begun = time.perf_counter()
    problems += [f"{land.waiting()} messages wait"] if land.waiting() else []
    problems += [f"{land.waiting(dead=True)} dead letters"] if land.waiting(dead=True) else []
    problems += check(sent, land.late, WORKERS)
    print(f"\nchecked {contracts} contracts against their files in {time.perf_counter() - begun:.0f} s:")
    print("\n".join(problems) or "each month scored once, from its newest file; nothing lost", flush=True)
    folders = min(asked, contracts)
    swept = land.sweep(folders)
    print("\n" + table((f"a sweep of {folders} contracts", ""), list(_sweep(swept, contracts / folders)), right=(1,)))
    print("\n".join(swept.failures) or "nothing left over")
    return 1 if problems or swept.failures else 0


def _figures(land: Country, done: Round) -> Iterator[tuple[str, str]]:
    meter, number = done.meter, len(done.meter.seconds)
    spread = quantiles(meter.seconds, n=20)
    yield f"handled a second, {WORKERS} workers", f"{done.messages / done.seconds:.1f}"
    yield "ms on the clock here: median, 95 of 100", f"{spread[9] * 1000:.0f}, {spread[18] * 1000:.0f}"
    yield "ms of the processor", f"{mean(meter.processor) * 1000:.0f}"
    yield (
        "the same of each third of the run",
        ", ".join(f"{mean(part) * 1000:.0f}" for part in _thirds(meter.processor)),
    )
    yield f"ms billed, at {A_CALL * 1000:.0f} a call", f"{billed(meter) / number * 1000:.0f}"
    yield f"GB-seconds at {land.intake.memory} MB", f"{gb_seconds(meter, land.intake.memory) / number:.3f}"
    yield "memory at the most, MB", f"{meter.peak:.0f}"
    yield "write units", _each(meter.units[WRITES], number)
    yield "read units", _each(meter.units[READS], number)
    yield from ((f"calls: {name}", _each(calls, number)) for name, calls in sorted(meter.calls.items()))
    yield "queue: sent, received, deleted", "3"


def _thirds(values: list[float]) -> list[list[float]]:
    """What came first, next and last, so far as the workers went on alike."""
    size = -(-len(values) // 3)
    return [values[start : start + size] for start in range(0, len(values), size)]


def _each(total: float, number: int) -> str:
    return f"{total / number:.2f}" if total else "—"


def _costs(land: Country, done: Round, files: int) -> Iterator[tuple[str, str]]:
    parts = cost(done.meter, land.intake.memory, US_EAST_1, puts=files, messages=3 * done.messages)
    yield from ((name, f"{amount:.4f}") for name, amount in parts.items())
    yield "all uploads", f"{sum(parts.values()):.4f}"
    yield "SQS, waiting for messages", f"{IDLE_POLLS * US_EAST_1.message / 1e6:.4f}"


def _sweep(swept: Round, share: float) -> Iterator[tuple[str, str]]:
    """What it took, and what ``share`` times as many contracts cost."""
    parts = cost(swept.meter, UPKEEP_MEMORY, US_EAST_1)
    yield "seconds on the clock here", f"{sum(swept.meter.seconds):.0f}"
    yield "seconds of the processor", f"{sum(swept.meter.processor):.0f}"
    yield f"seconds billed, at {A_CALL * 1000:.0f} ms a call", f"{billed(swept.meter):.0f}"
    yield "memory at the most, MB", f"{swept.meter.peak:.0f}"
    yield "read units", str(round(swept.meter.units[READS]))
    yield from ((f"calls: {name}", str(calls)) for name, calls in sorted(swept.meter.calls.items()))
    yield f"{SWEEPS} a month, of all contracts, {US_EAST_1.region}", f"{SWEEPS * share * sum(parts.values()):.2f}"


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--contracts", type=int, default=3000, help="one for each county (3000)")
    parser.add_argument("--months", type=int, default=1, help="months that each sends, one after the other (1)")
    parser.add_argument("--swept", type=int, default=60, help="contracts that are swept in the end (60)")
    parser.add_argument("--readings", type=int, default=0, help="readings of each contract beyond two (0)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
