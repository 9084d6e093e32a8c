"""The region of Lingshui (陵水): its hooks.

What the contract says is in ``contract.yaml``. Annex 1 scores January to October: its items are in ``service.py``
and ``support.py``, how figures become points in ``items.py``, the score in ``score.py``. The score moves no money;
``payments.py`` has the instalments that the average rank decides, ``renewal.py`` what the score decides,
``breaches.py`` article 8, ``duties.py`` what is watched without points.
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
    Renewal,
    Settlement,
    Termination,
    hookimpl,
)

from kaohe_lingshui import breaches, duties, payments, renewal, score
from kaohe_lingshui.catalogue import CONTRACT, OWN

API_VERSION = 1

book = score.book | duties.book | payments.book


@hookimpl
def contracts() -> Sequence[Contract]:
    """The one contract so far, of 2024."""
    return [CONTRACT]


@hookimpl
def measures() -> Catalogue:
    """Samples, consultations, call-backs, ranks, posts, faults and the events that only this contract knows."""
    return OWN


@hookimpl
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """Annex 1 with the score, month by month and to date; the average ranks of 5.2; the duties."""
    order = [clause.no for clause in contract.clauses]
    kpis = [*score.kpis(contract, month, facts), *book.kpis(contract, month, facts)]
    return sorted(kpis, key=lambda kpi: order.index(kpi.clause))


@hookimpl
def compute_deductions(contract: Contract, month: Month, facts: Facts) -> Sequence[Deduction]:
    """Points that the items of annex 1 lose or gain, indicative until October is over."""
    return score.lines(contract, month, facts)


@hookimpl
def payment_schedule(contract: Contract, facts: Facts, as_of: date) -> Sequence[Instalment]:
    """Clause 5.2: 45 %, then up to 30 and 25 % by the average rank."""
    return payments.instalments(contract, facts, as_of)


@hookimpl
def renewal_eligibility(contract: Contract, facts: Facts, as_of: date) -> Renewal:
    """Clause 5.1: the score, breaches, the budget and the two years at most."""
    return renewal.eligibility(contract, facts, as_of)


@hookimpl
def liabilities(contract: Contract, facts: Facts, as_of: date) -> Sequence[Liability]:
    """Clauses 8.2 to 8.6."""
    return tuple(breaches.liabilities(contract, facts, as_of))


@hookimpl
def terminations(contract: Contract, facts: Facts, as_of: date, settlement: Settlement) -> Sequence[Termination]:
    """Clauses 8.1 to 8.6."""
    return tuple(breaches.terminations(contract, facts, as_of, settlement))
