"""A bad plugin harms only its own region: it is told what it did, and the others come out as ever."""

import decimal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kaohe import Kpi, Month, scoring
from kaohe.budget import Budget, OverBudget, clock_of, within
from kaohe.errors import PluginError, UsageError
from kaohe.model import canonical
from kaohe.periods import Window
from kaohe.plugins import Region, load_region
from kaohe.results import Document

from tests.core.small import contract, region, upload
from tests.core.test_plugins import GOOD, Site, site

__all__ = ["site"]
UPLOADS = [upload(), upload("2026-01", {"survey.rated": 10})]
AS_OF = date(2026, 3, 31)


def derived(made: Region) -> Document:
    return scoring.derive(made, made.contracts[0], UPLOADS, AS_OF)


def shown(made: Region) -> str:
    return canonical(derived(made).model_dump(mode="json"))


@pytest.fixture
def harm() -> Iterator[Callable[..., PluginError]]:
    """Derive with a bad hook; then another region must come out as it did before."""
    before = shown(region())

    def run(**hooks: Any) -> PluginError:
        with pytest.raises(PluginError) as caught:
            derived(region(**hooks))
        return caught.value

    yield run
    assert shown(region()) == before


@pytest.fixture
def small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOHE_HOOK_SECONDS", "0.2")
    monkeypatch.setenv("KAOHE_HOOK_MEGABYTES", "64")


def forever(month: Month) -> list[Kpi]:
    while True:
        try:
            pass
        except Exception:  # noqa: BLE001 - what a plugin might do
            break
    return []


def forever_and_swallowing(month: Month) -> list[Kpi]:
    for _ in range(2):
        try:
            while True:
                pass
        except BaseException:  # noqa: BLE001 - what no plugin should do
            pass
    raise AssertionError("it was stopped twice, which is enough")


@pytest.mark.usefixtures("small_budget")
@pytest.mark.parametrize("hook", ["compute_kpis", "payment_schedule"])
def test_an_endless_loop(harm: Callable[..., PluginError], hook: str) -> None:
    error = harm(**{hook: lambda contract: forever(Month.of("2026-01"))})
    assert (error.plugin, error.hook) == ("small", hook)
    assert error.problem == "takes longer than 0.2 s (KAOHE_HOOK_SECONDS)"
    assert error.remedy.startswith("mend the loop at test_bad_plugins.py, line ")


@pytest.mark.usefixtures("small_budget")
def test_an_endless_loop_that_catches_everything(harm: Callable[..., PluginError]) -> None:
    assert harm(compute_kpis=forever_and_swallowing).hook == "compute_kpis"


@pytest.mark.usefixtures("small_budget")
def test_many_hooks_that_take_too_long_together(harm: Callable[..., PluginError]) -> None:
    def slow(month: Month) -> list[Kpi]:
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass
        return []

    assert "takes longer" in harm(compute_kpis=slow).problem


@pytest.mark.usefixtures("small_budget")
def test_an_endless_loop_in_another_thread_than_the_main_one() -> None:
    told: list[BaseException] = []

    def work() -> None:
        try:
            derived(region(compute_kpis=forever))
        except PluginError as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [type(error) for error in told] == [PluginError]


def piled_up(month: Month) -> list[Kpi]:
    heap: list[Any] = []
    while True:
        heap.append(bytearray(2**16))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds a process to its memory")
@pytest.mark.usefixtures("small_budget")
@pytest.mark.parametrize(
    "hog", [piled_up, lambda month: [0] * 10**10, lambda month: list(range(10**11))], ids=["slowly", "at once", "in C"]
)
def test_a_memory_hog(harm: Callable[..., PluginError], monkeypatch: pytest.MonkeyPatch, hog: Any) -> None:
    monkeypatch.setenv("KAOHE_HOOK_SECONDS", "60")
    error = harm(compute_kpis=hog)
    assert error.hook == "compute_kpis"
    assert "(KAOHE_HOOK_MEGABYTES)" in error.problem
    assert len(bytearray(2**28)) == 2**28  # what it had is free again, and nobody is held to its limit


@pytest.mark.parametrize("leaving", [SystemExit(3), GeneratorExit(), OSError("gone")])
def test_a_plugin_ends_no_process(harm: Callable[..., PluginError], leaving: BaseException) -> None:
    def leave(month: Month) -> list[Kpi]:
        raise leaving

    error = harm(compute_kpis=leave)
    assert error.hook == "compute_kpis"
    assert error.problem == f"raised {type(leaving).__name__}: {leaving} (2026-01)"


@pytest.mark.usefixtures("small_budget")
@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import sys; sys.exit('bye')", "fails: SystemExit: bye"),
        ("while True: pass", "takes longer than 0.2 s"),
        ("heap = [0] * 10**10", "fails: MemoryError"),
    ],
)
def test_a_package_that_does_so_when_it_is_imported(site: Site, code: str, problem: str) -> None:
    site.add("bad", code)
    site.add("good", GOOD)
    with pytest.raises(PluginError, match="importing") as caught:
        load_region("bad")
    assert problem in caught.value.problem
    assert load_region("good").contracts


MUTATIONS: dict[str, Callable[[Any], object]] = {
    "a field of the contract": lambda given: setattr(given["contract"], "total", Decimal(1)),
    "a value of a clause": lambda given: given["contract"].clauses[0].values.clear(),
    "a dated value": lambda given: next(iter(given["contract"].clauses[0].values.values())).update({date.max: 0}),
    "a reading": lambda given: given["contract"].readings.pop("base"),
    "an option": lambda given: given["contract"].readings["base"].options.clear(),
    "what is assumed": lambda given: given["contract"].assumed.update(base=None),
    "the clauses": lambda given: given["contract"].clauses.append(None),
    "the events": lambda given: given["facts"].events.append(None),
    "a figure": lambda given: given["facts"]._figures.clear(),
    "the catalogue": lambda given: given["facts"].catalogue.measures.clear(),
    "the KPIs": lambda given: given["kpis"].clear(),
    "the inputs of a KPI": lambda given: given["kpis"][0].inputs.update(x=1),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_what_a_hook_is_given_cannot_be_changed(harm: Callable[..., PluginError], mutation: str) -> None:
    def kpis(month: Month) -> list[Kpi]:
        return [Kpi(clause="1", code="c", label="c", window=Window.of(month), inputs={"survey.rated": 1})]

    def mutating(contract: Any, month: Month, kpis: Any, facts: Any) -> list[Any]:
        MUTATIONS[mutation]({"contract": contract, "kpis": kpis, "facts": facts})
        return []

    error = harm(compute_kpis=kpis, compute_deductions=mutating)
    assert error.hook == "compute_deductions"
    assert error.remedy.startswith("mend test_bad_plugins.py, line ")


def test_what_a_plugin_does_to_its_facts_is_gone_with_the_derivation() -> None:
    def mutating(contract: Any, month: Month, facts: Any) -> list[Kpi]:
        facts.events, facts.submitted = (), frozenset()
        return []

    made = region(compute_kpis=mutating)
    once = shown(made)
    assert (shown(made), UPLOADS[0].figures, made.contracts[0]) == (once, (), contract())


def test_a_plugin_that_changes_how_decimals_are_reckoned(harm: Callable[..., PluginError]) -> None:
    def careless(month: Month) -> list[Kpi]:
        decimal.getcontext().prec = 2
        raise ValueError

    harm(compute_kpis=careless)
    assert decimal.getcontext().prec == 28


def test_a_budget_is_read_from_the_environment() -> None:
    assert Budget().model_dump(mode="json") == {"seconds": "20", "megabytes": 256}
    assert Budget.load({"KAOHE_HOOK_SECONDS": "1.5", "KAOHE_HOOK_MEGABYTES": ""}).seconds == Decimal("1.5")
    for wrong in ({"KAOHE_HOOK_SECONDS": "0"}, {"KAOHE_HOOK_MEGABYTES": "much"}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            Budget.load(wrong)


def test_the_outer_budget_counts_and_nothing_is_raised_after_it() -> None:
    outer, inner = Budget(seconds=Decimal("0.1")), Budget(seconds=Decimal(100))
    with pytest.raises(OverBudget, match=r"takes longer than 0\.1 s"), within(outer), within(inner):
        forever(Month.of("2026-01"))
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        pass
    with within(Budget()):
        pass


def _wait() -> None:
    while True:
        time.sleep(0.01)


def test_a_plugin_that_only_waits_is_stopped_too() -> None:
    with pytest.raises(OverBudget, match=r"takes longer than 0\.1 s"), within(Budget(seconds=Decimal("0.1"))):
        _wait()


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="the system tells no thread's time")
def test_time_is_that_of_the_processor() -> None:
    with within(Budget(seconds=Decimal("0.4"))):
        time.sleep(0.6)


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="the system tells no thread's time")
def test_a_thread_that_has_ended_is_over_no_budget() -> None:
    clocks: list[Callable[[], float]] = []
    thread = threading.Thread(target=lambda: clocks.append(clock_of(threading.get_ident())))
    thread.start()
    thread.join()  # Python is through with it; the system may be a moment later
    end = time.monotonic() + 30
    while clocks[0]() and time.monotonic() < end:
        time.sleep(0.01)
    assert clocks[0]() == 0


_TRACED = """
import sys
from decimal import Decimal
from kaohe.budget import Budget, OverBudget, clock_of, within

with within(Budget()):
    pass
try:
    with within(Budget(seconds=Decimal("0.1"))):
        while True:
            pass
except OverBudget:
    sys.settrace(lambda *event: None)
    (lambda: print("goes on"))()
"""


def test_python_goes_on_as_before_after_a_budget() -> None:
    # In a process of its own: what stands still where it is traced lets no alarm through either.
    told = subprocess.run([sys.executable, "-c", _TRACED], capture_output=True, text=True, timeout=30, check=True)
    assert told.stdout == "goes on\n"
