"""Bucket, queue and table of a whole country on one machine, and the workers between them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kaohe_local import resources
from kaohe_local.aws import Aws
from kaohe_local.dynamodb import DynamoDBLocal, NotInstalled
from kaohe_local.functions import FunctionSpec, specs, variables
from kaohe_local.template import Template

from benchmarks.load.metering import Meter, together
from benchmarks.load.uploads import RECEIVED, SEED, TWICE, Upload, notice

ROOT = Path(__file__).parents[2]
WORKERS = 2
BACKLOG = 60
"""Messages that wait at the most before no more is sent for a while."""


@dataclass(frozen=True)
class Round:
    """What came of one lot of uploads.

    Attributes:
        messages: how many there were.
        seconds: from the first that was handled to the last.
        meter: what the workers used up.
        failures: what did not go well.
    """

    messages: int
    seconds: float
    meter: Meter
    failures: tuple[str, ...]


class Worker:
    """A worker's process; what its functions print goes to a file, as it goes to a log in the cloud."""

    def __init__(self, command: Sequence[str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed once it was read; a pipe would fill up)
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=self._log)

    def no_more(self) -> None:
        """Tell it that no more is sent."""
        assert self._process.stdin
        self._process.stdin.close()

    def last_line(self) -> Any:
        """What it says at its end."""
        if code := self._process.wait():
            raise SystemExit(f"a worker ended with {code}")
        with self._log as log:
            log.seek(0)
            return json.loads(log.read().splitlines()[-1])


@dataclass
class Country:
    """The cloud, for as long as it is open.

    Attributes:
        engine: which one keeps the table.
        intake: what the template says of the intake function.
        bucket: the name of the one for uploads.
        late: keys of which an older version is delivered after a newer one.
    """

    engine: str
    intake: FunctionSpec
    bucket: str
    _s3: Any
    _sqs: Any
    late: set[str] = field(default_factory=set)

    def play(self, uploads: Sequence[Upload]) -> Round:
        """Send files while the workers handle them, until there is nothing left to do."""
        running = self._start("intake", WORKERS)
        messages = sum(1 for _ in self._sent(uploads))
        return self._ended(running, messages)

    def sweep(self, folders: int) -> Round:
        """Hold so many folders of the bucket against the table.

        Moto copies all that the bucket holds to list one folder, so thousands of them take it hours.
        """
        return self._ended(self._start("sweep", 1, str(folders)), 0)

    def _sent(self, uploads: Sequence[Upload]) -> Iterator[None]:
        """Put files into the bucket, which tells the queue; say some of them once more, whenever it comes."""
        dice = random.Random(SEED)
        versions: list[tuple[str, str, bool]] = []
        for number, upload in enumerate(uploads):
            stored = self._s3.put_object(Bucket=self.bucket, Key=upload.key, Body=upload.content)
            versions.append((upload.key, stored["VersionId"], upload.final))
            yield
            if dice.random() < TWICE:
                yield self._tell(*dice.choice(versions))
            if number % 20 == 0:
                self._let_catch_up()
        for version in versions:
            if not version[2]:  # what was corrected is heard of after its correction
                yield self._tell(*version)

    def _let_catch_up(self) -> None:
        """Moto looks at every message of a queue for each that is added, so no long one is let grow."""
        while self.waiting() > BACKLOG:
            time.sleep(0.5)

    def _start(self, task: str, number: int, *asked: str) -> list[Worker]:
        units = "units" if self.engine != "moto" else ""
        command = [sys.executable, "-m", "benchmarks.load.worker", task, units, *asked]
        return [Worker(command) for _ in range(number)]

    def _ended(self, running: Sequence[Worker], messages: int) -> Round:
        for worker in running:
            worker.no_more()
        told = [worker.last_line() for worker in running]
        failures = tuple(line for part in told for line in part["failures"])
        return Round(messages, max(part["busy"] for part in told), together(told), failures)

    def waiting(self, dead: bool = False) -> int:
        """Messages that are not done with; of the dead-letter queue, if asked for."""
        assert self.intake.queue
        name = self.intake.environment["KAOHE_DEAD_LETTER_QUEUE"] if dead else self.intake.queue.queue_arn.split(":")[5]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(count) for count in found["Attributes"].values())

    def _tell(self, key: str, version: str, final: bool) -> None:
        assert self.intake.queue
        url = self._sqs.get_queue_url(QueueName=self.intake.queue.queue_arn.split(":")[5])["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=notice(self.bucket, key, version))
        if not final:
            self.late.add(key)


@contextmanager
def country(site: Path) -> Iterator[Country]:
    """A country whose regions are installed in a folder; ends all that it started."""
    with ExitStack() as stack:
        try:
            dynamodb: str | None = stack.enter_context(DynamoDBLocal()).endpoint
        except NotInstalled:
            dynamodb = None
        template = Template.read()
        aws = Aws(template.region, dynamodb=dynamodb)
        stack.callback(aws.stop)
        resources.make(template, aws.client("sqs"), aws.client("s3"), aws.client("dynamodb"))
        intake = next(spec for spec in specs(template) if spec.queue)
        environment = {**intake.environment, **aws.environment, "POWERTOOLS_METRICS_DISABLED": "true"}
        environment |= {"KAOHE_TODAY": RECEIVED.isoformat(), "PYTHONPATH": str(site)}
        stack.enter_context(variables(environment))
        sys.path.insert(0, str(site))
        stack.callback(sys.path.remove, str(site))
        yield Country(
            "DynamoDB Local" if dynamodb else "moto",
            intake,
            environment["KAOHE_BUCKET"],
            aws.client("s3"),
            aws.client("sqs"),
        )
