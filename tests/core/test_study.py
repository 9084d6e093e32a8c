"""Comparisons and explanations as an official reads them."""

from datetime import date

import pytest
from kaohe import study
from kaohe.explanation import explain
from kaohe.whatif import Change, Difference

from tests.core.small import MARCH
from tests.core.test_explanation import SITUATION
from tests.core.test_scoring import CONTRACT, UPLOADS


def compared(where: str, what: str, before: str | None, after: str | None) -> str:
    change = Change(where=where, what=what, before=before, after=after)
    shown = study.compared(Difference(contract="c", as_of=date(2026, 4, 1), changes=(change,)), CONTRACT)
    return " ".join(shown.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (("2026-03 1 satisfaction", "amount", "1200.00", None), "2026-03 1 第1条 satisfaction 金额 amount 1,200.00 —"),
        (("2026-03 1 satisfaction", "met", "true", "false"), "2026-03 1 第1条 satisfaction 是否达标 met 达标 未达标"),
        (
            ("2026-03 1 labour", "value", "1284116.13", "999"),
            "2026-03 1 第1条 labour 结果值 value 1,284,116.13 999",
        ),
        (("2026-03", "state", "final", "incomplete"), "2026-03 状态 state 已定 final 缺数据 incomplete"),
        (("instalment 2", "state", "paid", "overdue"), "分期 2 状态 state 已付 paid 逾期 overdue"),
        (("settlement", "carried", "0.00", "1000.00"), "结算 结转 carried 0.00 1,000.00"),
        (
            ("liability of the authority, 8.1", "amount", "5800.00", "0.00"),
            "甲方责任 条款8.1 金额 amount 5,800.00 0.00",
        ),
        (
            ("renewal", "conclusion", "eligible", "not eligible"),
            "续签 结论 conclusion 可以续签 eligible 不能续签 not eligible",
        ),
    ],
)
def test_what_would_change_is_told_with_labels_and_separators(
    change: tuple[str, str, str | None, str | None], shown: str
) -> None:
    assert compared(*change) == shown


def test_where_nothing_changes_it_says_so() -> None:
    assert study.compared(Difference(contract="c", as_of=date(2026, 4, 1), changes=())).endswith("没有变化")


def test_a_figure_is_explained_down_to_where_it_was_reported() -> None:
    text = study.explained(explain(SITUATION, MARCH, "1", UPLOADS), CONTRACT)
    told = [" ".join(line.split()) for line in text.splitlines()]
    assert "结果值 94 % (940/1000)，目标 95 %：未达标（已定 final）" in told
    assert "1 第1条：扣 200.00 元" in told
    assert any("读法：" in line and "base：l rated（默认）" in line for line in told), "in force, ruled or not"
    assert any(line.startswith("survey.rated 参评数 2026-03 1,000 供应商 a.json") for line in told)
