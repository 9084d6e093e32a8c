"""pandas, as a careful analyst writes it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.calls.month import DAILY, MONTH, MONTHLY, encoding_of

TIMES = ["进入语音菜单时间", "进入队列时间", "应答时间", "挂机时间"]
ANSWERS = ["满意", "基本满意", "不满意"]
SPELLINGS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S")
COLUMNS = ["通话编号", "呼叫类型", *TIMES, "工号", "满意度"]


def count(path: Path) -> dict[str, int]:
    calls = pd.read_csv(path, usecols=COLUMNS, dtype="str", encoding=encoding_of(path))
    calls = calls.apply(lambda column: column.str.strip(" ")).replace("", None)
    times = {name: _instants(calls[name]) for name in TIMES}
    menu, queued, answered, _ = times.values()
    came = menu.fillna(queued).fillna(answered)
    inbound = calls["呼叫类型"] == "呼入"
    _check(calls, times)
    assert (came.dt.strftime("%Y-%m") == MONTH)[inbound].all()
    taken = inbound & answered.notna()
    counted = pd.DataFrame({
        "day": came.dt.date,
        "offered": inbound & queued.notna(),
        "answered": taken,
        "within": taken & ((answered - queued).dt.total_seconds() <= 15),
        "agent": calls["工号"].where(taken),
    })  # fmt: skip
    days = counted.groupby("day").agg({"offered": "sum", "answered": "sum", "within": "sum", "agent": "nunique"})
    month = (taken & calls["满意度"].isin(ANSWERS)).sum(), (taken & (calls["满意度"] == "满意")).sum()
    found = {f"{code} {day}": int(n) for day, *ns in days.itertuples() for code, n in zip(DAILY, ns, strict=True)}
    return found | {f"{code} {MONTH}": int(n) for code, n in zip(MONTHLY, month, strict=True)}


def _instants(cells: pd.Series) -> pd.Series:
    """Each spelling is tried on what those before it left."""
    found = pd.to_datetime(cells, format=SPELLINGS[0], errors="coerce")
    for spelling in SPELLINGS[1:]:
        left = found.isna() & cells.notna()
        if left.any():
            found[left] = pd.to_datetime(cells[left], format=spelling, errors="coerce")
    return found


def _check(calls: pd.DataFrame, times: dict[str, pd.Series]) -> None:
    menu, queued, answered, ended = times.values()
    assert all((calls[name].isna() == times[name].isna()).all() for name in TIMES)
    assert all(times[name].dropna().between("2025-01-25", "2027-05-06").all() for name in TIMES)
    assert not (queued < menu).any()
    assert not (answered < queued).any()
    assert not (ended < answered).any()
    assert not (ended < queued).any()
    assert calls["通话编号"].is_unique
    assert calls["通话编号"].notna().all()
    assert calls["呼叫类型"].isin(["呼入", "呼出"]).all()
    assert calls["满意度"].dropna().isin([*ANSWERS, "未评价"]).all()
