"""A recognised table: what is wrong with its header, and which of its rows hold data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kaohe.catalogue import Measure
from kaohe.intake.dates import day
from kaohe.intake.draft import Draft
from kaohe.intake.grid import Grid
from kaohe.intake.headers import FOOTERS, SUBTOTALS, TOTALS, is_rate, nearest, norm, scaled, stated_unit
from kaohe.intake.recognise import ROLES, Column, Header
from kaohe.intake.spots import Spot
from kaohe.intake.values import BadValue, is_blank
from kaohe.intake.wording import instead_of_blank

_TOTALS = frozenset(map(norm, TOTALS))
_FOREIGN = 3
"""Unknown names from which on a table may be another contract's; fewer are misspelt."""
_MERGED = "（合并的单元格只有左上角一格有数，请取消合并）"


@dataclass(frozen=True)
class Table:
    """A table and the draft its content goes to."""

    grid: Grid
    header: Header
    draft: Draft

    def column(self, role: str) -> Column | None:
        """The column of that role."""
        return next((c for c in self.header.columns if c.role == role), None)

    @property
    def measures(self) -> list[tuple[Column, Measure]]:
        """The columns that hold measures."""
        return [(column, column.measure) for column in self.header.columns if column.measure]

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows that hold data: not empty ones, totals, signatures, footnotes and stray content."""
        return tuple(row for row in self._filled if not self._is_stray(row))

    @cached_property
    def _filled(self) -> tuple[int, ...]:
        below = range(self.header.row + 1, len(self.grid.rows))
        filled = (row for row in below if not self.grid.is_empty_row(row) and not self._is_aside(row))
        return tuple(row for row in filled if not self._is_ragged(row))

    @cached_property
    def ragged(self) -> tuple[int, ...]:
        """The rows of a CSV file with too few or too many cells: what stands there has moved to a wrong column."""
        below = range(self.header.row + 1, len(self.grid.rows))
        return tuple(row for row in below if self._is_ragged(row) and not self._is_aside(row))

    def check_rows(self) -> None:
        """Report ragged rows and stray content, which are not read."""
        for row in self.ragged:
            message = "这一行的单元格个数与表头不一致，请检查是否少了分隔符，或数字里的逗号没有加引号"
            held, expected = f"{len(self.grid.rows[row])}个", f"{len(self.header.columns)}个"
            self.draft.report.add("ragged-row", message, self.grid.at(row), held=held, expected=expected)

        for row in self._filled:
            if self._is_stray(row):
                message = "这一行只有零散内容，没有表里的数据；请删去"
                places = [place for place, cell in enumerate(self.grid.rows[row]) if not is_blank(cell)]
                spot = self.grid.at(row, places[0])
                self.draft.report.add("stray-cell", message, spot, held=self.grid.cell(row, places[0]))

    def check_header(self) -> None:
        """Report every column without a use of its own (unnamed, unknown, or there already), and a unit above all."""
        self._check_title()
        seen: dict[str, Column] = {}
        for column in self.header.columns:
            key = column.measure.code if column.measure else column.role or ""
            if not column.title:
                self._check_nameless(column)
            elif column.role is None:
                self._report_unknown(column)
            elif key in seen and key != "ignored":
                message = f"与前面的“{seen[key].title}”列重复；同一数据只能有一列，请删去一列"
                self.draft.report.add("column-twice", message, self.at(self.header.row, column))
            else:
                seen[key] = column

    def is_foreign(self, titles: Sequence[object]) -> bool:
        """Whether three in four names of measures are none of this catalogue's; one fault then tells of them all."""
        unknown = [str(title).strip() for title in titles if self.draft.context.names.measure(title) is None]
        if len(unknown) < _FOREIGN or 4 * len(unknown) < 3 * len(titles):
            return False
        if all(map(self._is_day, unknown)):
            message = (
                "日期横着排成了表头；请改成一天一行：第一列是“日期”，每项数据一列（选中后复制，“选择性粘贴—转置”）"
            )
            self.draft.report.add("transposed", message, self.grid.at(self.header.row))
            self.draft.is_foreign = True
            return True
        contracts = "、".join(c.label for c in self.draft.context.contracts) or "本合同"
        message = (
            f"{len(titles)}个名称里有{len(unknown)}个不是“{contracts}”的指标（“{'”“'.join(unknown[:3])}”等），"
            "像是别的地区或别的合同的表；请核对是否传错了位置，或改用本合同的模板"
        )
        self.draft.report.add("foreign-table", message, self.grid.at(self.header.row))
        self.draft.is_foreign = True
        return True

    def _is_day(self, title: str) -> bool:
        try:
            return bool(day(title, self.draft.context.month))
        except BadValue:
            return False

    def at(self, row: int, column: Column) -> Spot:
        """The place of a cell in a column."""
        return self.grid.at(row, column.index, column.measure.label if column.measure else column.title or None)

    def value(self, row: int, column: Column) -> Any:
        """What a cell holds."""
        return self.grid.cell(row, column.index)

    def is_blank(self, row: int, column: Column) -> bool:
        """Whether a cell holds nothing, not even a formula that failed."""
        return is_blank(self.value(row, column)) and (row, column.index) not in self.grid.odd

    def is_odd(self, row: int, column: Column, label: str) -> bool:
        """Whether a cell holds an error or a formula without a result; a fault says which."""
        mark = self.grid.odd.get((row, column.index))
        if mark is None:
            return False
        if mark.startswith("="):
            code, message = "formula-uncalculated", "的公式没有保存计算结果；请用 Excel 打开重新保存，或直接填数字"
        else:
            code, message = "formula-error", "的公式出错；请改正公式或直接填数字"
        self.draft.report.add(code, f"“{label}”{message}", self.at(row, column), held=mark)
        return True

    def report_blanks(self, blanks: Mapping[int, Measure], column: Column) -> None:
        """Report empty cells of a column, one fault a run of rows for which the same is to be done.

        Args:
            blanks: for each row, in order, the measure that lacks there.
            column: the column.
        """
        for run in _alike(blanks):
            span = f"第{run[0] + 1}—{run[-1] + 1}行" if len(run) > 1 else ""
            labels = "”“".join(dict.fromkeys(blanks[row].label for row in run))
            merged = _MERGED if self.grid.is_merged(run, column.index) else ""
            message = f"{span}“{labels}”没有填写；{instead_of_blank(blanks[run[0]])}{merged}"
            self.draft.report.add("missing-value", message, self.at(run[0], column))

    def _check_nameless(self, column: Column) -> None:
        first = next((row for row in self.rows if not self.is_blank(row, column)), None)
        if first is not None:
            merged = self.grid.is_merged([self.header.row], column.index)
            advice = "表头是合并的单元格，请取消合并，每列写上自己的表头" if merged else "请补上表头，或删去这一列"
            message = f"这一列没有表头，第{first + 1}行起却有内容；{advice}"
            self.draft.report.add("column-unnamed", message, self.at(self.header.row, column))

    def _check_title(self) -> None:
        for row in range(self.header.row):
            for cell in self.grid.rows[row]:
                if not is_blank(cell) and (unit := stated_unit(cell)):
                    self.report_scaled(cell, unit, self.grid.at(row))

    def report_scaled(self, title: object, unit: str, spot: Spot) -> None:
        """Report a header or name that states its figures in ten thousands or the like."""
        message = f"单位“{unit}”不对：数按原样读取，不会换算；请换算后填写，并删去“{unit}”"
        self.draft.report.add("unit-scaled", message, spot, held=title)

    def _report_unknown(self, column: Column) -> None:
        report, names = self.draft.report, self.draft.context.names
        if (other := scaled(column.title)) and self._is_known(other[0]):
            self.report_scaled(column.title, other[1], self.at(self.header.row, column))
            return
        if self.header.form in ("days", "wide"):
            there = {measure.code for _, measure in self.measures}
            like = None if report.is_full else names.like_measure(column.title, there=there)
        else:
            taken = {column.role for column in self.header.columns}
            roles = ROLES[self.header.form]
            like = nearest(norm(column.title), {name: name for name, role in roles.items() if role not in taken})
        message = f"不认识这个表头{guess(like, column.title)}请改成模板中的名称，或删去这一列"
        report.add("unknown-column", message, self.at(self.header.row, column), held=column.title)

    def _is_known(self, title: str) -> bool:
        return norm(title) in ROLES[self.header.form] or self.draft.context.names.measure(title) is not None

    def _is_ragged(self, row: int) -> bool:
        cells, width = self.grid.rows[row], len(self.header.columns)
        if not self.grid.ragged or self.grid.is_empty_row(row):
            return False
        return len(cells) < width or any(not is_blank(cell) for cell in cells[width:])

    def _is_stray(self, row: int) -> bool:
        """Whether a row has nothing below a header, or no more than a word where the day should be."""
        columns = [column for column in self.header.columns if column.title and not self.is_blank(row, column)]
        if self.header.form != "days" or len(columns) != 1 or columns[0].role != "on":
            return not columns and not any(place == row for place, _ in self.grid.odd)
        held = self.value(row, columns[0])
        return isinstance(held, str) and not any(character.isdigit() for character in held)

    def _is_aside(self, row: int) -> bool:
        first = next((norm(cell) for cell in self.grid.rows[row] if not is_blank(cell)), "")
        return first in _TOTALS or first.startswith(FOOTERS) or self._is_subtotal(row, first)

    def _is_subtotal(self, row: int, first: str) -> bool:
        """Whether a row sums up days: only where it has no date, lest a remark before a date hide the day."""
        column = self.column("on") if self.header.form == "days" else None
        if column is None or not any(word in first for word in SUBTOTALS):
            return False
        return self.is_blank(row, column) or norm(self.value(row, column)) == first


def guess(like: str | None, name: object = "") -> str:
    """A proposal in the middle of a message, where there is one; of a rate, that it is worked out here."""
    if like:
        return f"，是不是{like}？"
    return "；比率由平台计算，不用填报；" if is_rate(name) else "；"


def _alike(blanks: Mapping[int, Measure]) -> list[list[int]]:
    """Rows drawn together where they follow one another and are to be mended alike."""
    found: list[list[int]] = []
    for row, measure in blanks.items():
        before = blanks[found[-1][-1]] if found else None
        if before and row == found[-1][-1] + 1 and instead_of_blank(measure) == instead_of_blank(before):
            found[-1].append(row)
        else:
            found.append([row])
    return found
