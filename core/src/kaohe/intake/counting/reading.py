"""A file of records into a draft: counted, or refused with every bad row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.catalogue import EventKind, Measure
from kaohe.intake.counting.columns import Layout, layout_of, twice
from kaohe.intake.counting.count import Counts, Failure, is_sound, needed, results, ways
from kaohe.intake.counting.engine import add_calendar, opened
from kaohe.intake.counting.explain import explain
from kaohe.intake.counting.lacking import uncounted
from kaohe.intake.counting.plainer import plainer
from kaohe.intake.counting.showing import is_reference
from kaohe.intake.counting.source import Source, csv_source
from kaohe.intake.counting.spelling import spelling_of
from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.sums import Sums
from kaohe.intake.counting.wrong import Wrong, of_other_months, wrong
from kaohe.intake.draft import Draft
from kaohe.intake.progress import asked_of
from kaohe.intake.recognise import score
from kaohe.intake.spots import Spot
from kaohe.submission import CountedFrom, Event

MOST_EVENTS = 500
"""Events of a kind that are kept one by one; of more, those of the same dates are kept as one with their number."""

_DAY = re.compile(r"(?<!\d)(20\d{2})[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")


def is_records(header: Sequence[str], draft: Draft) -> bool:
    """Whether a row is the header of records, and not rather that of a summary."""
    layout = layout_of(list(map(str, header)), draft.context.catalogue)
    return layout is not None and len(layout.places) > score(header, draft.context.names)


def read_records(path: Path, spot: Spot, draft: Draft) -> bool:
    """Count a CSV file of records into a draft; whether it is one at all.

    Args:
        path: where the file lies.
        spot: what the upload calls it.
        draft: what is filled in; faults go to its report.
    """
    source = csv_source(path, lambda header: is_records(header, draft))
    if source is None:
        return False
    layout = layout_of(source.headers, draft.context.catalogue)
    assert layout is not None, "the header was recognised by it"
    if not _check_header(source, layout, draft, spot):
        return True
    wanted = needed(layout.kind, ways(layout, draft.context))
    query = Query(source, layout, draft.context.month, _day(layout, spot), spelling_of(source, layout), wanted)
    counts = _counted(query, draft, spot)
    if counts is not None:
        fill(counts, draft, spot, CountedFrom(kind=layout.kind.code, sha256=draft.digest(path)))
    return True


def _check_header(source: Source, layout: Layout, draft: Draft, spot: Spot) -> bool:
    fine = True
    for group in layout.missing:
        labels = "或".join(f"“{column.label}”" for column in group)
        message = f"{layout.label}里没有{labels}这一列；请在导出时选上，或请接入工程师写一份列对照表"
        draft.report.add("column-missing", message, spot.at(row=source.before))
        fine = False
    for place, header in twice(source.headers, layout):
        message = "这一列与前面的列意思相同；请只留一列"
        draft.report.add("column-twice", message, spot.at(row=source.before, column=place, header=header))
        fine = False
    if layout.day and _day(layout, spot) is None:
        draft.report.add("no-day", "文件里只有钟点，文件名里要有日期，如 20260302", spot, held=spot.file)
        fine = False
    return fine


def _day(layout: Layout, spot: Spot) -> date | None:
    """The day of an export that writes clock times only."""
    if layout.day and layout.day != "name":
        return date.fromisoformat(layout.day)
    match = _DAY.search(spot.file)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _counted(query: Query, draft: Draft, spot: Spot) -> Counts | None:
    """The counts; None where the file is bad, and the report says why.

    A file is first taken to be written as usual, then read with patience, then written again more plainly.
    """
    import duckdb

    counts, found, unread = None, Wrong(), False
    try:
        counts, found = _tried(query, draft, spot)
        if counts is not None and (counts.records or counts.left_out):
            return counts
        # DuckDB finds no row at all where the lines above the rows, or inside a header, end otherwise than the rows.
        unread = counts is not None
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        unread = True
    except UnicodeDecodeError:
        pass  # the explanation comes upon it too, and knows the line
    draft.patience.check()
    if query.spelling is not None:
        return _counted(replace(query, spelling=None), draft, spot)
    if unread:
        with TemporaryDirectory(prefix="kaohe-") as folder:
            if again := plainer(query.source, Path(folder) / "plainer"):
                return _counted(replace(query, source=again), draft, spot)
    if counts is not None:
        return counts
    _refuse(query, found, draft, spot)
    return None


def _refuse(query: Query, found: Wrong, draft: Draft, spot: Spot) -> None:
    explain(query, found, draft, spot)
    if not draft.report:
        message = "文件里有无法读取的行；请用系统的“导出为 CSV”重新导出，不要用文本编辑器改动"
        draft.report.add("bad-csv", message, spot)


def _tried(query: Query, draft: Draft, spot: Spot) -> tuple[Counts | None, Wrong]:
    """The counts; where a row is bad none, and what is wrong with several rows together, if that was the last try.

    Raises:
        duckdb.InvalidInputException: the file cannot be read as it is.
        duckdb.ConversionException: not every instant is written as usual.
        UnicodeDecodeError: what has to be told of it is in another encoding.
    """
    found = ways(query.layout, draft.context)
    sums = Sums(query, [way.counted for way in found])
    with (
        opened() as connection,
        draft.patience.watching(connection),
        draft.progress.step(f"{spot.file} 计数", asked_of(connection)),
    ):
        if sums.asks_for_working_days:
            add_calendar(connection, query.month)
        if not is_sound(connection, sums):
            return None, wrong(connection, sums) if query.spelling is None else Wrong()
        counts = results(connection, sums, found)
        if elsewhere := of_other_months(connection, query, counts):
            return None, Wrong(elsewhere=elsewhere)
    return (counts if _may_be_kept(counts) else None), Wrong()


def _may_be_kept(counts: Counts) -> bool:
    """Whether no number of those that are listed looks like somebody's; what is not listed is not kept."""
    return all(is_reference(failure.ref) for failure in (*counts.failures, *counts.events))


def fill(counts: Counts, draft: Draft, spot: Spot, counted: CountedFrom) -> None:
    """Put what was counted into a draft, with the place and the records that it came from."""
    if not counts.records:
        draft.report.add("no-data", f"表头下面没有{counts.layout.kind.label}", spot)
        return
    found = [
        (way.entry, way.rank, _stated(way.entry, values, counts, draft))
        for way, values in counts.values
        if isinstance(way.entry, Measure)
    ]
    keys = {(entry.code, on) for entry, _, stated in found for on in stated}
    if not draft.may_add(counts.layout.kind.code, keys, spot):
        return
    where = _where(counts, spot)
    for entry, rank, stated in found:
        if draft.may_count(entry, rank):
            _fill_measure(entry, stated, draft, where, counted)
    found_ways = ways(counts.layout, draft.context)
    kinds = [way.entry.code for way in found_ways if isinstance(way.entry, EventKind)]
    draft.overlap.add_counted(kinds, spot, counted.sha256)
    for code in dict.fromkeys(failure.entry.code for failure in counts.events):
        _fill_events([f for f in counts.events if f.entry.code == code], draft, where)
    draft.failures.extend(counts.failures)
    draft.failures.extend(counts.events)
    draft.remarks.extend(
        [_remark(counts, spot), *(f"{spot.file}：{it}" for it in uncounted(counts.layout, draft.context))]
    )


def _where(counts: Counts, spot: Spot) -> Spot:
    kind = counts.layout.kind
    return replace(spot, path=f"{kind.label}{counts.records}{kind.unit}")


def _stated(measure: Measure, values: Mapping[date, int], counts: Counts, draft: Draft) -> dict[date | None, int]:
    """What records say of a measure: one number for the month, or one for each day that they speak of."""
    if measure.grain == "month":
        return {None: sum(values.values())}
    term = [day for day in draft.context.month.days if draft.context.in_term(day)]
    return {day: values.get(day, 0) for day in term if counts.layout.kind.idle_days or day in counts.days}


def _fill_measure(
    measure: Measure, stated: Mapping[date | None, int], draft: Draft, spot: Spot, counted: CountedFrom
) -> None:
    draft.stated.add(measure.code)
    for on, number in stated.items():
        draft.count(measure, on, number, spot, counted)


def _fill_events(found: Sequence[Failure], draft: Draft, spot: Spot) -> None:
    code = found[0].entry.code
    if len(found) <= MOST_EVENTS:
        draft.events += [
            Event(kind=code, on=f.on, ref=f.ref, start=f.start, end=f.end, where=spot.where) for f in found
        ]
        return
    # Their periods stay as long as there is room: a rule may hold a deadline against them under another reading.
    alike = Counter((f.on, f.start, f.end) for f in found)
    if len(alike) > MOST_EVENTS:
        label = found[0].entry.label
        draft.remarks.append(
            f"{spot.file}：“{label}”{len(found)}件，起止日期各不相同，只按日计数，不再按起止日期核算期限"
        )
        alike = Counter((f.on, None, None) for f in found)
    for (on, start, end), count in sorted(alike.items(), key=str):
        draft.events.append(Event(kind=code, on=on, start=start, end=end, count=count, where=spot.where))


def _remark(counts: Counts, spot: Spot) -> str:
    kind = counts.layout.kind
    told = "、".join(f"{label}{'不详' if n is None else n}" for label, n in counts.tallies.items())
    rest = f"；另有{counts.left_out}行不是考核对象，未计" if counts.left_out else ""
    return f"{spot.file}：按“{counts.layout.label}”读取，{kind.label}{counts.records}{kind.unit}{rest}" + (
        f"。其中{told}" if told else ""
    )
