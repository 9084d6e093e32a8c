"""Regions: load one plugin, check all of it before use, and call its hooks with their types held to.

Every region has a plugin manager of its own: with two regions in one manager the last one registered
would silently answer for both. Whatever is wrong is a :class:`PluginError` that names the plugin, the hook
and the remedy; it stops that region and no other.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import pluggy

from kaohe import answers, budget, coherence, defaults, hookspecs
from kaohe.assessment import Assessment, Deduction, Kpi, PluginInfo
from kaohe.budget import Budget, OverBudget
from kaohe.catalogue import AUTHORITY, Catalogue
from kaohe.contract import Contract
from kaohe.errors import MissingFacts, NotFound, PluginError, RulingNeeded, UsageError, meant
from kaohe.facts import Facts
from kaohe.hookspecs import API_VERSION, DEFAULT, PROJECT, REQUIRED
from kaohe.payable import Instalment, Liability, Settlement
from kaohe.periods import Month
from kaohe.results import Renewal, Termination
from kaohe.rulebook import Rulebook
from kaohe.standard import CORE
from kaohe.yamlfile import load_exports

GROUP = "kaohe.regions"
T = TypeVar("T")
_NOT_OF_A_REGION = sys.stdlib_module_names | {"kaohe", "pluggy", "pydantic"}


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
    remedy = f"mend it until 'python -c \"import {entry.module}\"' passes"
    try:
        with budget.within(Budget.load()):
            module = entry.load()
    except KeyboardInterrupt:
        raise
    except OverBudget as error:
        raise PluginError(entry.name, f"importing {entry.value} {error}", remedy=remedy) from error
    except BaseException as error:
        problem = f"importing {entry.value} fails: {type(error).__name__}: {error}"
        raise PluginError(entry.name, problem, remedy=remedy) from error
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
        self._hooks, own = _register(name, module)
        self._called = ""
        self.catalogue: Catalogue = self._merged(self._call("measures", Catalogue))
        self.contracts = self._each("contracts", Contract)
        self._check_contracts()
        for wrong in coherence.misfits(self.contracts, self.catalogue, _rulebooks(module), own):
            raise self.fail(wrong.hook, wrong.problem, wrong.remedy)

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
        raise NotFound(f"region {self.name!r} has no contract in {month}; its terms: {terms}")

    def kpis(self, contract: Contract, month: Month, facts: Facts) -> tuple[Kpi, ...]:
        """Call ``compute_kpis``."""
        return self._each("compute_kpis", Kpi, contract=contract, month=month, facts=facts)

    def deductions(self, contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> tuple[Deduction, ...]:
        """Call ``compute_deductions``."""
        found = self._each("compute_deductions", Deduction, contract=contract, month=month, kpis=kpis, facts=facts)
        for problem, remedy in answers.wrong_deductions(contract, found):
            raise self.fail("compute_deductions", problem, remedy)
        return found

    def instalments(
        self, contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date
    ) -> tuple[Instalment, ...]:
        """Call ``payment_schedule``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        found = self._each("payment_schedule", Instalment, **arguments)
        for problem, remedy in answers.wrong_instalments(contract, found):
            raise self.fail("payment_schedule", problem, remedy)
        return found

    def renewal(self, contract: Contract, assessments: Sequence[Assessment], facts: Facts, as_of: date) -> Renewal:
        """Call ``renewal_eligibility``."""
        arguments = {"contract": contract, "assessments": assessments, "facts": facts, "as_of": as_of}
        return self._call("renewal_eligibility", Renewal, **arguments)

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
        return self._each("liabilities", Liability, **arguments, settlement=settlement)

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
        return self._each("terminations", Termination, **arguments, settlement=settlement)

    def fail(self, hook: str, problem: str, remedy: str) -> PluginError:
        """The error that says what a hook of this region got wrong."""
        return PluginError(self.name, problem, hook=hook, remedy=remedy)

    @contextmanager
    def within_budget(self) -> Iterator[None]:
        """Hold all hooks that are called inside to one budget of time and memory.

        Raises:
            PluginError: they use up more.
        """
        try:
            with budget.within(Budget.load()):
                yield
        except OverBudget as error:
            if not error.args:  # on its way to whoever holds the budget, and knows what was used up
                raise
            raise self._used_up(self._called, str(error), error) from error

    def _invoke(self, hook: str, arguments: dict[str, Any]) -> Any:
        self._called = hook
        with self.within_budget():
            return self._told(hook, arguments)

    def _told(self, hook: str, arguments: dict[str, Any]) -> Any:
        """What a hook returns; whatever it raises is told as the plugin's error."""
        try:
            return getattr(self._hooks, hook)(**arguments)
        except (PluginError, OverBudget, KeyboardInterrupt):
            raise
        except MemoryError as error:
            raise self._used_up(hook, "asks for too much memory at once (KAOHE_HOOK_MEGABYTES)", error) from error
        except (MissingFacts, RulingNeeded) as stop:
            remedy = "run clauses through a Rulebook, or catch it and return a result with that state"
            raise self.fail(hook, f"let {type(stop).__name__} escape: {stop}", remedy) from stop
        except UsageError as error:
            problem = f"{error}{_where(error, arguments)}"
            raise self.fail(hook, problem, "mend contract.yaml, or the clause's function") from error
        except BaseException as error:  # SystemExit too: a plugin ends no process
            problem = f"raised {type(error).__name__}: {error}{_where(error, arguments)}"
            raise self.fail(hook, problem, f"mend {_origin(error)}") from error

    def _used_up(self, hook: str, problem: str, error: BaseException) -> PluginError:
        """The error for a hook that used up too much; what it piled up is let go of."""
        place = _origin(error)
        traceback.clear_frames(error.__traceback__)
        return self.fail(hook, problem, f"mend the loop at {place}, or raise the budget if the work is honest")

    def _call(self, hook: str, kind: type[T], **arguments: Any) -> T:
        result = self._invoke(hook, arguments)
        if not isinstance(result, kind):
            raise self.fail(hook, f"returned {_short(result)}", f"return a {kind.__name__}")
        return result

    def _each(self, hook: str, kind: type[T], **arguments: Any) -> tuple[T, ...]:
        result = self._invoke(hook, arguments)
        wrong = (
            [item for item in result if not isinstance(item, kind)] if isinstance(result, (list, tuple)) else [result]
        )
        if wrong:
            raise self.fail(hook, f"returned {_short(wrong[0])}", f"return a list or tuple of {kind.__name__}")
        return tuple(result)

    def _merged(self, own: Catalogue) -> Catalogue:
        try:
            return CORE | own | Catalogue.of(exports=(*load_exports("kaohe"), *load_exports(self.package)))
        except ValueError as error:
            raise self.fail("measures", str(error), "rename it, or use core's measure of that name") from error

    def _check_contracts(self) -> None:
        if not self.contracts:
            raise self.fail("contracts", "returned no contract", "return at least one")
        for contract in self.contracts:
            if contract.region != self.name:
                problem = f"contract {contract.id} says region {contract.region!r}"
                raise self.fail("contracts", problem, f"write region: {self.name} in its contract.yaml")
            self._check_facts(contract)
        for one, two in zip(self.contracts, self.contracts[1:], strict=False):
            if two.term.first <= one.term.last:
                problem = f"{two.id} begins ({two.term.first}) before {one.id} ends ({one.term.last})"
                raise self.fail("contracts", problem, "list them oldest first, with terms that do not overlap")

    def _check_facts(self, contract: Contract) -> None:
        known = {*self.catalogue.measures, *self.catalogue.events}
        for clause in contract.clauses:
            if unknown := sorted(set(clause.facts) - known):
                problem = f"clause {clause.no} of {contract.id} rests on unknown facts: {', '.join(unknown)}"
                raise self.fail("measures", problem, f"define them there{meant(unknown[0], known)}")


def _rulebooks(module: ModuleType) -> list[Rulebook]:
    """The rulebooks that the modules of a plugin's package hold, each once."""
    package = module.__package__ or module.__name__
    modules = [m for name, m in list(sys.modules.items()) if name == package or name.startswith(f"{package}.")]
    held = (value for each in (module, *modules) for value in list(vars(each).values()))
    return list({id(value): value for value in held if isinstance(value, Rulebook)}.values())


def _register(name: str, module: ModuleType) -> tuple[Any, set[str]]:
    """Register defaults first, then the plugin, and check its hooks; gives the relay and the hooks it has."""
    version = getattr(module, "API_VERSION", None)
    if version != API_VERSION:
        problem = f"its API_VERSION is {version!r}, this kaohe speaks {API_VERSION}"
        raise PluginError(
            name, problem, remedy=f"write 'API_VERSION = {API_VERSION}' in {module.__name__} once it does"
        )
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(defaults, "kaohe")
    try:
        manager.register(module, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise _invalid(name, manager, error) from error
    own = {caller.name for caller in manager.get_hookcallers(manager.get_plugin(name)) or ()}
    for hook in REQUIRED:
        if hook not in own:
            remedy = f"define {hook}() in {module.__name__} and mark it with @kaohe.hookimpl"
            raise PluginError(name, "is not implemented", hook=hook, remedy=remedy)
    # Core's defaults answer for hooks that the region leaves out, never for one that it has and that returns None.
    hooks = {hook: manager.subset_hook_caller(hook, [defaults] if hook in own else []) for hook in (*own, *DEFAULT)}
    return SimpleNamespace(**hooks), own


def _invalid(name: str, manager: pluggy.PluginManager, error: pluggy.PluginValidationError) -> PluginError:
    known = [hook for hook in vars(manager.hook) if not hook.startswith("_") and getattr(manager.hook, hook).has_spec()]
    for hook in vars(manager.hook):
        if not hook.startswith("_") and hook not in known:
            remedy = f"rename it{meant(hook, known)}; the hooks are: {', '.join(sorted(known))}"
            return PluginError(name, "there is no such hook", hook=hook, remedy=remedy)
    problem, told = " ".join(str(error).split()), re.search(r"for hook '(\w+)'", str(error))
    return PluginError(
        name,
        problem,
        hook=told and told[1],
        remedy="take the arguments of the specification in kaohe.hookspecs, or fewer",
    )


def _origin(error: BaseException) -> str:
    """File and line of an error: the innermost outside core and what core and Python bring along."""
    frames = list(traceback.walk_tb(error.__traceback__))
    own = [f for f in frames if f[0].f_globals.get("__name__", "").partition(".")[0] not in _NOT_OF_A_REGION]
    frame, line = (own or frames)[-1]
    return f"{Path(frame.f_code.co_filename).name}, line {line}"


def _where(error: BaseException, arguments: Mapping[str, Any]) -> str:
    """The clause and the month that an error arose in, as far as they are known and not told yet."""
    clause = next((note for note in getattr(error, "__notes__", ()) if note not in str(error)), None)
    told = [part for part in (clause, arguments.get("month")) if part]
    return f" ({', '.join(map(str, told))})" if told else ""


def _short(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text[:60]}{'…' if len(text) > 60 else ''}"
