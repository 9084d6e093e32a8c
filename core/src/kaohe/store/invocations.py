"""Calls of a function that nobody waits for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kaohe.errors import StoreError
from kaohe.store import clients


def call_later(function: str, event: Mapping[str, Any], client: Any = None) -> None:
    """Let a function be called with an event, after this.

    Args:
        function: its ARN.
        event: what it is given.
        client: the Lambda client to use; None: the process's own.

    Raises:
        StoreError: Lambda did not take it.
    """
    client = client or clients.functions()
    try:
        client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
    except client.exceptions.ClientError as error:
        raise StoreError(f"calling {function}: {error}") from error
