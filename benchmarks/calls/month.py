"""Lifelike months of made-up calls, the same for everyone who makes them: seed and arithmetic are fixed."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "bench"
MONTH = "2026-03"
DAILY = ("calls.offered", "calls.answered", "calls.answered_within_15s", "seats.on_duty")
MONTHLY = ("survey.rated", "survey.satisfied")
"""What is counted by day and in the month, in the order of the peers' numbers."""

_SECONDS = 31 * 86400

_CALLS = f"""
WITH dice AS (
    SELECT i, random() AS menu, random() AS wish, random() AS patience, random() AS wait, random() AS who,
           random() AS length, random() AS mood
    FROM range({{rows}}) AS calls(i)
), came AS (
    -- More calls by day than by night: the sine moves them towards the early afternoon.
    SELECT *, TIMESTAMP '{MONTH}-01 00:00:00' + to_seconds(
        CAST(86400 * floor(second / 86400) AS BIGINT)
        + CAST(floor(86399 * (0.5 + 0.5 * sin(pi() * ((second % 86400) / 86400 - 0.5)))) AS BIGINT)
    ) AS menu_at
    FROM (SELECT *, i * {_SECONDS}.0 / {{rows}} AS second FROM dice)
), queued AS (
    SELECT *, CASE WHEN menu < 0.92 THEN least(menu_at + to_seconds(CAST(10 + wish * 40 AS BIGINT)), {{last}}) END
        AS queued_at
    FROM came
), answered AS (
    SELECT *, CASE WHEN patience < 0.9 AND menu < 0.92
        THEN least(queued_at + to_seconds(CAST(-ln(1 - wait) * 12 AS BIGINT)), {{last}}) END AS answered_at
    FROM queued
)
SELECT
    'C{MONTH.replace("-", "")}' || lpad(CAST(i AS VARCHAR), 10, '0') AS "通话编号",
    '000' || lpad(CAST(CAST(who * 1e8 AS BIGINT) AS VARCHAR), 8, '0') AS "主叫号码",
    '12345' AS "被叫号码",
    CASE WHEN mood < 0.97 THEN '呼入' ELSE '呼出' END AS "呼叫类型",
    strftime(menu_at, '%Y-%m-%d %H:%M:%S') AS "进入语音菜单时间",
    strftime(queued_at, '%Y-%m-%d %H:%M:%S') AS "进入队列时间",
    strftime(answered_at, '%Y-%m-%d %H:%M:%S') AS "应答时间",
    strftime(coalesce(answered_at, queued_at, menu_at) + to_seconds(CAST(20 + length * 300 AS BIGINT)),
        '%Y-%m-%d %H:%M:%S') AS "挂机时间",
    '综合受理组' AS "技能组",
    CASE WHEN answered_at IS NOT NULL THEN CAST(1001 + CAST(who * 300 AS BIGINT) AS VARCHAR) END AS "工号",
    CAST(20 + length * 300 AS BIGINT) AS "通话时长",
    CASE WHEN answered_at IS NOT NULL AND wish < 0.5 THEN
        CASE WHEN mood < 0.8 THEN '满意' WHEN mood < 0.9 THEN '基本满意' ELSE '不满意' END END AS "满意度",
    CASE WHEN menu < 0.5 THEN '用户挂机' ELSE '坐席挂机' END AS "挂机方",
    CASE WHEN length < 0.1 THEN '咨询“社保”缴费, 公积金提取' ELSE '咨询医保报销、居住证办理流程' END AS "诉求内容"
FROM answered
"""


def month_of(rows: int, encoding: str) -> Path:
    """The file of a month of so many calls; made once."""
    path = FOLDER / f"calls-{rows}-{encoding}.csv"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    if encoding == "utf-8":
        _write(rows, part)
    else:
        _encode(month_of(rows, "utf-8"), encoding, part)
    return part.rename(path)


def encoding_of(path: Path) -> str:
    """The encoding that a month's name tells."""
    return "gb18030" if "gb18030" in path.name else "utf-8"


def _write(rows: int, into: Path) -> None:
    import duckdb

    last = f"TIMESTAMP '{MONTH}-31 23:59:59'"
    with duckdb.connect(config={"threads": 1}) as connection:  # one thread: the dice fall in one order
        connection.execute("SELECT setseed(0.42)")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY ({_CALLS.format(rows=rows, last=last)}) TO '{into}' (FORMAT csv, HEADER)")


def _encode(path: Path, encoding: str, into: Path) -> None:
    with path.open(encoding="utf-8", newline="") as text, into.open("w", encoding=encoding, newline="") as out:
        while block := text.read(1 << 22):
            out.write(block)
