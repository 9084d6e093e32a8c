"""The Chinese for what results say in English codes and words: labels for officials, in one place.

Codes stay English wherever programs read them; a person reads the label first, then the code.
"""

from __future__ import annotations

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


def label(words: Mapping[str, str], code: str | None) -> str:
    """The label, then the code; an unknown code alone, and nothing for none."""
    if code is None:
        return ""
    return f"{words[code]} {code}" if code in words else code
