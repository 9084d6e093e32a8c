"""The whole platform on one machine: an AWS on loopback, its resources, the functions, the queue's poller, the API."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from types import TracebackType
from typing import Any, Self

from kaohe.errors import UsageError

from kaohe_local import resources
from kaohe_local.aws import KEYS, Aws
from kaohe_local.dynamodb import DynamoDBLocal
from kaohe_local.functions import Function, FunctionSpec, fresh_clients, specs, variables
from kaohe_local.gateway import Gateway
from kaohe_local.poller import Poller
from kaohe_local.template import Template


class Machine:
    """Starts with ``with``, ends with it; one at a time in a process.

    Attributes:
        template: what it is made from.
        bucket: the bucket for uploads.
        endpoint: where S3 and SQS listen.
        dynamodb: where DynamoDB listens.
        api: where the HTTP API listens.
    """

    def __init__(
        self,
        template: Template,
        *,
        port: int = 0,
        aws_port: int = 0,
        today: date | None = None,
        dynamodb_local: bool = False,
        log_level: str = "CRITICAL",
    ) -> None:
        """Prepare it; nothing listens yet.

        Args:
            template: what to make.
            port: port of the API; 0: any that is free.
            aws_port: port of S3, SQS and DynamoDB; 0: any that is free.
            today: the day on which uploads count as received; None: the day they come.
            dynamodb_local: have the table in DynamoDB Local, not in moto.
            log_level: from which level on the functions log.

        Raises:
            UsageError: the template has not what a machine needs, or the functions' code is not there.
        """
        self.template = template
        self.bucket = _only(template, "AWS::S3::Bucket")
        self._specs = specs(template)
        self._api, self._intake = _answering(template, self._specs), _fed(self._specs)
        self._port, self._aws_port, self._dynamodb_local = port, aws_port, dynamodb_local
        self._variables = {
            "KAOHE_TODAY": today.isoformat() if today else "",
            "POWERTOOLS_LOG_LEVEL": log_level,
            "POWERTOOLS_METRICS_DISABLED": "true",  # they would be printed, for an agent that is not here
        }
        self._stack = ExitStack()
        self._functions: Mapping[str, Function] = {}
        self._aws: Aws
        self._poller: Poller
        self._gateway: Gateway

    def __enter__(self) -> Self:
        """Start everything; on an error nothing stays behind.

        Raises:
            KaoheError: a port is taken, or DynamoDB Local is wanted and not there.
        """
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, the last first; returns once all threads are gone."""
        self._stack.close()

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong in the functions so far."""
        return (*self._poller.failures, *self._gateway.failures)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a terminal needs so that the commands for operators find this machine."""
        queue = self._intake.queue
        assert queue
        ours = ("KAOHE_BUCKET", "KAOHE_TABLE", "KAOHE_DEAD_LETTER_QUEUE")
        aws = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_DEFAULT_REGION", *KEYS)
        told = {name: self._intake.environment[name] for name in ours}
        told |= {"KAOHE_QUEUE": queue.queue_arn.rpartition(":")[2], "KAOHE_TODAY": self._variables["KAOHE_TODAY"]}
        return {name: value for name, value in (told | {it: self._aws.environment[it] for it in aws}).items() if value}

    def client(self, service: str) -> Any:
        """A boto3 client that talks to this machine."""
        return self._aws.client(service)

    def invoke(self, service: str, event: Mapping[str, Any]) -> Any:
        """Call a function by the name of its service, as whoever may invoke it does in the cloud.

        Its schedules are left out: nothing here happens that nobody asked for.
        """
        return self._functions[service](event)

    def _start(self, stack: ExitStack) -> None:
        dynamodb = stack.enter_context(DynamoDBLocal()).endpoint if self._dynamodb_local else None
        self._aws = Aws(self.template.region, self._aws_port, dynamodb)
        stack.callback(self._aws.stop)
        self.endpoint, self.dynamodb = self._aws.endpoint, self._aws.dynamodb
        stack.enter_context(fresh_clients())
        environment = {**self._aws.environment, **self._variables}
        shared = {**self._intake.environment, **environment}
        stack.enter_context(variables(shared))
        resources.make(self.template, self.client("sqs"), self.client("s3"), self.client("dynamodb"))
        functions = {spec.service: Function(spec, environment) for spec in self._specs}
        for function in functions.values():
            stack.callback(function.unload)
        self._functions, intake, api = functions, functions[self._intake.service], functions[self._api.service]
        assert self._intake.queue
        self._poller = Poller(self.client("sqs"), self._intake.queue, intake)
        self._gateway = Gateway(api, self._port)
        stack.callback(self._gateway.stop)
        self.api = self._gateway.url
        self._poller.start()
        stack.callback(self._poller.stop)


def _only(template: Template, kind: str) -> str:
    found = template.of_type(kind)
    if len(found) != 1:
        raise UsageError(f"{template.path.name} has {len(found)} resources of type {kind}; one machine needs just one")
    return found[0].name


def _answering(template: Template, functions: tuple[FunctionSpec, ...]) -> FunctionSpec:
    """The function that the API hands its requests to."""
    named = [api.properties["IntegrationUri"] for api in template.of_type("AWS::ApiGatewayV2::Integration")]
    found = [spec for spec in functions if spec.arn in named]
    if len(found) != 1:
        raise UsageError(f"{template.path.name} has {len(found)} functions for the API; one machine needs just one")
    return found[0]


def _fed(functions: tuple[FunctionSpec, ...]) -> FunctionSpec:
    """The function that a queue feeds."""
    found = [spec for spec in functions if spec.queue]
    if len(found) != 1:
        raise UsageError(f"a queue feeds {len(found)} functions; one machine needs just one")
    return found[0]
