"""What Lambda does with a queue: delete what succeeded, leave what failed, and the dead-letter queue in the end."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from kaohe_local import poller as module
from kaohe_local.aws import Aws
from kaohe_local.functions import QueueSource
from kaohe_local.poller import Poller

Make = Callable[..., Poller]


@pytest.fixture
def queues(aws: Aws) -> tuple[Any, str, str]:
    """The client, and the URLs of a queue and of the one that takes its dead letters after two attempts."""
    sqs = aws.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    queue = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "60"})
    return sqs, queue["QueueUrl"], dead


def make(sqs: Any, function: Callable[[Mapping[str, Any]], Any], *, partial: bool = True, batch: int = 10) -> Poller:
    return Poller(sqs, QueueSource("arn:aws-cn:sqs:cn-north-1:123456789012:work", batch, partial), function)


def left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in found.values())


def test_a_function_gets_messages_in_the_shape_that_lambda_gives_them(queues: tuple[Any, str, str]) -> None:
    sqs, url, _ = queues
    sqs.send_message(QueueUrl=url, MessageBody="四月")
    events: list[Mapping[str, Any]] = []
    assert make(sqs, events.append).poll() == 1
    record = events[0]["Records"][0]
    assert record["body"] == "四月"
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "cn-north-1")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"messageId", "receiptHandle", "md5OfBody", "eventSourceARN", "messageAttributes"} <= set(record)


def test_what_succeeded_is_deleted_and_what_failed_is_left(queues: tuple[Any, str, str]) -> None:
    sqs, url, _ = queues
    for body in ("good", "bad", "good"):
        sqs.send_message(QueueUrl=url, MessageBody=body)

    def function(event: Mapping[str, Any]) -> Any:
        failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    poller = make(sqs, function)
    poller.poll()
    assert left(sqs, url) == 1
    assert len(poller.failures) == 1


@pytest.mark.parametrize("partial", [True, False])
def test_a_function_that_raises_leaves_the_whole_batch(queues: tuple[Any, str, str], partial: bool) -> None:
    sqs, url, _ = queues
    sqs.send_message(QueueUrl=url, MessageBody="one")
    sqs.send_message(QueueUrl=url, MessageBody="two")

    def function(event: Mapping[str, Any]) -> Any:
        raise RuntimeError("broken")

    poller = make(sqs, function, partial=partial)
    poller.poll()
    assert left(sqs, url) == 2
    assert poller.failures == ["RuntimeError: broken"]


def test_an_id_that_was_never_sent_fails_the_whole_batch(queues: tuple[Any, str, str]) -> None:
    sqs, url, _ = queues
    sqs.send_message(QueueUrl=url, MessageBody="one")
    make(sqs, lambda event: {"batchItemFailures": [{"itemIdentifier": "another"}]}).poll()
    assert left(sqs, url) == 1


def test_what_fails_each_time_ends_in_the_dead_letter_queue(
    queues: tuple[Any, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY", 0)
    sqs, url, dead = queues
    sqs.send_message(QueueUrl=url, MessageBody="bad")

    def function(event: Mapping[str, Any]) -> Any:
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"]]}

    poller = make(sqs, function)
    assert [poller.poll() for _ in range(3)] == [1, 1, 0]
    assert (left(sqs, url), left(sqs, dead)) == (0, 1)
