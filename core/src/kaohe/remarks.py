"""The trail as a person reads it: what is confirmed and what came out otherwise since, objections and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kaohe import confirmations, words
from kaohe.assessment import Deduction
from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.results import Document
from kaohe.text import COLUMNS, title, wrap
from kaohe.trail import Confirmation, Objection, Upheld

STATE = {"open": "待处理", "upheld": "异议成立", "rejected": "异议不成立", "void": "无效"}


def confirmed(document: Document) -> str:
    """The months that the authority has confirmed, and what has come out otherwise since."""
    if not document.confirmations:
        return ""
    now = {result.month: result.deducted for result in document.assessments}
    told = confirmations.in_force(document.confirmations).values()
    return "\n".join([title("已确认的月份", "─"), *(_line(_confirmed(one, now.get(one.month))) for one in told)])


def _confirmed(one: Confirmation, now: Decimal | None) -> str:
    said = f"{one.month}：{one.on} 确认{_by(one.ref)}"
    if one.state == "confirmed":
        return said if one.deducted is None else f"{said}，扣除 {show(one.deducted)} 元"
    before = "" if one.deducted is None else f"确认时扣除 {show(one.deducted)} 元，"
    after = "现在没有考核结果" if now is None else f"现在 {show(now)} 元"
    if one.deducted is not None and one.deducted == now:
        return f"{said}；其后有变动，未确认：扣除仍为 {show(now)} 元，有变动的是所依据的数据、其他数值或插件版本"
    change = "" if one.deducted is None or now is None else f"，差 {now - one.deducted:+,.2f} 元"
    return f"{said}；其后有变动，未确认：{before}{after}{change}"


def objected(document: Document, contract: Contract) -> str:
    """The vendor's objections, and what was decided on them."""
    if not document.objections:
        return ""
    lines = [line for one in document.objections for line in _objection(one, contract)]
    return "\n".join([title("异议", "─"), *lines])


def objection_lines(one: Objection) -> Iterator[str]:
    """An objection below the deduction that it is about."""
    yield _line(f"{one.clause} 的异议：{words.label(STATE, one.state)}")
    yield from _said(one)


def _objection(one: Objection, contract: Contract) -> Iterator[str]:
    amounts = f"：算得 {_yuan(one.worked_out)}，扣除 {_yuan(one.deducted)}" if one.state != "void" else ""
    state = words.label(STATE, one.state)
    yield _line(f"{one.month} {one.clause} {contract.clause(one.clause).label}，{state}{amounts}")
    yield from _said(one)


def _said(one: Objection) -> Iterator[str]:
    """What either side said of it, and what is wrong with it."""
    for raised in one.raised:
        yield _line(f"{raised.on} 提出{_by(raised.ref)}：{raised.reason}", "      ")
    for decision in one.decisions:
        stands = "" if decision.stands is None else f"，维持扣除 {show(decision.stands)} 元"
        yield _line(f"{decision.on} {STATE[decision.outcome]}{_by(decision.ref)}{stands}：{decision.reason}", "      ")
    for problem in one.problems:
        yield _line(problem, "      ")


def _line(text: str, indent: str = "  ") -> str:
    return wrap(text, COLUMNS, indent)


def _by(ref: str | None) -> str:
    return f"（{ref}）" if ref else ""


def _yuan(amount: Decimal | None) -> str:
    return "待定" if amount is None else f"{show(amount)} 元"


def upheld(deduction: Deduction, why: Upheld) -> str:
    """Why a deduction is less than its formula gives."""
    lowered = f"{show(why.worked_out)} → {show(deduction.amount or ZERO)}"
    return f"{why.decision.on} 异议成立{_by(why.decision.ref)}：{lowered}；{why.decision.reason}"
