"""What a cell holds, as an exact number: what people and spreadsheets write for a number, and nothing else."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from kaohe.intake.limits import MAX_NUMBER

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_SPACED = re.compile(r"[+-]?\d+(?:\s+[\d,]+)+(?:\.\d+)?")
_HAN_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千万亿]")
"""Without the 万 of 13.5万 another number would be left."""
_MAX_PLACES = 20
"""Fits, with nine digits before the point, into the 38 digits that the table keeps exactly."""


class BadValue(Exception):
    """A cell holds something that cannot be taken.

    Attributes:
        code: stable English code.
        message: what is wrong, in Chinese.
        expected: what was expected, in Chinese.
    """

    def __init__(self, code: str, message: str, expected: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.expected = code, message, expected


class NoValue(BadValue):
    """A cell holds a sign that there is nothing to state, such as ``/``: 0 for one measure, empty for another."""


def plain(text: str) -> str:
    """A text with full-width characters made plain and blanks around it removed."""
    return unicodedata.normalize("NFKC", text).strip()


def has_unseen(text: str) -> bool:
    """Whether a text holds a character that nobody sees, such as a blank without width from a web page."""
    return any(unicodedata.category(character) == "Cf" for character in text)


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def is_number(text: str) -> bool:
    """Whether a text is written like a number."""
    return _NUMBER.fullmatch(plain(text)) is not None


def number(value: Any, *, whole: bool = False, percent: bool = False) -> int | Decimal:
    """The number in a cell, never negative; an int where it is whole.

    Args:
        value: what the cell holds.
        whole: whether fractions are refused.
        percent: whether ``95.3%`` is taken for 0.953.

    Raises:
        BadValue: it is no number, negative, too large, or a fraction where none can be.
    """
    exact = _decimal(value, percent)
    expected = f"0至{MAX_NUMBER}之间的{'整数' if whole else '数'}"
    if exact < 0:
        raise BadValue("negative", "不能是负数", expected)
    if exact > MAX_NUMBER:
        raise BadValue("too-large", "数字过大，请核对是否多打了位数", expected)
    if exact == exact.to_integral_value():
        return int(exact)
    if whole and exact < 1:
        raise BadValue("not-whole", "应为整数，这里像是百分比；请填数量，不填比率", expected)
    if whole:
        raise BadValue("not-whole", "应为整数，不能有小数", expected)
    if -int(exact.as_tuple().exponent) > _MAX_PLACES:
        raise BadValue("too-many-places", "小数位数过多", f"最多{_MAX_PLACES}位小数")
    return exact.normalize()


def _decimal(value: Any, percent: bool) -> Decimal:
    if isinstance(value, bool):
        raise BadValue("not-a-number", "应填数字，这里是逻辑值（TRUE/FALSE）", "数字")
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        # Excel keeps 15 significant digits; what a float shows beyond them is noise of the binary form.
        return Decimal(f"{value:.15g}")
    if isinstance(value, date | time | timedelta):
        raise BadValue("not-a-number", "应填数字，这里是日期或时间；请把单元格格式改为“常规”后重新填写", "数字")
    if isinstance(value, str):
        return _from_text(plain(value), percent)
    raise BadValue("not-a-number", "应填数字", "数字")


def _from_text(text: str, percent: bool) -> Decimal:
    share = percent and text.endswith("%")
    digits = text.removesuffix("%").rstrip() if share else text
    if _NUMBER.fullmatch(digits):
        exact = Decimal(digits.replace(",", ""))
        return exact.scaleb(-2) if share else exact
    raise _no_number(text)


def _no_number(text: str) -> BadValue:
    """Why a text is no number: the first of the usual causes that fits."""
    if text in ("-", "—", "——", "/", "无", "没有"):
        return NoValue("not-a-number", "应填数字；没有的请留空", "数字")
    if text.startswith("#"):
        why = (
            "应填数字，这里是“####”：列太窄，数没有显示出来；请拉宽这一列后重新复制"
            if not text.strip("#")
            else "公式出错，没有得出数字；请改正公式或直接填数字"
        )
        return BadValue("formula-error", why, "数字")
    code, why = next((code, why) for fits, code, why in _CAUSES if fits(text))
    return BadValue(code, why, "数字")


_CAUSES: tuple[tuple[Callable[[str], object], str, str], ...] = (
    (
        _SCIENTIFIC.fullmatch,
        "not-a-number",
        "应填数字，这里是科学计数法，末尾的数可能已丢失；请把单元格格式改为“数值”后重新填写",
    ),
    (lambda text: text.endswith("%"), "not-a-number", "应填数量，不能填百分比"),
    (has_unseen, "unseen-character", "应填数字，这里有看不见的字符；请清空后重新输入，不要从网页或聊天工具粘贴"),
    (_SPACED.fullmatch, "not-a-number", "应填数字，数字中间有空格；请删去空格"),
    (_HAN_NUMERAL.search, "not-a-number", "应填数字；请写完整的阿拉伯数字，如 135000"),
    (lambda text: True, "not-a-number", "应填数字；单位、“约”等文字请删去"),
)
"""What a text that is no number may be, with the code and message of the fault."""


def text(value: Any) -> str:
    """The text in a cell that may have been typed as a number, such as the number of a ticket.

    Raises:
        BadValue: it is a number so long that Excel has already changed its last digits, or no text at all.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValue("not-a-text", "应填文字，这里是日期、时间或逻辑值", "文字")
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) >= 1e15:
            message = "编号超过15位，Excel 已改动其末尾数字；请把单元格格式设为“文本”后重新填写"
            raise BadValue("digits-lost", message, "文本格式的编号")
        return f"{value:.15g}"
    # A line break in a cell is a blank to whoever reads the remark elsewhere.
    return " ".join(plain(str(value)).split())
