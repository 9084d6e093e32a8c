"""A function's process: what it may see, and what becomes of one that fails."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from kaohe.errors import KaoheError, UsageError
from kaohe_local import built as module
from kaohe_local.built import Built, BuiltFunction
from kaohe_local.functions import specs
from kaohe_local.template import Template

Start = Callable[[str], BuiltFunction]


@pytest.fixture
def start(built: Built, tmp_path: Path) -> Iterator[Start]:
    """Starts a function of this code; it may take a second."""
    with ExitStack() as stack:

        def started(code: str) -> BuiltFunction:
            bundle = tmp_path / "bundle"
            spec = replace(specs(Template.read())[0], timeout=1)
            (bundle / spec.service).mkdir(parents=True)
            (bundle / spec.service / "app.py").write_text(code, encoding="utf-8")
            function = BuiltFunction(spec, bundle, built, {"KAOHE_TABLE": ""}, tmp_path / "log")
            stack.callback(function.stop)
            return function

        yield started


LOOK = """
import importlib.util, os, sys

def handler(event, context):
    return {
        "path": [path for path in sys.path if not path.startswith(sys.base_prefix)],
        "found": [name for name in ("kaohe", "boto3", "pytest") if importlib.util.find_spec(name)],
        "task": os.environ["LAMBDA_TASK_ROOT"],
        "ours": sorted(name for name in os.environ if name.startswith(("KAOHE", "PYTEST"))),
        "echo": event,
        "name": context.function_name,
    }
"""


def test_it_sees_its_bundle_the_client_the_library_and_the_variables_of_the_template(start: Start) -> None:
    function = start(LOOK)
    seen = function({"text": "电话"})
    assert [Path(path).name for path in seen["path"]] == ["bundle", "client"]
    assert seen["found"] == []
    assert Path(seen["task"]).name == "bundle"
    given = {name for name in function.spec.environment if name.startswith("KAOHE")}
    assert set(seen["ours"]) == given - {"KAOHE_TABLE"}
    assert (seen["echo"], seen["name"]) == ({"text": "电话"}, function.spec.name)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import nothing_there", "Runtime.ImportModuleError: .*nothing_there"),
        ("def handler(event, context): raise ValueError('why')", "^ValueError: why$"),
        ("def handler(event, context): return object()", "Runtime.MarshalError"),
        ("import os\ndef handler(event, context): print('last words'); os._exit(3)", "ended by itself: last words"),
        ("def handler(event, context): return 'x' * 6_300_000", "Lambda takes 6291456"),
    ],
)
def test_what_fails_is_told(start: Start, code: str, told: str) -> None:
    with pytest.raises(KaoheError, match=told):
        start(code)({})


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import nothing_there", "Runtime.ImportModuleError"),
        ("def handler(event, context): raise ValueError('why')", "ValueError"),
    ],
)
def test_what_the_runtime_says_of_an_error_is_a_line_of_json(start: Start, code: str, kind: str) -> None:
    function = start(code)
    with pytest.raises(KaoheError):
        function({})
    lines = [json.loads(line) for line in function.lines()]
    (line,) = [line for line in lines if "errorType" in line]
    assert (line["errorType"], line["level"]) == (kind, "ERROR")


def test_what_takes_too_long_is_ended(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START", 0)
    function = start("import time\ndef handler(event, context): time.sleep(60)")
    with pytest.raises(KaoheError, match="took more than 1 s"):
        function({})
    with pytest.raises(KaoheError, match="ended by itself"):
        function({})


def test_a_folder_without_functions_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run 'make here'"):
        Built.read(tmp_path)
