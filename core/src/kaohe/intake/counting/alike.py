"""Columns of which nearly all cells are wrong in one way: told once, of the column."""

from __future__ import annotations

from collections import Counter

from kaohe.intake.counting.checks import NEARLY_ALL
from kaohe.intake.report import SCATTERED, Report
from kaohe.intake.spots import Spot


class Alike:
    """What was told of the cells of each column, and how many are filled in."""

    def __init__(self, report: Report) -> None:
        self._report, self._filled = report, Counter[str]()
        self._told: dict[tuple[str, str, str], tuple[int, Spot, Spot]] = {}

    def fill(self, name: str) -> None:
        """Note a cell of a column that is filled in."""
        self._filled[name] += 1

    def add(self, name: str, code: str, message: str, spot: Spot) -> None:
        """Note a fault that was told of a cell."""
        count, first, _ = self._told.get((name, code, message), (0, spot, spot))
        self._told[name, code, message] = count + 1, first, spot

    def tell(self) -> None:
        """Put one fault in the place of those that were told of nearly all filled cells of a column."""
        for (name, code, message), (count, first, last) in self._told.items():
            if count >= SCATTERED and count >= NEARLY_ALL * self._filled[name]:
                told = f"整列{count}处（第{first.row}—{last.row}行）{message}"
                self._report.tell_once(code, message, first, told, count)
