"""Facts: what the uploads of a contract say, in a form that rules can be worked out from.

A submission is one upload after reading. ``Facts`` is the set of them, and nothing but the set matters:
the order they came in, and whether one came twice, make no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pydantic import Field

from kaohe.catalogue import AUTHORITY, DECIDED, Catalogue, Source
from kaohe.model import Quantity, Rate, Record, digest
from kaohe.money import Money
from kaohe.periods import Month

ONE_FILE = "同一类明细一个月只能有一个文件；请合并后重新上传"
"""What is to be done with records that come in several files."""
JOIN = f"这些数是从不同的明细数出来的，相等也不能采用；{ONE_FILE}，原来的每个文件名都传合并后的这一份"
"""The same where each of the files was taken in: only a file of the same name takes the place of another."""


class CountedFrom(Record):
    """The records that a figure was counted from.

    Attributes:
        kind: the code of their kind, such as ``calls``.
        sha256: digest of the file they stand in, taken out of whatever it was packed in.
    """

    kind: str
    sha256: str


class Figure(Record):
    """One value of one measure.

    Attributes:
        code: the measure.
        on: the day; None for a figure of the whole month.
        value: the value, never negative.
        where: the place it stands in the upload, such as ``三月.xlsx 按日 C7``.
        counted: the records that it was counted from; None, and left out of what is stored, where it was stated.
    """

    code: str
    on: date | None = None
    value: Quantity
    where: str = ""
    counted: CountedFrom | None = Field(default=None, exclude_if=lambda counted: counted is None)


class Event(Record):
    """A dated occurrence.

    Attributes:
        kind: the code of its kind.
        clause: the clause that it concerns, for exemptions and the like.
        digest: the digest of the assessment that is confirmed, or how it begins.
        on: the day it happened (or was decided, paid, received).
        count: how many of the same on that day.
        ref: number of the ticket or document that proves it; two events that have it and all else but the note in
            common are one.
        start: the day a period began, for deadlines.
        end: the day it ended.
        amount: yuan, where the clause leaves the amount open, or the sum paid.
        points: points, where the clause leaves them open.
        instalment: number of the instalment.
        reading: the reading that is ruled on.
        option: the option ruled.
        value: the number that the option needs.
        since: the first day a ruling applies to.
        note: a remark.
        where: the place it stands in the upload.
    """

    kind: str
    on: date
    count: int = 1
    ref: str | None = None
    start: date | None = None
    end: date | None = None
    amount: Money | None = None
    points: Rate | None = None
    instalment: int | None = None
    reading: str | None = None
    option: str | None = None
    value: Rate | None = None
    since: date | None = None
    clause: str | None = None
    digest: str | None = None
    note: str | None = None
    where: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What it says, without the place it stands in."""
        return self.model_dump(mode="json", exclude={"where"}, exclude_none=True)


class Submission(Record):
    """One upload after reading.

    Attributes:
        region: the region it is for.
        month: the month it is for.
        source: who sent it.
        name: the file's name; an upload of the same name replaces it.
        sha256: digest of the file as it came.
        figures: its figures.
        events: its events.
        remarks: what its sender is told of the records that it was counted from.
        failures: SHA-256 of the list of records that failed, kept beside the upload; None where there is none.
    """

    region: str
    month: Month
    source: Source
    name: str
    sha256: str
    figures: tuple[Figure, ...] = ()
    events: tuple[Event, ...] = ()
    remarks: tuple[str, ...] = ()
    failures: str | None = None

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return f"submissions/{self.region}/{self.source}/{self.month}/{self.name}"

    @property
    def failures_key(self) -> str | None:
        """The key of the list of its records that failed; named by its content, so that it is never replaced."""
        return f"failures/{self.region}/{self.source}/{self.month}/{self.failures}.csv" if self.failures else None


class Conflict(Record):
    """Files of one source that give different values for the same thing, or count it from different records.

    None of the values is used. Equal numbers that were counted from two files of records are no agreement: each file
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


class SourcedEvent(Record):
    """An event with who reported it."""

    source: Source
    event: Event


class Remark(SourcedEvent):
    """An event that speaks of the results of a month, such as an objection: part of the trail."""

    month: Month


class Facts:
    """All the facts of one contract.

    Attributes:
        catalogue: the measures and events of the region.
        events: all events that rules may read, in a fixed order; one that stands in several files counts once.
        trail: what was said of results, by month and day; no rule reads it, and no digest counts it.
        submitted: who has reported for which month; a file that only speaks of results reports nothing.
        conflicts: values on which files of one source disagree; these values are missing.
        memo: what a rulebook has already worked out from these facts.
    """

    def __init__(self, submissions: Iterable[Submission], catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.memo: dict[Any, list[Any]] = {}
        unique = sorted({s.key: s for s in submissions}.values(), key=lambda s: s.key)
        self.trail = _trail(unique, catalogue)
        reports = [_without_trail(s, catalogue) for s in unique if not is_remark(s, catalogue)]
        self.submitted = frozenset((s.month, s.source) for s in reports)
        self._figures, self.conflicts = _merge_figures(reports)
        self.events = _merge_events(reports)

    def figure(self, month: Month, code: str, on: date | None = None) -> Quantity | None:
        """The value of a measure, the authority's if it gave one; None where nobody did."""
        return self.values(month).get((code, on))

    def values(self, month: Month) -> Mapping[tuple[str, date | None], Quantity]:
        """The values of all measures of a month, by code and day (None: the whole month)."""
        return self._values.get(month, {})

    def happened(self, month: Month, kind: str) -> Sequence[SourcedEvent]:
        """The events of one kind in a month, in order of date."""
        return self._happened.get((month, kind), ())

    @cached_property
    def _values(self) -> Mapping[Month, Mapping[tuple[str, date | None], Quantity]]:
        found: defaultdict[Month, dict[tuple[str, date | None], Quantity]] = defaultdict(dict)
        for (month, code, on), values in self._figures.items():
            found[month][code, on] = values[AUTHORITY] if AUTHORITY in values else values[Source.VENDOR]
        return dict(found)

    @cached_property
    def _happened(self) -> Mapping[tuple[Month, str], Sequence[SourcedEvent]]:
        found: defaultdict[tuple[Month, str], list[SourcedEvent]] = defaultdict(list)
        for sourced in self.events:
            found[Month.of(sourced.event.on), sourced.event.kind].append(sourced)
        return dict(found)

    @property
    def last_day(self) -> date | None:
        """The last day that the facts speak of; None where there are none.

        Figures and a vendor's upload speak of their whole month, what the authority finds or decides of its day, and of
        the day on which it was over where it has to say that. So does a decision on an objection, which changes money;
        confirming or objecting changes nothing, so no day comes nearer by it.
        """
        whole = {month for month, source in self.submitted if source is Source.VENDOR}
        whole |= {month for month, _, _ in self._figures}
        days = [month.last for month in whole] + [month.first for month, _ in self.submitted]
        decided = [remark.event.on for remark in self.trail if remark.event.kind == DECIDED]
        told = [s.event.on for s in self.events]
        told += [s.event.end for s in self.events if s.source is AUTHORITY and s.event.end and self._says_end(s.event)]
        return max([*days, *decided, *told], default=None)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all figures and events; places, names of files and their order do not count."""
        return self._digest(None)

    def month_digest(self, month: Month) -> str:
        """The same over what was reported for one month, without events that concern the whole contract."""
        return self._digest(month)

    def known_on(self, as_of: date) -> Facts:
        """The facts without what could not be known yet on a day.

        Those are contract-wide events (rulings, payments, invoices, the trail) dated after ``as_of``, and what has to
        say when it was over and was so only later.
        """
        known = object.__new__(Facts)
        known.catalogue, known.submitted, known.memo = self.catalogue, self.submitted, {}
        known._figures, known.conflicts = self._figures, self.conflicts
        known.events = tuple(s for s in self.events if self._known(s.event, as_of))
        known.trail = tuple(remark for remark in self.trail if remark.event.on <= as_of)
        return known

    def dated_until(self, day: date) -> Facts:
        """The facts without any event dated after a day, as it could not be known then; figures bear no such date."""
        known = self.known_on(day)
        known.events = tuple(s for s in known.events if s.event.on <= day)
        return known

    def _known(self, event: Event, as_of: date) -> bool:
        if event.end and event.end > as_of and self._says_end(event):
            return False
        return event.on <= as_of or not self.is_undated(event)

    def _says_end(self, event: Event) -> bool:
        """Whether events of its kind cannot be told before they are over."""
        return "end" in self.catalogue.events[event.kind].required

    def is_undated(self, event: Event) -> bool:
        """Whether an event concerns the contract as a whole, such as a ruling or a payment."""
        return self.catalogue.events[event.kind].undated

    def _digest(self, only: Month | None) -> str:
        figures = [
            [str(month), code, on and on.isoformat(), source, str(value)]
            for (month, code, on), values in self._figures.items()
            if only is None or month == only
            for source, value in values.items()
        ]
        events = [
            [s.source, s.event.content]
            for s in self.events
            if only is None or (s.event.on in only and not self.is_undated(s.event))
        ]
        reported = [[str(month), source] for month, source in self.submitted if only in (None, month)]
        return digest([sorted(figures, key=str), events, sorted(reported)])


def is_remark(submission: Submission, catalogue: Catalogue) -> bool:
    """Whether an upload does nothing but speak of results. One without any content reports that nothing happened."""
    return bool(submission.events) and not submission.figures and not _without_trail(submission, catalogue).events


def _without_trail(submission: Submission, catalogue: Catalogue) -> Submission:
    kept = tuple(event for event in submission.events if not catalogue.events[event.kind].trail)
    return submission if len(kept) == len(submission.events) else submission.model_copy(update={"events": kept})


def _trail(submissions: Iterable[Submission], catalogue: Catalogue) -> tuple[Remark, ...]:
    """What was said of results, by month and day; what stands in several files counts once."""
    found = {
        digest([str(s.month), s.source, event.content]): Remark(month=s.month, source=s.source, event=event)
        for s in submissions
        for event in s.events
        if catalogue.events[event.kind].trail and s.source in catalogue.events[event.kind].sources
    }
    return tuple(found[i] for i in sorted(found, key=lambda i: (found[i].month, found[i].event.on, i)))


def conflicts(submissions: Iterable[Submission]) -> tuple[Conflict, ...]:
    """Where files of one source give different values for the same thing, or count it from different records."""
    return _merge_figures(sorted(submissions, key=lambda s: s.key))[1]


FigureKey = tuple[Month, str, date | None]
Stated = dict[tuple[Quantity, CountedFrom | None], str]
"""What files of one source say of one thing: values and the records they were counted from, each with its first place.
"""


def _merge_figures(
    submissions: Sequence[Submission],
) -> tuple[Mapping[FigureKey, Mapping[Source, Quantity]], tuple[Conflict, ...]]:
    found: defaultdict[FigureKey, defaultdict[Source, Stated]] = defaultdict(lambda: defaultdict(dict))
    for submission in submissions:
        for figure in submission.figures:
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
    return MappingProxyType(agreed), tuple(sorted(_conflicts(differing, submissions), key=str))


def _agree(stated: Stated) -> bool:
    """Whether it is one value, and not that of several parts."""
    return len(stated) == 1 or (len({value for value, _ in stated}) == 1 and not _is_divided(stated))


def _is_divided(stated: Stated) -> bool:
    """Whether different records of one kind were counted. The same file under two names is the same records."""
    found = {counted for _, counted in stated if counted}
    return len({counted.kind for counted in found}) < len(found)


def _conflicts(
    differing: Mapping[tuple[FigureKey, Source], Stated], submissions: Sequence[Submission]
) -> Iterator[Conflict]:
    """The values that do not agree, with all files that state one: whoever mends has to look at each."""
    files = defaultdict[tuple[FigureKey, Source], set[str]](set)
    for submission in submissions if differing else ():
        for figure in submission.figures:
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


def _merge_events(submissions: Iterable[Submission]) -> tuple[SourcedEvent, ...]:
    """The union of the files' events: as often as the file that has it most often, once where it has a ref.

    Two that have one ref are one though their remarks differ; of these the same is kept in whatever order they come.
    """
    most: Counter[str] = Counter()
    first: dict[str, SourcedEvent] = {}
    for submission in submissions:
        here: Counter[str] = Counter()
        for event in submission.events:
            sourced = SourcedEvent(source=submission.source, event=event)
            told = {key: value for key, value in event.content.items() if not (event.ref and key == "note")}
            identity = digest([submission.source, told])
            here[identity] = 1 if event.ref else here[identity] + 1
            first[identity] = min(first.get(identity, sourced), sourced, key=lambda s: s.event.note or "")
        most |= here
    ordered = sorted(first, key=lambda i: (first[i].event.on, first[i].event.kind, first[i].source, i))
    return tuple(first[identity] for identity in ordered for _ in range(most[identity]))
