"""The faults of one upload while they are being found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.intake.limits import MAX_FAULTS, MAX_KINDS
from kaohe.intake.privacy import is_private
from kaohe.intake.spots import Spot

_SHOWN = 40
_RUN = 3
"""Rows with the same fault that are told as one; fewer are told one by one, each with what it holds."""
SCATTERED = 10
"""Rows with the same fault and content, here and there in a column, that are told as one."""
_NAMED, _NAMED_UNSEEN = 5, 20
"""Rows that are named of those; more where no content is shown that a file could be searched for."""
_EACH = "personal-data"
"""Is told of each row: there is no content to search for, and each may have to be mended otherwise."""

Placed = tuple[tuple[int, ...], Fault]
"""A fault and where it stands in the order of the file."""

Kind = tuple[str, str, str | None, str | None]
"""Faults of one kind: their code, file, sheet and column."""


class Report:
    """Collects faults, counts those beyond the limit, and raises them all together."""

    def __init__(self) -> None:
        self._faults: list[Placed] = []
        self._beyond: dict[Kind, tuple[int, Fault]] = {}

    def add(self, code: str, message: str, spot: Spot, *, held: Any = None, expected: str | None = None) -> None:
        """Note a fault.

        Args:
            code: its stable English code.
            message: what is wrong and how to mend it, in Chinese.
            spot: where it is.
            held: what stands there; never shown where it looks like personal data.
            expected: what was expected, in Chinese.
        """
        kind = (code, spot.file, spot.sheet, spot.column_name)
        if self.is_full and kind not in self._beyond and len(self._beyond) >= MAX_KINDS:
            kind = (code, "", None, None)
        if self.is_full and kind in self._beyond:
            count, first = self._beyond[kind]
            self._beyond[kind] = count + 1, first
            return
        fault = Fault(
            code=code,
            message=message,
            file=spot.file,
            sheet=spot.sheet,
            row=spot.row,
            column=spot.column_name,
            held=shown(held),
            expected=expected,
        )
        if self.is_full:
            self._beyond[kind] = 1, fault
        else:
            self._faults.append((spot.order, fault))

    def tell_once(self, code: str, message: str, spot: Spot, told: str, count: int) -> None:
        """Put one fault in the place of many that were noted of one column.

        Args:
            code: their code.
            message: their message.
            spot: the first one's place.
            told: the message that takes its place.
            count: how many they are, those included that were only counted.
        """
        place = (code, message, spot.file, spot.sheet, spot.column_name)
        same = [
            entry
            for entry in self._faults
            if (entry[1].code, entry[1].message, entry[1].file, entry[1].sheet, entry[1].column) == place
        ]
        if not same:
            return
        dropped, (order, first) = set(map(id, same)), same[0]
        self._faults = [entry for entry in self._faults if id(entry) not in dropped]
        self._faults.append((order, first.model_copy(update={"message": told})))
        self._count_less((code, spot.file, spot.sheet, spot.column_name), count - len(same))

    def _count_less(self, kind: Kind, count: int) -> None:
        """Take faults of a kind that were only counted off again."""
        counted, first = self._beyond.pop(kind, (0, None))
        if first and counted > count:
            self._beyond[kind] = counted - count, first

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted, so that no effort need go into telling them."""
        return len(self._faults) >= MAX_FAULTS

    def __bool__(self) -> bool:
        return bool(self._faults)

    def raise_if_any(self) -> None:
        """Refuse the upload if anything is wrong with it.

        Raises:
            Refused: something is; carries the faults in the order of the file.
        """
        if not self._faults:
            return
        faults = _drawn_together(sorted(self._faults, key=lambda entry: entry[0]))
        if self._beyond:
            total = sum(count for count, _ in self._beyond.values())
            more = f"另有{total}处问题未逐一列出，各有多少处见下；请先改正以上各处（往往是同一个原因），再重新上传"
            faults.append(Fault(code="too-many-faults", message=more))
            faults += [_counted(count, first) for count, first in self._beyond.values()]
        raise Refused(faults)


def _counted(count: int, first: Fault) -> Fault:
    """What stands for the further faults of one kind: how many there are, and the first as an example."""
    place = f"，如第{first.row}行" if first.row else ""
    return first.model_copy(update={"message": f"另有{count}处{place}：{first.message}", "row": None})


def _drawn_together(found: list[Placed]) -> list[Fault]:
    """The faults, those that say the same of a run of rows in one column told once, with the first one's content."""
    runs: list[list[Placed]] = []
    open_runs: dict[tuple[object, ...], list[Placed]] = {}
    for place, fault in found:
        told = (*place[:2], place[3], fault.code, fault.message, fault.column, fault.expected)
        run = open_runs.get(told)
        if run and fault.row and run[-1][1].row == fault.row - 1:
            run.append((place, fault))
        else:
            open_runs[told] = [(place, fault)]
            runs.append(open_runs[told])
    whole = [*_gathered(run for run in runs if len(run) < _RUN), *(_one(run) for run in runs if len(run) >= _RUN)]
    return [fault for _, fault in sorted((entry for run in whole for entry in run), key=lambda entry: entry[0])]


def _gathered(runs: Iterable[list[Placed]]) -> Iterator[list[Placed]]:
    """Faults that stand here and there: those that say and hold the same in one column told once, if they are many."""
    alike: defaultdict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for place, fault in (entry for run in runs for entry in run):
        alone = place if fault.row is None or fault.code == _EACH else None
        alike[*place[:2], alone, fault.model_copy(update={"row": None})].append((place, fault))
    yield from (_scattered(found) if len(found) >= SCATTERED else found for found in alike.values())


def _scattered(found: list[Placed]) -> list[Placed]:
    place, first = found[0]
    named = _NAMED if first.held else _NAMED_UNSEEN
    rows = "、".join(str(fault.row) for _, fault in found[:named])
    more = "…" if len(found) > named else ""
    return [(place, first.model_copy(update={"message": f"{len(found)}处（第{rows}{more}行）{first.message}"}))]


def _one(run: list[Placed]) -> list[Placed]:
    (place, first), last = run[0], run[-1][1]
    return [(place, first.model_copy(update={"message": f"第{first.row}—{last.row}行{first.message}"}))]


def shown(held: Any) -> str | None:
    """What a fault may show of a cell: cut short, on one line, and nothing where it looks like personal data."""
    if held is None:
        return None
    if isinstance(held, datetime | date):
        text = held.isoformat(" ") if isinstance(held, datetime) else held.isoformat()
    else:
        text = f"{held:.15g}" if isinstance(held, float) else str(held)
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    if not text or is_private(text):
        return None
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
