"""Why a file of records is refused: each bad row by line, column, content and expectation.

Only a file that is bad comes here. It is read once more by the standard library, which knows the lines; the checks are
those of :mod:`~kaohe.intake.counting.statements`, cell by cell.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kaohe.intake.counting.columns import Place
from kaohe.intake.counting.showing import showable, showable_key
from kaohe.intake.counting.statements import PLAUSIBLE, Query
from kaohe.intake.counting.writing import CHINA_SECONDS, CLOCK, EXPECTED, MINUTES, spellings
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

_USUAL = ("-", "-", " ", ":", ":")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times here are China's, without a zone


def explain(query: Query, twins: Collection[str], report: Report, spot: Spot) -> None:
    """Report everything that is wrong with the rows of a file.

    Args:
        query: the file and its layout.
        twins: keys that stand in several rows.
        report: where faults go; beyond its limit they are counted by kind.
        spot: the file.
    """
    seen: dict[str, int] = {}
    line = query.source.before
    try:
        for line, row in query.source.rows():
            if row:
                _explain_row(query, row, report, spot.at(row=line))
                _explain_twin(query, row, twins, seen, report, spot.at(row=line))
    except csv.Error:
        message = "从这一行起无法继续读：可能有不成对的引号、只有半行，或含有空字符；请重新从系统导出"
        report.add("bad-csv", message, spot.at(row=line + 1))
    except UnicodeDecodeError:
        message = "从这一行附近起文字编码与前面不同；请不要拼接两个系统的文件，重新导出后上传"
        report.add("bad-encoding", message, spot.at(row=line + 1), expected="全文件同为 UTF-8 或 GB18030")


def _explain_row(query: Query, row: Sequence[str], report: Report, spot: Spot) -> None:
    width = len(query.source.headers)
    if len(row) != width:
        message = "这一行的单元格个数与表头不一致；可能只有半行，或内容里的分隔符没有加引号"
        report.add("ragged-row", message, spot, held=f"{len(row)}个", expected=f"{width}个")
        return
    values = {name: _value(query, place, row, report, spot) for name, place in query.layout.places.items()}
    if _BAD not in values.values():
        _check_orders(query, values, report, spot)
        _check_month(query, values, report, spot)


_BAD = object()
"""Stands for a cell that has been reported."""


def text_of(place: Place, row: Sequence[str]) -> str | None:
    """What a row has for a column; None where it has nothing."""
    if any(row[n].strip(" ") not in values for n, values in place.when.items()):
        return None
    text = " ".join(row[n].strip(" ") for n in place.cells)
    return None if text in ("", *place.taken.empty) else text


def _value(query: Query, place: Place, row: Sequence[str], report: Report, spot: Spot) -> Any:
    column, text = place.column, text_of(place, row)
    at = spot.at(row=spot.row, column=place.cells[0], header=query.source.headers[place.cells[0]])
    if text is None:
        if column.required:
            report.add("missing-value", f"“{column.label}”是空的；每一行都要有", at)
            return _BAD
        return None
    value = parse(place, text, query.day)
    if value is None:
        report.add(*_misread(place, text), at, held=showable(place, text), expected=_expected(place))
        return _BAD
    if isinstance(value, date) and not _plausible(query, value):
        message = f"“{column.label}”离{query.month.year}年{query.month.month}月太远；请核对年份"
        report.add("implausible-time", message, at, held=showable(place, text))
        return _BAD
    return value


def parse(place: Place, text: str, day: date | None = None) -> Any:
    """What a cell says; None where it cannot be understood."""
    holds, form = place.column.holds, place.taken.form
    if holds == "text":
        return text
    if holds == "choice":
        return place.words.get(text)
    if holds == "number":
        return _duration(text) if form == "duration" else _number(text)
    instant = _instant(place, text, day)
    return instant.date() if instant and holds == "day" else instant


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
    """The most usual spelling, read forty times as fast: a file of millions of rows has to be gone through."""
    if len(text) != len("2026-03-01 08:05:07") or (text[4], text[7], text[10], text[13], text[16]) != _USUAL:
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


def _plausible(query: Query, value: date) -> bool:
    on = value.date() if isinstance(value, datetime) else value
    return query.month.first - PLAUSIBLE <= on <= query.month.last + PLAUSIBLE


def _misread(place: Place, text: str) -> tuple[str, str]:
    label = place.column.label
    if place.column.holds == "choice":
        return "unknown-word", f"“{label}”里有不认识的写法；请改成所列之一，或请接入工程师在列对照表里补上"
    if place.column.holds == "number":
        return "not-a-number", f"“{label}”应为数字"
    if place.column.seconds and _strptime(text, MINUTES):
        return "no-seconds", f"“{label}”没有秒：用 Excel 打开再保存会丢掉秒；请直接上传系统导出的原文件"
    return "not-a-time", f"“{label}”不是能识别的时间；也请核对表头有没有对错列"


def _expected(place: Place) -> str:
    if place.column.holds == "choice":
        return "、".join(list(place.words)[:12])
    return "如 2026-03-01" if place.column.holds == "day" else EXPECTED[place.taken.form]


def _check_orders(query: Query, values: Mapping[str, Any], report: Report, spot: Spot) -> None:
    layout = query.layout
    for order in layout.kind.orders:
        earlier, later = values.get(order.earlier), values.get(order.later)
        if earlier is not None and later is not None and later < earlier:
            first, second = layout.kind.column(order.earlier).label, layout.kind.column(order.later).label
            cell = layout.places[order.later].cells[0]
            at = spot.at(row=spot.row, column=cell, header=query.source.headers[cell])
            expected = f"不早于“{first}”（{earlier}）"
            report.add("wrong-order", f"“{second}”早于“{first}”", at, held=str(later), expected=expected)


def _check_month(query: Query, values: Mapping[str, Any], report: Report, spot: Spot) -> None:
    kind = query.layout.kind
    if not kind.in_month or query.merges:
        return
    days = [v for name, v in values.items() if isinstance(v, date) and name != "ended_at"]
    on = min((v.date() if isinstance(v, datetime) else v for v in days), default=None)
    expected = f"{query.month.year}年{query.month.month}月"
    if on is None:
        report.add("missing-value", "这一行一个时间也没有，不知道算在哪一天", spot)
    elif on not in query.month:
        report.add("other-month", "日期不在本文件的月份内；请按月导出", spot, held=on, expected=expected)


def _explain_twin(
    query: Query, row: Sequence[str], twins: Collection[str], seen: dict[str, int], report: Report, spot: Spot
) -> None:
    if not twins or len(row) != len(query.source.headers):
        return
    key = " ".join(filter(None, (text_of(query.layout.places[name], row) for name in query.key)))
    if key not in twins:
        return
    if key in seen:
        place = query.layout.places[query.key[0]]
        at = spot.at(row=spot.row, column=place.cells[0], header=place.column.label)
        message = f"编号与第{seen[key]}行相同；同一{query.layout.kind.label}只能有一行，请检查是否重复导出"
        report.add("record-twice", message, at, held=showable_key(key))
    seen.setdefault(key, spot.row or 0)
