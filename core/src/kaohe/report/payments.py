"""What there is to pay, what each instalment bears, and what either side owes beyond the price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from kaohe import words
from kaohe.money import ZERO, show
from kaohe.payable import Bond, Liability, SettledInstalment, Settlement
from kaohe.report.deductions import named
from kaohe.report.figures import ABSENT, rate
from kaohe.text import COLUMNS, table, title, wrap

SUMS = ("gross", "deducted", "net")
HEADER = ("期次", "分期", "应付（元）", "扣除（元）", "实付（元）", "期限", "状态")


def settlement(result: Settlement, labels: Mapping[str, str] | None = None) -> str:
    """The instalments, what is carried or claimed, the liabilities; ``labels``: names of measures and events."""
    gross, taken, net = (sum((getattr(i, name) or ZERO for i in result.instalments), ZERO) for name in SUMS)
    rows = [(*_row(i), _state(i)) for i in result.instalments]
    rows.append(("", "合计", show(gross), show(taken), show(net), "", ""))
    balance = (
        f"扣除合计 {show(result.deductions)} ＝ 已从各期扣 {show(taken)} ＋ 结转下期 {show(result.carried)}"
        f" ＋ 待追偿 {show(result.claim)}"
    )
    lines = [title("付款", "─"), table(HEADER, rows, right=(2, 3, 4)), "", _line(balance)]
    for instalment in result.instalments:
        lines += [_line(f"第{instalment.no}期{told}") for told in _told(instalment, labels or {})]
    lines += [_line(_bond(bond)) for bond in result.bonds]
    lines += [line for owed in result.liabilities for line in liability_lines(owed)]
    return "\n".join(lines)


def instalment_lines(
    instalments: Iterable[SettledInstalment], total: Decimal, labels: Mapping[str, str]
) -> Iterator[str]:
    """Some instalments with all that there is to say of each.

    Args:
        instalments: the instalments.
        total: the contract total in yuan, for the share of each.
        labels: Chinese names of measures and events, by code.
    """
    found = tuple(instalments)
    yield table(HEADER, [(*_row(i), _state(i)) for i in found], right=(2, 3, 4))
    for instalment in found:
        if instalment.gross:
            yield _line(f"第{instalment.no}期占合同总额 {show(total)} 的 {rate(Fraction(instalment.gross / total))}")
        if instalment.invoiced:
            yield _line(f"第{instalment.no}期：{instalment.invoiced} 收到发票")
        yield from (_line(f"第{instalment.no}期{told}") for told in _told(instalment, labels))


def _row(instalment: SettledInstalment) -> tuple[str, ...]:
    net = ABSENT if instalment.net is None else show(instalment.net)
    return str(instalment.no), instalment.label, _gross(instalment), show(instalment.deducted), net, _when(instalment)


def _state(instalment: SettledInstalment) -> str:
    """How it stands with it; where something is waited for, that and not the day is why nothing is due."""
    if instalment.state == "upcoming" and instalment.waits_for:
        return "待定，见下“尚待”"
    return words.label(words.PAYMENT, instalment.state)


def _told(instalment: SettledInstalment, labels: Mapping[str, str]) -> Iterator[str]:
    """What else there is to say of an instalment."""
    if instalment.taken:
        yield f"承担：{_bears(instalment)}"
    if instalment.paid is not None:
        yield _paid(instalment)
    elif instalment.late_since:
        yield f"：{_late(instalment)}，尚未付款"
    yield from _since_paid(instalment)
    if instalment.open:
        yield f"可能还要承担：{'；'.join(open_items(instalment.open))}"
    if instalment.waits_for:
        yield f"尚待：{'、'.join(named(instalment.waits_for, labels))}"
    if instalment.state == "payable" and instalment.invoiced is None:
        yield "：未收到发票"
    yield from (f"说明：{note}" for note in instalment.notes)


def _since_paid(instalment: SettledInstalment) -> Iterator[str]:
    """What became known after payment, to either side's good."""
    if instalment.outstanding:
        yield f"付款后调增 {show(instalment.outstanding)}：随下期补付，不算逾期"
    over = ZERO if instalment.paid is None or instalment.net is None else instalment.paid - instalment.net
    if over > 0:
        yield f"已付的比应付的多 {show(over)}：不从后面各期自动扣回，由双方另行处理"


def open_items(items: Iterable[str]) -> Iterator[str]:
    """What is not known yet, such as ``2026-03 4.4 needs-ruling``: clauses of one month and state together."""
    clauses: dict[tuple[str, str], list[str]] = {}
    for item in items:
        month, clause, state = item.split(" ")
        clauses.setdefault((month, state), []).append(clause)
    for (month, state), found in clauses.items():
        yield f"{month} {words.label(words.STATE, state)}：条款 {'、'.join(found)}"


def _bears(instalment: SettledInstalment) -> str:
    months: dict[str, list[str]] = {}
    for part in instalment.taken:
        months.setdefault(str(part.month), []).append(f"{part.clause} {show(part.amount)}")
    return "；".join(f"{month} {'、'.join(parts)}" for month, parts in months.items())


def _paid(instalment: SettledInstalment) -> str:
    paid = show(instalment.paid or ZERO)
    told = f"：{instalment.paid_on} 付清，共 {paid}" if instalment.paid_on else f"：已付 {paid}，尚未付清"
    if instalment.state == "payable" and instalment.open:
        told += "（所差的可能是金额未定的扣款，暂不算逾期）"
    return f"{told}，{_late(instalment)}" if instalment.late_since else told


def _late(instalment: SettledInstalment) -> str:
    """Since when and for how long it was, or is, late."""
    assert instalment.late_since is not None, "only late instalments are told of so"
    first, last = (instalment.late_since + timedelta(days=n) for n in (1, instalment.late_days))
    return f"逾期 {instalment.late_days} 天（{first} 至 {last}）"


def _gross(instalment: SettledInstalment) -> str:
    if instalment.gross is not None:
        return show(instalment.gross)
    most = "?" if instalment.at_most is None else show(instalment.at_most)
    return f"{show(instalment.at_least)} … {most}" if instalment.at_least else f"至多 {most}"


def _when(instalment: SettledInstalment) -> str:
    return str(instalment.due or (f"{instalment.earliest} 起" if instalment.earliest else ABSENT))


def _bond(bond: Bond) -> str:
    back = f"应于 {bond.return_by or '?'} 前退还"
    state = words.label(words.BOND, bond.state)
    given = f"（{bond.returned_on}）" if bond.returned_on else ""
    late = f"，逾期 {bond.late_days} 天{'' if bond.returned_on else '，没有退还的记录'}" if bond.late_days else ""
    return f"{bond.label}（条款 {bond.clause}）：{show(bond.amount)} 元，{back}，{state}{given}{late}"


def liability_lines(owed: Liability) -> Iterator[str]:
    """What one side owes beyond the price, and how it comes about."""
    amount = "待定" if owed.amount is None else f"{show(owed.amount)} 元"
    yield _line(
        f"{words.PARTY[owed.party]}责任（条款 {owed.clause}）：{amount}，{words.label(words.STATE, owed.state)}"
    )
    yield _line(f"{'算式' if owed.amount is not None else '待定'}：{owed.formula}", "    ")
    yield from (_line(f"说明：{note}", "    ") for note in owed.notes)


def _line(text: str, indent: str = "  ") -> str:
    return wrap(text, COLUMNS, indent)
