"""A month: in full, or folded to what was missed, what it costs and what is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from kaohe import remarks, words
from kaohe.assessment import Assessment, Deduction, Kpi, State
from kaohe.catalogue import Source
from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.report.deductions import adopted_as, deduction_lines, is_plain, lost, most
from kaohe.report.figures import ABSENT, MET, points, target, value
from kaohe.results import Document
from kaohe.text import COLUMNS, table, title, wrap
from kaohe.trail import Objection

UNKNOWN = (State.INCOMPLETE, State.NEEDS_RULING)


def overview(document: Document) -> str:
    """Each month in a line: its state, what it costs, which targets were missed."""
    rows: list[tuple[str, ...]] = []
    for result in document.assessments:
        missed = dict.fromkeys(kpi.clause for kpi in result.kpis if kpi.met is False and not kpi.tracked)
        unknown = sum(deduction.amount is None and deduction.points is None for deduction in result.deductions)
        cost = (show(result.deducted), _points(result), str(unknown or ABSENT))
        rows.append((str(result.month), words.label(words.STATE, result.state), *cost, "、".join(missed) or ABSENT))
    header: tuple[str, ...] = ("月份", "状态", "扣除（元）", "扣分", "未定项", "未达标的考核条款")
    if all(row[3] == ABSENT for row in rows):
        header, rows = _without_points(header), [_without_points(row) for row in rows]
    right = range(2, len(header) - 1)
    return "\n".join([title("各月概况", "─"), table(header, rows, right=right, within=COLUMNS)])


def _without_points(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row for a contract whose clauses take no points."""
    return (*row[:3], *row[4:])


def _points(result: Assessment) -> str:
    known = [deduction.points for deduction in result.deductions if deduction.points is not None]
    return points(sum(known, ZERO)) if known else ABSENT


def assessment(
    result: Assessment,
    contract: Contract,
    *,
    digest: bool = False,
    labels: Mapping[str, str] | None = None,
    objections: Iterable[Objection] = (),
) -> str:
    """One month in full: its indicators, then its deductions, each with what was said against it.

    Args:
        result: the month.
        contract: its contract.
        digest: whether to tell the digest that a confirmation names it by.
        labels: Chinese names of measures and events, by code.
        objections: those of the contract.
    """
    parts = [_head(result), *([f"  结果摘要 {result.digest}"] if digest else []), _indicators(result.kpis)]
    objected = {one.clause: one for one in objections if one.month == result.month}
    last = {deduction.clause: deduction for deduction in result.deductions}  # an objection is to all of a clause's
    lines: list[str] = []
    for deduction, kpi in _with_kpi(result):
        lines += deduction_lines(deduction, contract, kpi, labels=labels)
        if deduction is last[deduction.clause] and (one := objected.get(deduction.clause)):
            lines += remarks.objection_lines(one)
    return "\n".join([*parts, *(["", *lines, *_read_by_default(result, contract)] if lines else [])])


def folded(result: Assessment, contract: Contract, labels: Mapping[str, str] | None = None) -> str:
    """One month without what was met and cost nothing, of which only the number is told."""
    silent = Source.VENDOR not in result.reported  # then every duty lacks its data, which says nothing new
    telling = [kpi for kpi in result.kpis if _is_telling(kpi, result.kpis)]
    shown = [kpi for kpi in telling if not (silent and kpi.tracked and kpi.state in UNKNOWN)]
    parts = [_head(result), *([_indicators(shown)] if shown else [])]
    parts += _rest([kpi for kpi in result.kpis if kpi not in shown])
    for deduction, kpi in _with_kpi(result):
        if _is_detailed(deduction):
            parts += deduction_lines(deduction, contract, kpi, labels=labels)
    others = [d for d in result.deductions if not _is_detailed(d)]
    parts += _short("暂计，期满才定", (f"{d.clause} {d.label} {lost(d)}" for d in others if _so_far(d)))
    parts += _short("未扣，但另有读法", (_if_read_otherwise(d) for d in others if not _so_far(d) and most(d)))
    return "\n".join(parts)


def _rest(kpis: Collection[Kpi]) -> list[str]:
    """How many indicators are not listed, and how they came out."""
    counted = {
        "达标": sum(kpi.met is True for kpi in kpis),
        "缺数据（仅监测）": sum(kpi.tracked and kpi.state in UNKNOWN for kpi in kpis),
        "不作判定": sum(kpi.met is None and not (kpi.tracked and kpi.state in UNKNOWN) for kpi in kpis),
        "累计数未达标（本月数已列出或已达标）": sum(kpi.met is False for kpi in kpis),
    }
    told = "、".join(f"{name} {count}" for name, count in counted.items() if count)
    return [f"  未列出 {len(kpis)} 项：{told}"] if kpis else []


def _read_by_default(result: Assessment, contract: Contract) -> list[str]:
    """The readings that nobody has ruled on, each once for the month."""
    told = {a.reading: a for d in result.deductions if not is_plain(d) for a in d.readings if a.by == "default"}
    return (
        [wrap(f"所依默认读法：{'；'.join(adopted_as(a, contract) for a in told.values())}", COLUMNS, "  ")]
        if told
        else []
    )


def _head(result: Assessment) -> str:
    return title(f"{result.month}  {words.label(words.STATE, result.state)}  扣除 {show(result.deducted)} 元", "─")


def _indicators(kpis: Iterable[Kpi]) -> str:
    return table(("条款", "指标", "结果值", "目标", "判定", "状态"), map(_row, kpis), right=(2, 3))


def _row(kpi: Kpi) -> tuple[str, ...]:
    judged = [part.met for part in kpi.parts if part.met is not None]
    days = f"，{len(judged)}天中{judged.count(False)}天" if False in judged else ""
    result = f"{MET[kpi.met]}{days}{'（仅监测）' if kpi.tracked else ''}"
    state = words.label(words.STATE, kpi.state)
    return kpi.clause, f"{kpi.label} {kpi.code}", value(kpi), target(kpi), result, state


def _is_telling(kpi: Kpi, kpis: Iterable[Kpi]) -> bool:
    """Whether it was missed or is not known; a figure so far is not, where the month's own stands beside it."""
    if kpi.state is State.PROVISIONAL and any(k.clause == kpi.clause and k.state is State.FINAL for k in kpis):
        return False
    return kpi.met is False or kpi.state in UNKNOWN


def _with_kpi(result: Assessment) -> Iterator[tuple[Deduction, Kpi | None]]:
    kpis = {(kpi.clause, kpi.code): kpi for kpi in result.kpis}
    return ((deduction, kpis.get((deduction.clause, deduction.code))) for deduction in result.deductions)


def _is_detailed(deduction: Deduction) -> bool:
    """Whether it costs something for good, or cannot be said."""
    known = deduction.amount or deduction.points
    return deduction.upheld is not None or deduction.state in UNKNOWN or bool(known and not _so_far(deduction))


def _so_far(deduction: Deduction) -> bool:
    return deduction.state is State.PROVISIONAL and bool(deduction.amount or deduction.points)


def _if_read_otherwise(deduction: Deduction) -> str:
    other = most(deduction)
    assert other is not None
    return f"{deduction.clause} {deduction.label}（{other.reading}={other.option}：{lost(other)}）"


def _short(heading: str, items: Iterable[str]) -> list[str]:
    told = "；".join(items)
    return [wrap(f"{heading}：{told}", COLUMNS, "  ")] if told else []
