"""A service over a fresh bucket and table, with one small region installed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from kaohe import plugins
from kaohe.assessment import PluginInfo
from kaohe.service import Receipt, Service
from kaohe.store import Bucket, Table

from tests.core.service import testia

CONTRACT = "testia-2026"
NOON = datetime(2027, 2, 1, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The small region as the only one installed."""
    entry = EntryPoint(name="testia", value=testia.__name__, group=plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [entry])
    plugins.load_region.cache_clear()
    yield
    testia.BROKEN.clear()
    plugins.load_region.cache_clear()


@pytest.fixture
def house(bucket: Bucket, table: Table) -> "House":
    return House(bucket, table)


class House(Service):
    """A service, with short words for what tests do."""

    def __init__(self, bucket: Bucket, table: Table) -> None:
        super().__init__(bucket, table, sleep=lambda seconds: None)
        self.clock = NOON

    def put(self, key: str, content: bytes) -> str | None:
        self.bucket.put(key, content, "application/json")
        return self.bucket.current(key).version_id

    def send(self, month: str, *, at: datetime | None = None, name: str = "a.json", **content: Any) -> Receipt:
        """Upload and receive, each a minute after the one before."""
        self.clock += timedelta(minutes=1)
        key, data = upload(month, name=name, **content)
        return self.receive(key, self.put(key, data), received_at=at or self.clock)

    def send_calls(self, name: str, *days: int) -> Receipt:
        """Upload and receive calls of March, one a day, each rated and satisfied."""
        rows = (f"{n},2026-03-{n:02} 09:00:00,2026-03-{n:02} 09:00:05,满意" for n in days)
        key = f"submissions/testia/vendor/2026-03/{name}"
        version = self.put(key, "\n".join(["通话编号,排队时间,应答时间,满意度", *rows]).encode())
        self.clock += timedelta(minutes=1)
        return self.receive(key, version, received_at=self.clock)

    def digests(self, contract: str = CONTRACT) -> dict[str, str | None]:
        return {str(month): it.digest for month, it in self.table.lock(contract).months.items()}

    def statuses(self, contract: str = CONTRACT) -> list[str]:
        return [record.status.value for record in self.table.submissions(contract)]

    def items(self) -> dict[tuple[str, str], Any]:
        """The whole table."""
        pages = self.table._client.get_paginator("scan").paginate(TableName=self.table.name)
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def upload(
    month: str, *, source: str = "vendor", name: str = "a.json", region: str = "testia", **content: Any
) -> tuple[str, bytes]:
    """Key and bytes of an upload; ``rated`` and ``satisfied`` are short for the measures, the rest goes in as it is."""
    short = {"survey.rated": content.pop("rated", None), "survey.satisfied": content.pop("satisfied", None)}
    measures = {code: value for code, value in short.items() if value is not None}
    body = {"region": region, "month": month, "source": source, "measures": measures, **content}
    return f"submissions/{region}/{source}/{month}/{name}", json.dumps(body, ensure_ascii=False).encode()


def upgrade(version: str) -> None:
    """As if the region's package were installed in another version."""
    plugins.load_region("testia").info = PluginInfo(name="testia", version=version)
