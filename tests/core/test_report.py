from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from kaohe import report
from kaohe.assessment import Alternative, Deduction, State
from kaohe.exact import Exact
from kaohe.payable import Bond
from kaohe.periods import Window
from kaohe.readings import Ruling
from kaohe.text import width

from tests.core.small import INFO, MARCH, findings, upload
from tests.core.test_scoring import APRIL, CONTRACT, PLAIN, UPLOADS, document


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


TEXT = report.render(PLAIN, CONTRACT)
LINES = lines(TEXT)


def test_it_begins_with_the_contract() -> None:
    assert LINES[0] == "小合同"
    for line in (
        "合同 small-2026 小合同",
        "甲方（主管单位） 甲",
        "合同总额 1,000.00 元",
        "截至 2026-04-30",
        f"计算程序 {INFO.name} {INFO.version}",
    ):
        assert line in LINES


def test_the_summary_comes_before_the_months() -> None:
    assert "2026-03 已定 final 1,701.00 — 1、2" in LINES
    assert "2026-04 缺数据 incomplete 1.00 2 —" in LINES
    places = [LINES.index(heading) for heading in ("各月概况", "付款", "待定事项", "续签", "怎样看得更细")]
    assert places == sorted(places)
    assert places[3] < LINES.index("2026-01 已定 final 扣除 1.00 元") < places[4]


def test_each_month_has_its_state_and_sum() -> None:
    heads = [line for line in LINES if line.startswith("2026-") and line.endswith(" 元")]
    assert [line.split()[0] for line in heads] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert heads[2] == "2026-03 已定 final 扣除 1,701.00 元"
    assert heads[3] == "2026-04 缺数据 incomplete 扣除 1.00 元", "it costs, though the vendor has sent nothing"


def rows(*words: str, within: Sequence[str] = LINES) -> list[str]:
    """The lines that hold all of these."""
    return [line for line in within if all(word in line for word in words)]


def test_a_target_that_was_missed_has_a_row_and_the_others_are_counted() -> None:
    (failed,) = rows("satisfaction", "第1条", "94 % (940/1000)")
    assert failed.endswith("95 % 未达标 已定 final")
    assert not rows("satisfaction", "第1条", "96 % (960/1000)")
    assert "未列出 3 项：达标 2、不作判定 1" in LINES
    assert [row for row in rows("complaints", "第2条") if row.endswith(" 3 0 未达标 已定 final")]


def test_a_month_in_full_has_every_indicator_and_what_was_lost_under_no_reading() -> None:
    full = lines(report.render(PLAIN, CONTRACT, full=True))
    (kept,) = rows("satisfaction", "第1条", "96 % (960/1000)", within=full)
    assert kept.endswith("95 % 达标 已定 final")
    assert "1 第1条：不扣款" in full
    assert rows("所依默认读法", "base：l rated（默认）", within=full)
    assert not any(line.startswith("未列出") for line in full)


def test_each_deduction_says_how_it_comes_about_how_it_was_read_and_what_it_would_be() -> None:
    assert "1 第1条：扣 200.00 元" in LINES
    assert "算式：95 % − 94 % = 1个百分点，计1个（started）；1 × 200.00 = 200.00" in LINES
    assert "2 第2条：扣 1,500.00 元" in LINES
    assert "算式：3 × 500.00 = 1,500.00" in LINES
    assert "日期：2026-03-04（2）、2026-03-09（1）" in LINES
    assert "读法：? partial-point：l started（裁定，2026-04-20）" in LINES
    assert "如改读“?” early：l waived，扣 500.00 元" in LINES
    assert "如改读“?” how：l strict，扣 2.00 元" in LINES


def test_what_cost_nothing_under_any_reading_is_not_told() -> None:
    january = report.assessment(PLAIN.assessments[0], CONTRACT)
    assert "2 第2条：" not in january
    assert "1 第1条：不扣款" in january


def test_payments_add_up() -> None:
    assert "1 预付 400.00 0.00 400.00 — 未到期 upcoming" in LINES
    assert "2 上半年 300.00 300.00 0.00 2026-06-30 未到期 upcoming" in LINES
    assert "3 下半年 300.00 300.00 0.00 2026-12-31 未到期 upcoming" in LINES
    assert "合计 1,000.00 600.00 400.00" in LINES
    assert "扣除合计 2,704.00 ＝ 已从各期扣 600.00 ＋ 结转下期 2,104.00 ＋ 待追偿 0.00" in LINES
    assert "第2期承担：2026-01 3 1.00；2026-02 2 299.00" in LINES
    assert "第2期可能还要承担：2026-04 缺数据 incomplete：条款 1、8" in LINES


def test_an_instalment_that_waits_for_something_is_not_said_to_be_before_its_day() -> None:
    waiting = PLAIN.settlement.instalments[1].model_copy(update={"waits_for": ("验收",)})
    told = lines(report.settlement(PLAIN.settlement.model_copy(update={"instalments": (waiting,)})))
    assert "2 上半年 300.00 300.00 0.00 2026-06-30 待定，见下“尚待”" in told
    assert "第2期尚待：验收" in told


def test_lateness_is_told_at_the_instalment_also_once_it_is_paid() -> None:
    def told(**changes: Any) -> list[str]:
        late = PLAIN.settlement.instalments[1].model_copy(update={"late_since": date(2026, 6, 30), **changes})
        return lines(report.settlement(PLAIN.settlement.model_copy(update={"instalments": (late,)})))

    paid = {"paid": Decimal(300), "paid_on": date(2026, 7, 3), "late_days": 3}
    assert "第2期：2026-07-03 付清，共 300.00，逾期 3 天（2026-07-01 至 2026-07-03）" in told(**paid)
    part = {"paid": Decimal(1), "late_days": 31}
    assert "第2期：已付 1.00，尚未付清，逾期 31 天（2026-07-01 至 2026-07-31）" in told(**part)
    assert "第2期：逾期 31 天（2026-07-01 至 2026-07-31），尚未付款" in told(late_days=31)


@pytest.mark.parametrize(("more", "told"), [("0.01", True), ("0.00", False), ("-0.01", False)])
def test_what_was_paid_beyond_what_is_due_is_told(more: str, told: bool) -> None:
    due = PLAIN.settlement.instalments[1]
    assert due.net is not None
    paid = due.model_copy(update={"paid": due.net + Decimal(more), "paid_on": date(2026, 6, 30)})
    printed = report.settlement(PLAIN.settlement.model_copy(update={"instalments": (paid,)}))
    assert (f"第2期已付的比应付的多 {more}：不从后面各期自动扣回" in printed) is told


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"state": "due back"}, "应退还 due back"),
        ({"state": "overdue", "late_days": 2}, "逾期未退 overdue，逾期 2 天，没有退还的记录"),
        ({"state": "returned", "returned_on": date(2026, 7, 7)}, "已退还 returned（2026-07-07）"),
        (
            {"state": "returned", "returned_on": date(2026, 7, 9), "late_days": 2},
            "已退还 returned（2026-07-09），逾期 2 天",
        ),
    ],
)
def test_a_bond_says_whether_it_came_back_in_time(changes: dict[str, Any], shown: str) -> None:
    bond = Bond(clause="9", label="保证金", amount=Decimal(50), return_by=date(2026, 7, 7), **changes)
    told = lines(report.settlement(PLAIN.settlement.model_copy(update={"bonds": (bond,)})))
    assert f"保证金（条款 9）：50.00 元，应于 2026-07-07 前退还，{shown}" in told


def test_a_month_of_which_nothing_is_known_but_that_it_is_open_is_shown() -> None:
    silent = document(*UPLOADS, as_of=date(2026, 4, 30)).assessments[3]
    assert not [d for d in silent.deductions if d.amount and d.state is State.FINAL and d.clause == "1"]
    free = silent.model_copy(update={"deductions": tuple(d for d in silent.deductions if d.clause == "1")})
    told = lines(report.render(PLAIN.model_copy(update={"assessments": (free,)}), CONTRACT))
    assert "1 第1条：缺数据 incomplete" in told
    done = silent.model_copy(update={"deductions": ()})
    assert "\n2026-04  缺数据" not in report.render(PLAIN.model_copy(update={"assessments": (done,)}), CONTRACT)


def test_what_is_open_missing_contradictory_and_to_know_is_told() -> None:
    assert "供应商未报数据：2026-04" in LINES
    assert rows("主管单位未填报：2026-01")
    assert "8：watch out" in LINES
    assert "合同未约定 not provided for" in LINES
    assert "缺 满意数 survey.satisfied 2026-04、参评数 survey.rated 2026-04" in LINES
    torn = document(*UPLOADS, upload(MARCH, {"survey.rated": 7}, name="x.json"))
    told = " ".join(lines(report.render(torn, CONTRACT)))
    assert told.count("供应商的文件相互矛盾：1000（a.json C0）、7（x.json C0）；请更正其中一份") == 1


def test_a_ruling_says_which_periods_it_reaches() -> None:
    def told(**fields: Any) -> str:
        ruled = {"reading": "partial-point", "option": "started", "on": date(2026, 4, 20), "ref": "函1号", **fields}
        return "".join(lines(report.rulings(CONTRACT.with_rulings([Ruling.model_validate(ruled)])))[2:])

    assert told(since=date(2026, 1, 1)) == "2026-04-20 裁定（函1号） ? partial-point：l started；适用于整个服务期"
    assert told(since=date(2026, 1, 2)).endswith("适用于 2026-01-02 及以后结束的期间，此前结束的期间仍按先前的读法")
    assert told(since=date(2026, 4, 20), reading="how", option="loose").endswith("适用于整个服务期"), (
        "it has no default"
    )
    assert report.rulings(CONTRACT) == ""


def test_the_months_shown_can_be_chosen() -> None:
    text = report.render(PLAIN, CONTRACT, months=["2026-02"])
    assert "\n2026-02  已定" in text
    assert "\n2026-03  已定" not in text
    assert "各月概况" not in text
    assert "\n2026-04  缺数据" in report.render(PLAIN, CONTRACT, months=[str(APRIL)])


def test_an_open_deduction_says_what_it_waits_for() -> None:
    text = lines(report.render(document(as_of=date(2026, 3, 31)), CONTRACT))
    assert "3 第3条：待裁定 needs-ruling" in text
    assert "待定：须由主管单位裁定：? how" in text
    assert "读法：? how：待裁定" in text


def cost(amount: str | None = None, points: str | None = None, *others: str | None, **more: Any) -> list[str]:
    """The lines of a deduction with alternatives of these amounts or points under the reading ``how``."""
    made = [
        Alternative(
            reading="how",
            option=option,
            amount=None if other is None or points is not None else Decimal(other),
            points=None if points is None or other is None else Decimal(other),
            state=State.INCOMPLETE if other is None else State.FINAL,
        )
        for option, other in zip(("loose", "strict"), others, strict=False)
    ]
    deduction = Deduction(
        clause="3",
        code="how",
        label="第3条",
        window=Window.of(MARCH),
        amount=None if amount is None else Decimal(amount),
        points=None if points is None else Decimal(points),
        formula="f",
        alternatives=tuple(made),
        **more,
    )
    return lines("\n".join(report.deduction_lines(deduction, CONTRACT, whole=True)))


@pytest.mark.parametrize(
    ("points", "full", "shown"),
    [
        ("1", "10", "3 第3条：扣 1 分，得 9 分（满分 10）"),
        ("-0.5", "0", "3 第3条：加 0.5 分"),
        ("0", "10", "3 第3条：不扣分，得 10 分（满分 10）"),
        ("0.333333", "10", "3 第3条：扣 0.33 分，得 9.67 分（满分 10）"),
    ],
)
def test_points_are_taken_or_given(points: str, full: str, shown: str) -> None:
    assert cost(None, points, full=Decimal(full))[0] == shown


def test_the_alternative_that_differs_most_comes_first_and_an_unknown_one_before_all() -> None:
    assert cost("100.00", None, "150.00", "10.00")[-1] == "如改读“?” how：l strict，扣 10.00 元；l loose，扣 150.00 元"
    assert cost("100.00", None, "0.00", None)[-1] == "如改读“?” how：l strict，缺数据 incomplete；l loose，不扣款"


@pytest.mark.parametrize(("other", "named"), [("100.99", False), ("101.00", True), ("99.01", False), ("99.00", True)])
def test_what_differs_by_less_than_a_yuan_is_counted_only(other: str, named: bool) -> None:
    told = cost("100.00", None, other)
    assert (f"如改读“?” how：l loose，扣 {other} 元" in told) is named
    assert ("另有 1 种读法相差不足 1 元，未列" in told) is not named


@pytest.mark.parametrize(("other", "named"), [("1.009", False), ("1.01", True)])
def test_what_differs_by_less_than_a_hundredth_of_a_point_is_counted_only(other: str, named: bool) -> None:
    told = cost(None, "1", other, full=Decimal(10))
    assert any(line.startswith("如改读") for line in told) is named
    assert ("另有 1 种读法相差不足 0.01 分，未列" in told) is not named


def test_no_line_is_wider_than_the_page() -> None:
    assert max(width(line) for line in TEXT.splitlines()) <= report.COLUMNS + 10


def test_a_document_of_nothing_can_be_read_too() -> None:
    text = report.render(document(findings(MARCH), as_of=date(2026, 1, 1)), CONTRACT)
    assert "合计" in text


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ({"numerator": 943, "denominator": 1000}, "94.3 % (943/1000)"),
        ({"numerator": 2, "denominator": 3}, "66.67 % (2/3)"),
        ({"numerator": 0, "denominator": 0}, "—"),
        ({}, "—"),
        ({"numerator": 0}, "0"),
        ({"numerator": "15.5"}, "15.5"),
        ({"numerator": 1660000}, "1,660,000"),
        ({"numerator": "1284116.13"}, "1,284,116.13"),
        ({"numerator": 280, "denominator": 4}, "70"),
    ],
)
def test_values_for_people(exact: dict[str, Any], shown: str) -> None:
    assert report.value(Exact.model_validate(exact)) == shown


def test_a_rate_just_below_its_target_does_not_look_as_if_it_met_it() -> None:
    shown = report.value(Exact(numerator=949999, denominator=1000000))
    assert Fraction(shown.split()[0]) < 95
