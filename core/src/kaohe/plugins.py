"""Regions: load one plugin, check all of it before use, and give its answers.

Whatever is wrong is a :class:`PluginError` that names the plugin, the hook and the remedy; it stops that region and no
other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from kaohe import answers, budget, coherence
from kaohe.assessment import Assessment, Deduction, Kpi, PluginInfo
from kaohe.budget import Budget, OverBudget
from kaohe.catalogue import AUTHORITY, Catalogue
from kaohe.contract import Contract
from kaohe.errors import NotFound, PluginError, UsageError, meant
from kaohe.facts import Facts
from kaohe.hookcalls import HookCalls, own_place, said
from kaohe.payable import Instalment, Liability, Settlement
from kaohe.periods import Month
from kaohe.records import Export
from kaohe.results import Condition, Renewal, Termination
from kaohe.rulebook import Rulebook
from kaohe.standard import CORE
from kaohe.yamlfile import load_exports

GROUP = "kaohe.regions"


def region_names() -> tuple[str, ...]:
    """The names of all installed regions; imports none of them."""
    return tuple(sorted(_installed()))


def region_of(contract_id: str) -> str:
    """The region that a contract id belongs to: ids begin with ``<region>-``.

    Raises:
        NotFound: no installed region fits.
    """
    fitting = [name for name in region_names() if contract_id.startswith(f"{name}-")]
    if not fitting:
        hint = f"; the id of a contract is REGION-YEAR; regions: {', '.join(region_names()) or 'none'}"
        raise NotFound(f"there is no contract {contract_id!r}{hint}")
    return max(fitting, key=len)


@lru_cache
def load_region(name: str) -> Region:
    """The region of that name, imported and checked.

    Raises:
        NotFound: no package offers it.
        PluginError: its package cannot be used.
    """
    found = _installed().get(name, ())
    if not found:
        raise NotFound(f"no region {name!r}; installed: {', '.join(region_names()) or 'none'}")
    if len({entry.value for entry in found}) > 1:
        owners = ", ".join(sorted(entry.dist.name for entry in found if entry.dist))
        raise PluginError(name, f"several packages offer it: {owners}", remedy="uninstall all but one")
    entry = found[0]
    version = entry.dist.version if entry.dist else "0"
    return Region(name, _import(entry), PluginInfo(name=entry.dist.name if entry.dist else name, version=version))


def _installed() -> Mapping[str, Sequence[EntryPoint]]:
    """The entry points of all regions by name.

    Looked up once for a path: with 3,000 packages installed it takes 0.3 s, ten times what a region's own loading does.
    """
    return _looked_up(entry_points, tuple(sys.path))


@lru_cache(maxsize=1)
def _looked_up(find: Callable[..., Iterable[EntryPoint]], path: tuple[str, ...]) -> Mapping[str, Sequence[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for entry in find(group=GROUP):
        found.setdefault(entry.name, []).append(entry)
    return found


def _import(entry: EntryPoint) -> ModuleType:
    passes = f"until 'python -c \"import {entry.module}\"' passes"
    try:
        with budget.within(Budget.load()):
            module = entry.load()
    except KeyboardInterrupt:
        raise
    except OverBudget as error:
        raise PluginError(entry.name, f"importing {entry.value} {error}", remedy=f"mend it {passes}") from error
    except BaseException as error:
        problem = f"importing {entry.value} fails: {said(error)}"
        place = None if isinstance(error, UsageError) else own_place(error)  # a contract's error names its own file
        raise PluginError(entry.name, problem, remedy=f"mend {place or 'it'} {passes}") from error
    if not isinstance(module, ModuleType):
        problem = f"the entry point {entry.value} is a {type(module).__name__}"
        raise PluginError(entry.name, problem, remedy="let the entry point name a module, without a colon")
    return module


class Region:
    """A loaded region: its contracts, its catalogue, and typed calls of its hooks.

    Attributes:
        name: the region's name.
        info: name and version of the package.
        package: dotted name of the Python package, for the files that it ships.
        contracts: oldest first.
        catalogue: core's measures and events with the region's own.
    """

    def __init__(self, name: str, module: ModuleType, info: PluginInfo) -> None:
        self.name, self.info = name, info
        self.package = module.__package__ or module.__name__
        self._hooks = HookCalls(name, module)
        self.catalogue: Catalogue = self._merged(self._hooks.one("measures", Catalogue))
        self.contracts = self._hooks.each("contracts", Contract)
        self._check_contracts()
        for wrong in coherence.misfits(self.contracts, self.catalogue, _rulebooks(module), self._hooks.own):
            raise self._hooks.fail(wrong.hook, wrong.problem, wrong.remedy)

    def contract(self, contract_id: str) -> Contract:
        """The contract of that id.

        Raises:
            NotFound: the region has no such contract.
        """
        for contract in self.contracts:
            if contract.id == contract_id:
                return contract
        known = ", ".join(contract.id for contract in self.contracts)
        raise NotFound(f"region {self.name!r} has no contract {contract_id!r}; it has: {known}")

    def contract_for(self, month: Month) -> Contract:
        """The contract whose term the month lies in; where two meet in one month, the later.

        For a month that no term covers it is the contract that was over last, if that still takes reports.

        Raises:
            NotFound: no contract covers the month.
        """
        for contract in reversed(self.contracts):
            if month in contract.term.months:
                return contract
        for contract in reversed(self.contracts):
            if contract.takes(month, AUTHORITY):
                return contract
        terms = ", ".join(f"{c.term.first} … {c.term.last}" for c in self.contracts)
        told = f"{month} 不在合同服务期内 region {self.name!r} has no contract in {month}"
        raise NotFound(f"{told}; 服务期 its terms: {terms}")

    def kpis(self, contract: Contract, month: Month, facts: Facts) -> tuple[Kpi, ...]:
        """Call ``compute_kpis``."""
        return self._hooks.each("compute_kpis", Kpi, contract=contract, month=month, facts=facts)

    def deductions(self, contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> tuple[Deduction, ...]:
        """Call ``compute_deductions``."""
        found = self._hooks.each(
            "compute_deductions", Deduction, contract=contract, month=month, kpis=kpis, facts=facts
        )
        for problem, remedy in answers.wrong_deductions(contract, found):
            raise self._hooks.fail("compute_deductions", problem, remedy)
        return found

    def instalments(
        self, contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date
    ) -> tuple[Instalment, ...]:
        """Call ``payment_schedule``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        found = self._hooks.each("payment_schedule", Instalment, **arguments)
        for problem, remedy in answers.wrong_instalments(contract, found):
            raise self._hooks.fail("payment_schedule", problem, remedy)
        return found

    def renewal(self, contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date) -> Renewal:
        """Call ``renewal_eligibility``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        found = self._hooks.one("renewal_eligibility", Renewal, **arguments)
        self._cites("renewal_eligibility", contract, found.conditions)
        return found

    def liabilities(
        self,
        contract: Contract,
        assessments: Sequence[Assessment],
        facts: Facts,
        as_of: date,
        settlement: Settlement,
    ) -> tuple[Liability, ...]:
        """Call ``liabilities``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        found = self._hooks.each("liabilities", Liability, **arguments, settlement=settlement)
        self._cites("liabilities", contract, found)
        return found

    def terminations(
        self,
        contract: Contract,
        assessments: Sequence[Assessment],
        facts: Facts,
        as_of: date,
        settlement: Settlement,
    ) -> tuple[Termination, ...]:
        """Call ``terminations``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        found = self._hooks.each("terminations", Termination, **arguments, settlement=settlement)
        self._cites("terminations", contract, found)
        return found

    def _cites(self, hook: str, contract: Contract, found: Iterable[Liability | Termination | Condition]) -> None:
        for problem, remedy in answers.wrong_cites(contract, found):
            raise self._hooks.fail(hook, problem, remedy)

    def within_budget(self) -> AbstractContextManager[None]:
        """Hold all hooks that are called inside to one budget of time and memory."""
        return self._hooks.within_budget()

    def _merged(self, own: Catalogue) -> Catalogue:
        exports = (*load_exports("kaohe"), *self._exports())
        try:
            return CORE | own | Catalogue.of(exports=exports)
        except ValueError as error:
            raise self._hooks.fail("measures", str(error), "rename it, or use core's measure of that name") from error

    def _exports(self) -> tuple[Export, ...]:
        """The region's own maps of columns; whatever is wrong with one stops this region and no other."""
        try:
            return load_exports(self.package)
        except Exception as error:
            foreign = f"reading {self.package}/exports fails: {type(error).__name__}: {error}"
            problem = str(error) if isinstance(error, UsageError) else foreign
            remedy = "mend the map; 'kaohe check FILE --map MAP' tries it"
            raise PluginError(self.name, problem, remedy=remedy) from error

    def _check_contracts(self) -> None:
        if not self.contracts:
            raise self._hooks.fail("contracts", "returned no contract", "return at least one")
        for contract in self.contracts:
            if contract.region != self.name:
                problem = f"contract {contract.id} says region {contract.region!r}"
                raise self._hooks.fail("contracts", problem, f"write region: {self.name} in its contract.yaml")
            self._check_facts(contract)
        for one, two in zip(self.contracts, self.contracts[1:], strict=False):
            if two.term.first <= one.term.last:
                problem = f"{two.id} begins ({two.term.first}) before {one.id} ends ({one.term.last})"
                raise self._hooks.fail("contracts", problem, "list them oldest first, with terms that do not overlap")

    def _check_facts(self, contract: Contract) -> None:
        known = self.catalogue.labels
        for clause in contract.clauses:
            if unknown := sorted(set(clause.facts) - known.keys()):
                problem = f"clause {clause.no} of {contract.id} rests on unknown facts: {', '.join(unknown)}"
                raise self._hooks.fail("measures", problem, f"define them there{meant(unknown[0], known)}")


def _rulebooks(module: ModuleType) -> list[Rulebook]:
    """The rulebooks that the modules of a plugin's package hold, each once."""
    package = module.__package__ or module.__name__
    modules = [m for name, m in list(sys.modules.items()) if name == package or name.startswith(f"{package}.")]
    held = (value for each in (module, *modules) for value in list(vars(each).values()))
    return list({id(value): value for value in held if isinstance(value, Rulebook)}.values())
