"""Lambda's Runtime API on loopback: what a function's process asks for events, and where it posts its answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Any

from kaohe_local.aws import LOOPBACK, listen

ROOT = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Posted:
    """What the interface client posted: for which invocation, and whether it is an ``error`` or the ``response``."""

    kind: str
    content: bytes


class RuntimeApi:
    """Lambda's Runtime API, for one process that handles one event at a time.

    Attributes:
        address: host and port.
    """

    def __init__(self) -> None:
        self._events: Queue[tuple[Mapping[str, str], bytes] | None] = Queue()
        self._posted: Queue[Posted] = Queue()
        handler = _handler(self._events, self._posted)
        self._server = ThreadingHTTPServer((LOOPBACK, 0), handler, bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = listen(0)
        self.address = f"{LOOPBACK}:{self._server.socket.getsockname()[1]}"
        run = self._server.serve_forever
        self._thread = threading.Thread(target=run, args=(0.05,), name="kaohe-runtime", daemon=True)
        self._thread.start()

    def put(self, headers: Mapping[str, str], event: bytes) -> None:
        """Give out an event when the process next asks."""
        self._events.put((headers, event))

    def take(self, wait: float) -> Posted | None:
        """What the process posted; None if nothing comes.

        Args:
            wait: seconds to wait for it.
        """
        try:
            return self._posted.get(timeout=wait)
        except Empty:
            return None

    def stop(self) -> None:
        """Stop listening, once the process has ended."""
        self._events.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(
    events: Queue[tuple[Mapping[str, str], bytes] | None], posted: Queue[Posted]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path != f"{ROOT}invocation/next":
                self._send(404, {}, b"{}")
            elif found := events.get():
                self._send(200, *found)
            else:
                self.close_connection = True

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            posted.put(Posted(self.path.rpartition("/")[2], content))
            self._send(202, {}, b'{"status":"OK"}')

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in {**headers, "content-type": "application/json", "content-length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
            """Say nothing: the function has a log of its own."""

    return Handler
