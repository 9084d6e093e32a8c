"""DynamoDB Local on this machine: what is missing is named, nobody else reaches it, and it leaves nothing behind."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kaohe.cli import main
from kaohe.errors import KaoheError
from kaohe_local.dynamodb import FOLDER, DynamoDBLocal, NotInstalled
from kaohe_local.machine import Machine
from kaohe_local.template import Template


def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, java: str) -> Path:
    """A folder with something for the jar, and a Java that does as told."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "java"
    program.write_text(f"#!/bin/sh\n{java}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "DynamoDBLocal.jar").touch()
    return tmp_path


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match=f"{tmp_path}.*make dynamodb"):
        DynamoDBLocal(tmp_path)


def test_without_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "DynamoDBLocal.jar").touch()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="default-jre-headless"):
        DynamoDBLocal(tmp_path)


def test_what_java_said_when_it_ended_at_once_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KaoheError, match=r"(?s)ended at once.*no such class"):
        DynamoDBLocal(pretend(tmp_path, monkeypatch, "echo no such class >&2; exit 1"))


def test_one_that_says_nothing_is_given_up_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = f'echo $$ > "{tmp_path}/pid"; echo thinking; exec sleep 600'
    with pytest.raises(KaoheError, match=r"(?s)did not start in time.*thinking"):
        DynamoDBLocal(pretend(tmp_path, monkeypatch, java), patience=2)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_what_is_missing_is_told_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kaohe_local.machine.DynamoDBLocal", lambda: DynamoDBLocal(tmp_path))
    assert main(["serve", "--port", "0", "--dynamodb-local"]) != 0
    assert "make dynamodb" in capsys.readouterr().err


@pytest.fixture
def engine(dynamodb_local: str) -> Iterator[DynamoDBLocal]:
    """One of its own, where it can be had."""
    if not FOLDER.exists():
        pytest.skip(f"DynamoDB Local is not at {FOLDER}: 'make dynamodb' fetches it")
    with DynamoDBLocal() as running:
        yield running


def test_it_listens_on_loopback_alone(engine: DynamoDBLocal) -> None:
    port = urlsplit(engine.endpoint).port
    assert port
    with socket.create_connection(("127.0.0.1", port), 5):
        pass
    # Another address of this machine: all of 127.0.0.0/8 is, and a server on every address would answer there.
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port), 5)


def test_it_ends_with_the_process_that_started_it_even_if_that_is_killed(engine: DynamoDBLocal) -> None:
    code = "from kaohe_local.dynamodb import *; e = DynamoDBLocal(); print(e.endpoint, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        port = urlsplit(owner.stdout.readline().strip()).port
        assert port
        owner.send_signal(signal.SIGKILL)
    while True:  # for as long as pytest's own timeout lets it
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            break


def test_the_machine_keeps_its_table_there(template: Template, engine: DynamoDBLocal) -> None:
    with Machine(template, today=date(2026, 9, 8), dynamodb_local=True) as machine:
        assert machine.dynamodb != machine.endpoint
        (name,) = machine.client("dynamodb").list_tables()["TableNames"]
        assert name == template.resource("Table").name
        port = urlsplit(machine.dynamodb).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), 5)
