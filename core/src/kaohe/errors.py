"""Everything that kaohe raises on purpose.

::

    KaoheError
    ├── UsageError              the caller asked for something that cannot be (wrong month, wrong option)
    │   ├── NotFound            no such region, contract, month, clause or submission
    │   ├── RuleMisused         a clause's function reads or returns what it may not: names its file and line
    │   └── Stale               what the caller has seen was replaced meanwhile
    ├── PluginError             a region's package is wrong: names the plugin, the hook and the remedy
    ├── RuleStop                why a clause yields no figure: the engine turns it into a state
    │   ├── MissingFacts        → ``incomplete``
    │   │   └── CalendarError   the public holidays of a year are not published yet
    │   └── RulingNeeded        → ``needs-ruling``
    ├── Refused                 an upload that is not taken in: carries every problem found
    └── StoreError              the table or the bucket did not do as asked
        └── LostRace            somebody else wrote first: read again, derive again
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaohe.faults import Fault


class KaoheError(Exception):
    """Root of the tree. ``code`` is stable: the API sends it, and scripts may rely on it."""

    code = "error"


class UsageError(KaoheError):
    """The caller asked for something that cannot be; the message says what would be right."""

    code = "invalid-argument"


class NotFound(UsageError):
    """There is no such region, contract, month, clause or submission."""

    code = "not-found"


class RuleMisused(UsageError):
    """A clause's function reads or returns what it may not.

    Attributes:
        place: the function's file and line.
    """

    def __init__(self, problem: str, place: str) -> None:
        self.place = place
        super().__init__(problem)

    def __reduce__(self) -> tuple[Any, ...]:
        """As it goes from one process to another."""
        return RuleMisused, (str(self), self.place)


class Stale(UsageError):
    """What the caller has seen was replaced meanwhile; the message says by what."""

    code = "replaced"


class PluginError(KaoheError):
    """A region's package cannot be used.

    Attributes:
        plugin: the region's name.
        hook: the hook that is at fault, or None where the package as a whole is.
        remedy: what its author has to do.
    """

    code = "plugin-error"

    def __init__(self, plugin: str, problem: str, *, remedy: str, hook: str | None = None) -> None:
        self.plugin, self.hook, self.problem, self.remedy = plugin, hook, problem, remedy
        where = f"plugin {plugin!r}" + (f", hook {hook}()" if hook else "")
        super().__init__(f"{where}: {problem}. Remedy: {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        """As it goes from one process to another: by its parts, not by its message."""
        return partial(PluginError, remedy=self.remedy, hook=self.hook), (self.plugin, self.problem)


class RuleStop(KaoheError):
    """A clause yields no figure for now. Rules may let it pass: the engine turns it into a state."""

    code = "rule-stop"


class MissingFacts(RuleStop):
    """A rule asked for facts that nobody has supplied.

    Attributes:
        names: what is missing, such as ``survey.rated 2026-03`` or ``calls.offered 2026-03-07``.
    """

    code = "missing-facts"

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__("missing: " + ", ".join(self.names))


class CalendarError(MissingFacts):
    """A working day was asked of a year whose public holidays are not known yet."""

    code = "calendar-unknown"

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__([f"{year}年的法定节假日安排"])

    def __str__(self) -> str:
        return (
            f"the public holidays of {self.year} are not known here, so no day of that year can be called a working "
            "day; update the package 'chinesecalendar' once the State Council has published them"
        )


class RulingNeeded(RuleStop):
    """A reading has no honest default and the authority has not ruled on it.

    Attributes:
        reading: the reading's name, or the event that lacks its amount.
    """

    code = "ruling-needed"

    def __init__(self, reading: str) -> None:
        self.reading = reading
        super().__init__(f"needs a ruling of the authority: {reading}")


class Refused(KaoheError):
    """An upload is refused as a whole.

    Attributes:
        faults: every fault found, in the order of the file; never empty.
    """

    code = "refused"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class StoreError(KaoheError):
    """The table or the bucket did not do as asked."""

    code = "store-error"


class LostRace(StoreError):
    """Another writer was first; nothing of ours was written."""

    code = "lost-race"


def meant(word: str, known: Iterable[str]) -> str:
    """A hint at the known name that is nearest to a misspelt one; empty where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    return f" (did you mean {close[0]}?)" if close else ""
