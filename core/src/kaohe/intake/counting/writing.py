"""How cells are written, the same for DuckDB and for Python; and the SQL types of what they say."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.records import Column, Form

SECONDS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H:%M:%S",
)
"""Instants to the second, the last as Excel and WPS show them in China. No zone is taken: a time is China's, as on the
clerk's screen."""

MINUTES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M")
"""Instants to the minute: what Excel leaves of seconds when it saves a CSV file."""

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
CLOCK = ("%H:%M:%S",)

BLANKS = " \t"
"""What may stand around a cell and says nothing."""

CHINA_SECONDS = 8 * 3600
"""China's clocks before UTC."""

EXPECTED: Mapping[Form, str] = {
    "datetime": "如 2026-03-01 08:05:07",
    "unix": "1970年以来的秒数，如 1772323507",
    "unix-ms": "1970年以来的毫秒数",
    "clock": "如 8:05:07",
    "duration": "如 00:01:05",
    "number": "秒数，如 15",
    "text": "文字",
}


_TYPES = {"instant": "TIMESTAMP", "day": "DATE", "number": "DECIMAL(15,3)", "text": "VARCHAR"}


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def sql_type(column: Column) -> str:
    """The SQL type of a column. A choice is an ENUM: its values are compared as numbers, faster than as words."""
    if column.holds == "choice":
        return f"ENUM({', '.join(map(quoted, column.words))})"
    return _TYPES[column.holds]


def spellings(column: Column) -> tuple[str, ...]:
    """How the instants or days of a column may be written, the most usual first."""
    if column.holds == "day":
        return (*DAYS, *SECONDS, *MINUTES)
    return SECONDS if column.seconds else (*SECONDS, *MINUTES)
