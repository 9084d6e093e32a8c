"""A function as it was built, in a process of its own, under Lambda's interface client.

The process sees what it would see in the cloud: its bundle, the interface client, the standard library, the variables
of the template. Nothing of the environment in which this runs.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaohe.errors import KaoheError, UsageError

from kaohe_local.functions import FunctionSpec
from kaohe_local.runtime import Posted, RuntimeApi

MOST = 6 * 1024 * 1024
"""Bytes that an answer may have."""
START = 20
"""Seconds that a start may take beyond the function's own timeout."""
PAUSE = 0.1


@dataclass(frozen=True)
class Built:
    """The functions for this machine, as ``make here`` leaves them.

    Attributes:
        functions: the folder of their bundles.
        client: the folder of the interface client.
        python: the Python that both are for.
    """

    functions: Path
    client: Path
    python: Path

    @classmethod
    def read(cls, folder: Path) -> Built:
        """What lies in a folder.

        Raises:
            UsageError: it is not all there.
        """
        pythons = tuple(folder.glob("python*"))
        if len(pythons) != 1 or not (folder / "client").is_dir():
            raise UsageError(f"there are no functions built for this machine in {folder}: run 'make here'")
        return cls(folder / "functions", folder / "client", pythons[0])

    @property
    def version(self) -> str:
        """The version of the Python, such as ``3.13``."""
        return self.python.name.removeprefix("python")


class BuiltFunction:
    """A function as built.

    Attributes:
        spec: what the template says of it.
        log: the file that has all that it wrote.
    """

    def __init__(
        self, spec: FunctionSpec, bundle: Path, built: Built, environment: Mapping[str, str], log: Path
    ) -> None:
        """Start it, as Lambda does before the first event.

        Args:
            spec: what the template says of it.
            bundle: its folder.
            built: where the interface client and the Python are.
            environment: variables over those of the template; an empty value unsets.
            log: the file for all that it writes.
        """
        self.spec, self.log = spec, log
        self._lock = threading.Lock()
        self._api = RuntimeApi()
        given = {**_environment(spec, bundle, built, self._api.address), **spec.environment, **environment}
        with log.open("wb") as stream:
            self._process = subprocess.Popen(  # noqa: S603 (what we built)
                # -S: no site-packages, neither of .venv nor of the machine. -P: no folder that nobody named.
                [built.python, "-S", "-s", "-P", "-m", "awslambdaric", _handler_name(spec)],
                cwd=bundle,
                env={name: value for name, value in given.items() if value},
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    def __call__(self, event: Mapping[str, Any]) -> Any:
        """Give it an event; gives its answer.

        Raises:
            KaoheError: it raised, ended, took too long or answered too much: the message tells.
        """
        with self._lock:
            self._api.put(_headers(self.spec), json.dumps(event).encode())
            posted = self._posted()
        if posted.kind == "error":
            error = json.loads(posted.content)
            raise KaoheError(f"{error['errorType']}: {error['errorMessage']}")
        if len(posted.content) > MOST:
            raise KaoheError(f"{self.spec.name} answered {len(posted.content)} bytes; Lambda takes {MOST}")
        return json.loads(posted.content)

    def lines(self) -> Iterator[str]:
        """What it wrote so far, line by line."""
        return iter(self.log.read_text(encoding="utf-8").splitlines())

    def stop(self) -> None:
        """End the process; returns once it is gone."""
        self._process.kill()
        self._process.wait()
        self._api.stop()

    def _posted(self) -> Posted:
        end = time.monotonic() + START + self.spec.timeout
        while time.monotonic() < end:
            ended = self._process.poll() is not None  # before the look, so that its last words are not missed
            if posted := self._api.take(PAUSE):
                return posted
            if ended:
                raise KaoheError(f"{self.spec.name} ended by itself: {' '.join(self.lines())}")
        self._process.kill()
        raise KaoheError(f"{self.spec.name} took more than {self.spec.timeout} s")


def _handler_name(spec: FunctionSpec) -> str:
    return f"{spec.file.parent.name}.{spec.file.stem}.{spec.handler}"


def _environment(spec: FunctionSpec, bundle: Path, built: Built, address: str) -> dict[str, str]:
    """The variables that Lambda itself sets."""
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{built.version}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": spec.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_RUNTIME_API": address,
        "LAMBDA_RUNTIME_DIR": str(built.client),
        "LAMBDA_TASK_ROOT": str(bundle),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",  # /var/task cannot be written
        "PYTHONPATH": f"{bundle}:{built.client}",
        "TZ": ":UTC",
        "_HANDLER": _handler_name(spec),
    }


def _headers(spec: FunctionSpec) -> dict[str, str]:
    """What comes with an event."""
    return {
        "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + spec.timeout) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": spec.arn,
        "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
    }
