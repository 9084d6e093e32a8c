"""What a report may show of a file of records.

Columns may be mixed up, so any cell may hold a caller's number, a name or an address. Only what has the form of what
was expected is shown; of the rest no more than its length.
"""

from __future__ import annotations

import re

from kaohe.intake.counting.columns import Place
from kaohe.intake.privacy import is_document, is_private
from kaohe.intake.values import plain

_TIME = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([T ]+\d{1,2}(:\d{1,2}){0,2}(\.\d{1,6})?Z?)?"
    r"|\d{1,2}(:\d{2}){1,2}|\d{1,5}(\.\d{1,9})?"
)
"""A day, with or without a time; a time of day; Excel's count of days."""
_DATED = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))"
    r"([T ]{1,2}\d{1,2}(:\d{1,2}){1,2}(\.\d{1,6})?( ?[AP]M)?)?"
)
"""A day in any order, with or without a time: too few digits, and parted too often, for a telephone."""
_PLACEHOLDER = re.compile(r"[-—/]{1,2}|NULL", re.IGNORECASE)
_FEW = re.compile(r"-?\d{1,6}(\.\d{1,6})?")
_DEGREES = frozenset("比较很非常十分特别极不太基本一般还算已未没有无为的了吗是否类件单星级好中差0123456789-/（）()、 ")
"""What stands around a word in other spellings of it: 比较满意, 满意（5星）."""
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_TELEPHONE = re.compile(r"\+?[\d -]{7,13}")
_HAN = re.compile(r"[㐀-鿿]")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DIGITS_OF_A_NUMBER = 6


def showable(place: Place, text: str) -> str:
    """What a fault may show of a cell that is not what its column asks for."""
    if place.column.holds == "choice":
        fine = bool(_FEW.fullmatch(text)) or _is_spelling(place, text)
    elif place.column.holds == "number" or place.taken.form in ("unix", "unix-ms"):
        # A telephone number is a number of seconds as good as another.
        fine = bool(_FEW.fullmatch(text))
    else:
        fine = bool(_TIME.fullmatch(text) or _DATED.fullmatch(plain(text)) or _TIME.fullmatch(plain(text)))
    return text if fine or _PLACEHOLDER.fullmatch(text) else f"（{len(text)}个字符，不予显示）"


def showable_key(key: str) -> str | None:
    """A record's key, where it cannot be somebody's number."""
    return key if _CODE.fullmatch(key) and not _TELEPHONE.fullmatch(key) and not is_private(key) else None


def is_reference(text: str) -> bool:
    """Whether a record's number may leave its file, in the list of what failed: a name or a telephone may not."""
    if is_document(text):
        return True
    if len(text) > 40 or is_private(text) or _LANDLINE.search(text):
        return False
    return not _HAN.search(text) or sum(c.isdigit() for c in text) >= _DIGITS_OF_A_NUMBER


def _is_spelling(place: Place, text: str) -> bool:
    """Whether a text is one of the words with nothing around it but how much, or a part of one."""
    if len(text) > 12:
        return False
    rests = [text.replace(word, "") for word in place.words if len(word) > 1 and word in text]
    return any(_DEGREES.issuperset(rest) for rest in rests) or any(text in word for word in place.words)
