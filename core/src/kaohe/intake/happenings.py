"""Events: one checked row or JSON object becomes one event."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.catalogue import DECIDED, EventKind
from kaohe.intake.amounts import sum_of_money
from kaohe.intake.choices import chosen, instalment, listed
from kaohe.intake.dates import day
from kaohe.intake.draft import Draft
from kaohe.intake.headers import EVENT
from kaohe.intake.limits import MAX_COUNT, MAX_NOTE
from kaohe.intake.privacy import is_document, is_private
from kaohe.intake.rulings import check_clause, check_count, check_instalment, check_payment, check_ruling
from kaohe.intake.spots import Spot
from kaohe.intake.values import BadValue, number, text
from kaohe.intake.wording import plain as figure
from kaohe.submission import Event

_DIGEST = re.compile(r"[0-9a-f]{12,64}")
Given = Mapping[str, tuple[Any, Spot]]
"""The filled-in fields of one event with their places."""


def title(field: str) -> str:
    """The Chinese name of an event's field."""
    return EVENT[field][0]


def take_event(draft: Draft, given: Given, spot: Spot) -> None:
    """Check one event and take it, or report everything that is wrong with it.

    Args:
        draft: where it goes.
        given: its filled-in fields.
        spot: its row or object.
    """
    kind = _kind(draft, given, spot)
    if kind is None:
        return
    found: dict[str, Any] = {}
    for field, (value, place) in given.items():
        if field == "kind" or not _belongs(draft, kind, field, place):
            continue
        try:
            found[field] = _read(field, value, kind, draft)
        except BadValue as bad:
            held = None if bad.code == "personal-data" else value
            draft.report.add(bad.code, f"“{title(field)}”{bad.message}", place, held=held, expected=bad.expected)
    _check_required(draft, kind, given, spot)
    if _fits(draft, kind, found, given):
        complete = {"on", *kind.required} <= found.keys() and len(found) == len(given) - 1
        if complete:
            draft.events.append(Event(kind=kind.code, where=spot.where, **found))
            draft.overlap.add_typed(kind.code, spot)


def _kind(draft: Draft, given: Given, spot: Spot) -> EventKind | None:
    if "kind" not in given:
        draft.report.add("missing-value", f"没有填写“{title('kind')}”；请从下拉列表中选择；没有发生请删去这一行", spot)
        return None
    value, place = given["kind"]
    kind = draft.context.names.kind(value)
    if kind is None:
        like = None if draft.report.is_full else draft.context.names.like_kind(value, draft.context.kinds)
        message = "不认识这个事件类型；没有发生请删去这一行，发生了请改成所列的名称"
        draft.report.add("unknown-event", message, place, held=value, expected=like)
        return None
    return kind if draft.may_state(kind, place) else None


def _belongs(draft: Draft, kind: EventKind, field: str, place: Spot) -> bool:
    if field in ("on", "count", *kind.required, *kind.optional):
        return True
    fields = "、".join(title(f) for f in ("on", "count", *kind.required, *kind.optional))
    message = f"“{kind.label}”不填“{title(field)}”，请清空"
    draft.report.add("field-not-allowed", message, place, expected=f"只填{fields}")
    return False


def _check_required(draft: Draft, kind: EventKind, given: Given, spot: Spot) -> None:
    for field in ("on", *kind.required):
        if field not in given:
            draft.report.add("missing-value", f"“{kind.label}”必须填写“{title(field)}”", spot)


def _read(field: str, value: Any, kind: EventKind, draft: Draft) -> Any:
    if field in ("on", "start", "end", "since"):
        # Only the date of a dated event is sure to lie in the file's month; elsewhere the year must be written.
        month = draft.context.month
        return day(value, month if field == "on" and not kind.undated else None, like=month)
    if field == "instalment":
        return instalment(value, draft.context.contracts)
    return _READERS[field](value)


def _count(value: Any) -> int:
    expected = f"1至{MAX_COUNT}之间的整数"
    try:
        count = int(number(value, whole=True))
    except BadValue as bad:
        raise BadValue(bad.code, bad.message, expected) from None
    if count < 1:
        raise BadValue("not-positive", "至少是1；没有发生的事件请删去整行", expected)
    if count > MAX_COUNT:
        raise BadValue("too-large", "过大，请核对是否把编号或日期填进了这一列", expected)
    return count


def _points(value: Any) -> Decimal:
    try:
        return Decimal(number(value))
    except BadValue as bad:
        if bad.code != "negative":
            raise
        raise BadValue("negative", "不写负号；扣几分就填几", "0或正数，如扣2分填 2") from None


def _amount(value: Any) -> Decimal:
    amount = Decimal(sum_of_money(value))
    if amount != amount.quantize(Decimal("0.01")):
        raise BadValue("too-many-places", "最多两位小数（精确到分）", "如 1234.50")
    return amount


def _words(value: Any) -> str:
    words = text(value)
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in words):
        raise BadValue("control-character", "含有看不见的控制字符；请删去后重新输入，不要从网页或聊天工具粘贴", "文字")
    if is_private(words):
        raise BadValue("personal-data", "疑似含有手机号、身份证号或银行卡号；请删去个人信息（此处不显示原内容）")
    if len(words) > MAX_NOTE:
        raise BadValue("too-long", f"过长（{len(words)}字）", f"不超过{MAX_NOTE}字")
    return words


def _ref(value: Any) -> str:
    """The number of a ticket or document."""
    number = text(value)
    return number if is_document(number) else _words(value)


def _digest(value: Any) -> str:
    digits = text(value).lower()
    if not _DIGEST.fullmatch(digits):
        raise BadValue("not-a-digest", "不是考核结果的摘要；请从考核结果中复制", "64位摘要，或其前12位以上")
    return digits


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "count": _count,
    "ref": _ref,
    "amount": _amount,
    "points": _points,
    "reading": _words,
    "option": _words,
    "value": lambda value: Decimal(number(value, percent=True)),
    "clause": _words,
    "digest": _digest,
    "note": _words,
}


def _fits(draft: Draft, kind: EventKind, found: dict[str, Any], given: Given) -> bool:
    """Whether the fields go together and with the contract; faults are told at the field that has to change."""
    fine = "count" not in found or check_count(draft, kind, found["count"], given["count"][1])
    if "on" in found:
        fine &= _is_in_time(draft, kind, found["on"], given["on"][1])
    if "start" in found and "end" in found and found["end"] < found["start"]:
        message = f"“{title('end')}”早于“{title('start')}”（{found['start']}），请核对"
        draft.report.add("end-before-start", message, given["end"][1], held=found["end"])
        fine = False
    if "instalment" in found:
        fine &= check_instalment(draft, found["instalment"], given["instalment"][1])
        fine &= "amount" not in found or check_payment(draft, found["amount"], given["amount"][1])
    for field in [field for field in _BOUND if field in found]:
        fine &= _is_in_range(draft, kind, field, found[field], given[field][1])
    if "clause" in found:
        fine &= check_clause(draft, kind, found, given["clause"][1])
    if "reading" in found:
        fine &= check_ruling(draft, found, {field: place for field, (_, place) in given.items()})
    elif "option" in found and kind.options:
        fine &= _is_option(draft, kind, found, given["option"][1]) and _leaves_amount(draft, kind, found, given)
    return fine


def _is_in_range(draft: Draft, kind: EventKind, field: str, held: Decimal, place: Spot) -> bool:
    if (kind.least is None or held >= kind.least) and (kind.most is None or held <= kind.most):
        return True
    words = (("不少于", kind.least), ("不超过", kind.most))
    bounds = [f"{word}{_BOUND[field](bound)}" for word, bound in words if bound is not None]
    message = f"“{kind.label}”的“{title(field)}”超出{'可能' if field == 'value' else '合同规定'}的范围，请核对"
    draft.report.add("out-of-range", message, place, held=held, expected="、".join(bounds))
    return False


def _value(bound: Decimal) -> str:
    return f"{figure(bound * 100)}%（{figure(bound)}）" if bound < 1 else figure(bound)


_BOUND: Mapping[str, Callable[[Decimal], str]] = {
    "amount": lambda bound: f"{bound}元",
    "points": lambda bound: f"{figure(bound)}分",
    "value": _value,
}
"""The fields that a kind of event may bound, and how a bound of theirs is told."""


def _is_option(draft: Draft, kind: EventKind, found: dict[str, Any], place: Spot) -> bool:
    """Whether the option is one of the kind's own; its Chinese name is as good as its code."""
    if code := chosen(found["option"], kind.options):
        found["option"] = code
        return True
    expected = listed(kind.options)
    draft.report.add("no-such-option", f"“{kind.label}”没有这个选项", place, held=found["option"], expected=expected)
    return False


def _leaves_amount(draft: Draft, kind: EventKind, found: dict[str, Any], given: Given) -> bool:
    """Whether a rejected objection comes without an amount: nothing changes, so it could only mislead."""
    if (kind.code, found["option"]) != (DECIDED, "rejected") or "amount" not in found:
        return True
    message = f"异议不成立的，扣款不变，请清空“{title('amount')}”"
    draft.report.add("field-not-allowed", message, given["amount"][1], held=found["amount"])
    return False


def _is_in_time(draft: Draft, kind: EventKind, on: date, place: Spot) -> bool:
    if not kind.undated:
        return draft.may_be_on(on, place)
    if kind.trail and on < (first := draft.context.month.first):
        message = f"日期早于本文件的月份；“{kind.label}”要放在所说的那个月的文件夹里"
        draft.report.add("before-month", message, place, held=on, expected=f"不早于{first}")
        return False
    if on <= draft.context.received_on:
        return True
    expected = f"不晚于收到文件的{draft.context.received_on}"
    draft.report.add("future-day", "日期还没有到；只填已经发生的", place, held=on, expected=expected)
    return False
