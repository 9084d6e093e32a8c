"""A contract's document as a person reads it: months, deductions, payments, and what is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from kaohe import remarks
from kaohe.catalogue import Source
from kaohe.contract import Contract
from kaohe.money import ZERO, show
from kaohe.results import (
    Adopted,
    Alternative,
    Assessment,
    Deduction,
    Document,
    Exact,
    Kpi,
    SettledInstalment,
    Settlement,
    Taken,
)
from kaohe.rules import percent
from kaohe.text import COLUMNS as COLUMNS
from kaohe.text import table, title, wrap

ABSENT = "—"
SUMS = ("gross", "deducted", "net")
MET = {True: "met 达标", False: "NOT MET 未达标", None: ABSENT}


def render(document: Document, contract: Contract, *, months: Iterable[str] | None = None) -> str:
    """The whole document as text.

    Args:
        document: the document.
        contract: its contract, for labels and flags.
        months: the months to show in full; default: all that have the vendor's figures or cost anything.
    """
    asked = months is not None
    chosen = set(months) if months is not None else {str(a.month) for a in document.assessments if _has_facts(a)}
    parts = [
        heading(document, contract),
        *(assessment(a, contract, digest=asked) for a in document.assessments if str(a.month) in chosen),
        settlement(document.settlement, contract),
        remarks.confirmed(document),
        remarks.objected(document, contract),
        still_open(document),
        renewal(document),
        terminations(document),
        flags(document),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def heading(document: Document, contract: Contract) -> str:
    """Which contract, as of when, worked out by what."""
    rows = [
        ("contract 合同", f"{document.contract}  {contract.label}"),
        ("authority 甲方", contract.authority),
        ("vendor 乙方", contract.vendor),
        ("term 服务期", f"{contract.term.first} … {contract.term.last}, signed 签订 {contract.signed_on or ABSENT}"),
        ("total 总额", f"{show(contract.total)} yuan"),
        ("as of 截至", str(document.as_of)),
        ("worked out by", f"{document.plugin.name} {document.plugin.version}"),
    ]
    return "\n".join([title(f"{contract.label}"), *_pairs(rows)])


def assessment(result: Assessment, contract: Contract, *, digest: bool = False) -> str:
    """One month: its indicators, then its deductions; with the digest that a confirmation names it by."""
    head = title(f"{result.month}  {result.state.upper()}  deducted 扣除 {show(result.deducted)}", "─")
    parts = [
        head,
        *([f"  digest 结果摘要 {result.digest}"] if digest else []),
        table(
            ("clause", "indicator 指标", "value", "target", "result", "state"), map(_kpi_row, result.kpis), right=(2, 3)
        ),
    ]
    if result.deductions:
        kpis = {(kpi.clause, kpi.code): kpi for kpi in result.kpis}
        found = ((deduction, kpis.get((deduction.clause, deduction.code))) for deduction in result.deductions)
        parts += ["", *(line for deduction, kpi in found for line in deduction_lines(deduction, contract, kpi))]
    return "\n".join(parts)


def settlement(result: Settlement, contract: Contract) -> str:
    """The instalments, what is carried or claimed, and the liabilities."""
    gross, taken, net = (sum((getattr(i, name) or ZERO for i in result.instalments), ZERO) for name in SUMS)
    rows: list[tuple[str, ...]] = [
        (str(i.no), i.label, _gross(i), show(i.deducted), ABSENT if i.net is None else show(i.net), _when(i), i.state)
        for i in result.instalments
    ]
    rows.append(("", "sum 合计", show(gross), show(taken), show(net), "", ""))
    header = ("no.", "instalment 分期", "gross 应付", "deducted 扣除", "net 实付", "due 期限", "state")
    balance = (
        f"deductions {show(result.deductions)} = taken {show(taken)} + carried 结转 {show(result.carried)}"
        f" + claim 追偿 {show(result.claim)}"
    )
    lines = [title("Payments 付款", "─"), table(header, rows, right=(2, 3, 4)), "", _line(balance)]
    lines += [_line(f"no. {i.no} bears {', '.join(map(_taken, i.taken))}") for i in result.instalments if i.taken]
    lines += [_line(f"no. {i.no}: {_paid(i)}") for i in result.instalments if i.paid is not None]
    lines += [_line(f"no. {i.no}: {_outstanding(i)}") for i in result.instalments if i.outstanding]
    lines += [_line(f"no. {i.no} may still bear 待定扣款 {', '.join(i.open)}") for i in result.instalments if i.open]
    lines += [_line(f"no. {i.no} waits for {', '.join(i.waits_for)}") for i in result.instalments if i.waits_for]
    lines += [_line(f"no. {i.no}: no invoice has come yet 未收到发票") for i in result.instalments if _uninvoiced(i)]
    lines += [_line(f"no. {i.no}: {note}") for i in result.instalments for note in i.notes]
    for bond in result.bonds:
        back = f"back by {bond.return_by or '?'}: {bond.state}"
        lines.append(_line(f"{bond.label}, clause {bond.clause}: {show(bond.amount)}, {back}"))
    for owed in result.liabilities:
        lines.append(_line(f"liability of the {owed.party}, clause {owed.clause}: {owed.formula} ({owed.state})"))
        lines += [_line(note, "    ") for note in owed.notes]
    return "\n".join(lines)


def _uninvoiced(instalment: SettledInstalment) -> bool:
    return instalment.state == "payable" and instalment.invoiced is None


def _paid(instalment: SettledInstalment) -> str:
    paid = show(instalment.paid or ZERO)
    return f"{paid} paid by {instalment.paid_on}" if instalment.paid_on else f"{paid} paid so far"


def _outstanding(instalment: SettledInstalment) -> str:
    more = f"{show(instalment.outstanding)} more became known only after payment 付款后调增"
    return f"{more}: owed with the next instalment, never late 随下期补付，不算逾期"


def _gross(instalment: SettledInstalment) -> str:
    if instalment.gross is not None:
        return show(instalment.gross)
    most = "?" if instalment.at_most is None else show(instalment.at_most)
    return f"{show(instalment.at_least)} … {most}" if instalment.at_least else f"up to {most}"


def _when(instalment: SettledInstalment) -> str:
    return str(instalment.due or (f"from {instalment.earliest}" if instalment.earliest else ABSENT))


def _taken(part: Taken) -> str:
    return f"{part.month} {part.clause} {show(part.amount)}"


def _line(text: str, indent: str = "  ") -> str:
    return wrap(text, COLUMNS, indent)


def still_open(document: Document) -> str:
    """What stands between this document and a final one."""
    lines = list(_open(document))
    return "\n".join([title("Still open 待定", "─"), *lines]) if lines else ""


def renewal(document: Document) -> str:
    """The answer on renewal, condition by condition."""
    score = "" if document.renewal.score is None else f", score {document.renewal.score}"
    lines = [title("Renewal 续签", "─"), f"  {document.renewal.conclusion}{score}"]
    if document.renewal.note:
        lines.append(wrap(document.renewal.note, COLUMNS, "  "))
    rows = [(c.clause, c.label, MET[c.met], c.detail) for c in document.renewal.conditions]
    return "\n".join([*lines, *([table(("clause", "condition", "result", "detail"), rows)] if rows else [])])


def terminations(document: Document) -> str:
    """The rights to end the contract that have arisen."""
    if not document.terminations:
        return ""
    lines = [
        _line(f"{t.clause}: the {t.party} may end the contract since {t.since}: {t.detail}")
        for t in document.terminations
    ]
    return "\n".join([title("Termination 解除", "─"), *lines])


def flags(document: Document) -> str:
    """What a reader of these figures has to know."""
    if not document.flags:
        return ""
    return "\n".join(
        [title("To know 提示", "─"), *(wrap(f"{f.clause}: {f.text}", COLUMNS, "  ") for f in document.flags)]
    )


def _pairs(rows: list[tuple[str, str]]) -> list[str]:
    return table(("", ""), rows).splitlines()[2:]


def _has_facts(result: Assessment) -> bool:
    lost = any(deduction.amount or deduction.points for deduction in result.deductions)
    return lost or bool(result.problems) or Source.VENDOR in result.reported


def _kpi_row(kpi: Kpi) -> tuple[str, ...]:
    judged = [part.met for part in kpi.parts if part.met is not None]
    days = f", {judged.count(False)} of {len(judged)} days" if False in judged else ""
    result = f"{MET[kpi.met]}{days}{' (watched)' if kpi.tracked else ''}"
    return kpi.clause, f"{kpi.label} {kpi.code}", value(kpi), _target(kpi), result, kpi.state


def value(kpi: Exact) -> str:
    """A KPI's value for people: ``94.3 % (943/1000)`` or a plain count."""
    if kpi.fraction is None or kpi.value is None:
        return ABSENT
    if kpi.denominator is None or kpi.fraction > 2 or (isinstance(kpi, Kpi) and kpi.unit == "count"):
        return f"{Decimal(kpi.value):.2f}" if len(kpi.value.partition(".")[2]) > 2 else kpi.value
    shown = percent(kpi.fraction.limit_denominator(10**9))
    short = isinstance(kpi.denominator, int) and kpi.denominator < 10**7
    return f"{_places(shown)} ({kpi.numerator}/{kpi.denominator})" if short else _places(shown)


def _places(shown: str) -> str:
    """Two decimals, or all of them where two would hide on which side of a target it lies: 94.9999 % is not 95 %."""
    number, _, unit = shown.partition(" ")
    short = f"{Decimal(number):.2f}"
    telling = len(number.partition(".")[2]) <= 2 or short.endswith("00") or number.startswith("0.")
    return shown if telling else f"{short} {unit}"


def _target(kpi: Kpi) -> str:
    if kpi.target is None:
        return ABSENT
    return percent(kpi.target) if kpi.unit == "rate" and kpi.target <= 1 else format(kpi.target, "f")


def deduction_lines(
    deduction: Deduction, contract: Contract, kpi: Kpi | None = None, *, whole: bool = False
) -> Iterator[str]:
    """A deduction with what it rests on: formula, days, readings, alternatives.

    Args:
        deduction: the deduction; one of nothing gives no line, unless ``whole`` asks for it.
        contract: the contract.
        kpi: the KPI it rests on, to tell the days.
        whole: whether to tell of nothing too.
    """
    if _is_plain(deduction) and not whole:
        return
    yield f"  {deduction.clause} {deduction.label}: {_lost(deduction)}{_of_full(deduction)}"
    yield wrap(deduction.formula, COLUMNS, "      ")
    yield from (wrap(line, COLUMNS, "      ") for line in _basis(kpi))
    readings = [adopted for adopted in deduction.readings if _matters(adopted, contract, deduction)]
    if readings:
        yield wrap("read as " + ", ".join(map(_adopted, readings)), COLUMNS, "      ")
    if others := [other for other in deduction.alternatives if _lost(other) != _lost(deduction)]:
        yield wrap("would be " + ", ".join(map(_other, others)), COLUMNS, "      ")
    if deduction.upheld:
        yield wrap(remarks.upheld(deduction, deduction.upheld), COLUMNS, "      ")
    if deduction.disposition:
        yield f"      disposition: {deduction.disposition}"


def _basis(kpi: Kpi | None) -> Iterator[str]:
    """The days that missed the target, or on which something happened, and the KPI's remark."""
    if kpi is None:
        return
    counted = kpi.unit == "count" and kpi.denominator is None
    days = [f"{part.on} {value(part)}" for part in kpi.parts if part.met is False or (counted and part.numerator)]
    if days:
        yield f"days: {', '.join(days)}"
    if kpi.note and kpi.numerator is not None:
        yield kpi.note


def _is_plain(deduction: Deduction) -> bool:
    """Whether nothing was lost and nothing would be under any other reading."""
    costs: list[Deduction | Alternative] = [deduction, *deduction.alternatives]
    return deduction.upheld is None and all(cost.amount == 0 or cost.points == 0 for cost in costs)


def _lost(cost: Deduction | Alternative) -> str:
    if cost.points is not None:
        return f"{-cost.points:+} points" if cost.points else "0 points"
    return "open" if cost.amount is None else show(cost.amount)


def _of_full(deduction: Deduction) -> str:
    """What is left of an item's full marks."""
    if deduction.points is None or not deduction.full:
        return ""
    return f", {deduction.full - deduction.points} of {deduction.full}"


def _matters(adopted: Adopted, contract: Contract, deduction: Deduction) -> bool:
    reading = contract.readings[adopted.reading]
    return not reading.everywhere or any(other.reading == adopted.reading for other in deduction.alternatives)


def _adopted(adopted: Adopted) -> str:
    if adopted.option is None:
        return f"{adopted.reading}: needs a ruling"
    by = (
        adopted.by
        if adopted.by != "ruling"
        else f"ruling of {adopted.ruled_on}{f', {adopted.ref}' if adopted.ref else ''}"
    )
    given = f" {percent(adopted.value)}" if adopted.value is not None else ""
    return f"{adopted.reading} = {adopted.option}{given} ({by})"


def _other(other: Alternative) -> str:
    lost = other.state if other.amount is None and other.points is None else _lost(other)
    return f"{lost} under {other.reading} = {other.option}"


def _open(document: Document) -> Iterator[str]:
    over = [result for result in document.assessments if result.month.last <= document.as_of]
    empty = [str(result.month) for result in over if Source.VENDOR not in result.reported]
    unsaid = [str(result.month) for result in over if Source.AUTHORITY not in result.reported]
    if empty:
        yield _line(f"no figures from the vendor for {', '.join(empty)}")
    if unsaid:
        yield _line(f"no word from the authority on {', '.join(unsaid)}: cases that it has to verify count as none")
    for (clause, state), months in _open_clauses(document, empty).items():
        yield _line(f"{clause} {state}: {', '.join(months)}")
    for result in document.assessments:
        if str(result.month) not in empty and (missing := _missing(result)):
            yield _line(f"{result.month} lacks {', '.join(missing)}")
    for problem in document.problems:
        yield _line(problem.message)


def _open_clauses(document: Document, empty: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """The months in which a clause gives no final figure, by clause and state."""
    months: dict[tuple[str, str], list[str]] = {}
    for item in document.settlement.open:
        month, clause, state = item.split(" ")
        if month not in empty:
            months.setdefault((clause, state), []).append(month)
    return months


def _missing(result: Assessment) -> list[str]:
    """The facts of this month that its clauses miss; other months tell theirs."""
    names = {name for kpi in result.kpis if not kpi.tracked for name in kpi.missing}
    return sorted(name for name in names if str(result.month) in name)
