"""DuckDB, held to the memory, the threads and the one file that it is given."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from kaohe.calendar import is_working_day
from kaohe.errors import CalendarError
from kaohe.periods import Month

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MIB = 96
"""What DuckDB may take where nothing else is said; beyond it, it writes to disk. Python takes 90 MB more."""

AROUND = timedelta(days=120)
"""Days before and after a month for which working days can be counted in SQL."""


def memory_mib() -> int:
    """What DuckDB may take: a third of what the function has, if this is one."""
    function = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    return max(MEMORY_MIB, int(function) // 3) if function else MEMORY_MIB


@contextmanager
def opened() -> Iterator[DuckDBPyConnection]:
    """A connection that reads local files, fetches nothing and keeps nothing: its tables end with it."""
    import duckdb  # 0.15 s and 30 MB: only an upload with records pays for it

    try:
        with _database().cursor() as connection:
            yield connection
    except duckdb.FatalException:
        _database.cache_clear()  # it would refuse every upload that comes after this one
        raise


@cache
def _database() -> DuckDBPyConnection:
    """What connections are opened to. To start it takes 25 ms, and to end it 15, so a process keeps the first."""
    import duckdb

    folder = tempfile.mkdtemp(prefix="kaohe-")
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mib()}MiB",
        "temp_directory": folder,
        "threads": min(os.cpu_count() or 1, 4),
        "async_threads": 1,  # for files that are far away; what is read here is on disk
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    database = duckdb.connect(config=settings)
    weakref.finalize(database, shutil.rmtree, folder, ignore_errors=True)
    return database


def add_calendar(connection: DuckDBPyConnection, month: Month) -> None:
    """Give SQL ``working_day(instant, n)``: the n-th working day after that day, as :mod:`kaohe.calendar` counts.

    Raises:
        CalendarError: the holidays around the month are not published.
    """
    first, last = month.first - AROUND, month.last + AROUND
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = list(_known(days))
    workdays = [day for day, works in zip(days, working, strict=False) if works]
    ordinals = f"{list(accumulate(map(int, working)))}::INTEGER[]"
    connection.execute(f"SET VARIABLE working_days = {_listed(workdays)}")
    connection.execute(f"SET VARIABLE ordinals = map({_listed(days[: len(working)])}, {ordinals})")
    connection.execute(
        "CREATE TEMP MACRO working_day(instant, n) AS "
        "list_extract(getvariable('working_days'), getvariable('ordinals')[instant::DATE] + n)"
    )


def _known(days: Iterable[date]) -> Iterator[bool]:
    """Whether each day is a working day; days of a year not yet published end the list."""
    for day in days:
        try:
            yield is_working_day(day)
        except CalendarError:
            return


def _listed(days: Iterable[date]) -> str:
    return "[" + ", ".join(f"'{day}'" for day in days) + "]::DATE[]"
