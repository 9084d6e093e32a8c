"""Sums of money as people write them: with a currency sign, commas, 元 or 万元 where that can mean one thing only."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from kaohe.intake.values import BadValue, number, plain

YUAN = "元"
"""The unit of sums of money, in the catalogue and in every upload."""

_WRITTEN = re.compile(r"(?:人民币|RMB|CNY)?[￥¥]?(?P<digits>[+-]?[\d,.]+)(?P<unit>元|圆|万元|万)?整?")
_MYRIAD = 10_000
EXPECTED = "以元为单位的数，如 1641000.00"


def sum_of_money(value: Any) -> int | Decimal:
    """The yuan in a cell.

    ``1,641,000.00``, ``¥1641000``, ``1641000元`` and ``164.1万元`` are the same; a number without a unit is in yuan.

    Raises:
        BadValue: it is no sum of money, or could be more than one.
    """
    match = _WRITTEN.fullmatch("".join(plain(value).split()).upper()) if isinstance(value, str) else None
    try:
        if match is None:
            return number(value)
        yuan = Decimal(number(match["digits"])) * (_MYRIAD if (match["unit"] or "").startswith("万") else 1)
        return number(yuan)
    except BadValue as bad:
        message = "不能是负数；扣款、付款都填正数" if bad.code == "negative" else bad.message
        expected = bad.expected if bad.code == "too-large" else EXPECTED
        raise type(bad)(bad.code, message, expected) from None
