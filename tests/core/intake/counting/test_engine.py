"""DuckDB is started once in a process; nothing of an upload is left to the next."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from kaohe.intake.counting.engine import add_calendar, opened
from kaohe.periods import Month


def test_connections_share_a_database_and_nothing_in_it() -> None:
    with opened() as first:
        first.execute("CREATE TEMP TABLE counted AS SELECT 1")
        add_calendar(first, Month(2026, 3))
        with opened() as second, pytest.raises(duckdb.CatalogException, match="counted"):
            second.execute("FROM counted")
    with opened() as third:
        with pytest.raises(duckdb.CatalogException, match="working_day"):
            third.execute("SELECT working_day(DATE '2026-03-02', 1)")
        add_calendar(third, Month(2026, 3))
        assert third.execute("SELECT working_day(DATE '2026-03-06', 1)").fetchone() == (date(2026, 3, 9),)


def test_what_a_connection_held_is_given_back() -> None:
    asked = "SELECT sum(memory_usage_bytes) FROM duckdb_memory()"
    with opened() as connection:
        connection.execute("CREATE TEMP TABLE much AS SELECT hash(i) AS k FROM range(1_000_000) AS t(i)")
        held = _number(connection, asked)
    with opened() as connection:
        assert _number(connection, asked) < held / 4
    assert held > 4_000_000


def test_a_database_that_broke_is_not_used_again() -> None:
    with opened() as connection:
        path = _folder(connection)
    with pytest.raises(duckdb.FatalException), opened():
        raise duckdb.FatalException("FATAL Error: made up")
    with opened() as connection:
        assert _folder(connection) != path
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row
    return int(row[0])


def _folder(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert row
    return str(row[0])
