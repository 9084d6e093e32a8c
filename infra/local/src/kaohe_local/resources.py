"""Make the template's queues, buckets and tables in an AWS that listens on loopback.

What a rehearsal rests on is applied; what only guards real data is left out and listed here, so that a test can
tell a property that was forgotten from one that was left out on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kaohe_local.template import Resource, Template

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

APPLIED: Mapping[str, frozenset[str]] = {
    "AWS::SQS::Queue": frozenset(
        {"QueueName", "VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "SqsManagedSseEnabled"}
    ),
    "AWS::S3::Bucket": frozenset({"BucketName", "VersioningConfiguration", "NotificationConfiguration"}),
    "AWS::DynamoDB::Table": frozenset(
        {"TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"}
    ),
}
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "AWS::SQS::Queue": frozenset(),
    "AWS::S3::Bucket": frozenset(
        {"BucketEncryption", "PublicAccessBlockConfiguration", "OwnershipControls", "LifecycleConfiguration"}
    ),
    "AWS::DynamoDB::Table": frozenset(
        {"PointInTimeRecoverySpecification", "SSESpecification", "DeletionProtectionEnabled"}
    ),
}


def make(template: Template, sqs: SQSClient, s3: S3Client, dynamodb: DynamoDBClient) -> None:
    """Make everything that the functions work on: queues first, for the bucket names one of them."""
    # A queue names the queue that takes its dead letters, which therefore comes first.
    for queue in sorted(template.of_type("AWS::SQS::Queue"), key=lambda queue: "RedrivePolicy" in queue.properties):
        _make_queue(queue, sqs)
    for bucket in template.of_type("AWS::S3::Bucket"):
        _make_bucket(bucket, s3, template.region)
    for table in template.of_type("AWS::DynamoDB::Table"):
        _make_table(table, dynamodb)


def _make_queue(queue: Resource, sqs: SQSClient) -> None:
    attributes: Any = {
        name: json.dumps(value) if isinstance(value, (dict, bool)) else str(value)
        for name, value in queue.properties.items()
        if name in APPLIED[queue.type] - {"QueueName"}
    }
    sqs.create_queue(QueueName=queue.name, Attributes=attributes)


def _make_bucket(bucket: Resource, s3: S3Client, region: str) -> None:
    elsewhere: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket.name, **elsewhere)
    if versioning := bucket.properties.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=versioning)
    if notification := bucket.properties.get("NotificationConfiguration"):
        configurations: Any = [_to_queue(found) for found in notification["QueueConfigurations"]]
        s3.put_bucket_notification_configuration(
            Bucket=bucket.name, NotificationConfiguration={"QueueConfigurations": configurations}
        )


def _to_queue(found: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's form of a notification in the form of S3's own API."""
    made: dict[str, Any] = {"QueueArn": found["Queue"], "Events": [found["Event"]]}
    if rules := found.get("Filter", {}).get("S3Key", {}).get("Rules"):
        made["Filter"] = {"Key": {"FilterRules": rules}}
    return made


def _make_table(table: Resource, dynamodb: DynamoDBClient) -> None:
    arguments: Any = {name: value for name, value in table.properties.items() if name in APPLIED[table.type]}
    dynamodb.create_table(**{**arguments, "TableName": table.name})
