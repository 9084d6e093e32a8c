"""Each function may do what it does: its calls to AWS, one by one, held against its role in the template."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import pytest
from kaohe import plugins
from kaohe.periods import Month
from kaohe.service import Service, sweeping
from kaohe.store import Bucket, Table, clients
from kaohe_local.template import Template

from functions.api import app as api
from functions.api import routing
from functions.intake import app as intake
from functions.upkeep import app as upkeep

FOLDER, CONTRACT = "submissions/luohe/vendor/2026-03", "luohe-2025"
LATE = "工单编号,来源渠道,受理时间,回应时间\nLH1,网络,2026-03-02 09:00:00,2026-03-20 09:00:00\n".encode()
ACTIONS = {
    "HeadObject": "s3:GetObject",
    "ListObjectVersions": "s3:ListBucketVersions",
    "TransactWriteItems": "dynamodb:PutItem",
}
"""What a call needs where its action has another name; a read of an older version needs one of its own."""


class Need(NamedTuple):
    """What a call needs of a role."""

    action: str
    resource: str
    prefix: str | None = None


@pytest.fixture(autouse=True)
def region() -> None:
    """The regions as installed."""
    plugins.load_region.cache_clear()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, bucket: Bucket, table: Table) -> Service:
    found = Service(bucket, table, sleep=lambda seconds: None)
    for module in (intake, upkeep, routing):
        monkeypatch.setattr(module, "service", lambda: found)
    for metrics in (intake.metrics, upkeep.metrics):
        monkeypatch.setattr(metrics.provider, "namespace", "kaohe", raising=False)
    return found


@contextmanager
def needed() -> Iterator[list[Need]]:
    """What the calls made meanwhile need."""
    found: list[Need] = []

    def watch(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.append(_need(model.service_model.service_name, model.name, params))

    watched = [client.meta.events for client in (clients.s3(), clients.dynamodb())]
    for events in watched:
        events.register("before-parameter-build", watch, unique_id="roles")
    try:
        yield found
    finally:
        for events in watched:
            events.unregister("before-parameter-build", unique_id="roles")


def _need(service: str, operation: str, params: dict[str, Any]) -> Need:
    action = ACTIONS.get(operation, f"{service}:{operation}")
    if service == "dynamodb":
        return Need(action, f"Table/index/{params['IndexName']}" if "IndexName" in params else "Table")
    if "Key" not in params:
        return Need(action, "Bucket", params["Prefix"])
    return Need(action + ("Version" if "VersionId" in params else ""), f"Bucket/{params['Key']}")


def allows(role: str, need: Need) -> bool:
    """Whether a role of the template grants what a call needs."""
    policies = _resources()[role]["Properties"]["Policies"]
    return any(_grants(rule, need) for policy in policies for rule in policy["PolicyDocument"]["Statement"])


@cache
def _resources() -> dict[str, Any]:
    found: dict[str, Any] = dict(Template.read().content["Resources"])
    return found


def _grants(rule: dict[str, Any], need: Need) -> bool:
    actions = rule["Action"] if isinstance(rule["Action"], list) else [rule["Action"]]
    resources = rule["Resource"] if isinstance(rule["Resource"], list) else [rule["Resource"]]
    prefixes = [only["s3:prefix"] for only in rule.get("Condition", {}).values()]
    return (
        need.action in actions
        and any(fnmatchcase(need.resource, _pattern(resource)) for resource in resources)
        and all(fnmatchcase(need.prefix or "", prefix) for prefix in prefixes)
    )


def _pattern(resource: Any) -> str:
    """A resource by its name in the template, and what follows."""
    text = resource.get("Fn::Sub") or "${{{}.{}}}".format(*resource["Fn::GetAtt"])
    return str(text).replace("${Bucket.Arn}", "Bucket").replace("${Table.Arn}", "Table")


def deliver(service: Service, name: str, event: Callable[[str], dict[str, Any]], context: Any) -> None:
    message = event("sqs-s3-put")
    told = json.loads(message["Records"][0]["body"])
    told["Records"][0]["s3"]["object"] = {"key": quote_plus(f"{FOLDER}/{name}", safe="/")}
    message["Records"][0]["body"] = json.dumps(told)
    assert intake.handler(message, context) == {"batchItemFailures": []}


def test_intake_may_take_in_records_and_look_for_the_good_version_before_a_bad_one(
    service: Service, event: Callable[[str], dict[str, Any]], context: Any
) -> None:
    service.bucket.put(f"{FOLDER}/工单.csv", LATE, "text/csv")
    service.bucket.put(f"{FOLDER}/工单.csv", b"?", "text/csv")
    with needed() as needs:
        deliver(service, "工单.csv", event, context)
    assert [need for need in needs if not allows("IntakeRole", need)] == []
    assert {need.action for need in needs} >= {"s3:PutObject", "s3:ListBucketVersions", "dynamodb:PutItem"}


def test_a_sweep_may_take_in_whatever_intake_could_have(
    service: Service, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "Sweep", partial(sweeping.Sweep, grace=timedelta(days=-1)))
    monkeypatch.setattr(context, "get_remaining_time_in_millis", lambda: 900_000)
    service.bucket.put(f"{FOLDER}/工单.csv", LATE, "text/csv")
    with needed() as needs:
        assert upkeep.handler({"sweep": {}}, context) == {"Objects": 1, "Found": 1}
        upkeep.handler({"rescore": CONTRACT}, context)
        upkeep.handler({"rescore": {"contract": CONTRACT, "dry_run": True}}, context)
    assert [need for need in needs if not allows("UpkeepRole", need)] == []
    assert {need.action for need in needs} >= {"s3:PutObject", "s3:ListBucketVersions", "dynamodb:BatchGetItem"}


def test_the_api_may_answer_every_question_and_store_what_is_said(
    service: Service, event: Callable[[str], dict[str, Any]], context: Any
) -> None:
    service.bucket.put(f"{FOLDER}/工单.csv", LATE, "text/csv")
    deliver(service, "工单.csv", event, context)
    month = f"/contracts/{CONTRACT}/months/2026-03"
    asked = [f"/contracts/{CONTRACT}/document", month, f"{month}/failures", "/portfolio/2026-03", "/strays"]
    facts = {"region": "luohe", "month": "2026-03", "source": "authority", "events": []}
    said = {
        f"/contracts/{CONTRACT}/facts": facts,
        f"{month}/confirmation": {"revision": 1},
        f"{month}/objections": {"clause": clause(service), "reason": "系统故障"},
    }
    with needed() as needs:
        statuses = [ask(event("api-get"), path, context) for path in asked]
        statuses += [ask(event("api-post-facts") | {"body": json.dumps(b)}, p, context) for p, b in said.items()]
    assert statuses == [200] * (len(asked) + len(said))
    assert [need for need in needs if not allows("ApiRole", need)] == []
    assert sum(need.action == "s3:PutObject" for need in needs) == len(said)


def clause(service: Service) -> str:
    """A clause that can be objected to."""
    return service.month(CONTRACT, Month(2026, 3)).assessment.deductions[0].clause


def ask(request: dict[str, Any], path: str, context: Any) -> int:
    request["rawPath"] = request["requestContext"]["http"]["path"] = path
    status: int = api.handler(request, context)["statusCode"]
    return status
