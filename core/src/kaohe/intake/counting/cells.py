"""What one cell says, read by the standard library as the SQL of ``statements`` reads it; and why it says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kaohe.intake.counting.columns import Place
from kaohe.intake.counting.writing import BLANKS, CHINA_SECONDS, CLOCK, EXPECTED, MINUTES, spellings
from kaohe.intake.values import has_unseen, plain

_USUAL = "2026-03-01 08:05:07"
_NOTHING = frozenset({"-", "--", "—", "——", "/", "无", "空", "null", "none", "n/a", "0", "0000-00-00 00:00:00"})
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
"""Days as Excel counts them, of this century, with a part of a day."""
_ZONE = re.compile(r"\d(Z|[+-]\d{2}:?\d{2})$")
_OTHER_ORDER = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})(?!\d)")
"""A day that ends in its year, as abroad, or whose year has two digits."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times here are China's, without a zone


def text_of(place: Place, row: Sequence[str]) -> str | None:
    """What a row has for a column; None where it has nothing."""
    if place.when and any(row[n].strip(BLANKS) not in values for n, values in place.when.items()):
        return None
    first, *others = place.cells  # nearly always one, and millions of rows may have to be gone through
    text = " ".join(row[n].strip(BLANKS) for n in place.cells) if others else row[first].strip(BLANKS)
    return None if not text or text in place.taken.empty else text


def parse(place: Place, text: str, day: date | None = None) -> Any:
    """What a cell says; None where it cannot be understood."""
    holds, form = place.column.holds, place.taken.form
    if holds == "text":
        return text
    if holds == "choice":
        return place.words.get(text)
    if not text.isascii() and plain(text) != text:
        return None  # the library takes full-width digits, and SQL does not
    if holds == "number":
        return _duration(text) if form == "duration" else _number(text)
    instant = _instant(place, text, day)
    return instant.date() if instant and holds == "day" else instant


def misread(place: Place, text: str) -> tuple[str, str]:
    """Why a cell cannot be understood: a fault's code and message."""
    label = place.column.label
    if has_unseen(text):
        return "unseen-character", f"“{label}”里有看不见的字符；请删去后重新输入，不要从网页或聊天工具粘贴"
    if (plainer := plain(text)) != text and parse(place, plainer) is not None:
        return "full-width", f"“{label}”是用全角字符写的；数字和“-”“/”“:”、空格都请改成半角"
    if place.column.holds not in ("choice", "number"):
        return _mistimed(place, text)
    if text.casefold() in _NOTHING:
        return "no-value", f"“{label}”没有的请留空，不要填“-”“/”“NULL”之类"
    if place.column.holds == "choice":
        return "unknown-word", f"“{label}”里有不认识的写法；请改成所列之一，或请接入工程师在列对照表里补上"
    return "not-a-number", f"“{label}”应为数字"


def _mistimed(place: Place, text: str) -> tuple[str, str]:
    """Why a cell is no time."""
    label = place.column.label
    if text.casefold() in _NOTHING:
        return "not-a-time", f"“{label}”没有时间的请留空，不要填“-”“/”“NULL”之类"
    if _SERIAL.fullmatch(text):
        advice = "请把单元格格式设为日期和时间后另存，或直接上传系统导出的原文件"
        return "not-a-time", f"“{label}”是 Excel 的日期序号，不是时间；{advice}"
    if _ZONE.search(text):
        return "zoned-time", f"“{label}”带有时区；请导出为不带时区的北京时间"
    if _OTHER_ORDER.match(plain(text)):
        advice = "月/日/年、日/月/年和两位数的年份分不清，请改格式后重新导出"
        return "not-a-time", f"“{label}”要按年、月、日的先后写；{advice}"
    if place.column.seconds and _strptime(text, MINUTES):
        return "no-seconds", f"“{label}”没有秒：用 Excel 打开再保存会丢掉秒；请直接上传系统导出的原文件"
    return "not-a-time", f"“{label}”不是能识别的时间；也请核对表头有没有对错列"


def expected(place: Place) -> str:
    """What a column's cells should hold, in Chinese."""
    if place.column.holds == "choice":
        return "、".join(list(place.words)[:12])
    return "如 2026-03-01" if place.column.holds == "day" else EXPECTED[place.taken.form]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _duration(text: str) -> Decimal | None:
    clock = _strptime(text, CLOCK)
    return Decimal(clock.hour * 3600 + clock.minute * 60 + clock.second) if clock else None


def _instant(place: Place, text: str, day: date | None) -> datetime | None:
    form = place.taken.form
    if form in ("unix", "unix-ms"):
        number = _number(text)
        seconds = number / (1 if form == "unix" else 1000) if number is not None else None
        return _EPOCH + timedelta(seconds=float(seconds) + CHINA_SECONDS) if seconds and seconds < 10**11 else None
    if form == "clock":
        clock = _strptime(text, CLOCK)
        return datetime.combine(day, clock.time()) if clock and day else None
    return _usual(text) or _strptime(text, spellings(place.column))


def _usual(text: str) -> datetime | None:
    """The most usual spelling, read many times as fast: millions of rows may have to be gone through."""
    if len(text) != len(_USUAL) or text[4:17:3] != _USUAL[4:17:3]:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _strptime(text: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - times here are China's, without a zone
        except ValueError:
            continue
    return None
