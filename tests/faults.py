"""Faults at any call to AWS, so that a test can try all of them at every place where one can happen.

Two seams of botocore carry them, and nothing of kaohe knows of either:

- :class:`Calls` counts the calls of clients and lets something happen just before or just after one of them. With an
  act that ends the process it is a crash: before, AWS never heard of the call; after, AWS has done as asked.
- :class:`Wire` stands between a client and the network, below botocore's own retries, and puts a :class:`Fault` in
  the place of what AWS says: once, at every try of one call, or from one call on. A fault that is answered ``after``
  lets the request through first, so that AWS has done as asked and the caller hears the contrary.

Both want a client that speaks HTTP to somebody (moto's server on loopback, DynamoDB Local). Under ``mock_aws`` only
:class:`Calls` works: there a made-up answer would not keep moto from doing as it was asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Literal
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

Moment = Literal["before", "after"]
JSON = "application/x-amz-json-1.0"
MOMENTS: tuple[Moment, ...] = ("before", "after")
Times = Literal["once", "call", "outage"]
"""How long a fault lasts: one try of one call, every try of one call, or all calls from that one on."""


def nothing() -> None:
    """An act that does nothing, for who only counts."""


@dataclass
class Calls:
    """Counts calls, and lets something happen at one of them.

    Attributes:
        number: at which call, from 1; 0: at none.
        moment: before the call is made, or after AWS has answered.
        act: what happens there; what it raises reaches the caller.
        made: the names of the calls so far.
    """

    number: int = 0
    moment: Moment = "before"
    act: Callable[[], object] = nothing
    made: list[str] = field(default_factory=list)

    def watch(self, *clients: Any) -> None:
        """Count the calls of boto3 clients."""
        for client in clients:
            client.meta.events.register_first("before-call", lambda model, **_: self.before(model.name))
            client.meta.events.register_last("after-call", lambda **_: self.after())

    def before(self, name: str) -> None:
        """A call is about to be made."""
        self.made.append(name)
        self._at("before")

    def after(self) -> None:
        """It was answered."""
        self._at("after")

    def _at(self, moment: Moment) -> None:
        if (len(self.made), moment) == (self.number, self.moment):
            self.act()


@dataclass(frozen=True)
class Fault:
    """What goes wrong on the wire.

    Attributes:
        name: what to call it.
        moment: ``before``: AWS never gets the request; ``after``: AWS does as asked, then this is said.
        says: the answer to a request, or what is raised.
        outlived: whether a single one is made good by trying again at once, so that the message need not come again.
        only: the one operation that knows it; None: all do.
    """

    name: str
    moment: Moment
    says: Callable[[Any], AWSResponse | Exception]
    outlived: bool = True
    only: str | None = None

    def meets(self, operation: str) -> bool:
        """Whether a call of this operation can meet it."""
        return self.only in (None, operation)


class Wire:
    """Between clients and the network: carries everything, but for one fault.

    Attributes:
        struck: how many requests met the fault.
        calls: how many calls were made.
    """

    def __init__(self, fault: Fault, number: int, times: Times) -> None:
        self.fault, self.number, self.times = fault, number, times
        self.struck = self.calls = 0
        self._tries, self._operation = 0, ""

    @contextmanager
    def between(self, *clients: Any) -> Iterator[None]:
        """Stand between these clients and the network for a while; retries wait for nothing meanwhile."""
        taken = [(client, client._endpoint.http_session) for client in clients]
        for client, session in taken:
            client._endpoint.http_session = _Session(self, session)
            client.meta.events.register_first("before-call", self._count, unique_id="wire")
        try:
            with patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None)):
                yield
        finally:
            for client, session in taken:
                client._endpoint.http_session = session
                client.meta.events.unregister("before-call", unique_id="wire")

    def send(self, request: Any, carry: Callable[[Any], AWSResponse]) -> AWSResponse:
        """One try of one call."""
        self._tries += 1
        if not self._strikes():
            return carry(request)
        self.struck += 1
        said = self.fault.says(request)
        if self.fault.moment == "after":
            carry(request)
        if isinstance(said, Exception):
            raise said
        return said

    def _count(self, model: Any, **_: Any) -> None:
        self.calls, self._tries, self._operation = self.calls + 1, 0, model.name

    def _strikes(self) -> bool:
        if not self.fault.meets(self._operation):
            return False
        if self.times == "outage":
            return self.calls >= self.number
        return self.calls == self.number and (self.times == "call" or self._tries == 1)


@dataclass
class _Session:
    """A client's HTTP session, by way of the wire."""

    wire: Wire
    session: Any

    def send(self, request: Any) -> AWSResponse:
        return self.wire.send(request, self.session.send)

    def close(self) -> None:
        self.session.close()


def _raises(error: type[Exception]) -> Callable[[Any], Exception]:
    return lambda request: error(endpoint_url=request.url, error="made up")  # type: ignore[call-arg]


def _says(table: tuple[int, str], bucket: tuple[int, str]) -> Callable[[Any], AWSResponse]:
    """An error by status and code, as DynamoDB says it and as S3 does."""

    def answer(request: Any) -> AWSResponse:
        if "X-Amz-Target" in request.headers:
            return _answer(request, table[0], _json(table[1]), JSON)
        # S3 answers a HEAD without a body: all that the caller learns is the status.
        body = "" if request.method == "HEAD" else f"<Error><Code>{bucket[1]}</Code><Message>made up</Message></Error>"
        return _answer(request, bucket[0], body, "application/xml")

    return answer


def _cancelled(*reasons: str) -> Callable[[Any], AWSResponse]:
    """A transaction cancelled for these reasons."""

    def answer(request: Any) -> AWSResponse:
        codes = [{"Code": reason} for reason in reasons]
        body = _json("TransactionCanceledException", CancellationReasons=codes)
        return _answer(request, 400, body, JSON)

    return answer


def _page(request: Any) -> AWSResponse:
    """What a gateway in between says: not even in AWS's form."""
    return _answer(request, 503, "" if request.method == "HEAD" else "<html>no backend</html>", "text/html")


def _torn(request: Any) -> AWSResponse:
    """A file of which only the first bytes come."""
    return _answer(request, 200, '{"reg', "application/json", {"Content-Length": "4096", "ETag": '"torn"'})


def _json(code: str, **more: Any) -> str:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "made up", **more})


class _Raw(BytesIO):
    """The bytes of an answer as urllib3 gives them."""

    def stream(self, amount: int = 1024, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk


def _answer(request: Any, status: int, body: str, kind: str, more: dict[str, str] | None = None) -> AWSResponse:
    headers = HTTPHeaders()
    for name, value in {"Content-Type": kind, **(more or {})}.items():
        headers[name] = value
    return AWSResponse(request.url, status, headers, _Raw(body.encode()))


FAULTS: tuple[Fault, ...] = (
    Fault("no-connection", "before", _raises(ConnectTimeoutError)),
    Fault("read-timeout", "before", _raises(ReadTimeoutError)),
    Fault("answer-lost", "after", _raises(ReadTimeoutError)),
    Fault("connection-closed", "after", _raises(ConnectionClosedError)),
    Fault("throttled", "before", _says((400, "ThrottlingException"), (503, "SlowDown"))),
    Fault("throughput-exceeded", "before", _says((400, "ProvisionedThroughputExceededException"), (503, "SlowDown"))),
    Fault("internal-error", "before", _says((500, "InternalServerError"), (500, "InternalError"))),
    Fault("internal-error-after", "after", _says((500, "InternalServerError"), (500, "InternalError"))),
    Fault("unavailable", "before", _page),
    Fault("access-denied", "before", _says((400, "AccessDeniedException"), (403, "AccessDenied")), outlived=False),
    Fault("transaction-conflict", "before", _cancelled("None", "TransactionConflict"), only="TransactWriteItems"),
    Fault("transaction-throttled", "before", _cancelled("ThrottlingError", "None"), only="TransactWriteItems"),
    Fault("transaction-invalid", "before", _cancelled("ValidationError", "None"), False, "TransactWriteItems"),
    Fault("file-torn", "before", _torn, False, "GetObject"),
)
"""Every kind that is tried; ``docs/reliability.md`` has a line for each."""
