"""Every error as HTTP, in one shape."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.logging import Logger
from kaohe.errors import NotFound, PluginError, Refused, Stale, StoreError, UsageError
from kaohe.model import canonical
from kaohe.service.failures import Failure, Problem, loggable, problem
from kaohe.store import OtherBuild

from .routing import JSON, Forbidden, allowed, app, is_json


class WrongMethod(Exception):
    """The path is one of ours, the method none of those that it answers to, which are named."""


class UnreadableBody(Exception):
    """The body is no JSON that could be read, and written again as UTF-8."""


STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotFoundError: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    WrongMethod: HTTPStatus.METHOD_NOT_ALLOWED,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Stale: HTTPStatus.CONFLICT,
    UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestUnsupportedContentType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UnreadableBody: HTTPStatus.UNPROCESSABLE_ENTITY,
    PluginError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    OtherBuild: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What each error is in HTTP; the nearest ancestor counts, and whatever has none is a 500."""

logger = Logger()


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def failed(error: Exception) -> Response[str]:
    """Any error as HTTP."""
    error = _told(error)
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    request = app.lambda_context.aws_request_id
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request failed", extra={**loggable(error), "request": request})
    content = Failure(error=_web_problem(error) or problem(error, request))
    headers = {"Allow": str(error)} if isinstance(error, WrongMethod) else None
    return Response(status, JSON, canonical(content.model_dump(mode="json", exclude_none=True)), headers)


def too_large() -> dict[str, Any]:
    """The answer to who asks for more than Lambda can hand on."""
    message = "the answer is too large: accept gzip (Accept-Encoding), or ask for one month"
    content = Failure(error=Problem(code="answer-too-large", message=message))
    body = canonical(content.model_dump(mode="json", exclude_none=True))
    return {"statusCode": int(HTTPStatus.NOT_ACCEPTABLE), "headers": {"Content-Type": JSON}, "body": body}


def _told(error: Exception) -> Exception:
    """The error that the request itself is, where the framework takes it for another."""
    if isinstance(error, RequestValidationError) and not is_json():
        return RequestUnsupportedContentType("not JSON", [])  # a form was read as one, and lacks every field
    if is_json() and not _is_readable():
        return UnreadableBody()  # whatever came of it: half a surrogate pair is only noticed where it is written
    methods = allowed(app.current_event.path) if isinstance(error, NotFoundError) else []
    if methods and app.current_event.http_method not in methods:
        return WrongMethod(", ".join(methods))
    return error


def _is_readable() -> bool:
    """Whether the body, if there is one, is JSON in UTF-8, neither nested without end nor with endless numbers."""
    try:
        content = json.loads(app.current_event.decoded_body or "null")
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _web_problem(error: Exception) -> Problem | None:
    """What is wrong with the request itself; None where it came as far as the use case."""
    if isinstance(error, RequestValidationError):
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return Problem(code="invalid-argument", message="; ".join(wrong))
    if isinstance(error, WrongMethod):
        return Problem(code="method-not-allowed", message=f"this route answers to {error} only")
    if isinstance(error, NotFoundError):
        return Problem(code="not-found", message="no such route; GET /openapi.json lists them")
    if isinstance(error, Forbidden):
        return Problem(code="forbidden", message=f"this route needs a token with the scope {error}")
    if isinstance(error, UnreadableBody):
        return Problem(code="invalid-argument", message="the body cannot be read: send JSON, in UTF-8, of plain depth")
    if isinstance(error, RequestUnsupportedContentType):
        return Problem(code="unsupported-media-type", message="send JSON, as content-type: application/json")
    return None
