"""polars, lazily and on all cores: it reads only the columns asked for."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.calls.month import DAILY, MONTH, MONTHLY, encoding_of

TIMES = {"menu": "进入语音菜单时间", "queued": "进入队列时间", "answered": "应答时间", "ended": "挂机时间"}
ANSWERS = ["满意", "基本满意", "不满意"]
SPELLINGS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y%m%d%H%M%S")
"""Those that kaohe takes; peers that took fewer would refuse files that it reads."""
TAKEN = pl.col("inbound") & pl.col("answered_at").is_not_null()


def count(path: Path) -> dict[str, int]:
    calls = _calls(path)
    one_by_one, days = pl.collect_all([calls.select(*_checks(), *_monthly()), _daily(calls)], engine="streaming")
    unique, good, *month = one_by_one.row(0)
    assert unique
    assert good
    found = {f"{code} {day}": n for day, *numbers in days.rows() for code, n in zip(DAILY, numbers, strict=True)}
    return found | {f"{code} {MONTH}": n for code, n in zip(MONTHLY, month, strict=True)}


def _calls(path: Path) -> pl.LazyFrame:
    headers = {**TIMES, "id": "通话编号", "direction": "呼叫类型", "agent": "工号", "survey": "满意度"}
    cells = [pl.col(header).str.strip_chars(" ").replace("", None).alias(name) for name, header in headers.items()]
    times = [_instant(name).alias(f"{name}_at") for name in TIMES]
    return (
        _scanned(path)
        .select(cells)
        .with_columns(times)
        .with_columns(
            inbound=pl.col("direction") == "呼入",
            day=pl.coalesce("menu_at", "queued_at", "answered_at").dt.date(),
            unread=pl.any_horizontal(pl.col(n).is_not_null() & pl.col(f"{n}_at").is_null() for n in TIMES),
        )
    )


def _instant(name: str) -> pl.Expr:
    return pl.coalesce(pl.col(name).str.to_datetime(spelling, strict=False) for spelling in SPELLINGS)


def _scanned(path: Path) -> pl.LazyFrame:
    if encoding_of(path) == "utf-8":
        return pl.scan_csv(path, infer_schema=False)
    return pl.read_csv(path, infer_schema=False, encoding=encoding_of(path)).lazy()


def _checks() -> list[pl.Expr]:
    orders = [
        ("menu_at", "queued_at"),
        ("queued_at", "answered_at"),
        ("answered_at", "ended_at"),
        ("queued_at", "ended_at"),
    ]
    first, last = pl.date(2026, 3, 1), pl.date(2026, 3, 31)
    soonest, latest = pl.datetime(2025, 1, 25), pl.datetime(2027, 5, 6)
    bad = pl.any_horizontal(
        pl.col("id").is_null(),
        pl.col("unread"),
        *(pl.col(later) < pl.col(earlier) for earlier, later in orders),
        *(~pl.col(f"{name}_at").is_between(soonest, latest) for name in TIMES),
        pl.col("inbound") & ~pl.col("day").is_between(first, last),
        ~pl.col("direction").is_in(["呼入", "呼出"]),
        ~pl.col("survey").is_in([*ANSWERS, "未评价"]),
    )
    return [(pl.col("id").n_unique() == pl.len()).alias("unique"), (~bad.fill_null(False).any()).alias("good")]


def _daily(calls: pl.LazyFrame) -> pl.LazyFrame:
    wait = (pl.col("answered_at") - pl.col("queued_at")).dt.total_seconds()
    return (
        calls.filter("inbound")
        .group_by("day")
        .agg(
            pl.col("queued_at").is_not_null().sum().alias("offered"),
            pl.col("answered_at").is_not_null().sum().alias("taken"),
            (wait <= 15).sum().alias("within"),
            pl.col("agent").filter(pl.col("answered_at").is_not_null()).n_unique().alias("agents"),
        )
    )


def _monthly() -> list[pl.Expr]:
    rated, satisfied = pl.col("survey").is_in(ANSWERS), pl.col("survey") == "满意"
    return [(TAKEN & rated).sum().alias("rated"), (TAKEN & satisfied).sum().alias("satisfied")]
