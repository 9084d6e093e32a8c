"""The Chinese headers of an upload: one table of them, and what a header means.

The first header of each entry is the one that the template writes.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from kaohe.catalogue import Catalogue, EventKind, Measure

DAY = ("日期", "统计日期", "数据日期", "年月日", "日", "date")
ITEM = ("指标", "指标名称", "项目", "项目名称", "统计项目", "数据项")
FIGURE = ("数值", "数量", "值", "本月数", "本月数值", "本月数量", "本月", "当月数", "当月数值", "本月合计", "合计")
MONTH = ("月份", "月度", "统计月份", "所属月份", "年月", "月")
IGNORED = ("序号", "单位", "计量单位", "说明", "填报说明", "备注", "星期", "周几")
"""Columns that help the reader and state nothing."""
UNIT = ("单位", "计量单位")
"""Of these, the ones that name the unit of a row."""

EVENT: Mapping[str, tuple[str, ...]] = {
    "kind": ("事件类型", "类型", "事件", "事项", "事件名称"),
    "on": ("日期", "发生日期", "事件日期", "认定日期"),
    "count": ("次数", "数量", "件数"),
    "ref": ("编号或文号", "编号", "文号", "依据文号", "工单编号", "文件编号"),
    "start": ("开始日期", "开始时间", "收到日期"),
    "end": ("结束日期", "结束时间", "办结日期"),
    "amount": ("金额", "金额（元）"),
    "points": ("分值", "扣分", "分数"),
    "instalment": ("期次", "付款期次", "第几期"),
    "reading": ("读法", "歧义条款", "裁定事项"),
    "option": ("选项", "裁定选项"),
    "value": ("数值", "裁定数值"),
    "since": ("起始日期", "自何日起", "适用起始日期", "生效日期"),
    "clause": ("条款", "条款号", "合同条款"),
    "digest": ("结果摘要", "摘要", "考核结果摘要"),
    "note": ("说明", "备注", "情况说明"),
}
"""The fields of an event."""

EVENT_IGNORED = ("序号", "单位")

NOTES_SHEET, LISTS_SHEET = "填写说明", "清单"
"""The template's sheet that explains it, and the hidden one of what there is to choose from: neither holds figures."""

TOTALS = ("合计", "总计", "小计", "平均", "平均值", "均值", "累计", "本月合计", "月合计", "全月合计", "日均", "合计值")
SUBTOTALS = ("合计", "小计", "总计", "累计")
"""What a row among the days says of itself, such as 第一周小计, when it sums up others."""
FOOTERS = (
    "制表",
    "填表",
    "填报人",
    "填报单位",
    "审核",
    "复核",
    "负责人",
    "单位负责人",
    "联系人",
    "注:",
    "备注:",
    "说明:",
)
"""What a row below the figures begins with when it is a signature or a footnote."""

RATE = "率"
"""What a rate ends in: kaohe works rates out, and a count in their column would be a wrong one."""

_UNITS = frozenset("次个人件条通天日秒分元宗单起") | {"人次", "分钟", "小时"}
_SCALED = re.compile(r"(?:[百千万亿]|[十百千]万)(?:[元次件人条个通]|人次)?|[%‰]")
"""Units that make a number another one: figures are taken as they stand, never multiplied."""
_STATED = re.compile(r"(?:计量|金额)?单位:?(.+)")
_UNIT = re.compile(r"[(\[](?:单位:?)?([^()\[\]]*)[)\]]$")


def norm(name: object, units: frozenset[str] = frozenset()) -> str:
    """A header or name in its one spelling: plain characters, no blanks, lower case, no unit behind it.

    Only brackets that hold a unit go: ``应答量（次）`` is ``应答量``, but ``应答量（含转接）`` is something else.
    """
    return _normed(str(name), units)


@lru_cache(maxsize=4096)
def _normed(name: str, units: frozenset[str]) -> str:
    """Each header of a file is held against all that are known, again and again."""
    text = "".join(unicodedata.normalize("NFKC", name).split()).casefold().strip("*")
    if (match := _UNIT.search(text)) and (match[1] in _UNITS or match[1] in units):
        text = text[: match.start()]
    return text.rstrip(":")


def scaled(name: object) -> tuple[str, str] | None:
    """A header's name and its unit where that is not the plain one: ``金额（万元）``; None where it is."""
    text = "".join(unicodedata.normalize("NFKC", str(name)).split()).strip("*:")
    match = _UNIT.search(text)
    return (text[: match.start()], match[1]) if match and is_scaled(match[1]) else None


def is_scaled(unit: object) -> bool:
    """Whether a unit is a multiple of the plain one, such as 万元, or a share."""
    return bool(_SCALED.fullmatch("".join(unicodedata.normalize("NFKC", str(unit)).split())))


def stated_unit(title: object) -> str | None:
    """The unit that a line above a table states for all of it, as ``单位：万元`` does; None where it is plain."""
    match = _STATED.fullmatch("".join(unicodedata.normalize("NFKC", str(title)).split()).strip("()"))
    return match[1] if match and is_scaled(match[1]) else None


def is_rate(name: object) -> bool:
    """Whether a name is that of a rate, with its percent sign or without."""
    return norm(name).removesuffix("(%)").endswith(RATE)


class Names:
    """What the names of a catalogue mean in an upload."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._units = frozenset(norm(m.unit) for m in catalogue.measures.values())
        self._measures = {self.norm(n): m for m in catalogue.measures.values() for n in (m.label, *m.synonyms, m.code)}
        self._kinds = {self.norm(n): k for k in catalogue.events.values() for n in (k.label, *k.synonyms, k.code)}

    def norm(self, name: object) -> str:
        """A name in its one spelling, with the units of this catalogue taken off."""
        return norm(name, self._units)

    def measure(self, name: object) -> Measure | None:
        """The measure of that name, if there is one."""
        return self._measures.get(self.norm(name))

    def kind(self, name: object) -> EventKind | None:
        """The event kind of that name, if there is one."""
        return self._kinds.get(self.norm(name))

    def like_measure(self, name: object, grain: str | None = None, there: Collection[str] = ()) -> str | None:
        """The measures whose names come nearest, for a fault to propose.

        Args:
            name: what was written.
            grain: what the measures have to be counted by, where only one will do.
            there: codes of those that the table has already: whoever took a proposal of them would state them twice.

        Returns:
            Their labels; for a rate never a count; None where nothing comes near.
        """
        wanted = self.norm(name)
        named = {n: m for n, m in self._measures.items() if n.endswith(RATE) or not is_rate(name)}
        fit = {n: m.label for n, m in named.items() if grain in (None, m.grain) and m.code not in there}
        return nearest(wanted, fit)

    def like_kind(self, name: object, among: Iterable[EventKind]) -> str | None:
        """The event kinds among these whose names come nearest; all of them where none is near."""
        labels = {self.norm(n): kind.label for kind in among for n in (kind.label, *kind.synonyms, kind.code)}
        return nearest(self.norm(name), labels) or "、".join(dict.fromkeys(labels.values()))


def nearest(name: str, labels: Mapping[str, str]) -> str | None:
    """The labels whose names are nearest to a misspelt one, or None."""
    found = difflib.get_close_matches(name[:40], labels, n=3, cutoff=0.5)
    return "或".join(dict.fromkeys(f"“{labels[n]}”" for n in found)) or None


def index(entries: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """From each header in its one spelling to the role it gives its column."""
    return {norm(header): role for role, headers in entries.items() for header in headers}
