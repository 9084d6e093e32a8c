"""The platform from outside: the bucket, the API, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from kaohe.contract import Contract
from kaohe.errors import KaoheError
from kaohe.results import Document
from kaohe.service import Posted, SubmissionView
from kaohe.stakes import Stakes
from kaohe.store import Head, SubmissionRecord

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PATIENCE = 60.0
"""Seconds to wait for what was sent; it takes a fraction of one."""
PAUSE = 0.1
T = TypeVar("T")


class Outside:
    """Somebody who may put files into the bucket and ask the API about one contract."""

    def __init__(self, s3: S3Client, bucket: str, api: str, contract: str) -> None:
        self._s3, self._bucket, self._api = s3, bucket, api
        self._contract = f"/contracts/{quote(contract)}"
        self._opener = build_opener(ProxyHandler({}))  # loopback is never behind a proxy

    def upload(self, key: str, file: Path) -> Callable[[], SubmissionRecord | None]:
        """Put a file into the bucket; gives what looks for its record, once there is one."""
        stored = self._s3.put_object(Bucket=self._bucket, Key=key, Body=file.read_bytes())
        return lambda: self._record(key, lambda record: record.version == stored["VersionId"])

    def post(self, file: Path) -> Callable[[], SubmissionRecord | None]:
        """Post facts of the authority; gives what looks for their record, once there is one."""
        answer = self._ask(f"{self._contract}/facts?name={quote(file.stem)}", file.read_bytes())
        posted = Posted.model_validate(answer)
        return lambda: self._record(posted.key, lambda record: record.sha256 == posted.sha256)

    def contract(self) -> Contract:
        """The contract's terms."""
        return Contract.model_validate(self._ask(self._contract))

    def document(self) -> Document:
        """Everything known of the contract."""
        return Document.model_validate(self._ask(f"{self._contract}/document"))

    def stakes(self) -> Stakes:
        """What hangs on each reading of the contract."""
        return Stakes.model_validate(self._ask(f"{self._contract}/stakes"))

    def months(self) -> dict[str, Head]:
        """The months in figures; none before anything was taken in."""
        try:
            heads = [Head.model_validate(head) for head in self._ask(f"{self._contract}/months")]
        except ApiError as error:
            if error.status == 404:
                return {}
            raise
        return {str(head.month): head for head in heads}

    def _record(self, key: str, fits: Callable[[SubmissionRecord], bool]) -> SubmissionRecord | None:
        month = key.split("/")[3]
        found = self._ask(f"{self._contract}/submissions?month={quote(month)}")
        records = (SubmissionView.model_validate(record) for record in found)
        return next((record for record in records if record.key == key and fits(record)), None)

    def _ask(self, target: str, body: bytes | None = None) -> Any:
        headers = {"content-type": "application/json"} if body else {}
        request = Request(self._api + target, data=body, headers=headers)  # noqa: S310 (the API's own address)
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise ApiError(error.code, f"{target}: {error.code} {error.read().decode()}") from error
        except (OSError, HTTPException) as error:
            raise KaoheError(f"the API does not answer {target}: {error}") from error


class ApiError(KaoheError):
    """The API answered something else than a success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def wait(look: Callable[[], T | None], what: str, failures: Callable[[], Sequence[str]]) -> T:
    """Look until there is something.

    Args:
        look: looks once.
        what: what is waited for, for the message.
        failures: what has gone wrong in the functions, for the message.

    Raises:
        KaoheError: nothing came in time.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(PAUSE)
    reasons = "; ".join(failures()) or "the functions report no error"
    raise KaoheError(f"{what} has not arrived after {PATIENCE:.0f} s: {reasons}")
