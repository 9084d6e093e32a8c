"""The Chinese for what results say in English codes and words: labels for officials, in one place.

Codes stay English wherever programs read them; a person reads the label first, then the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STATE = {"final": "已定", "provisional": "暂计", "needs-ruling": "待裁定", "incomplete": "缺数据"}
"""How far a figure can be relied on."""
PAYMENT = {"upcoming": "未到期", "payable": "应付", "overdue": "逾期", "paid": "已付"}
"""How it stands with an instalment."""
RENEWAL = {
    "eligible": "可以续签",
    "not eligible": "不能续签",
    "open": "尚不能定",
    "not provided for": "合同未约定",
}
"""The answer on renewal."""
BOND = {"held": "保管中", "due back": "应退还", "overdue": "逾期未退", "returned": "已退还"}
"""How it stands with security."""
ADOPTED = {"default": "默认", "ruling": "裁定", "assumed": "假设"}
"""By whom a reading was decided."""
PARTY = {"authority": "甲方", "vendor": "乙方"}
"""The sides of a contract."""
DISPOSITION = {"treasury": "上缴国库", "bonus": "用于奖励"}
"""What the authority does with the money."""
CLAUSE = {
    "kpi": "指标",
    "deduction": "扣款",
    "payment": "付款",
    "renewal": "续签",
    "duty": "义务",
    "termination": "解除",
    "liability": "责任",
    "computed": "计算",
    "tracked": "仅监测",
    "not-computed": "不计算",
}
"""What a clause does, and what is done with it."""
KIND = {
    "value": "结果值",
    "met": "是否达标",
    "amount": "金额",
    "points": "扣分",
    "deducted": "扣除",
    "state": "状态",
    "carried": "结转",
    "claim": "追偿",
    "gross": "应付",
    "net": "实付",
    "outstanding": "待补付",
    "score": "得分",
    "conclusion": "结论",
}
"""What a figure is that comes out otherwise."""

FORMULA = {
    "percentage points above": "高出百分点",
    "percentage points below": "低于百分点",
    "counted as": "计为",
    "points lost": "分（扣）",
    "points gained": "分（加）",
    "point lost": "分（扣）",
    "point gained": "分（加）",
    "points": "百分点或分",
    "point": "百分点或分",
    "kept": "已达到",
    "not measurable": "无从计算",
    "nothing counted": "没有数据",
    "below the target": "未达标",
    "person-days missing": "缺岗人次",
    "person-day missing": "缺岗人次",
    "no seat missing": "无缺岗",
    "seats on": "座席在岗，天数",
    "working days": "工作日",
    "days late": "逾期天数",
    "late": "逾期",
    "in time": "按时",
    "due": "期限",
    "months of a vacant post": "岗位空缺月数",
    "severe complaints": "严重投诉",
    "complaints": "投诉",
    "severe events": "严重事件",
    "case of": "事项发生于",
    "average rank": "平均名次",
    "places below": "名次低于",
    "mean of the months": "各月平均",
    "calls or letters": "来电来信表扬",
    "banners": "锦旗",
    "reports": "报告",
    "at most": "最多",
    "at least": "至少",
    "against": "对照目标",
    "not met": "未达标",
    "less": "减去已扣",
    "days": "天",
    "day": "天",
    "instalment": "期次",
    "advanced": "垫付",
    "open": "待定",
    "missing": "缺",
    "agreed by both sides": "双方商定",
    "nothing is deducted for days before": "不扣款，早于",
}
"""The words of formulas, those of plugins among them; whole words only."""


def label(words: Mapping[str, str], code: str | None) -> str:
    """The label, then the code; an unknown code alone, and nothing for none."""
    if code is None:
        return ""
    return f"{words[code]} {code}" if code in words else code


def glossary(texts: str) -> list[str]:
    """The words of these formulas with their Chinese, each once, the longest match first."""
    found = re.findall(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(FORMULA, key=len, reverse=True)))})(?![\w-])", texts
    )
    return [f"{word} {FORMULA[word]}" for word in FORMULA if word in set(found)]
