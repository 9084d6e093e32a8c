"""What the HTTP API does: each request becomes an event of payload format 2.0, each answer a response."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kaohe_local.aws import LOOPBACK, listen
from kaohe_local.template import ACCOUNT

MOST = 6 * 1024 * 1024
"""Bytes that a request may bring: as much as Lambda takes."""
STALLED = 10
"""Seconds after which a request that does not come to its end is given up."""
Function = Callable[[Mapping[str, Any]], Any]


def to_event(method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes, address: str) -> dict[str, Any]:
    """A request as the HTTP API hands it to a function.

    The path comes decoded and the query string as it was, names of headers in lower case, values that stand more
    than once with commas between.
    """
    parts = urlsplit(target)
    path, now = unquote(parts.path), datetime.now(UTC)
    merged = _merged((name.lower(), value) for name, value in headers)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": parts.query,
        "headers": {name: value for name, value in merged.items() if name != "cookie"},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": merged.get("host", LOOPBACK),
            "domainPrefix": "local",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": address,
                "userAgent": merged.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if parts.query:
        event["queryStringParameters"] = _merged(parse_qsl(parts.query, keep_blank_values=True))
    if "cookie" in merged:
        event["cookies"] = [cookie.strip() for cookie in merged["cookie"].split(";")]
    return event | _body(body)


def _body(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _merged(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return {name: ",".join(values) for name, values in found.items()}


def to_response(answer: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    """A function's answer as status, headers and body. One without a status is a body of JSON, as in the cloud."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return 200, [("content-type", "application/json")], json.dumps(answer).encode()
    headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or ()]
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return int(answer["statusCode"]), headers, content


class Gateway:
    """The HTTP API on loopback, for one function.

    Attributes:
        url: where it listens, such as ``http://127.0.0.1:8012``.
        failures: errors that the function raised, oldest first; the caller only gets a 500.
    """

    def __init__(self, function: Function, port: int = 0) -> None:
        """Start it.

        Args:
            function: takes the event, gives the answer.
            port: the port to listen on; 0: any that is free.

        Raises:
            KaoheError: the port is taken.
        """
        self.failures: list[str] = []
        self._server = ThreadingHTTPServer((LOOPBACK, port), _handler(function, self.failures), bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = listen(port)
        self.url = f"http://{LOOPBACK}:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="kaohe-api", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; returns once the thread is gone."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(function: Function, failures: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = STALLED

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            if length > MOST:
                self._send(413, [("content-type", "application/json")], b'{"message":"Request Entity Too Large"}')
                return
            body = self.rfile.read(length)
            event = to_event(self.command, self.path, self.headers.items(), body, self.client_address[0])
            try:
                response = to_response(function(event))
            except Exception as error:  # noqa: BLE001 (whatever a function raises, the API lives on)
                failures.append(f"{self.command} {self.path}: {type(error).__name__}: {error}")
                response = 500, [("content-type", "application/json")], b'{"message":"Internal Server Error"}'
            self._send(*response)

        def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            # A HEAD would have to tell the length of a GET's body, which the function keeps to itself.
            length = [] if self.command == "HEAD" else [("content-length", str(len(body)))]
            for name, value in [*headers, *length]:
                self.send_header(name, value)
            self.end_headers()
            if length:
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
            """Say nothing: the function has a log of its own."""

    return Handler
