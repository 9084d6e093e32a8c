"""Calls of one plugin's hooks: within a budget, with types held to, and every failure told as the plugin's.

Every plugin has a manager of its own: with two regions in one manager the last one registered would silently answer
for both.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any, TypeVar

import pluggy
from pydantic import ValidationError

from kaohe import budget, defaults, hookspecs
from kaohe.assessment import Deduction, Kpi
from kaohe.budget import Budget, OverBudget
from kaohe.catalogue import Catalogue
from kaohe.contract import Contract
from kaohe.errors import MissingFacts, PluginError, RuleMisused, RulingNeeded, UsageError, meant
from kaohe.hookspecs import API_VERSION, DEFAULT, PROJECT, REQUIRED
from kaohe.model import Record, told_of

T = TypeVar("T")
UNCHECKED = (Contract, Catalogue, Kpi, Deduction)
"""Records that are checked when they are made, and no more: a year has hundreds of the last two, which would take half
as long again. :mod:`kaohe.answers` looks at the money of deductions."""
_NOT_OF_A_REGION = sys.stdlib_module_names | {"kaohe", "pluggy", "pydantic"}


class HookCalls:
    """The hooks of one plugin, core's defaults answering for those that it leaves out.

    Attributes:
        own: names of the hooks that the plugin has itself.

    Raises:
        PluginError: the plugin is none of this kaohe's, or a hook is missing, unknown, or takes what it is not given.
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        self._name, self._called = name, ""
        self._hooks, self.own = _register(name, module)

    def fail(self, hook: str, problem: str, remedy: str) -> PluginError:
        """The error that says what a hook got wrong."""
        return PluginError(self._name, problem, hook=hook, remedy=remedy)

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
            place = error.place if isinstance(error, RuleMisused) else _origin(error)
            raise self.fail(hook, problem, f"mend contract.yaml, or {place}") from error
        except BaseException as error:  # SystemExit too: a plugin ends no process
            problem = f"raised {said(error)}{_where(error, arguments)}"
            raise self.fail(hook, problem, f"mend {_origin(error)}") from error

    def _used_up(self, hook: str, problem: str, error: BaseException) -> PluginError:
        """The error for a hook that used up too much; what it piled up is let go of."""
        place = _origin(error)
        traceback.clear_frames(error.__traceback__)
        return self.fail(hook, problem, f"mend the loop at {place}, or raise the budget if the work is honest")

    def one(self, hook: str, kind: type[T], **arguments: Any) -> T:
        """What a hook returns, which is one thing of this type.

        Raises:
            PluginError: the hook fails, uses up its budget, or returns something else.
        """
        result = self._invoke(hook, arguments)
        if not isinstance(result, kind):
            raise self.fail(hook, f"returned {_short(result)}", f"return a {kind.__name__}")
        return self._checked(hook, result)

    def each(self, hook: str, kind: type[T], **arguments: Any) -> tuple[T, ...]:
        """What a hook returns, which is a list or tuple of things of this type.

        Raises:
            PluginError: the hook fails, uses up its budget, or returns something else.
        """
        result = self._invoke(hook, arguments)
        wrong = (
            [item for item in result if not isinstance(item, kind)] if isinstance(result, (list, tuple)) else [result]
        )
        if wrong:
            raise self.fail(hook, f"returned {_short(wrong[0])}", f"return a list or tuple of {kind.__name__}")
        return tuple(self._checked(hook, item) for item in result)

    def _checked(self, hook: str, item: T) -> T:
        """A record with its fields held to their types: ``model_copy`` puts anything into it, a float for money too.

        Raises:
            PluginError: a field holds what it may not.
        """
        if not isinstance(item, Record) or isinstance(item, UNCHECKED):
            return item
        kind = type(item)
        try:
            return kind.model_validate({name: getattr(item, name) for name in kind.model_fields})
        except ValidationError as error:
            told = "; ".join(told_of(fault) for fault in error.errors())
            remedy = "mend what it puts there; model_copy(update=…) checks nothing"
            raise self.fail(hook, f"returned {_article(kind.__name__)} with {told}", remedy) from error


def _register(name: str, module: ModuleType) -> tuple[Any, set[str]]:
    """Register defaults first, then the plugin, and check its hooks; gives the relay and the hooks it has."""
    version = getattr(module, "API_VERSION", None)
    if version is None:
        remedy = f"write 'API_VERSION = {API_VERSION}' in {module.__name__}"
        raise PluginError(name, "it states no API_VERSION", remedy=remedy)
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
    return own_place(error) or _line(list(traceback.walk_tb(error.__traceback__))[-1])


def own_place(error: BaseException) -> str | None:
    """File and line of an error in a region's own code; None where it arose in none."""
    frames = traceback.walk_tb(error.__traceback__)
    own = [f for f in frames if f[0].f_globals.get("__name__", "").partition(".")[0] not in _NOT_OF_A_REGION]
    return _line(own[-1]) if own else None


def _line(at: tuple[FrameType, int]) -> str:
    frame, line = at
    return f"{Path(frame.f_code.co_filename).name}, line {line}"


def said(error: BaseException) -> str:
    """What an error of a plugin says, a record's faults in one line."""
    if isinstance(error, ValidationError):
        return f"{type(error).__name__}: {error.title}, {'; '.join(map(told_of, error.errors()))}"
    return f"{type(error).__name__}: {error}"


def _where(error: BaseException, arguments: Mapping[str, Any]) -> str:
    """The clause and the month that an error arose in, as far as they are known and not told yet."""
    clause = next((note for note in getattr(error, "__notes__", ()) if note not in str(error)), None)
    told = [part for part in (clause, arguments.get("month")) if part]
    return f" ({', '.join(map(str, told))})" if told else ""


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOU' else 'a'} {noun}"


def _short(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text[:60]}{'…' if len(text) > 60 else ''}"
