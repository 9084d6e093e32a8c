"""The intake function on events as AWS sends them."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from kaohe.periods import Month
from kaohe.store import Queue, clients

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


POISON = {
    "not JSON": "{",
    "no object": "[1]",
    "of another shape": '{"hello": 1}',
    "without a key": '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]}',
    "at no time": '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "k"}}, "eventTime": "x"}]}',
    "of no text": '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "%FF"}}}]}',
}


def message(event: Event, body: str | None = None, tries: int = 1) -> dict[str, Any]:
    """An upload's message, or another body, as it comes for that time."""
    made = event("sqs-s3-put-without-version")
    made["Records"][0]["body"] = made["Records"][0]["body"] if body is None else body
    made["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
    return made


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """A queue for dead letters, which the function knows."""
    clients.sqs().create_queue(QueueName="dead")
    queue = Queue("dead")
    monkeypatch.setattr(app, "dead_letters", lambda: queue)
    return queue


@pytest.mark.parametrize("body", POISON.values(), ids=POISON)
def test_a_poison_message_comes_again_and_is_given_up_with_its_reason(
    event: Event, context: Any, dead: Queue, body: str
) -> None:
    with pytest.raises(BatchProcessingError):
        app.handler(message(event, body, tries=4), context)
    assert list(dead.letters(wait=0)) == []
    given = message(event, body, tries=5)
    assert app.handler(given, context) == {"batchItemFailures": []}
    (letter,) = dead.letters(wait=0)
    assert (letter.body, letter.id) == (body, given["Records"][0]["messageId"])
    assert [reason["error"] for reason in letter.reasons] == ["UnreadableMessage"]


def test_an_event_of_another_name_is_let_pass(event: Event, context: Any, dead: Queue, house: House) -> None:
    body = message(event)["Records"][0]["body"].replace("ObjectCreated:Put", "ObjectRestore:Post")
    assert app.handler(message(event, body, tries=5), context) == {"batchItemFailures": []}
    assert (house.items(), list(dead.letters(wait=0))) == ({}, [])


def test_the_reason_of_a_dead_letter_shows_nothing_of_the_upload(
    event: Event, context: Any, dead: Queue, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any, **named: Any) -> None:
        raise ValueError("13800138000")

    monkeypatch.setattr(house, "receive", fails)
    app.handler(message(event, tries=5), context)
    (letter,) = dead.letters(wait=0)
    assert letter.reasons[0]["place"].startswith("test_intake.py:")
    assert "138" not in json.dumps(letter.reasons)


def test_what_is_handled_on_its_last_try_is_no_dead_letter(
    event: Event, context: Any, dead: Queue, house: House
) -> None:
    put(house)
    assert app.handler(message(event, tries=5), context) == {"batchItemFailures": []}
    assert (house.statuses(), list(dead.letters(wait=0))) == (["accepted"], [])


def test_where_the_dead_letters_cannot_be_reached_the_queue_sees_to_it(
    event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "dead_letters", lambda: Queue("nowhere"))
    with pytest.raises(BatchProcessingError):
        app.handler(message(event, "{", tries=5), context)


def test_the_service_comes_from_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("KAOHE_BUCKET", "some-bucket")
    monkeypatch.setenv("KAOHE_TABLE", "some-table")
    made = (app.settings, app.service, app.dead_letters)
    for name in made:
        name.cache_clear()
    assert app.service().bucket.name == "some-bucket"
    assert app.dead_letters() is None
    monkeypatch.setenv("KAOHE_DEAD_LETTER_QUEUE", "some-queue")
    for name in made:
        name.cache_clear()
    letters = app.dead_letters()
    assert letters
    assert letters.name == "some-queue"
    for name in made:
        name.cache_clear()
