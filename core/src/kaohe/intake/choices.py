"""What a contract offers to choose from, found by any name that people write: its code, its Chinese label, or both.

Every face of kaohe shows labels, so a clerk has no reason to know a code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.contract import Contract
from kaohe.intake.values import BadValue, number, plain

_NO_NUMBER = "应填第几期"
_BRACKET = re.compile(r"\([^()]*\)$")
_DIGITS = {digit: n for n, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2}


def chosen(written: str, labels: Mapping[str, str]) -> str | None:
    """The code of what was written.

    Args:
        written: a code, a label, or both, such as ``started（不足一点按一点计）``.
        labels: the labels by code.
    """
    wanted = _key(written)
    for code, label in labels.items():
        one, two = _key(code), _key(label)
        if wanted in (one, two, one + two, f"{one}:{two}", f"{one}({two})", f"{two}({one})"):
            return code
    return None


def listed(labels: Mapping[str, str]) -> str:
    """All there is to choose from, for a fault to tell."""
    return "；".join(f"{label}（{code}）" for code, label in labels.items())


def instalment(value: Any, contracts: Sequence[Contract]) -> int:
    """The number of an instalment: ``3``, ``第3期``, ``第三期``, ``三`` or its label, with or without its bracket.

    Raises:
        BadValue: it is none of these.
    """
    if not isinstance(value, str):
        return int(number(value, whole=True))
    written = _key(value)
    for label, no in [(_key(i.label), i.no) for contract in contracts for i in contract.instalments]:
        if written in (label, _BRACKET.sub("", label)):
            return no
    counted = written.removeprefix("第").removesuffix("期")
    if (han := _han(counted)) is not None:
        return han
    try:
        return int(number(counted, whole=True))
    except BadValue:
        offered = "；".join(f"{i.no}（{i.label}）" for contract in contracts for i in contract.instalments)
        raise BadValue("not-a-number", _NO_NUMBER, offered or "如 2 或 第二期") from None


def _han(written: str) -> int | None:
    """The number from 1 to 99 that Chinese numerals spell."""
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(ones)
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def _key(name: str) -> str:
    return "".join(plain(name).split()).casefold()
