"""What the vendor owes beyond deductions, and the rights to end Haidian's contract. Nothing here is netted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kaohe import Contract, Event, Facts, Liability, State, Termination, percent, show, yuan

PENALTIES = {
    "breach.uncured": ("10.2", "宽限期满仍不履行"),
    "secrecy.breach": ("10.3", "违反保密义务"),
}
FINES = {
    "fire.fine_person": ("A1.3.2", "对责任人的罚款"),
    "fire.fine_company": ("A1.4", "对公司的罚款"),
    "fire.fine_uncured": ("A1.5.2", "隐患一周内未整改，对公司的罚款"),
}
REFUND = "除违约金外，未履行部分已收的费用应退还，金额由甲方核定"


def penalties(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """Clauses 10.2 and 10.3: a share of the price for each breach that the authority reports."""
    for event in _until(facts, as_of):
        if event.kind not in PENALTIES:
            continue
        no, told = PENALTIES[event.kind]
        share = contract.clause(no).value("share", event.on)
        each = yuan(share * contract.total)
        reckoning = f"{event.count} × {percent(share)} × 合同总额{show(contract.total)}"
        formula = f"{told}（{event.on}）：{reckoning} = {show(event.count * each)}"
        yield Liability(
            clause=no,
            party="vendor",
            amount=event.count * each,
            state=State.FINAL,
            formula=formula,
            notes=(REFUND,) if no == "10.2" else (),
        )


def fines(contract: Contract, facts: Facts, as_of: date) -> Iterator[Liability]:
    """Annex 1: the fines that the authority set, recorded; one without an amount has only its floor.

    The amount may follow in another report under the same number.
    """
    events = [event for event in _until(facts, as_of) if event.kind in FINES]
    followed = {(event.kind, event.ref) for event in events if event.ref and event.amount is not None}
    for event in events:
        if event.amount is not None or (event.kind, event.ref) not in followed:
            yield _fine(contract, event)


def _fine(contract: Contract, event: Event) -> Liability:
    no, told = FINES[event.kind]
    told = f"{told}（{event.ref or event.on}）"
    notes = ("只作记录，不从合同价款中扣",)
    if event.amount is None:
        least = contract.clause(no).value("least", event.on)
        formula = f"{told}：主管单位未定金额（至少 {event.count} × {show(least)}）"
        return Liability(clause=no, party="vendor", amount=None, state=State.NEEDS_RULING, formula=formula, notes=notes)
    total = event.count * event.amount
    formula = f"{told}：{event.count} × {show(event.amount)} = {show(total)}"
    return Liability(clause=no, party="vendor", amount=total, state=State.FINAL, formula=formula, notes=notes)


def rights_to_end(facts: Facts, as_of: date) -> Iterator[Termination]:
    """Clauses 3.1.9, 10.2 and, where the authority found it severe, 10.3."""
    for event in _until(facts, as_of):
        match event.kind, event.option:
            case "payroll.breach", _:
                yield _right("3.1.9", event, "未按规定支付工资、加班费或社会保险")
            case "breach.uncured", _:
                yield _right("10.2", event, PENALTIES[event.kind][1])
            case "secrecy.breach", "severe":
                yield _right("10.3", event, "严重违反保密义务")


def _right(clause: str, event: Event, detail: str) -> Termination:
    named = f"（{event.ref}）" if event.ref else ""
    return Termination(clause=clause, party="authority", since=event.on, detail=f"{detail}{named}")


def _until(facts: Facts, as_of: date) -> Iterator[Event]:
    return (sourced.event for sourced in facts.events if sourced.event.on <= as_of)
