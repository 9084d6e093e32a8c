"""What an event may say of the contract: its instalments and sums, its readings and their options."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kaohe.catalogue import EventKind
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.intake.choices import chosen, listed
from kaohe.intake.draft import Draft
from kaohe.intake.spots import Spot
from kaohe.readings import Reading

_RATE = "比例，如 0.95 或 95%"


def check_instalment(draft: Draft, number: int, place: Spot) -> bool:
    """Whether a contract has that instalment; else a fault lists those there are."""
    contracts = draft.context.contracts
    if not contracts or any(number == i.no for c in contracts for i in c.instalments):
        return True
    offered = "；".join(f"{i.no}（{i.label}）" for c in contracts for i in c.instalments)
    draft.report.add("no-such-instalment", "合同没有这一期付款", place, held=number, expected=offered)
    return False


def check_clause(draft: Draft, kind: EventKind, found: dict[str, Any], place: Spot) -> bool:
    """Whether a contract lists that clause, and it looks at such events; else a fault lists those that do.

    ``第4.1条`` and the clause's label are put as its number. What speaks of results may name any, as objections do.
    """
    clauses = [clause for contract in draft.context.contracts for clause in contract.clauses]
    labels = {clause.no: clause.label for clause in clauses}
    number = chosen(found["clause"].removeprefix("第").removesuffix("条"), labels) or chosen(found["clause"], labels)
    fitting = {clause.no: clause.label for clause in clauses if kind.trail or kind.code in clause.facts}
    if number in fitting or not labels:
        found["clause"] = number or found["clause"]
        return True
    offered = "、".join(f"{no}（{label}）" for no, label in fitting.items()) or "本合同没有这样的条款，请删去这一行"
    if number:
        draft.report.add("idle-clause", f"“{kind.label}”对这一条款不起作用", place, held=number, expected=offered)
    else:
        draft.report.add("no-such-clause", "合同没有这一条款", place, held=found["clause"], expected=offered)
    return False


def check_payment(draft: Draft, amount: Decimal, place: Spot) -> bool:
    """Whether what is paid for one instalment is no more than the whole price; else a fault says what that is."""
    totals = [contract.total for contract in draft.context.contracts]
    if not totals or amount <= max(totals):
        return True
    message = "“金额”大于合同总额，请核对是否多打了位数，或把“元”当成了“万元”"
    draft.report.add("out-of-range", message, place, held=amount, expected=f"不超过{max(totals)}元")
    return False


def check_count(draft: Draft, kind: EventKind, count: int, place: Spot) -> bool:
    """Whether a sum that was paid is told once: nobody could tell whether it is that of each time or of all."""
    if count == 1 or "amount" not in kind.required:
        return True
    message = f"“{kind.label}”一次一行，每行填这一次的金额；请清空“次数”，几次就填几行"
    draft.report.add("out-of-range", message, place, held=count, expected="空着，或1")
    return False


def check_ruling(draft: Draft, found: dict[str, Any], places: Mapping[str, Spot]) -> bool:
    """Whether a contract offers the reading, option and value ruled on; else a fault says what it offers.

    Labels are put in their code's place.
    """
    contracts = draft.context.contracts
    if not contracts:
        return True
    labels = {name: reading.label for contract in contracts for name, reading in contract.readings.items()}
    name = chosen(found["reading"], labels)
    if name is None:
        expected = listed(labels) or "不填裁定：合同没有歧义条款"
        draft.report.add(
            "no-such-reading", "合同没有这个读法", places["reading"], held=found["reading"], expected=expected
        )
        return False
    found["reading"] = name
    offering = [contract for contract in contracts if name in contract.readings]
    if "option" not in found:
        return True
    options = {o: option.label for contract in offering for o, option in contract.readings[name].options.items()}
    found["option"] = chosen(found["option"], options) or found["option"]
    if any(_is_offered(contract, found) for contract in offering):
        return _is_rate(draft, found.get("value"), places)
    _report_option(draft, offering[-1].readings[name], found, places)
    return False


def _is_rate(draft: Draft, value: Decimal | None, places: Mapping[str, Spot]) -> bool:
    """Whether a number ruled is a share: 95 would be 9500 %."""
    if value is None or value <= 1:
        return True
    draft.report.add("out-of-range", "“数值”应是比例，不能大于1", places["value"], held=value, expected=_RATE)
    return False


def _is_offered(contract: Contract, found: Mapping[str, Any]) -> bool:
    try:
        contract.check_option(found["reading"], found["option"], found.get("value"))
    except UsageError:
        return False
    return True


def _report_option(draft: Draft, reading: Reading, found: Mapping[str, Any], places: Mapping[str, Spot]) -> None:
    option = reading.options.get(found["option"])
    if option is None:
        offered = listed({name: o.label for name, o in reading.options.items()})
        message = f"“{reading.label}”没有这个选项"
        draft.report.add("no-such-option", message, places["option"], held=found["option"], expected=offered)
    elif option.parameter is None:
        message = f"选项“{option.label}”不带数值，请清空“数值”"
        draft.report.add("value-not-allowed", message, places["value"], held=found["value"])
    elif "value" not in places:
        message = f"选项“{option.label}”还要填“数值”"
        draft.report.add("missing-value", message, places["option"], expected=_RATE)
