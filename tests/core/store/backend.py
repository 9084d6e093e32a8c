"""AWS for tests: moto in the process; its table in DynamoDB Local too, for tests that ask for both engines."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
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


@pytest.fixture
def dynamodb_endpoint() -> str | None:
    """Where the table's engine listens; None: moto in this process."""
    return None


@pytest.fixture(params=["moto", "dynamodb-local"])
def both_engines(request: pytest.FixtureRequest) -> str | None:
    """In a conftest.py under the name of the fixture above, it has each test run on one engine and on the other."""
    return request.getfixturevalue("dynamodb_local") if request.param == "dynamodb-local" else None


@pytest.fixture
def dynamodb(aws: None, dynamodb_endpoint: str | None) -> Any:
    return client_at(dynamodb_endpoint) if dynamodb_endpoint else clients.dynamodb()


@cache
def client_at(endpoint: str) -> Any:
    """A client of an engine; as many connections as a test may have writers, and loopback is behind no proxy."""
    config = Config(max_pool_connections=20, proxies={}, retries={"total_max_attempts": 1})
    return boto3.client("dynamodb", REGION, endpoint_url=endpoint, config=config)


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
