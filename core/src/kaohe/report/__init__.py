"""A contract's document as an official reads it: what it comes to, then the months. In Chinese, codes in English.

What plugins and clauses say in sentences of their own (formulas, notes, flags) stays as they say it, in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from shlex import quote

from kaohe import remarks
from kaohe.assessment import Assessment
from kaohe.catalogue import Source
from kaohe.contract import Contract
from kaohe.money import show
from kaohe.report.closing import flags, renewal, rulings, still_open, terminations
from kaohe.report.deductions import deduction_lines, lost
from kaohe.report.figures import ABSENT, MET, target, value
from kaohe.report.months import UNKNOWN, assessment, folded, overview
from kaohe.report.payments import settlement
from kaohe.results import Document
from kaohe.standard import CORE
from kaohe.text import COLUMNS, table, title

__all__ = [
    "ABSENT",
    "COLUMNS",
    "MET",
    "Asked",
    "assessment",
    "deduction_lines",
    "flags",
    "folded",
    "heading",
    "lost",
    "overview",
    "render",
    "renewal",
    "rulings",
    "settlement",
    "still_open",
    "target",
    "terminations",
    "value",
]


@dataclass(frozen=True)
class Asked:
    """What was asked for, for the commands that show more of the same.

    Attributes:
        folder: where the uploads lie.
        as_of: the day that was asked about; None: none was named.
        one_of_several: whether the folder holds other contracts, too.
    """

    folder: str = "DIR"
    as_of: date | None = None
    one_of_several: bool = False


def render(
    document: Document,
    contract: Contract,
    *,
    months: Iterable[str] | None = None,
    full: bool = False,
    labels: Mapping[str, str] = CORE.labels,
    asked: Asked = Asked(),
) -> str:
    """The document as text: the summary, then every month that has figures, costs anything or is open, folded.

    Args:
        document: the document.
        contract: its contract with the rulings on it, for labels.
        months: the only months to show, each in full, without the summary; None: all.
        full: whether to show all months in full.
        labels: Chinese names of measures and events, by code.
        asked: what was asked for, for the commands that show more of the same.
    """
    if months is not None:
        chosen = [result for result in document.assessments if str(result.month) in set(months)]
        said = document.objections
        told = [assessment(a, contract, digest=True, labels=labels, objections=said) for a in chosen]
        return _joined(
            [heading(document, contract), *told, remarks.confirmed(document), _more(document, chosen, asked)]
        )
    chosen = [result for result in document.assessments if _has_facts(result)]
    one = assessment if full else folded
    parts = [
        heading(document, contract),
        overview(document),
        settlement(document.settlement, labels),
        remarks.confirmed(document),
        remarks.objected(document, contract),
        rulings(contract),
        still_open(document, labels),
        renewal(document),
        terminations(document),
        *(one(result, contract, labels=labels) for result in chosen),
        flags(document),
        _more(document, chosen, asked),
    ]
    return _joined(parts)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def heading(document: Document, contract: Contract) -> str:
    """Which contract, as of when, worked out by what."""
    signed = f"{contract.signed_on} 签订" if contract.signed_on else "签订日期不详"
    rows = [
        ("合同", f"{document.contract}  {contract.label}"),
        ("甲方（主管单位）", contract.authority),
        ("乙方（供应商）", contract.vendor),
        ("服务期", f"{contract.term.first} … {contract.term.last}，{signed}"),
        ("合同总额", f"{show(contract.total)} 元"),
        ("截至", str(document.as_of)),
        ("计算程序", f"{document.plugin.name} {document.plugin.version}"),
    ]
    return "\n".join([title(contract.label), *table(("", ""), rows).splitlines()[2:]])


def _has_facts(result: Assessment) -> bool:
    cost = any(d.amount or d.points or d.state in UNKNOWN for d in result.deductions)
    return cost or bool(result.problems) or Source.VENDOR in result.reported


def _more(document: Document, shown: Iterable[Assessment], asked: Asked) -> str:
    """The commands that show what is folded here, for a figure that is shown."""
    costly = [(result.month, d.clause) for result in shown for d in result.deductions if d.amount or d.points]
    contract, (month, clause) = document.contract, costly[-1] if costly else ("YYYY-MM", "条款号")
    day = f" --as-of {asked.as_of}" if asked.as_of else ""
    folder, only = quote(asked.folder), f" --contract {contract}" if asked.one_of_several else ""
    rows = [
        ("某月的全部指标和扣款", f"kaohe score {folder}{only}{day} --month {month}"),
        ("各月都看全部", f"kaohe score {folder}{only}{day} --full"),
        ("一个数字从何而来", f"kaohe explain {contract} {month} {clause} {folder}{day}"),
        ("各种读法涉及多少钱", f"kaohe readings {contract} {folder}{day}"),
        ("条款与读法的说明", f"kaohe clauses {contract}；kaohe readings {contract}"),
    ]
    return "\n".join([title("怎样看得更细", "─"), *table(("", ""), rows).splitlines()[2:]])
