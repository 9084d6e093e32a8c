"""One figure explained, as an official reads it: from the clause to the cells it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from shlex import quote

from kaohe import words
from kaohe.assessment import Kpi
from kaohe.contract import Contract
from kaohe.exact import decimal_text
from kaohe.explanation import Explanation, Wanted
from kaohe.intake.headers import EVENT
from kaohe.model import Quantity
from kaohe.money import show
from kaohe.provenance import RULING, Row
from kaohe.remarks import objection_lines
from kaohe.report.deductions import adopted_as, deduction_lines, telling_days
from kaohe.report.figures import MET, target, value
from kaohe.report.payments import instalment_lines, liability_lines
from kaohe.text import COLUMNS, table, title, wrap

UNLISTED = "话单等记录按日计数，不逐条列出；以上数值以所上传的文件为凭，文件由其 SHA-256 核对："


def explained(found: Explanation, contract: Contract, folder: Path = Path(), received: date | None = None) -> str:
    """One figure from the clause to the rows it came from.

    Args:
        found: the explanation.
        contract: the contract, for the names of its clauses.
        folder: the folder that ``submissions`` lies in, for the commands that are told.
        received: the day that stands in for today in these commands; None: today itself does.
    """
    clause = found.clause
    lines = [
        title(f"{found.contract}  {found.month}  {clause.no} {clause.label}"),
        _line(clause.gist or clause.summary),
    ]
    lines += [_line(f"条款数值 {name} = {amount:,f}") for name, amount in found.values.items()]
    lines += [_line(f"须知：{flag}") for flag in clause.flags]
    for kpi in found.kpis:
        lines += _part(f"指标 {kpi.code}", _measured(kpi, contract))
    lines += _part("扣除", _charged(found, contract))
    lines += _part(f"付款（截至 {found.as_of}）", _paid(found, contract))
    lines += _part("读法", _read(found, contract))
    lines += _part("裁定所在", _ruled(found))
    lines += _part("所缺数据", [_line(_wanted(one)) for one in found.missing])
    owed = [line for liability in found.liabilities for line in liability_lines(liability)]
    lines += _part(f"责任金额（截至 {found.as_of}，全合同）", owed)
    rights = [f"自 {t.since} 起{words.PARTY[t.party]}可以解除合同：{t.detail}" for t in found.terminations]
    lines += _part("解除合同的权利", map(_line, rights))
    lines += _part("续签条件", [_line(f"{MET[one.met]}　{one.label}：{one.detail}") for one in found.conditions])
    for heading, rows in _sorted_out(found):
        lines += _part(heading, rows)
    lines += _part(
        "未达要求的明细", [*map(_line, found.failures.values()), *_ways_to_the_list(found, folder, received)]
    )
    lines += _part("没有名单的数据", _unlisted(found))
    return "\n".join(lines)


def _part(heading: str, lines: Iterable[str]) -> list[str]:
    """Lines under a heading; nothing where there are none."""
    told = list(lines)
    return ["", title(heading, "─"), *told] if told else []


def _charged(found: Explanation, contract: Contract) -> Iterator[str]:
    for deduction in found.deductions:
        yield from deduction_lines(deduction, contract, whole=True, labels=_labels(found))
        yield from _summed(deduction.inputs, contract)
    for objection in found.objections:
        yield from objection_lines(objection)
    yield from (_line(f"第{no}期承担 {show(amount)} 元") for no, amount in found.taken.items())


def _paid(found: Explanation, contract: Contract) -> Iterator[str]:
    if found.instalments:
        yield from instalment_lines(found.instalments, contract.total, _labels(found))


def _labels(found: Explanation) -> dict[str, str]:
    """Chinese names of what is missing, by code."""
    return {one.code: one.label for one in found.missing if one.label}


def _read(found: Explanation, contract: Contract) -> Iterator[str]:
    """How the clause is read, where no deduction says so."""
    told = {reading for deduction in found.deductions for reading in deduction.readings}
    yield from (_line(adopted_as(one, contract)) for one in found.readings if one not in told)


def _ruled(found: Explanation) -> Iterator[str]:
    """Where each ruling stands that the clause is read by."""
    for row in found.rows:
        if row.event and row.code == RULING:
            ref = f"（{row.event.ref}）" if row.event.ref else ""
            yield _line(f"{row.on} 裁定{ref} {row.event.reading}={row.event.option}：{row.source.label} {_place(row)}")


def _unlisted(found: Explanation) -> Iterator[str]:
    if found.unlisted:
        yield _line(UNLISTED)
    yield from (f"  {key}  SHA-256 {digest}" for key, digest in found.unlisted.items())


def _ways_to_the_list(found: Explanation, folder: Path, received: date | None) -> Iterator[str]:
    """The requests and commands that show it, unbroken: they are to be copied."""
    for month in sorted({key.split("/")[3] for key in found.failures}):
        yield f"  查看名单：GET /contracts/{found.contract}/months/{month}/failures"
    day = f" --received {received}" if received else ""
    for key in found.failures:
        yield f"  查看名单：kaohe check {quote(str(folder / key))}{day} --failures 名单.csv"


def _wanted(one: Wanted) -> str:
    """What is missing, who has to send it and where in the template it stands; or what contradicts itself."""
    if one.grain is None:
        return one.code
    if one.contradicted:
        return f"{one.label} {'；'.join(one.contradicted)}"
    who = "或".join(source.label for source in one.sources)
    where = {"day": "填报模板“按日”表", "month": "填报模板“按月”表", "event": "填报模板“事件”表"}[one.grain]
    records = f"，或明细记录{'、'.join(one.records)}" if one.records else ""
    return f"{one.label} {one.code}：{'、'.join(one.when) or '全部'}；由{who}报送（{where}{records}）"


def _measured(kpi: Kpi, contract: Contract) -> Iterator[str]:
    state = words.label(words.STATE, kpi.state)
    yield _line(f"结果值 {value(kpi)}，目标 {target(kpi)}：{MET[kpi.met]}（{state}）")
    if kpi.note:
        yield _line(f"说明：{kpi.note}")
    yield from _summed(kpi.inputs, contract)
    if days := telling_days(kpi):
        missed = any(part.met is False for part in days)
        told = "、".join(f"{part.on}（{value(part)}）" for part in days)
        yield _line(f"{'未达标日' if missed else '计入的日子'}：{told}")


def _summed(inputs: Mapping[str, Quantity], contract: Contract) -> Iterator[str]:
    """The items of other clauses that a figure was made of: their facts are theirs to tell."""
    names = {clause.no: clause.label for clause in contract.clauses}
    if items := [f"{no} {names[no]} {decimal_text(Fraction(amount))}" for no, amount in inputs.items() if no in names]:
        yield _line(f"由各项合成（数据来源见各项）：{'、'.join(items)}")


def _sorted_out(found: Explanation) -> Iterator[tuple[str, Iterable[str]]]:
    """What it rests on; if only some days missed the target or counted, those of these days first."""
    rows = [row for row in found.rows if row.code != RULING]
    days = {part.on for kpi in found.kpis for part in telling_days(kpi)}
    first, rest = [row for row in rows if row.on in days], [row for row in rows if row.on not in days]
    if first and rest:
        yield "数据来源：未达标或计入的日子", _rows(first)
        yield "数据来源：其余", _rows(rest)
    elif rows:
        yield "数据来源", _rows(rows)
    elif found.clause.facts:
        yield "数据来源", [_line("没有人填报过")]


def _rows(rows: Iterable[Row]) -> list[str]:
    return [table(("数据", "名称", "日期或月份", "值", "填报方", "位置"), map(_row, rows), right=(3,))]


def _row(row: Row) -> tuple[str, ...]:
    name, when = row.label + _told(row), str(row.on or row.month)
    return row.code, name, when, f"{row.value:,}", row.source.label, _place(row)


def _place(row: Row) -> str:
    """The cell, from the month's folder on: a file of one name comes every month."""
    return f"{row.month}/{row.where}"


def _told(row: Row) -> str:
    """What an event says beside its day and how often it happened."""
    fields = row.event.content if row.event else {}
    told = [f"{EVENT[name][0]} {held}" for name, held in fields.items() if name not in ("kind", "on", "count")]
    return f"（{'，'.join(told)}）" if told else ""


def _line(text: str) -> str:
    return wrap(text, COLUMNS, "  ")
