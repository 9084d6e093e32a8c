"""The documentation says what the code does: blocks, tables, commands, links, names, routes, messages."""

import inspect
import json
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from runpy import run_path

import kaohe
import pytest
from kaohe import assumptions, cli, hookspecs, plugins, testing
from kaohe.assessment import PluginInfo, State
from kaohe.errors import KaoheError, RuleStop
from kaohe.intake import limits
from kaohe.monthfacts import MonthFacts
from kaohe.plugins import Region
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.rules import Terms
from kaohe.store import SubmissionStatus

from tests.health import pages
from tests.health.pages import BLOCK, PAGES, ROOT

GUIDE, UPLOADS, API = "docs/plugin-guide.md", "docs/uploads.md", "docs/api.md"
SAMPLE = ROOT / "tests/examples/sample/src/kaohe_sample"


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def _code(source: str) -> Iterator[str]:
    for block, inline in re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", source, re.DOTALL):
        yield block or inline


@pytest.mark.parametrize("page", PAGES)
def test_blocks_and_tables_are_what_the_code_gives(page: str) -> None:
    assert text(page) == pages.renewed(ROOT / page), "run: .venv/bin/python -m tests.health.pages"


@pytest.mark.parametrize("page", PAGES)
def test_each_block_of_code_says_where_it_comes_from(page: str) -> None:
    unmarked = re.findall(r"^```(\w+)$", BLOCK.sub("", text(page)), re.MULTILINE)
    assert set(unmarked) <= {"sh", "text"}


def commands(page: str) -> Iterator[list[str]]:
    """The words of command lines: in code, and in the marks of blocks."""
    source = text(page)
    marked = [found.partition(" | ")[0] for found in re.findall(r"<!-- (?:output|json): (.+?) -->", source)]
    lines = [line.partition(" #")[0] for code in _code(source) for line in code.splitlines()]
    for line in [*marked, *lines]:
        if re.match(r"(\.venv/bin/)?kaohe [a-z-]+( |$)", line):
            yield shlex.split(line)[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_parses(page: str) -> None:
    parser = cli.build_parser()
    for words in commands(page):
        if len(words) > 1:
            parser.parse_args(words)
        else:
            assert words[0] in {*known_commands(), "--help"}


def known_commands() -> set[str]:
    (commands,) = (action for action in cli.build_parser()._actions if action.dest == "command")
    assert commands.choices is not None
    return set(commands.choices)


def test_every_command_is_documented() -> None:
    shown = {words[0] for page in PAGES for words in commands(page)}
    assert known_commands() <= shown


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_exists(page: str) -> None:
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text(page), re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text(page)):
        path, _, anchor = target.partition("#")
        linked = (ROOT / page).parent / path if path else ROOT / page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """The anchors that headings get."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_guide_names_all_that_an_author_can_use() -> None:
    shown = set(re.findall(r"\w+", "\n".join(_code(text(GUIDE)))))
    hooks = {name for name, value in vars(hookspecs).items() if hasattr(value, "kaohe_spec")}
    members = {n for owner in (MonthFacts, Terms) for n in dir(owner) if not n.startswith("_")}
    members |= set(re.findall(r"^        (\w+): ", MonthFacts.__doc__ or "", re.MULTILINE))
    book = {name for name, _ in inspect.getmembers(kaohe.Rulebook, inspect.isfunction) if not name.startswith("_")}
    options = set(inspect.signature(kaohe.Rulebook.kpi).parameters) - {"self", "clause", "code", "tracked"}
    fields = {*kaohe.Contract.model_fields, *kaohe.Clause.model_fields} - {"rulings", "assumed"}
    expected = testing.Case.model_fields.keys() - {"contract", "file"}
    assert set(kaohe.__all__) | hooks | members | book | options | fields | expected <= shown


def test_the_sample_runs() -> None:
    with pages.sample_installed():
        region = plugins.load_region("sample")
        cases = testing.load_cases(region.package)
        assert {case.clause for case in cases} >= {c.no for c in region.contracts[0].clauses if "kpi" in c.kinds}
        own = run_path(str(SAMPLE.parents[1] / "tests/test_cases.py"))["test_case"]
        (over,) = own.pytestmark
        assert over.args == ("case", cases)
        for case in cases:
            own(case)


FAULTS = {
    "there is no such hook": ("plugin.py", "def payment_schedule", "def payment_shedule"),
    "is not implemented": ("plugin.py", "@hookimpl\ndef payment_schedule", "def payment_schedule"),
    "it states no API_VERSION": ("plugin.py", "API_VERSION = 1\n", ""),
    "its API_VERSION is 2, this kaohe speaks 1": ("plugin.py", "API_VERSION = 1", "API_VERSION = 2"),
    "Argument(s) {'today'} are declared in the hookimpl but can not be found in the hookspec": (
        "plugin.py",
        "payment_schedule(contract: Contract)",
        "payment_schedule(contract: Contract, today: date)",
    ),
    "a clause's function may ask for facts, terms": (
        "plugin.py",
        "connected(facts: MonthFacts)",
        "connected(fact: MonthFacts)",
    ),
    "names the reading 'partial-points', which 'readings' does not define": (
        "contract.yaml",
        "readings: [partial-point]",
        "readings: [partial-points]",
    ),
    "has no reading 'mystery-targets' (did you mean mystery-target?)": (
        "plugin.py",
        'terms.choice("mystery-target")',
        'terms.choice("mystery-targets")',
    ),
    "write an integer or a quoted decimal, not 0.95": ("contract.yaml", '2026-01-01: "0.95"', "2026-01-01: 0.95"),
    "goes with assessed: spans, and only with it": ("contract.yaml", "assessed: quarter", "assessed: spans"),
    "cites clause 77, which is not listed": ("contract.yaml", 'bond: {clause: "7"', 'bond: {clause: "77"'),
    "a share lies between 0 and 1": ("contract.yaml", 'cap: "0.05"', 'cap: "5"'),
    "returned an Instalment with gross": (
        "plugin.py",
        "return schedule(contract)",
        'return [one.model_copy(update={"gross": 1.5}) for one in schedule(contract)]',
    ),
    "does not lie in 2026-03": (
        "cases/clauses.yaml",
        "facts: {calls.offered: 1000, calls.answered: 940}",
        "facts: {calls.offered: {2026-04-01: 1}}",
    ),
    "Extra inputs are not permitted": ("contract.yaml", "summary: At least one", "sumary: At least one"),
    "shares must add up to 1": ("contract.yaml", 'share: "0.30"', 'share: "0.31"'),
    "rests on unknown facts: knowledge.update": (
        "contract.yaml",
        "facts: [knowledge.updated]",
        "facts: [knowledge.update]",
    ),
    "names that stand for two things": ("plugin.py", 'label="知识库更新条数"', 'label="应答量"'),
    "has no value 'per_mounth'": ("plugin.py", 'terms.value("per_month")', 'terms.value("per_mounth")'),
    "would charge clause 3.1 once for each of": (
        "plugin.py",
        '@book.kpi("3.2", "complaints',
        'book.kpi("3.1", "other")(lambda: Level(1))\n\n\n@book.kpi("3.2", "complaints',
    ),
    "is a computed deduction that no function works out": ("plugin.py", '@book.deduction("3.1")\n', ""),
    "is a computed renewal, but there is no renewal_eligibility()": (
        "plugin.py",
        "@hookimpl\ndef renewal_eligibility",
        "def renewal_eligibility",
    ),
    "reads calls.offered, which clause 3.1 does not list": (
        "contract.yaml",
        "facts: [calls.offered, calls.answered]\n",
        "facts: [calls.answered]\n",
    ),
    "is at most 'mystery.call', which is no measure": (
        "plugin.py",
        'at_most="mystery.calls"',
        'at_most="mystery.call"',
    ),
    "has the option 'begun'": ("contract.yaml", "started: {label", "begun: {label"),
    "there is no expects (did you mean expect?)": (
        "cases/clauses.yaml",
        'expect: {value: "0.94"',
        'expects: {value: "0.94"',
    ),
    "there is no column 'dispached_at'": (
        "cases/clauses.yaml",
        "facts: {calls.offered: 1000, calls.answered: 940}",
        "records: {tickets: [{number: T1, dispached_at: 2026-03-02}]}",
    ),
    "an upload of this would be refused": ("cases/clauses.yaml", "option: share, value", "option: shares, value"),
    "lists no clause 3.9": ("plugin.py", '"3.4", "knowledge', '"3.9", "knowledge'),
    "mend plugin.py, line": ("plugin.py", 'return Level(facts["knowledge.updated"])', "return Level(1 // 0)"),
    "mend contract.yaml, or plugin.py, line": (
        "plugin.py",
        'terms.value("per_month")',
        'terms.value("per_mounth")',
    ),
    "figures are quoted": ("cases/clauses.yaml", 'amount: "300.00", state', "amount: 300.00, state"),
    "not a measurement": ("plugin.py", 'return Level(facts["knowledge.updated"])', "return 20"),
    "money is never a float": ("plugin.py", "Charge(once,", "Charge(float(once),"),
}


def test_the_guide_lists_these_faults() -> None:
    table = text(GUIDE).partition("| it says | so |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) == set(FAULTS)


@pytest.mark.parametrize("message", FAULTS)
def test_each_fault_is_told_so(message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, right, wrong = FAULTS[message]
    package = f"kaohe_sample_{list(FAULTS).index(message)}"
    for name in ("plugin.py", "recipes.py", "contract.yaml", "cases/clauses.yaml", "__init__.py"):
        source = (SAMPLE / name).read_text(encoding="utf-8")
        assert name != file or right in source
        copy = tmp_path / package / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        source = source.replace(right, wrong) if name == file else source
        copy.write_text(source.replace("from kaohe_sample import", f"from {package} import"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert message in told(f"{package}.plugin")


def told(module: str) -> str:
    """What an author is told: an error, or what the cases say."""
    try:
        region = Region("sample", import_module(module), PluginInfo(name="sample", version="0"))
        cases = testing.load_cases(region.package)
    except (KaoheError, TypeError) as error:
        return str(error)
    return "\n".join(line for case in cases for line in testing.run_case(region, case))


def test_the_routes_are_those_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.api import app

    schema = json.loads(app.operators.openapi_json())["paths"]
    real = {(method.upper(), path) for path, methods in schema.items() for method in methods}
    assert set(re.findall(r"^\| `(GET|POST) (\S+)` \|", text(API), re.MULTILINE)) == real
    queries = {
        parameter["name"]
        for methods in schema.values()
        for route in methods.values()
        for parameter in route.get("parameters", [])
        if parameter["in"] == "query"
    }
    assert queries == set(re.findall(r"`(\w+)=`", text(API)))


def test_the_what_if_of_the_page_can_be_asked() -> None:
    from functions.api.parameters import Supposed

    body = text(API).partition("<!-- file: whatif.json -->\n```json\n")[2].partition("```")[0]
    supposed, region = Supposed.model_validate_json(body), plugins.load_region("jiyuan")
    for setting in supposed.settings:
        assumptions.check(setting, region.catalogue)
    assert {kaohe.Month.of(setting.on) for setting in supposed.settings if setting.on}, "one of a day"
    for assumed in supposed.readings:
        region.contracts[0].assuming(assumed.reading, Choice(option=assumed.option, value=assumed.value))


def test_the_api_names_codes_states_and_fields() -> None:
    shown = set(_code(text(API)))
    assert {state.value for state in State} | {status.value for status in SubmissionStatus} <= shown
    assert set(Document.model_fields) | {"internal-error", "method-not-allowed", "unsupported-media-type"} <= shown
    assert {error.code for error in _tree(KaoheError) if not issubclass(error, RuleStop)} <= shown
    assert {state.value for state in State} <= set(_code(text("README.md")))


def _tree(root: type[KaoheError]) -> Iterator[type[KaoheError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__.startswith("kaohe."):
            yield from _tree(child)


def test_uploads_state_the_limits_and_who_may_state_what() -> None:
    shown = text(UPLOADS)
    assert f"不超过 {limits.MAX_FILE // limits.MIB} MB" in shown
    assert f"最多 {limits.MAX_FILES} 个" in shown
    assert f"前 {limits.HEADER_ROWS} 行" in shown
    measures = plugins.load_region("jiyuan").catalogue.measures.values()
    assert all(measure.sources == (kaohe.VENDOR, kaohe.AUTHORITY) for measure in measures), "the page says so of all"


def test_jiyuan_gives_a_reason_for_each_default() -> None:
    shown = text("plugins/jiyuan/README.md")
    (contract,) = plugins.load_region("jiyuan").contracts
    table = shown.partition("Why these defaults:")[2].partition("##")[0]
    assert re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE) == list(contract.readings)
    for fact in (contract.authority, contract.vendor, f"{contract.total:,.2f}", str(contract.signed)):
        assert fact in shown
    assert (contract.signed - contract.term.first).days == 57


def test_the_readme_is_short() -> None:
    without_demo = re.sub(r"<!-- demo:begin -->.*<!-- demo:end -->", "", text("README.md"), flags=re.DOTALL)
    assert len(without_demo.splitlines()) <= 130
