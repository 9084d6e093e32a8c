"""The template as one machine reads it; what is made agrees with it, property by property."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kaohe.errors import UsageError
from kaohe_local import resources
from kaohe_local.aws import Aws
from kaohe_local.functions import specs
from kaohe_local.machine import Machine
from kaohe_local.template import ACCOUNT, BESIDE, Template


def small(tmp_path: Path, text: str) -> Template:
    file = tmp_path / "template.yaml"
    file.write_text(text, encoding="utf-8")
    return Template.read(file)


def test_names_are_worked_out_from_parameters_and_pseudo_parameters(template: Template) -> None:
    bucket, table = template.resource("Bucket"), template.resource("Table")
    assert bucket.name == f"kaohe-local-{ACCOUNT}-cn-north-1"
    assert bucket.arn == f"arn:aws-cn:s3:::{bucket.name}"
    assert table.arn == f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/kaohe-local"


def test_a_reference_to_a_resource_becomes_its_name_or_arn(template: Template) -> None:
    queue, dead = template.resource("Queue"), template.resource("DeadLetterQueue")
    assert queue.properties["RedrivePolicy"]["deadLetterTargetArn"] == dead.arn
    assert template.resolve({"Fn::Sub": "${Queue.QueueName}/${AWS::URLSuffix}"}) == f"{queue.name}/amazonaws.com.cn"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Fn::If": ["A", 1, 2]}, "Fn::If"),
        ({"Fn::Sub": ["${A}", {"A": 1}]}, "Fn::Sub"),
        ({"Ref": "Nowhere"}, "'Nowhere'"),
        ({"Fn::GetAtt": ["Queue", "QueueUrl"]}, "Queue.QueueUrl"),
    ],
)
def test_what_cannot_be_worked_out_is_named_and_never_guessed(template: Template, value: Any, named: str) -> None:
    with pytest.raises(UsageError, match=re.escape(named)):
        template.resolve(value)


def test_a_missing_template_says_what_the_command_needs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs a checkout .* --template"):
        Template.read(tmp_path / "template.yaml")


@pytest.mark.parametrize("text", ["a: [", "just text", "{}"])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        small(tmp_path, text)


def test_functions_that_are_not_there_are_named(tmp_path: Path) -> None:
    text = BESIDE.read_text(encoding="utf-8")
    with pytest.raises(UsageError, match=r"the code of IntakeFunction is not at .*functions/intake/app\.py"):
        Machine(small(tmp_path, text))


def test_the_code_that_runs_here_is_the_code_that_is_bundled(template: Template) -> None:
    root = BESIDE.parents[1]
    logical = {function.name: function.logical for function in template.of_type("AWS::Serverless::Function")}
    for spec in specs(template):
        command = ["make", "--dry-run", f"build-{logical[spec.name]}", "ARTIFACTS_DIR=there"]
        dry = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, timeout=60)
        folder = spec.file.parent
        modules = {file.relative_to(root).as_posix() for file in folder.glob("*.py")}
        (copied,) = [line.split() for line in dry.stdout.splitlines() if line.startswith("cp functions/")]
        assert (set(copied[1:-1]), copied[-1]) == (modules, f'"there/{folder.name}"')


def test_functions_get_the_names_that_the_template_gives_them(template: Template) -> None:
    for spec in specs(template):
        assert spec.environment["KAOHE_BUCKET"] == template.resource("Bucket").name
        assert spec.environment["KAOHE_TABLE"] == template.resource("Table").name


def test_every_property_is_either_applied_or_left_out_on_purpose(template: Template) -> None:
    for kind, applied in resources.APPLIED.items():
        for resource in template.of_type(kind):
            unknown = set(resource.properties) - applied - resources.LEFT_OUT[kind]
            assert not unknown, f"{resource.logical}: apply it in resources.py, or list it under LEFT_OUT"


def test_what_is_made_is_what_the_template_says(template: Template, aws: Aws) -> None:
    sqs, s3, dynamodb = aws.client("sqs"), aws.client("s3"), aws.client("dynamodb")
    resources.make(template, sqs, s3, dynamodb)
    queue, bucket, table = (template.resource(name) for name in ("Queue", "Bucket", "Table"))

    made = sqs.get_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=queue.name)["QueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    assert made["QueueArn"] == queue.arn
    assert made["VisibilityTimeout"] == str(queue.properties["VisibilityTimeout"])
    assert '"maxReceiveCount": 5' in made["RedrivePolicy"]

    told = s3.get_bucket_notification_configuration(Bucket=bucket.name)["QueueConfigurations"]
    assert [(t["QueueArn"], t["Events"]) for t in told] == [(queue.arn, ["s3:ObjectCreated:*"])]
    assert [rule["Value"] for rule in told[0]["Filter"]["Key"]["FilterRules"]] == ["submissions/"]
    assert s3.get_bucket_versioning(Bucket=bucket.name)["Status"] == "Enabled"

    described = dynamodb.describe_table(TableName=table.name)["Table"]
    assert described["KeySchema"] == table.properties["KeySchema"]
    assert [i["IndexName"] for i in described["GlobalSecondaryIndexes"]] == ["by_month"]
