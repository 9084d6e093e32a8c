"""The HTTP API: what is known of contracts, and the authority's own facts. Every error has one shape.

The routes register themselves when their module is imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from . import contracts, failing, operators, results, studies, writing
from .routing import app

__all__ = ["contracts", "failing", "handler", "operators", "results", "studies", "writing"]


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    return _unless_known(event, app.resolve(event, context))


def _unless_known(event: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Name the answer by its content, and send it only if the caller does not have it."""
    if answer["statusCode"] != HTTPStatus.OK or event["requestContext"]["http"]["method"] != "GET":
        return answer
    tag = f'"{hashlib.sha256(answer["body"].encode()).hexdigest()}"'
    answer["headers"]["ETag"] = tag
    if event.get("headers", {}).get("if-none-match") == tag:
        answer |= {"statusCode": int(HTTPStatus.NOT_MODIFIED), "body": ""}
    return answer
