"""How a route is registered, and what every route can ask for: the use cases, and who asks."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType
from kaohe.catalogue import Source
from kaohe.errors import UsageError, meant
from kaohe.model import canonical
from kaohe.service import Service
from kaohe.service.failures import Failure
from kaohe.settings import Settings

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
TEXT = {"type": "string"}
TAGGED = {"ETag": {"description": "Names the content; send it as If-None-Match 内容标识", "schema": TEXT}}
F = TypeVar("F", bound=Callable[..., Any])

app = APIGatewayHttpResolver(enable_validation=True, serializer=canonical)


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(Settings.load())


METHODS: dict[str, list[str]] = {}
"""What each path that is registered answers to."""


def get(path: str, tag: str, summary: str, *errors: int, kind: str = JSON) -> Callable[[F], F]:
    """Register a question; its docstring and the errors it can come to go into the OpenAPI document."""
    described = _answer(headers=TAGGED) if kind == JSON else _answer(headers=TAGGED, content={kind: {"schema": TEXT}})
    known = {"description": "Not Modified 未变", "headers": TAGGED, "content": {}}
    METHODS.setdefault(path, []).append("HEAD")
    good = {200: described, int(HTTPStatus.NOT_MODIFIED): known}
    # Asked again each time, which an unchanged answer makes cheap: figures that money hangs on are never stale.
    how: dict[str, Any] = {"compress": True, "cache_control": "private, no-cache"}
    return _route("GET", path, tag, summary, good, *errors, HTTPStatus.NOT_ACCEPTABLE, **how)


def post(path: str, tag: str, summary: str, *errors: int) -> Callable[[F], F]:
    """Register what takes a body of JSON."""
    return _route("POST", path, tag, summary, {200: _answer()}, *errors, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _answer(**more: Any) -> dict[str, Any]:
    return {"description": "OK 成功", **more}


def _route(
    method: str, path: str, tag: str, summary: str, good: dict[int, Any], *errors: int, **how: Any
) -> Callable[[F], F]:
    described = {JSON: {"model": Failure}}
    bad = {int(c): {"description": HTTPStatus(c).phrase, "content": described} for c in (*errors, 422, 500, 503)}
    METHODS.setdefault(path, []).append(method)

    def register(function: F) -> F:
        about = inspect.getdoc(function)
        responses: Any = good | bad
        told: dict[str, Any] = {"tags": [tag], "summary": summary, "description": about, "responses": responses}
        app.route(path, method, **told, **how)(_strict(function))
        return function

    return register


def allowed(path: str) -> list[str]:
    """The methods that a path answers to, in alphabetical order; none where there is no such route."""
    fitting = (methods for route, methods in METHODS.items() if re.fullmatch(re.sub(r"<\w+>", "[^/]+", route), path))
    return sorted({method for methods in fitting for method in methods})


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


class Forbidden(Exception):
    """The caller's token lacks a scope, which is named."""


def caller() -> str | None:
    """Who asks, as API Gateway has checked: the ARN of who signed, or the subject of the token; None in a rehearsal."""
    return (_proof().get("iam") or {}).get("userArn") or (_claims() or {}).get("sub")


def check_speaks_for(source: Source) -> None:
    """Hold a token against the side that it would speak for; who signs is held to his routes by IAM.

    Raises:
        Forbidden: the token is none of that side's.
    """
    claims, scope = _claims(), f"kaohe/{source}"
    # API Gateway makes text of every claim, and of a list "[a b]"; issuers call it by either name.
    if claims is not None and scope not in re.findall(r"[^\s\[\],]+", f"{claims.get('scope')} {claims.get('scp')}"):
        raise Forbidden(scope)


def _proof() -> dict[str, Any]:
    return app.current_event["requestContext"].get("authorizer") or {}


def _claims() -> dict[str, Any] | None:
    """What the caller's token says; None where there is none."""
    token = _proof().get("jwt")
    return None if token is None else token.get("claims") or {}
