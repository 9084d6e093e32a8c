"""The operator's commands against the system that the environment names."""

import json
from typing import Any

import pytest
from kaohe.cli import main
from kaohe.service import Service
from kaohe.store import Queue, clients

from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, upgrade, upload

QUEUES = {"KAOHE_QUEUE": "work", "KAOHE_DEAD_LETTER_QUEUE": "dead"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    for name, value in {"KAOHE_BUCKET": house.bucket.name, "KAOHE_TABLE": house.table.name, **QUEUES}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Service, "from_settings", lambda settings: house)


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> tuple[Queue, Queue]:
    for name in QUEUES.values():
        clients.sqs().create_queue(QueueName=name)
    receive = clients.sqs().receive_message
    monkeypatch.setattr(clients.sqs(), "receive_message", lambda **how: receive(**{**how, "WaitTimeSeconds": 0}))
    return Queue("dead"), Queue("work")


def lose(house: House, **content: Any) -> str:
    key, data = upload("2026-03", **{"rated": 100, "satisfied": 97, **content})
    house.put(key, data)
    return key


def test_a_sweep_tells_what_is_open_and_mends_it_when_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    key = lose(house)
    assert main(["sweep", "--grace", "0"]) == 1
    told = capsys.readouterr().out
    assert f"missing    {key}" in told
    assert "'kaohe sweep --mend' takes it in" in told
    assert "1 uploads in 2 folders: 1 found, 0 taken in, 1 open; 0 came too lately to tell\n" in told
    assert main(["sweep", "--mend", "--grace", "0"]) == 0
    assert "now accepted" in capsys.readouterr().out
    assert main(["sweep", "--grace", "0"]) == 0
    assert house.statuses() == ["accepted"]


def test_what_came_just_now_is_no_finding(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    lose(house)
    assert main(["sweep"]) == 0
    assert "1 came too lately to tell (within 90 minutes; --grace 0 looks at them too)\n" in capsys.readouterr().out


def test_a_deletion_is_told_and_is_no_failure(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.bucket._client.delete_object(
        Bucket=house.bucket.name, Key=house.send("2026-03", rated=1, satisfied=1).submission.key
    )
    assert main(["sweep"]) == 0
    assert "stays in force" in capsys.readouterr().out


def test_what_waits_for_its_plugin_is_a_failure_with_its_remedy(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    testia.BROKEN.add("compute_deductions")
    house.send("2026-03", rated=1, satisfied=1)
    assert main(["sweep", "--mend", "--region", "testia"]) == 1
    assert "hook compute_deductions()" in capsys.readouterr().out


@pytest.mark.parametrize(("folder", "taken", "code"), [("新", 1, 0), ("elsewhere", 0, 1)])
def test_what_can_be_no_regions_is_refused_by_whoever_takes_it_in(
    house: House, capsys: pytest.CaptureFixture[str], folder: str, taken: int, code: int
) -> None:
    house.put(f"submissions/{folder}/vendor/2026-03/a.json", b"{}")
    assert main(["sweep", "--mend", "--grace", "0"]) == code
    assert f"1 found, {taken} taken in" in capsys.readouterr().out


def test_a_region_of_which_nothing_is_known_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--region", "nowhere"]) == 2
    assert "there are: testia" in capsys.readouterr().err


def test_nothing_is_taken_in_by_another_plugin_than_the_deployed_one(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.send("2026-01", rated=100, satisfied=97)
    lose(house)
    lose(house, region="elsewhere")
    upgrade("2")
    before = house.items()
    assert main(["sweep", "--mend", "--grace", "0"]) == 1
    told = capsys.readouterr().out
    assert "not taken in here: testia 0 worked it out, here is testia 2" in told
    assert "no package of this region is installed on this machine" in told
    assert house.items() == before
    upgrade("0")
    assert main(["sweep", "--mend", "--grace", "0", "--region", "testia"]) == 0
    assert house.table.lock(CONTRACT).version == 2


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (["sweep"], "KAOHE_BUCKET"),
        (["sweep"], "KAOHE_TABLE"),
        (["redrive"], "KAOHE_QUEUE"),
        (["redrive"], "KAOHE_DEAD"),
    ],
)
def test_what_the_environment_lacks_is_named(
    command: list[str], missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (name,) = (name for name in (*QUEUES, "KAOHE_BUCKET", "KAOHE_TABLE") if name.startswith(missing))
    monkeypatch.delenv(name)
    assert main(command) == 2
    assert name in capsys.readouterr().err


def test_where_nobody_answers_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from botocore.exceptions import NoRegionError

    def fails(settings: Any) -> Any:
        raise NoRegionError

    monkeypatch.setattr(Service, "from_settings", fails)
    assert main(["sweep"]) == 1
    assert "AWS cannot be reached: You must specify a region" in capsys.readouterr().err


def test_dead_letters_are_listed_with_their_reasons(
    queues: tuple[Queue, Queue], capsys: pytest.CaptureFixture[str]
) -> None:
    dead, _ = queues
    record = (
        '{"eventName": "ObjectCreated:Put", "eventTime": "2027-02-01T04:00:00Z", "s3": {"object": {"key": "a%0Ab"}}}'
    )
    dead.bury(f'{{"Records": [{record}]}}', [{"error": "Gone", "place": "bucket.py:1", "reason": "not there"}], "m-1")
    clients.sqs().send_message(QueueUrl=dead._url, MessageBody="{")
    for _ in range(2):
        assert main(["redrive", "--list"]) == 1
        told = capsys.readouterr().out
        assert "m-1  a?b" in told
        assert "Gone at bucket.py:1: not there" in told
        assert "the message is not JSON" in told
        assert "intake was cut off" in told
        assert "2 dead letters" in told


def test_a_redrive_puts_them_back(queues: tuple[Queue, Queue], capsys: pytest.CaptureFixture[str]) -> None:
    dead, work = queues
    dead.bury("{}", [], "m-1")
    assert main(["redrive"]) == 0
    assert "1 dead letter put back into work" in capsys.readouterr().out
    assert [letter.body for letter in work.letters(wait=0)] == ["{}"]
    assert main(["redrive", "--list"]) == 0
    assert main(["redrive"]) == 0
    assert "0 dead letters" in capsys.readouterr().out


def notification(key: str) -> str:
    stored = {"eventName": "ObjectCreated:Put", "eventTime": "2027-02-01T04:00:00Z", "s3": {"object": {"key": key}}}
    return json.dumps({"Records": [stored]})


def test_what_can_never_be_handled_is_marked_and_discarded_and_the_rest_is_left(
    house: House, queues: tuple[Queue, Queue], capsys: pytest.CaptureFixture[str]
) -> None:
    dead, work = queues
    here = notification(lose(house))
    for body in ("{", notification("submissions/testia/vendor/2026-03/gone.json"), here):
        dead.bury(body, [{"error": "E", "place": "p"}], "m")
    assert main(["redrive", "--list"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("'kaohe redrive --discard' deletes it") == 2
    assert "(the message is not JSON)" in told
    assert "(none of its files is in the bucket any more)" in told
    assert main(["redrive", "--discard"]) == 1
    told = capsys.readouterr().out
    assert "gone.json" in told
    assert "2 dead letters discarded, 1 left" in told
    assert [letter.body for letter in dead.letters(wait=0, hold=0)] == [here]
    assert list(work.letters(wait=0)) == []
    assert main(["redrive"]) == 0
    assert main(["redrive", "--discard"]) == 0
    assert "0 dead letters discarded, 0 left" in capsys.readouterr().out


def test_a_redrive_either_lists_or_discards() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["redrive", "--list", "--discard"])


def test_a_queue_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["redrive", "--list"]) == 1
    assert "queue 'dead'" in capsys.readouterr().err
