"""Requests that nobody signed, such as those of ``curl``: S3 on this machine takes them as signed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
FORM = "application/x-www-form-urlencoded"
OBJECT = "binary/octet-stream"
"""The type that S3 itself gives what comes without one."""
METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""A form with a policy is posted, and is judged by its policy."""


def as_signed(application: Application, region: str) -> Application:
    """The same application for clients that do not sign.

    moto lets nobody who has not signed replace an object or read it. And it reads whatever is called a form as one,
    which is how ``curl --data-binary`` calls every file: the object would be empty.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in METHODS and not _signed(environ):
            environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential=local/20000101/{region}/s3/aws4_request"
        if environ["REQUEST_METHOD"] == "PUT" and environ.get("CONTENT_TYPE", "").startswith(FORM):
            environ["CONTENT_TYPE"] = OBJECT
        return application(environ, start_response)

    return answer


def _signed(environ: dict[str, Any]) -> bool:
    return "HTTP_AUTHORIZATION" in environ or "Signature=" in environ.get("QUERY_STRING", "")
