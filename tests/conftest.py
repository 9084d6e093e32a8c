"""How hypothesis works here, and one DynamoDB Local a run.

Hypothesis: the same examples at every run on a build server, and no deadline anywhere.

DynamoDB Local: started by the first test that asks for it; with workers, by the process that starts them, which
tells each where it is. ``KAOHE_TEST_DYNAMODB`` names an endpoint to use in its place. Where it cannot be had, the
tests that need it are skipped; with ``KAOHE_REQUIRE_DYNAMODB_LOCAL=1`` they fail.
"""

import os
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from kaohe_local.dynamodb import DynamoDBLocal, NotInstalled

collect_ignore = ["examples/sample/tests"]  # an author's own, for a region that is not installed: tests/health runs it

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=1000)
settings.load_profile("ci" if os.environ.get("CI") else "here")


class Engine(NamedTuple):
    """Where DynamoDB Local listens, or why it does not."""

    endpoint: str
    missing: str


ENGINE = pytest.StashKey[Engine]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker, before it starts, where the engine is."""
    node.workerinput["dynamodb"] = tuple(_engine(node.config))


@pytest.fixture(scope="session")
def dynamodb_local(pytestconfig: pytest.Config) -> str:
    """Where DynamoDB Local listens."""
    told = getattr(pytestconfig, "workerinput", {}).get("dynamodb")
    engine = Engine(*told) if told else _engine(pytestconfig)
    if engine.missing:
        required = os.environ.get("KAOHE_REQUIRE_DYNAMODB_LOCAL") == "1"
        (pytest.fail if required else pytest.skip)(engine.missing)
    return engine.endpoint


def _engine(config: pytest.Config) -> Engine:
    if ENGINE not in config.stash:
        config.stash[ENGINE] = _start(config)
    return config.stash[ENGINE]


def _start(config: pytest.Config) -> Engine:
    if given := os.environ.get("KAOHE_TEST_DYNAMODB"):
        return Engine(given, "")
    try:
        running = DynamoDBLocal()
    except NotInstalled as error:
        return Engine("", str(error))
    config.add_cleanup(running.stop)
    return Engine(running.endpoint, "")
