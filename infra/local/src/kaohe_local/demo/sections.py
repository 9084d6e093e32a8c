"""The parts of the demo's report that core's own report has not: what arrived, and all months side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kaohe import words
from kaohe.assessment import Assessment, Kpi, State
from kaohe.contract import Contract
from kaohe.faults import Fault
from kaohe.money import show
from kaohe.payable import Settlement
from kaohe.report import COLUMNS, deduction_lines
from kaohe.results import Document
from kaohe.store import Head, SubmissionRecord, SubmissionStatus
from kaohe.text import table, title, wrap

FATES = {
    SubmissionStatus.ACCEPTED: "采用",
    SubmissionStatus.REFUSED: "退回",
    SubmissionStatus.SUPERSEDED: "已替换",
    SubmissionStatus.PLUGIN_ERROR: "插件错误",
}
NOTHING = "—"
ABREAST = 6
"""Months that stand side by side in a table."""
LEGEND = "比率按百分数列出。! 未达标（按日考核的，至少一天未达标）；* 尚未定；? 待裁定。"


def arrivals(records: Sequence[SubmissionRecord]) -> str:
    """Each upload and its fate; of a refused one every fault, as its sender reads it."""
    rows = [(str(r.month), r.source.label if r.source else NOTHING, r.name, FATES[r.status]) for r in records]
    faults = [fault for record in records for fault in record.faults]
    listed = [line for number, fault in enumerate(faults, 1) for line in _fault(number, fault)]
    return "\n".join([table(("月份", "来源", "文件", "结果"), rows), *([""] if listed else []), *listed])


def _fault(number: int, fault: Fault) -> Iterator[str]:
    """The place, what is wrong, and what stood there."""
    yield f"  {number}. {fault.place}"
    yield wrap(fault.message, COLUMNS, "     ")
    held = f"原内容：{fault.held}" if fault.held is not None else ""
    expected = f"应为：{fault.expected}" if fault.expected else ""
    if held or expected:
        yield wrap("；".join(part for part in (held, expected) if part), COLUMNS, "     ")


def changes(before: Mapping[str, Head], after: Mapping[str, Head]) -> str:
    """The months that came out differently than before."""
    rows = [
        (
            month,
            show(before[month].deducted) if month in before else NOTHING,
            show(head.deducted),
            words.label(words.STATE, head.state),
        )
        for month, head in after.items()
        if month not in before or before[month].digest != head.digest
    ]
    if not rows:
        return "  各月结果不变。"
    return table(("月份", "原扣除（元）", "现扣除（元）", "状态"), rows, right=(1, 2))


def matrix(assessments: Iterable[Assessment]) -> str:
    """The indicators month by month, half a year abreast, duties left out; ``!`` marks those that missed the target."""
    shown = [a for a in assessments if any(k.value for k in a.kpis if k.unit == "rate")]
    lines = [title("The months 各月指标", "─")]
    for first in range(0, len(shown), ABREAST):
        lines += [_abreast(shown[first : first + ABREAST]), ""]
    return "\n".join([*lines, wrap(LEGEND, COLUMNS, "  "), *_duties(shown)])


def _abreast(assessments: Sequence[Assessment]) -> str:
    kpis = {(kpi.clause, kpi.code): kpi for a in assessments for kpi in a.kpis if not kpi.tracked}
    cells = {(a.month, kpi.clause, kpi.code): _cell(kpi) for a in assessments for kpi in a.kpis}
    header = ("条款", "指标", "目标", *(str(a.month) for a in assessments))
    rows = [
        (clause, kpi.label, _target(kpi), *(cells.get((a.month, clause, code), NOTHING) for a in assessments))
        for (clause, code), kpi in kpis.items()
    ]
    return table(header, rows, right=range(2, len(header)))


def _cell(kpi: Kpi) -> str:
    if kpi.state is State.NEEDS_RULING:
        return "?"
    if kpi.value is None:
        return NOTHING
    mark = "!" if kpi.met is False else ""
    return _number(kpi, Decimal(kpi.value)) + mark + ("*" if kpi.state is State.PROVISIONAL else "")


def _target(kpi: Kpi) -> str:
    return NOTHING if kpi.target is None else _number(kpi, kpi.target)


def _number(kpi: Kpi, value: Decimal) -> str:
    """A rate in per cent, a count as it is, a mean with one place."""
    if kpi.target is not None and kpi.target <= 1 and kpi.unit == "rate":
        return f"{value * 100:.2f}" if value != 1 else "100"
    return f"{value:.1f}" if value % 1 else f"{value:.0f}"


def _duties(assessments: Iterable[Assessment]) -> Iterator[str]:
    """Duties that were not kept; they cost nothing."""
    for assessment in assessments:
        for kpi in assessment.kpis:
            if kpi.tracked and kpi.met is False:
                text = f"{kpi.value and _number(kpi, Decimal(kpi.value))}，目标 {_target(kpi)}"
                yield f"  义务未履行：{assessment.month} {kpi.clause} {kpi.label} {kpi.code} {text}"


def deductions(document: Document, contract: Contract) -> str:
    """Every deduction with its formula, the readings it rests on and what the others would have given."""
    lines = [title("The deductions 扣除明细", "─")]
    for assessment in document.assessments:
        kpis = {(kpi.clause, kpi.code): kpi for kpi in assessment.kpis}
        told = [(d, kpis.get((d.clause, d.code))) for d in assessment.deductions]
        told = [(d, kpi) for d, kpi in told if d.amount or (kpi and kpi.met is False)]
        if told:
            lines += ["", f"  {assessment.month}：扣除 {show(assessment.deducted)} 元"]
        lines += [line for deduction, kpi in told for line in deduction_lines(deduction, contract, kpi)]
    return "\n".join(lines)


def overpaid(settlement: Settlement) -> Iterator[str]:
    """Instalments of which another amount was paid than is due as things stand now."""
    for instalment in settlement.instalments:
        if instalment.paid is not None and instalment.net is not None and instalment.paid != instalment.net:
            gap = instalment.paid - instalment.net
            when = f"{instalment.paid_on} " if instalment.paid_on else ""
            gap_told = f"比按现在结果算得的实付{'多' if gap > 0 else '少'} {show(abs(gap))}"
            yield wrap(f"第{instalment.no}期：{when}已付 {show(instalment.paid)}，{gap_told}", COLUMNS, "  ")
