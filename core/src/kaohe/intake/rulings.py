"""What only the contract can tell of an event: its instalments, its readings and their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.contract import Contract, Reading
from kaohe.errors import UsageError
from kaohe.intake.draft import Draft
from kaohe.intake.spots import Spot


def check_instalment(draft: Draft, number: int, place: Spot) -> bool:
    """Whether a contract has that instalment; else a fault lists those there are."""
    contracts = draft.context.contracts
    if not contracts or any(number == i.no for c in contracts for i in c.instalments):
        return True
    listed = "；".join(f"{i.no}（{i.label}）" for c in contracts for i in c.instalments)
    draft.report.add("no-such-instalment", "合同没有这一期付款", place, held=number, expected=listed)
    return False


def check_clause(draft: Draft, number: str, place: Spot) -> bool:
    """Whether a contract lists that clause; else a fault lists those there are."""
    contracts = draft.context.contracts
    if not contracts or any(number == clause.no for c in contracts for clause in c.clauses):
        return True
    listed = "、".join(f"{clause.no}（{clause.label}）" for c in contracts for clause in c.clauses)
    draft.report.add("no-such-clause", "合同没有这一条款", place, held=number, expected=listed)
    return False


def check_ruling(draft: Draft, found: Mapping[str, Any], places: Mapping[str, Spot]) -> bool:
    """Whether a contract offers the reading, option and value ruled on; else a fault says what it offers."""
    contracts, name, option = draft.context.contracts, found["reading"], found.get("option")
    if not contracts:
        return True
    offering = [contract for contract in contracts if name in contract.readings]
    if not offering:
        listed = "；".join(f"{n}（{r.label}）" for c in contracts for n, r in c.readings.items())
        expected = listed or "不填裁定：合同没有歧义条款"
        draft.report.add("no-such-reading", "合同没有这个读法", places["reading"], held=name, expected=expected)
        return False
    if option is None or any(_is_offered(contract, found) for contract in offering):
        return True
    _report_option(draft, offering[-1].readings[name], found, places)
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
        listed = "；".join(f"{name}（{o.label}）" for name, o in reading.options.items())
        message = f"“{found['reading']}”没有这个选项"
        draft.report.add("no-such-option", message, places["option"], held=found["option"], expected=listed)
    elif option.parameter is None:
        message = f"选项“{found['option']}”不带数值，请清空“数值”"
        draft.report.add("value-not-allowed", message, places["value"], held=found["value"])
    elif "value" not in places:
        message = f"选项“{found['option']}”还要填“数值”"
        draft.report.add("missing-value", message, places["option"], expected="比例，如 0.95 或 95%")
