"""The region of Jiyuan (济源): its hooks.

What the contract says is in ``contract.yaml``, what it measures in ``clauses.py``, what is watched without
money in ``duties.py``.

"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe import (
    Catalogue,
    Contract,
    Deduction,
    Facts,
    Instalment,
    Kpi,
    Month,
    hookimpl,
    load_contract,
    schedule,
)

from kaohe_jiyuan import clauses, duties
from kaohe_jiyuan.catalogue import OWN

API_VERSION = 1

book = clauses.book | duties.book


@hookimpl
def contracts() -> Sequence[Contract]:
    """The one contract so far, of 2026."""
    return [load_contract(__package__)]


@hookimpl
def measures() -> Catalogue:
    """Staff, training, reports and the events that only this contract knows."""
    return OWN


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """Clauses 4.1 to 4.10, and the duties of 4.11 to 5.3."""
    return book.kpis(contract, month, facts)


@hookimpl
def compute_deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> Sequence[Deduction]:
    """What clauses 4.1 to 4.10 cost."""
    return book.deductions(contract, month, kpis, facts)


@hookimpl
def payment_schedule(contract: Contract) -> Sequence[Instalment]:
    """Clause 2.2: an advance of 30 %, then three equal parts at the end of each later quarter."""
    return schedule(contract)
