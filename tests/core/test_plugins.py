"""A plugin that is wrong in whatever way is told so, by name, with the hook and the remedy, and harms no other."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import EntryPoint, PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from kaohe import Contract, Count, Daily, MonthFacts, Ratio, Rulebook, plugins
from kaohe.assessment import Deduction, Kpi, State
from kaohe.catalogue import AUTHORITY, Catalogue, Measure
from kaohe.cli import main
from kaohe.errors import NotFound, PluginError
from kaohe.payable import Instalment, Liability
from kaohe.periods import Month, Window
from kaohe.plugins import Region, load_region, region_names, region_of
from kaohe.results import Condition, Document, Renewal, Termination
from kaohe.scoring import derive

from tests.core.small import INFO, MARCH, clause, contract, module, region, terms, upload

GOOD = """
from kaohe import Contract, Rulebook, hookimpl, schedule
from kaohe import load_contract
API_VERSION = 1
book = Rulebook()
book.by_hand("1", "2", "3")

@hookimpl
def contracts():
    return [load_contract(__package__)]

@hookimpl
def compute_kpis(contract, month, facts):
    return book.kpis(contract, month, facts)

@hookimpl
def compute_deductions(contract, month, kpis, facts):
    return book.deductions(contract, month, kpis, facts)

@hookimpl
def payment_schedule(contract):
    return schedule(contract)
"""


class Site:
    """Plugin packages on disk, offered by entry points as if they were installed."""

    def __init__(self, folder: Path, entries: list[EntryPoint]) -> None:
        self.folder, self.entries = folder, entries

    def add(self, name: str, code: str = GOOD, *, package: str = "", point: str = ".plugin", **changes: Any) -> str:
        """A package with this code; ``changes`` are to the small contract."""
        package = package or f"kaohe_{self.folder.name}_{name}"
        folder = self.folder / package
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "plugin.py").write_text(code, encoding="utf-8")
        content = {**terms(id=f"{name}-2026", region=name), **changes}
        (folder / "contract.yaml").write_text(json.dumps(content), encoding="utf-8")
        importlib.invalidate_caches()
        self.entries.append(EntryPoint(name=name, value=f"{package}{point}", group=plugins.GROUP))
        plugins._looked_up.cache_clear()  # as if the process were new
        return package


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    entries: list[EntryPoint] = []
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries)
    known = set(sys.modules)
    load_region.cache_clear()
    yield Site(tmp_path, entries)
    load_region.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith("kaohe_test_"):
            del sys.modules[name]


def test_a_good_package_is_loaded_by_name(site: Site) -> None:
    package = site.add("good")
    site.add("bad", "raise OSError('no')")
    assert region_names() == ("bad", "good")
    loaded = load_region("good")
    assert (loaded.name, loaded.package, loaded.contracts[0].id) == ("good", package, "good-2026")
    assert load_region("good") is loaded
    assert loaded.contract("good-2026") is loaded.contract_for(MARCH)
    assert region_of("good-2026") == "good"


def test_a_region_whose_name_begins_like_anothers_is_told_apart(site: Site) -> None:
    site.add("he")
    site.add("he-bei")
    assert region_of("he-2026") == "he"
    assert region_of("he-bei-2026") == "he-bei"


def test_packages_are_looked_up_once_however_many_regions_are_loaded(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        site.add(name)
    looks = Mock(return_value=site.entries)
    monkeypatch.setattr(plugins, "entry_points", looks)
    assert [load_region(name).name for name in ("one", "two")] == ["one", "two"]
    assert region_of("two-2026") == "two"
    looks.assert_called_once_with(group=plugins.GROUP)


def test_what_is_not_there_is_not_found_and_what_is_there_is_listed(site: Site) -> None:
    with pytest.raises(NotFound, match="no region 'good'; installed: none"):
        load_region("good")
    site.add("good")
    with pytest.raises(NotFound, match="no region 'goood'; installed: good"):
        load_region("goood")
    with pytest.raises(NotFound, match=r"there is no contract 'x-2026'; .*REGION-YEAR; regions: good"):
        region_of("x-2026")
    with pytest.raises(NotFound, match="has no contract 'good-2027'; it has: good-2026"):
        load_region("good").contract("good-2027")
    for month in (Month(2025, 12), Month(2028, 1)):
        with pytest.raises(NotFound, match=f"no contract in {month}; 服务期 its terms: 2026-01-01 … 2026-12-31"):
            load_region("good").contract_for(month)


def test_for_a_year_after_its_term_a_contract_is_still_reported_on() -> None:
    following = {**terms(), "id": "small-2027", "term": {"first": "2027-03-01", "last": "2027-12-31"}}
    made = region(None, contract(), Contract.model_validate(following))
    owners = [made.contract_for(Month.of(month)).id for month in ("2026-12", "2027-02", "2027-03", "2028-12")]
    assert owners == ["small-2026", "small-2026", "small-2027", "small-2027"]


def refused(make: Callable[[], object], *, hook: str | None, problem: str, remedy: str, plugin: str = "small") -> None:
    with pytest.raises(PluginError) as caught:
        make()
    error = caught.value
    assert (error.plugin, error.hook) == (plugin, hook)
    assert problem in error.problem
    assert remedy in error.remedy
    for part in (f"plugin {plugin!r}", f"hook {hook}()" if hook else "", error.problem, f"Remedy: {error.remedy}"):
        assert part in str(error)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise OSError('no disk')", "OSError: no disk"),
        ("import kaohe_that_is_not_there", "ModuleNotFoundError"),
        ("def", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_package_that_cannot_be_imported(site: Site, code: str, problem: str) -> None:
    package = site.add("bad", code)
    refused(
        lambda: load_region("bad"),
        plugin="bad",
        hook=None,
        problem=problem,
        remedy=f'python -c "import {package}.plugin"',
    )


def test_an_entry_point_that_names_no_module(site: Site) -> None:
    site.add("bad", point=".plugin:book")
    refused(
        lambda: load_region("bad"),
        plugin="bad",
        hook=None,
        problem="is a Rulebook",
        remedy="name a module, without a colon",
    )


def test_two_packages_of_one_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("twin", package="kaohe_test_one")
    site.add("twin", package="kaohe_test_two")
    for number, entry in enumerate(site.entries):
        vars(entry).update(dist=SimpleNamespace(name=f"dist-{number}", version="1"))
    refused(
        lambda: load_region("twin"),
        plugin="twin",
        hook=None,
        problem="several packages offer it: dist-0, dist-1",
        remedy="uninstall all but one",
    )


def test_a_plugin_that_does_not_say_what_it_was_written_for() -> None:
    refused(
        lambda: region(API_VERSION=None),
        hook=None,
        problem="it states no API_VERSION",
        remedy="write 'API_VERSION = 1' in kaohe_small_",
    )


@pytest.mark.parametrize("version", [0, 2, "1"])
def test_a_plugin_for_another_kaohe(version: object) -> None:
    refused(
        lambda: region(API_VERSION=version),
        hook=None,
        problem=f"its API_VERSION is {version!r}, this kaohe speaks 1",
        remedy="write 'API_VERSION = 1' in kaohe_small_",
    )


@pytest.mark.parametrize("hook", ["contracts", "compute_kpis", "compute_deductions", "payment_schedule"])
def test_a_required_hook_that_is_left_out(hook: str) -> None:
    refused(
        lambda: region(**{hook: None}),
        hook=hook,
        problem="is not implemented",
        remedy=f"define {hook}() in kaohe_small_",
    )


def test_a_hook_that_is_not_marked() -> None:
    made = module()
    made.compute_kpis = lambda contract, month, facts: []  # type: ignore[attr-defined]
    refused(
        lambda: Region("small", made, INFO), hook="compute_kpis", problem="not implemented", remedy="@kaohe.hookimpl"
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("compute_kpi", "compute_kpis"),
        ("renewal_eligable", "renewal_eligibility"),
        ("payment_shedule", "payment_schedule"),
    ],
)
def test_a_hook_that_is_misspelt(wrong: str, right: str) -> None:
    refused(
        lambda: region(None, **{wrong: lambda contract: []}),
        hook=wrong,
        problem="no such hook",
        remedy=f"rename it (did you mean {right}?); the hooks are: compute_deductions, compute_kpis, contracts",
    )


def test_a_hook_that_asks_for_what_there_is_not() -> None:
    refused(
        lambda: region(compute_kpis=lambda contract, monat: []),
        hook="compute_kpis",
        problem="monat",
        remedy="take the arguments of the specification in kaohe.hookspecs, or fewer",
    )


def test_two_contracts_that_overlap_or_stand_in_the_wrong_order() -> None:
    one = contract(id="small-2025", term={"first": "2025-01-01", "last": "2026-01-01"})
    for order in ((one, contract()), (contract(), one)):
        refused(lambda order=order: region(None, *order), hook="contracts", problem="before", remedy="oldest first")  # type: ignore[misc]
    earlier = contract(id="small-2025", term={"first": "2025-01-01", "last": "2025-12-31"})
    assert region(None, earlier, contract()).contract_for(Month(2025, 12)).id == "small-2025"


def test_where_two_contracts_meet_in_a_month_the_later_has_it() -> None:
    one = contract(id="small-2025", term={"first": "2025-01-17", "last": "2026-01-16"})
    two = contract(id="small-2026", term={"first": "2026-01-17", "last": "2027-01-16"})
    assert region(None, one, two).contract_for(Month(2026, 1)).id == "small-2026"


def test_a_contract_of_another_region() -> None:
    refused(
        lambda: region(None, contract(id="big-2026", region="big")),
        hook="contracts",
        problem="contract big-2026 says region 'big'",
        remedy="write region: small",
    )


def test_clauses_that_rest_on_unknown_facts() -> None:
    listed = [clause("1", facts=["survey.rted", "complaint.verified"]), clause("9")]
    refused(
        lambda: region(None, contract(clauses=listed)),
        hook="measures",
        problem="clause 1 of small-2026 rests on unknown facts: survey.rted",
        remedy="define them there (did you mean survey.rated?)",
    )


def test_a_measure_that_core_has_already() -> None:
    own = Catalogue.of([Measure(code="x", label="参评数", unit="件", grain="month", note="n")])
    refused(lambda: region(measures=lambda: own), hook="measures", problem="参评数", remedy="rename it")


def test_no_contract() -> None:
    def none() -> list[Contract]:
        return []

    refused(lambda: region(contracts=none), hook="contracts", problem="no contract", remedy="at least one")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"total": 10.5}, "total: "), ({"clauses": [clause("9", values={"target": 0.9})]}, "clause 9, values.target: ")],
)
def test_a_contract_that_is_wrong_on_disk(site: Site, changes: dict[str, Any], problem: str) -> None:
    site.add("bad", **changes)
    refused(lambda: load_region("bad"), plugin="bad", hook="contracts", problem=problem, remedy="mend contract.yaml")


def test_a_contract_that_is_no_yaml_or_not_there(site: Site) -> None:
    package = site.add("bad")
    (site.folder / package / "contract.yaml").write_text("id: a\nid: b\n", encoding="utf-8")
    refused(lambda: load_region("bad"), plugin="bad", hook="contracts", problem="'id' stands twice", remedy="mend")
    (site.folder / package / "contract.yaml").unlink()
    refused(lambda: load_region("bad"), plugin="bad", hook="contracts", problem="contract.yaml", remedy="mend")


def numbers() -> Iterator[int]:
    yield 1


WRONG: dict[str, Any] = {
    "None": None,
    "a dict": {"a": 1},
    "an empty dict": {},
    "a generator": numbers,
    "a float": 0.5,
    "a text": "text",
    "a class": object,
    "a list of None": [None],
    "a list of floats": [0.5],
    "a list of dicts": [{}],
    "a list of lists": [[]],
    "a tuple of ints": (1,),
}
ANSWERS: dict[str, str] = {
    "contracts": "return a list or tuple of Contract",
    "measures": "return a Catalogue",
    "compute_kpis": "return a list or tuple of Kpi",
    "compute_deductions": "return a list or tuple of Deduction",
    "payment_schedule": "return a list or tuple of Instalment",
    "renewal_eligibility": "return a Renewal",
    "liabilities": "return a list or tuple of Liability",
    "terminations": "return a list or tuple of Termination",
}


def score(**changes: Any) -> Document:
    """Load a region and have every one of its hooks called."""
    made = region(**changes)
    return derive(made, made.contracts[0], [upload()], date(2026, 3, 31))


@pytest.mark.parametrize("hook", ANSWERS)
@pytest.mark.parametrize("answer", WRONG)
def test_a_hook_that_returns_the_wrong_thing(hook: str, answer: str) -> None:
    given = numbers() if WRONG[answer] is numbers else WRONG[answer]
    refused(lambda: score(**{hook: lambda: given}), hook=hook, problem="returned ", remedy=ANSWERS[hook])


@pytest.mark.parametrize("hook", ANSWERS)
def test_a_hook_that_raises(hook: str) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by nothing")

    refused(
        lambda: score(**{hook: fail}),
        hook=hook,
        problem="raised ZeroDivisionError: by nothing",
        remedy=f"mend test_plugins.py, line {fail.__code__.co_firstlineno + 1}",
    )


def test_a_fault_in_a_library_is_mended_where_it_is_called() -> None:
    book = Rulebook()

    @book.kpi("2", "complaints")
    def complaints() -> Ratio:
        return Ratio.exact(Fraction(1, 0))

    line = complaints.__code__.co_firstlineno + 2
    refused(
        lambda: score(book=book),
        hook="compute_kpis",
        problem="(clause 2, 2026-01)",
        remedy=f"test_plugins.py, line {line}",
    )


@pytest.mark.parametrize("kind", [Count, Daily])
def test_a_plain_number_where_figures_by_day_are_due_is_refused_in_the_line_that_brings_it(kind: Any) -> None:
    book = Rulebook()

    @book.kpi("2", "complaints")
    def complaints() -> Count:
        return kind(3)  # type: ignore[no-any-return]

    line = complaints.__code__.co_firstlineno + 2
    refused(
        lambda: score(book=book),
        hook="compute_kpis",
        problem=f"{kind.__name__} takes figures by day, not 3; write {kind.__name__}.of(",
        remedy=f"test_plugins.py, line {line}",
    )


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (lambda facts: facts["survey.ratd"], "there is no measure 'survey.ratd' (did you mean survey.rated?)"),
        (lambda facts: facts.verified("complaint.verifid"), "there is no event 'complaint.verifid' (did you mean"),
        (lambda terms: terms.value("limitt"), "clause 2 has no value 'limitt'"),
        (lambda terms: terms.reading("haw"), "has no reading 'haw' (did you mean how?)"),
        (lambda: 1, "for clause 2 returned 1, not a measurement"),
    ],
)
def test_a_slip_in_a_rule_is_told_plainly(rule: Callable[..., Any], problem: str) -> None:
    book = Rulebook()
    book.kpi("2", "complaints")(rule)
    place = f"test_plugins.py, line {rule.__code__.co_firstlineno}"
    refused(lambda: score(book=book), hook="compute_kpis", problem=problem, remedy=f"mend contract.yaml, or {place}")
    with pytest.raises(PluginError, match=r"compute_kpis\(\): (?!raised)"):
        score(book=book)


LAST = Instalment(no=1, label="末期", gross=Decimal("1.00"), due=None, clause="9")


def renewal(no: str) -> Renewal:
    return Renewal(conclusion="open", conditions=(Condition(clause=no, label="l", met=None, detail="d"),))


def owed(no: str) -> Liability:
    return Liability(clause=no, party="vendor", amount=Decimal("1.00"), state=State.FINAL, formula="f")


def ended(no: str) -> Termination:
    return Termination(clause=no, party="vendor", since=date(2026, 3, 1), detail="d")


def test_a_hook_that_lets_a_missing_fact_escape() -> None:
    def kpis(contract: Any, month: Month, facts: Any) -> list[Kpi]:
        return [
            Kpi(
                clause="1",
                code="c",
                label="c",
                window=Window.of(month),
                numerator=MonthFacts(facts, month, contract.term)["survey.rated"],
            )
        ]

    refused(lambda: score(compute_kpis=kpis), hook="compute_kpis", problem="let MissingFacts escape", remedy="Rulebook")


def test_a_record_that_holds_a_float() -> None:
    def kpis(month: Month) -> list[Kpi]:
        return [Kpi(clause="1", code="c", label="c", window=Window.of(month), numerator=0.5)]  # type: ignore[arg-type]

    refused(
        lambda: score(compute_kpis=kpis),
        hook="compute_kpis",
        problem="raised ValidationError: Kpi, numerator: write an integer or a quoted decimal, not 0.5 (2026-01)",
        remedy="mend test_plugins.py, line",
    )


def deduction(**fields: Any) -> Deduction:
    usual = {"clause": "1", "code": "c", "label": "c", "window": Window.of(MARCH), "formula": "x", "amount": 1}
    return Deduction.model_validate({**usual, **fields})


@pytest.mark.parametrize(
    ("deductions", "problem"),
    [
        ([deduction(clause="4.1")], "cites clause 4.1, which small-2026 does not list"),
        ([deduction(amount="-0.01")], "deducts -0.01 under clause 1"),
        ([deduction().model_copy(update={"amount": 0.5})], "deducts 0.5 under clause 1"),
        ([deduction().model_copy(update={"amount": Decimal("0.005")})], "deducts Decimal('0.005') under clause 1"),
        ([deduction(), deduction(amount=2)], "returned 2 deductions under 1 for c in 2026-03"),
    ],
)
def test_deductions_that_the_contract_does_not_bear(deductions: list[Deduction], problem: str) -> None:
    refused(lambda: score(compute_deductions=lambda: deductions), hook="compute_deductions", problem=problem, remedy="")


@pytest.mark.parametrize(
    ("hook", "answer", "problem"),
    [
        ("payment_schedule", [LAST.model_copy(update={"gross": 1.5})], "returned an Instalment with gross: write an"),
        ("payment_schedule", [LAST.model_copy(update={"due": "soon"})], "returned an Instalment with due: write a day"),
        (
            "payment_schedule",
            [LAST.model_copy(update={"clause": "9.9"})],
            "cites clause 9.9, which small-2026 does not",
        ),
        ("renewal_eligibility", renewal("8"), "cites clause 8, which small-2026 does not list"),
        ("renewal_eligibility", renewal("9").model_copy(update={"conclusion": "yes"}), "returned a Renewal with conc"),
        ("liabilities", [owed("8")], "cites clause 8, which small-2026 does not list"),
        ("terminations", [ended("8")], "cites clause 8, which small-2026 does not list"),
    ],
)
def test_answers_that_hold_or_cite_what_they_may_not(hook: str, answer: object, problem: str) -> None:
    refused(lambda: score(**{hook: lambda: answer}), hook=hook, problem=problem, remedy="")


def test_answers_that_cite_a_clause_of_the_contract_are_taken() -> None:
    document = score(
        renewal_eligibility=lambda: renewal("9"), liabilities=lambda: [owed("9")], terminations=lambda: [ended("9")]
    )
    assert document.renewal == renewal("9")
    assert (document.settlement.liabilities, document.terminations) == ((owed("9"),), (ended("9"),))


def instalment(no: int, gross: str) -> Instalment:
    return Instalment(no=no, label="x", gross=Decimal(gross), due=None, clause="9")


def unknown(no: int, at_least: str) -> Instalment:
    return Instalment(no=no, label="x", gross=None, at_least=Decimal(at_least), due=None, clause="9")


@pytest.mark.parametrize(
    ("instalments", "problem"),
    [
        ([instalment(1, "-1.00")], "instalment 1 is -1.00"),
        ([instalment(1, "600.00"), instalment(2, "400.01")], "come to 1,000.01, the contract's total is 1,000.00"),
        ([instalment(1, "600.00"), unknown(2, "400.01")], "come to 1,000.01, the contract's total is 1,000.00"),
        ([instalment(1, "1.00"), instalment(1, "1.00")], "two instalments have one number"),
    ],
)
def test_instalments_that_the_contract_does_not_bear(instalments: list[Instalment], problem: str) -> None:
    refused(lambda: score(payment_schedule=lambda: instalments), hook="payment_schedule", problem=problem, remedy="")


def test_what_a_region_leaves_out_core_answers() -> None:
    document = score()
    assert document.renewal.conclusion == "not provided for"
    assert (document.terminations, document.settlement.liabilities) == ((), ())
    assert region().catalogue.measures.keys() >= {"survey.rated"}


def test_what_a_region_answers_itself_is_used() -> None:
    own = Catalogue.of([Measure(code="tea.cups", label="茶", unit="杯", grain="month", sources=(AUTHORITY,), note="n")])
    made = region(measures=lambda: own, renewal_eligibility=lambda as_of: Renewal(conclusion="open", note=str(as_of)))
    assert "tea.cups" in made.catalogue.measures
    assert derive(made, made.contracts[0], [], date(2026, 2, 1)).renewal == Renewal(
        conclusion="open", note="2026-02-01"
    )


def test_hooks_may_take_fewer_arguments_and_lists_may_be_tuples() -> None:
    made = region(compute_kpis=lambda: (), compute_deductions=lambda: (), payment_schedule=lambda: ())
    document = derive(made, made.contracts[0], [upload()])
    assert [a.state for a in document.assessments] == [State.FINAL] * 3


def test_two_regions_do_not_answer_for_each_other() -> None:
    books = Rulebook(), Rulebook()
    for code, book in zip("ab", books, strict=True):
        book.kpi("2", code)(lambda: Count())
    loaded = [Region("small", module(book), INFO) for book in books]
    codes = [derive(r, r.contracts[0], [upload()]).assessments[0].kpis[0].code for r in (*loaded, *loaded)]
    assert codes == ["a", "b", "a", "b"]


BREAKS = {
    "import": ("raise OSError('torn')", "OSError: torn"),
    "version": (GOOD.replace("API_VERSION = 1", "API_VERSION = 7"), "API_VERSION is 7"),
    "contracts": (GOOD.replace("return [load_contract(__package__)]", "return None"), "hook contracts()"),
    "kpis": (GOOD.replace("return book.kpis(contract, month, facts)", "raise KeyError('x')"), "hook compute_kpis()"),
    "deductions": (
        GOOD.replace("return book.deductions(contract, month, kpis, facts)", "return [0.5]"),
        "hook compute_deductions()",
    ),
    "schedule": (GOOD.replace("return schedule(contract)", "return"), "hook payment_schedule()"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_good_region_beside_a_broken_one_is_scored_all_the_same(
    site: Site, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    code, told = BREAKS[broken]
    site.add("bad", code)
    site.add("good")
    for name in ("bad", "good"):
        folder = site.folder / "submissions" / name / "vendor" / "2026-03"
        folder.mkdir(parents=True)
        body = {
            "region": name,
            "month": "2026-03",
            "source": "vendor",
            "measures": {"survey.rated": 5, "survey.satisfied": 4},
        }
        (folder / "a.json").write_text(json.dumps(body))
    assert main(["score", str(site.folder)]) == 1
    out, err = capsys.readouterr()
    assert "good-2026" in out
    assert "bad-2026" not in out
    assert "plugin 'bad'" in err
    assert told in err
    assert "Remedy: " in err
    assert "Traceback" not in err
    main(["score", str(site.folder), "--json", "--contract", "good-2026"])
    assert json.loads(capsys.readouterr().out)["contract"] == "good-2026"


MAP = "{name: m, label: l, records: tickets, columns: {number: {header: no}}}"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name: m\n\tlabel: l", "exports/m.yaml is not YAML: "),
        (MAP.replace("number:", "numbre:").encode(), "exports/m.yaml is not an export: columns.numbre: "),
        (MAP.replace("label", "lable").encode(), "exports/m.yaml is not an export: label: Field required"),
        (
            MAP.replace("no}", "工单}").encode("gbk"),
            "exports/m.yaml is not written in UTF-8 (line 1); save it as UTF-8",
        ),
        (b"", "exports/m.yaml is empty"),
        (b"? [a]\n: 1", "exports/m.yaml is not YAML: "),
        (None, "/exports fails: IsADirectoryError"),
    ],
)
def test_a_bad_map_of_columns_stops_its_own_region_only(
    site: Site, capsys: pytest.CaptureFixture[str], content: bytes | None, told: str
) -> None:
    exports = site.folder / site.add("bad") / "exports"
    exports.mkdir()
    (exports / "m.yaml").mkdir() if content is None else (exports / "m.yaml").write_bytes(content)
    site.add("good")
    refused(lambda: load_region("bad"), plugin="bad", hook=None, problem=told, remedy="mend the map")
    assert main(["regions"]) == 1
    printed = capsys.readouterr().out
    assert "good-2026" in printed
    assert "plugin 'bad'" in printed


def test_a_good_map_of_columns_is_taken_in(site: Site) -> None:
    exports = site.folder / site.add("good") / "exports"
    exports.mkdir()
    (exports / "m.yaml").write_text(MAP, encoding="utf-8")
    assert load_region("good").catalogue.exports[-1].name == "m"


def test_the_commands_that_list_regions_tell_of_a_broken_one(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.add("bad", "1/0")
    site.add("good")
    assert main(["regions"]) == 1
    out = capsys.readouterr().out
    assert "good-2026" in out
    assert "hint: good-2026, clauses 1, 2, 3, 9: without a gist" in out
    assert "hint: good-2026, readings partial-point, base" in out
    assert "plugin 'bad': importing" in out
    assert "fails: ZeroDivisionError: division by zero. Remedy: mend plugin.py, line 1 until 'python -c" in out
    assert main(["clauses", "bad"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("broken", ["kpis", "deductions", "schedule"])
def test_a_hook_that_fails_only_when_it_is_called_is_told_by_the_list_of_regions(
    site: Site, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    code, told = BREAKS[broken]
    site.add("bad", code)
    site.add("good")
    assert load_region("bad").contracts
    main(["regions"])
    out = capsys.readouterr().out
    assert "good-2026" in out
    assert "bad-2026" not in out
    assert f"plugin 'bad', {told}: " in out


def test_the_installed_regions_are_packages_with_a_version() -> None:
    for name in region_names():
        info = load_region(name).info
        try:
            assert importlib.metadata.version(info.name) == info.version
        except PackageNotFoundError:
            pytest.fail(f"{info.name} is not installed")
