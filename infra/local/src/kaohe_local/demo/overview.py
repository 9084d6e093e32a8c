"""Contracts in short: what came in, the months, what hangs on readings, and all contracts side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kaohe import words
from kaohe.assessment import State
from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.report import COLUMNS
from kaohe.results import Document
from kaohe.stakes import ReadingStake, Stakes
from kaohe.store import SubmissionRecord
from kaohe.text import table, title, wrap

from kaohe_local.demo.sections import FATES

SHOWN = 4
"""Readings that are shown; the others have less money at stake."""


@dataclass(frozen=True)
class Result:
    """What a story came to."""

    contract: Contract
    document: Document
    stakes: Stakes


def arrived(records: Sequence[SubmissionRecord]) -> str:
    """How many uploads came in and what became of them."""
    fates = Counter(FATES[record.status] for record in records)
    months = {record.month for record in records}
    text = f"{len(months)} 个月共 {len(records)} 份文件：" + "、".join(f"{fate} {n}" for fate, n in fates.items())
    return wrap(text, COLUMNS, "  ")


def months(document: Document) -> str:
    """Each month in a line: its state, the targets missed, what is deducted."""
    rows = []
    for assessment in document.assessments:
        missed = dict.fromkeys(kpi.clause for kpi in assessment.kpis if kpi.met is False and not kpi.tracked)
        points = sum((d.points for d in assessment.deductions if d.points is not None), ZERO)
        lost = show(assessment.deducted) + (f"，{points:.2f} 分" if points else "")
        state = words.label(words.STATE, assessment.state)
        rows.append((str(assessment.month), state, lost, "、".join(missed) or "—"))
    header = ("月份", "状态", "扣除（元）", "未达标的考核条款")
    return f"{title('The months 各月', '─')}\n{table(header, rows, within=COLUMNS)}"


def readings(stakes: Stakes) -> str:
    """The readings with the most money at stake, and which options are in force."""
    rows = [
        (f"{stake.label} {stake.reading}", _in_force(stake), show(stake.at_stake)) for stake in stakes.readings[:SHOWN]
    ]
    head = title("What hangs on the readings 读法影响", "─")
    span = f"  只改一种读法，应付在 {show(stakes.least)} … {show(stakes.most)} 元之间"
    return f"{head}\n{table(('读法', '现在的选项', '涉及（元）'), rows, right=(2,))}\n{span}"


def _in_force(stake: ReadingStake) -> str:
    """The options in force, each with its months where a ruling changed it."""
    held = [option for option in stake.options if option.in_force]
    if len(held) == 1:
        return f"{held[0].label} {held[0].option}"
    runs = (f"{o.label} {o.option}（{'、'.join(o.in_force).replace('/', '…')}）" for o in held)
    return "；".join(runs) or words.STATE["needs-ruling"]


def portfolio(results: Sequence[Result]) -> str:
    """All contracts side by side."""
    header = ("合同", "截至", "月数", "已定", "总额（元）", "扣除（元）", "追偿（元）", "读法涉及（元）", "续签")
    rows = [_line(result) for result in results]
    return f"{title('All contracts 合同一览')}\n{table(header, rows, right=(2, 3, 4, 5, 6, 7))}"


def _line(result: Result) -> tuple[str, ...]:
    document, settlement = result.document, result.document.settlement
    final = sum(assessment.state is State.FINAL for assessment in document.assessments)
    return (
        document.contract,
        str(document.as_of),
        str(len(document.assessments)),
        str(final),
        show(result.contract.total),
        show(settlement.deductions),
        show(settlement.claim),
        show(result.stakes.most - result.stakes.least),
        words.RENEWAL[document.renewal.conclusion],
    )
