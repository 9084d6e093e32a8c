"""What of a workbook's XML is written plainly, taken in many elements at a time.

Nearly every cell holds a number or a text and nothing odd, and a parser calls Python seven times for each: a month of
calls would take it a second. So plain cells and plain shared texts are drawn out by an expression, and only what is
left is parsed. A blank stands in for each, so that nothing on its two sides grows together into markup that was not
there: whatever the parser would have called a cell is either among those drawn out or still there to be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_PIECE = 1 << 18
"""Bytes looked at together: what is found in them takes some thirty times as much memory for a moment."""

_TEXT = rb"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]++"
_T = rb'<t(?: xml:space="preserve")?>'
_SHARED_TEXT = re.compile(rb"<si>%b(%b)</t></si>" % (_T, _TEXT))
_CELL = re.compile(
    rb'<c r="(?:([A-Z]{1,3})([1-9]\d{0,6})"(?: s="\d+")?'
    rb'(?:(?: t="(?:(s)|n|b|d|str)")?>(?:<f>%(text)b</f>)?<v>%(text)b</v>'
    rb'| t="inlineStr"><is>%(t)b%(text)b</t></is>)</c>'
    rb'|[A-Z]{1,3}[1-9]\d{0,6}"(?: s="\d+")?(?: t="\w+")?(?: ?/>|>%(nothing)b</c>))'
    % {b"t": _T, b"text": _TEXT, b"nothing": rb"(?:<v></v>|<v ?/>|<is><t></t></is>|<is><t ?/></is>)?"}
)
"""A filled cell as Excel, WPS and the usual libraries write it (its column, its row, whether it refers to a shared
text), or one that holds nothing."""


class Cells(NamedTuple):
    """A piece of a sheet's XML, and the plain cells that were drawn out of it.

    Attributes:
        left: the XML without them.
        seen: how many were drawn out.
        filled: how many of them hold something.
        shared: how many refer to a shared text.
        columns: the letters of the columns of those that hold something.
        rows: the numbers of their rows, from 1.
    """

    left: bytes
    seen: int
    filled: int
    shared: int
    columns: set[bytes]
    rows: set[bytes]


class Texts(NamedTuple):
    """A piece of the XML of the shared texts, and the plain ones that were drawn out of it.

    Attributes:
        left: the XML without them.
        longest: characters of the longest of them.
    """

    left: bytes
    longest: int


def cells(xml: bytes) -> Iterator[Cells]:
    """Draw the plain cells out of a sheet's XML, piece by piece."""
    for piece in _pieces(xml, b"<c "):
        left, columns, rows, shared = _split(_CELL, piece)
        yield Cells(
            left=b" ".join(left),
            seen=len(columns),
            filled=len(columns) - columns.count(None),
            shared=shared.count(b"s"),
            columns=set(columns) - {None},
            rows=set(rows) - {None},
        )


def texts(xml: bytes) -> Iterator[Texts]:
    """Draw the plain texts out of the XML of the shared ones, piece by piece."""
    for piece in _pieces(xml, b"<si>"):
        left, found = _split(_SHARED_TEXT, piece)
        yield Texts(b" ".join(left), max((len(text.decode(errors="replace")) for text in found), default=0))


def _split(expression: re.Pattern[bytes], piece: bytes) -> Iterator[list[Any]]:
    """What stands between the matches of an expression, and then what each of its groups took, None where nothing."""
    found = expression.split(piece)
    step = expression.groups + 1
    return (found[n::step] for n in range(step))


def _pieces(xml: bytes, mark: bytes) -> Iterator[bytes]:
    """The XML in pieces that begin with a mark."""
    begin = 0
    while begin < len(xml):
        found = xml.find(mark, begin + _PIECE)
        end = found if found > 0 else len(xml)
        yield xml[begin:end]
        begin = end
