"""The pages of the documentation: what a comment before a block or a table says must stand there.

::

    <!-- source: PATH#REGION -->     a part of a file, between ``# region: REGION`` and ``# endregion``, or all of it
    <!-- file: NAME -->              a file that the commands further down the page use
    <!-- output: COMMAND -->         what a command prints; ``COMMAND | 3 lines from "TEXT"`` a part of it
    <!-- json: COMMAND | PATH -->    a part of the JSON that a command prints, such as ``settlement.instalments.0``
    <!-- api: METHOD PATH FILE -->   what the HTTP API answers; FILE is the body of a POST
    <!-- table: NAME ARGUMENT -->    a table made from the code
    <!-- operate: PART -->           what an operator's command prints, on a system in memory
    <!-- demo: PART -->              a part of what ``kaohe demo`` prints, worked out straight from the samples' files

``.venv/bin/python -m tests.health.pages`` writes all of it into the pages.
"""

import io
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from importlib import invalidate_caches
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

from hatchling.builders.wheel import WheelBuilder
from kaohe import cli, plugins
from kaohe.assessment import Assessment, Deduction, Kpi
from kaohe.catalogue import EventKind
from kaohe.intake import Contradiction
from kaohe.model import attributes
from kaohe.payable import Bond, Liability, SettledInstalment, Settlement
from kaohe.results import Document, Renewal
from kaohe.service.trailviews import Correction
from kaohe.trail import Confirmation, Objection

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/plugin-guide.md",
    "docs/uploads.md",
    "docs/api.md",
    "docs/architecture.md",
    "docs/reliability.md",
    "docs/scale.md",
    "infra/README.md",
    *sorted(page.relative_to(ROOT).as_posix() for page in ROOT.glob("plugins/*/README.md")),
)
BLOCK = re.compile(r"^<!-- (\w+): (.+?) -->\n(```\w*\n(?:.*\n)*?```\n|(?:\|.*\n)*)", re.MULTILINE)
RECORDS = (
    Document,
    Renewal,
    Assessment,
    Kpi,
    Deduction,
    Settlement,
    SettledInstalment,
    Liability,
    Bond,
    Confirmation,
    Objection,
    Correction,
    Contradiction,
    EventKind,
)


def renewed(page: Path) -> str:
    """The page with every marked block and table as it must be."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder)
        for room in ("plugins", "tests"):
            (given / room).symlink_to(ROOT / room)

        def renew(match: re.Match[str]) -> str:
            kind, argument, body = match.groups()
            if kind == "file":
                (given / argument).write_text(_inside(body), encoding="utf-8")
                return match[0]
            with chdir(given):
                new = MAKERS[kind](argument)
            fence = body.partition("\n")[0] if body.startswith("```") else "```text"
            new = new if kind == "table" else f"{fence}\n{new.rstrip()}\n```\n"
            return f"<!-- {kind}: {argument} -->\n{new}"

        with sample_installed():
            return BLOCK.sub(renew, page.read_text(encoding="utf-8"))


def _inside(body: str) -> str:
    return body.partition("\n")[2].removesuffix("```\n")


@contextmanager
def sample_installed() -> Iterator[None]:
    """The example region built and installed as any package is, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        (wheel,) = WheelBuilder(str(ROOT / "tests/examples/sample")).build(directory=folder, versions=["standard"])
        sys.path.insert(0, f"{folder}/site")
        _unpack(wheel, sys.path[0])
        try:
            yield
        finally:
            sys.path.remove(f"{folder}/site")
            for name in [name for name in sys.modules if name.partition(".")[0] == "kaohe_sample"]:
                del sys.modules[name]
            _forget()


def _unpack(wheel: str, folder: str) -> None:
    import zipfile

    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder)
    _forget()


def _forget() -> None:
    invalidate_caches()
    plugins.load_region.cache_clear()


def run(command: str) -> tuple[int, str]:
    """The exit code of a command line, and what it prints."""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        code = cli.main(shlex.split(command)[1:])
    return code, printed.getvalue()


def _source(argument: str) -> str:
    path, _, region = argument.partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    if not region:
        return text
    part = text.partition(f"# region: {region}\n")[2].partition("# endregion")[0]
    return dedent(part.rstrip(" ")).strip("\n")


def _output(argument: str) -> str:
    command, _, part = argument.partition(" | ")
    printed = run(command)[1]
    if part:
        count, start = re.fullmatch(r'(\d+) lines from "(.*)"', part).groups()  # type: ignore[union-attr]
        lines = printed.splitlines()
        first = next(n for n, line in enumerate(lines) if line.lstrip().startswith(start))
        printed = "\n".join(lines[first : first + int(count)])
    return printed


def _json(argument: str) -> str:
    command, _, path = argument.partition(" | ")
    found = json.loads(run(command)[1])
    for step in path.split("."):
        found = found[int(step) if step.isdigit() else step]
    return _pretty(found)


def _pretty(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    # Short lists and objects on one line read better.
    return re.sub(r"([{\[])\s([^{}\[\]]{1,200}?)\s+([}\]])", lambda m: m[1] + " ".join(m[2].split()) + m[3], text)


def _api(argument: str) -> str:
    os.environ.setdefault("KAOHE_BUCKET", "none")
    os.environ.setdefault("KAOHE_TABLE", "none")
    from functions.api import app

    method, path, *file = argument.split()
    name = "api-post-facts" if method == "POST" else "api-get"
    event = json.loads((ROOT / f"tests/events/{name}.json").read_text(encoding="utf-8"))
    event |= {"rawPath": path, "body": Path(file[0]).read_text(encoding="utf-8") if file else ""}
    event["requestContext"]["http"] |= {"method": method, "path": path}
    answer = app.handler(event, SimpleNamespace(aws_request_id="1"))  # type: ignore[arg-type]
    return f"{answer['statusCode']}\n{_pretty(json.loads(answer['body']))}"


def _demo(argument: str) -> str:
    """A part of the demo: with core alone, for the platform says what core says of the same files."""
    from tests.health import demo

    name, _, rest = argument.partition(" ")
    return demo.PARTS[name](*([rest] if rest else []))


def _operate(argument: str) -> str:
    """What ``sweep``, ``redrive`` or ``audit`` prints where something is wrong."""
    from tests.health import operating

    return operating.PARTS[argument]()


def _table(argument: str) -> str:
    name, *arguments = argument.split()
    header, rows = TABLES[name](*arguments)
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


Table = tuple[list[str], list[list[str]]]


def _measures(region: str, whose: str) -> Table:
    """Measures of core, or those that a region adds or refines."""
    chosen = _chosen("measures", region, whose)
    rows = [
        [f"`{m.code}`", m.label, "、".join(m.synonyms) or "—", m.unit, {"day": "日", "month": "月"}[m.grain], m.note]
        for m in chosen
    ]
    return ["代码 code", "名称（表头）name", "也可写成 synonyms", "单位 unit", "按 per", "怎么填 how"], rows


def _events(region: str, whose: str) -> Table:
    """Event kinds of core, or those that a region adds."""
    from kaohe.intake.headers import EVENT

    def fields(names: tuple[str, ...]) -> str:
        return "、".join(EVENT[name][0] for name in names) or "—"

    rows = [
        [
            f"`{e.code}`",
            "、".join((e.label, *e.synonyms)),
            "、".join(source.label for source in e.sources),
            fields(e.required),
            fields(e.optional),
        ]
        for e in _chosen("events", region, whose)
    ]
    return ["代码 code", "名称 name", "由谁填报 from", "必填 required", "可填 optional"], rows


def _chosen(attribute: str, region: str, whose: str) -> list[Any]:
    from kaohe.standard import CORE

    core = getattr(CORE, attribute)
    found = getattr(plugins.load_region(region).catalogue, attribute)
    plain = {code for code, entry in found.items() if code in core and core[code].note == entry.note}
    return [entry for code, entry in found.items() if (code in plain) is (whose == "core")]


def _fields(region: str) -> Table:
    """The columns of an event sheet."""
    from kaohe.intake.headers import EVENT

    return ["JSON", "表头 header", "也可写成 synonyms"], [
        [f"`{field}`", names[0], "、".join(names[1:]) or "—"] for field, names in EVENT.items()
    ]


def _clauses(region: str) -> Table:
    rows = [
        [c.no, c.label, c.summary, ", ".join(c.kinds), c.status, ", ".join(f"`{r}`" for r in c.readings) or "—"]
        for c in plugins.load_region(region).contracts[-1].clauses
    ]
    return ["clause", "条款", "what", "kind", "status", "readings"], rows


def _left_out(region: str) -> Table:
    clauses = plugins.load_region(region).contracts[-1].clauses
    return ["clause", "条款", "why"], [[c.no, c.label, c.why] for c in clauses if c.why]


def _readings(region: str) -> Table:
    contract = plugins.load_region(region).contracts[-1]
    return ["reading", "clauses", "question", "default", "other options"], [
        [
            f"`{name}`",
            ", ".join(c.no for c in contract.clauses if name in c.readings) or "all",
            reading.question,
            f"`{reading.default}`" if reading.default else "none: needs a ruling",
            "; ".join(f"`{o}`: {c.summary}" for o, c in reading.options.items() if o != reading.default),
        ]
        for name, reading in contract.readings.items()
    ]


def _record(name: str) -> Table:
    """The fields of a result, as its docstring describes them."""
    record = next(r for r in RECORDS if r.__name__ == name)
    told = attributes(record)
    return ["field", "is"], [[f"`{f}`", told[f]] for f in (*record.model_fields, *record.model_computed_fields)]


TABLES: dict[str, Callable[..., Table]] = {
    "measures": _measures,
    "events": _events,
    "fields": _fields,
    "clauses": _clauses,
    "left-out": _left_out,
    "readings": _readings,
    "record": _record,
}
MAKERS: dict[str, Callable[[str], str]] = {
    "source": _source,
    "output": _output,
    "json": _json,
    "api": _api,
    "demo": _demo,
    "operate": _operate,
    "table": _table,
}

if __name__ == "__main__":
    for each in PAGES:
        (ROOT / each).write_text(renewed(ROOT / each), encoding="utf-8")
