"""What looks like somebody's number: such text is refused and never repeated, in a fault or in a log.

A caller's telephone, identity or bank card number has no place in facts that are kept for years and shown to
several parties. What merely resembles one (a long ticket number) is let through where its form rules it out.
"""

from __future__ import annotations

import re
import unicodedata

_GAPS = re.compile(r"(?<=\d)[\s\-‐-―·.]{1,2}(?=\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?0{0,2}86)?1[3-9]\d{9}(?!\d)")
# Province, any district, a birthday of the last or this century, a serial, a check character.
_IDENTITY = re.compile(
    r"(?<!\d)(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}"
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_CARD = re.compile(r"(?<!\d)[3-6]\d{15,18}(?!\d)")


_DOCUMENT = re.compile(r"[1-8]\d{5}20[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2,6}")
"""A district, a day since 2020, a serial: so systems number tickets. An identity card born then is a small child's."""


def is_document(text: str) -> bool:
    """Whether a text, in a place for numbers of tickets or documents, is one that only looks like a person's."""
    return bool(_DOCUMENT.fullmatch(text))


def is_private(text: str) -> bool:
    """Whether a text holds something like a mobile, identity or bank card number, written with gaps or without."""
    plain = unicodedata.normalize("NFKC", text)
    # Both spellings: with gaps closed, neighbouring numbers may run together and hide one another.
    return any(_found(candidate) for candidate in (plain, _GAPS.sub("", plain)))


def _found(text: str) -> bool:
    if _MOBILE.search(text) or _IDENTITY.search(text):
        return True
    # All cards of China UnionPay begin with 62; of others only the check digit can tell.
    return any(card.startswith("62") or _luhn(card) for card in _CARD.findall(text))


def _luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812, which every bank card carries."""
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
