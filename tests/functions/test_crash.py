"""A crash at any call to AWS, or any fault on the way there, leaves nothing half done and nothing done twice.

The real handlers run against AWS on loopback. Each scenario is a bucket and a table as they stand, and one event.
The clean run says what must come of it. Then, for every call that the clean run makes, something goes wrong at that
call; the event comes again, as the queue would send it; and every item of the table must be as after the clean run,
bit for bit. The calls are counted, not listed: a call that is added to the handler is tried from then on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from kaohe import plugins
from kaohe.store import Bucket, Table, clients
from kaohe_local.aws import Aws
from kaohe_local.functions import fresh_clients, variables

from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upgrade, upload
from tests.core.store.backend import REGION, create_table
from tests.faults import FAULTS, MOMENTS, Fault, Moment, Times
from tests.functions.mortal import DEAD

ROOT = Path(__file__).parents[2]
NIGHTLY = settings.get_current_profile_name() == "nightly"
TIMES: tuple[Times, ...] = ("once", "call", "outage") if NIGHTLY else ("once", "outage")
Items = dict[tuple[str, str], Any]


@pytest.fixture(scope="module")
def server() -> Iterator[Aws]:
    """S3 and DynamoDB that outlive the processes that call them."""
    running = Aws(REGION)
    yield running
    running.stop()


@pytest.fixture
def aws(server: Aws) -> Iterator[None]:
    """Instead of moto in this process: whatever runs here or in a child talks to the server."""
    quiet = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_DEV": ""}
    with variables({**server.environment, **quiet}), fresh_clients():
        yield


@dataclass
class Scenario:
    """A bucket and a table as they stand, and the event that comes.

    Attributes:
        bucket: the bucket; no run changes it.
        items: the table, as every run finds it.
        event: the event.
        function: whose event it is.
    """

    bucket: Bucket
    items: Items
    event: dict[str, Any]
    function: str = "intake"

    def table(self) -> House:
        """A fresh table in this state."""
        client = clients.dynamodb()
        table = Table(create_table(client), client)
        written = [{"PutRequest": {"Item": item}} for item in self.items.values()]
        for start in range(0, len(written), 25):
            client.batch_write_item(RequestItems={table.name: written[start : start + 25]})  # type: ignore[dict-item]
        return House(self.bucket, table)


def arrival(house: House, *uploads: tuple[str, bytes]) -> dict[str, Any]:
    """The queue's message for each of these uploads, which are stored."""
    records = []
    for key, content in uploads:
        stored = {"key": key, "versionId": house.put(key, content)}
        told = {"eventName": "ObjectCreated:Put", "eventTime": NOON.isoformat(), "s3": {"object": stored}}
        records.append({**told, "userIdentity": {"principalId": "AWS:AIDAEXAMPLEVENDOR"}})
    message = {"messageId": "m-1", "body": json.dumps({"Records": records}), "eventSource": "aws:sqs"}
    return {"Records": [{**message, "attributes": {"ApproximateReceiveCount": "1"}}]}


def correction(house: House) -> dict[str, Any]:
    """A new version of what is in force, among others."""
    house.send("2026-01", rated=100, satisfied=99)
    house.send("2026-03", rated=100, satisfied=97)
    return arrival(house, upload("2026-03", rated=100, satisfied=95))


def refusal(house: House) -> dict[str, Any]:
    """A bad version over a good one that nobody has delivered: two versions are read, both are judged."""
    house.put(*upload("2026-03", rated=100, satisfied=97))
    return arrival(house, upload("2026-03", rated=100, satisfied=101))


def two(house: House) -> dict[str, Any]:
    """Two uploads in one message: the first of a contract, and one of no contract."""
    return arrival(house, upload("2026-03", rated=100, satisfied=97), upload("2031-03", rated=1, satisfied=1))


def hidden(house: House) -> dict[str, Any]:
    """An upload that a delete marker hides before it is delivered."""
    key, content = upload("2026-03", rated=100, satisfied=97)
    event = arrival(house, (key, content))
    house.bucket._client.delete_object(Bucket=house.bucket.name, Key=key)
    return event


def waiting(house: House) -> dict[str, Any]:
    """The plugin is mended: this upload takes in two that have waited."""
    testia.BROKEN.add("compute_deductions")
    house.send("2026-01", rated=100, satisfied=99)
    house.send("2026-02", rated=100, satisfied=98)
    testia.BROKEN.clear()
    return arrival(house, upload("2026-03", rated=100, satisfied=95))


def rescore(house: House) -> dict[str, Any]:
    """The plugin has a new version, and an upload waits from when it could not be loaded."""
    upgrade("an older one")
    house.send("2026-01", rated=100, satisfied=99)
    testia.BROKEN.add("contracts")
    plugins.load_region.cache_clear()
    house.send("2026-02", rated=100, satisfied=98)
    testia.BROKEN.clear()
    return {"rescore": CONTRACT}


def sweep(house: House) -> dict[str, Any]:
    """An upload was never delivered."""
    house.put(*upload("2026-02", rated=100, satisfied=98))
    return {"sweep": {}}


ALL: tuple[Callable[[House], dict[str, Any]], ...] = (
    correction,
    refusal,
    two,
    hidden,
    waiting,
    rescore,
    sweep,
)


@pytest.fixture(params=ALL, ids=lambda made: made.__name__)
def scenario(request: pytest.FixtureRequest, house: House) -> Scenario:
    event = request.param(house)
    return Scenario(house.bucket, house.items(), event, "intake" if "Records" in event else "upkeep")


@pytest.fixture(scope="module")
def mortals(server: Aws) -> Iterator[subprocess.Popen[str]]:
    """The process whose children run handlers."""
    given = {**server.environment, "POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    for name in [name for name, value in given.items() if not value]:
        environment.pop(name, None)
    command = [sys.executable, "-m", "tests.functions.mortal"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


@dataclass
class Mortals:
    """Handlers that run in processes of their own.

    Attributes:
        process: the process that forks them.
        scenario: what they find.
    """

    process: subprocess.Popen[str]
    scenario: Scenario

    def run(self, house: House, **wrong: Any) -> dict[str, Any]:
        """One run; ``dies`` is the call at which it does, ``fails`` the one that meets a ``fault``."""
        assert self.process.stdin
        assert self.process.stdout
        environment = {"KAOHE_BUCKET": house.bucket.name, "KAOHE_TABLE": house.table.name}
        message: dict[str, Any] = {
            "function": self.scenario.function,
            "event": self.scenario.event,
            "environment": environment,
        }
        message |= {"dies": 0, "fails": 0, "fault": None, "times": "once", **wrong}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]

    def clean(self) -> tuple[Items, list[str]]:
        """The table after a run in which nothing goes wrong, and the calls that it made."""
        house = self.scenario.table()
        lived = self.run(house)
        assert went_well(lived), lived
        return house.items(), lived["calls"]


def went_well(ended: Mapping[str, Any]) -> bool:
    """Whether it says so: Lambda would let the message go, or a sweep left nothing open."""
    return ended["exit"] == 0 and not ended["answer"].get("batchItemFailures") and not ended["answer"].get("Open")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_dies_at_any_call_leaves_nothing_half_done(
    mortals: subprocess.Popen[str], scenario: Scenario, moment: Moment
) -> None:
    runner = Mortals(mortals, scenario)
    expected, calls = runner.clean()
    between: list[Items] = []
    for number in count(1):
        house = scenario.table()
        if runner.run(house, dies=number, moment=moment)["exit"] != DEAD:
            break
        between += [items for items in [house.items()] if items not in between]
        assert went_well(runner.run(house))
        assert house.items() == expected, (number, calls[number - 1])
    assert number == len(calls) + 1
    print(f"tried: {len(calls)} deaths {moment} a call")
    # Nothing in between but the states that whole transactions leave.
    assert 1 < len(between) <= calls.count("TransactWriteItems") + 1 or moment == "before"
    assert scenario.items in between


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", ALL if NIGHTLY else [refusal], indirect=True, ids=lambda made: made.__name__)
def test_a_fault_at_any_call_is_outlived_or_fails_the_message(
    mortals: subprocess.Popen[str], scenario: Scenario, fault: Fault
) -> None:
    runner = Mortals(mortals, scenario)
    expected, calls = runner.clean()
    places = [number for number, operation in enumerate(calls, 1) if fault.meets(operation)]
    print(f"tried: {len(places) * len(TIMES)} of {fault.name}")
    for number, times in product(places, TIMES):
        house = scenario.table()
        ended = runner.run(house, fails=number, fault=fault.name, times=times)
        where = (number, calls[number - 1], times, ended)
        assert ended["struck"], where
        assert went_well(ended) or (times, fault.outlived) != ("once", True), where
        # Who says that all is well has done all; who does not, is asked again.
        if not went_well(ended):
            assert went_well(runner.run(house)), where
        assert house.items() == expected, where
