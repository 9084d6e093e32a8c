"""The table itself: conditions, limits and the audit chain."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from kaohe.errors import LostRace, NotFound, StoreError
from kaohe.periods import Month
from kaohe.store import (
    AuditEntry,
    Change,
    Lock,
    ObjectVersion,
    StoredFacts,
    SubmissionRecord,
    SubmissionStatus,
    Table,
    fits,
    verify_chain,
)
from kaohe.submission import Figure, Submission

NOW = datetime(2026, 4, 1, tzinfo=UTC)
MARCH = Month.of("2026-03")


def entry(lock: Lock, actor: str = "me") -> AuditEntry:
    return AuditEntry(
        partition=lock.partition, seq=lock.audit + 1, at=NOW, actor=actor, action="rescore", before=lock.audit_hash
    )


def write(lock: Lock, actor: str = "me", **content: Any) -> Change:
    audit = entry(lock, actor)
    after = lock.model_copy(update={"version": lock.version + 1, "audit": audit.seq, "audit_hash": audit.hash})
    return Change(before=lock, after=after, audit=audit, **content)


def record(name: str = "a.json", **fields: Any) -> SubmissionRecord:
    given = {
        "source": "vendor",
        "month": "2026-03",
        "version": "v1",
        "status": "accepted",
        "received_at": NOW,
        **fields,
    }
    return SubmissionRecord.model_validate({"key": f"k/{name}", "name": name, **given})


def facts(name: str = "a.json", figures: int = 1) -> StoredFacts:
    submission = Submission(
        region="r",
        month=MARCH,
        source="vendor",  # type: ignore[arg-type]
        name=name,
        sha256="0",
        figures=tuple(Figure(code=f"c{n * n * 7919}", value=n, where=str(n * 31337)) for n in range(figures)),
    )
    return StoredFacts(submission=submission, version=ObjectVersion(etag="e", size=1, modified=NOW))


def test_a_partition_never_written_has_version_0(table: Table) -> None:
    assert table.lock("c-1") == Lock(partition="c-1")


def test_what_is_written_is_read_back(table: Table) -> None:
    change = write(Lock(partition="c-1"), facts=(facts(),), submissions=(record(),))
    table.commit(change)
    assert table.lock("c-1") == change.after
    assert table.facts("c-1") == {facts().submission.key: facts()}
    assert table.submissions("c-1", MARCH) == (record(),)
    assert table.submissions("c-1", MARCH + 1) == ()
    assert table.audit("c-1") == (change.audit,)


@pytest.mark.parametrize("version", [0, 1])
def test_who_read_before_the_last_write_writes_nothing(table: Table, version: int) -> None:
    before = Lock(partition="c-1")
    for _ in range(version):
        table.commit(write(before))
        before = table.lock("c-1")
    table.commit(write(before))
    with pytest.raises(LostRace):
        table.commit(write(before, "somebody else", facts=(facts(),)))
    assert table.facts("c-1") == {}
    assert table.lock("c-1").version == version + 1


def test_an_audit_entry_cannot_be_overwritten(table: Table) -> None:
    table.commit(write(Lock(partition="c-1")))
    lock = table.lock("c-1").model_copy(update={"audit": 0})
    with pytest.raises(LostRace):
        table.commit(write(lock, "forger"))


def test_more_than_a_transaction_takes_is_an_error_that_says_so(table: Table) -> None:
    many = tuple(facts(f"{n}.json") for n in range(99))
    with pytest.raises(StoreError, match="101 items"):
        table.commit(write(Lock(partition="c-1"), facts=many))


def test_an_altered_entry_breaks_the_chain(table: Table) -> None:
    for _ in range(3):
        table.commit(write(table.lock("c-1")))
    chain, lock = table.audit("c-1"), table.lock("c-1")
    verify_chain(chain, lock)
    forged = (chain[0], chain[1].model_copy(update={"actor": "nobody"}), chain[2])
    for wrong in (forged, chain[1:], chain[:-1]):
        with pytest.raises(StoreError, match="audit chain"):
            verify_chain(wrong, lock)


def test_names_with_the_separator_or_of_great_length_stay_apart(table: Table) -> None:
    names = ["a", "a#v1", "长" * 320]
    table.commit(write(Lock(partition="c-1"), submissions=tuple(map(record, names)), facts=tuple(map(facts, names))))
    for name in names:
        assert list(table.versions("c-1", record(name).upload).values()) == [record(name)]
    assert len(table.facts("c-1")) == 3


def test_facts_too_large_for_an_item_are_known_beforehand() -> None:
    assert fits(facts(figures=1000))
    assert not fits(facts(figures=60_000))


def test_what_is_not_there_is_not_found(table: Table) -> None:
    with pytest.raises(NotFound):
        table.record("c-1", record().id)
    with pytest.raises(NotFound):
        table.revision("c-1", MARCH, 1)
    assert table.revisions("c-1", MARCH) == {}
    assert table.portfolio(MARCH) == ()


def test_a_table_that_is_not_there_is_a_store_error(dynamodb: Any) -> None:
    with pytest.raises(StoreError, match=r"not found|non-existent"):
        Table("no-such-table", dynamodb).commit(write(Lock(partition="c-1")))


def test_where_dynamodb_does_not_answer_it_is_a_store_error() -> None:
    def fails(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client: Any = SimpleNamespace(get_item=fails, exceptions=SimpleNamespace(ClientError=ClientError))
    with pytest.raises(StoreError, match="reading c: DynamoDB could not be reached"):
        Table("t", client).lock("c")


def test_labels_are_chinese() -> None:
    assert SubmissionStatus.REFUSED.label == "已退回"
    assert date(2026, 3, 1) in MARCH
