"""How the lines of a file end: DuckDB wants them all to end alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kaohe.intake.counting.source import Source

_STEP = 1 << 20


def with_equal_line_ends(source: Source, into: Path) -> Source | None:
    """The file with every line ending in a line feed; None where they end alike already.

    A file put together from two systems, or added to by hand, mixes them. In the encodings that are read as they are,
    no byte of a character is one of a line's end; a cell that holds a line break only has it spelled otherwise.
    """
    if not _are_mixed(source.path):
        return None
    with source.path.open("rb") as file, into.open("wb") as out:
        held = b""
        while block := file.read(_STEP):
            # Of a pair cut in two by the block's end, the first half waits for the second.
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""
            out.write(_unified(block.removesuffix(held)))
        out.write(_unified(held))
    return replace(source, path=into)


def _are_mixed(path: Path) -> bool:
    pairs = returns = feeds = 0
    last = b""
    with path.open("rb") as file:
        while block := file.read(_STEP):
            pairs += (last + block).count(b"\r\n")
            returns, feeds = returns + block.count(b"\r"), feeds + block.count(b"\n")
            last = block[-1:] if block.endswith(b"\r") else b""
    return sum(kind > 0 for kind in (pairs, returns - pairs, feeds - pairs)) > 1


def _unified(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
