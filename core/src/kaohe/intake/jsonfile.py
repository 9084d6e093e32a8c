"""The JSON form of a submission. Numbers never pass through a binary float."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from kaohe.catalogue import Measure
from kaohe.intake.draft import Draft
from kaohe.intake.happenings import take_event, title
from kaohe.intake.headers import EVENT, nearest
from kaohe.intake.spots import Spot
from kaohe.intake.tables import guess
from kaohe.intake.values import plain
from kaohe.intake.wording import instead_of_blank

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBERS = ("count", "amount", "points", "instalment", "value")
_DATES = ("on", "start", "end", "since")
_LONGEST_INT = 30
_DEEPEST = 8


class _Object(dict[str, Any]):
    """An object that remembers which of its keys stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.twice = sorted({key for key in keys if keys.count(key) > 1}) if len(self) < len(keys) else []


def read_json(text: str, draft: Draft, spot: Spot) -> None:
    """Read ``{"region": …, "month": …, "source": …, "measures": {…}, "events": […]}``."""
    root = Spot(spot.file, spot.archive, path="", rank=spot.rank)
    try:
        content = json.loads(
            text, parse_float=Decimal, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_Object
        )
    except json.JSONDecodeError as error:
        message = f"不是正确的 JSON：第{error.lineno}行第{error.colno}个字符附近有误"
        draft.report.add("bad-json", message, spot.at(row=error.lineno), expected="JSON 对象")
        return
    except (ValueError, RecursionError, ArithmeticError) as error:
        message = f"不能使用 {error}" if isinstance(error, _Constant) else "无法解析（层次过深或数字过长）"
        draft.report.add("bad-json", message, spot, expected="普通的数字、文字和对象")
        return
    if not isinstance(content, _Object):
        draft.report.add("wrong-type", "最外层应是一个对象 {…}", spot)
        return
    _report_twice(content, root, draft)
    _check_keys(content, ("region", "month", "source", "measures", "events"), root, draft)
    # Of another region's file nothing else is told: what would be wrong with it follows from that.
    if _check_address(content, root, draft):
        _read_measures(content, root, draft)
        _read_events(content, root, draft)


class _Constant(ValueError):
    """NaN or Infinity."""


def _refuse(constant: str) -> NoReturn:
    raise _Constant(constant)


def _integer(digits: str) -> int | Decimal:
    # int() of a very long text is slow; as a Decimal it is refused for its size all the same.
    return int(digits) if len(digits) <= _LONGEST_INT else Decimal(digits)


def _report_twice(value: Any, spot: Spot, draft: Draft, depth: int = 0) -> None:
    for key in value.twice if isinstance(value, _Object) else ():
        draft.report.add("key-twice", "同一个键写了两次，请删去一个", spot.within(key))
    children: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value)
    for step, child in children if depth < _DEEPEST else ():
        _report_twice(child, spot.within(step), draft, depth + 1)


def _check_keys(value: Mapping[str, Any], known: tuple[str, ...], spot: Spot, draft: Draft) -> None:
    for key in value:
        if key not in known:
            like = nearest(key, {name: name for name in known})
            message = "不认识这个键" + (f"，是不是{like}？" if like else "，请删去")
            draft.report.add("unknown-key", message, spot.within(key), expected="、".join(known))


def _check_address(content: Mapping[str, Any], root: Spot, draft: Draft) -> bool:
    """Whether the file says that it is of this region; month and source are held against the address as well."""
    address = draft.context.address
    expected = {"region": address.region, "month": str(address.month), "source": str(address.source)}
    labels = {"region": "地区", "month": "月份", "source": "来源"}
    for key, right in expected.items():
        if key not in content:
            draft.report.add("missing-value", f"缺少{labels[key]}", root.within(key), expected=right)
        elif content[key] != right:
            message = f"{labels[key]}与上传的位置不一致；请核对是否传错了文件"
            code = "other-month" if key == "month" else "other-address"
            draft.report.add(code, message, root.within(key), held=content[key], expected=right)
    return bool(content.get("region", address.region) == address.region)


def _read_measures(content: Mapping[str, Any], root: Spot, draft: Draft) -> None:
    spot, measures = root.within("measures"), content.get("measures", {})
    if not isinstance(measures, dict):
        draft.report.add("wrong-type", "应是一个对象 {指标: 数值}", spot)
        return
    for name, value in measures.items():
        measure = draft.context.names.measure(name)
        if measure is None:
            like = None if draft.report.is_full else draft.context.names.like_measure(name)
            message = f"不认识这个指标{guess(like, name)}请改成模板中的名称或代码，或删去这个键"
            draft.report.add("unknown-measure", message, spot.within(name), held=name)
        elif draft.may_state(measure, spot.within(name)):
            _read_measure(measure, value, spot.within(name), draft)


def _read_measure(measure: Measure, value: Any, spot: Spot, draft: Draft) -> None:
    draft.stated.add(measure.code)
    if value is None:
        draft.report.add("missing-value", _null(measure), spot)
    elif measure.grain == "month":
        _figure(measure, None, value, spot, draft)
    elif not isinstance(value, dict):
        message = f"“{measure.label}”要按日填报，应是一个对象"
        expected = f'{{"{draft.context.month.first}": 310, …}}'
        draft.report.add("wrong-grain", message, spot, held=value, expected=expected)
    else:
        for written, figure in value.items():
            _day_figure(measure, written, figure, spot.within(written), draft)


def _null(measure: Measure) -> str:
    advice = "没有数据请删去这个键" if measure.optional else instead_of_blank(measure)
    return f"“{measure.label}”是 null；{advice}"


def _day_figure(measure: Measure, written: str, value: Any, spot: Spot, draft: Draft) -> None:
    on = _iso(written)
    if on is None:
        draft.report.add("not-a-date", "不是日期", spot, held=written, expected=_written_date(draft))
    elif draft.may_be_on(on, spot):
        _figure(measure, on, value, spot, draft)


def _figure(measure: Measure, on: date | None, value: Any, spot: Spot, draft: Draft) -> None:
    if value is None:
        draft.report.add("missing-value", _null(measure), spot)
    elif isinstance(value, dict) and measure.grain == "month":
        draft.report.add("wrong-grain", f"“{measure.label}”只按月填一个数，不要按日填", spot, expected="数字")
    elif isinstance(value, dict | list):
        draft.report.add("wrong-type", "应是一个数字", spot, expected="数字")
    else:
        draft.figure(measure, on, value, spot)


def _read_events(content: Mapping[str, Any], root: Spot, draft: Draft) -> None:
    spot, events = root.within("events"), content.get("events", [])
    if not isinstance(events, list):
        draft.report.add("wrong-type", "应是一个数组 […]", spot)
        return
    for place, event in enumerate(events):
        if isinstance(event, dict):
            _read_event(event, spot.within(place), draft)
        else:
            draft.report.add("wrong-type", "应是一个对象 {…}", spot.within(place), held=event)


def _read_event(event: Mapping[str, Any], spot: Spot, draft: Draft) -> None:
    _check_keys(event, tuple(EVENT), spot, draft)
    known = {key: value for key, value in event.items() if key in EVENT}
    wrong = [key for key, value in known.items() if not _has_type(key, value, spot.within(key), draft)]
    if not wrong:
        take_event(draft, {key: (value, spot.within(key)) for key, value in known.items()}, spot)


def _has_type(key: str, value: Any, spot: Spot, draft: Draft) -> bool:
    problem = _type_problem(key, value, draft)
    if problem is not None:
        code, message, expected = problem
        draft.report.add(code, f"“{title(key)}”{message}", spot, held=value, expected=expected)
    return problem is None


def _type_problem(key: str, value: Any, draft: Draft) -> tuple[str, str, str] | None:
    if value is None:
        return "missing-value", "是 null；没有内容请删去这个键", "有内容的值"
    if isinstance(value, bool | dict | list):
        return "wrong-type", "类型不对", "数字" if key in _NUMBERS else "文字"
    if key in _NUMBERS and not isinstance(value, str):
        return None
    if not isinstance(value, str):
        return "wrong-type", "应是加引号的文字", "文字"
    if not plain(value):
        return "missing-value", "是空的；没有内容请删去这个键", "有内容的值"
    if key in _DATES and _iso(value) is None:
        return "not-a-date", "不是日期", _written_date(draft)
    return None


def _written_date(draft: Draft) -> str:
    return f"年-月-日，如 {draft.context.month.days[4]}"


def _iso(written: str) -> date | None:
    if not _ISO.fullmatch(written):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
