"""A region as small as one can be: satisfaction by month, complaints by event, and switches that break it."""

from collections.abc import Sequence
from decimal import Decimal

from kaohe import API_VERSION as API_VERSION
from kaohe import Contract, Deduction, Facts, Instalment, Kpi, Month, hookimpl, schedule, yuan
from kaohe.assessment import State
from kaohe.periods import Window

BROKEN: set[str] = set()
"""Names of hooks that shall fail."""

TERMS = {
    "region": "testia",
    "authority": "测试市政务中心",
    "vendor": "测试公司",
    "signed": "2025-12-20",
    "total": "120000.00",
    "instalments": [
        {"no": 1, "label": "上半年", "share": "0.5", "due": "2026-06-30", "clause": "2"},
        {"no": 2, "label": "下半年", "share": "0.5", "due": "2026-12-31", "clause": "2"},
    ],
    "readings": {
        "repeated": {
            "label": "同月多次投诉是否分别扣款",
            "question": "Is each complaint of a month deducted?",
            "default": "each",
            "options": {
                "each": {"label": "每次扣款", "summary": "Each one."},
                "once": {"label": "每月只扣一次", "summary": "One a month."},
            },
        }
    },
    "clauses": [
        {
            "no": "1.1",
            "label": "满意率",
            "summary": "share satisfied",
            "kinds": ["kpi", "deduction"],
            "status": "computed",
        },
        {
            "no": "1.2",
            "label": "投诉",
            "summary": "complaints",
            "kinds": ["deduction"],
            "status": "computed",
            "facts": ["complaint.verified"],
            "readings": ["repeated"],
            "flags": ["投诉须经查实"],
        },
        {"no": "2", "label": "付款", "summary": "two instalments", "kinds": ["payment"], "status": "computed"},
    ],
}
FIRST = {"id": "testia-2026", "label": "测试市2026年度", "term": {"first": "2026-01-01", "last": "2026-12-31"}}


@hookimpl
def contracts() -> Sequence[Contract]:
    if "contracts" in BROKEN:
        raise RuntimeError("contract.yaml is torn")
    return [Contract.model_validate({**TERMS, **FIRST})]


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    rated, satisfied = facts.figure(month, "survey.rated"), facts.figure(month, "survey.satisfied")
    return [
        Kpi(
            clause="1.1",
            code="survey.satisfaction",
            label="满意率",
            window=Window.of(month),
            numerator=satisfied,
            denominator=rated,
            state=State.FINAL if rated is not None else State.INCOMPLETE,
        )
    ]


@hookimpl
def compute_deductions(contract: Contract, month: Month, facts: Facts) -> Sequence[Deduction]:
    if "compute_deductions" in BROKEN:
        raise RuntimeError("division by nothing")
    rated, satisfied = facts.figure(month, "survey.rated"), facts.figure(month, "survey.satisfied")
    complaints = sum(
        s.event.count for s in facts.events if s.event.kind == "complaint.verified" and s.event.on in month
    )
    if contract.choice("repeated", Window.of(month)).option == "once":
        complaints = min(complaints, 1)
    window = Window.of(month)
    lost = None if rated is None or satisfied is None else yuan(10 * (Decimal(rated) - satisfied))
    return [
        Deduction(
            clause="1.1",
            code="survey.satisfaction",
            label="满意率",
            window=window,
            amount=lost,
            state=State.INCOMPLETE if lost is None else State.FINAL,
            formula="10 × dissatisfied",
        ),
        Deduction(
            clause="1.2",
            code="complaint",
            label="投诉",
            window=window,
            amount=yuan(500 * complaints),
            formula="500 × complaints",
        ),
    ]


@hookimpl
def payment_schedule(contract: Contract) -> Sequence[Instalment]:
    return schedule(contract)
