"""Clause 5.1: four conditions of renewal one by one, then the conclusion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kaohe import Choice, Condition, Contract, Event, Facts, Month, Renewal, Terms

from kaohe_lingshui.breaches import vendor_breaches
from kaohe_lingshui.score import WHOLE, Score, score, show

CLAUSE = "5.1"
BY = {"default": "默认", "ruling": "裁定", "assumed": "假设"}
Conclusion = Literal["eligible", "not eligible", "open"]


def eligibility(contract: Contract, facts: Facts, as_of: date) -> Renewal:
    """Score, breaches, budget and the two years at most; then what follows from them."""
    month = last_assessed(contract, as_of)
    found = score(contract, month, facts) if month else None
    passed = Fraction(contract.clause(CLAUSE).value("pass", contract.term.last))
    uncapped = score(contract.assuming("score-cap", Choice(option="uncapped")), month, facts).points if month else None
    points = _score_condition(found, uncapped, month, passed, over=_over(contract, as_of))
    budget = _budget_condition(facts)
    others = [_breach_condition(contract, facts, as_of), _years_condition(contract)]
    conditions = (points, others[0], budget, others[1])
    remarks = [
        *_conclusion_remarks([points, *others], budget),
        *(other_readings(contract, month, facts, passed) if month else ()),
        *_after_october(contract, as_of),
    ]
    return Renewal(
        conclusion=_conclusion([points, *others], budget),
        score=None if found is None or found.points is None else Decimal(show(found.points)),
        conditions=conditions,
        note="".join(remarks) or None,
    )


def last_assessed(contract: Contract, as_of: date) -> Month | None:
    """The last month of January to October that has begun by a day."""
    span = contract.clause(WHOLE).spans[0]
    months = [m for m in contract.term.months if span.first <= m <= span.last and m.first <= as_of]
    return months[-1] if months else None


def other_readings(contract: Contract, month: Month, facts: Facts, passed: Fraction) -> Iterator[str]:
    """What the score would be under each other option of each reading; says where the decision would flip."""
    span, adopted = contract.clause(WHOLE).spans[0].window, score(contract, month, facts)
    told, flips = [], []
    for name in contract.clause(WHOLE).readings:
        for choice in contract.alternatives(name, span):
            other = score(contract.assuming(name, choice), month, facts)
            if other.points is None or other.points == adopted.points:
                continue
            text = f"{name}={choice.option}时{show(other.points)}"
            told.append(text)
            if adopted.points is not None and (other.points >= passed) != (adopted.points >= passed):
                flips.append(text)
    if flips:
        yield f"注意：以下读法使{show(passed)}分的结论相反：{'；'.join(flips)}。"
    if told:
        yield f"如改读，得分为：{'；'.join(told)}。"
    elif adopted.points is not None:
        yield "其他读法都不改变得分。"


def _over(contract: Contract, as_of: date) -> bool:
    return contract.clause(WHOLE).spans[0].window.last <= as_of


def _score_condition(
    found: Score | None, uncapped: Fraction | None, month: Month | None, passed: Fraction, *, over: bool
) -> Condition:
    met: bool | None = None
    if found is None:
        detail = "尚无考核结果"
    elif not over:
        so_far = "未定" if found.points is None else show(found.points)
        detail = f"暂计至{month}：{so_far}；十个月合计须至少{show(passed)}"
    elif found.points is None:
        detail = f"未定：{'、'.join(line.clause for line in found.lines if line.points is None)}"
        if found.least is not None and found.most is not None:
            detail = f"在{show(found.least)}至{show(found.most)}之间，须至少{show(passed)}；{detail}"
            met = True if found.least >= passed else False if found.most < passed else None
    else:
        met, detail = found.points >= passed, f"{show(found.points)}，须至少{show(passed)}"
        if uncapped is not None and uncapped != found.points:
            detail = f"{show(found.points)}（不封顶{show(uncapped)}），须至少{show(passed)}"
    return Condition(clause=CLAUSE, label="1至10月考核得分", met=met, detail=detail)


def _breach_condition(contract: Contract, facts: Facts, as_of: date) -> Condition:
    label, breaches = "乙方无违约", vendor_breaches(contract, facts, as_of)
    review = _last(facts, "breach.review")
    if breaches:
        return Condition(clause=CLAUSE, label=label, met=False, detail=f"违反条款{breaches[0]}")
    if review is None:
        return Condition(clause=CLAUSE, label=label, met=None, detail="主管单位未填报（breach.review）")
    none = review.option == "none"
    detail = f"主管单位{review.on}填报：{'无违约' if none else '有违约'}"
    return Condition(clause=CLAUSE, label=label, met=none, detail=detail)


def _budget_condition(facts: Facts) -> Condition:
    label, review = "下一年度预算足额保障", _last(facts, "budget.review")
    if review is None:
        return Condition(clause=CLAUSE, label=label, met=None, detail="主管单位未填报（budget.review）")
    secured = review.option == "secured"
    detail = f"主管单位{review.on}填报：{'足额保障' if secured else '预算不足，双方协商'}"
    return Condition(clause=CLAUSE, label=label, met=secured, detail=detail)


def _years_condition(contract: Contract) -> Condition:
    terms = Terms(contract, contract.clause(CLAUSE), contract.term.window)
    option = terms.reading("renewal-count")
    detail = {
        "second-year": f"本合同已是续签，到{contract.term.last}用满",
        "first-year": "还可续签一次",
    }[option]
    detail = f"{detail}（renewal-count={option}，{BY[terms.adopted[0].by or 'default']}）"
    return Condition(clause=CLAUSE, label="服务期不超过两年", met=option == "first-year", detail=detail)


def _conclusion(decisive: list[Condition], budget: Condition) -> Conclusion:
    """No if a condition fails, however the rest stands; open if one is unknown or the budget leaves it to talks."""
    if any(condition.met is False for condition in decisive):
        return "not eligible"
    if all(condition.met for condition in [*decisive, budget]):
        return "eligible"
    return "open"


def _conclusion_remarks(decisive: list[Condition], budget: Condition) -> Iterator[str]:
    if failed := [c.label for c in decisive if c.met is False]:
        yield f"不能续签；未达到的条件：{'、'.join(failed)}。"
        if failed == [decisive[-1].label]:
            yield "无论得分多少，服务期都不能超过两年。"
    elif budget.met is False:
        yield "预算不足，由双方协商。"


def _after_october(contract: Contract, as_of: date) -> Iterator[str]:
    last = contract.clause(WHOLE).spans[0].last
    if as_of > last.last:
        yield f"{last}以后的情况不考核。"


def _last(facts: Facts, kind: str) -> Event | None:
    return next(reversed(facts.of_kind(kind)), None)
