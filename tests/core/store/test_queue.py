"""The dead letters: each once, with its reason, and back into the queue without losing one."""

from collections.abc import Callable
from typing import Any

import pytest
from kaohe.errors import StoreError
from kaohe.store import Letter, Queue, clients


@pytest.fixture
def queues(aws: None) -> tuple[Queue, Queue]:
    """The dead letters, and the queue that they come from."""
    for name in ("dead", "work"):
        clients.sqs().create_queue(QueueName=name)
    return Queue("dead"), Queue("work")


def bodies(queue: Queue) -> list[str]:
    """What is in a queue, left as it is."""
    letters = list(queue.letters(wait=0))
    queue.release(letters)
    return sorted(letter.body for letter in letters)


def test_a_letter_carries_its_reason(queues: tuple[Queue, Queue]) -> None:
    dead, _ = queues
    dead.bury("三月", [{"error": "Gone", "reason": "不在 \x01"}], "m-1")
    (letter,) = dead.letters(wait=0)
    assert (letter.id, letter.body) == ("m-1", "三月")
    assert letter.reasons == ({"error": "Gone", "reason": "不在 \x01"},)


def test_reasons_too_long_for_a_message_are_counted(queues: tuple[Queue, Queue]) -> None:
    dead, _ = queues
    dead.bury("b", [{"reason": "x" * 1000}] * 20, "m-1")
    (letter,) = dead.letters(wait=0)
    assert letter.reasons == ({"error": "TooManyReasons", "reason": "20 reasons: see the log"},)


def test_what_the_queue_itself_moved_has_no_reason(queues: tuple[Queue, Queue]) -> None:
    dead, _ = queues
    clients.sqs().send_message(QueueUrl=dead._url, MessageBody="cut off")
    (letter,) = dead.letters(wait=0)
    assert (letter.body, letter.reasons) == ("cut off", ())


def test_all_letters_are_listed_and_stay(queues: tuple[Queue, Queue]) -> None:
    dead, _ = queues
    for number in range(23):
        dead.bury(f"{number:02}", [], "m")
    assert bodies(dead) == bodies(dead) == [f"{number:02}" for number in range(23)]


def test_a_redrive_moves_every_letter_without_its_reason(queues: tuple[Queue, Queue]) -> None:
    dead, work = queues
    for number in range(12):
        dead.bury(f"{number:02}", [{"error": "Gone"}], "m")
    assert len(list(dead.move_to(work, wait=0))) == 12
    assert (bodies(dead), bodies(work)) == ([], [f"{number:02}" for number in range(12)])
    assert {letter.reasons for letter in work.letters(wait=0)} == {()}


@pytest.mark.parametrize(("broken", "there"), [("send_message", 1), ("delete_message", 2)])
def test_a_crash_in_a_redrive_loses_nothing(
    queues: tuple[Queue, Queue], monkeypatch: pytest.MonkeyPatch, broken: str, there: int
) -> None:
    dead, work = queues
    dead.bury("one", [], "m")

    def crash(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(clients.sqs(), broken, crash)
        with pytest.raises(KeyboardInterrupt):
            list(dead.move_to(work, wait=0))
    left = clients.sqs().get_queue_attributes(
        QueueUrl=dead._url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    assert left["ApproximateNumberOfMessagesNotVisible"] == "1"  # hidden for a while, then there again
    assert len(bodies(work)) == there - 1


def test_a_queue_that_is_not_there_is_a_store_error(aws: None) -> None:
    with pytest.raises(StoreError, match="'nowhere'"):
        list(Queue("nowhere").letters(wait=0))


@pytest.mark.parametrize(
    "act", [lambda q, one: list(q.letters(wait=0)), lambda q, one: q.release([one]), lambda q, one: q.discard(one)]
)
def test_what_sqs_refuses_is_a_store_error_that_names_the_queue(
    queues: tuple[Queue, Queue], act: Callable[[Queue, Letter], object]
) -> None:
    dead, _ = queues
    dead.bury("b", [], "m")
    (letter,) = dead.letters(wait=0, hold=0)
    clients.sqs().delete_queue(QueueUrl=dead._url)
    with pytest.raises(StoreError, match="queue 'dead': "):
        act(dead, letter)
