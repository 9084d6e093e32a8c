"""Explanations, comparisons and what hangs on readings, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.contract import Contract
from kaohe.explanation import Explanation, Row
from kaohe.money import show
from kaohe.report import ABSENT, COLUMNS, MET, deduction_lines, value
from kaohe.results import Kpi
from kaohe.rules import percent
from kaohe.stakes import Effect, OptionStake, Stakes
from kaohe.text import table, title, wrap
from kaohe.whatif import Difference


def explained(found: Explanation, contract: Contract) -> str:
    """One figure from the clause to the rows it came from."""
    clause = found.clause
    lines = [title(f"{found.contract}  {found.month}  {clause.no} {clause.label}"), _line(clause.summary)]
    lines += [_line(f"{name} = {amount}") for name, amount in found.values.items()]
    lines += [_line(f"! {flag}") for flag in clause.flags]
    for kpi in found.kpis:
        lines += ["", title(f"What was measured 指标: {kpi.code}", "─"), *_measured(kpi)]
    if found.deductions:
        lines += ["", title("What it costs 扣除", "─")]
        lines += [line for d in found.deductions for line in deduction_lines(d, contract, whole=True)]
    lines += [_line(f"instalment {no} bears {show(amount)}") for no, amount in found.taken.items()]
    if found.conditions:
        lines += ["", title("Conditions of renewal 续签条件", "─")]
        lines += [_line(f"{MET[one.met]} {one.label}: {one.detail}") for one in found.conditions]
    lines += ["", title("Where the numbers come from 数据来源", "─"), _rows(found)]
    return "\n".join(lines)


def compared(difference: Difference) -> str:
    """What would come out otherwise."""
    head = title(f"{difference.contract} as of {difference.as_of}: what would change")
    if not difference.changes:
        return f"{head}\n  nothing"
    rows = [(c.where, c.what, c.before or ABSENT, c.after or ABSENT) for c in difference.changes]
    return f"{head}\n{table(('where', 'what', 'now', 'then'), rows, right=(2, 3))}"


def staked(found: Stakes) -> str:
    """What each reading is worth, the most valuable first."""
    lines = [
        title(f"{found.contract} as of {found.as_of}: what hangs on each reading"),
        _line(f"as read now: {_effect(found.adopted)}"),
        _line(f"with one reading changed, the vendor is paid {show(found.least)} … {show(found.most)}"),
        "",
    ]
    rows = [row for reading in found.readings for row in _options(reading.reading, reading.at_stake, reading.options)]
    header = ("reading", "at stake", "option", "选项", "deducted 扣除", "payable 应付", "score", "renewal", "open")
    return "\n".join([*lines, table(header, rows, right=(1, 4, 5, 6, 8))])


def _options(reading: str, at_stake: object, options: tuple[OptionStake, ...]) -> Iterator[tuple[str, ...]]:
    for n, option in enumerate(options):
        head = (reading, f"{at_stake:,.2f}") if n == 0 else ("", "")
        mark = f"{option.option} *" if option.adopted else option.option
        if (effect := option.effect) is None:
            yield (*head, mark, option.label, "needs a rate", ABSENT, ABSENT, ABSENT, ABSENT)
            continue
        score = ABSENT if effect.score is None else str(effect.score)
        amounts = (show(effect.deductions), show(effect.payable))
        yield (*head, mark, option.label, *amounts, score, effect.renewal, str(effect.unknown or ABSENT))


def _effect(effect: Effect) -> str:
    known = f"deducted {show(effect.deductions)}, payable {show(effect.payable)}, renewal {effect.renewal}"
    return known + (f", {effect.unknown} deductions open" if effect.unknown else "")


def _measured(kpi: Kpi) -> Iterator[str]:
    target = ABSENT if kpi.target is None else percent(kpi.target) if kpi.unit == "rate" else str(kpi.target)
    yield _line(f"{value(kpi)}, target {target}: {MET[kpi.met]} ({kpi.state})")
    yield from (_line(f"missing: {name}") for name in kpi.missing)
    if kpi.note:
        yield _line(kpi.note)
    failing = [part for part in kpi.parts if part.met is False]
    if failing:
        yield _line("days below: " + ", ".join(f"{part.on} {value(part)}" for part in failing))


def _rows(found: Explanation) -> str:
    if not found.rows:
        return _line("nothing was reported")
    header = ("fact", "名称", "when", "value", "from", "where")
    return table(header, [_row(row) for row in found.rows], right=(3,))


def _row(row: Row) -> tuple[str, ...]:
    return row.code, row.label + _told(row), str(row.on or row.month), str(row.value), row.source, row.where


def _told(row: Row) -> str:
    """What an event says beside its day and how often it happened."""
    fields = row.event.content if row.event else {}
    told = [f"{name} {held}" for name, held in fields.items() if name not in ("kind", "on", "count")]
    return f" ({', '.join(told)})" if told else ""


def _line(text: str) -> str:
    return wrap(text, COLUMNS, "  ")
