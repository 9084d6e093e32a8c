import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.core.service.house import House, house, region
from tests.core.store.backend import aws, bucket, dynamodb, dynamodb_endpoint, table

__all__ = ["aws", "bucket", "dynamodb", "dynamodb_endpoint", "house", "region", "table"]

EVENTS = Path(__file__).parents[1] / "events"


@pytest.fixture
def event() -> Callable[[str], dict[str, Any]]:
    """An event as AWS sends it, by the name of its file."""
    return lambda name: json.loads((EVENTS / f"{name}.json").read_text())


@pytest.fixture
def context() -> Any:
    """What the Lambda runtime passes beside the event."""
    return SimpleNamespace(
        function_name="kaohe-test",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws-cn:lambda:cn-north-1:123456789012:function:kaohe-test",
        aws_request_id="52fdfc07-2182-454f-963f-5f0f9a621d72",
        get_remaining_time_in_millis=lambda: 60_000,
    )


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    """The environment that the template gives the functions."""
    given = {
        "KAOHE_BUCKET": house.bucket.name,
        "KAOHE_TABLE": house.table.name,
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "kaohe",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
