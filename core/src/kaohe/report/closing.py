"""What stands beside the figures: what is open, renewal, rights to end the contract, what there is to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe import words
from kaohe.assessment import Assessment
from kaohe.catalogue import Source
from kaohe.contract import Contract
from kaohe.readings import Ruling
from kaohe.report.deductions import named
from kaohe.report.figures import MET
from kaohe.report.payments import open_items
from kaohe.results import Document
from kaohe.rules import percent
from kaohe.text import COLUMNS, table, title, wrap


def still_open(document: Document, labels: Mapping[str, str] | None = None) -> str:
    """What stands between this document and a final one; ``labels``: Chinese names of measures and events."""
    lines = [_line(text) for text in _open(document, labels or {})]
    return "\n".join([title("待定事项", "─"), *lines]) if lines else ""


def renewal(document: Document) -> str:
    """The answer on renewal, condition by condition."""
    found = document.renewal
    score = "" if found.score is None else f"，得分 {found.score}"
    lines = [title("续签", "─"), f"  {words.label(words.RENEWAL, found.conclusion)}{score}"]
    if found.note:
        lines.append(_line(f"说明：{found.note}"))
    rows = [(c.clause, c.label, MET[c.met], c.detail) for c in found.conditions]
    header = ("条款", "条件", "判定", "说明")
    return "\n".join([*lines, *([table(header, rows, within=COLUMNS)] if rows else [])])


def rulings(contract: Contract) -> str:
    """What the authority has ruled, and which periods it reaches: one that came after a period leaves it as it was."""
    told = [_ruling(ruling, contract) for ruling in sorted(contract.rulings, key=lambda r: (r.reading, r.since, r.on))]
    return "\n".join([title("裁定", "─"), *map(_line, told)]) if told else ""


def _ruling(ruling: Ruling, contract: Contract) -> str:
    reading = contract.readings[ruling.reading]
    given = f" {percent(ruling.value)}" if ruling.value is not None else ""
    said = f"{ruling.on} 裁定{f'（{ruling.ref}）' if ruling.ref else ''}"
    option = f"{reading.label} {ruling.reading}：{reading.options[ruling.option].label} {ruling.option}{given}"
    others = [other for other in contract.rulings if other.reading == ruling.reading]
    if ruling.since <= contract.term.first or (reading.default is None and ruling == others[0]):
        return f"{said} {option}；适用于整个服务期"
    return f"{said} {option}；适用于 {ruling.since} 及以后结束的期间，此前结束的期间仍按先前的读法"


def terminations(document: Document) -> str:
    """The rights to end the contract that have arisen."""
    told = [f"{t.clause}：自 {t.since} 起{words.PARTY[t.party]}可以解除合同；{t.detail}" for t in document.terminations]
    return "\n".join([title("解除合同的权利", "─"), *map(_line, told)]) if told else ""


def flags(document: Document) -> str:
    """What a reader of these figures has to know."""
    told = [f"{flag.clause}：{flag.text}" for flag in document.flags]
    return "\n".join([title("使用这些数字须知", "─"), *map(_line, told)]) if told else ""


def _open(document: Document, labels: Mapping[str, str]) -> Iterator[str]:
    over = [result for result in document.assessments if result.month.last <= document.as_of]
    empty = [str(result.month) for result in over if Source.VENDOR not in result.reported]
    unsaid = [str(result.month) for result in over if Source.AUTHORITY not in result.reported]
    if empty:
        yield f"供应商未报数据：{'、'.join(empty)}"
    if unsaid:
        yield f"主管单位未填报：{'、'.join(unsaid)}（须由其查实的事项按没有发生计）"
    yield from open_items(item for item in document.settlement.open if item.split(" ")[0] not in empty)
    for result in document.assessments:
        if str(result.month) not in empty and (missing := _missing(result)):
            yield f"{result.month} 缺：{'、'.join(named(missing, labels))}"
    yield from (problem.message for problem in document.problems)


def _missing(result: Assessment) -> list[str]:
    """The facts of this month that its clauses miss; other months tell theirs."""
    names = {name for kpi in result.kpis if not kpi.tracked for name in kpi.missing}
    return sorted(name for name in names if str(result.month) in name)


def _line(text: str) -> str:
    return wrap(text, COLUMNS, "  ")
