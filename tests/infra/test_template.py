"""What infra/template.yaml promises: nothing is lost, nothing is public, no function may do more than it must."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from kaohe.service.sweeping import GRACE

from functions.intake import app as intake
from functions.upkeep import app

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
FUNCTIONS = ("IntakeFunction", "ApiFunction", "UpkeepFunction")


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: ``!Ref x`` comes out as ``{"Ref": x}``."""


def _short_form(loader: Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in {"Ref", "Condition"} else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if tag == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _short_form)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    loaded = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


def role_of(function: str, resources: dict[str, Any]) -> str:
    name, attribute = resources[function]["Properties"]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return str(name)


def statements(role: str, resources: dict[str, Any]) -> list[dict[str, Any]]:
    policies = resources[role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_bucket_keeps_every_version_and_shows_none_to_the_public(resources: dict[str, Any]) -> None:
    bucket = resources["Bucket"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    properties = bucket["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    rules = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {rule["Effect"] for rule in rules} == {"Deny"}
    assert rules[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_an_upload_that_no_function_could_decrypt_is_refused_to_its_sender(resources: dict[str, Any]) -> None:
    rules = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    named = "s3:x-amz-server-side-encryption"
    assert [rule["Condition"] for rule in rules if rule["Action"] == "s3:PutObject"] == [
        {"StringNotEquals": {named: "AES256"}, "Null": {named: "false"}},
        {"Null": {f"{named}-customer-algorithm": "false"}},
    ]


def test_no_version_of_an_upload_ever_expires(resources: dict[str, Any]) -> None:
    rules = resources["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert not [name for rule in rules for name in rule if "Expiration" in name]


def test_an_upload_that_cannot_be_read_ends_in_the_dead_letter_queue(resources: dict[str, Any]) -> None:
    redrive = resources["Queue"]["Properties"]["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert redrive["maxReceiveCount"] >= 5
    assert resources["DeadLetterAlarm"]["Properties"]["Threshold"] == 0


def test_the_last_try_is_the_queue_s_last_and_its_reason_goes_to_the_dead_letters(resources: dict[str, Any]) -> None:
    intake = resources["IntakeFunction"]["Properties"]["Environment"]["Variables"]
    redrive = resources["Queue"]["Properties"]["RedrivePolicy"]
    assert intake["KAOHE_TRIES"] == redrive["maxReceiveCount"]
    assert intake["KAOHE_DEAD_LETTER_QUEUE"] == {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}
    sends = [rule for rule in statements("IntakeRole", resources) if "sqs:SendMessage" in as_list(rule["Action"])]
    assert [rule["Resource"] for rule in sends] == [{"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}]


def test_a_sweep_leaves_alone_what_the_queue_may_still_hand_out(resources: dict[str, Any]) -> None:
    queue = resources["Queue"]["Properties"]
    tries = timedelta(seconds=queue["VisibilityTimeout"]) * queue["RedrivePolicy"]["maxReceiveCount"]
    assert tries < GRACE


def test_sweeps_come_on_a_schedule_as_the_function_knows_them(resources: dict[str, Any]) -> None:
    upkeep = resources["UpkeepFunction"]["Properties"]
    (schedule,) = (event for event in upkeep["Events"].values() if event["Type"] == "Schedule")
    assert set(json.loads(schedule["Properties"]["Input"])) <= set(app.TASKS)
    assert timedelta(seconds=upkeep["Timeout"]) > app.TO_BEGIN_WITH > app.TO_TAKE_IN
    for_reading = resources["IntakeFunction"]["Properties"]["Timeout"] - intake.AFTER_READING
    assert timedelta(seconds=for_reading) <= app.TO_TAKE_IN - app.AFTER_READING
    assert resources["SweepAlarm"]["Properties"]["MetricName"].removeprefix("Sweep") in app.COUNTED
    calls = [rule for rule in statements("UpkeepRole", resources) if "lambda:InvokeFunction" in as_list(rule["Action"])]
    assert [rule["Resource"]["Fn::Sub"].rpartition(":")[2] for rule in calls] == [upkeep["FunctionName"]["Fn::Sub"]]


def test_a_sweep_has_the_room_that_intake_has(resources: dict[str, Any]) -> None:
    """Else an upload that intake could take in would end the sweep, at every sweep, and what comes after it too."""
    intake, upkeep = (resources[name]["Properties"] for name in ("IntakeFunction", "UpkeepFunction"))
    assert upkeep["MemorySize"] >= intake["MemorySize"]
    assert upkeep["EphemeralStorage"]["Size"] >= intake["EphemeralStorage"]["Size"]


def test_an_alarm_on_several_functions_holds_while_some_are_not_called(resources: dict[str, Any]) -> None:
    """CloudWatch works out no sum of which one part is missing."""
    metrics = resources["ThrottleAlarm"]["Properties"]["Metrics"]
    (expression,) = [metric["Expression"] for metric in metrics if "Expression" in metric]
    parts = [metric["Id"] for metric in metrics if "MetricStat" in metric]
    assert expression == " + ".join(f"FILL({part}, 0)" for part in parts)


def test_whoever_is_paged_finds_what_to_do(resources: dict[str, Any]) -> None:
    told = (ROOT / "infra" / "README.md").read_text(encoding="utf-8").partition("## When an alarm rings")[2]
    alarms = [name for name, it in resources.items() if it["Type"] == "AWS::CloudWatch::Alarm"]
    assert alarms
    assert [name for name in alarms if f"`{name}`" not in told] == []


def test_the_metrics_of_one_stage_ring_no_alarm_of_another(template: dict[str, Any], resources: dict[str, Any]) -> None:
    ours = template["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert ours == resources["SweepAlarm"]["Properties"]["Namespace"] == {"Fn::Sub": "kaohe-${Stage}"}


def test_only_our_bucket_in_our_account_may_send_to_the_queue(resources: dict[str, Any]) -> None:
    (rule,) = resources["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert rule["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    bucket = resources["Bucket"]["Properties"]["BucketName"]["Fn::Sub"]
    assert rule["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(f":s3:::{bucket}")


def test_the_queue_waits_six_times_as_long_as_the_function_may_take(resources: dict[str, Any]) -> None:
    timeout = resources["IntakeFunction"]["Properties"]["Timeout"]
    assert resources["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_the_table_can_be_put_back_to_any_second_and_is_not_deleted(resources: dict[str, Any]) -> None:
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"]
    assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_it_holds_in_every_partition() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    code = re.sub(r"#.*", "", text)
    assert "arn:aws" not in code
    assert "amazonaws.com/" not in code
    assert not re.search(r"Tracing|FunctionUrl|Cognito|SnapStart", code)


def test_each_function_has_a_role_of_its_own(resources: dict[str, Any]) -> None:
    assert len({role_of(function, resources) for function in FUNCTIONS}) == len(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_do_more_than_it_must(function: str, resources: dict[str, Any]) -> None:
    role = role_of(function, resources)
    assert "ManagedPolicyArns" not in resources[role]["Properties"]
    for statement in statements(role, resources):
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        assert "*" not in as_list(statement["Resource"])


def test_nobody_deletes_and_the_api_writes_what_the_authority_says_and_the_vendors_objections(
    resources: dict[str, Any],
) -> None:
    allowed = {function: statements(role_of(function, resources), resources) for function in FUNCTIONS}
    actions = {action for rules in allowed.values() for rule in rules for action in as_list(rule["Action"])}
    assert not [action for action in actions if action.startswith(("s3:Delete", "dynamodb:Delete"))]
    writes = [rule for rule in allowed["ApiFunction"] if "s3:PutObject" in as_list(rule["Action"])]
    assert [rule["Resource"] for rule in writes] == [
        {"Fn::Sub": "${Bucket.Arn}/submissions/*/authority/*"},
        {"Fn::Sub": "${Bucket.Arn}/submissions/*/vendor/*/objection-*.json"},
    ]


def test_the_api_is_never_open(resources: dict[str, Any]) -> None:
    routes = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    assert [r["AuthorizationType"] for r in routes] == [{"Fn::If": ["UsesJwt", "JWT", "AWS_IAM"]}]


def test_every_log_ends(resources: dict[str, Any]) -> None:
    logs = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::Logs::LogGroup"]
    names = {log["LogGroupName"]["Fn::Sub"] for log in logs if log["RetentionInDays"]}
    assert {f"/aws/lambda/{resources[f]['Properties']['FunctionName']['Fn::Sub']}" for f in FUNCTIONS} < names


def test_the_code_reads_the_variables_that_the_template_sets(template: dict[str, Any]) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    ours = {name for name in variables if name.startswith("KAOHE_")}
    sources = [path for room in ("core/src", "functions") for path in (ROOT / room).rglob("*.py")]
    read = {name for path in sources for name in re.findall(r"\bKAOHE_[A-Z]+\b", path.read_text(encoding="utf-8"))}
    if not read:
        pytest.skip("no code reads the environment yet")
    assert ours <= read


def test_the_functions_pins_hold_for_whatever_python_builds_them() -> None:
    pins = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    assert "python_version" not in pins
    assert "python_full_version" not in pins
