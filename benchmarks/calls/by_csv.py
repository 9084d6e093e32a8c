"""The csv module, one row at a time: slow and plain, so that its counts can be trusted."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from benchmarks.calls.month import MONTH, encoding_of

TIMES = ("进入语音菜单时间", "进入队列时间", "应答时间", "挂机时间")
ANSWERS = ("满意", "基本满意", "不满意")


def count(path: Path) -> dict[str, int]:
    found: Counter[str] = Counter()
    ids: set[str] = set()
    seats: set[tuple[date, str]] = set()
    rows = 0
    with path.open(encoding=encoding_of(path), newline="") as text:
        for row in csv.DictReader(text, strict=True):
            rows += 1
            ids.add(row["通话编号"].strip(" "))
            _count_row({header: cell.strip(" ") for header, cell in row.items()}, found, seats)
    assert len(ids) == rows, "a call stands twice"
    found.update(f"seats.on_duty {day}" for day, _ in seats)
    return dict(found)


def _count_row(row: dict[str, str], found: Counter[str], seats: set[tuple[date, str]]) -> None:
    menu, queued, answered, ended = (datetime.fromisoformat(row[name]) if row[name] else None for name in TIMES)
    came = menu or queued or answered
    assert row["通话编号"]
    assert came
    assert row["呼叫类型"] in ("呼入", "呼出")
    assert row["满意度"] in ("", "未评价", *ANSWERS)
    for earlier, later in ((menu, queued), (queued, answered), (answered, ended), (queued, ended)):
        assert not earlier or not later or earlier <= later
    if row["呼叫类型"] == "呼出":
        return
    day = came.date()
    assert f"{day:%Y-%m}" == MONTH
    found[f"calls.offered {day}"] += queued is not None
    if answered is None:
        return
    assert queued is not None
    found[f"calls.answered {day}"] += 1
    found[f"calls.answered_within_15s {day}"] += (answered - queued).total_seconds() <= 15
    found[f"survey.rated {MONTH}"] += row["满意度"] in ANSWERS
    found[f"survey.satisfied {MONTH}"] += row["满意度"] == "满意"
    seats.add((day, row["工号"]))
