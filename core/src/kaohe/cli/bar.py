"""A bar on the terminal while a large file is read; nothing where nobody looks."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from kaohe.intake.progress import SILENT, Progress, Share
from kaohe.text import width

SOON, OFTEN = 1.0, 0.2
"""Seconds before a step is shown at all, and between two looks at it."""
CELLS = 30


class Bar(Progress):
    """Draws each step on a line of its own, over and over, and takes it away at the step's end."""

    def __init__(self, out: TextIO, soon: float = SOON) -> None:
        self._out, self._soon = out, soon

    @contextmanager
    def step(self, what: str, share: Share) -> Iterator[None]:
        """See :meth:`Progress.step`."""
        ended = threading.Event()
        thread = threading.Thread(target=self._show, args=(what, share, ended), name="kaohe-bar", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _show(self, what: str, share: Share, ended: threading.Event) -> None:
        longest, wait = 0, self._soon
        while not ended.wait(wait):
            line, wait = drawn(what, share()), OFTEN
            longest = max(longest, width(line))
            self._out.write(f"\r{line}")
            self._out.flush()
        self._out.write("\r" + " " * longest + "\r" if longest else "")
        self._out.flush()


def drawn(what: str, share: float) -> str:
    """A line that shows a share of a step; only its name where the share is not known."""
    if share < 0:
        return f"{what} …"
    done = round(min(share, 1) * CELLS)
    return f"{what} [{'#' * done}{'.' * (CELLS - done)}] {min(share, 1):4.0%}"


def bar() -> Progress:
    """A bar where a person looks at the errors' stream; else silence."""
    return Bar(sys.stderr) if sys.stderr.isatty() else SILENT
