"""Records at the terminal."""

from __future__ import annotations

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


def test_a_check_says_what_a_file_states_in_all(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "话单.csv"
    rows = [f"C{n},2026-03-0{n} 09:00:00,2026-03-0{n} 09:00:{10 + n},满意\n" for n in range(1, 8)]
    file.write_text("通话编号,排队时间,应答时间,满意度\n" + "".join(rows), encoding="utf-8")
    code, out, _ = run("check", file, "--region", "jiyuan", "--month", "2026-03")
    assert (code, out.splitlines()[1:5]) == (
        0,
        ["  来电总量 7次（7天合计）", "  应答量 7次（7天合计）", "  15秒内应答量 5次（7天合计）", "  参评数 7件"],
    )


def test_measures_are_shown_with_how_they_are_counted(run: Run) -> None:
    code, out, _ = run("measures", "jiyuan")
    assert code == 0
    text = " ".join(out.split())
    assert "calls.answered_within_15s 15秒内应答量: 当日排队15秒以内（含15秒）即被接听的来电数" in text
    assert "话单 where is_answered AND wait_s <= 15; on the day of came_at" in text
    assert "is_answered = CASE WHEN result IS NULL" in text
    assert "different agent of 考勤 where status = 'present'" in text
    assert "转接的电话（同一编号有几行）算一通" in text


def test_an_explanation_names_the_list_behind_a_counted_figure(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "submissions" / "luohe" / "vendor" / "2026-03"
    folder.mkdir(parents=True)
    rows = "T1,网络,2026-03-05 09:00:00,2026-03-05 10:00:00\nT2,网络,2026-03-05 09:00:00,2026-03-09 10:00:00\n"
    (folder / "工单.csv").write_text(f"工单编号,来源渠道,受理时间,回应时间\n{rows}", encoding="utf-8")
    region = load_region("luohe")
    number = next(c.no for c in region.contracts[-1].clauses if "web_tickets.in_time" in c.facts)
    code, out, _ = run("explain", "luohe-2025", "2026-03", number, tmp_path)
    assert code == 0
    assert "failures/luohe/vendor/2026-03/" in out
    assert "GET /contracts/luohe-2025/months/2026-03/failures" in out
    other = next(c.no for c in region.contracts[-1].clauses if c.facts and "web_tickets.in_time" not in c.facts)
    code, out, _ = run("explain", "luohe-2025", "2026-03", other, tmp_path)
    assert "failures/" not in out
