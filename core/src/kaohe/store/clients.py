"""boto3 clients: made once, when first needed, with limits on how long they may wait."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client


@cache
def dynamodb() -> DynamoDBClient:
    """The process's DynamoDB client."""
    return _client("dynamodb", read_timeout=5)  # type: ignore[no-any-return]


@cache
def s3() -> S3Client:
    """The process's S3 client."""
    return _client("s3", read_timeout=30)  # type: ignore[no-any-return]


def _client(service: str, *, read_timeout: int) -> Any:
    # Imported here: what only reads contracts or scores a folder pays nothing for AWS.
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard", "total_max_attempts": 4}
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=read_timeout, retries=retries))  # type: ignore[call-overload]
