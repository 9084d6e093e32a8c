"""What a hotline counts and what can happen, as data: measures, kinds of event, and the catalogue of a region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeVar

from kaohe.model import FrozenMapping, Quantity, Record
from kaohe.money import Money
from kaohe.records import Counted, Export, RecordKind


class Source(StrEnum):
    """Who supplies a fact. The two are kept apart: a vendor may not state an authority's finding."""

    VENDOR = "vendor"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"vendor": "供应商", "authority": "主管单位"}[self.value]


VENDOR, AUTHORITY = Source.VENDOR, Source.AUTHORITY


class Measure(Record):
    """A thing counted.

    Attributes:
        code: its standard English name.
        label: its Chinese name; the header of its column in an upload.
        synonyms: other headers that mean the same.
        unit: Chinese unit, such as ``次``.
        grain: whether it is stated for each ``day`` or once for the ``month``.
        sources: who may supply it; where both do, the authority's figure is used.
        whole: whether only whole numbers make sense.
        least: the least value that can be; a lower one is refused as a slip of the hand.
        most: the greatest value that can be; a higher one is refused.
        at_most: code of the measure that it can never exceed, such as satisfied ≤ rated.
        optional: whether its cell may stay empty, because there may be nothing to state.
        counted: how it is counted from records; the first that a file allows is used.
        note: how to fill it in, in Chinese.
    """

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    unit: str
    grain: Literal["day", "month"]
    sources: tuple[Source, ...] = (VENDOR, AUTHORITY)
    whole: bool = True
    least: Quantity = 0
    most: Quantity | None = None
    at_most: str | None = None
    optional: bool = False
    counted: tuple[Counted, ...] = ()
    note: str


class Refinement(Record):
    """What a contract says more precisely of a measure that another catalogue defines; None leaves it as it is.

    Attributes:
        label: its name in this contract; the old one is still understood.
        note: how to fill it in under this contract, in Chinese.
        at_most: code of the measure that it can never exceed here.
    """

    label: str | None = None
    note: str | None = None
    at_most: str | None = None

    def of(self, measure: Measure) -> Measure:
        """The measure, said more precisely."""
        update = self.model_dump(exclude_none=True)
        if self.label:
            update["synonyms"] = (measure.label, *(name for name in measure.synonyms if name != self.label))
        return measure.model_copy(update=update)


EventField = Literal[
    "ref",
    "start",
    "end",
    "amount",
    "points",
    "instalment",
    "reading",
    "option",
    "value",
    "since",
    "clause",
    "digest",
    "note",
]
CONFIRMED, RAISED, DECIDED = "month.confirmed", "objection.raised", "objection.decided"
"""The kinds of event that speak of results: what was worked out is confirmed, objected to, decided on."""


class EventKind(Record):
    """A kind of dated occurrence.

    Attributes:
        code: its standard English name.
        label: its Chinese name, as written in an upload's event sheet.
        synonyms: other names that mean the same.
        sources: who may report it.
        required: fields that it must carry beside its date.
        optional: fields that it may carry.
        least: the least amount, points or value that it may carry; less is refused.
        most: the most that it may carry; more is refused.
        options: what ``option`` may say, by code with its Chinese name; empty: whatever the reading offers.
        undated: True where it concerns the contract as a whole, so that its date may lie in any month.
        trail: True where it speaks of the results of its file's month, whatever day it is dated: no rule sees it.
        counted: how it is found in records.
        note: when to report it, in Chinese.
    """

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    sources: tuple[Source, ...]
    required: tuple[EventField, ...] = ()
    optional: tuple[EventField, ...] = ("ref", "note")
    least: Money | None = None
    most: Money | None = None
    options: Mapping[str, str] = {}
    undated: bool = False
    trail: bool = False
    counted: tuple[Counted, ...] = ()
    note: str


class Catalogue(Record):
    """Measures and event kinds by code, and the records that they can be counted from.

    Attributes:
        measures: the measures.
        events: the event kinds.
        kinds: the kinds of record.
        exports: how systems write them, where their headers are not ours.
        counted: how measures and events of another catalogue are counted here: its contract's own deadlines.
        refined: what is said more precisely of measures of another catalogue, by code.
    """

    measures: FrozenMapping[str, Measure]
    events: FrozenMapping[str, EventKind]
    kinds: Mapping[str, RecordKind] = {}
    exports: tuple[Export, ...] = ()
    counted: Mapping[str, tuple[Counted, ...]] = {}
    refined: Mapping[str, Refinement] = {}

    @classmethod
    def of(
        cls,
        measures: Iterable[Measure] = (),
        events: Iterable[EventKind] = (),
        *,
        kinds: Iterable[RecordKind] = (),
        exports: Iterable[Export] = (),
        counted: Mapping[str, tuple[Counted, ...]] | None = None,
        refined: Mapping[str, Refinement] | None = None,
    ) -> Catalogue:
        """A catalogue of these.

        Raises:
            ValueError: a code or a Chinese name stands twice.
        """
        entries: list[Measure | EventKind] = [*measures, *events]
        for kind in (Measure, EventKind):
            names = [name for e in entries if isinstance(e, kind) for name in {e.code, e.label, *e.synonyms}]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"names that stand for two things: {', '.join(twice)}")
        return cls(
            measures={e.code: e for e in entries if isinstance(e, Measure)},
            events={e.code: e for e in entries if isinstance(e, EventKind)},
            kinds={kind.code: kind for kind in kinds},
            exports=tuple(exports),
            counted=counted or {},
            refined=refined or {},
        )

    @property
    def entries(self) -> tuple[Measure | EventKind, ...]:
        """All measures, then all events."""
        return (*self.measures.values(), *self.events.values())

    def entry(self, code: str) -> Measure | EventKind:
        """The measure or event of that code.

        Raises:
            KeyError: there is neither.
        """
        return self.measures.get(code) or self.events[code]

    @property
    def labels(self) -> dict[str, str]:
        """The Chinese names of all measures and events by code."""
        return {entry.code: entry.label for entry in self.entries}

    def wholes(self, measure: Measure) -> Iterator[Measure]:
        """What a measure can never exceed: the nearest first, then what that cannot exceed."""
        seen = {measure.code}
        while measure.at_most and measure.at_most not in seen:
            measure = self.measures[measure.at_most]
            seen.add(measure.code)
            yield measure

    @cached_property
    def record_headers(self) -> frozenset[str]:
        """All headers that columns of records may have, of the kinds and of the exports."""
        ours = (h for kind in self.kinds.values() for column in kind.columns for h in column.headers)
        return frozenset(ours).union(*(export.headers for export in self.exports))

    def __or__(self, other: Catalogue) -> Catalogue:
        """Both together. What is there already is changed only by what ``other`` refines or counts by its code.

        Raises:
            ValueError: a code or a name stands twice, or something refined is in neither.
        """
        counted = {**self.counted, **other.counted}
        measures = [_refined(entry, other) for entry in self.measures.values()]
        both = Catalogue.of(
            [_counting(entry, counted) for entry in (*measures, *other.measures.values())],
            [_counting(entry, counted) for entry in (*self.events.values(), *other.events.values())],
            kinds=(*self.kinds.values(), *other.kinds.values()),
            exports=(*self.exports, *other.exports),
            counted=counted,
            refined={**self.refined, **other.refined},
        )
        both._check_names()
        return both

    def _check_names(self) -> None:
        if unknown := sorted(set(self.refined) - set(self.measures)):
            raise ValueError(f"refined names what is not there: {', '.join(unknown)}")


def _refined(measure: Measure, other: Catalogue) -> Measure:
    """A measure as the other catalogue refines it."""
    return other.refined[measure.code].of(measure) if measure.code in other.refined else measure


E = TypeVar("E", Measure, EventKind)


def _counting(entry: E, counted: Mapping[str, tuple[Counted, ...]]) -> E:
    """An entry with what is said elsewhere of how it is counted."""
    return entry.model_copy(update={"counted": counted[entry.code]}) if entry.code in counted else entry
