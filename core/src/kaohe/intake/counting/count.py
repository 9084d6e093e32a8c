"""What a file of records comes to: figures by day, events, what failed, and what the receipt tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kaohe.catalogue import EventKind, Measure
from kaohe.intake.context import Context
from kaohe.intake.counting.columns import Layout
from kaohe.intake.counting.seconds import in_full_minutes
from kaohe.intake.counting.statements import Query, names_in
from kaohe.intake.counting.strays import is_footnote
from kaohe.intake.counting.sums import Sums
from kaohe.records import Column, Counted, Needed, RecordKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCALE = 500_000
"""Records, at most, that one pass looks through for equal keys: what it remembers of them stays near the processor."""
_KEYS = 10_000
"""Keys that are looked at for footnotes at a time."""


@dataclass(frozen=True)
class Way:
    """One way of counting that a file allows.

    Attributes:
        entry: the measure or event.
        counted: how.
        rank: its place among the entry's ways; the first that an upload allows is used.
    """

    entry: Measure | EventKind
    counted: Counted
    rank: int


@dataclass(frozen=True)
class Failure:
    """One record that does not meet what it is held to.

    Attributes:
        entry: the measure whose number it is missing from, or the event that it is.
        ref: the record's number.
        on: the day it counts under.
        instants: what the file says of it, by column.
        counts: whether it is listed because the entry counts it, and not because it is missing from it.
        start: for an event, the day on which its period began.
        end: that on which it ended.
    """

    entry: Measure | EventKind
    ref: str
    on: date
    instants: Mapping[str, Any]
    counts: bool
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Counts:
    """What a file of records comes to.

    Attributes:
        layout: how the file was read.
        records: how many records it holds, those left out not counted.
        left_out: how many were left out.
        days: the days that have records.
        values: for each way of counting a measure, the number by day.
        events: the records that are an event.
        failures: the records that are missing from a measure of those in time, or are counted because they failed.
        tallies: further counts by their Chinese names; None where the file does not say it of every record.
    """

    layout: Layout
    records: int
    left_out: int
    days: Sequence[date]
    values: Sequence[tuple[Way, Mapping[date, int]]]
    events: Sequence[Failure] = ()
    failures: Sequence[Failure] = ()
    tallies: Mapping[str, int | None] = field(default_factory=dict)


def ways(layout: Layout, context: Context) -> list[Way]:
    """The ways of counting that a file has the columns for and its sender may use."""
    catalogue = context.catalogue
    return [
        Way(entry, counted, rank)
        for entry in catalogue.entries
        if context.source in entry.sources
        for rank, counted in enumerate(entry.counted)
        if counted.records == layout.kind.code and not lacking(layout, counted)
    ]


def lacking(layout: Layout, counted: Counted) -> tuple[Column, ...]:
    """The columns that a way names itself and the file does not have."""
    used = frozenset().union(*(names_in(sql) for sql in (counted.where, counted.on, counted.distinct, counted.start)))
    return tuple(c for c in layout.kind.columns if c.name in used and c.name not in layout.places)


def needed(kind: RecordKind, found: Sequence[Way]) -> tuple[Needed, ...]:
    """What must be known of every record for these ways of counting."""
    used = frozenset().union(*(names_in(sql) for way in found for sql in (way.counted.where, way.counted.on)))
    return tuple(needed for needed in kind.needed if needed.value in used)


def is_sound(connection: DuckDBPyConnection, sums: Sums) -> bool:
    """Read the file into the short rows; whether every row can be understood, to the second, and none stands twice."""
    query = sums.query
    if query.merges:
        connection.execute(query.rows())
        bad = _one(connection, "SELECT count(*) FILTER (bad) FROM kept")
        if bad or _has_twins(connection, "kept"):
            return False
    connection.execute(sums.counted())
    connection.execute(sums.alike())
    ((bad, suspects),) = connection.execute(sums.bad()).fetchall()
    if bad or (suspects and _has_footnotes(connection, sums)) or in_full_minutes(connection, query):
        return False
    return query.merges or not _has_twins(connection, "counted")


def _has_footnotes(connection: DuckDBPyConnection, sums: Sums) -> bool:
    found = connection.execute(sums.suspects())
    while keys := found.fetchmany(_KEYS):
        if any(is_footnote(sums.query.source.as_written(key)) for (key,) in keys if key):
            return True
    return False


def _has_twins(connection: DuckDBPyConnection, table: str) -> bool:
    """Whether two rows have one key. Compared by their 64-bit hashes: equal keys never differ in them."""
    total = _one(connection, f"SELECT count(*) FROM {table}")
    parts = 1 << (total // SCALE).bit_length()
    different = (
        _one(connection, f"SELECT count(DISTINCT k) FROM {table} WHERE k & {parts - 1} = {part}")
        for part in range(parts)
    )
    return sum(different) < total


def results(connection: DuckDBPyConnection, sums: Sums, found: Sequence[Way]) -> Counts:
    """The counts of a file that ``is_sound`` has read."""
    query, measures = sums.query, [(n, way) for n, way in enumerate(found) if isinstance(way.entry, Measure)]
    ((left_out, records, *tallied),) = connection.execute(sums.totals()).fetchall()
    return Counts(
        layout=query.layout,
        records=records,
        left_out=left_out,
        days=[day for (day,) in connection.execute(sums.own_days()).fetchall()],
        values=list(_by_day(connection, sums, measures)),
        events=[f for way in found if isinstance(way.entry, EventKind) for f in _events(connection, query, way)],
        failures=list(_failures(connection, query, [way for _, way in measures])),
        tallies=dict(zip(query.tallies, tallied, strict=True)),
    )


def _by_day(
    connection: DuckDBPyConnection, sums: Sums, measures: Sequence[tuple[int, Way]]
) -> Iterator[tuple[Way, dict[date, int]]]:
    """The numbers by day of each measure; those of one day are counted in one pass."""
    for day in dict.fromkeys(way.counted.on for _, way in measures):
        here = [(n, way) for n, way in measures if way.counted.on == day]
        rows = connection.execute(sums.by_day([n for n, _ in here])).fetchall()
        for place, (_, way) in enumerate(here, 1):
            yield way, {row[0]: row[place] for row in rows if row[place]}


def _events(connection: DuckDBPyConnection, query: Query, way: Way) -> Iterator[Failure]:
    counted, kind = way.counted, query.layout.kind
    on = f"({counted.on or kind.on})::DATE"
    started = f"({counted.start})::DATE" if counted.start else "NULL"
    ended = f"({counted.end})::DATE" if counted.end else "NULL"
    for ref, day, start, end, *rest in _listed(connection, query, [on, started, ended], counted, "true"):
        yield Failure(way.entry, ref, day, _instants(query.layout, rest), True, start, end)


def _failures(connection: DuckDBPyConnection, query: Query, measures: Sequence[Way]) -> Iterator[Failure]:
    """What counts for the whole and not for its part, due and not done in time; or what is counted because it is bad.

    What is bad is looked for among the whole, where the file has that, else among all records.
    """
    if query.layout.kind.ref is None:
        return
    by_code = {way.entry.code: way for way in measures}
    for way in measures:
        assert isinstance(way.entry, Measure)
        whole = by_code.get(way.entry.at_most or "")
        if whole is None and not way.counted.fails:
            continue
        among = (whole or way).counted
        on = f"({among.on or query.layout.kind.on})::DATE"
        part = f"coalesce({way.counted.where}, false)"
        rows = _listed(connection, query, [on], among, part if way.counted.fails else f"NOT {part}")
        for ref, day, *rest in rows:
            yield Failure(way.entry, ref, day, _instants(query.layout, rest), way.counted.fails)


def _listed(
    connection: DuckDBPyConnection, query: Query, columns: Sequence[str], counted: Counted, besides: str
) -> list[tuple[Any, ...]]:
    kind = query.layout.kind
    instants = [c.name for c in kind.columns if c.holds == "instant" and c.name in query.layout.places]
    within = query.in_month(f"({counted.on or kind.on})::DATE")
    where = f"({counted.where}) AND ({besides}) AND {within}"
    rows = connection.execute(query.listing([str(kind.ref), *columns, *instants], where)).fetchall()
    return [(query.source.as_written(ref), *rest) for ref, *rest in rows]


def _instants(layout: Layout, values: Sequence[Any]) -> dict[str, Any]:
    names = [c.label for c in layout.kind.columns if c.holds == "instant" and c.name in layout.places]
    return dict(zip(names, values, strict=True))


def _one(connection: DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
