"""What a client that does not sign can do on this machine."""

from typing import Any
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from kaohe_local.aws import Aws

BUCKET, KEY = "here", "submissions/testia/vendor/2026-03/三月.csv"
TEXT, BINARY = "来电总量,参评数\n1,2&a=b".encode(), bytes(range(256))


def put(aws: Aws, content: bytes, kind: str) -> int:
    """Put an object as curl does; gives the status."""
    headers = {"content-type": kind}
    request = Request(f"{aws.endpoint}/{BUCKET}/{quote(KEY)}", data=content, headers=headers, method="PUT")
    with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
        return int(answer.status)


@pytest.fixture
def s3(aws: Aws) -> Any:
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region})
    return client


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-www-form-urlencoded"])
def test_an_object_is_put_and_replaced_as_it_comes(aws: Aws, s3: Any, kind: str) -> None:
    for content in (TEXT, BINARY, TEXT):
        assert put(aws, content, kind) == 200
        assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == content


def test_an_object_is_read(aws: Aws, s3: Any) -> None:
    put(aws, BINARY, "text/csv")
    with build_opener(ProxyHandler({})).open(f"{aws.endpoint}/{BUCKET}/{quote(KEY)}", timeout=10) as answer:
        assert answer.read() == BINARY
