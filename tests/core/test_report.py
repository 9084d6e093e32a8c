from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from kaohe import report
from kaohe.results import Exact
from kaohe.text import width

from tests.core.small import INFO, MARCH, findings, upload
from tests.core.test_scoring import APRIL, CONTRACT, PLAIN, UPLOADS, document


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


TEXT = report.render(PLAIN, CONTRACT)
LINES = lines(TEXT)


def after(start: str) -> str:
    return LINES[next(n for n, line in enumerate(LINES) if line.startswith(start)) + 1]


def test_it_begins_with_the_contract() -> None:
    assert LINES[0] == "小合同"
    for line in (
        "contract 合同 small-2026 小合同",
        "authority 甲方 甲",
        "total 总额 1,000.00 yuan",
        "as of 截至 2026-04-30",
        f"worked out by {INFO.name} {INFO.version}",
    ):
        assert line in LINES


def test_each_month_has_its_state_and_sum() -> None:
    heads = [line for line in LINES if "deducted 扣除" in line and line.startswith("2026-")]
    assert [line.split()[0] for line in heads] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert heads[2] == "2026-03 FINAL deducted 扣除 1,701.00"
    assert heads[3] == "2026-04 INCOMPLETE deducted 扣除 1.00", "it costs, though the vendor has sent nothing"


def rows(*words: str) -> list[str]:
    """The lines that hold all of these."""
    return [line for line in LINES if all(word in line for word in words)]


def test_each_indicator_has_a_row() -> None:
    (failed,) = rows("satisfaction", "第1条", "94 % (940/1000)")
    assert failed.endswith("95 % NOT MET 未达标 final")
    (kept,) = rows("satisfaction", "第1条", "96 % (960/1000)")
    assert kept.endswith("95 % met 达标 final")
    assert [row for row in rows("complaints", "第2条") if row.endswith(" 3 0 NOT MET 未达标 final")]


def test_each_deduction_says_how_it_comes_about_how_it_was_read_and_what_it_would_be() -> None:
    assert "1 第1条: 200.00" in LINES
    assert any(line.startswith("95 % − 94 % = 1 ") and line.endswith("1 × 200.00 = 200.00") for line in LINES)
    assert "2 第2条: 1,500.00" in LINES
    assert "3 × 500.00 = 1,500.00" in LINES
    read = next(line for line in LINES if "partial-point = started (ruling of 2026-04-20)" in line)
    assert read.startswith("read as base = rated (default), ")
    assert "would be 500.00 under early = waived" in LINES
    assert "would be 2.00 under how = strict" in LINES


def test_what_cost_nothing_under_any_reading_is_not_told() -> None:
    january = report.assessment(PLAIN.assessments[0], CONTRACT)
    assert "2 第2条: " not in january
    assert "1 第1条: 0.00" in january


def test_payments_add_up() -> None:
    assert "1 预付 400.00 0.00 400.00 — upcoming" in LINES
    assert "2 上半年 300.00 300.00 0.00 2026-06-30 upcoming" in LINES
    assert "3 下半年 300.00 300.00 0.00 2026-12-31 upcoming" in LINES
    assert "sum 合计 1,000.00 600.00 400.00" in LINES
    assert "deductions 2,704.00 = taken 600.00 + carried 结转 2,104.00 + claim 追偿 0.00" in LINES
    assert "no. 2 bears 2026-01 3 1.00, 2026-02 2 299.00" in LINES


def test_what_is_open_missing_contradictory_and_to_know_is_told() -> None:
    assert rows("no figures from the vendor for 2026-04")
    assert rows("no word from the authority on 2026-01")
    assert "8: watch out" in LINES
    assert "not provided for" in LINES
    torn = document(*UPLOADS, upload(MARCH, {"survey.rated": 7}, name="x.json"))
    told = " ".join(lines(report.render(torn, CONTRACT)))
    assert told.count("files of the vendor contradict each other: 1000 in a.json C0; 7 in x.json C0.") == 1


def test_the_months_shown_can_be_chosen() -> None:
    text = report.render(PLAIN, CONTRACT, months=["2026-02"])
    assert "\n2026-02  FINAL" in text
    assert "\n2026-03  FINAL" not in text
    assert "\n2026-04  INCOMPLETE" in report.render(PLAIN, CONTRACT, months=[str(APRIL)])


def test_an_open_deduction_says_what_it_waits_for() -> None:
    text = report.render(document(as_of=date(2026, 3, 31)), CONTRACT)
    assert "3 第3条: open" in text
    assert "open: needs a ruling of the authority: how" in text
    assert "how: needs a ruling" in text


def test_no_line_is_wider_than_the_page() -> None:
    assert max(width(line) for line in TEXT.splitlines()) <= report.COLUMNS + 10


def test_a_document_of_nothing_can_be_read_too() -> None:
    text = report.render(document(findings(MARCH), as_of=date(2026, 1, 1)), CONTRACT)
    assert "sum 合计" in text


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ({"numerator": 943, "denominator": 1000}, "94.3 % (943/1000)"),
        ({"numerator": 2, "denominator": 3}, "66.67 % (2/3)"),
        ({"numerator": 0, "denominator": 0}, "—"),
        ({}, "—"),
        ({"numerator": 0}, "0"),
        ({"numerator": "15.5"}, "15.5"),
        ({"numerator": 280, "denominator": 4}, "70"),
    ],
)
def test_values_for_people(exact: dict[str, Any], shown: str) -> None:
    assert report.value(Exact.model_validate(exact)) == shown


def test_a_rate_just_below_its_target_does_not_look_as_if_it_met_it() -> None:
    shown = report.value(Exact(numerator=949999, denominator=1000000))
    assert Fraction(shown.split()[0]) < 95
