"""What the files of a contract say together: agreeing figures, contradictions, the union of events."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from kaohe.catalogue import AUTHORITY, Measure, Source
from kaohe.model import Quantity, Record, digest
from kaohe.periods import Month
from kaohe.submission import JOIN, CountedFrom, Figure, SourcedEvent, Submission

FigureKey = tuple[Month, str, date | None]
Stated = dict[tuple[Quantity, CountedFrom | None], str]
"""What files of one source say of one thing: values and the records they were counted from, each with its first place.
"""


class Conflict(Record):
    """Files of one source that give different values for the same thing, or count it from different records.

    None of the values is used, and where it is the authority's files that differ, the vendor's value is not either: it
    has been contested. Equal numbers that were counted from two files of records are no agreement: each file
    may hold a part of the records.

    Attributes:
        code: the measure.
        month: the month.
        on: the day; None for a figure of the whole month.
        source: who sent the files.
        values: the values.
        places: where each of them stands.
        files: the names of all files that state it.
        divided: whether several of the values were counted from records of one kind, which have to come in one file.
    """

    code: str
    month: Month
    on: date | None
    source: Source
    values: tuple[str, ...]
    places: tuple[str, ...]
    files: tuple[str, ...]
    divided: bool = False

    def __str__(self) -> str:
        when = self.on or self.month
        places = "、".join(f"{value}（{place}）" for value, place in zip(self.values, self.places, strict=True))
        remedy = JOIN if self.divided else "请更正其中一份"
        return f"{self.code} {when}：{self.source.label}的文件相互矛盾：{places}；{remedy}"


def conflicts(submissions: Iterable[Submission], measures: Mapping[str, Measure]) -> tuple[Conflict, ...]:
    """Where files of one source give different values for the same thing, or count it from different records."""
    return merge_figures(sorted(submissions, key=lambda s: s.key), measures)[1]


def merge_figures(
    submissions: Sequence[Submission], measures: Mapping[str, Measure]
) -> tuple[Mapping[FigureKey, Mapping[Source, Quantity]], tuple[Conflict, ...]]:
    """The figures on which the files of a source agree, by month, measure, day and source, and the contradictions.

    A figure on which the authority contradicts itself is nobody's: the vendor's must not stand in for it.

    Args:
        submissions: in order of their keys, so that of equal places the same is named always.
        measures: by code. Where one can be counted from several kinds of records, it is counted from the first of them
            that the source has sent, as within one file.
    """
    told = list(_told(submissions, measures))
    found: defaultdict[FigureKey, defaultdict[Source, Stated]] = defaultdict(lambda: defaultdict(dict))
    for submission, figure in told:
        values = found[submission.month, figure.code, figure.on][submission.source]
        values.setdefault((figure.value, figure.counted), figure.where or submission.name)
    agreed: dict[FigureKey, dict[Source, Quantity]] = {}
    differing: dict[tuple[FigureKey, Source], Stated] = {}
    for key, sources in found.items():
        for source, stated in sources.items():
            if _agree(stated):
                agreed.setdefault(key, {})[source] = next(iter(stated))[0]
            else:
                differing[key, source] = stated
    for key, source in differing:
        if source is AUTHORITY:
            agreed.pop(key, None)
    return MappingProxyType(agreed), tuple(sorted(_conflicts(differing, told), key=str))


def _told(submissions: Iterable[Submission], measures: Mapping[str, Measure]) -> Iterator[tuple[Submission, Figure]]:
    """The figures that were stated, and of those that were counted the ones that were counted in the best way."""
    all_ = [(submission, figure) for submission in submissions for figure in submission.figures]
    best: dict[tuple[Month, Source, str], int] = {}
    for submission, figure in all_:
        key = submission.month, submission.source, figure.code
        best[key] = min(best.get(key, sys.maxsize), _rank(figure, measures))
    for submission, figure in all_:
        if not figure.counted or _rank(figure, measures) == best[submission.month, submission.source, figure.code]:
            yield submission, figure


def _rank(figure: Figure, measures: Mapping[str, Measure]) -> int:
    """Which of a measure's ways of counting a figure was counted by; beyond all of them where it was stated."""
    ways = [way.records for way in measures[figure.code].counted] if figure.code in measures else []
    kind = figure.counted.kind if figure.counted else None
    return ways.index(kind) if kind in ways else len(ways)


def _agree(stated: Stated) -> bool:
    """Whether it is one value, and not that of several parts."""
    return len(stated) == 1 or (len({value for value, _ in stated}) == 1 and not _is_divided(stated))


def _is_divided(stated: Stated) -> bool:
    """Whether different records of one kind were counted. The same file under two names is the same records."""
    found = {counted for _, counted in stated if counted}
    return len({counted.kind for counted in found}) < len(found)


def _conflicts(
    differing: Mapping[tuple[FigureKey, Source], Stated], told: Iterable[tuple[Submission, Figure]]
) -> Iterator[Conflict]:
    """The values that do not agree, with all files that state one: whoever mends has to look at each."""
    files = defaultdict[tuple[FigureKey, Source], set[str]](set)
    for submission, figure in told if differing else ():
        files[(submission.month, figure.code, figure.on), submission.source].add(submission.name)
    for place, stated in differing.items():
        (month, code, on), source = place
        texts, places = zip(*sorted((str(value), where) for (value, _), where in stated.items()), strict=True)
        yield Conflict(
            code=code,
            month=month,
            on=on,
            source=source,
            values=texts,
            places=places,
            files=tuple(sorted(files[place])),
            divided=_is_divided(stated),
        )


def merge_events(submissions: Iterable[Submission]) -> tuple[SourcedEvent, ...]:
    """The union of the files' events: as often as the file that has it most often, once where it has a ref.

    Two that have one ref are one though their remarks differ; of these the same is kept in whatever order they come.
    """
    most: Counter[str] = Counter()
    first: dict[str, SourcedEvent] = {}
    for submission in submissions:
        here: Counter[str] = Counter()
        for event in submission.events:
            sourced = SourcedEvent(source=submission.source, event=event)
            identity = digest([submission.source, event.identity])
            here[identity] = 1 if event.ref else here[identity] + 1
            first[identity] = min(first.get(identity, sourced), sourced, key=lambda s: s.event.note or "")
        most |= here
    ordered = sorted(first, key=lambda i: (first[i].event.on, first[i].event.kind, first[i].source, i))
    return tuple(first[identity] for identity in ordered for _ in range(most[identity]))
