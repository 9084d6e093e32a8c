"""What a plugin may use up: seconds and megabytes, for one derivation, held by a thread that watches it.

When the time is over, or the process has grown too much, the watch raises :class:`OverBudget` in the thread that
works: the main one of a Lambda function as well as any of ``kaohe serve``. Time is what that thread had of a
processor, for a busy machine makes no rule slow; a plugin that waits has :data:`WAITING` times as long. One single
allocation that is too large fails at once, by a limit that Linux holds (``RLIMIT_DATA``); elsewhere only the watch
counts.

No watch can end a call into C that never returns, or survive a crash of the interpreter. There Lambda's own limits
of time and memory end the process: the upload comes again, and ends in the dead-letter queue.
"""

from __future__ import annotations

import ctypes
import decimal
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import Field, ValidationError

from kaohe.errors import UsageError
from kaohe.model import Rate, Record

TICK = 0.05
"""Seconds between two looks."""
AGAIN = 1.0
"""Seconds after which it is raised again, where the plugin swallowed it."""
WAITING = 3
"""How many times its seconds a plugin may take on the clock."""
_STATM = Path("/proc/self/statm")
_RESIDENT, _DATA = 1, 5
_one_at_a_time = threading.RLock()
_busy = threading.local()


class OverBudget(BaseException):
    """Raised in a plugin that uses up too much; no ``Exception``, for a plugin that catches these must not live on."""


class Budget(Record):
    """What the hooks of one derivation, or the import of one plugin, may use up.

    Attributes:
        seconds: ``KAOHE_HOOK_SECONDS``: of a processor; on the clock, where the system does not tell those.
        megabytes: ``KAOHE_HOOK_MEGABYTES``: memory, beyond what the process had before.
    """

    seconds: Rate = Field(default=20, gt=0, validate_default=True)
    megabytes: int = Field(default=256, ge=16)

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> Budget:
        """Read the budget from the environment.

        Raises:
            UsageError: it is no number, or too small.
        """
        names = {name: f"KAOHE_HOOK_{name.upper()}" for name in cls.model_fields}
        given = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(f"{names[str(e['loc'][0])]}: {e['msg']}" for e in error.errors())
            raise UsageError(f"the environment is not set up: {wrong}") from error


@contextmanager
def within(budget: Budget) -> Iterator[None]:
    """Hold what is done inside to a budget; inside another one, the outer counts.

    One thread at a time is let in: Python would not run two any faster, and a process has one memory.

    Raises:
        OverBudget: too much was used; says of what.
        MemoryError: one allocation was too large.
    """
    if getattr(_busy, "is_set", False):
        yield
        return
    with _one_at_a_time, decimal.localcontext():  # a context that a plugin changes is no other's
        watch = _Watch(budget)
        _busy.is_set = True
        try:
            try:
                watch.start()
                with _no_large_allocation(budget.megabytes):
                    yield
            finally:
                watch.stop()
        except OverBudget as error:
            watch.stop()  # once more: it may have been raised on the way to the first
            raise OverBudget(watch.reason).with_traceback(error.__traceback__) from None
        finally:
            _busy.is_set = False


class _Watch:
    """A thread that looks at another one.

    Attributes:
        reason: what was used up.
    """

    def __init__(self, budget: Budget) -> None:
        self.reason = ""
        self._budget, self._thread = budget, threading.get_ident()
        self._done, self._raising = threading.Event(), threading.Lock()

    def start(self) -> None:
        threading.Thread(target=self._look, args=(self._limits(),), name="kaohe-budget", daemon=True).start()

    def stop(self) -> None:
        """Let nothing be raised any more: neither later, nor what was about to be."""
        last = False
        while not last:
            try:
                with self._raising:
                    self._done.set()
                if not self.reason:
                    return
                last = True
                self._swallow()
            except OverBudget:
                continue

    def _swallow(self) -> None:
        """Raise once more, in place of what was about to be, and wait for it.

        To take it back (``PyThreadState_SetAsyncExc`` with no error) is no way: Python 3.11 then looks out for what
        never comes, at each step from there on, and stands still where it is traced.
        """
        _raise_in(self._thread, OverBudget)
        while True:
            pass

    def _limits(self) -> Mapping[str, Callable[[], bool]]:
        """What is told of a plugin, and how it is seen, from now on."""
        seconds, megabytes = self._budget.seconds, self._budget.megabytes
        clock, most = clock_of(self._thread), _used(_RESIDENT) + megabytes * 2**20
        worked, waited = clock() + float(seconds), time.monotonic() + WAITING * float(seconds)
        return {
            f"takes longer than {seconds} s (KAOHE_HOOK_SECONDS)": (
                lambda: clock() >= worked or time.monotonic() >= waited
            ),
            f"needs more than {megabytes} MB (KAOHE_HOOK_MEGABYTES)": lambda: _used(_RESIDENT) > most,
        }

    def _look(self, limits: Mapping[str, Callable[[], bool]]) -> None:
        pause = TICK
        while not self._done.wait(pause):
            if reason := next((told for told, is_over in limits.items() if is_over()), ""):
                self.reason, pause = self.reason or reason, AGAIN
                with self._raising:
                    if not self._done.is_set():
                        _raise_in(self._thread, OverBudget)


def clock_of(thread: int) -> Callable[[], float]:
    """The seconds that a thread had of a processor; where the system does not tell them, those that went by.

    A thread that has ended had none.
    """
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    clock = time.pthread_getcpuclockid(thread)

    def worked() -> float:
        try:
            return time.clock_gettime(clock)
        except OSError:  # the thread has ended between two looks
            return 0

    return worked


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Have an error raised in a thread at its next step in Python, in place of one that is not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _used(what: int) -> int:
    """Bytes that the process has; 0 where the system does not say."""
    if not sys.platform.startswith("linux"):
        return 0
    # Not by way of ``open``: while a rule runs, that may be shut to it.
    statm = os.open(_STATM, os.O_RDONLY)
    try:
        return int(os.read(statm, 256).split()[what]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(statm)


@contextmanager
def _no_large_allocation(megabytes: int) -> Iterator[None]:
    """Let allocations fail beyond half as much again as the budget: the watch comes first where memory grows slowly.

    It must, for libraries that are not written in Python may abort the process when they are refused memory.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource  # not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _used(_DATA) + megabytes * 3 * 2**19
    known = [value for value in (soft, hard, limit) if value != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
