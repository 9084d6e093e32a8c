"""SQL expressions for one cell: its text, and what that says; ``cells`` understands the same in Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kaohe.intake.counting.columns import Place
from kaohe.intake.counting.writing import BLANKS, CHINA_SECONDS, CLOCK, quoted, spellings, sql_type


def trimmed(text: str) -> str:
    """A text without blanks around it; systems put a tab behind a number that Excel is to take for a text."""
    return f"trim({text}, {quoted(BLANKS)})"


def _trimmed(place: int) -> str:
    """A cell without blanks around it; the reader gives an empty one as NULL, and one of blanks is as good as empty.

    ``trim`` copies every cell, so it is asked only where there is a blank: that is six times as fast.
    """
    cell = f"c{place}"
    odd = f"{cell} < '!' OR suffix({cell}, ' ') OR suffix({cell}, '\t')"
    return f"CASE WHEN {odd} THEN nullif({trimmed(cell)}, '') ELSE {cell} END"


@dataclass(frozen=True)
class Cell:
    """How the cells of one file are understood.

    Attributes:
        is_latin: whether a file in GB18030 is read byte for byte.
        day: the day of an export that writes clock times only.
        spelling: how all instants are written, if the file is taken to be written as usual all through.
    """

    is_latin: bool
    day: date | None
    spelling: str | None

    def text(self, place: Place, *, trim: bool) -> str:
        """What a row has for a column; NULL where it has nothing.

        Args:
            place: the column.
            trim: whether blanks matter to whatever reads the text.
        """
        if place.is_plain and not trim:
            return f"c{place.cells[0]}"
        cells = [_trimmed(n) for n in place.cells]
        text = cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
        if place.taken.empty:
            text = f"CASE WHEN {text} NOT IN ({self._words(place.taken.empty)}) THEN {text} END"
        if place.when:
            tests = " AND ".join(f"{_trimmed(n)} IN ({self._words(values)})" for n, values in place.when.items())
            text = f"CASE WHEN {tests} THEN {text} END"
        return text

    def value(self, place: Place, text: str) -> str:
        """What a text says; NULL where it cannot be understood."""
        if place.column.holds == "text" or self.is_read(place):
            return text
        if place.column.holds == "choice":
            return self._choice(place, text)
        return _number(place, text) if place.column.holds == "number" else self._when(place, text)

    def begins(self, text: str, words: Iterable[str]) -> str:
        """A condition: a text begins with one of these."""
        tests = (f"starts_with({text}, {quoted(self._as_read(word))})" for word in words)
        return f"({' OR '.join(tests)})"

    def is_read(self, place: Place) -> bool:
        """Whether the reader itself makes instants of a column's cells."""
        return self.spelling is not None and place.is_plain and place.column.holds == "instant"

    def _choice(self, place: Place, text: str) -> str:
        """The value that a word stands for. Most rows are done with the first words; a long IN would become a join.

        Blanks around a word are as unusual as another spelling of instants.
        """
        values = {value: f"{quoted(value)}::{sql_type(place.column)}" for value in place.column.words}
        words = {quoted(self._as_read(word)): values[value] for word, value in place.words.items()}
        exact = " ".join(f"WHEN {text} = {word} THEN {value}" for word, value in words.items())
        others = " ".join(f"WHEN {word} THEN {value}" for word, value in words.items())
        other = "" if self.spelling else f" ELSE CASE {trimmed(text)} {others} END"
        return f"CASE WHEN {text} IS NULL THEN NULL {exact}{other} END"

    def _when(self, place: Place, text: str) -> str:
        form = place.taken.form
        if form in ("unix", "unix-ms"):
            factor = 1_000_000 if form == "unix" else 1_000
            # Not AS BIGINT, which rounds: 15.4 s would be 15 s. A DOUBLE holds microseconds until the year 2255.
            since = f"CAST(try_cast({text} AS DOUBLE) * {factor} AS BIGINT)"
            instant = f"try(make_timestamp({since} + {CHINA_SECONDS * 1_000_000}))"
        elif form == "clock":
            instant = f"(DATE '{self.day}' + CAST(try_strptime({text}, {quoted(CLOCK[0])}) AS TIME))"
        else:
            usual, *_ = every = [quoted(self._as_read(form)) for form in spellings(place.column)]
            # One spelling is tried faster than a list of several, and few cells have blanks around them.
            instant = f"coalesce(try_strptime({text}, {usual}), try_strptime({trimmed(text)}, [{', '.join(every)}]))"
        return f"{instant}::DATE" if place.column.holds == "day" else instant

    def _words(self, words: Iterable[str]) -> str:
        return ", ".join(quoted(self._as_read(word)) for word in words)

    def _as_read(self, word: str) -> str:
        return word.encode("gb18030").decode("latin-1") if self.is_latin else word


def _number(place: Place, text: str) -> str:
    if place.taken.form == "duration":
        return f"CAST(epoch(try_strptime({text}, '%H:%M:%S') - TIMESTAMP '1900-01-01') AS DECIMAL(15,3))"
    number = f"try_cast({text} AS DECIMAL(15,3))"
    return f"CASE WHEN {number} >= 0 THEN {number} END"
