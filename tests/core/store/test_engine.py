"""What AWS's own engine does and moto does not: repeats, sizes, numbers, pages."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from kaohe.errors import LostRace, StoreError
from kaohe.store import Lock, StoredFacts, Table
from kaohe.submission import Figure, Submission

from tests.core.store.backend import client_at
from tests.core.store.test_table import MARCH, facts, record, write

EMPTY = Lock(partition="c-1")


@pytest.fixture
def dynamodb_endpoint(dynamodb_local: str) -> str:
    return dynamodb_local


def large(name: str) -> StoredFacts:
    """Facts that fill some 340 KB packed, for hashes hardly pack: an item may have 400."""
    blocks = (hashlib.sha512(f"{name}{n}".encode()).hexdigest() for n in range(4700))
    figures = (Figure(code="calls.offered", value=1, where="".join(blocks)),)
    submission: dict[str, Any] = {"region": "r", "month": MARCH, "source": "vendor", "name": name, "sha256": "0"}
    return StoredFacts(submission=Submission(**submission, figures=figures), version=facts().version)


def test_a_write_sent_twice_counts_once(table: Table) -> None:
    """An answer can get lost on its way: the client sends the same again, which must not look like a lost race."""
    change = write(EMPTY, submissions=(record(),))
    table.commit(change)
    table.commit(change)
    assert (table.lock("c-1"), len(table.audit("c-1"))) == (change.after, 1)


def test_a_repeat_that_comes_after_the_next_write_undoes_nothing(table: Table) -> None:
    first = write(EMPTY, submissions=(record(),))
    table.commit(first)
    second = write(table.lock("c-1"), "somebody else", submissions=(record(sha256="1"),))
    table.commit(second)
    table.commit(first)
    assert table.lock("c-1") == second.after
    assert table.submissions("c-1") == (record(sha256="1"),)


def test_two_different_writes_from_one_lock_are_no_repeat(table: Table) -> None:
    table.commit(write(EMPTY))
    with pytest.raises(LostRace):
        table.commit(write(EMPTY, "somebody else"))


def test_a_number_of_more_digits_than_the_engine_keeps_is_refused_not_rounded(table: Table) -> None:
    most = EMPTY.model_copy(update={"version": 10**37})
    widest = write(EMPTY).model_copy(update={"after": most})
    table.commit(widest)
    assert table.lock("c-1").version == 10**37
    beyond = write(most).model_copy(update={"after": most.model_copy(update={"version": 10**38 + 1})})
    with pytest.raises(StoreError, match="38"):
        table.commit(beyond)
    assert table.lock("c-1").version == 10**37


def test_as_many_items_as_a_transaction_takes(table: Table) -> None:
    table.commit(write(EMPTY, facts=tuple(facts(f"{n}.json") for n in range(98))))
    assert len(table.facts("c-1")) == 98


def test_more_bytes_than_a_transaction_takes_is_a_store_error_and_writes_nothing(table: Table) -> None:
    most = [large(f"{n}.json") for n in range(13)]
    table.commit(write(EMPTY, facts=tuple(most[:11])))
    with pytest.raises(StoreError) as caught:
        table.commit(write(table.lock("c-1"), facts=tuple(most)))
    assert not isinstance(caught.value, LostRace)
    assert (len(table.facts("c-1")), table.lock("c-1").version) == (11, 1)


def test_what_fills_several_pages_is_read_to_the_end(table: Table) -> None:
    """A query's page ends at 1 MB."""
    for lot in range(2):
        table.commit(write(table.lock("c-1"), facts=tuple(large(f"{lot}-{n}.json") for n in range(4))))
    assert len(table.facts("c-1")) == 8


def test_what_one_client_wrote_another_reads_at_once(table: Table, dynamodb_endpoint: str) -> None:
    for n in range(1, 20):
        table.commit(write(table.lock("c-1")))
        other = Table(table.name, client_at(dynamodb_endpoint))
        assert other.lock("c-1").version == n
