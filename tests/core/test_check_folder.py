"""``kaohe check DIR``: each file, and the files that contradict each other, for whoever sent them."""

from pathlib import Path

import pytest
from kaohe import cli

FIGURES = "指标,数值\n参评数,1000\n满意数,{}\n"


def lay(folder: Path, **files: str) -> Path:
    """A folder of a vendor's files of one month."""
    month = folder / "submissions/jiyuan/vendor/2026-03"
    month.mkdir(parents=True)
    for name, content in files.items():
        (month / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code, and what is printed."""
    code = cli.main(["check", str(folder), "--received", "2026-04-02"])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_files_that_agree_are_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(lay(tmp_path, 三月=FIGURES.format(900), 补报=FIGURES.format(900)), capsys)
    assert (code, err) == (0, "")
    assert out.count("通过。2 个数据") == 2


def test_a_score_names_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = lay(tmp_path, 三月=FIGURES.format(900), 三月改=FIGURES.format(901))
    assert cli.main(["score", str(folder)]) == 0
    err = capsys.readouterr().err
    assert err.startswith("not used 矛盾: submissions/jiyuan: 供应商 2026-03：“三月.csv”与“三月改.csv”互相矛盾")
    assert err.count("矛盾:") == 1


def test_files_that_differ_are_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(lay(tmp_path, 三月=FIGURES.format(900), 三月改=FIGURES.format(901), 空=""), capsys)
    assert code == 1
    assert "三月.csv”与“三月改.csv”互相矛盾" in err
    assert "三月.csv：通过，但与“三月改.csv”矛盾" in out
    assert "三月改.csv：通过，但与“三月.csv”矛盾" in out
    assert "用它原来的文件名重传" in err
    assert "空.csv：文件是空的" in err
