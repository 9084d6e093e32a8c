"""The XML parts of a workbook, walked by expat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat


class BadXml(Exception):
    """A part of the workbook is no XML as Office writes it."""


def walk(
    xml: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda tag: None,
    text: Callable[[str], None] = lambda found: None,
    aside: Callable[..., None] = lambda *_: None,
) -> None:
    """Walk through an XML document that comes in pieces.

    Args:
        xml: the pieces.
        start: what to do where an element begins, given its tag without a prefix and its attributes.
        end: where it ends.
        text: for the text between.
        aside: where a comment, a processing instruction or a CDATA section begins.

    Raises:
        BadXml: it is no XML, has a document type, or ``start`` met a number that is none.
    """
    parser = expat.ParserCreate()
    # Some programs write every tag with a prefix ("x:c").
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = aside
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    try:
        for piece in xml:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise BadXml(str(error)) from None


def _no_doctype(*_: Any) -> None:
    # Office writes none; its only use here would be entities that expand without end.
    raise BadXml("doctype")
