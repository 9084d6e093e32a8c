"""How long the reading of an upload may take.

A function that is cut off at its time says nothing, is tried again, and ends among the dead letters. So a file that
needs longer is refused a little before, with what to do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kaohe.errors import Refused
from kaohe.faults import Fault

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PULSE = 0.2
"""Seconds between two calls to stop: one that comes between two queries stops neither."""

_ADVICE = "文件太大，规定的时间内数不完；请只留需要的列，或改报当月的汇总数据；不要分成几个文件"


class Patience:
    """The time that is left for reading.

    Args:
        left: gives the seconds that are left, by whose clock does not matter; None: no end of them.
    """

    def __init__(self, left: Callable[[], float] | None = None) -> None:
        self._left = left

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self._left is not None and self._left() <= 0

    def check(self) -> None:
        """Go on only if there is time.

        Raises:
            Refused: there is none; says to split the file, or to send the month's figures.
        """
        if self.is_over:
            raise Refused([Fault(code="too-slow", message=_ADVICE)])

    @contextmanager
    def watching(self, connection: DuckDBPyConnection) -> Iterator[None]:
        """Stop what DuckDB does on a connection once the time is over.

        Raises:
            Refused: it was stopped, or the time was over before.
        """
        if self._left is None:
            yield
            return
        self.check()
        import duckdb

        ended = threading.Event()
        watch = threading.Thread(target=self._stop, args=(connection, ended), name="kaohe-patience", daemon=True)
        watch.start()
        try:
            yield
        except duckdb.InterruptException:
            self.check()
            raise
        finally:
            ended.set()
            watch.join()

    def _stop(self, connection: DuckDBPyConnection, ended: threading.Event) -> None:
        assert self._left is not None
        while not ended.wait(max(_PULSE, self._left())):
            connection.interrupt()


ENDLESS = Patience()
"""No end of it: a terminal's user stops it himself."""
