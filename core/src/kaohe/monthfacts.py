"""The facts of one month, as the function of a clause reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from copy import copy
from datetime import date

from kaohe.catalogue import AUTHORITY, Source
from kaohe.errors import MissingFacts, UsageError, meant
from kaohe.facts import Facts
from kaohe.model import Quantity
from kaohe.periods import Month, Term, spans
from kaohe.submission import Event


class MonthFacts:
    """One month's facts as a clause sees them; remembers what was read, for the figure's ``inputs``.

    Attributes:
        month: the month.
        days: the month's days within the term, in order.
        inputs: what has been read so far, by code; a daily measure as its sum.
        asked: codes of all that was asked for so far, here or through another month that this one gave.
    """

    def __init__(self, facts: Facts, month: Month, term: Term, asked: set[str] | None = None) -> None:
        self._facts, self._term, self._values = facts, term, facts.values(month)
        self.asked: set[str] = set() if asked is None else asked
        self.month = month
        whole = month.first in term and month.last in term
        self.days = month.days if whole else tuple(day for day in month.days if day in term)
        self.inputs: dict[str, Quantity] = {}

    def __getitem__(self, code: str) -> Quantity:
        """The month's value of a measure; a daily measure is summed.

        Raises:
            MissingFacts: nobody has supplied it.
        """
        return self.take(code)[0]

    def take(self, *codes: str) -> tuple[Quantity, ...]:
        """The month's values of several measures; names all that are missing at once.

        Raises:
            MissingFacts: some are missing.
        """
        if missing := [name for code in codes for name in self.missing(code)]:
            raise MissingFacts(missing)
        values = tuple(self._total(code) for code in codes)
        self.inputs.update(zip(codes, values, strict=True))
        return values

    def daily(self, *codes: str, days: Iterable[date] | None = None) -> dict[date, tuple[Quantity, ...]]:
        """The values of daily measures for each day of the month, or for those of ``days`` that lie in it.

        Raises:
            MissingFacts: some days lack some measure; names all of them.
            UsageError: a measure is stated by month.
        """
        for code in codes:
            if code in (known := self._facts.catalogue.measures) and known[code].grain == "month":
                raise UsageError(f"{code} is stated by month and has no days; write facts[{code!r}]")
        view = self if days is None else self._only(frozenset(days))
        values = view.take(*codes)
        self.inputs.update(zip(codes, values, strict=True))
        return {day: tuple(view.figure(code, day) for code in codes) for day in view.days}

    def without_exempt_days(self, *clauses: str) -> MonthFacts:
        """The same month without the days that the authority exempted from any of the clauses (event ``exemption``).

        An exemption may be reported in one month and reach into another.
        """
        exempt = {
            day
            for s in self._facts.events
            if (s.event.kind, s.source) == ("exemption", AUTHORITY) and s.event.clause in (None, *clauses)
            for day in self.days
            if (s.event.start or s.event.on) <= day <= (s.event.end or s.event.start or s.event.on)
        }
        self.inputs[f"exemption ({AUTHORITY}), days"] = len(exempt)
        return self._only(frozenset(self.days) - exempt)

    def _only(self, days: frozenset[date]) -> MonthFacts:
        view = copy(self)
        view.days = tuple(day for day in self.days if day in days)
        return view

    def so_far(self, first: date, *codes: str) -> dict[Month, tuple[Quantity, ...]]:
        """The values of several measures for each contract month from ``first`` to this month.

        Raises:
            MissingFacts: some months lack some measure; names all of them.
        """
        views = self.months(first)
        if missing := [name for view in views for code in codes for name in view.missing(code)]:
            raise MissingFacts(missing)
        values = {view.month: view.take(*codes) for view in views}
        self.inputs.update({f"{code} {view.month}": value for view in views for code, value in view.inputs.items()})
        return values

    def months(self, first: date) -> tuple[MonthFacts, ...]:
        """The contract months from ``first`` to this one, each with its own ``inputs``."""
        months = self._term.months
        start, stop = (max(month - months[0], 0) for month in (Month.of(first), self.month + 1))
        return tuple(MonthFacts(self._facts, month, self._term, self.asked) for month in months[start:stop])

    def events(self, kind: str, source: Source | None = None) -> tuple[Event, ...]:
        """The events of one kind that happened in this month, in order of date, of one source or of both.

        Where two contracts meet within a month, each has those of its own term.

        Raises:
            MissingFacts: files contradict each other on how many there were: typed in and counted from records as well,
                or counted from several files of records.
        """
        _known("event", kind, self._facts.catalogue.events)
        self.asked.add(kind)
        if self._facts.is_contested(self.month, kind, source):
            raise MissingFacts([f"{kind} {self.month}"])
        undated = self._facts.catalogue.events[kind].undated
        happened = (s for s in self._facts.happened(self.month, kind) if source in (None, s.source))
        found = tuple(s.event for s in happened if undated or s.event.on in self._term)
        self.inputs[f"{kind} ({source})" if source else kind] = sum(event.count for event in found)
        return found

    def verified(self, kind: str) -> tuple[Event, ...]:
        """The events of one kind that the authority reported."""
        return self.events(kind, AUTHORITY)

    def candidates(self, kind: str) -> int:
        """How many events of one kind the vendor reported, where only those count that the authority verified.

        None where the vendor's files contradict each other: that is told of the month, and holds up no deduction.
        """
        with suppress(MissingFacts):
            return sum(event.count for event in self.events(kind, Source.VENDOR))
        return 0

    def findings(self, kind: str) -> dict[date, int]:
        """How often something happened on each day; where the authority found anything, its count is used."""
        counts: dict[date, int] = {}
        for source in (Source.VENDOR, AUTHORITY):
            by_day: Counter[date] = Counter()
            for event in self.events(kind, source):
                by_day[event.on] += event.count
            counts |= by_day
        return counts

    def missing(self, code: str) -> list[str]:
        """Names of the facts that a measure lacks this month, runs of days drawn together.

        A figure that others refute is as good as none: see :mod:`kaohe.refuted`.
        """
        places = self._places(code)
        absent = [day for day in places if (code, day) not in self._values]
        lacking = [f"{code} {when}" for when in self._spans(absent)]
        reasons = self._facts.refuted(self.month, code)
        for reason in dict.fromkeys(reasons.values()):
            refuted = [day for day in places if reasons.get(day) == reason]
            lacking += [f"{code} {when}（{reason.why}，互相矛盾）" for when in self._spans(refuted)]
        return lacking

    def has(self, code: str) -> bool:
        """Whether a measure was supplied at all; for those that may be left empty."""
        return all((code, day) in self._values for day in self._places(code))

    def require(self, source: Source) -> None:
        """Insist that the source has sent something for this month.

        Raises:
            MissingFacts: it has not.
        """
        if (self.month, source) not in self._facts.submitted:
            raise MissingFacts([f"{source.label}报送的任何数据 {self.month}"])

    def figure(self, code: str, day: date | None) -> Quantity:
        """One value that is known to be there: of a day, or (None) of the month."""
        return self._values[code, day]  # callers look for what is missing first

    def _spans(self, places: Collection[date | None]) -> Sequence[str]:
        """Places as text: the month, or runs of its days."""
        return [str(self.month)] if None in places else spans(day for day in places if day)

    def _places(self, code: str) -> tuple[date | None, ...]:
        known = self._facts.catalogue.measures
        _known("measure", code, known)
        self.asked.add(code)
        if known[code].grain == "month":
            return (None,)
        # Outside the term there are no days to sum, and their sum would be 0: nobody reports for such a month.
        return self.days if self.days or self.month in self._term.months else (None,)

    def _total(self, code: str) -> Quantity:
        return sum(self.figure(code, day) for day in self._places(code))


def _known(what: str, code: str, catalogue: Collection[str]) -> None:
    """Refuse a name that nobody can ever supply: a slip in a rule must not pass for a missing fact.

    Raises:
        UsageError: the catalogue has no such name.
    """
    if code not in catalogue:
        raise UsageError(f"there is no {what} {code!r}{meant(code, catalogue)}")
