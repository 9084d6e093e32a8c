"""How far the reading of a large file has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Share = Callable[[], float]
"""Gives what is done of a step, from 0 to 1; less than 0 where that is not known."""


class Progress:
    """Tells nobody: what functions and tests use. A face shows it by overriding :meth:`step`."""

    def step(self, what: str, share: Share) -> AbstractContextManager[None]:
        """A step of the reading, for as long as the context lasts.

        Args:
            what: what is being done, in Chinese, with the file's name.
            share: how much of it is done; asked from another thread.
        """
        return nullcontext()


SILENT = Progress()


def asked_of(connection: DuckDBPyConnection) -> Share:
    """What DuckDB says of the queries on a connection: how far the longest has come."""
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    furthest = 0.0

    def share() -> float:
        nonlocal furthest
        # The first query reads the file; those after it are short, and each would begin at nothing again.
        furthest = max(furthest, connection.query_progress() / 100)
        return furthest

    return share
