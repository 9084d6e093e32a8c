"""Peers in turn, again and again, each in a process of its own: a noisy machine hurts all alike."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.calls.month import month_of

OURS = "kaohe_itself"
LABELS = {
    OURS: "kaohe: checked, counted, facts",
    "kaohe_and_digest": "the same, its SHA-256 taken beside it",
    "sha256": "SHA-256 alone",
    "handwritten": "DuckDB, a query by hand",
    "by_polars": "polars",
    "by_polars_plain": "polars, one spelling of times only",
    "by_pandas": "pandas",
    "by_csv": "csv module, row by row",
}


class Run(NamedTuple):
    """One process: seconds in all, seconds of counting, most MiB, and what it counted."""

    whole: float
    work: float
    peak: float
    counts: Mapping[str, int]


class Line(NamedTuple):
    """One line of the table: medians, and our time as a multiple of the peer's in the same round."""

    rows: int
    encoding: str
    peer: str
    seconds: float
    ratio: float
    peak: float


def once(peer: str, path: Path, *first: Path) -> Run:
    """Run a peer on a file, after a small one where it is to be warm."""
    command = [sys.executable, "-m", "benchmarks.calls.one", peer, str(path), *map(str, first)]
    begun = time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Run(time.perf_counter() - begun, **json.loads(printed))


def warm(rows: int, encoding: str, peers: Sequence[str], rounds: int) -> Iterator[Line]:
    """Seconds of counting, everything imported before."""
    small = month_of(2_000, encoding)
    runs = _rounds(rows, encoding, peers, rounds, small)
    yield from _lines(rows, encoding, {peer: [(run.work, run.peak) for run in of] for peer, of in runs.items()})


def whole(rows: int, encoding: str, peers: Sequence[str], rounds: int) -> Iterator[Line]:
    """Seconds of a process from start to end, imports included."""
    runs = _rounds(rows, encoding, peers, rounds)
    yield from _lines(rows, encoding, {peer: [(run.whole, run.peak) for run in of] for peer, of in runs.items()})


def _rounds(rows: int, encoding: str, peers: Sequence[str], rounds: int, *first: Path) -> dict[str, list[Run]]:
    path = month_of(rows, encoding)
    runs: dict[str, list[Run]] = {peer: [] for peer in (OURS, *peers)}
    for _ in range(rounds):
        for peer, of in runs.items():
            of.append(once(peer, path, *first))
    _check_counts(runs)
    return runs


def _check_counts(runs: Mapping[str, Sequence[Run]]) -> None:
    """A peer that counts otherwise is no peer."""
    ours = runs[OURS][0].counts
    for peer, of in runs.items():
        for run in of:
            if peer != "sha256" and run.counts != ours:
                wrong = sorted(
                    name for name in run.counts.keys() | ours.keys() if run.counts.get(name) != ours.get(name)
                )
                raise SystemExit(f"{LABELS[peer]} counts otherwise: {', '.join(wrong[:5])}")


def _lines(rows: int, encoding: str, runs: Mapping[str, Sequence[tuple[float, float]]]) -> Iterator[Line]:
    for peer, of in runs.items():
        ratio = median(mine / theirs for (mine, _), (theirs, _) in zip(runs[OURS], of, strict=True))
        yield Line(rows, encoding, peer, median(s for s, _ in of), ratio, max(peak for _, peak in of))
