"""Counties, each an installed package of its own: the region of the plugin guide, under another name."""

from __future__ import annotations

import py_compile
import re
from collections.abc import Sequence
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode

from kaohe.plugins import GROUP

SAMPLE = Path(__file__).parents[2] / "tests/examples/sample/src/kaohe_sample"
PLUGIN = """

def _more(no: str, reading: str) -> None:
    @book.kpi(no, f"more.{no}")
    def count(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"))

    @book.deduction(no)
    def charge(kpi: Kpi, terms: Terms) -> Charge:
        each = 10 if terms.choice(reading).option == "one" else 20
        return Charge(kpi.numerator * each, f"{kpi.numerator} × {each}")


for _number in range(1, MORE + 1):
    _more(f"9.{_number}", f"more-{_number}")
"""
READING = """\
  more-{n}:
    label: 另一处歧义{n}
    question: Ten yuan or twenty?
    default: one
    options:
      one: {{label: 十元, summary: "Ten."}}
      two: {{label: 二十元, summary: "Twenty."}}
"""
CLAUSE = """\
  - no: "9.{n}"
    label: 另一条款{n}
    summary: So much for each verified complaint.
    kinds: [kpi, deduction]
    status: computed
    facts: [complaint.verified]
    readings: [more-{n}]
"""


def name_of(number: int) -> str:
    """The region's name; its contract is ``<name>-2026``."""
    return f"county-{number:04}"


def install(folder: Path, counties: int, readings: int = 0) -> None:
    """Put the packages of so many counties into a folder that is on the path of whoever shall know them.

    Args:
        folder: where to.
        counties: how many.
        readings: readings that each contract has besides the sample's two, each with a clause that asks for it.
    """
    plugin = (SAMPLE / "plugin.py").read_text(encoding="utf-8") + PLUGIN.replace("MORE", str(readings))
    # The same text for all, whatever they are called: it is compiled once.
    plugin = plugin.replace("from kaohe_sample import recipes", "from . import recipes")
    contract = (SAMPLE / "contract.yaml").read_text(encoding="utf-8")
    more = [form.format(n=n) for form in (READING, CLAUSE) for n in range(1, readings + 1)]
    contract = contract.replace("\nclauses:\n", "\n" + "".join(more[:readings]) + "\nclauses:\n")
    contract = contract.rstrip("\n") + "\n" + "".join(more[readings:])
    for number in range(1, counties + 1):
        _install(folder, name_of(number), plugin, contract)
    for module in ("plugin.py", "recipes.py"):
        _compile(sorted(folder.glob(f"*/{module}")))


def _compile(plugins: Sequence[Path]) -> None:
    """As in a bundle: nobody compiles while an upload waits. They are all the same, so one will do for all."""
    made = py_compile.compile(str(plugins[0]), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    assert made
    for plugin in plugins[1:]:
        there = Path(cache_from_source(str(plugin)))
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(Path(made).read_bytes())


def _install(folder: Path, name: str, plugin: str, contract: str) -> None:
    package = "kaohe_" + name.replace("-", "_")
    contract = re.sub(r"^id: \S+", f"id: {name}-2026", contract, flags=re.MULTILINE)
    files = {
        f"{package}/__init__.py": "",
        f"{package}/plugin.py": plugin,
        f"{package}/recipes.py": (SAMPLE / "recipes.py").read_text(encoding="utf-8"),
        f"{package}/contract.yaml": re.sub(r"^region: \S+", f"region: {name}", contract, flags=re.MULTILINE),
        f"{package}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: kaohe-{name}\nVersion: 1\n",
        f"{package}-1.dist-info/entry_points.txt": f"[{GROUP}]\n{name} = {package}.plugin\n",
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
