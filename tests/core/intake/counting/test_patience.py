"""A file that needs longer than there is time is refused with what to do, and nothing hangs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from kaohe.errors import Refused
from kaohe.intake.counting import explain
from kaohe.intake.patience import ENDLESS, Patience

from tests.core.intake.counting.conftest import Read
from tests.core.intake.counting.test_calls import by_hand, figures, lively, text_of

ROWS = lively(50)
FOR_EVER = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"


def after(looks: int) -> Callable[[], float]:
    """Time for so many looks at the clock."""
    given = itertools.count()
    return lambda: 60.0 if next(given) < looks else 0.0


def test_a_query_is_stopped_when_the_time_is_over() -> None:
    with duckdb.connect() as connection:
        with pytest.raises(Refused) as caught, Patience(after(0)).watching(connection):
            connection.execute(FOR_EVER).fetchall()
        (fault,) = caught.value.faults
        assert (fault.code, "分成几个文件" in fault.message, "汇总" in fault.message) == ("too-slow", True, True)
        assert connection.execute("SELECT 1").fetchall() == [(1,)]  # nobody stops what comes later


def test_whoever_has_time_is_left_alone() -> None:
    for patience in (ENDLESS, Patience(lambda: 60.0)):
        with duckdb.connect() as connection, patience.watching(connection):
            assert connection.execute("SELECT 1").fetchall() == [(1,)]


@pytest.mark.parametrize("name", ["记录.csv", "记录.parquet"])
def test_an_upload_beyond_its_time_is_refused_and_within_it_counted(read: Read, tmp_path: Path, name: str) -> None:
    source, packed = tmp_path / "a.csv", tmp_path / "a.parquet"
    source.write_text(text_of(ROWS), encoding="utf-8", newline="")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{source}', all_varchar=true)) TO '{packed}' (FORMAT parquet)")
    data = (packed if name.endswith("parquet") else source).read_bytes()
    assert figures(read(data, name, patience=Patience(lambda: 60.0))) == by_hand(ROWS)
    with pytest.raises(Refused) as caught:
        read(data, name, patience=Patience(lambda: 0.0))
    assert [fault.code for fault in caught.value.faults] == ["too-slow"]


def test_an_explanation_tells_what_it_found_until_the_time_was_over(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "_PAUSE", 4)
    rows = [[*row[:8], "?"] for row in ROWS]
    monkeypatch.setattr(Patience, "check", lambda self: None)
    monkeypatch.setattr(Patience, "is_over", property(lambda self: True))
    with pytest.raises(Refused) as caught:
        read(text_of(rows), patience=Patience(lambda: 60.0))
    assert [(f.code, f.row) for f in caught.value.faults] == [("unknown-word", 2), ("too-slow", 5)]
    assert caught.value.faults[0].message.startswith("第2—4行")
