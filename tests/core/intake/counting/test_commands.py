"""Records at the terminal."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from kaohe.cli import main
from kaohe.plugins import load_region

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
    assert run(*asked, book) == (0, f"已写入 wrote {book}\n", "")
    assert run(*asked, calls, "--kind", "calls") == (0, f"已写入 wrote {calls}\n", "")
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


def test_a_check_says_what_a_file_states_in_all(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "话单.csv"
    rows = [f"C{n},2026-03-0{n} 09:00:00,2026-03-0{n} 09:00:{10 + n},满意\n" for n in range(1, 8)]
    file.write_text("通话编号,排队时间,应答时间,满意度\n" + "".join(rows), encoding="utf-8")
    code, out, _ = run("check", file, "--region", "jiyuan", "--month", "2026-03")
    assert (code, out.splitlines()[1:5]) == (
        0,
        ["  来电总量 7次（7天合计）", "  应答量 7次（7天合计）", "  15秒内应答量 5次（7天合计）", "  参评数 7件"],
    )


def test_a_check_counts_events_that_are_kept_as_a_number_a_day(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "工单.csv"
    rows = [f"T{n},2026-03-0{2 + n % 2} 09:00:00,2026-03-2{n % 2} 09:00:00\n" for n in range(501)]
    file.write_text("工单编号,受理时间,派单时间\n" + "".join(rows), encoding="utf-8")
    code, out, _ = run("check", file, "--region", "jiyuan", "--month", "2026-03")
    assert (code, "、501 个事件\n" in out, "  转办超时 501个\n" in out) == (0, True, True)


def test_measures_are_shown_with_how_they_are_counted(run: Run) -> None:
    code, out, _ = run("measures", "jiyuan")
    assert code == 0
    text = " ".join(out.split())
    assert "calls.answered_within_15s 15秒内应答量: 当日排队15秒以内（含15秒）即被接听的来电数" in text
    assert "话单 where is_answered AND wait_s <= 15; on the day of came_at" in text
    assert "is_answered = CASE WHEN result IS NULL" in text
    assert "different agent of 考勤 where status = 'present'" in text
    assert "转接的电话（同一编号有几行）算一通" in text


TICKETS = """\
工单编号,来源渠道,受理时间,回应时间
T1,网络,2026-03-05 09:00:00,2026-03-05 10:00:00
T2,网络,2026-03-05 09:00:00,2026-03-09 10:00:00
"""
CALLS = """\
话单编号,呼叫方向,来电时间,排队时间,应答时间,挂机时间,通话结果,转接,坐席工号,满意度
C1,呼入,2026-03-02 09:00:00,2026-03-02 09:00:10,2026-03-02 09:00:20,,,,1001,满意
"""


def put(root: Path, region: str, name: str, text: str) -> Path:
    file = root / "submissions" / region / "vendor" / "2026-03" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_an_explanation_names_the_list_behind_a_counted_figure(run: Run, tmp_path: Path) -> None:
    put(tmp_path, "luohe", "工单.csv", TICKETS)
    region = load_region("luohe")
    number = next(c.no for c in region.contracts[-1].clauses if "web_tickets.in_time" in c.facts)
    code, out, _ = run("explain", "luohe-2025", "2026-03", number, tmp_path)
    assert code == 0
    assert "failures/luohe/vendor/2026-03/" in out
    assert "GET /contracts/luohe-2025/months/2026-03/failures" in out
    other = next(c.no for c in region.contracts[-1].clauses if c.facts and "web_tickets.in_time" not in c.facts)
    code, out, _ = run("explain", "luohe-2025", "2026-03", other, tmp_path)
    assert "failures/" not in out


def explained(run: Run, contract: str, clause: str, folder: Path) -> str:
    code, out, err = run("explain", contract, "2026-03", clause, folder)
    assert (code, err) == (0, "")
    return out


def test_the_command_that_an_explanation_names_writes_the_list(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "two words"
    put(root, "luohe", "工单.csv", TICKETS)
    out = explained(run, "luohe-2025", "11.2", root)
    command = next(line for line in out.splitlines() if "kaohe check" in line).partition("kaohe ")[2]
    *words, target = shlex.split(command)
    assert target == "名单.csv"
    code, told, _ = run(*words, tmp_path / target)
    assert code == 0
    assert "未达要求的明细已写入" in told
    assert "未计入“网络工单及时回应量”,T2" in (tmp_path / target).read_text(encoding="utf-8-sig")


def test_what_another_region_sent_under_the_same_name_is_no_part_of_an_explanation(run: Run, tmp_path: Path) -> None:
    for region in ("jiyuan", "luohe"):
        put(tmp_path, region, "话单.csv", CALLS)
    found = json.loads(run("explain", "jiyuan-2026", "2026-03", "4.5", tmp_path, "--json")[1])
    assert len([row for row in found["rows"] if row["code"] == "calls.offered"]) == 1
    assert list(found["unlisted"]) == ["submissions/jiyuan/vendor/2026-03/话单.csv"]
    assert found["unlisted"] == {
        key: hashlib.sha256((tmp_path / key).read_bytes()).hexdigest() for key in found["unlisted"]
    }


def test_a_clause_counted_from_calls_names_no_list_but_the_upload(run: Run, tmp_path: Path) -> None:
    put(tmp_path, "jiyuan", "话单.csv", CALLS)
    put(tmp_path, "luohe", "话单.csv", CALLS)
    late = "T1,2026-03-02 09:00:00,2026-03-20 09:00:00,2026-03-20 10:00:00"
    put(tmp_path, "luohe", "工单.csv", TICKETS)
    put(tmp_path, "jiyuan", "工单.csv", f"工单编号,受理时间,派发时间,办结时间\n{late}\n")
    for clause in ("4.1", "4.5"):
        out = explained(run, "jiyuan-2026", clause, tmp_path)
        assert "failures/" not in out
        assert "没有名单的数据" in out
        assert "submissions/jiyuan/vendor/2026-03/话单.csv  SHA-256 " in out
        assert "submissions/luohe" not in out
    listed = explained(run, "jiyuan-2026", "4.3", tmp_path)
    assert "failures/jiyuan/" in listed
    assert "failures/luohe/" not in listed
    assert "没有名单的数据" not in listed


def test_figures_that_were_typed_in_rest_on_no_records(run: Run, tmp_path: Path) -> None:
    put(tmp_path, "jiyuan", "按月.csv", "指标,数值\n参评数,10\n满意数,9\n")
    assert "没有名单的数据" not in explained(run, "jiyuan-2026", "4.1", tmp_path)


def test_a_check_says_where_there_is_nothing_to_list(run: Run, tmp_path: Path) -> None:
    calls, target = put(tmp_path, "jiyuan", "话单.csv", CALLS), tmp_path / "名单.csv"
    code, out, _ = run("check", calls, "--failures", target)
    assert code == 0
    assert f"没有未达要求的明细，{target} 未写入" in out
    assert not target.exists()
    code, _, err = run("check", tmp_path, "--failures", target)
    assert code == 2
    assert "name the file, not its folder" in err
