"""Upkeep by the template itself: what was lost is taken in, and a dead letter says why it was given up."""

import os
import time

import pytest
from kaohe.cli import main
from kaohe.store import Letter, Queue
from kaohe_local.machine import Machine
from kaohe_local.template import BESIDE

SAMPLE = BESIDE.parents[1] / "plugins" / "jiyuan" / "sample"
MARCH = "submissions/jiyuan/vendor/2026-03/2026年3月运营数据.xlsx"


def lose(machine: Machine) -> None:
    """Put an upload into the bucket while its notification is off."""
    s3 = machine.client("s3")
    told = s3.get_bucket_notification_configuration(Bucket=machine.bucket)
    told.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=machine.bucket, NotificationConfiguration={})
    s3.put_object(Bucket=machine.bucket, Key=MARCH, Body=(SAMPLE / MARCH).read_bytes())
    s3.put_bucket_notification_configuration(Bucket=machine.bucket, NotificationConfiguration=told)


@pytest.fixture
def queues(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The names of the queue and of its dead letters, known to the commands."""
    names = machine.template.resource("Queue").name, machine.template.resource("DeadLetterQueue").name
    monkeypatch.setenv("KAOHE_QUEUE", names[0])
    monkeypatch.setenv("KAOHE_DEAD_LETTER_QUEUE", names[1])
    return names


def letters(machine: Machine, name: str) -> list[Letter]:
    """The dead letters, once there are any."""
    queue, end = Queue(name, machine.client("sqs")), time.monotonic() + 30
    while time.monotonic() < end:
        if found := list(queue.letters(wait=1, hold=0)):
            return found
    raise AssertionError(machine.failures)


def test_a_lost_notification_is_found_and_mended(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    lose(machine)
    assert machine.invoke("upkeep", {"sweep": {}})["Fresh"] == 1
    assert main(["sweep", "--grace", "0"]) == 1
    assert f"missing    {MARCH}" in capsys.readouterr().out
    assert main(["sweep", "--grace", "0", "--mend", "--region", "jiyuan"]) == 0
    assert "now accepted" in capsys.readouterr().out
    assert machine.invoke("upkeep", {"sweep": {}}) == {"Objects": 1}
    assert machine.failures == ()


def test_a_poison_message_is_tried_five_times_and_says_why(
    machine: Machine, queues: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = machine.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queues[0])["QueueUrl"], MessageBody='{"hello": 1}')
    (letter,) = letters(machine, queues[1])
    assert [told["error"] for told in letter.reasons] == ["UnreadableMessage"]
    assert len(machine.failures) == int(os.environ["KAOHE_TRIES"]) - 1
    assert main(["redrive", "--list"]) == 1
    assert "the message is no notification of a bucket" in capsys.readouterr().out
    assert main(["redrive"]) == 0
    assert "1 dead letter put back" in capsys.readouterr().out
