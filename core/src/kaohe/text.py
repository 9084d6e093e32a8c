"""Plain text that lines up, whether its words are English or Chinese (which take two columns a character)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

COLUMNS = 110
"""How wide a page is."""
OPENING, CLOSING = frozenset("（《“"), frozenset("，。；：、！？）》”")


def width(text: str) -> int:
    """Columns that a text takes on a terminal (Unicode Standard Annex 11: wide and full-width take two)."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up to so many columns; ``right`` moves it to the right."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    indent: str = "  ",
    within: int | None = None,
) -> str:
    """A table of aligned columns under a rule.

    Args:
        header: the columns' names.
        rows: the cells, as many as the header has.
        right: indices of the columns that are set flush right.
        indent: what each line begins with.
        within: columns that the whole may take: the last column is wrapped to fit; None: as wide as it gets.
    """
    lines = [tuple(header), *(tuple(row) for row in rows)]
    if within is not None:
        taken = sum(max(width(line[n]) for line in lines) + 2 for n in range(len(header) - 1))
        lines = [part for line in lines for part in _wrapped(line, within - width(indent) - taken)]
    columns = [max(width(line[n]) for line in lines) for n in range(len(header))]
    texts = [
        indent + "  ".join(pad(cell, columns[n], right=n in right) for n, cell in enumerate(line)).rstrip()
        for line in lines
    ]
    rule = indent + "  ".join("─" * columns[n] for n in range(len(header)))
    return "\n".join([texts[0], rule, *texts[1:]])


def _wrapped(line: tuple[str, ...], columns: int) -> Iterable[tuple[str, ...]]:
    """A line of a table as several, the last cell running on below itself."""
    first, *more = wrap(line[-1], columns).split("\n")
    yield (*line[:-1], first)
    yield from ((*([""] * (len(line) - 1)), part) for part in more)


def title(text: str, mark: str = "═") -> str:
    """A heading, underlined to its own width."""
    return f"{text}\n{mark * width(text)}"


def wrap(text: str, columns: int, indent: str = "") -> str:
    """The text in lines of at most so many columns; Chinese may break after any character."""
    lines, line = [], ""
    for word in _words(text):
        if width(line + word.rstrip()) > columns - width(indent) and line.strip():
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return "\n".join(indent + part for part in [*lines, line.rstrip()])


def _words(text: str) -> Iterable[str]:
    """What a line may break between: no line begins with closing punctuation or ends with opening."""
    word = ""
    for n, char in enumerate(text, 1):
        after = text[n : n + 1]
        word += char
        if char == " " or (width(char) == 2 and char not in OPENING and after not in CLOSING):
            yield word
            word = ""
    yield word
