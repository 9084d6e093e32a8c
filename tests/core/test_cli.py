"""The terminal: each command, good, refused and wrongly used."""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from kaohe import cli, plugins
from kaohe.cli import build_parser, main
from kaohe.errors import StoreError
from kaohe.plugins import load_region
from kaohe.results import Document

from tests.core import test_scoring
from tests.core.small import module
from tests.core.test_scoring import CONTRACT, book

Run = Any
NAME = "tests_core_small_region"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The small region as the only one installed."""
    made = module(book, CONTRACT)
    made.__package__ = test_scoring.__package__
    monkeypatch.setitem(sys.modules, NAME, made)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [EntryPoint("small", NAME, group)])
    load_region.cache_clear()
    yield
    load_region.cache_clear()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; gives exit code, output and errors."""

    def run(*argv: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in argv])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return (code, *capsys.readouterr())

    return run


def put(folder: Path, month: str = "2026-03", source: str = "vendor", name: str = "a.json", **content: Any) -> Path:
    body = {"region": "small", "month": month, "source": source, **content}
    file = folder / "submissions" / "small" / source / month / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return file


MEASURES = {"survey.rated": 1000, "survey.satisfied": 940}


def test_score_prints_months_payments_and_renewal(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    code, out, err = run("score", tmp_path)
    assert (code, err) == (0, "")
    for word in ("small-2026", "2026-03-31", "第1条：扣 200.00 元", "合计", "合同未约定 not provided for"):
        assert word in out


def test_score_takes_the_folder_of_submissions_itself_too(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    whole, part = run("score", tmp_path), run("score", tmp_path / "submissions")
    assert (part[0], part[1].replace(f"{tmp_path}/submissions", str(tmp_path)), part[2]) == whole


def test_score_as_json_is_the_document(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    code, out, _ = run("score", tmp_path, "--json", "--as-of", "2026-03-30", "--contract", "small-2026")
    served = json.loads(out)
    assert code == 0
    assert (served["as_of"], served["contract"]) == ("2026-03-30", "small-2026")
    assert served["assessments"][2]["deductions"][0]["amount"] == "200.00"
    assert set(served) == set(Document.model_fields)


def test_score_gives_the_same_for_the_same_folder(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    put(tmp_path, "2026-02", "authority", events=[{"kind": "complaint.verified", "on": "2026-02-11"}])
    first = run("score", tmp_path, "--json")
    put(tmp_path, name="copy.json", measures=MEASURES)
    assert run("score", tmp_path, "--json") == first


def test_score_shows_the_months_asked_for(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    _, out, _ = run("score", tmp_path, "--month", "2026-01", "--month", "2026-02")
    assert "\n2026-01  " in out
    assert "\n2026-02  " in out
    assert "\n2026-03  " not in out


def test_score_says_how_to_see_what_it_folds(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    _, out, _ = run("score", tmp_path)
    assert f"kaohe score {tmp_path} --month 2026-03" in out
    assert f"kaohe explain small-2026 2026-03 1 {tmp_path}\n" in out
    assert "第2条 complaints" not in out, "its target was met"
    _, full, _ = run("score", tmp_path, "--full")
    assert "第2条 complaints" in full


@pytest.mark.parametrize("options", [(), ("--as-of", "2026-03-20"), ("--contract", "small-2026")])
def test_the_commands_that_show_more_ask_for_the_same(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    folder = tmp_path / "the year"
    put(folder, measures=MEASURES)
    put(folder, source="authority", events=[{"kind": "complaint.verified", "on": "2026-03-25"}])
    _, out, _ = run("score", folder, *options)
    told = out.partition("怎样看得更细")[2].splitlines()
    commands = [shlex.split(line[line.index("kaohe ") :]) for line in told if str(folder) in line]
    assert [command[1] for command in commands] == ["score", "score", "explain", "readings"]
    for _, *command in commands:
        assert ("--as-of" in command) == ("--as-of" in options)
        code, more, err = run(*command)
        assert (code, err) == (0, "")
        if command[0] != "explain":  # which shows only what is of its clause
            assert ("截至 2026-03-20" in " ".join(more.split())) == ("--as-of" in options)


def test_no_help_ends_a_question_with_a_full_stop(run: Run) -> None:
    for command in ("whatif", "audit"):
        assert "?." not in run(command, "--help")[1]


def test_score_reports_a_refused_file_in_full_and_scores_the_others(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    put(tmp_path, "2026-02", measures={"survey.rated": 5, "survey.satisfied": 6, "survey.rted": 1})
    code, out, err = run("score", tmp_path)
    assert code == 1
    assert "第1条：扣 200.00 元" in out
    assert "refused 退回: submissions/small/vendor/2026-02/a.json" in err
    assert "survey.rted" in err
    assert len(err.splitlines()) >= 3


def test_score_of_a_region_that_is_not_installed_is_refused(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    other = tmp_path / "submissions" / "bigtown" / "vendor" / "2026-03" / "a.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    code, out, err = run("score", tmp_path)
    assert (code, "small-2026" in out) == (1, True)
    assert "no region 'bigtown'; installed: small" in err


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("score", "{}"), "there is no folder {}/submissions"),
        (("score", "{}/nowhere"), "there is no folder"),
        (("score",), "the following arguments are required: DIR"),
        (("score", "{}", "--as-of", "30.6.2026"), "a date is written YYYY-MM-DD"),
        (("score", "{}", "--month", "2026-3"), "a month is written YYYY-MM"),
        (("check", "{}/x.csv"), "没有这个文件 there is no file"),
        (("template", "small", "2026-13"), "a month is written YYYY-MM"),
        (("template", "small", "2026-03", "-o", "{}/x.csv"), "应以 .xlsx 结尾"),
        (("template", "small", "2026-03", "-o", "{}/no/x.xlsx"), "没有这个文件夹 there is no folder"),
        (("template", "small", "2025-03"), "no contract in 2025-03"),
        (("template", "small-2026", "2025-03"), "不在合同服务期内（2026-01-01至2026-04-30） is outside the term"),
        (("template", "小合同", "2025-03"), "不在合同服务期内"),
        (("template", "小合", "2025-03"), "no contract in 2025-03"),
        (("template", "大合同", "2026-03"), "there is no contract '大合同'"),
        (("clauses", "smal"), "small"),
        (("clauses", "small-2027"), "it has: small-2026"),
        (("readings",), "the following arguments are required: REGION"),
        (("cases", "small"), "region 'small' has no cases"),
        (("nothing",), "invalid choice"),
        ((), "COMMAND"),
    ],
)
def test_wrong_usage_says_what_would_be_right(run: Run, tmp_path: Path, argv: tuple[str, ...], told: str) -> None:
    code, out, err = run(*[word.format(tmp_path) for word in argv])
    assert (code, out) == (2, "")
    assert told.format(tmp_path) in err
    assert "Traceback" not in err


def test_an_empty_folder_of_submissions(run: Run, tmp_path: Path) -> None:
    (tmp_path / "submissions").mkdir()
    code, _, err = run("score", tmp_path)
    assert code == 2
    assert "holds no uploads; lay them out as submissions/REGION/vendor|authority/YYYY-MM/FILE" in err


def test_a_contract_of_which_the_folder_holds_nothing(run: Run, tmp_path: Path) -> None:
    put(tmp_path, measures=MEASURES)
    code, _, err = run("score", tmp_path, "--contract", "small-2027")
    assert code == 2
    assert "holds nothing for contract 'small-2027'; it holds: small-2026" in err


def test_check_tells_a_good_file_in_chinese(run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, measures=MEASURES)
    code, out, err = run("check", file)
    assert (code, err) == (0, "")
    assert out.startswith("a.json：通过。小合同 2026-03，供应商，2 个数据、0 个事件")


def test_check_counts_events_and_not_the_lines_they_stand_in(run: Run, tmp_path: Path) -> None:
    events = [{"kind": "leak.verified", "on": "2026-03-02", "count": 3}, {"kind": "leak.verified", "on": "2026-03-03"}]
    code, out, err = run("check", put(tmp_path, source="authority", events=events))
    assert (code, err) == (0, "")
    assert "0 个数据、4 个事件" in out


def test_check_takes_a_json_file_from_anywhere(run: Run, tmp_path: Path) -> None:
    loose = tmp_path / "b.json"
    loose.write_bytes(put(tmp_path, source="authority", events=[]).read_bytes())
    code, out, _ = run("check", loose)
    assert (code, "主管单位" in out) == (0, True)


def test_check_lists_every_fault_in_chinese(run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, measures={"survey.rated": -1, "survey.satisfied": "many"}, events=[{"kind": "leak.verified"}])
    code, out, err = run("check", file)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) >= 3
    for line in err.splitlines():
        assert any("\u4e00" <= char <= "\u9fff" for char in line), line


def test_check_needs_a_month_for_a_file_that_does_not_say(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("参评数,满意数\n1000,940\n", encoding="utf-8")
    code, _, err = run("check", tmp_path / "a.csv")
    assert code == 2
    assert (
        f"请加上 the file does not say what it is for: kaohe check {tmp_path}/a.csv --region small --month YYYY-MM"
        in err
    )
    code, _, _ = run("check", tmp_path / "a.csv", "--month", "2026-03", "--received", "2026-04-02")
    assert code in (0, 1)


def test_check_says_what_ails_a_workbook_before_it_asks_whose_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7\n")
    code, _, err = run("check", tmp_path / "a.xlsx")
    assert (code, "内容却是PDF 文件" in err) == (1, True)


@pytest.mark.parametrize("name", ["small", "small-2026", "小合同", "小"])
def test_a_template_is_asked_for_by_the_contract_s_chinese_name_too(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "三月.xlsx"
    assert run("template", name, "2026-03", "-o", file) == (0, f"已写入 wrote {file}\n", "")
    code, out, err = run("template", name, "2026-03", "-o", file)
    assert (code, out, "已经存在，可能已经填过" in err) == (2, "", True)
    assert run("template", name, "2026-03", "-o", file, "--force")[0] == 0


def test_the_template_is_written_and_says_where(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "三月.xlsx"
    code, out, err = run("template", "small", "2026-03", "-o", file)
    assert (code, out, err) == (0, f"已写入 wrote {file}\n", "")
    assert file.read_bytes()[:2] == b"PK"
    code, out, err = run("check", file, "--received", "2026-03-30")
    assert code == 1
    assert "2026-03-31当天或以后上传" in err  # so it was checked as the vendor's of March
    code, out, err = run("check", file, "--month", "2026-04", "--received", "2026-05-02")
    assert "这份表是2026年3月的" in err


def test_regions_lists_contracts(run: Run) -> None:
    code, out, err = run("regions")
    assert (code, err) == (0, "")
    assert "small-2026" in out
    assert "1,000.00" in out


def test_clauses_lists_values_readings_and_flags(run: Run) -> None:
    code, out, err = run("clauses", "small-2026")
    assert (code, err) == (0, "")
    for line in (
        "1 第1条  [指标 kpi、扣款 deduction；计算 computed]",
        "数值：target 0.95、per_point 200",
        "! watch out",
    ):
        assert line in out


def test_readings_lists_options_and_what_needs_a_ruling(run: Run) -> None:
    code, out, err = run("readings", "small")
    assert (code, err) == (0, "")
    for line in ("how ?  [3]  没有默认读法", "l whole（默认）", "early ?  [整个合同", "l rate（须附数值）"):
        assert line in out


def test_measures_lists_what_an_upload_may_hold(run: Run) -> None:
    code, out, err = run("measures", "small")
    assert (code, err) == (0, "")
    for word in ("survey.rated", "参评数", "complaint.verified", "查实投诉"):
        assert word in out


def test_every_command_has_help_that_shows_how_it_is_used(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "kaohe score DIR" in out
    (commands,) = [a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    assert {"score", "check", "template", "regions", "clauses", "readings", "measures", "cases"} <= set(
        commands.choices
    )
    for name, parser in commands.choices.items():
        code, _, _ = run(name, "--help")
        assert code == 0
        assert name in out
        assert parser.description
        assert not [a.dest for a in parser._actions if not a.help]


def test_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out.split()[0]) == (0, "kaohe")


def test_what_fails_is_told_in_a_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the table is not there")

    put(tmp_path, measures=MEASURES)
    monkeypatch.setattr("kaohe.cli.score.Situation.of", fail)
    assert run("score", tmp_path) == (1, "", "kaohe score: the table is not there\n")


def test_a_command_of_a_package_that_cannot_be_loaded_harms_no_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("serve", "kaohe_that_is_not_there:main", cli.GROUP)
    monkeypatch.setattr(cli, "entry_points", lambda group: [broken])
    assert run("regions")[0] == 0
    code, _, err = run("serve")
    assert code == 1
    assert "the command 'serve' of kaohe_that_is_not_there:main cannot be loaded: ModuleNotFoundError" in err


SCRIPT = Path(sys.executable).with_name("kaohe")
QUIET = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def test_the_installed_script(tmp_path: Path) -> None:
    done = subprocess.run([SCRIPT, "score", tmp_path], capture_output=True, text=True, env=QUIET, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"kaohe score: there is no folder {tmp_path}/submissions\n"


@pytest.mark.parametrize("command", [["regions"], ["clauses", "jiyuan"]], ids=" ".join)
def test_a_reader_that_goes_away_leaves_no_complaint(command: list[str]) -> None:
    """As ``kaohe … | head`` does, whether the output fits the buffer or not."""
    with subprocess.Popen([SCRIPT, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=QUIET) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
