"""Records at the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kaohe.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def runs(*argv: object) -> tuple[int, str, str]:
        code = main([str(word) for word in argv])
        return (code, *capsys.readouterr())

    return runs


def test_the_template_for_records_as_a_workbook_or_one_csv(run: Run, tmp_path: Path) -> None:
    book, calls = tmp_path / "明细.xlsx", tmp_path / "话单.csv"
    asked = ("template", "jiyuan", "2026-03", "--records", "-o")
    assert run(*asked, book) == (0, f"wrote {book}\n", "")
    assert run(*asked, calls, "--kind", "calls") == (0, f"wrote {calls}\n", "")
    with calls.open("a", encoding="utf-8") as file:
        file.write("C1,呼入,2026-03-02 09:00:00,2026-03-02 09:00:10,2026-03-02 09:00:20,,,,1001,满意\n")
    code, out, err = run("check", calls, "--region", "jiyuan", "--month", "2026-03")
    assert (code, err) == (0, "")
    assert "话单1通" in out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("-o", "话单.csv"), "--records in .csv"),
        (("--records", "-o", "话单.csv"), "calls (话单), tickets (工单)"),
        (("--kind", "calls", "-o", "话单.xlsx"), "a sheet for each kind"),
        (("--records", "--kind", "faxes", "-o", "话单.csv"), "calls (话单)"),
    ],
)
def test_a_template_that_cannot_be_meant(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run("template", "jiyuan", "2026-03", *options)
    assert code == 2
    assert told in err
