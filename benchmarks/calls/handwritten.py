"""DuckDB by hand: the query that an engineer would write for this one file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.calls.month import DAILY, MONTH, MONTHLY

TIMES = {"menu_at": "进入语音菜单时间", "queued_at": "进入队列时间", "answered_at": "应答时间", "ended_at": "挂机时间"}
SPELLINGS = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S"]
"""Those that kaohe takes, as SQL happens to write them too."""
ANSWERS, WORDS = "('满意', '基本满意', '不满意')", "('满意', '基本满意', '不满意', '未评价')"


def count(path: Path) -> dict[str, int]:
    with duckdb.connect(config={"memory_limit": "1GiB", "preserve_insertion_order": False}) as connection:
        connection.execute(f"CREATE TABLE calls AS {_calls(path)}")
        checked = connection.execute("SELECT count(*) FILTER (bad), count(*) - count(DISTINCT id) FROM calls")
        assert checked.fetchone() == (0, 0)
        days = connection.execute(_BY_DAY).fetchall()
        month = connection.execute(_BY_MONTH).fetchone()
    assert month
    found = {f"{code} {day}": n for day, *numbers in days for code, n in zip(DAILY, numbers, strict=True)}
    return found | {f"{code} {MONTH}": n for code, n in zip(MONTHLY, month, strict=True)}


_BY_DAY = """
SELECT day, count(*) FILTER (offered), count(*) FILTER (answered), count(*) FILTER (answered AND wait <= 15),
    count(DISTINCT agent) FILTER (answered)
FROM calls WHERE inbound GROUP BY day
"""
_BY_MONTH = f"""
SELECT count(*) FILTER (survey IN {ANSWERS}), count(*) FILTER (survey = '满意') FROM calls WHERE inbound AND answered
"""


def _calls(path: Path) -> str:
    cells = ", ".join(f'nullif(trim("{h}"), \'\') AS "{h}"' for h in ("通话编号", "呼叫类型", "工号", "满意度"))
    texts = ", ".join(f"nullif(trim(\"{header}\"), '') AS {name}_text" for name, header in TIMES.items())
    times = ", ".join(f"try_strptime({name}_text, {SPELLINGS}) AS {name}" for name in TIMES)
    unread = " OR ".join(f"({name}_text IS NOT NULL AND {name} IS NULL)" for name in TIMES)
    far = " OR ".join(f"{n} NOT BETWEEN TIMESTAMP '2025-01-25' AND TIMESTAMP '2027-05-06'" for n in TIMES)
    return f"""
        SELECT hash("通话编号") AS id, "工号" AS agent, "满意度" AS survey, "呼叫类型" = '呼入' AS inbound,
            coalesce(menu_at, queued_at, answered_at)::DATE AS day,
            queued_at IS NOT NULL AS offered, answered_at IS NOT NULL AS answered,
            epoch(answered_at) - epoch(queued_at) AS wait,
            coalesce("通话编号" IS NULL OR {unread} OR {far}
                OR (inbound AND day NOT BETWEEN DATE '{MONTH}-01' AND DATE '{MONTH}-31')
                OR queued_at < menu_at OR answered_at < queued_at OR ended_at < answered_at OR ended_at < queued_at
                OR "呼叫类型" NOT IN ('呼入', '呼出') OR survey NOT IN {WORDS}, false) AS bad
        FROM (SELECT *, {times} FROM (
            SELECT {cells}, {texts} FROM read_csv('{path}', all_varchar=true, header=true, auto_detect=true)
        ))
    """
