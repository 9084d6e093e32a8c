"""boto3 clients: made once, when first needed, with limits on how long they may wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from kaohe.errors import StoreError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


@cache
def dynamodb() -> DynamoDBClient:
    """The process's DynamoDB client."""
    return _client("dynamodb", read_timeout=5)  # type: ignore[no-any-return]


@cache
def s3() -> S3Client:
    """The process's S3 client."""
    return _client("s3", read_timeout=30)  # type: ignore[no-any-return]


@cache
def sqs() -> SQSClient:
    """The process's SQS client."""
    return _client("sqs", read_timeout=30)  # type: ignore[no-any-return]


@cache
def functions() -> Any:
    """The process's Lambda client."""
    return _client("lambda", read_timeout=10)


@contextmanager
def reached() -> Iterator[None]:
    """For a face that people use: whatever keeps a call from AWS comes out as an error that says so.

    Raises:
        StoreError: no credentials, no region, or nobody answers.
    """
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except BotoCoreError as error:
        raise StoreError(f"AWS cannot be reached: {error}") from error


def unanswered() -> tuple[type[Exception], ...]:
    """What is raised where AWS did not answer to the end; its text has the address, which may name an object."""
    from botocore.exceptions import ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004 - their names

    return ConnectionError, HTTPClientError, IncompleteReadError


def _client(service: str, *, read_timeout: int) -> Any:
    # Imported here: what only reads contracts or scores a folder pays nothing for AWS.
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard", "total_max_attempts": 4}
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=read_timeout, retries=retries))  # type: ignore[call-overload]
