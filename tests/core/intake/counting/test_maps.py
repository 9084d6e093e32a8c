"""Maps of columns: what cannot be meant is named, and so is what a file lacks to be what a map describes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from kaohe.cli import main
from kaohe.errors import UsageError
from kaohe.yamlfile import read_export

from tests.core.intake.counting.conftest import Faults

MAP: dict[str, Any] = {
    "name": "made-up",
    "label": "虚构话务平台",
    "records": "calls",
    "day": "name",
    "columns": {
        "id": {"header": ["line", "call"]},
        "queued_at": {"header": "q_start", "form": "clock", "empty": ["0:00:00"]},
        "waited": {"header": "q_time", "form": "number"},
        "result": {"header": "outcome", "words": {"answered": ["AGENT"], "abandoned": ["HANG"]}},
    },
}


def changed(column: str, **taken: object) -> str:
    return yaml.safe_dump({**MAP, "columns": {**MAP["columns"], column: {"header": "x", **taken}}}, allow_unicode=True)


def test_the_map_itself_is_fine() -> None:
    assert read_export(yaml.safe_dump(MAP), "map.yaml").headers == {"line", "call", "q_start", "q_time", "outcome"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (changed("answred_at"), "columns.answred_at: calls have no such column; it is one of id, leg, direction"),
        (changed("result", words={"taken": ["A"]}), "columns.result.words: taken is none of the values: answered, ab"),
        (changed("agent", words={"a": ["A"]}), "columns.agent.words: a is none of the values: nothing"),
        (
            changed("result", words={"answered": ["1"], "abandoned": ["2", "1 "]}),
            "columns.result.words: '1' stands for abandoned and answered; it can stand for one of them only",
        ),
        (changed("waited", form="clock"), "columns.waited.form: clock is none of number, text, duration"),
        (yaml.safe_dump({**MAP, "day": None}), "day: missing, and columns of the form clock"),
        (yaml.safe_dump({**MAP, "day": "2026-02-30"}), "day: '2026-02-30' is neither"),
    ],
)
def test_what_cannot_be_meant_is_named(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"made\.yaml is not an export") as caught:
        read_export(text, "made.yaml")
    assert told in str(caught.value)


def test_the_terminal_says_it_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, columns = tmp_path / "a.csv", tmp_path / "map.yaml"
    file.write_text("a,b\n")
    columns.write_text(changed("answred_at"), encoding="utf-8")
    assert main(["check", str(file), "--map", str(columns), "--region", "jiyuan", "--month", "2026-03"]) == 2
    assert "map.yaml is not an export: columns.answred_at" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (changed("id", header="通话").encode("gb18030"), "map.yaml is not written in UTF-8 (line 3); save it as UTF-8"),
        (b"", "map.yaml is empty"),
        (b"# nothing yet\n", "map.yaml is empty"),
    ],
)
def test_a_map_that_is_no_text_or_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    file, columns = tmp_path / "a.csv", tmp_path / "map.yaml"
    file.write_text("a,b\n")
    columns.write_bytes(content)
    assert main(["check", str(file), "--map", str(columns), "--region", "jiyuan", "--month", "2026-03"]) == 2
    assert told in capsys.readouterr().err


Packed = Callable[[str], tuple[bytes, str]]


@pytest.mark.parametrize(
    "packed",
    [lambda text: (text.encode(), "calls.csv"), lambda text: (gzip.compress(text.encode()), "calls.csv.gz")],
)
def test_headers_that_a_map_names_and_a_file_lacks_are_named(faults: Faults, packed: Packed) -> None:
    export = read_export(yaml.safe_dump(MAP, allow_unicode=True), "map.yaml")
    (fault,) = faults(*packed("line,call,q_start,outcome_2\nA,1,9:00:00,AGENT\n"), (export,))
    assert fault.code == "no-header"
    assert "像是“虚构话务平台”，但没有“outcome”“q_time”这些表头" in fault.message
    (fault,) = faults(*packed("line,call,x,y\nA,1,9:00:00,AGENT\n"), (export,))
    assert ("虚构话务平台" in fault.message, "列对照表（--map）" in fault.message) == (False, True)
