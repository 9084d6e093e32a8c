"""The facts of one upload while they are being read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.catalogue import EventKind, Measure
from kaohe.intake.amounts import YUAN, sum_of_money
from kaohe.intake.context import Context
from kaohe.intake.overlap import Overlap
from kaohe.intake.patience import ENDLESS, Patience
from kaohe.intake.progress import SILENT, Progress
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot
from kaohe.intake.values import BadValue, NoValue, number
from kaohe.intake.wording import allowed, instead_of_blank
from kaohe.submission import ONE_FILE, CountedFrom, Event, Figure

if TYPE_CHECKING:
    from kaohe.intake.counting.count import Failure

Key = tuple[str, date | None]

_OF_RANGE = ("negative", "not-whole", "out-of-range")
"""Faults for which it helps to know what the measure may be."""
_TYPED_AS_NUMBER = 1900
"""The year that Excel makes of a small number in a cell for dates."""
_MANY = 3
"""Figures that two tables both state, from which on this is told of the tables and not of each cell."""


def sha256_of(path: Path) -> str:
    """Digest of a file on disk, in hexadecimal; 1.2 GB take a second."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class Draft:
    """Figures and events found so far, with their places.

    Attributes:
        context: what the upload is held against.
        report: where faults go.
        patience: how long the reading may take.
        progress: whom to tell how far it has come.
        events: the events found.
        overlap: which events are typed in, and which are counted from records.
        tables: for each grain, the first table that states figures of it.
        stated: codes of the measures that have a column, row or key, filled in or not.
        days: for each measure, the days that have a row or key, filled in or not.
        failures: records that failed what they are held to, for the list beside the facts.
        remarks: what the receipt tells of records: how many there were, which days lack.
        has_records: whether there are records, so that what else is needed may come in another file.
        is_foreign: whether a table was found that looks like another contract's: what lacks follows from that.
        has_doubtful_days: whether the day of some row could not be told, so that no day can be called missing.
    """

    def __init__(
        self, context: Context, report: Report, patience: Patience = ENDLESS, progress: Progress = SILENT
    ) -> None:
        self.context, self.report, self.patience = context, report, patience
        self.progress = progress
        self.events: list[Event] = []
        self.overlap = Overlap()
        self.tables: dict[str, Spot] = {}
        self.stated: set[str] = set()
        self.days: defaultdict[str, set[date]] = defaultdict(set)
        self.has_doubtful_days = self.is_foreign = self.has_records = False
        self.failures: list[Failure] = []
        self.remarks: list[str] = []
        self._digests: dict[Path, Callable[[], str]] = {}
        self._ranks: dict[str, int] = {}
        self._counted: defaultdict[str, dict[Key, Spot]] = defaultdict(dict)
        self._figures: dict[Key, tuple[int | Decimal, Spot]] = {}
        self._counted_from: dict[Key, CountedFrom] = {}
        self._twice: defaultdict[tuple[Spot, Spot], list[tuple[Measure, int | Decimal, Spot, Spot]]] = defaultdict(list)

    def expect_digest(self, path: Path, taken: Callable[[], str]) -> None:
        """Say that the digest of a file is known, or taken elsewhere just now; ``taken`` waits for it."""
        self._digests[path] = taken

    def digest(self, path: Path) -> str:
        """SHA-256 of a file of records, in hexadecimal."""
        taken = self._digests.get(path)
        return taken() if taken else sha256_of(path)

    def may_count(self, measure: Measure, rank: int) -> bool:
        """Whether a measure is counted from these records: the best way that the upload allows, and only one.

        Figures counted in a lesser way before are dropped.
        """
        known = self._ranks.get(measure.code)
        if known is not None and known < rank:
            return False
        if known is not None and known > rank:
            self._figures = {key: value for key, value in self._figures.items() if key[0] != measure.code}
            self._counted_from = {key: value for key, value in self._counted_from.items() if key[0] != measure.code}
        self._ranks[measure.code] = rank
        return True

    def may_add(self, kind: str, keys: Collection[Key], spot: Spot) -> bool:
        """Whether records of a kind say nothing that other records of it said before; a fault names those.

        What several files say of one figure cannot be added up: an agent or a survey may stand in each.
        """
        before = next((known for key, known in self._counted[kind].items() if key in keys), None)
        if before is not None:
            is_sheet = spot.sheet is not None and before.file == spot.file
            advice = "同一类明细只能放在一张工作表里；请合并成一张" if is_sheet else ONE_FILE
            message = f"与{before.name}是同一类明细；{advice}"
            self.report.add("records-twice", message, spot)
        self._counted[kind].update(dict.fromkeys(keys, spot))
        return before is None

    def may_state(self, entry: Measure | EventKind, spot: Spot) -> bool:
        """Whether this source may state a measure or report an event; a fault says who may."""
        if self.context.source in entry.sources:
            return True
        who = "或".join(source.label for source in entry.sources)
        message = f"“{entry.label}”只能由{who}填报，{self.context.source.label}的文件里不能有；请删去"
        self.report.add("wrong-source", message, spot)
        return False

    def may_be_on(self, on: date, spot: Spot) -> bool:
        """Whether a day lies in the file's month and in the term, and has come; else a fault says so."""
        month, term = self.context.month, [c.term for c in self.context.contracts]
        if on not in month:
            code, message, expected = "other-month", "日期不在本文件的月份内", f"{month.year}年{month.month}月"
            if on.year == _TYPED_AS_NUMBER:
                message += "；1900年多半是只填了几号、单元格却是日期格式，请填完整的日期"
        elif not self.context.in_term(on):
            code, message = "outside-term", "日期不在合同服务期内"
            expected = "、".join(f"{t.first}至{t.last}" for t in term)
        elif on > self.context.received_on and self.context.is_early:
            return False  # told once, of the month
        elif on > self.context.received_on:
            code, message, expected = "future-day", "日期还没有到", f"不晚于收到文件的{self.context.received_on}"
        else:
            return True
        self.report.add(code, message, spot, held=on, expected=expected)
        return False

    def figure(self, measure: Measure, on: date | None, value: Any, spot: Spot) -> None:
        """Take a figure from a cell that is not empty, or report what is wrong with it."""
        if on is not None:
            self.days[measure.code].add(on)
        exact = self.check_number(measure, value, spot)
        if exact is None:
            return
        if (first := self._figures.get((measure.code, on))) is not None:
            self._stated_twice(measure, exact, first, spot)
            return
        self._figures[measure.code, on] = exact, spot

    def count(self, measure: Measure, on: date | None, value: int, spot: Spot, counted: CountedFrom) -> None:
        """Take a figure that was counted from records."""
        self.figure(measure, on, value, spot)
        self._counted_from[measure.code, on] = counted

    def _stated_twice(
        self, measure: Measure, value: int | Decimal, first: tuple[int | Decimal, Spot], spot: Spot
    ) -> None:
        """A figure beside the records it can be counted from may stand, as long as it agrees with them."""
        if measure.code in self._ranks:
            if value != first[0]:
                message = (
                    f"“{measure.label}”的汇总数与明细不符：一处是{first[0]}（{first[1].cell}），这里是{value}；请核对"
                )
                self.report.add("summary-differs", message, spot, held=value, expected=str(first[0]))
            return
        self._twice[_table(first[1]), _table(spot)].append((measure, value, first[1], spot))

    def report_twice(self) -> None:
        """Report what was stated twice: cell by cell, or in one line where two tables have much in common."""
        for (first_table, table), cells in self._twice.items():
            if len(cells) >= _MANY and table != first_table:
                labels = "、".join(dict.fromkeys(measure.label for measure, *_ in cells))
                message = (
                    f"与{first_table.name}重复：{len(cells)}个数据在那里已经填过（{labels}）；"
                    "同一数据只能填一处，请核对后删去其中一张"
                )
                self.report.add("stated-twice", message, table)
                continue
            for measure, value, first, spot in cells:
                message = f"“{measure.label}”填了两次，前一处在 {first.cell}；同一数据只能填一处，请删去一处"
                self.report.add("stated-twice", message, spot, held=value)

    def check_number(self, measure: Measure, value: Any, spot: Spot) -> int | Decimal | None:
        """The number in a cell; None, with a fault, where it is none that the measure can have."""
        try:
            exact = sum_of_money(value) if measure.unit == YUAN else number(value, whole=measure.whole)
            if exact < measure.least or (measure.most is not None and exact > measure.most):
                raise BadValue("out-of-range", "不可能是这个数，请核对", allowed(measure))
        except BadValue as bad:
            # 0 where nothing is meant would be a figure, and a low one may be a breach.
            must = isinstance(bad, NoValue) and not measure.optional
            message = f"应填数字；{instead_of_blank(measure)}" if must else bad.message
            known = bad.code in _OF_RANGE or (bad.code == "too-large" and measure.most is not None)
            expected = allowed(measure) if known else bad.expected
            self.report.add(bad.code, f"“{measure.label}”{message}", spot, held=value, expected=expected)
            return None
        return exact

    def check_at_most(self) -> None:
        """Report every figure that is above the one it is part of, such as more satisfied than rated."""
        above: defaultdict[tuple[str, str], list[Key]] = defaultdict(list)
        for (code, on), (value, _) in self._figures.items():
            wholes = self.context.catalogue.wholes(self.context.catalogue.measures[code])
            whole = next((whole.code for whole in wholes if (whole.code, on) in self._figures), None)
            if whole and value > self._figures[whole, on][0]:
                above[code, whole].append((code, on))
        for (code, whole), keys in above.items():
            days = sum((code, on) in self._figures and (whole, on) in self._figures for on in self.days[code])
            self._report_above(code, whole, keys, everywhere=len(keys) == days)

    def _report_above(self, code: str, whole: str, keys: list[Key], *, everywhere: bool) -> None:
        """Tell it cell by cell; once where it is so on every day, since then two columns have changed places."""
        label, other_label = (self.context.catalogue.measures[c].label for c in (code, whole))
        is_swapped = everywhere and len(keys) >= _MANY
        for _, on in keys[:1] if is_swapped else keys:
            (value, spot), (other, other_spot) = self._figures[code, on], self._figures[whole, on]
            message = f"“{label}”（{value}）不能大于“{other_label}”（{other}，{other_spot.cell}）；请核对两处"
            if is_swapped:
                message += f"。{len(keys)}天每天都是这样，是不是把两列填反了？"
            self.report.add("part-above-whole", message, spot, held=value, expected=f"不大于{other}")

    def figures(self) -> Iterable[Figure]:
        """The figures, ordered by measure as the catalogue has them, then by day."""
        place = {code: n for n, code in enumerate(self.context.catalogue.measures)}
        for code, on in sorted(self._figures, key=lambda key: (place[key[0]], key[1] or date.min)):
            value, spot = self._figures[code, on]
            counted = self._counted_from.get((code, on))
            yield Figure(code=code, on=on, value=value, where=spot.where, counted=counted)


def _table(spot: Spot) -> Spot:
    """The table that a cell stands in."""
    return replace(spot, row=None, column=None, header=None, path=None)
