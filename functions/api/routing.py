"""How a route is registered, and what every route can ask for: the use cases, and who asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType
from kaohe.errors import UsageError, meant
from kaohe.model import canonical
from kaohe.service import Service
from kaohe.service.failures import Failure
from kaohe.settings import Settings

JSON = "application/json"
F = TypeVar("F", bound=Callable[..., Any])

app = APIGatewayHttpResolver(enable_validation=True, serializer=canonical)


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(Settings.load())


def get(path: str, tag: str, summary: str, *errors: int) -> Callable[[F], F]:
    """Register a question; its docstring and the errors it can come to go into the OpenAPI document."""
    return _route("GET", path, tag, summary, *errors)


def post(path: str, tag: str, summary: str, *errors: int) -> Callable[[F], F]:
    """Register what takes a body of JSON."""
    return _route("POST", path, tag, summary, *errors, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _route(method: str, path: str, tag: str, summary: str, *errors: int) -> Callable[[F], F]:
    described = {JSON: {"model": Failure}}
    responses: dict[int, Any] = {200: {"description": "OK 成功"}}
    responses |= {int(c): {"description": HTTPStatus(c).phrase, "content": described} for c in (*errors, 422, 500, 503)}

    def register(function: F) -> F:
        about = inspect.getdoc(function)
        app.route(path, method, tags=[tag], summary=summary, description=about, responses=responses)(_strict(function))
        return function

    return register


def _strict(function: F) -> F:
    """The same, refusing what would pass silently: a misspelt ``as_of``, a form without a field of the body."""
    signature = inspect.signature(function, eval_str=True)
    known = set(signature.parameters)

    @wraps(function)
    def checked(**arguments: Any) -> Any:
        if not is_json():
            raise RequestUnsupportedContentType("not JSON", [])
        if unknown := sorted(set(app.current_event.query_string_parameters or {}) - known):
            raise UsageError(f"there is no parameter {unknown[0]!r}{meant(unknown[0], known)}")
        return function(**arguments)

    cast(Any, checked).__signature__ = signature  # as text, its types would be looked for in this module
    return cast(F, checked)


def is_json() -> bool:
    """Whether the body, if there is one, is called JSON or nothing at all."""
    kind = app.current_event.headers.get("content-type", "").strip()
    return not (app.current_event.body and kind) or kind.startswith(JSON)


def caller() -> str | None:
    """Who asks, as API Gateway has checked: the ARN of who signed, or the subject of the token; None in a rehearsal."""
    proof = app.current_event["requestContext"].get("authorizer") or {}
    signed, token = proof.get("iam") or {}, proof.get("jwt") or {}
    return signed.get("userArn") or (token.get("claims") or {}).get("sub")
