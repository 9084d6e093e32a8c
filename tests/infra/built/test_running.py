"""The functions as built take in a contract year from bucket and queue, and answer for it."""

import json
from datetime import date
from urllib.parse import quote

import pytest
from kaohe.errors import KaoheError
from kaohe.folder import Folder, read_folder
from kaohe.plugins import load_region
from kaohe.results import Document
from kaohe.scoring import derive
from kaohe_local.template import BESIDE

from tests.infra.built.cloud import TODAY, Cloud

REGION, CONTRACT = "luohe", "luohe-2025"
OTHER, ELSEWHERE = "jiyuan", "jiyuan-2026"
SAMPLE = BESIDE.parents[1] / "plugins" / REGION / "sample"
PERSON = "13800138000"


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(SAMPLE, date.fromisoformat(TODAY))


@pytest.fixture(scope="module")
def expected(folder: Folder) -> Document:
    region = load_region(REGION)
    return derive(region, region.contract(CONTRACT), folder.submissions)


@pytest.fixture(scope="module")
def played(cloud: Cloud, folder: Folder) -> Cloud:
    """The year, month by month: the vendor's files by the bucket, the authority's by the API."""
    for submission in sorted(folder.submissions, key=lambda submission: submission.month):
        content = (SAMPLE / submission.key).read_bytes()
        if submission.source == "authority":
            name = quote(submission.name.removesuffix(".json"))
            assert cloud.ask(f"/contracts/{CONTRACT}/facts?name={name}", content).status == 200
        else:
            cloud.upload(submission.key, content)
    assert cloud.deliver() == len(folder.submissions)
    return cloud


def test_a_contract_year_comes_out_as_core_scores_the_same_files(played: Cloud, expected: Document) -> None:
    assert len(expected.assessments) >= 12
    assert played.ask(f"/contracts/{CONTRACT}/document").content == expected.model_dump(mode="json")
    assert (played.poller.failures, played.gateway.failures) == ([], [])


def test_every_file_of_the_year_was_accepted(played: Cloud, folder: Folder) -> None:
    records = played.ask(f"/contracts/{CONTRACT}/submissions").content
    assert {record["key"] for record in records} == {submission.key for submission in folder.submissions}
    assert {record["status"] for record in records} == {"accepted"}


def test_months_settlement_and_renewal_say_the_same(played: Cloud, expected: Document) -> None:
    document = expected.model_dump(mode="json")
    assert played.ask(f"/contracts/{CONTRACT}/settlement").content["settlement"] == document["settlement"]
    assert played.ask(f"/contracts/{CONTRACT}/renewal").content["renewal"] == document["renewal"]
    for assessment in document["assessments"]:
        month = assessment["month"]
        assert played.ask(f"/contracts/{CONTRACT}/months/{month}").content["assessment"] == assessment


def test_one_start_serves_all_uploads(played: Cloud, folder: Folder) -> None:
    """The cold one took what S3 sends when the notification is set."""
    handled = [line for line in played.log("intake") if line.get("message") == "upload handled"]
    assert len(handled) == len(folder.submissions)
    assert {line["cold_start"] for line in handled} == {False}
    assert {line["function_name"] for line in handled} == {"kaohe-local-intake"}


def test_logs_are_json_and_name_no_file_of_the_year(played: Cloud, folder: Folder) -> None:
    for service in played.functions:
        assert all(isinstance(line, dict) for line in played.log(service))
    written = json.dumps([played.log(service) for service in played.functions], ensure_ascii=False)
    assert not [s.name for s in folder.submissions if s.name in written]


def test_the_content_of_a_refused_upload_reaches_no_log(cloud: Cloud) -> None:
    key = f"submissions/{OTHER}/vendor/2026-03/来电{PERSON}.csv"
    cloud.upload(key, f"来电号码,诉求\n{PERSON},路灯不亮\n".encode())
    assert cloud.deliver() == 1
    (record,) = cloud.ask(f"/contracts/{ELSEWHERE}/submissions?month=2026-03").content
    assert (record["status"], record["key"]) == ("refused", key)
    lines = [line for line in cloud.log("intake") if line.get("message") == "upload handled"]
    assert (lines[-1]["status"], lines[-1]["contract"]) == ("refused", ELSEWHERE)
    for secret in (PERSON, "路灯不亮", "来电号码"):
        assert secret not in cloud.written()


def month_of_elsewhere(month: str) -> bytes:
    (file,) = (BESIDE.parents[1] / "plugins" / OTHER / "sample" / "submissions").glob(f"*/vendor/{month}/*.xlsx")
    return file.read_bytes()


def test_of_two_messages_only_the_one_that_failed_comes_again(cloud: Cloud) -> None:
    missing, there = (f"submissions/{OTHER}/vendor/{name}.xlsx" for name in ("2026-01/一月", "2026-04/四月"))
    cloud.upload_and_remove(missing)
    cloud.upload(there, month_of_elsewhere("2026-04"))
    poller = cloud.poll_with(batch_size=10)
    assert poller.poll() == 2
    assert [failure.endswith("was reported as failed") for failure in poller.failures] == [True]
    assert cloud.waiting() == 1
    cloud.upload(missing, month_of_elsewhere("2026-01"))
    assert cloud.deliver() >= 2
    records = cloud.ask(f"/contracts/{ELSEWHERE}/submissions").content
    assert {record["status"] for record in records if record["key"] in (missing, there)} == {"accepted"}


def test_a_message_that_fails_alone_is_an_error_and_comes_again(cloud: Cloud) -> None:
    """An error as Lambda counts them, which rings the alarm."""
    missing = f"submissions/{OTHER}/vendor/2026-07/七月.xlsx"
    cloud.upload_and_remove(missing)
    poller = cloud.poll_with()
    assert poller.poll() == 1
    assert [failure.partition(":")[0] for failure in poller.failures] == ["KaoheError"]
    assert cloud.waiting() == 1
    (line,) = [line for line in cloud.log("intake") if "/2026-07/" in str(line.get("reason"))]
    assert (line["message"], line["error"]) == ("upload not handled", "Gone")
    assert "七月" not in cloud.written()
    cloud.upload(missing, month_of_elsewhere("2026-07"))
    assert cloud.deliver() >= 2


def test_what_the_caller_has_already_is_not_sent_again(cloud: Cloud) -> None:
    first = cloud.ask("/regions")
    assert first.status == 200
    assert {REGION, OTHER} <= {region["region"] for region in first.content}
    assert first.tag
    assert cloud.ask("/regions", tag=first.tag)[:2] == (304, None)


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        (f"/contracts/{quote('没有这个合同')}", 404, "not-found"),
        ("/nowhere", 404, "not-found"),
        (f"/contracts/{CONTRACT}/settlement?as_of=tomorrow", 422, "invalid-argument"),
    ],
)
def test_what_is_wrong_with_a_request_is_told(cloud: Cloud, target: str, status: int, code: str) -> None:
    answer = cloud.ask(target)
    assert (answer.status, answer.content["error"]["code"]) == (status, code)


def test_upkeep_works_a_contract_out_again(played: Cloud) -> None:
    answer = played.functions["upkeep"]({"rescore": CONTRACT})
    assert answer["revisions"] == {}


def test_an_error_of_a_function_comes_back_as_its_error(cloud: Cloud) -> None:
    with pytest.raises(KaoheError, match=r"^UsageError: .*rescore"):
        cloud.functions["upkeep"]({"nothing": 1})
