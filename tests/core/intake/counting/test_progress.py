"""The bar on the terminal: shown to people for long files, and to nobody else."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kaohe.cli import main
from kaohe.cli.bar import Bar, bar, drawn
from kaohe.errors import Refused
from kaohe.intake import SILENT, Progress

from tests.core.intake.counting.conftest import Read
from tests.core.intake.counting.test_calls import lively, text_of


class Noted(Progress):
    """Notes the steps, and asks each how far it is."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, bool]] = []

    @contextmanager
    def step(self, what: str, share: Callable[[], float]) -> Iterator[None]:
        yield
        self.steps.append((what, -0.011 <= share() <= 1.0))


def test_each_long_step_can_be_watched(read: Read, tmp_path: Path) -> None:
    noted, text = Noted(), text_of(lively())
    read(gzip.compress(text.encode()), "a.csv.gz", progress=noted)
    with pytest.raises(Refused):
        read(text.replace("呼出", "?"), "b.csv", progress=noted)
    assert [name for name, _ in noted.steps] == ["a.csv.gz 解压", "a.csv.gz 计数", *["b.csv 计数"] * 2, "b.csv 查错"]


@pytest.mark.parametrize(
    ("share", "line"),
    [
        (0.0, "x [..............................]   0%"),
        (0.5, "x [###############...............]  50%"),
        (1.2, "x [##############################] 100%"),
        (-0.01, "x …"),
    ],
)
def test_how_a_share_looks(share: float, line: str) -> None:
    assert drawn("x", share) == line


def test_a_long_step_is_drawn_and_taken_away_a_short_one_never_shown() -> None:
    out, asked = io.StringIO(), threading.Event()

    def share() -> float:
        asked.set()
        return 0.5

    with Bar(out, soon=0.0).step("a.csv 计数", share):
        assert asked.wait(30)
    line = drawn("a.csv 计数", 0.5)
    assert line in out.getvalue()
    assert out.getvalue().endswith(" \r")
    out = io.StringIO()
    with Bar(out, soon=3600.0).step("a.csv 计数", share):
        pass
    assert out.getvalue() == ""


def test_only_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert bar() is SILENT
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert isinstance(bar(), Bar)


def test_a_checked_file_of_records_leaves_nothing_else_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "话单.csv"
    file.write_text(text_of(lively()), encoding="utf-8", newline="")
    assert main(["check", str(file), "--region", "jiyuan", "--month", "2026-03"]) == 0
    out, err = capsys.readouterr()
    assert ("通过" in out, err) == (True, "")
