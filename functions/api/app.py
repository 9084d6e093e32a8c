"""The HTTP API: what is known of contracts, and the authority's own facts. Every error has one shape.

The routes register themselves when their module is imported.
"""

from __future__ import annotations

import hashlib
import json
import re
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from . import contracts, failing, operators, results, studies, writing
from .routing import app

MOST = 6_000_000
"""Bytes of an answer, as JSON: Lambda hands on 6 MiB, headers included, and makes a bare 500 of what is larger."""

__all__ = ["contracts", "failing", "handler", "operators", "results", "studies", "writing"]


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    method = event["requestContext"]["http"]["method"]
    if method == "HEAD":
        return _answer(_as_get(event), context) | {"body": ""}
    return _answer(event, context) if method == "GET" else app.resolve(event, context)


def _as_get(event: dict[str, Any]) -> dict[str, Any]:
    request = event["requestContext"]
    return {**event, "requestContext": {**request, "http": {**request["http"], "method": "GET"}}}


def _answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Name the answer to a question by its content, and send it only if the caller does not have it."""
    answer = app.resolve(event, context)
    if answer["statusCode"] != HTTPStatus.OK:
        return answer
    if _is_too_large(answer["body"]):
        return failing.too_large()
    tag = f'"{hashlib.sha256(answer["body"].encode()).hexdigest()}"'
    answer["headers"] |= {"ETag": tag, "Vary": "Accept-Encoding"}
    if _is_known(tag, event.get("headers", {}).get("if-none-match", "")):
        answer |= {"statusCode": int(HTTPStatus.NOT_MODIFIED), "body": ""}
    return answer


def _is_too_large(body: str) -> bool:
    return len(body) > MOST // 8 and len(json.dumps(body, ensure_ascii=False).encode()) > MOST


def _is_known(tag: str, told: str) -> bool:
    """Whether ``If-None-Match`` names it: any (``*``), or one of a list, compared weakly (RFC 9110, 13.1.2)."""
    return told.strip() == "*" or tag in re.findall(r'"[^"]*"', told)
