"""The region of Luohe (漯河): its hooks.

What the contract says is in ``contract.yaml``; what it measures in ``clauses.py`` and ``duties.py``, what failing
costs in ``pricing.py``, when it is paid in ``payments.py``, and what either side may do about a breach in
``remedies.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaohe import (
    Assessment,
    Catalogue,
    Contract,
    Deduction,
    Facts,
    Instalment,
    Kpi,
    Liability,
    Month,
    Settlement,
    Termination,
    hookimpl,
    load_contract,
)

from kaohe_luohe import clauses, duties, payments, pricing, remedies
from kaohe_luohe.catalogue import OWN

API_VERSION = 1

book = clauses.book | duties.book


@hookimpl
def contracts() -> Sequence[Contract]:
    """The one contract so far, of November 2025 to October 2026."""
    return [load_contract(__package__)]


@hookimpl
def measures() -> Catalogue:
    """Tickets, training, staff and the findings that only this contract knows."""
    return OWN


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """The twelve indicators of article 11, the headcount of 7.2, and the duties that have a deadline."""
    return book.kpis(contract, month, facts)


@hookimpl
def compute_deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> Sequence[Deduction]:
    """What article 11 and 7.2 cost, as the month's lines of one running account of the whole term."""
    return pricing.deductions(contract, month, kpis, facts)


@hookimpl
def payment_schedule(contract: Contract, assessments: Sequence[Assessment]) -> Sequence[Instalment]:
    """2.2: 40 % and three times 20 %, each after its quarter."""
    return payments.instalments(contract, assessments)


@hookimpl
def liabilities(contract: Contract, facts: Facts, as_of: date) -> Sequence[Liability]:
    """5.4: third parties at the vendor's cost."""
    return list(remedies.third_parties(contract, facts, as_of))


@hookimpl
def terminations(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Sequence[Termination]:
    """8.3 and 8.4: the rights to end the contract that have arisen."""
    return list(remedies.terminations(contract, facts, as_of, settlement))
