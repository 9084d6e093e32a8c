"""The load run, with a dozen contracts, and what it makes of what was used up."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load.metering import READS, WRITES, Meter
from benchmarks.load.prices import US_EAST_1, cost, gb_seconds

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.load", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)


@pytest.mark.timeout(600)
def test_a_dozen_contracts_end_as_their_files_say() -> None:
    done = run("--contracts", "12", "--readings", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "each month scored once, from its newest file; nothing lost\n" in done.stdout
    assert done.stdout.endswith("nothing left over\n")
    assert "2026-01: 13 files" in done.stdout


def test_what_is_used_up_costs_its_list_price() -> None:
    meter = Meter(seconds=[9, 9], processor=[0.5, 0.5])
    meter.calls.update({"GetObject": 1000, "ListObjectVersions": 1000})
    meter.units.update({WRITES: 1_000_000, READS: 1_000_000})
    assert gb_seconds(meter, 1024) == pytest.approx(1 + 2000 * 0.02)
    parts = cost(meter, 1024, US_EAST_1, puts=1000, messages=1_000_000)
    assert parts["Lambda"] == pytest.approx(41 * 0.0000133334 + 2 * 0.20 / 1e6)
    assert parts["DynamoDB"] == pytest.approx(0.625 + 0.125)
    assert parts["S3"] == pytest.approx(0.005 + 0.005 + 0.0004)
    assert parts["SQS"] == pytest.approx(0.40)
