"""What the XML of a workbook says of all its sheets together, before calamine is given it.

Four things can only be seen in the XML: how much memory the sheets would take once every row has all its columns
and every cell its own copy of a shared text; which cells hold an error such as ``#REF!``; which hold a
formula that was saved without its result; and which lie under a merged cell. Calamine gives the last three as empty.
"""

from __future__ import annotations

from collections.abc import Collection

from kaohe.intake.limits import MAX_AREA, MAX_CELLS, MAX_TEXT
from kaohe.intake.plainmarkup import Texts, texts
from kaohe.intake.sheetscan import SheetScan, TooMuch
from kaohe.intake.xmlwalk import walk


def longest_text(xml: bytes) -> int:
    """Characters of the longest shared text."""
    longest = here = 0
    inside = False

    def left(piece: Texts) -> bytes:
        nonlocal longest
        longest = max(longest, piece.longest)
        return piece.left

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal here, inside
        inside = tag == "t"
        here = 0 if tag == "si" else here

    def end(_: str) -> None:
        nonlocal inside
        inside = False

    def text(found: str) -> None:
        nonlocal here, longest
        here += len(found) if inside else 0
        longest = max(longest, here)

    walk(map(left, texts(xml)), start, end, text)
    return longest


def check_total(scans: Collection[SheetScan], longest: int) -> None:
    """Hold all sheets together against the limits.

    Raises:
        TooMuch: they are beyond them.
    """
    cells, area = sum(s.cells for s in scans), sum(s.area for s in scans)
    if cells > MAX_CELLS or area > MAX_AREA or longest * sum(s.shared for s in scans) > MAX_TEXT:
        raise TooMuch


def sheet_parts(workbook: bytes, relations: bytes) -> dict[str, str]:
    """The part that each sheet stands in, by the sheet's name."""
    ids: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            ids.append((attributes.get("name", ""), next((v for k, v in attributes.items() if k.endswith(":id")), "")))

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    walk([workbook], sheet)
    walk([relations], relation)
    return {name: targets.get(id_, "") for name, id_ in ids}
