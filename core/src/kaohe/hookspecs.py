"""The hooks that a region's package implements, with the types that core holds it to.

An implementation may take fewer arguments than its specification, never others. All of them are pure:
no clock, no file, no network, no environment; dates and rulings come as arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pluggy

from kaohe.assessment import Assessment, Deduction, Kpi
from kaohe.catalogue import Catalogue
from kaohe.contract import Contract
from kaohe.facts import Facts
from kaohe.payable import Instalment, Liability, Settlement
from kaohe.periods import Month
from kaohe.results import Renewal, Termination

PROJECT = "kaohe"
API_VERSION = 1
"""A plugin module states the version it was written for: ``API_VERSION = 1``."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of the same name."""

REQUIRED = ("contracts", "compute_kpis", "compute_deductions", "payment_schedule")
"""The hooks that every region must implement."""

DEFAULT = ("measures", "renewal_eligibility", "liabilities", "terminations")
"""The hooks that core answers where a region does not implement them."""


@hookspec(firstresult=True)
def contracts() -> Sequence[Contract]:
    """The region's contracts, oldest first; their terms do not overlap."""
    raise NotImplementedError


@hookspec(firstresult=True)
def measures() -> Catalogue:
    """Measures and event kinds beyond core's catalogue. Default: none."""
    raise NotImplementedError


@hookspec(firstresult=True)
def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
    """The KPIs that a month can show, missing facts and rulings expressed by their state.

    Args:
        contract: the contract with the readings in force.
        month: one of its months.
        facts: all facts of the contract known now.
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def compute_deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> Sequence[Deduction]:
    """What the KPIs cost, for windows that end in this month.

    Args:
        contract: the contract with the readings in force.
        month: one of its months.
        kpis: what ``compute_kpis`` gave for it.
        facts: all facts of the contract known now.
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def payment_schedule(
    contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date
) -> Sequence[Instalment]:
    """The instalments with their amounts before deductions and their due dates; in sum never more than the total.

    Args:
        contract: the contract with the readings in force.
        assessments: of all months up to ``as_of``.
        facts: all facts of the contract known on that day.
        as_of: the day for which it is asked.
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def renewal_eligibility(contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date) -> Renewal:
    """The conditions of renewal one by one, then the conclusion. Default: ``not provided for``.

    Args:
        contract: the contract with the readings in force.
        assessments: of all months up to ``as_of``.
        facts: all facts of the contract known on that day.
        as_of: the day for which it is asked.
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def liabilities(
    contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date, settlement: Settlement
) -> Sequence[Liability]:
    """What either side owes beyond the price, other than for late payment, which core works out. Default: nothing.

    Args:
        contract: the contract with the readings in force.
        assessments: of all months up to ``as_of``.
        facts: all facts of the contract known on that day.
        as_of: the day for which it is asked.
        settlement: what there is to pay, with what late payment costs.
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def terminations(
    contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date, settlement: Settlement
) -> Sequence[Termination]:
    """The rights to end the contract that have arisen, other than from late payment. Default: none.

    Args:
        contract: the contract with the readings in force.
        assessments: of all months up to ``as_of``.
        facts: all facts of the contract known on that day.
        as_of: the day for which it is asked.
        settlement: what there is to pay, with all liabilities.
    """
    raise NotImplementedError
