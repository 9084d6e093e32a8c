"""Where an upload belongs: region, source, month and name, as its key says."""

from __future__ import annotations

import re
import unicodedata

from kaohe.catalogue import Source
from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.model import Record
from kaohe.periods import Month

FORM = "submissions/地区/来源（vendor 或 authority）/年-月（如 2026-03）/文件名"
_REGION = re.compile(r"[a-z][a-z0-9-]*")


class Address(Record):
    """Where an upload belongs.

    Attributes:
        region: the region's name.
        source: who sends it.
        month: the month that it reports on.
        name: the file's name.
    """

    region: str
    source: Source
    month: Month
    name: str

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return f"submissions/{self.region}/{self.source}/{self.month}/{self.name}"


def parse_key(key: str) -> Address:
    """Read an object key, which may hold Chinese (percent-decoding is the caller's).

    Raises:
        Refused: the key is not ``submissions/{region}/{source}/{YYYY-MM}/{name}``; says which parts are wrong.
    """
    parts = key.split("/")
    if len(parts) != 5 or parts[0] != "submissions":
        raise Refused([_fault("存放路径不对", key)])
    _, region, source, month, name = parts
    checks = {
        ("地区名不对，应为小写字母", region): _REGION.fullmatch(region) is not None,
        ("来源不对，应为 vendor（供应商）或 authority（主管单位）", source): source in list(Source),
        ("月份不对，应写成 2026-03 的样子", month): _is_month(month),
        ("文件名不对，不能为空，也不能含控制字符", name): _is_name(name),
    }
    if faults := [_fault(problem, held) for (problem, held), fine in checks.items() if not fine]:
        raise Refused(faults)
    return Address(region=region, source=Source(source), month=Month.of(month), name=name)


def _is_month(text: str) -> bool:
    try:
        return bool(Month.of(text))
    except ValueError:
        return False


def _is_name(text: str) -> bool:
    if not text.strip() or text in (".", ".."):
        return False
    return all(unicodedata.category(c) not in ("Cc", "Cs") for c in text)


def _fault(problem: str, held: str) -> Fault:
    shown = "".join(c if c.isprintable() else "?" for c in held)[:40]
    return Fault(code="bad-key", message=problem, held=shown or None, expected=FORM)
