"""Comparisons and what hangs on readings, as an official reads them: in Chinese, codes in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from kaohe import words
from kaohe.contract import Contract
from kaohe.money import show
from kaohe.report import ABSENT, COLUMNS, MET
from kaohe.stakes import Effect, OptionStake, Stakes
from kaohe.text import table, title, wrap
from kaohe.whatif import Change, Difference

YUAN = frozenset({"amount", "deducted", "gross", "net", "carried", "claim"})
"""What is told in yuan."""
PLACES = {"instalment": "分期", "settlement": "结算", "renewal": "续签"}
MET_TEXT = {"true": MET[True], "false": MET[False]}


def compared(difference: Difference, contract: Contract | None = None) -> str:
    """What would come out otherwise; the contract, if given, for the names of its clauses."""
    names = {clause.no: clause.label for clause in contract.clauses} if contract else {}
    head = title(f"{difference.contract} 截至 {difference.as_of}：会有哪些变化")
    if not difference.changes:
        return f"{head}\n  没有变化"
    rows = [(_where(c.where, names), _kind(c), _shown(c, c.before), _shown(c, c.after)) for c in difference.changes]
    return f"{head}\n{table(('何处', '项目', '现在', '改后'), rows, right=(2, 3))}"


def _where(where: str, names: Mapping[str, str]) -> str:
    """A place in Chinese: ``2026-03 4.1 满意率 survey.satisfaction``, ``分期 2``."""
    first, _, rest = where.partition(" ")
    if first == "liability":
        party, _, clause = rest.removeprefix("of the ").partition(", ")
        return f"{words.PARTY.get(party, party)}责任 条款{clause}"
    if first in PLACES:
        return f"{PLACES[first]} {rest}".rstrip()
    clause, _, code = rest.partition(" ")
    return " ".join(part for part in (first, clause, names.get(clause, ""), code) if part)


def _kind(change: Change) -> str:
    return words.label(words.KIND, change.what)


def _shown(change: Change, text: str | None) -> str:
    """A value with separators and in Chinese, where it is money, a judgement or a state."""
    if text is None:
        return ABSENT
    if change.what in YUAN:
        return show(Decimal(text))
    if change.what == "met":
        return MET_TEXT[text]
    if re.fullmatch(r"-?\d{4,}(\.\d+)?", text):
        return f"{Decimal(text):,f}"
    states = words.PAYMENT if change.where.startswith("instalment") else words.STATE
    return words.label({**states, **words.RENEWAL} if change.what == "conclusion" else states, text)


def staked(found: Stakes) -> str:
    """What each reading is worth, the most valuable first."""
    lines = [
        title(f"{found.contract} 截至 {found.as_of}：各种读法涉及多少钱"),
        _line(f"按现在的读法：{_effect(found.adopted)}"),
        _line(_made_up(found.adopted)),
        _line(f"只改一种读法，应付在 {show(found.least)} … {show(found.most)} 元之间"),
        _line("* 为现在的读法；其后写有月份的，只适用于考核期在这些月份结束的事项"),
        "",
    ]
    rows = [
        row
        for reading in found.readings
        for row in _options(reading.label, reading.reading, reading.at_stake, reading.options)
    ]
    header = ("读法", "涉及（元）", "选项", "扣除（元）", "应付（元）", "得分", "续签", "未定项")
    return "\n".join([*lines, table(header, rows, right=(1, 3, 4, 5, 7))])


def _options(
    label: str, reading: str, at_stake: Decimal, options: tuple[OptionStake, ...]
) -> Iterator[tuple[str, ...]]:
    for n, option in enumerate(options):
        head = (f"{label} {reading}", show(at_stake)) if n == 0 else ("", "")
        mark = f"{option.label} {option.option}{_holds(option)}"
        if (effect := option.effect) is None:
            yield (*head, mark, "须先给出数值", ABSENT, ABSENT, ABSENT, ABSENT)
            continue
        score = ABSENT if effect.score is None else str(effect.score)
        amounts = (show(effect.deductions), _payable(effect))
        renewal = words.RENEWAL.get(effect.renewal, effect.renewal)
        yield (*head, mark, *amounts, score, renewal, str(effect.unknown or ABSENT))


def _holds(option: OptionStake) -> str:
    """The mark of an option in force, with its months where it is not in force in all of them."""
    if option.adopted or not option.in_force:
        return " *" if option.adopted else ""
    return f" *（{'、'.join(run.replace('/', '…') for run in option.in_force)}）"


def _made_up(effect: Effect) -> str:
    """How payable comes about."""
    least, most = effect.payable + effect.carried, effect.payable_most + effect.carried
    paid, left = _range(least, most), show(effect.carried)
    return f"应付 {_payable(effect)} ＝ 各期扣除后的实付 {paid} － 尚无分期可扣的扣款 {left}（结转或追偿）"


def _payable(effect: Effect) -> str:
    return _range(effect.payable, effect.payable_most)


def _range(least: Decimal, most: Decimal) -> str:
    return show(least) if least == most else f"{show(least)} … {show(most)}"


def _effect(effect: Effect) -> str:
    renewal = words.label(words.RENEWAL, effect.renewal)
    known = f"扣除 {show(effect.deductions)} 元，应付 {_payable(effect)} 元，续签：{renewal}"
    return known + (f"，另有 {effect.unknown} 项扣款未定" if effect.unknown else "")


def _line(text: str) -> str:
    return wrap(text, COLUMNS, "  ")
