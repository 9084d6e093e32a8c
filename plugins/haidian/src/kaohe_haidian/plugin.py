"""The region of Haidian (海淀): its hooks.

What the contract says is in ``contract.yaml``; what it deducts in ``clauses.py``, when it pays in ``payments.py``,
what is owed beyond the price in ``sanctions.py``, and what is watched without money in ``duties.py`` (the team and
its work) and ``fire.py`` (annex 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaohe import (
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

from kaohe_haidian import clauses, duties, fire, interest, payments, sanctions
from kaohe_haidian.catalogue import own

API_VERSION = 1

CONTRACT = load_contract(__package__)
book = clauses.book | duties.book | fire.book


@hookimpl
def contracts() -> Sequence[Contract]:
    """The one contract so far, of 2022-23."""
    return [CONTRACT]


@hookimpl
def measures() -> Catalogue:
    """Staff, call-backs, fire safety, and the events that only this contract knows."""
    return own(CONTRACT)


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """Clauses 3.1.5 and 3.1.7, and the duties of articles 3 and 4 and of annex 1."""
    return book.kpis(contract, month, facts)


@hookimpl
def compute_deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> Sequence[Deduction]:
    """What clauses 3.1.5 and 3.1.7 cost."""
    return book.deductions(contract, month, kpis, facts)


@hookimpl
def payment_schedule(contract: Contract, facts: Facts) -> Sequence[Instalment]:
    """Clauses 9.1 to 9.3: an advance, three payments on application, and a tail up to a ceiling."""
    return payments.instalments(contract, facts)


@hookimpl
def liabilities(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Sequence[Liability]:
    """Clause 10.1 for the authority; clauses 10.2, 10.3 and the fines of annex 1 for the vendor."""
    return [
        *interest.interest(contract, settlement, facts),
        *sanctions.penalties(contract, facts, as_of),
        *sanctions.fines(contract, facts, as_of),
    ]


@hookimpl
def terminations(contract: Contract, facts: Facts, as_of: date) -> Sequence[Termination]:
    """Clauses 3.1.9, 10.2 and 10.3."""
    return list(sanctions.rights_to_end(facts, as_of))
