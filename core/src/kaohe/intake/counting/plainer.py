"""A file that DuckDB cannot read as it is, written again: in UTF-8, every line ending alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kaohe.intake.counting.source import Source

_STEP = 1 << 20


def plainer(source: Source, into: Path) -> Source | None:
    """The same rows in a file that asks less of its reader; None where there is nothing to mend, or no mending it.

    - A file put together from two systems, or added to by hand, ends its lines in different ways.
    - GB18030 is read byte for byte (see ``statements``) as long as no byte is 80 to 9F, which DuckDB refuses; rare
      characters, as names have them, do hold such bytes.

    A line break inside a cell is only spelled otherwise; lines keep their numbers.
    """
    if source.encoding == "utf-8" and not _has_mixed_line_ends(source.path):
        return None
    try:
        with source.path.open(encoding=source.text_encoding) as text, into.open("w", encoding="utf-8") as out:
            while block := text.read(_STEP):
                out.write(block)
    except UnicodeDecodeError:
        return None
    return replace(source, path=into, encoding="utf-8")


def _has_mixed_line_ends(path: Path) -> bool:
    pairs = returns = feeds = 0
    last = b""
    with path.open("rb") as file:
        while block := file.read(_STEP):
            # A pair that the end of a block cuts in two is one still.
            pairs += (last + block).count(b"\r\n")
            returns, feeds = returns + block.count(b"\r"), feeds + block.count(b"\n")
            last = block[-1:] if block.endswith(b"\r") else b""
    return sum(kind > 0 for kind in (pairs, returns - pairs, feeds - pairs)) > 1
