"""What the operator's commands print, as a page shows it: the commands themselves, on AWS in a dictionary.

The moments are those of the dictionary's clock, and the letter's number is made up.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest.mock import patch

from kaohe.cli import operate
from kaohe.service import Service
from kaohe.service.failures import loggable
from kaohe.store import Bucket, Gone, Letter, Table

from tests.core.service.fake import EPOCH, FakeDynamo, FakeS3
from tests.faults import Calls
from tests.health.pages import run

SAMPLE = Path(__file__).parents[2] / "plugins/jiyuan/sample"
UPLOAD = "submissions/jiyuan/vendor/2026-01/2026年1月运营数据.xlsx"
LOST = "submissions/jiyuan/vendor/2026-11/丢了.xlsx"
NOW = EPOCH + timedelta(hours=1)
NAMED = ("KAOHE_BUCKET", "KAOHE_TABLE", "KAOHE_QUEUE", "KAOHE_DEAD_LETTER_QUEUE")


class _Place(NamedTuple):
    """A system that the environment names."""

    service: Service
    table: FakeDynamo

    def put(self, key: str) -> None:
        """Store a file of the sample."""
        self.service.bucket.put(key, (SAMPLE / key).read_bytes(), "application/octet-stream")


@contextmanager
def _system() -> Iterator[_Place]:
    calls = Calls()
    table = FakeDynamo(calls)
    service = Service(Bucket("demo", FakeS3(calls)), Table("demo", table))  # type: ignore[arg-type]
    with (
        patch.dict(os.environ, dict.fromkeys(NAMED, "demo")),
        patch.object(Service, "from_settings", lambda settings: service),
        patch.object(operate, "Bucket", lambda name: service.bucket),
        patch.object(operate, "datetime", SimpleNamespace(now=lambda zone: NOW)),
    ):
        yield _Place(service, table)


def sweep() -> str:
    """A sweep that finds an upload whose notification was lost."""
    with _system() as system:
        system.put(UPLOAD)
        return run("kaohe sweep --region jiyuan --grace 0")[1]


def redrive() -> str:
    """The dead letter of a file that was taken away before anybody read it."""
    told = {"eventName": "ObjectCreated:Put", "eventTime": NOW.isoformat(), "s3": {"object": {"key": LOST}}}
    with _system() as system:
        letter = Letter(
            id="e875311c-2ea5-4316-a066-2a0ddc3016f6",
            body=json.dumps({"Records": [told]}),
            reasons=(_reason(system.service),),
            sent_at=NOW,
            handle="",
        )
        dead = SimpleNamespace(letters=lambda: [letter], release=lambda letters: None)
        with patch.object(operate, "Queue", lambda name: dead):
            return run("kaohe redrive --list")[1]


def _reason(service: Service) -> Mapping[str, str]:
    """What intake leaves of it."""
    try:
        service.receive(LOST, None, received_at=NOW)
    except Gone as error:
        return loggable(error)
    raise AssertionError("nothing is stored under that key")


def audit() -> str:
    """The audit of a contract one of whose revisions was removed."""
    with _system() as system:
        for key in (UPLOAD, *_of_authority()):
            system.put(key)
            system.service.receive(key, None, received_at=NOW)
        del system.table.items["jiyuan-2026", "assessment#2026-01#r0002"]
        printed = run("kaohe audit jiyuan-2026")[1]
    return printed[printed.index("The first broken link") :]


def _of_authority() -> list[str]:
    """What the authority sent for the same month."""
    files = (SAMPLE / "submissions/jiyuan/authority/2026-01").iterdir()
    return [file.relative_to(SAMPLE).as_posix() for file in sorted(files)]


PARTS: Mapping[str, Callable[[], str]] = {"sweep": sweep, "redrive": redrive, "audit": audit}
