"""S3, SQS and DynamoDB on loopback: moto behind a server of ours, and clients that talk to nothing else.

For DynamoDB, AWS's own engine can stand in: see :mod:`kaohe_local.dynamodb`.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import Any

import boto3
from botocore.config import Config
from kaohe.errors import KaoheError
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from kaohe_local.unsigned import as_signed

LOOPBACK = "127.0.0.1"
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


class _QuietHandler(MotoRequestHandler):
    """moto's request handler without a line for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Say nothing: who wants to know asks the API what became of an upload."""


class Aws:
    """An AWS of one's own. One at a time in a process, for moto keeps its state in module variables.

    moto's own threaded server leaves its socket open when it stops and logs every request; hence this one.

    Attributes:
        endpoint: where it listens, such as ``http://127.0.0.1:8013``.
        dynamodb: where DynamoDB listens: there too, or where the engine given does.
        region: the region that its clients use.
    """

    def __init__(self, region: str, port: int = 0, dynamodb: str | None = None) -> None:
        """Start it.

        Args:
            region: the region that its clients use.
            port: the port to listen on; 0: any that is free.
            dynamodb: where another engine for DynamoDB listens; None: moto's is used.

        Raises:
            KaoheError: the port is taken.
        """
        self._server = _server(port, region)
        self.region, self.endpoint = region, f"http://{LOOPBACK}:{self._server.server_address[1]}"
        self.dynamodb = dynamodb or self.endpoint
        BackendDict.reset()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="kaohe-aws", daemon=True)
        self._thread.start()
        self._session = boto3.Session("local", "local", region_name=region)
        self._clients: list[Any] = []

    def client(self, service: str) -> Any:
        """A boto3 client of a service; closed when this stops."""
        # Loopback is never behind a proxy, whatever the environment says of proxies.
        config = Config(retries={"total_max_attempts": 2}, proxies={}, s3={"addressing_style": "path"})
        endpoint = self.dynamodb if service == "dynamodb" else self.endpoint
        client = self._session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
        self._clients.append(client)
        return client

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 in this process talk to it, and to nobody else."""
        return {
            **KEYS,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PROFILE": "",
            "AWS_SESSION_TOKEN": "",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "NO_PROXY": LOOPBACK,
            "no_proxy": LOOPBACK,
        }

    def stop(self) -> None:
        """Stop listening and close what its clients have open."""
        for client in self._clients:
            client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def listen(port: int) -> socket.socket:
    """A socket that listens on loopback.

    Raises:
        KaoheError: the port is taken, or not one that this user may have.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise KaoheError(f"cannot listen on port {port} ({error}): end what holds it, or choose another") from error
    return listening


def _server(port: int, region: str) -> BaseWSGIServer:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = as_signed(DomainDispatcherApplication(create_backend_app), region)
    # Left to itself, werkzeug ends the process where the port is taken.
    with listen(port) as listening:
        return make_server(LOOPBACK, port, app, threaded=True, request_handler=_QuietHandler, fd=listening.fileno())
