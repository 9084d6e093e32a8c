"""The parts of the demo's report that core's own report has not: what arrived, and all months side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kaohe.catalogue import Source
from kaohe.contract import Contract
from kaohe.faults import Fault
from kaohe.money import show
from kaohe.report import COLUMNS
from kaohe.results import Adopted, Assessment, Deduction, Document, Kpi, Settlement, State
from kaohe.store import Head, SubmissionRecord, SubmissionStatus
from kaohe.text import pad, table, title, width, wrap

FATES = {
    SubmissionStatus.ACCEPTED: "accepted 采用",
    SubmissionStatus.REFUSED: "REFUSED 退回",
    SubmissionStatus.SUPERSEDED: "superseded 已替换",
    SubmissionStatus.PLUGIN_ERROR: "plugin error 插件错误",
}
NOTHING = "—"
ABREAST = 6
"""Months that stand side by side in a table."""
LEGEND = (
    "Rates in per cent. ! target missed 未达标, on one day at least where each day is judged. "
    "* not final yet 尚未最终. ? needs a ruling 待裁定."
)


def arrivals(records: Sequence[SubmissionRecord]) -> str:
    """Each upload and its fate; of a refused one every fault, as its sender reads it."""
    rows = [(str(r.month), _source(r.source), r.name, FATES[r.status]) for r in records]
    faults = [fault for record in records for fault in record.faults]
    listed = [line for number, fault in enumerate(faults, 1) for line in _fault(number, fault)]
    return "\n".join(
        [table(("month", "from 来源", "file 文件", "fate 结果"), rows), *([""] if listed else []), *listed]
    )


def _source(source: Source | None) -> str:
    return f"{source} {source.label}" if source else NOTHING


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
        (month, show(before[month].deducted) if month in before else NOTHING, show(head.deducted), head.state)
        for month, head in after.items()
        if month not in before or before[month].digest != head.digest
    ]
    if not rows:
        return "  No month has changed 各月结果不变."
    return table(("month", "deducted before", "deducted now 扣除", "state 状态"), rows, right=(1, 2))


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
    header = ("clause", "indicator 指标", "target", *(str(a.month) for a in assessments))
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
                text = f"{kpi.value and _number(kpi, Decimal(kpi.value))} instead of {_target(kpi)}"
                yield f"  duty not kept 未履行: {assessment.month} {kpi.clause} {kpi.label} {kpi.code}, {text}"


def deductions(document: Document, contract: Contract) -> str:
    """Every deduction with its formula, the readings it rests on and what the others would have given."""
    lines = [title("The deductions 扣除明细", "─")]
    for assessment in document.assessments:
        missed = {(kpi.clause, kpi.code) for kpi in assessment.kpis if kpi.met is False}
        told = [d for d in assessment.deductions if d.amount or (d.clause, d.code) in missed]
        if told:
            lines += ["", f"  {assessment.month}{pad(show(assessment.deducted), 30, right=True)}"]
        lines += [line for deduction in told for line in _deduction(deduction, contract)]
    return "\n".join(lines)


def _deduction(deduction: Deduction, contract: Contract) -> Iterator[str]:
    amount = NOTHING if deduction.amount is None else show(deduction.amount)
    head = f"    {pad(deduction.clause, 5)}{pad(deduction.label, 20)}{pad(amount, 10, right=True)}  "
    yield head + wrap(deduction.formula, COLUMNS, " " * width(head)).lstrip()
    for adopted in deduction.readings:
        others = ", ".join(_others(deduction, adopted))
        if others or not contract.readings[adopted.reading].everywhere:
            text = _adopted(adopted) + (f"; otherwise {others}" if others else "")
            yield wrap(text, COLUMNS, " " * width(head))


def _others(deduction: Deduction, adopted: Adopted) -> Iterator[str]:
    for other in deduction.alternatives:
        if other.reading == adopted.reading and other.amount != deduction.amount:
            yield f"{other.option} {NOTHING if other.amount is None else show(other.amount)}"


def _adopted(adopted: Adopted) -> str:
    if adopted.option is None:
        return f"{adopted.reading}: needs a ruling"
    by = f"ruling of {adopted.ruled_on}, {adopted.ref}" if adopted.by == "ruling" else adopted.by
    return f"{adopted.reading}: {adopted.option} ({by})"


def overpaid(settlement: Settlement) -> Iterator[str]:
    """Instalments of which another amount was paid than is due as things stand now."""
    for instalment in settlement.instalments:
        if instalment.paid is not None and instalment.net is not None and instalment.paid != instalment.net:
            gap = instalment.paid - instalment.net
            when = f" on {instalment.paid_on}" if instalment.paid_on else ""
            text = (
                f"no. {instalment.no}: {show(instalment.paid)} was paid{when}, "
                f"{show(abs(gap))} {'more' if gap > 0 else 'less'} than its net amount as it stands now"
            )
            yield wrap(text, COLUMNS, "  ")
