"""The intake function on events as AWS sends them."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from kaohe.periods import Month

from functions.intake import app
from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, upload

Event = Callable[[str], dict[str, Any]]
NAME = "三月 (1).json"


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(app, "service", lambda: house)
    monkeypatch.setattr(app.metrics.provider, "namespace", "kaohe", raising=False)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, Any]]:
    """The one line that was logged."""
    stream = StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    return lambda: json.loads(stream.getvalue())


def put(house: House, month: str = "2026-03", name: str = NAME, satisfied: int = 97) -> str | None:
    return house.put(*upload(month, name=name, rated=100, satisfied=satisfied))


@pytest.mark.parametrize("name", ["sqs-s3-put", "sqs-s3-put-without-version"])
def test_an_upload_with_a_chinese_name(event: Event, context: Any, house: House, name: str) -> None:
    put(house)
    assert app.handler(event(name), context) == {"batchItemFailures": []}
    found = [record for record in house.submissions(CONTRACT) if record.status == "accepted"]
    assert [record.name for record in found] == [NAME]
    assert house.months(CONTRACT)[-1].deducted == 30


def test_several_uploads_in_one_message(event: Event, context: Any, house: House) -> None:
    for month in ("2026-01", "2026-02"):
        put(house, month, "a.json")
    assert app.handler(event("sqs-s3-several"), context) == {"batchItemFailures": []}
    assert [head.deducted for head in house.months(CONTRACT)] == [30, 30]
    assert {record.actor for record in house.submissions(CONTRACT)} == {"AWS:AIDAEXAMPLEVENDOR"}


def test_one_failing_upload_does_not_stop_the_others_of_its_message(event: Event, context: Any, house: House) -> None:
    put(house, "2026-02", "a.json")
    with pytest.raises(BatchProcessingError):
        app.handler(event("sqs-s3-several"), context)
    assert len(house.submissions(CONTRACT)) == 1


def test_only_the_failing_message_comes_again(event: Event, context: Any, house: House) -> None:
    put(house)
    messages = event("sqs-two-messages")
    gone = messages["Records"][0]["messageId"]
    assert app.handler(messages, context) == {"batchItemFailures": [{"itemIdentifier": gone}]}
    assert house.month(CONTRACT, Month.of("2026-03")).revision == 1


@pytest.mark.parametrize("name", ["sqs-s3-test-event", "sqs-s3-removed"])
def test_what_is_no_upload_is_let_pass(event: Event, context: Any, house: House, name: str) -> None:
    assert app.handler(event(name), context) == {"batchItemFailures": []}
    assert house.items() == {}


@pytest.mark.parametrize(
    ("satisfied", "broken", "counted"), [(97, False, "Accepted"), (101, False, "Refused"), (97, True, "PluginErrors")]
)
def test_metrics_and_logs_count_and_never_show_content(
    event: Event,
    context: Any,
    house: House,
    capsys: pytest.CaptureFixture[str],
    log: Callable[[], dict[str, Any]],
    satisfied: int,
    broken: bool,
    counted: str,
) -> None:
    if broken:
        testia.BROKEN.add("compute_deductions")
    put(house, satisfied=satisfied)
    app.handler(event("sqs-s3-put-without-version"), context)
    line = log()
    assert (line["contract"], line["month"], line["source"]) == (CONTRACT, "2026-03", "vendor")
    assert json.loads(capsys.readouterr().out)[counted] == [1.0]
    assert str(satisfied) not in {str(value) for value in line.values()}
    assert NAME not in json.dumps(line, ensure_ascii=False)


def test_a_failure_that_is_not_ours_is_logged_without_its_text(
    event: Event, context: Any, house: House, log: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any, **named: Any) -> None:
        raise ValueError("13800138000")

    monkeypatch.setattr(house, "receive", fails)
    with pytest.raises(BatchProcessingError) as raised:
        app.handler(event("sqs-s3-put"), context)
    assert "13800138000" not in str(raised.value)
    assert (log()["error"], log()["reason"]) == ("ValueError", "")
    assert log()["place"].startswith("test_intake.py:")


def test_the_service_comes_from_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("KAOHE_BUCKET", "some-bucket")
    monkeypatch.setenv("KAOHE_TABLE", "some-table")
    app.service.cache_clear()
    assert app.service().bucket.name == "some-bucket"
    app.service.cache_clear()
