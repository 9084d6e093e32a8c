"""AWS for tests: moto in the process, or whatever speaks DynamoDB at ``KAOHE_TEST_DYNAMODB`` (an endpoint's URL)."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from kaohe.store import Bucket, Table, clients
from moto import mock_aws

REGION = "cn-north-1"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture(scope="session")
def dynamodb_endpoint() -> str | None:
    return os.environ.get("KAOHE_TEST_DYNAMODB")


@pytest.fixture
def dynamodb(aws: None, dynamodb_endpoint: str | None) -> Any:
    return boto3.client("dynamodb", endpoint_url=dynamodb_endpoint) if dynamodb_endpoint else clients.dynamodb()


@pytest.fixture
def table(dynamodb: Any) -> Iterator[Table]:
    name = create_table(dynamodb)
    yield Table(name, dynamodb)
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def bucket(aws: None) -> Bucket:
    return create_bucket(versions=True)


def create_table(client: Any) -> str:
    name = f"kaohe-test-{uuid4().hex}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "portfolio_month")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_month",
                "KeySchema": [
                    {"AttributeName": "portfolio_month", "KeyType": "HASH"},
                    {"AttributeName": "pk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return name


def create_bucket(*, versions: bool) -> Bucket:
    name, client = f"kaohe-test-{uuid4().hex}", clients.s3()
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})  # type: ignore[typeddict-item]
    if versions:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return Bucket(name)
