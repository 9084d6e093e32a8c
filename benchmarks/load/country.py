"""Bucket, queue and table of a whole country on one machine, and the workers between them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
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


@dataclass(frozen=True)
class Round:
    """What came of one lot of uploads.

    Attributes:
        deliveries: messages that were handled.
        seconds: until the queue was empty; the workers' start does not count.
        meter: what the workers used up.
        failures: what did not go well.
    """

    deliveries: int
    seconds: float
    meter: Meter
    failures: tuple[str, ...]


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
    _aws: Aws
    _versions: list[tuple[str, str, bool]] = field(default_factory=list)
    late: set[str] = field(default_factory=set)

    def send(self, uploads: Sequence[Upload]) -> None:
        """Put files into the bucket, which tells the queue; say some of them once more, whenever it comes."""
        dice, s3, sqs = random.Random(SEED), self._aws.client("s3"), self._aws.client("sqs")
        first = len(self._versions)
        for upload in uploads:
            stored = s3.put_object(Bucket=self.bucket, Key=upload.key, Body=upload.content)
            self._versions.append((upload.key, stored["VersionId"], upload.final))
            if dice.random() < TWICE:
                self._tell(sqs, *self._versions[dice.randrange(first, len(self._versions))])
        for version in self._versions[first:]:
            if not version[2]:  # what was corrected is heard of after its correction
                self._tell(sqs, *version)

    def work(self, task: str = "intake") -> Round:
        """Let the workers run until there is nothing left to do."""
        waiting, units = self.waiting(), "units" if self.engine != "moto" else ""
        command = [sys.executable, "-m", "benchmarks.load.worker", task, units]
        number = WORKERS if task == "intake" else 1
        running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(number)]
        told = [_last_line(process) for process in running]
        meter = together(told)
        failures = tuple(line for part in told for line in part["failures"])
        return Round(waiting, max(part["busy"] for part in told), meter, failures)

    def waiting(self, dead: bool = False) -> int:
        """Messages that are not done with; of the dead-letter queue, if asked for."""
        assert self.intake.queue
        name = self.intake.environment["KAOHE_DEAD_LETTER_QUEUE"] if dead else self.intake.queue.queue_arn.split(":")[5]
        sqs = self._aws.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], AttributeNames=names)
        return sum(int(count) for count in found["Attributes"].values())

    def _tell(self, sqs: Any, key: str, version: str, final: bool) -> None:
        assert self.intake.queue
        url = sqs.get_queue_url(QueueName=self.intake.queue.queue_arn.split(":")[5])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=notice(self.bucket, key, version))
        if not final:
            self.late.add(key)


def _last_line(process: subprocess.Popen[bytes]) -> Any:
    """What a worker says at its end; what its functions print before goes to a log in the cloud."""
    printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"a worker ended with {process.returncode}")
    return json.loads(printed.splitlines()[-1])


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
        yield Country("DynamoDB Local" if dynamodb else "moto", intake, environment["KAOHE_BUCKET"], aws)
