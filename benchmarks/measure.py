"""Timing: two things in turn, again and again, so that a noisy machine hurts both alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """Medians in seconds, and the median of the ratios pair by pair."""

    ours: float
    peer: float
    ratio: float


def compare(ours: Callable[[], object], peer: Callable[[], object], runs: int = 15) -> Ratio:
    """Run both in turn, after a run each that does not count."""
    ours()
    peer()
    pairs = [(timed(ours), timed(peer)) for _ in range(runs)]
    return Ratio(median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs))


def timed(act: Callable[[], object]) -> float:
    """Seconds that one run takes."""
    gc.collect()
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
