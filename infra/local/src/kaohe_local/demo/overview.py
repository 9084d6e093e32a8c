"""Contracts in short: what came in, the months, what hangs on readings, and all contracts side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.report import COLUMNS
from kaohe.results import Document, State
from kaohe.stakes import Stakes
from kaohe.store import SubmissionRecord
from kaohe.text import table, title, wrap

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
    fates = Counter(record.status.value for record in records)
    months = {record.month for record in records}
    text = f"{len(records)} uploads for {len(months)} months: " + ", ".join(f"{n} {fate}" for fate, n in fates.items())
    return wrap(text, COLUMNS, "  ")


def months(document: Document) -> str:
    """Each month in a line: its state, the targets missed, what is deducted."""
    rows = []
    for assessment in document.assessments:
        missed = dict.fromkeys(kpi.clause for kpi in assessment.kpis if kpi.met is False and not kpi.tracked)
        points = sum((d.points for d in assessment.deductions if d.points is not None), ZERO)
        lost = show(assessment.deducted) + (f", {points:.2f} points" if points else "")
        rows.append((str(assessment.month), assessment.state, lost, ", ".join(missed) or "—"))
    header = ("month", "state", "lost 扣除", "targets missed 未达标")
    return f"{title('The months 各月', '─')}\n{table(header, rows, within=COLUMNS)}"


def readings(stakes: Stakes) -> str:
    """The readings with the most money at stake, and which options are in force."""
    rows = [
        (stake.reading, stake.label, ", ".join(stake.in_force) or "needs a ruling", show(stake.at_stake))
        for stake in stakes.readings[:SHOWN]
    ]
    head = title("What hangs on the readings 读法影响", "─")
    span = f"  with one reading changed, the vendor is paid {show(stakes.least)} … {show(stakes.most)}"
    return f"{head}\n{table(('reading', '读法', 'in force', 'at stake'), rows, right=(3,))}\n{span}"


def portfolio(results: Sequence[Result]) -> str:
    """All contracts side by side."""
    header = (
        "contract",
        "as of",
        "months",
        "final",
        "total 总额",
        "deducted 扣除",
        "claim 追偿",
        "at stake",
        "renewal 续签",
    )
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
        document.renewal.conclusion,
    )
