"""Whether what the contract needs is there: insisted on in a workbook, remarked on in any accepted file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from kaohe.catalogue import VENDOR, Catalogue, Measure
from kaohe.contract import Contract
from kaohe.facts import is_remark
from kaohe.intake.context import needed
from kaohe.intake.draft import Draft
from kaohe.intake.spots import Spot
from kaohe.periods import spans
from kaohe.submission import Submission

_GRAINS = {"month": "按月（指标、数值）", "day": "按日（日期和各指标）"}


def check_complete(draft: Draft, spot: Spot) -> None:
    """Report each sheet, column and day that a vendor's workbook lacks.

    The template has them all; one that is gone was deleted or renamed, and its figures would be missed only
    when the month is assessed.
    """
    if draft.context.source is not VENDOR or draft.is_foreign:
        return
    missing = [
        m
        for m in draft.context.catalogue.measures.values()
        if m.code in draft.context.needed and m.code not in draft.stated and not m.optional
    ]
    for grain, sheet in _GRAINS.items():
        lacking = [measure for measure in missing if measure.grain == grain]
        if grain in draft.tables:
            for measure in lacking:
                _report_column(draft, measure, draft.tables[grain])
        elif lacking:
            labels = "、".join(measure.label for measure in lacking)
            message = f"缺少{sheet}的工作表；请用填报模板，不要删除工作表"
            draft.report.add("missing-sheet", message, spot, expected=f"含有：{labels}")
    if not draft.has_doubtful_days:
        _report_days(draft, spot)


def _report_days(draft: Draft, spot: Spot) -> None:
    """Report the days without a row; columns that lack the same days, which is nearly always all, in one line."""
    context = draft.context
    due = [day for day in context.month.days if context.in_term(day) and day <= context.received_on]
    lacking: defaultdict[tuple[date, ...], list[str]] = defaultdict(list)
    for measure in _due_daily(draft):
        lacking[tuple(day for day in due if day not in draft.days[measure.code])].append(measure.label)
    for days, labels in lacking.items():
        if days:
            message = f"缺少{len(days)}天的行：{_listed(days)}；每天一行，请补上（没有发生的填0，人数填实际人数）"
            place = draft.tables.get("day", spot)
            draft.report.add("missing-day", message, place, expected=f"每天都有：{'、'.join(labels)}")


def _due_daily(draft: Draft) -> Iterator[Measure]:
    """The measures that must have a figure for each day and have a column."""
    for measure in draft.context.catalogue.measures.values():
        is_due = measure.code in draft.context.needed and not measure.optional
        if is_due and measure.grain == "day" and draft.days[measure.code]:
            yield measure


def _report_column(draft: Draft, measure: Measure, spot: Spot) -> None:
    what = "这一列" if measure.grain == "day" else "这一项"
    message = f"缺少“{measure.label}”{what}，合同考核要用；请补上（{measure.note}）"
    draft.report.add("missing-column", message, spot, expected=measure.label)


def notices(submission: Submission, contract: Contract, catalogue: Catalogue) -> tuple[str, ...]:
    """Remarks on an accepted file: what the contract needs from its source and the file does not state.

    Another file may state it, so nothing is wrong yet.

    Args:
        submission: the file as read.
        contract: the contract it is for.
        catalogue: the region's measures.

    Returns:
        Chinese sentences: what one without content comes to, how records were read, one for the measures that are not
        there at all, then one for each that lacks days, in the catalogue's order.
    """
    if is_remark(submission, catalogue):
        return ("本文件只有对考核结果的确认、异议或处理，不算作当月的数据报送",)
    stated: defaultdict[str, set[date | None]] = defaultdict(set)
    for figure in submission.figures:
        stated[figure.code].add(figure.on)
    days = [day for day in submission.month.days if day in contract.term]
    measures = needed(contract, catalogue, submission.source, submission.month)
    empty = () if submission.figures or submission.events else (_empty(submission),)
    return empty + submission.remarks + tuple(_remarks([m for m in measures if not m.optional], stated, days))


def _empty(submission: Submission) -> str:
    """What is said by saying nothing: whoever meant to withdraw a file alone has to know it."""
    month, who = submission.month, submission.source.label
    return (
        f"本文件没有数据和事件：同名的旧文件不再采用，并视为{who}报告{month.year}年{month.month}月没有事项"
        f"（{who}该月另有文件的，以那些文件为准）"
    )


def _remarks(measures: list[Measure], stated: dict[str, set[date | None]], days: list[date]) -> Iterator[str]:
    if absent := [measure.label for measure in measures if not stated.get(measure.code)]:
        yield f"本文件没有“{'”“'.join(absent)}”，合同考核要用；如不在另一个文件里，请补报"
    for measure in measures:
        there = stated.get(measure.code)
        if there and measure.grain == "day" and (lacking := [day for day in days if day not in there]):
            yield f"“{measure.label}”缺{len(lacking)}天：{_listed(lacking)}"


def _listed(days: Sequence[date]) -> str:
    return "、".join(span.replace("…", "至") for span in spans(days))
