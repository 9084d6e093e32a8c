"""The SQL that counts records: a short row of each, rows that are alike drawn together, sums over these.

Each level reads only the one below it::

    counted  one short row a record: its key's hash, its days, what is counted once, which conditions it meets
    alike    what the short rows say besides the key, and how many of them say the same; all sums are taken of it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kaohe.intake.counting.flags import Flags
from kaohe.intake.counting.statements import Query, holds, names_in
from kaohe.intake.counting.strays import BEGINNINGS
from kaohe.records import Counted

BAD, LEFT_OUT, SUSPECT = "bad", "left_out", "suspect"


@dataclass(frozen=True)
class Sums:
    """The statements that count the records of one file.

    Attributes:
        query: reads the file.
        wanted: the ways of counting; they are named by their places.
    """

    query: Query
    wanted: Sequence[Counted]

    @property
    def asks_for_working_days(self) -> bool:
        """Whether a way of counting needs the calendar."""
        return any("working_day" in names_in(sql) for c in self.wanted for sql in (c.where, c.on, c.start, c.end))

    def counted(self) -> str:
        """Creates the table ``counted``: ``k`` is the key's hash, the other columns are those of ``alike``."""
        kind = self.query.layout.kind
        chosen = ["k", f"{kind.on}::DATE AS day"]
        chosen += [f"({on})::DATE AS on{place}" for place, on in enumerate(self._days)]
        chosen += [f"CASE WHEN {sql} IS NOT NULL THEN hash({sql}) END AS d{n}" for n, sql in self._once.items()]
        chosen += self._flags.columns()
        rows = f"SELECT *, {holds(kind.left_out or 'false')} AS left_out FROM ({self.query.records()})"
        return f"CREATE TEMP TABLE counted AS SELECT {', '.join(chosen)} FROM ({rows})"

    def alike(self) -> str:
        """Creates the table ``alike``.

        ``day`` is the records' own day, ``on0`` … are the days that some count under instead, ``d0`` … the hashes of
        what is counted once, ``flags0`` … the conditions they meet, ``n`` is how many they are.
        """
        columns = ["day", *(f"on{n}" for n in range(len(self._days))), *(f"d{n}" for n in self._once)]
        columns += self._flags.names
        return f"CREATE TEMP TABLE alike AS SELECT {', '.join(columns)}, count(*) AS n FROM counted GROUP BY ALL"

    def bad(self) -> str:
        """How many records are wrong, and how many have a key that may be a footnote."""
        return f"SELECT {_sum(self._flags.meets(BAD))}, {_sum(self._flags.meets(SUSPECT))} FROM alike"

    def suspects(self) -> str:
        """Keys that may be footnotes: a total with a time in its row would be counted as a record."""
        names = ", ".join(self._names)
        return f"SELECT DISTINCT unnest([{names}]) FROM ({self.query.records()}) WHERE {self._suspect}"

    def by_day(self, places: Sequence[int]) -> str:
        """Each day of the month with what ways of counting found; they all count under the same day."""
        on = self.wanted[places[0]].on
        day = f"on{self._days.index(on)}" if on else "day"
        numbers = ", ".join(map(self._number, places))
        return f"SELECT {day}, {numbers} FROM alike WHERE {self._kept} AND {self.query.in_month(day)} GROUP BY 1"

    def own_days(self) -> str:
        """The days that have records."""
        return f"SELECT DISTINCT day FROM alike WHERE {self._kept} AND day IS NOT NULL ORDER BY day"

    def totals(self) -> str:
        """How many records are left out, how many are not, and how many of those belong to each tally, if known."""
        tallies = "".join(f", {self._tally(sql)}" for sql in self.query.tallies.values())
        return f"SELECT {_sum(self._flags.meets(LEFT_OUT))}, {_sum(self._kept)}{tallies} FROM alike"

    def elsewhere(self) -> str:
        """First and last day of the records in other months, how many they are, and how many records there are."""
        out = f"NOT {self.query.in_month('day')}"
        days = f"min(day) FILTER ({out}), max(day) FILTER ({out})"
        return f"SELECT {days}, {_sum(out)}, {_sum('true')} FROM alike WHERE {self._kept}"

    def _number(self, place: int) -> str:
        meets = self._flags.meets(self.wanted[place].where)
        if place in self._once:
            return f"count(DISTINCT d{place}) FILTER ({meets})"
        return _sum(meets)

    def _tally(self, sql: str) -> str:
        unknown, known = (f"{self._kept} AND {self._flags.meets(name)}" for name in (_unknown(sql), sql))
        return f"CASE WHEN {_sum(unknown)} = 0 THEN {_sum(known)} END"

    @cached_property
    def _flags(self) -> Flags:
        """What is asked of each record, each once."""
        asked = [counted.where for counted in self.wanted]
        asked += [sql for tally in self.query.tallies.values() for sql in (tally, _unknown(tally))]
        bad = f"CASE WHEN bad THEN true WHEN left_out THEN false WHEN {self.query.checks()} THEN true ELSE false END"
        return Flags({BAD: bad, LEFT_OUT: LEFT_OUT, SUSPECT: self._suspect, **{sql: sql for sql in asked}})

    @property
    def _kept(self) -> str:
        return f"NOT {self._flags.meets(LEFT_OUT)}"

    @property
    def _days(self) -> list[str]:
        """What the days follow from that records count under, where it is not their own day; each once."""
        return list(dict.fromkeys(counted.on for counted in self.wanted if counted.on))

    @property
    def _once(self) -> dict[int, str]:
        """What ways of counting count once, by their places."""
        return {place: counted.distinct for place, counted in enumerate(self.wanted) if counted.distinct}

    @property
    def _names(self) -> list[str]:
        """The columns of a record's key that may hold a word."""
        places = self.query.layout.places
        return [name for name in self.query.alone if places[name].column.holds == "text"]

    @property
    def _suspect(self) -> str:
        # A CASE, for AND looks at the list for every row.
        tests = (
            f"CASE WHEN {name} > '~' THEN {self.query.begins(name, BEGINNINGS)} ELSE false END" for name in self._names
        )
        return " OR ".join(tests) or "false"


def _sum(condition: str) -> str:
    """How many records meet a condition over ``alike``."""
    return f"coalesce(sum(n) FILTER ({condition}), 0)::BIGINT"


def _unknown(condition: str) -> str:
    return f"({condition}) IS NULL"
