"""``kaohe serve`` and ``kaohe demo`` as somebody types them."""

import os
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from kaohe.cli import main
from kaohe.text import width
from kaohe_local.gateway import Gateway

MONEY = re.compile(r"\d[\d,]*\.\d\d(?=\s|$)")


@pytest.fixture(scope="module")
def printed() -> str:
    """What the demo prints, in a process of its own; it ends by itself, with 0, and says nothing else."""
    run = subprocess.run(
        [sys.executable, "-c", "from kaohe.cli import main; raise SystemExit(main(['demo', 'jiyuan']))"],
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def section(printed: str, heading: str) -> str:
    """The text under a heading, up to the next."""
    form = rf"^{re.escape(heading)}\n[─═]+\n(.*?)(?=\n\n[^\n]+\n[─═]{{4,}}\n|\Z)"
    found = re.search(form, printed, re.DOTALL | re.MULTILINE)
    assert found, f"no section {heading!r}"
    return found[1]


def money(line: str) -> list[Decimal]:
    return [Decimal(amount.replace(",", "")) for amount in MONEY.findall(line)]


def test_the_payments_add_up(printed: str) -> None:
    lines = section(printed, "付款").splitlines()
    rows = [money(line) for line in lines if re.match(r"  \d  ", line)]
    total = next(money(line) for line in lines if "合计" in line and "＝" not in line)
    assert len(rows) == 4
    assert [sum(column) for column in zip(*rows, strict=True)] == total
    assert all(gross == deducted + net for gross, deducted, net in [*rows, total])
    assert total[0] == Decimal("1399680.00")


def test_the_deductions_of_the_months_are_those_of_the_payments(printed: str) -> None:
    months = re.findall(
        r"^  2026-\d\d：扣除 ([\d,]+\.\d\d) 元$", section(printed, "The deductions 扣除明细"), re.MULTILINE
    )
    said = re.search(r"扣除合计 ([\d,]+\.\d\d) ＝", section(printed, "付款"))
    assert said
    assert sum(Decimal(amount.replace(",", "")) for amount in months) == money(said[1] + " ")[0]


def test_the_bad_month_is_refused_cell_by_cell_and_the_mended_one_taken_in(printed: str) -> None:
    bad, good = (
        section(printed, "2. April, with six slips 四月，六处错误"),
        section(printed, "3. April, put right 四月更正"),
    )
    assert bad.splitlines()[4].endswith("退回")
    assert [n for n in range(1, 9) if f"\n  {n}. 2026年4月运营数据.xlsx 工作表" in bad] == [1, 2, 3, 4, 5, 6]
    assert "退回" not in good


def test_a_ruling_changes_the_months_before_it(printed: str) -> None:
    ruled = section(printed, "5. The authority rules on 4.4 裁定")
    assert re.search(r"2026-01 +700\.00 +1,100\.00  已定 final", ruled)
    assert "4.4 接通率：扣" in section(printed, "The deductions 扣除明细")


def test_corrections_change_months_long_past(printed: str) -> None:
    corrected = section(printed, "7. Two corrections 事后更正")
    assert re.findall(r"^  (2026-\d\d) +([\d,.]+) +([\d,.]+)  已定 final$", corrected, re.MULTILINE) == [
        ("2026-05", "1,400.00", "1,600.00"),
        ("2026-09", "600.00", "0.00"),
    ]


def test_the_indicators_of_the_year_stand_in_two_tables(printed: str) -> None:
    months = section(printed, "The months 各月指标")
    headers = [line.split()[-6:] for line in months.splitlines() if line.startswith("  条款")]
    assert headers == [[f"2026-{n:02}" for n in half] for half in (range(1, 7), range(7, 13))]


def test_it_reads_well_in_a_window_of_ordinary_width(printed: str) -> None:
    assert max(map(width, printed.splitlines())) <= 112
    assert "\x1b" not in printed


def test_a_region_without_a_story_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "nowhere"]) != 0
    assert "no story for nowhere" in capsys.readouterr().err


def test_serving_on_a_port_that_is_taken_fails_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    taken = Gateway(lambda event: None)
    port = urlsplit(taken.url).port
    try:
        assert main(["serve", "--port", str(port), "--aws-port", "0"]) == 1
    finally:
        taken.stop()
    assert f"cannot listen on port {port}" in capsys.readouterr().err


def test_without_the_repository_it_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["serve", "--template", str(tmp_path / "none.yaml")]) != 0
    assert "checkout of the kaohe repository" in capsys.readouterr().err


def test_serving_prints_its_addresses_and_ends_cleanly(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "from kaohe.cli import main; raise SystemExit(main(['serve', '--port', '0', '--today', '2026-09-08']))"
    with log.open("w") as output:
        running = subprocess.Popen([sys.executable, "-c", code], stdout=output, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 30
            while not re.search(r"AWS_SECRET_ACCESS_KEY=\S+\s", log.read_text("utf-8")) and time.monotonic() < end:
                time.sleep(0.05)
            found = re.search(r"API +(\S+)", log.read_text("utf-8"))
            assert found, log.read_text("utf-8")
            with build_opener(ProxyHandler({})).open(f"{found[1]}/regions", timeout=10) as answer:
                assert answer.status == 200
            exported = log.read_text("utf-8").partition("knows where it is:")[2].replace("\\", "")
            operator = {**os.environ, "NO_PROXY": "127.0.0.1", **dict(it.split("=", 1) for it in exported.split()[1:])}
            command = [sys.executable, "-m", "kaohe.cli", "sweep"]
            swept = subprocess.run(command, env=operator, capture_output=True, text=True, timeout=60)
            assert (swept.returncode, swept.stdout[:9]) == (0, "0 uploads"), swept
            running.send_signal(signal.SIGINT)
            assert running.wait(timeout=20) == 0
        finally:
            running.kill()
            running.wait()
    shown = log.read_text("utf-8")
    assert "aws --endpoint-url http://127.0.0.1:" in shown
    assert shown.endswith("stopped\n")
