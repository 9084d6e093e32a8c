"""The trail as a person reads it: what is confirmed and what came out otherwise since, objections and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kaohe import confirmations
from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.results import Deduction, Document
from kaohe.text import COLUMNS, title, wrap
from kaohe.trail import Confirmation, Objection, Upheld

STATE = {"open": "OPEN 待处理", "upheld": "upheld 异议成立", "rejected": "rejected 异议不成立", "void": "void 无效"}


def confirmed(document: Document) -> str:
    """The months that the authority has confirmed, and what has come out otherwise since."""
    if not document.confirmations:
        return ""
    now = {result.month: result.deducted for result in document.assessments}
    told = confirmations.in_force(document.confirmations).values()
    return "\n".join([title("Confirmed 确认", "─"), *(_line(_confirmed(one, now.get(one.month))) for one in told)])


def _confirmed(one: Confirmation, now: Decimal | None) -> str:
    said = f"{one.month} confirmed 已确认 on {one.on}{_by(one.ref)}"
    if one.state == "confirmed":
        return said if one.deducted is None else f"{said}: {show(one.deducted)}"
    before = "" if one.deducted is None else f"confirmed: {show(one.deducted)}, "
    after = "not assessed" if now is None else f"now: {show(now)}"
    change = "" if one.deducted is None or now is None else f", difference {now - one.deducted:+,.2f}"
    return f"{said}, DIFFERS since 已变动: {before}{after}{change}, not confirmed 未确认"


def objected(document: Document, contract: Contract) -> str:
    """The vendor's objections, and what was decided on them."""
    if not document.objections:
        return ""
    lines = [line for one in document.objections for line in _objection(one, contract)]
    return "\n".join([title("Objections 异议", "─"), *lines])


def _objection(one: Objection, contract: Contract) -> Iterator[str]:
    amounts = f": {_yuan(one.worked_out)} worked out, {_yuan(one.deducted)} deducted" if one.state != "void" else ""
    yield _line(f"{one.month} {one.clause} {contract.clause(one.clause).label}, {STATE[one.state]}{amounts}")
    for raised in one.raised:
        yield _line(f"raised 提出 {raised.on}{_by(raised.ref)}: {raised.reason}", "      ")
    for decision in one.decisions:
        stands = "" if decision.stands is None else f", {show(decision.stands)} stands"
        yield _line(f"{decision.outcome} {decision.on}{_by(decision.ref)}{stands}: {decision.reason}", "      ")
    for problem in one.problems:
        yield _line(problem, "      ")


def _line(text: str, indent: str = "  ") -> str:
    return wrap(text, COLUMNS, indent)


def _by(ref: str | None) -> str:
    return f", {ref}" if ref else ""


def _yuan(amount: Decimal | None) -> str:
    return "open" if amount is None else show(amount)


def upheld(deduction: Deduction, why: Upheld) -> str:
    """Why a deduction is less than its formula gives."""
    lowered = f"{show(why.worked_out)} → {show(deduction.amount or ZERO)}"
    return f"objection upheld 异议成立 on {why.decision.on}{_by(why.decision.ref)}: {lowered}; {why.decision.reason}"
