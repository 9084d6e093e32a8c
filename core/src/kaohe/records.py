"""What a record is: the kinds of row that hotline systems export, and how a measure is counted from them.

A *kind* of record (calls, tickets …) has columns with Chinese headers and synonyms. A measure says on its own line of
the catalogue which rows count, as one SQL condition over those columns (:class:`Counted`). How one system writes a
kind is an *export* (:class:`Export`): data, not code, so that a region can add its own.

Nothing here counts; :mod:`kaohe.intake.counting` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from kaohe.model import Record

Holds = Literal["text", "instant", "day", "number", "choice"]
"""What the cells of a column hold. ``text`` only tells rows apart: it never reaches facts, save a ticket's number."""

Form = Literal["datetime", "unix", "unix-ms", "clock", "duration", "number", "text"]
"""How a system writes it: ``2026-03-01 08:05:07``; seconds or milliseconds since 1970 (UTC); ``8:05:07`` on the day
that the export is of; ``00:01:05`` for 65 s; a plain number; as it is."""


class Column(Record):
    """A column of a kind of record.

    Attributes:
        name: what SQL calls it.
        label: its Chinese header, which the template writes.
        synonyms: other headers that mean the same.
        holds: what its cells hold.
        words: for a choice, the words that stand for each value; anything else is a fault.
        required: whether every row must state it.
        seconds: whether an instant without its seconds is a fault, because intervals of seconds are counted from it.
        note: how it is filled in, in Chinese.
    """

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    holds: Holds
    words: Mapping[str, tuple[str, ...]] = {}
    required: bool = False
    seconds: bool = False
    note: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that name it."""
        return (self.label, *self.synonyms, self.name)


class Order(Record):
    """An instant that cannot lie before another, where a row states both."""

    earlier: str
    later: str


class Needed(Record):
    """What must be known of a record, because a figure follows from it: unknown is neither yes nor no.

    Whether it is known may follow only from which cells are filled in, and from the words of choices.

    Attributes:
        value: the derived column that must be known, wherever a way of counting uses it.
        where: SQL condition: the records of which it must be.
        columns: what it follows from; a fault stands in the first of these that the file has.
        message: what is lacking and how to mend it, in Chinese.
    """

    value: str
    where: str
    columns: tuple[str, ...]
    message: str


class RecordKind(Record):
    """A kind of record.

    Attributes:
        code: its name.
        label: its Chinese name, also that of its sheet.
        unit: what one record is, in Chinese, such as ``通``.
        columns: its columns.
        key: the columns that tell two records apart; a second row with the same is a fault.
        needs: of each group of columns a file must have at least one, or rows cannot be understood.
        derived: further columns, each by an SQL expression over those before it.
        left_out: an SQL condition: rows that are no records of this kind, such as phantom calls.
        on: the derived column or column whose day is the record's.
        in_month: whether every record's day must lie in the file's month; tickets live longer than a month.
        orders: instants that have an order within a row.
        needed: what must be known of a record where it is counted by.
        merged: for a record that may take several rows (legs of a transferred call): how each column follows from the
            rows, as an SQL aggregate; empty: one row each.
        ref: the column that names a record to people, so that what failed can be listed; None: never listed.
        tallies: further counts that the receipt tells, each an SQL condition: they show what a denominator holds;
            where it is unknown for any record, so is the tally.
        idle_days: whether a day without records counts as 0; else it is a day that the file lacks.
        treatments: what is counted how, in Chinese: what an auditor asks first.
    """

    code: str
    label: str
    unit: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    derived: Mapping[str, str] = {}
    left_out: str | None = None
    on: str
    in_month: bool = True
    orders: tuple[Order, ...] = ()
    needed: tuple[Needed, ...] = ()
    merged: Mapping[str, str] = {}
    ref: str | None = None
    tallies: Mapping[str, str] = {}
    idle_days: bool = False
    treatments: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        return {column.name: column for column in self.columns}[name]


class Counted(Record):
    """How a measure is counted, or an event found, from records of one kind.

    Attributes:
        records: the kind's code.
        where: SQL condition on a record's columns; the records for which it is true count.
        on: column or SQL expression of the day that a record counts under; None: the kind's own.
        distinct: count the different values of this column instead of the records.
        fails: for a measure: whether the records that count are the ones that failed, such as tickets returned, and not
            those that did what the rest of ``at_most`` failed to do; then they are listed.
        start: for events: column or SQL expression of the day on which the period began.
        end: for events: that of the day on which it ended; empty where it has not.
    """

    records: str
    where: str
    on: str | None = None
    distinct: str | None = None
    fails: bool = False
    start: str | None = None
    end: str | None = None


class Taken(Record):
    """Where an export has what a column asks for.

    Attributes:
        header: the export's own header, or several whose cells are joined, as for a compound key.
        form: how it is written.
        empty: cells that stand for nothing, such as ``0:00:00``.
        words: the export's own words for each value of a choice.
        when: other headers and the values that they must have in a row for this cell to count.
    """

    header: str | tuple[str, ...]
    form: Form = "text"
    empty: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = {}
    when: Mapping[str, tuple[str, ...]] = {}

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers whose cells it is made of."""
        return (self.header,) if isinstance(self.header, str) else self.header


class Export(Record):
    """How one system writes records of one kind.

    Attributes:
        name: its name.
        label: its Chinese name.
        records: the kind's code.
        columns: where each column of the kind is found; a column that is not named here is not read.
        day: for exports of one day that write clock times only: ``name`` takes the day from the eight digits in the
            file's name, otherwise an ISO date.
    """

    name: str
    label: str
    records: Literal["calls", "tickets", "attendance", "publications"]
    columns: Mapping[str, Taken]
    day: str | None = None

    @property
    def headers(self) -> frozenset[str]:
        """All headers that a file must have to be such an export."""
        taken = self.columns.values()
        return frozenset(h for t in taken for h in (*t.headers, *t.when))

    def problems(self, kind: RecordKind) -> Iterator[str]:
        """What cannot be meant, held against the kind of record that it is of: which field, and what it may be."""
        known = {column.name: column for column in kind.columns}
        for name, taken in self.columns.items():
            if name in known:
                yield from _misfits(f"columns.{name}", known[name], taken)
            else:
                yield f"columns.{name}: {kind.code} have no such column; it is one of {', '.join(known)}"
        if self.day is None and any(taken.form == "clock" for taken in self.columns.values()):
            yield "day: missing, and columns of the form clock do not say it; `name` takes it from the file's name"
        if self.day not in (None, "name") and not _is_day(self.day):
            yield f"day: {self.day!r} is neither `name` nor a date such as 2026-03-01"


_FORMS: Mapping[Holds, tuple[Form, ...]] = {
    "instant": ("datetime", "text", "unix", "unix-ms", "clock"),
    "day": ("datetime", "text", "unix", "unix-ms"),
    "number": ("number", "text", "duration"),
    "choice": ("text",),
    "text": ("text",),
}
"""How a column may be written; ``text`` is what stands where nothing is said."""


def _is_day(text: str | None) -> bool:
    try:
        return bool(text and date.fromisoformat(text))
    except ValueError:
        return False


def _misfits(place: str, column: Column, taken: Taken) -> Iterator[str]:
    if taken.form not in _FORMS[column.holds]:
        yield f"{place}.form: {taken.form} is none of {', '.join(_FORMS[column.holds])}"
    if unknown := sorted(taken.words.keys() - column.words.keys()):
        wanted = ", ".join(column.words) or "nothing, for the column is no choice"
        yield f"{place}.words: {', '.join(unknown)} is none of the values: {wanted}"
    for word, values in _meanings(taken).items():
        if len(values) > 1:
            yield f"{place}.words: {word!r} stands for {' and '.join(values)}; it can stand for one of them only"


def _meanings(taken: Taken) -> dict[str, list[str]]:
    """The values that each word stands for. Words are compared as they are read: without blanks around them."""
    found: dict[str, list[str]] = {}
    for value, words in taken.words.items():
        for word in dict.fromkeys(word.strip() for word in words):
            found.setdefault(word, []).append(value)
    return found
