"""The functions as `make here` built them, between a bucket, a queue and a table on loopback."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from kaohe_local.built import Built
from kaohe_local.template import BESIDE, Template

from tests.infra.built.cloud import Cloud

ROOT = BESIDE.parents[1]
HERE = ROOT / "build" / "here"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Time enough to build them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def built() -> Built:
    """What `make here` makes, up to date."""
    if sys.platform != "linux":
        pytest.skip("the functions run on Linux alone")
    if not HERE.is_dir() and not os.environ.get("KAOHE_REQUIRE_BUILT"):
        pytest.skip("the functions are not built: 'make here' once, which brings their packages from the index")
    HERE.parent.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    with (HERE.parent / "here.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(["make", "here"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500)
    assert made.returncode == 0, made.stdout + made.stderr
    return Built.read(HERE)


@pytest.fixture(scope="module")
def cloud(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with ExitStack() as stack:
        yield Cloud(Template.read(), built, tmp_path_factory.mktemp("logs"), stack)
