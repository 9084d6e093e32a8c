"""List prices, and what a month costs by them. Free tiers and discounts are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.load.metering import READS, WRITES, Meter

LISTS = ("PutObject", "ListObjectVersions")
GETS = ("GetObject", "HeadObject")
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
    source="the services' pricing pages on aws.amazon.com, as of November 2026",
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


def gb_seconds(meter: Meter, memory: int) -> float:
    """What Lambda would bill for these seconds, rounded up to milliseconds."""
    return sum(-(-one * 1000 // 1) / 1000 for one in meter.seconds) * memory / 1024
