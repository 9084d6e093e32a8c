"""The region of the invented city of Sample (示例市)."""

from __future__ import annotations

# region: imports
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kaohe import (
    AUTHORITY,
    VENDOR,
    Assessment,
    Catalogue,
    Charge,
    Condition,
    Contract,
    Count,
    Deduction,
    EventKind,
    Facts,
    Instalment,
    Kpi,
    Level,
    Measure,
    Month,
    MonthFacts,
    Ratio,
    Renewal,
    Rulebook,
    State,
    Terms,
    hookimpl,
    load_contract,
    per_event,
    per_point_below,
    schedule,
    show,
)

from kaohe_sample import recipes

API_VERSION = 1
CONTRACT = load_contract(__package__)

book = Rulebook()
# endregion


# region: connected
@book.kpi("3.1", "calls.connected", at_least="target")
def connected(facts: MonthFacts) -> Ratio:
    """Calls answered as a share of calls offered."""
    return Ratio(*facts.take("calls.answered", "calls.offered"))


@book.deduction("3.1")
def connected_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each percentage point below the target."""
    return per_point_below(kpi, terms)


# endregion


@book.kpi("3.2", "complaints.verified", at_most="limit")
def complaints(facts: MonthFacts) -> Count:
    """Complaints that the authority verified."""
    return Count.of(facts.verified("complaint.verified"))


@book.deduction("3.2")
def complaints_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for each complaint."""
    return per_event(kpi, terms)


# region: amended
@book.deduction("3.2", since=date(2026, 7, 1))
def complaints_deduction_amended(kpi: Kpi, terms: Terms) -> Charge:
    """So much for a month with too many, once."""
    once = terms.value("per_month")
    return Charge(0, f"0 × {once}") if kpi.met else Charge(once, f"1 × {once}")


# endregion


# region: mystery
@book.kpi("3.3", "mystery.passed")
def mystery(facts: MonthFacts, terms: Terms) -> Ratio:
    """Mystery calls handled well, as a share of those made since the quarter began."""
    months = facts.so_far(terms.window.first, "mystery.passed", "mystery.calls")
    return Ratio(sum(passed for passed, _ in months.values()), sum(calls for _, calls in months.values()))


@book.deduction("3.3")
def mystery_deduction(kpi: Kpi, terms: Terms) -> Charge:
    """So much for the quarter, once, if the share is below what the ruling says."""
    choice = terms.choice("mystery-target")
    target = Fraction(1) if choice.value is None else Fraction(choice.value)
    failed = int(kpi.fraction is not None and kpi.fraction < target)
    return Charge(failed * terms.value("each"), f"{kpi.value}，对照{choice.option}：{failed} × {terms.value('each')}")


# endregion


# region: duty
@book.duty("3.4", "knowledge.updated", at_least="entries")
def knowledge(facts: MonthFacts) -> Level:
    """Entries of the knowledge base updated in the month."""
    return Level(facts["knowledge.updated"])


# endregion


@book.duty("3.5", "drills.held", at_least="drills")
def drills(facts: MonthFacts) -> Count:
    """Emergency drills that the vendor reported; nothing is said of a month for which it sent nothing."""
    facts.require(VENDOR)
    return Count.of(facts.events("drill.held"))


OWN = Catalogue.of(
    measures=[
        Measure(
            code="mystery.calls",
            label="暗访次数",
            unit="次",
            grain="month",
            sources=(AUTHORITY,),
            note="当月主管单位暗访拨打的次数",
        ),
        Measure(
            code="mystery.passed",
            label="暗访合格次数",
            unit="次",
            grain="month",
            sources=(AUTHORITY,),
            at_most="mystery.calls",
            note="其中合格的次数",
        ),
        # region: measures
        Measure(
            code="knowledge.updated",
            label="知识库更新条数",
            synonyms=("知识更新量",),
            unit="条",
            grain="month",
            note="当月更新的知识库条目数；没有更新填0",
        ),
        recipes.DISPATCHED_LATE,
    ],
    events=[
        EventKind(code="drill.held", label="应急演练", sources=(VENDOR,), note="已举行的应急演练，填写演练日期"),
        EventKind(
            code="report.received",
            label="收到月度报告",
            sources=(AUTHORITY,),
            required=("end",),
            note="日期填报告所属月份的任意一天，结束日期填收到报告之日",
        ),
        EventKind(code="complaint.severe", label="严重投诉", sources=(AUTHORITY,), note="经查实的严重投诉"),
        EventKind(
            code="finding",
            label="酌情扣款",
            sources=(AUTHORITY,),
            optional=("amount", "ref", "note"),
            least=CONTRACT.clause("3.10").value("least", CONTRACT.term.first),
            most=CONTRACT.clause("3.10").value("most", CONTRACT.term.first),
            note="主管单位认定的其他问题；金额由主管单位确定",
        ),
    ],
)


@hookimpl
def measures() -> Catalogue:
    """What only this contract counts."""
    return OWN


# endregion


# region: hooks
rules = book | recipes.book


@hookimpl
def contracts() -> Sequence[Contract]:
    """The region's contracts, oldest first."""
    return [CONTRACT]


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """Clauses 3.1 to 3.12."""
    return rules.kpis(contract, month, facts)


@hookimpl
def compute_deductions(contract: Contract, month: Month, facts: Facts) -> Sequence[Deduction]:
    """What they cost, and no more in a quarter than clause 3.11 allows."""
    return recipes.capped(rules, contract, month, facts)


@hookimpl
def payment_schedule(contract: Contract) -> Sequence[Instalment]:
    """Clause 2, as contract.yaml plans it."""
    return schedule(contract)


# endregion


# region: renewal
@hookimpl
def renewal_eligibility(contract: Contract, assessments: Sequence[Assessment], as_of: date) -> Renewal:
    """Clause 4: few enough complaints over the whole year, and no quarter too dear."""
    clause = contract.clause("4")
    limit, dear = clause.value("limit", as_of), clause.value("quarter", as_of)
    over = as_of >= contract.term.last and all(a.state is State.FINAL for a in assessments)
    found = sum(kpi.numerator or 0 for a in assessments for kpi in a.kpis if kpi.code == "complaints.verified")
    quarters: defaultdict[str, Decimal] = defaultdict(Decimal)
    for assessment in assessments:
        quarters[contract.term.quarter(assessment.month).label] += assessment.deducted
    most = max(quarters.values(), default=Decimal(0))

    def condition(label: str, kept: bool, detail: str) -> Condition:
        return Condition(clause="4", label=label, met=False if not kept else True if over else None, detail=detail)

    conditions = (
        condition("查实投诉", found <= limit, f"{found}件，最多{limit}件"),
        condition("单季扣款", most <= dear, f"扣款最多的一季{show(most)}，最多{show(dear)}"),
    )
    met = {one.met for one in conditions}
    return Renewal(
        conclusion="not eligible" if False in met else "open" if None in met else "eligible", conditions=conditions
    )


# endregion
