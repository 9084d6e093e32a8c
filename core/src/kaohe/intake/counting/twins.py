"""Records that stand in several rows: told row by row, or once where there are many, as of an export pasted twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kaohe.intake.counting.cells import text_of
from kaohe.intake.counting.showing import showable_key
from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.wrong import Wrong
from kaohe.intake.report import SCATTERED, Report
from kaohe.intake.spots import Spot

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+")


@dataclass
class _Found:
    """Rows whose number stands above already, for one reason.

    Attributes:
        rows: these rows, with the row of the same number and the number; no more than are told one by one.
        count: how many they are.
        last: the last of them.
        is_pasted: whether they follow one another, each as far from the row of its number as the first.
    """

    rows: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0
    last: int = 0
    is_pasted: bool = True

    def add(self, row: int, first: int, key: str) -> None:
        """Note a row."""
        if len(self.rows) < SCATTERED:
            self.rows.append((row, first, key))
        start, before, _ = self.rows[0]
        self.is_pasted &= (row, first) == (start + self.count, before + self.count)
        self.count, self.last = self.count + 1, row


class Twins:
    """The rows of one file whose records stand in a row above."""

    def __init__(self, query: Query, wrong: Wrong, report: Report) -> None:
        self._query, self._report = query, report
        self._keys = () if wrong.has_swapped_key else wrong.twins
        self._seen: dict[str, int] = {}
        self._found: dict[str, _Found] = {}

    def look_at(self, row: Sequence[str], line: int) -> None:
        """Note a row whose record stands above."""
        if not self._keys:
            return
        key = " ".join(filter(None, (text_of(self._query.layout.places[name], row) for name in self._query.key)))
        first = self._seen.setdefault(key, line) if key in self._keys else line
        if first != line:
            self._found.setdefault(self._why(key), _Found()).add(line, first, key)

    def tell(self, file: Spot) -> None:
        """Report what was noted."""
        place = self._query.layout.places[self._query.key[0]]
        names = "".join(f"“{self._query.layout.places[name].column.label}”" for name in self._query.key)
        for why, found in self._found.items():
            is_told_once = found.count >= SCATTERED
            for row, first, key in found.rows[:1] if is_told_once else found.rows:
                message = _many(names, found, why) if is_told_once else f"{names}与第{first}行相同；{why}"
                spot = file.at(row=row, column=place.cells[0], header=place.column.label)
                self._report.add("record-twice", message, spot, held=showable_key(key))

    def _why(self, key: str) -> str:
        kind = self._query.layout.kind
        if _SCIENTIFIC.fullmatch(key):
            return "编号已被 Excel 改成科学计数法，不同的编号成了一样的；请直接上传系统导出的原文件"
        if kind.merged and not self._query.merges:
            leg = kind.column("leg").label
            return f"请检查是否重复导出；转接的电话（一通有几行）请加“{leg}”一列（1、2…）"
        return f"同一{kind.label}只能有一行，请检查是否重复导出"


def _many(names: str, found: _Found, why: str) -> str:
    row, first, _ = found.rows[0]
    if found.is_pasted:
        upper = f"第{first}—{first + found.count - 1}行"
        return f"第{row}—{found.last}行的{names}与{upper}逐行相同，像是粘贴了两次，请删去重复的行"
    return f"{found.count}行（第{row}—{found.last}行之间）的{names}与前面的行相同，如第{row}行与第{first}行；{why}"
