"""DynamoDB Local, AWS's own engine, on loopback: found, started and ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kaohe.errors import KaoheError, UsageError

from kaohe_local.template import BESIDE

FOLDER = BESIDE.parents[1] / ".dynamodb-local"
"""Where ``make dynamodb`` puts it in a checkout of the repository."""
JAR, LIBRARIES, CONFIGURATION = "DynamoDBLocal.jar", "DynamoDBLocal_lib", Path(__file__).with_name("dynamodb.xml")
_WATCHED = """
exec 3<&0
"$@" </dev/null & java=$!
{ cat <&3 >/dev/null; kill $java; } & watcher=$!
wait $java
kill $watcher
"""
"""Ends Java when its own input ends: also where whoever holds the other end was killed."""
_STARTED = re.compile(r"Started ServerConnector.*\{(127\.0\.0\.1:\d+)\}")


class NotInstalled(UsageError):
    """Java or DynamoDB Local is not there; the message says how to get it."""

    code = "not-installed"


class DynamoDBLocal:
    """One engine with nothing in it; ended with ``with`` or :meth:`stop`.

    Attributes:
        endpoint: where it listens, such as ``http://127.0.0.1:40123``.
    """

    def __init__(self, folder: Path = FOLDER, patience: float = 60) -> None:
        """Start it; returns once it takes requests.

        Args:
            folder: where it lies.
            patience: seconds that it may take to start.

        Raises:
            NotInstalled: Java or DynamoDB Local is not there.
            KaoheError: it ended or said nothing; the message holds what Java printed.
        """
        command = ["sh", "-c", _WATCHED, "sh", *_command(folder)]
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop; a pipe would fill up)
        # A session of its own: Ctrl-C is for the one who started it, who may still have to write.
        self._process = subprocess.Popen(  # noqa: S603 (the command is ours)
            command,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DDB_LOCAL_TELEMETRY": "0"},
            start_new_session=True,
        )
        try:
            self.endpoint = f"http://{self._address(patience)}"
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; returns once its process is gone."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)  # the group that it leads
            self._process.wait()
        self._log.close()

    def _address(self, patience: float) -> str:
        """The address that it says it listens on."""
        end = time.monotonic() + patience
        while True:
            running = self._process.poll() is None
            printed = os.pread(self._log.fileno(), 1_000_000, 0).decode(errors="replace")
            if found := _STARTED.search(printed):
                return found[1]
            if not running or time.monotonic() > end:
                problem = "did not start in time" if running else "ended at once"
                raise KaoheError(f"DynamoDB Local {problem}. Java printed:\n{printed[-2000:]}")
            time.sleep(0.02)


def _command(folder: Path) -> list[str]:
    jar = folder / JAR
    if not jar.is_file():
        raise NotInstalled(f"DynamoDB Local is not at {folder}: 'make dynamodb' fetches it")
    return [
        _java(),
        # What makes it start soonest; nothing here runs long enough for more.
        *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"),
        f"-Djava.library.path={folder / LIBRARIES}",
        "-Dorg.eclipse.jetty.LEVEL=INFO",  # so that it prints its port
        "-Dorg.eclipse.jetty.xml.XmlParser.Validating=false",  # which would need a DTD
        *("-classpath", str(jar), "org.eclipse.jetty.xml.XmlConfiguration", str(CONFIGURATION)),
    ]


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = (home and shutil.which("java", path=Path(home) / "bin")) or shutil.which("java")
    if found is None:
        raise NotInstalled(
            "DynamoDB Local needs Java, and no 'java' was found: install Java 17 or later (Debian: "
            "apt-get install default-jre-headless), or set JAVA_HOME"
        )
    return found
