"""List prices, and what a month costs by them. Free tiers and discounts are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.load.metering import READS, WRITES, Meter

LISTS = ("PutObject", "ListObjectVersions")
GETS = ("GetObject", "HeadObject")
A_CALL = 0.02
"""Seconds that a call of S3 or DynamoDB takes within a region, on the careful side. Here the stand-ins share the
processors with the workers, so the clock says more of them than of the cloud."""
IDLE_POLLS = 5 * 3 * 60 * 24 * 30
"""Receives a month of Lambda's five pollers on an empty queue, each waiting 20 seconds."""


@dataclass(frozen=True)
class Prices:
    """What a unit of each costs.

    Attributes:
        region: where, and in which currency.
        source: where they were read, and when.
        gb_second: one of Lambda on arm64.
        invocation: a million of Lambda's requests.
        write: a million write request units, on demand.
        read: a million read request units, on demand.
        put: a thousand PUT or LIST requests.
        get: a thousand GET or HEAD requests.
        message: a million requests of a standard queue.
    """

    region: str
    source: str
    gb_second: float
    invocation: float
    write: float
    read: float
    put: float
    get: float
    message: float


US_EAST_1 = Prices(
    region="us-east-1, US dollars",
    source="pages that cite the list prices of 2026, S3 and SQS by example: hold them against your bill",
    gb_second=0.0000133334,
    invocation=0.20,
    write=0.625,
    read=0.125,
    put=0.005,
    get=0.0004,
    message=0.40,
)
"""For Beijing or Ningxia put what the pages of amazonaws.cn say into another one of these."""


def cost(meter: Meter, memory: int, prices: Prices, *, puts: int = 0, messages: int = 0) -> Mapping[str, float]:
    """What it costs, by service.

    Args:
        meter: what was used up.
        memory: MB of the function.
        prices: the list.
        puts: files that vendors put into the bucket.
        messages: requests to the queue.
    """
    calls = meter.calls
    return {
        "Lambda": gb_seconds(meter, memory) * prices.gb_second + len(meter.seconds) * prices.invocation / 1e6,
        "DynamoDB": (meter.units[WRITES] * prices.write + meter.units[READS] * prices.read) / 1e6,
        "S3": (puts + sum(calls[name] for name in LISTS)) * prices.put / 1e3
        + sum(calls[name] for name in GETS) * prices.get / 1e3,
        "SQS": messages * prices.message / 1e6,
    }


def billed(meter: Meter) -> float:
    """Seconds that Lambda would bill: of the processor, which a function has for itself, and of waiting for calls."""
    return sum(meter.processor) + A_CALL * meter.calls.total()


def gb_seconds(meter: Meter, memory: int) -> float:
    """The same by memory, as Lambda's price is."""
    return billed(meter) * memory / 1024
