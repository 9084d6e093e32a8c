"""Why a file of records is refused: each bad row by line, column, content and expectation.

Only a file that is bad comes here. It is read once more by the standard library, which knows the lines; the checks are
those of :mod:`~kaohe.intake.counting.statements`, cell by cell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TextIO

from kaohe.intake.counting.alike import Alike
from kaohe.intake.counting.cells import expected, misread, parse, text_of
from kaohe.intake.counting.checks import PLAUSIBLE, either, unknown
from kaohe.intake.counting.columns import Place
from kaohe.intake.counting.condition import Condition
from kaohe.intake.counting.seconds import tell_lost
from kaohe.intake.counting.showing import is_reference, showable
from kaohe.intake.counting.statements import Query
from kaohe.intake.counting.strays import stray
from kaohe.intake.counting.twins import Twins
from kaohe.intake.counting.unknown import tell_unknown
from kaohe.intake.counting.wrong import Wrong
from kaohe.intake.draft import Draft
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

Values = Mapping[str, Any]
_PAUSE = 4096
"""Lines between two looks at the time."""
_REMEMBERED = 10_000
_BAD = object()
"""Stands for a cell that has been reported."""


def explain(query: Query, wrong: Wrong, draft: Draft, spot: Spot) -> None:
    """Report everything that is wrong with the rows of a file.

    Args:
        query: the file and its layout.
        wrong: what only several rows together show.
        draft: whose report the faults go to, and whose patience may end before the file does.
        spot: the file.
    """
    report = draft.report
    found = _Explanation(query, wrong, report, spot)
    found.look_at_headers()
    line, opened, size = query.source.before, list[TextIO](), query.source.path.stat().st_size
    try:
        with draft.progress.step(f"{spot.file} 查错", lambda: _share(opened, size)):
            for line, row in query.source.rows(opened.append):
                if row:
                    found.look_at(row, line)
                if not line % _PAUSE and draft.patience.is_over:
                    message = "文件太大，从这一行起来不及检查；请先改正查出的各处"
                    report.add("too-slow", message, spot.at(row=line + 1))
                    break
    except csv.Error:
        message = "从这一行起无法继续读：可能有不成对的引号、只有半行，或含有空字符；请重新从系统导出"
        report.add("bad-csv", message, spot.at(row=line + 1))
    except UnicodeDecodeError:
        message = "从这一行附近起文字编码与前面不同；请不要拼接两个系统的文件，重新导出后上传"
        report.add("bad-encoding", message, spot.at(row=line + 1), expected="全文件同为 UTF-8 或 GB18030")
    found.look_at_whole_records()
    found.look_at_all()


def _share(opened: Sequence[TextIO], size: int) -> float:
    """How much of a file has been read; the bar may ask before it is opened and after it is closed."""
    try:
        return opened[0].buffer.tell() / size if opened else -1
    except ValueError:
        return 1


class _Explanation:
    """What is found in one file, row by row."""

    def __init__(self, query: Query, wrong: Wrong, report: Report, spot: Spot) -> None:
        self._query, self._report, self._spot = query, report, spot
        self._kind, self._places = query.layout.kind, query.layout.places
        self._wrong, self._twins, self._alike = wrong, Twins(query, wrong, report), Alike(report)
        self._lacking = {needed: list[int]() for needed in query.needed}
        self._keys = [self._places[name].cells[0] for name in query.alone]
        self._misread: set[tuple[str, str]] = set()
        self._is_exempt = Condition(self._kind, self._kind.left_out or "false")
        self._lacks = [(needed, Condition(self._kind, either(unknown([needed])))) for needed in query.needed]
        self._first, self._last = query.month.first - PLAUSIBLE, query.month.last + PLAUSIBLE
        self._lines: dict[str, int] = {}

    def look_at_headers(self) -> None:
        """Report that two headers have changed places; what follows from it is not told row by row."""
        if swap := self._wrong.swap:
            at = self._spot.at(row=self._query.source.before)
            first, second = (self._cell(self._places[name], at) for name in (swap.first, swap.second))
            self._report.add("headers-swapped", swap.message(str(first.header), str(second.header)), first)
        if self._wrong.minutes:
            tell_lost(self._query, self._wrong.minutes, self._report, self._spot)

    def look_at_all(self) -> None:
        """Report what is better told of all rows together than of each."""
        self._alike.tell()
        self._look_at_month()
        for needed, rows in self._lacking.items():
            tell_unknown(self._query, needed, rows, self._report, self._spot)

    def _look_at_month(self) -> None:
        """Report once that nearly all records are of another month."""
        if self._wrong.elsewhere:
            first, last = self._wrong.elsewhere
            part = "几乎所有的" if self._kind.in_month else "所有的"
            message = f"{part}{self._kind.label}都不在本文件的月份内；请核对月份，按月导出"
            self._report.add("other-month", message, self._spot, held=f"{first}至{last}", expected=self._month)

    def look_at(self, row: Sequence[str], line: int) -> None:
        """Report what is wrong with a row."""
        headers, at = self._query.source.headers, self._spot.at(row=line)
        width = len(headers)
        if odd := stray(row, headers, self._keys, of_sheet=self._spot.sheet is not None):
            self._report.add(*odd, at)
            return
        if len(row) != width:
            why = "含有空字符，文件可能没有写完整" if any("\0" in cell for cell in row) else "可能只有半行"
            message = f"这一行的单元格个数与表头不一致；{why}，或内容里的分隔符没有加引号；请重新导出"
            self._report.add("ragged-row", message, at, held=f"{len(row)}个", expected=f"{width}个")
            return
        values = {name: self._value(place, row, at) for name, place in self._places.items()}
        self._check_reference(row, at)
        self._twins.look_at(row, line)
        if _BAD in values.values():
            return
        if self._wrong.whole and (key := self._key(row, self._query.alone)) in self._wrong.whole:
            self._lines.setdefault(key, line)
        if self._is_exempt(values):
            return
        self._check_orders(values, at)
        if not self._query.merges:
            self._check_whole(values, at)

    def look_at_whole_records(self) -> None:
        """Report records that stand twice, then what is wrong with records of several rows; each at its first."""
        self._twins.tell(self._spot)
        if not self._report:
            for key, values in self._wrong.whole.items():
                self._check_whole(values, self._spot.at(row=self._lines[key]))

    def _value(self, place: Place, row: Sequence[str], at: Spot) -> Any:
        column, text = place.column, text_of(place, row)
        if text is None and (not column.required or self._is_swapped(column.name)):
            return None
        value = self._parsed(place, text) if text is not None else None
        if text is not None:
            self._alike.fill(column.name)
        if value is not None and not (isinstance(value, date) and not self._is_plausible(value)):
            return value
        code, message = self._problem(place, text, value)
        self._report.add(code, message, **self._told(place, text, at, value))
        if text is not None and value is None and column.holds != "choice":
            self._alike.add(column.name, code, message, self._cell(place, at))
        return _BAD

    def _is_swapped(self, name: str) -> bool:
        """Whether a column stands under another one's header, so that its own may be empty here and there."""
        return self._wrong.swap is not None and name in (self._wrong.swap.first, self._wrong.swap.second)

    def _parsed(self, place: Place, text: str) -> Any:
        """What a cell says; what says nothing is tried once only, for the same slip stands in many rows."""
        known = (place.column.name, text)
        if known in self._misread:
            return None
        value = parse(place, text, self._query.day)
        if value is None and len(self._misread) < _REMEMBERED:
            self._misread.add(known)
        return value

    def _problem(self, place: Place, text: str | None, value: Any) -> tuple[str, str]:
        month, label = self._query.month, place.column.label
        if text is None:
            return "missing-value", f"“{label}”是空的；每一行都要有"
        if value is None:
            return misread(place, text)
        return "implausible-time", f"“{label}”离{month.year}年{month.month}月太远；请核对年份"

    def _told(self, place: Place, text: str | None, at: Spot, value: Any) -> dict[str, Any]:
        held = None if text is None else showable(place, text)
        return {
            "spot": self._cell(place, at),
            "held": held,
            "expected": expected(place) if text is not None and value is None else None,
        }

    def _is_plausible(self, value: date) -> bool:
        on = value.date() if isinstance(value, datetime) else value
        return self._first <= on <= self._last

    def _check_reference(self, row: Sequence[str], at: Spot) -> None:
        """Report a number that looks like somebody's, in whatever row: any may be listed once the rest is mended."""
        place = self._places.get(self._kind.ref or "")
        text = text_of(place, row) if place else None
        if place is None or text is None or is_reference(text):
            return
        label = place.column.label
        message = (
            f"“{label}”像是姓名、地址、电话或证件号码（此处不显示原内容）；"
            f"请改填{self._kind.label}的编号，或核对表头有没有对错列"
        )
        self._report.add("personal-data", message, self._cell(place, at))

    def _cell(self, place: Place, at: Spot) -> Spot:
        """Where a row has what a column asks for: its first cell, by the file's own header."""
        return at.at(row=at.row, column=place.cells[0], header=self._query.source.headers[place.cells[0]])

    def _key(self, row: Sequence[str], names: Sequence[str]) -> str:
        return " ".join(filter(None, (text_of(self._places[name], row) for name in names)))

    def _check_orders(self, values: Values, at: Spot) -> None:
        """Report instants of a row that contradict each other, unless that follows from exchanged headers."""
        if (swap := self._wrong.swap) and not any(self._wrong_orders(swap.exchanged(values))):
            return
        for later, message, held, wanted in self._wrong_orders(values):
            self._report.add("wrong-order", message, self._cell(self._places[later], at), held=held, expected=wanted)

    def _check_whole(self, values: Values, at: Spot) -> None:
        """Report what is wrong with a record as a whole."""
        for needed, is_lacking in self._lacks:
            if is_lacking(values):
                self._lacking[needed].append(at.row or 0)
        if self._kind.in_month:
            self._check_month(values, at)

    def _wrong_orders(self, values: Values) -> Iterator[tuple[str, str, str, str]]:
        for order in self._kind.orders:
            earlier, later = values.get(order.earlier), values.get(order.later)
            if earlier is not None and later is not None and later < earlier:
                first, second = self._kind.column(order.earlier).label, self._kind.column(order.later).label
                yield order.later, f"“{second}”早于“{first}”", str(later), f"不早于“{first}”（{earlier}）"

    def _check_month(self, values: Values, at: Spot) -> None:
        days = [v for name, v in values.items() if isinstance(v, date) and name != "ended_at"]
        on = min((v.date() if isinstance(v, datetime) else v for v in days), default=None)
        if on is None:
            self._report.add("missing-value", "这一行一个时间也没有，不知道算在哪一天", at)
        elif on not in self._query.month and not self._wrong.elsewhere:
            self._report.add("other-month", "日期不在本文件的月份内；请按月导出", at, held=on, expected=self._month)

    @property
    def _month(self) -> str:
        return f"{self._query.month.year}年{self._query.month.month}月"
