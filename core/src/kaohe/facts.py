"""Facts: what the uploads of a contract say, in a form that rules can be worked out from.

A submission is one upload after reading. ``Facts`` is the set of them, and nothing but the set matters:
the order they came in, and whether one came twice, make no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from kaohe.catalogue import AUTHORITY, DECIDED, Catalogue, Source
from kaohe.conflict import Conflict
from kaohe.merging import merge_figures
from kaohe.model import Quantity, digest
from kaohe.periods import Month
from kaohe.refuted import Reasons, best, refuted
from kaohe.submission import Event, Remark, SourcedEvent, Submission
from kaohe.union import merge_events


class Facts:
    """All the facts of one contract.

    Attributes:
        catalogue: the measures and events of the region.
        events: all events that rules may read, in a fixed order; one that stands in several files counts once.
        trail: what was said of results, by month and day; no rule reads it, and no digest counts it.
        submitted: who has reported for which month; a file that only speaks of results reports nothing.
        conflicts: where files of one source contradict each other; these values and events are missing.
        memo: what a rulebook has already worked out from these facts.
    """

    def __init__(self, submissions: Iterable[Submission], catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.memo: dict[Any, list[Any]] = {}
        unique = sorted({s.key: s for s in submissions}.values(), key=lambda s: s.key)
        self.trail = _trail(unique, catalogue)
        reports = [_without_trail(s, catalogue) for s in unique if not is_remark(s, catalogue)]
        self.submitted = frozenset((s.month, s.source) for s in reports)
        self._figures, differing = merge_figures(reports, catalogue.measures)
        self.events, contested = merge_events(reports)
        self.conflicts = (*differing, *contested)

    def figure(self, month: Month, code: str, on: date | None = None) -> Quantity | None:
        """The value of a measure, the authority's if it gave one; None where nobody did."""
        return self.values(month).get((code, on))

    def values(self, month: Month) -> Mapping[tuple[str, date | None], Quantity]:
        """The values of all measures of a month, by code and day (None: the whole month)."""
        return self._values.get(month, {})

    def refuted(self, month: Month, code: str) -> Reasons:
        """Why figures of a measure do not stand beside others, in Chinese, by day (None: that of the month)."""
        return self._refuted.get((month, code), {})

    def happened(self, month: Month, kind: str) -> Sequence[SourcedEvent]:
        """The events of one kind in a month, in order of date."""
        return self._happened.get((month, kind), ())

    def is_contested(self, month: Month, kind: str, source: Source | None = None) -> bool:
        """Whether the files of a source (None: of any) contradict each other on how many events of a kind there were.

        They have them typed in and counted from records, or count them from several files of records.
        """
        return any((c.month, c.code) == (month, kind) and source in (None, c.source) for c in self._contested)

    def of_kind(self, kind: str, instalment: int | None = None, source: Source | None = None) -> tuple[Event, ...]:
        """The events of one kind, in whatever month, in order of date.

        Args:
            kind: its code.
            instalment: only those that concern this instalment; None: all.
            source: only those that this side reported; None: both.
        """
        return tuple(
            s.event
            for s in self.events
            if s.event.kind == kind and instalment in (None, s.event.instalment) and source in (None, s.source)
        )

    @property
    def _contested(self) -> Iterator[Conflict]:
        return (conflict for conflict in self.conflicts if conflict.code in self.catalogue.events)

    @cached_property
    def _values(self) -> Mapping[Month, Mapping[tuple[str, date | None], Quantity]]:
        found: defaultdict[Month, dict[tuple[str, date | None], Quantity]] = defaultdict(dict)
        for (month, code, on), values in self._figures.items():
            found[month][code, on] = best(values)
        return dict(found)

    @cached_property
    def _refuted(self) -> Mapping[tuple[Month, str], Reasons]:
        return refuted(self._figures, self.catalogue)

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
        # What contradicts itself is not among the figures and events; that events are lacking would be seen nowhere.
        contested = [[str(c.month), c.source, c.code] for c in self._contested if only in (None, c.month)]
        return digest([sorted(figures, key=str), events, sorted(reported), *([sorted(contested)] if contested else [])])


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
