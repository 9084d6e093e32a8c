"""Comparisons and explanations as an official reads them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kaohe import Contract, Count, Facts, Kpi, MonthFacts, Rulebook, study, words
from kaohe.explanation import explain
from kaohe.model import Quantity
from kaohe.periods import Month, Window
from kaohe.report import explaining
from kaohe.scoring import Situation
from kaohe.stakes import stakes
from kaohe.submission import Event, Submission
from kaohe.whatif import Change, Difference, compare

from tests.core.small import MARCH, clause, complaint, contract, findings, region, ruling, terms, upload
from tests.core.test_explanation import SITUATION
from tests.core.test_scoring import CONTRACT, PLAIN, UPLOADS


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
        (("instalment 2", "outstanding", "0.00", "20000.00"), "分期 2 待补付 outstanding 0.00 20,000.00"),
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
    text = explaining.explained(explain(SITUATION, MARCH, "1", UPLOADS), CONTRACT)
    told = [" ".join(line.split()) for line in text.splitlines()]
    assert "结果值 94 % (940/1000)，目标 95 %：未达标（已定 final）" in told
    assert "1 第1条：扣 200.00 元" in told
    assert any("读法：" in line and "base：l rated（默认）" in line for line in told), "in force, ruled or not"
    assert any(line.startswith("survey.rated 参评数 2026-03 1,000 供应商 2026-03/a.json C0") for line in told)


def test_every_figure_that_may_come_out_otherwise_has_a_label() -> None:
    kinds = {change.what for change in compare(None, PLAIN)}
    assert kinds
    assert kinds <= set(words.KIND)


def test_a_reading_that_a_ruling_changed_is_marked_with_its_months() -> None:
    told = [" ".join(line.split()) for line in study.staked(stakes(SITUATION)).splitlines()]
    assert any("l whole *（2026-01…2026-02）" in line for line in told)
    assert any("l started *（2026-03…2026-04）" in line for line in told)
    assert any("l loose * " in line for line in told)
    assert any("l prorata " in line and "*" not in line for line in told)


def test_what_is_missing_says_who_sends_it_and_where() -> None:
    found = explain(SITUATION, Month.of("2026-04"), "1", UPLOADS)
    assert [(one.code, one.grain) for one in found.missing] == [
        ("survey.satisfied", "month"),
        ("survey.rated", "month"),
    ]
    told = explaining.explained(found, CONTRACT)
    assert "满意数 survey.satisfied：2026-04；由供应商或主管单位报送（填报模板“按月”表，或明细记录话单）" in told


def test_a_liability_is_explained_with_the_payments_that_it_rests_on() -> None:
    late = {"clause": "9", "rate": "0.01", "base": "contract-total"}
    payment = clause("9", kinds=["payment", "liability"], facts=["payment.made"])
    of = contract(late_payment=late, clauses=[*terms()["clauses"][:3], payment])
    paid = Event(kind="payment.made", on=date(2026, 7, 3), instalment=2, amount=Decimal("300.00"), where="b.json")
    uploads = (findings("2026-07", paid),)
    made = region(Rulebook(), of)
    found = explain(Situation.of(made, of, uploads, date(2026, 7, 31)), MARCH, "9", uploads)
    assert [str(owed.amount) for owed in found.liabilities] == ["30.00"]
    assert [row.on for row in found.rows] == [date(2026, 7, 3)], "whatever month is asked about"
    told = explaining.explained(found, of)
    assert told.endswith("2026-07/b.json"), "in the folder of another month than the one asked about"
    assert "算式：第2期：2026-07-01至2026-07-03共3天 × 每天1 % × 合同总额1,000.00 = 30.00" in told


def shown(book: Rulebook, clauses: list[dict[str, Any]], no: str, *uploads: Submission, **changes: Any) -> list[str]:
    """The lines that explain a clause of a contract with these clauses, in March 2026, at the year's end."""
    of = contract(clauses=clauses, **changes)
    situation = Situation.of(region(book, of), of, uploads, date(2026, 12, 31))
    told = explaining.explained(explain(situation, MARCH, no, uploads), situation.contract)
    return [" ".join(line.split()) for line in told.splitlines()]


def test_a_ruling_is_told_with_the_cell_that_it_stands_in() -> None:
    told = ruling("started", "2026-04-20", since=date(2026, 3, 1), ref="函9号", where="裁定.json events[0]")
    uploads = (*UPLOADS[:5], findings("2026-04", told, name="裁定.json"))
    found = explain(Situation.of(SITUATION.region, CONTRACT, uploads), MARCH, "1", uploads)
    text = explaining.explained(found, CONTRACT)
    assert "2026-04-20 裁定（函9号） partial-point=started：主管单位 2026-04/裁定.json events[0]" in text
    assert "ruling" not in text, "it is no row among the figures"


def test_a_payment_is_explained_with_its_amount_its_days_and_its_readings() -> None:
    said: list[tuple[str, dict[str, Any]]] = [
        ("invoice.received", {"on": date(2026, 6, 10)}),
        ("payment.made", {"on": date(2026, 7, 2), "amount": Decimal("300.00")}),
    ]
    uploads = [findings("2026-06", *(Event(kind=kind, instalment=2, **fields) for kind, fields in said))]
    payment = clause("9", kinds=["payment"], facts=[kind for kind, _ in said], readings=["base"])
    told = shown(Rulebook(), [*terms()["clauses"][:3], payment], "9", *uploads)
    for line in (
        "2 上半年 300.00 0.00 300.00 2026-06-30 已付 paid",
        "第2期占合同总额 1,000.00 的 30 %",
        "第2期：2026-06-10 收到发票",
        "第2期：2026-07-02 付清，共 300.00，逾期 2 天（2026-07-01 至 2026-07-02）",
        "? base：l rated（默认）",
    ):
        assert line in told


def test_a_sum_of_other_clauses_items_names_them_and_says_of_no_facts_that_nobody_sent_them() -> None:
    book = Rulebook()
    book.by_hand("10", "11")

    def kpis(contract: Contract, month: Month, facts: Facts) -> tuple[Kpi, ...]:
        items: dict[str, Quantity] = {"1": Decimal("8.50"), "2": Decimal(-2), "target": 7}
        return (
            Kpi(clause="10", code="sum", label="s", window=Window.of(month), numerator=Decimal("6.5"), inputs=items),
        )

    of = contract(clauses=[*terms()["clauses"], clause("10", facts=[]), clause("11", facts=["publication.error"])])
    made = region(book, of, compute_kpis=kpis)
    text = explaining.explained(explain(Situation.of(made, of, UPLOADS), MARCH, "10", UPLOADS), of)
    assert "由各项合成（数据来源见各项）：1 第1条 8.5、2 第2条 -2" in text
    assert "没有人填报过" not in text
    assert "没有人填报过" in explaining.explained(explain(Situation.of(made, of, UPLOADS), MARCH, "11", UPLOADS), of)


def test_what_concerns_the_contract_as_a_whole_is_told_whatever_month_is_asked_about() -> None:
    paid = Event(kind="payment.made", on=date(2026, 7, 3), instalment=2, amount=Decimal("300.00"))
    payment = clause("10", kinds=["duty"], facts=["payment.made"])
    told = shown(Rulebook(), [*terms()["clauses"], payment], "10", findings("2026-07", paid))
    assert "没有人填报过" not in told
    assert told[-1].endswith("2026-07/b.json")


def test_the_facts_of_the_days_that_count_come_first() -> None:
    uploads = (
        upload(MARCH, {"calls.offered": {date(2026, 3, day): day for day in (4, 5, 6)}}),
        findings(MARCH, complaint("2026-03-05")),
    )
    book = Rulebook()

    @book.kpi("10", "complaints", at_most="limit")
    def complaints(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"))

    by = clause("10", kinds=["kpi"], values={"limit": "0"}, facts=["calls.offered", "complaint.verified"])
    told = shown(book, [*terms()["clauses"][3:], by], "10", *uploads)
    first, rest = told.index("数据来源：未达标或计入的日子"), told.index("数据来源：其余")
    assert "计入的日子：2026-03-05（1）" in told
    assert [line.split()[2] for line in told[first + 4 : rest - 1]] == ["2026-03-05", "2026-03-05"]
    assert [line.split()[2] for line in told[rest + 4 :]] == ["2026-03-04", "2026-03-06"]
    assert "数据来源" in shown(book, [*terms()["clauses"][3:], by], "10", uploads[0]), "no day counts: all together"
