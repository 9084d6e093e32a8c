"""The functions that the template describes, run in this process one event at a time, as Lambda does."""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from aws_lambda_powertools.metrics import Metrics
from kaohe.errors import UsageError
from kaohe.store import clients

from kaohe_local.template import Resource, Template

TYPE = "AWS::Serverless::Function"
SERVICE = "POWERTOOLS_SERVICE_NAME"
"""The variable that names a function's service."""


@dataclass(frozen=True)
class QueueSource:
    """How a queue feeds a function.

    Attributes:
        queue_arn: the queue.
        batch_size: messages at a time.
        partial: whether the function reports which messages failed; otherwise all or none do.
    """

    queue_arn: str
    batch_size: int
    partial: bool


@dataclass(frozen=True)
class FunctionSpec:
    """What the template says of a function.

    Attributes:
        name: its physical name.
        arn: its ARN.
        service: what it calls itself in logs.
        file: the file of its handler.
        handler: the name of the handler in that file.
        timeout: seconds that it may take.
        memory: MB that it has.
        log_format: how its runtime logs, ``JSON`` or ``Text``.
        environment: its variables.
        queue: the queue that feeds it, if one does.
    """

    name: str
    arn: str
    service: str
    file: Path
    handler: str
    timeout: int
    memory: int
    log_format: str
    environment: Mapping[str, str]
    queue: QueueSource | None


def specs(template: Template) -> tuple[FunctionSpec, ...]:
    """All functions of a template, in its order.

    Raises:
        UsageError: the code of one is not there.
    """
    return tuple(_spec(template, function) for function in template.of_type(TYPE))


def _spec(template: Template, function: Resource) -> FunctionSpec:
    common = template.resolve(template.content.get("Globals", {}).get("Function", {}))
    merged = {**common, **function.properties}
    variables = {**_variables(common), **_variables(function.properties)}
    module, _, handler = merged["Handler"].rpartition(".")
    code = template.path.parent / merged["CodeUri"] / "functions"
    file = code.joinpath(*module.split(".")).with_suffix(".py").resolve()
    if not file.is_file():
        raise UsageError(f"the code of {function.logical} is not at {file}; this command needs the whole repository")
    return FunctionSpec(
        name=function.name,
        arn=function.arn,
        service=variables[SERVICE],
        file=file,
        handler=handler,
        timeout=int(merged.get("Timeout", 3)),
        memory=int(merged.get("MemorySize", 128)),
        log_format=merged.get("LoggingConfig", {}).get("LogFormat", "Text"),
        environment=variables,
        queue=_queue(merged),
    )


def _variables(properties: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = properties.get("Environment", {}).get("Variables", {})
    return {name: str(value) for name, value in found.items()}


def _queue(properties: Mapping[str, Any]) -> QueueSource | None:
    for event in properties.get("Events", {}).values():
        if event["Type"] == "SQS":
            source = event["Properties"]
            partial = "ReportBatchItemFailures" in source.get("FunctionResponseTypes", ())
            return QueueSource(source["Queue"], int(source.get("BatchSize", 10)), partial)
    return None


class Context:
    """What a handler may ask of Lambda about its own call."""

    function_version = "$LATEST"
    log_group_name = log_stream_name = "local"

    def __init__(self, spec: FunctionSpec) -> None:
        self.function_name, self.invoked_function_arn = spec.name, spec.arn
        self.memory_limit_in_mb = str(spec.memory)
        self.aws_request_id = str(uuid.uuid4())
        self._end = time.monotonic() + spec.timeout

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the call would be cut off."""
        return max(0, int((self._end - time.monotonic()) * 1000))


class Function:
    """A function, its modules loaded by path: several of them are called ``app``.

    Attributes:
        spec: what the template says of it.
    """

    def __init__(self, spec: FunctionSpec, environment: Mapping[str, str]) -> None:
        """Load it, as at a cold start, with its variables over those given."""
        self.spec = spec
        self._lock = threading.Lock()
        self._package = f"kaohe_local_function_{spec.service}"
        with variables({**spec.environment, **environment}):
            self._handler: Callable[[Any, Any], Any] = getattr(_load(self._package, spec.file), spec.handler)

    def __call__(self, event: Mapping[str, Any]) -> Any:
        """Give it an event; both ways through JSON, as Lambda does, so that nothing else can slip through."""
        with self._lock:
            try:
                answer = self._handler(json.loads(json.dumps(event)), Context(self.spec))
            finally:
                # Powertools keeps what it was told not to print, and at the hundredth prints it all the same.
                Metrics().clear_metrics()
            return json.loads(json.dumps(answer))

    def unload(self) -> None:
        """Forget the modules, with the service and the clients that they keep."""
        for name in [name for name in sys.modules if name.partition(".")[0] == self._package]:
            del sys.modules[name]


def _load(package: str, file: Path) -> ModuleType:
    """A module of a folder, which is a package of that name from now on."""
    folder = sys.modules[package] = ModuleType(package)
    folder.__path__ = [str(file.parent)]
    return importlib.import_module(f"{package}.{file.stem}")


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while; an empty value unsets."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set({name: value or "" for name, value in before.items()})


def _set(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


@contextmanager
def fresh_clients() -> Iterator[None]:
    """Let the functions make new clients, and close these afterwards: core keeps them for a process's life."""
    made = (clients.s3, clients.dynamodb, clients.sqs, clients.functions)
    for client in made:
        client.cache_clear()
    try:
        yield
    finally:
        for client in made:
            if client.cache_info().currsize:
                client().close()
            client.cache_clear()
