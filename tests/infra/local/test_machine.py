"""The whole of it: an upload through S3, its result through the API."""

import json
import os
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from aws_lambda_powertools.metrics import Metrics
from kaohe.errors import KaoheError
from kaohe.folder import read_folder
from kaohe.plugins import load_region
from kaohe.scoring import derive
from kaohe_local.aws import Aws
from kaohe_local.gateway import Gateway
from kaohe_local.machine import Machine
from kaohe_local.template import BESIDE, Template

SAMPLE = BESIDE.parents[1] / "plugins" / "jiyuan" / "sample"
MARCH = "submissions/jiyuan/vendor/2026-03/2026年3月运营数据.xlsx"
FACTS = "submissions/jiyuan/authority/2026-09/接通率裁定.json"


def ask(machine: Machine, target: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    """Status and content of an answer."""
    kind = {"content-type": "application/json"} if body else {}
    request = Request(machine.api + target, data=body, headers={**kind, **headers})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            content = error.read()
            return error.code, json.loads(content) if content else None


def upload(machine: Machine, key: str) -> None:
    machine.client("s3").put_object(Bucket=machine.bucket, Key=key, Body=(SAMPLE / key).read_bytes())


def arrived(machine: Machine, keys: set[str]) -> list[Any]:
    """The records of these uploads, once all are there."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        _, records = ask(machine, "/contracts/jiyuan-2026/submissions")
        if {record["key"] for record in records} >= keys:
            return list(records)
        time.sleep(0.05)
    raise AssertionError(f"not arrived: {keys}; {machine.failures}")


def test_an_upload_comes_out_as_an_assessment(machine: Machine) -> None:
    upload(machine, MARCH)
    (record,) = arrived(machine, {MARCH})
    assert (record["status"], record["source"], record["month"]) == ("accepted", "vendor", "2026-03")
    status, month = ask(machine, "/contracts/jiyuan-2026/months/2026-03")
    assert (status, month["revision"], month["in_force"]) == (200, 1, True)
    rates = {kpi["clause"]: kpi["met"] for kpi in month["assessment"]["kpis"] if not kpi["tracked"]}
    assert (rates["4.1"], rates["4.5"]) == (True, False)
    assert machine.failures == ()
    assert Metrics().metric_set == {}, "what piles up is printed one day"


def test_the_api_answers_what_is_wrong_with_a_request(machine: Machine) -> None:
    assert ask(machine, f"/contracts/{quote('没有这个合同')}")[0] == 404
    assert ask(machine, "/nowhere")[1]["error"]["code"] == "not-found"
    assert ask(machine, "/contracts/jiyuan-2026/settlement?as_of=tomorrow")[0] == 422
    assert ask(machine, "/contracts/jiyuan-2026/facts", b'{"region": 1}')[0] == 422


def test_facts_that_are_posted_come_in_through_the_bucket(machine: Machine) -> None:
    target = f"/contracts/jiyuan-2026/facts?name={quote('接通率裁定')}"
    status, posted = ask(machine, target, (SAMPLE / FACTS).read_bytes())
    assert (status, posted["key"]) == (200, FACTS)
    assert arrived(machine, {FACTS})[0]["status"] == "accepted"


def test_what_the_caller_has_already_is_not_sent_again(machine: Machine) -> None:
    with build_opener(ProxyHandler({})).open(f"{machine.api}/regions", timeout=10) as answer:
        tag = answer.headers["ETag"]
    assert ask(machine, "/regions", **{"If-None-Match": tag}) == (304, None)


def test_the_platform_says_what_core_says_of_the_same_files(machine: Machine) -> None:
    """By way of the bucket, in any order, or straight from the folder: the same document."""
    region = load_region("jiyuan")
    folder = read_folder(SAMPLE, date(2026, 9, 8))
    some = [s for s in folder.submissions if str(s.month) in ("2026-01", "2026-02", "2026-09")]
    for submission in reversed(some):
        upload(machine, submission.key)
    arrived(machine, {submission.key for submission in some})
    expected = derive(region, region.contract("jiyuan-2026"), some)
    assert ask(machine, "/contracts/jiyuan-2026/document") == (200, expected.model_dump(mode="json"))


def test_it_leaves_the_environment_as_it_was(template: Template) -> None:
    before = dict(os.environ)
    with Machine(template):
        assert os.environ["KAOHE_BUCKET"]
    assert dict(os.environ) == before


def test_a_port_that_is_taken_is_named_and_nothing_stays_behind(template: Template) -> None:
    before = threading.active_count()
    taken = Gateway(lambda event: None)
    port = urlsplit(taken.url).port
    assert port
    try:
        with pytest.raises(KaoheError, match=f"port {port} "), Machine(template, port=port):
            pass
        with pytest.raises(KaoheError, match=f"port {port} "):
            Aws(template.region, port)
    finally:
        taken.stop()
    assert threading.active_count() == before


def test_another_checkout_can_be_named(template: Template, tmp_path: Path) -> None:
    root = BESIDE.parents[1]
    for name in ("infra", "functions"):
        (tmp_path / name).symlink_to(root / name)
    assert Template.read(tmp_path / "infra" / "template.yaml").resource("Bucket") == template.resource("Bucket")
