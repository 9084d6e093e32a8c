"""A month of records from the bucket to the contract's document: counted, listed, repeated, refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from kaohe import plugins
from kaohe.errors import NotFound
from kaohe.periods import Month
from kaohe.service import Service
from kaohe.store import Bucket, Table

from functions.api import app as api
from functions.api import routing
from functions.intake import app

CONTRACT, MARCH = "luohe-2025", Month(2026, 3)
FOLDER = "submissions/luohe/vendor/2026-03"
TICKETS = 50_000
LATE = 250
"""Every so many tickets from the web are answered after their working day."""
CANARIES = ("13912345678", "03956612345", "王小明", "黄河路88号", "邻居半夜装修")
Send = Callable[[str, bytes], list[dict[str, str]]]


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regions as installed."""
    plugins.load_region.cache_clear()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, bucket: Bucket, table: Table) -> Service:
    found = Service(bucket, table, sleep=lambda seconds: None)
    for module in (app, routing):
        monkeypatch.setattr(module, "service", lambda: found)
    monkeypatch.setattr(app.metrics.provider, "namespace", "kaohe", raising=False)
    return found


@pytest.fixture
def send(service: Service, event: Callable[[str], dict[str, Any]], context: Any) -> Send:
    """Put a file into the bucket and hand its message to the function; gives what failed."""

    def sends(name: str, data: bytes) -> list[dict[str, str]]:
        service.bucket.put(f"{FOLDER}/{name}", data, "text/csv")
        message = event("sqs-s3-put")
        body = json.loads(message["Records"][0]["body"])
        body["Records"][0]["s3"]["object"] = {"key": quote_plus(f"{FOLDER}/{name}", safe="/")}
        message["Records"][0]["body"] = json.dumps(body)
        failed: list[dict[str, str]] = app.handler(message, context)["batchItemFailures"]
        return failed

    return sends


def tickets(count: int = TICKETS) -> bytes:
    """Made-up tickets from the web, received on weekdays of March's first three weeks."""
    days = [datetime.fromisoformat(f"2026-03-{day:02}") for day in (*range(2, 7), *range(9, 14), *range(16, 21))]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["来电人", "电话", "固话", "地址", "内容", "工单编号", "来源渠道", "受理时间", "回应时间"])
    caller, mobile, landline, address, content = (CANARIES[n] for n in (2, 0, 1, 3, 4))
    for n in range(count):
        received = days[n % len(days)] + timedelta(seconds=8 * 3600 + n % 30_000)
        answered = received + timedelta(days=6 if n % LATE == 0 else 0, minutes=5)
        times = (received.isoformat(" "), answered.isoformat(" "))
        writer.writerow([caller, mobile, landline, address, content, f"LH{n:08}", "网络", *times])
    return out.getvalue().encode("gb18030")


def listed(service: Service) -> list[str]:
    rows = csv.DictReader(io.StringIO(service.failures(CONTRACT, MARCH).removeprefix("\ufeff"), newline=""))
    return [row["编号"] for row in rows if row["考核项"] == "未计入“网络工单及时回应量”"]


def test_a_month_of_records_from_the_bucket_to_the_document(
    service: Service, send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tickets()
    assert send("工单.csv", data) == []
    (record,) = service.submissions(CONTRACT)
    assert record.status == "accepted"
    (stored,) = service.table.facts(CONTRACT).values()
    figures = {figure.code: figure.value for figure in stored.submission.figures}
    assert figures["web_tickets.received"] == TICKETS
    assert figures["web_tickets.in_time"] == TICKETS - TICKETS // LATE
    assert service.document(CONTRACT).assessments
    assert sorted(listed(service)) == [f"LH{n:08}" for n in range(0, TICKETS, LATE)]
    everything = [json.dumps(item, default=str, ensure_ascii=False) for item in (record.model_dump(mode="json"),)]
    everything += [stored.model_dump_json(), service.document(CONTRACT).model_dump_json()]
    everything += [service.failures(CONTRACT, MARCH), *capsys.readouterr()]
    assert not [canary for canary in CANARIES if any(canary in told for told in everything)]

    version = service.table.lock(CONTRACT).version
    assert send("工单.csv", data) == []  # the same again changes no figure
    assert service.month(CONTRACT, MARCH).revision == 1
    assert service.table.lock(CONTRACT).version >= version


def test_a_bad_file_leaves_what_is_in_force_and_says_nothing_of_anybody(
    service: Service, send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send("工单.csv", tickets(1000)) == []
    turned = tickets(1000).decode("gb18030").replace("固话,", "受理时间,").replace("受理时间,回应", "固话,回应")
    assert send("工单.csv", turned.encode()) == []
    refused = next(record for record in service.submissions(CONTRACT) if record.status == "refused")
    assert {fault.code for fault in refused.faults} == {"implausible-time"}  # the landline, read as a time
    told = refused.model_dump_json() + "".join(capsys.readouterr())
    assert not [canary for canary in CANARIES if canary in told]
    assert len(listed(service)) == 4


def test_the_list_is_served_as_a_file_that_excel_opens(service: Service, send: Send, event: Any, context: Any) -> None:
    assert send("工单.csv", tickets(500)) == []
    request = event("api-get")
    request["rawPath"] = request["requestContext"]["http"]["path"] = f"/contracts/{CONTRACT}/months/2026-03/failures"
    answer = api.handler(request, context)
    assert (answer["statusCode"], answer["body"][0]) == (200, "\ufeff")
    assert answer["headers"]["Content-Type"].startswith("text/csv")
    assert "LH00000250" in answer["body"]
    request["rawPath"] = request["rawPath"].replace("2026-03", "2026-02")
    assert api.handler(request, context)["statusCode"] == 404


def test_the_list_holds_no_formula_whatever_the_vendor_calls_tickets_and_file(service: Service, send: Send) -> None:
    numbers = ["=1+1", "+1", "-1", "@SUM(A1)", "LH=1"]
    times = "网络,2026-03-02 09:00:00,2026-03-20 09:00:00"
    lines = ["工单编号,来源渠道,受理时间,回应时间", *(f"{number},{times}" for number in numbers)]
    assert send("=1.csv", "\n".join(lines).encode()) == []
    assert sorted(listed(service)) == sorted(["'=1+1", "'+1", "'-1", "'@SUM(A1)", "LH=1"])
    cells = [cell for row in csv.reader(io.StringIO(service.failures(CONTRACT, MARCH)[1:])) for cell in row]
    assert "'=1.csv" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_file_beyond_the_functions_time_is_refused_with_what_to_do(
    service: Service, send: Send, context: Any
) -> None:
    context.get_remaining_time_in_millis = lambda: 30_000
    assert send("工单.csv", tickets(500)) == []
    (record,) = service.submissions(CONTRACT)
    assert [(fault.code, "分成几个文件" in fault.message) for fault in record.faults] == [("too-slow", True)]


def test_figures_that_were_typed_in_have_no_list(service: Service, send: Send) -> None:
    assert send("按月.csv", "指标,数值\n网络工单量,10\n网络工单及时回应量,10\n".encode()) == []
    with pytest.raises(NotFound, match="typed in"):
        service.failures(CONTRACT, MARCH)
