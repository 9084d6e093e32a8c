"""A machine of one's own on free ports."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from kaohe_local.aws import Aws
from kaohe_local.machine import Machine
from kaohe_local.template import REGION, Template


@pytest.fixture(scope="session")
def template() -> Template:
    return Template.read()


@pytest.fixture
def aws() -> Iterator[Aws]:
    running = Aws(REGION)
    yield running
    running.stop()


@pytest.fixture
def machine(template: Template) -> Iterator[Machine]:
    """A machine on which it is September 2026; once it ends, none of its threads is left."""
    before = set(threading.enumerate())
    with Machine(template, today=date(2026, 9, 8)) as running:
        yield running
    assert [thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("kaohe")] == []
