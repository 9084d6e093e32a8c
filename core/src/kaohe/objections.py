"""Objections: which deduction each one is about, what was decided, and what stands. The same for every region.

All objections to one clause in one month are one case, and so are the decisions on them: a decision says what stays
deducted under the clause in that month, in sum. Where several deductions share the clause, the first ones in the
order of the contract stand first. Points are left alone: they make up a score by the region's own rules, which no
decision of ours could follow; there the authority corrects the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kaohe.assessment import Assessment, Deduction
from kaohe.catalogue import DECIDED, RAISED
from kaohe.money import ZERO, show
from kaohe.periods import Month
from kaohe.submission import Remark
from kaohe.trail import Decision, Objection, Raised, Upheld


@dataclass(frozen=True)
class Case:
    """What was said on one clause in one month.

    Attributes:
        month: the month.
        clause: the clause.
        raised: objections, the earliest first.
        decisions: decisions, the earliest first.
    """

    month: Month
    clause: str
    raised: tuple[Raised, ...]
    decisions: tuple[Decision, ...]

    @property
    def in_force(self) -> Decision | None:
        """The last decision that answers an objection; None where two of one day contradict each other."""
        answers = [d for d in self.decisions if self.raised and d.on >= self.raised[0].on]
        last = [d for d in answers if d.on == answers[-1].on]
        return last[-1] if last and not self.contradicts else None

    @property
    def contradicts(self) -> bool:
        """Whether the decisions of the last day say different things."""
        return len({(d.outcome, d.stands) for d in self.decisions if d.on == self.decisions[-1].on}) > 1

    @property
    def is_open(self) -> bool:
        """Whether an objection waits for its decision."""
        return self.in_force is None or self.in_force.on < self.raised[-1].on

    def concerns(self, deduction: Deduction) -> bool:
        """Whether it can change a deduction: one of money whose window is over with the month."""
        ours = deduction.clause == self.clause and deduction.window.last <= self.month.last
        return ours and deduction.points is None


def cases(trail: Collection[Remark], month: Month | None = None) -> tuple[Case, ...]:
    """The cases of one month or of all, by month and clause."""
    said = [r for r in trail if r.event.kind in (RAISED, DECIDED) and month in (None, r.month)]
    return tuple(
        Case(
            about[0],
            about[1],
            tuple(_raised(r) for r in said if r.event.kind == RAISED and _about(r) == about),
            tuple(_decision(r) for r in said if r.event.kind == DECIDED and _about(r) == about),
        )
        for about in sorted({_about(remark) for remark in said})
    )


def decided(deductions: Sequence[Deduction], month: Month, trail: Collection[Remark]) -> tuple[Deduction, ...]:
    """The deductions of a month, those lowered against which an objection was upheld."""
    lowered = list(deductions)
    for case in cases(trail, month):
        decision = case.in_force
        if decision is None or decision.stands is None:
            continue
        left = decision.stands
        for place, deduction in enumerate(lowered):
            if case.concerns(deduction) and deduction.amount is not None:
                stands = min(deduction.amount, left)
                left -= stands
                lowered[place] = _lowered(deduction, stands, decision)
    return tuple(lowered)


def objections(trail: Collection[Remark], assessments: Sequence[Assessment]) -> tuple[Objection, ...]:
    """How every case stands, held against what was worked out."""
    by_month = {assessment.month: assessment for assessment in assessments}
    return tuple(_stands(case, by_month.get(case.month)) for case in cases(trail))


def worked_out(deduction: Deduction) -> Decimal | None:
    """What the clause's formula gives, whatever was decided; None while that cannot be said."""
    return deduction.upheld.worked_out if deduction.upheld else deduction.amount


def _about(remark: Remark) -> tuple[Month, str]:
    assert remark.event.clause, "intake requires it"
    return remark.month, remark.event.clause


def _raised(remark: Remark) -> Raised:
    return Raised(on=remark.event.on, reason=remark.event.note or "", ref=remark.event.ref)


def _decision(remark: Remark) -> Decision:
    event = remark.event
    is_upheld = event.option == "upheld"
    return Decision(
        on=event.on,
        outcome="upheld" if is_upheld else "rejected",
        stands=(event.amount or ZERO) if is_upheld else None,
        reason=event.note or "",
        ref=event.ref,
    )


def _lowered(deduction: Deduction, stands: Decimal, decision: Decision) -> Deduction:
    if deduction.amount is None or stands == deduction.amount:
        return deduction
    upheld = Upheld(worked_out=deduction.amount, decision=decision)
    return deduction.model_copy(update={"amount": stands, "upheld": upheld})


def _stands(case: Case, assessment: Assessment | None) -> Objection:
    concerned = [d for d in assessment.deductions if case.concerns(d)] if assessment else []
    before, now = _sum([worked_out(d) for d in concerned]), _sum([d.amount for d in concerned])
    nothing = _nothing(case, assessment, before)
    problems = (nothing,) if nothing else tuple(_problems(case, before))
    state = "void" if nothing else "open" if case.is_open or case.in_force is None else case.in_force.outcome
    return Objection(
        month=case.month,
        clause=case.clause,
        state=state,
        raised=case.raised,
        decisions=case.decisions,
        worked_out=before,
        deducted=now,
        problems=problems,
    )


def _nothing(case: Case, assessment: Assessment | None, before: Decimal | None) -> str | None:
    """Why there is nothing to decide; None where there is."""
    if not case.raised:
        return "供应商没有提出异议，处理决定无效"
    if assessment is None:
        return "该月没有考核结果，无从提出异议"
    ours = [d for d in assessment.deductions if d.clause == case.clause]
    if any(d.points is not None for d in ours):
        return "该条款计分，不直接扣款；如有错误，由主管单位更正数据"
    if ours and not any(case.concerns(d) for d in ours):
        return f"考核期到{ours[0].window.last}为止，请对考核期结束的月份提出异议"
    if before == 0 or not ours:
        return "该月在该条款下没有扣款，无从提出异议"
    return None


def _problems(case: Case, before: Decimal | None) -> Iterator[str]:
    decision = case.in_force
    if case.contradicts:
        yield f"{case.decisions[-1].on}的两份处理决定相互矛盾，均不生效；请撤回其中一份"
    elif case.decisions and decision is None:
        yield f"处理决定（{case.decisions[-1].on}）早于异议的提出，无效"
    if decision and decision.stands is not None and before is not None and decision.stands > before:
        yield f"处理决定维持扣除{show(decision.stands)}，多于算得的{show(before)}；以算得的为准"


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None where there is nothing, or an amount cannot be said."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known and len(known) == len(amounts) else None
