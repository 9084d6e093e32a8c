"""Objections: an upheld one lowers what is deducted and says why; any other changes no figure, and none is lost."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe import Contract, Deduction, Facts, Kpi, Month, Window, report
from kaohe.catalogue import AUTHORITY, VENDOR
from kaohe.explanation import explain
from kaohe.report import explaining
from kaohe.results import Document
from kaohe.scoring import Situation, derive
from kaohe.submission import Submission
from kaohe.trail import Objection
from kaohe.whatif import differences

from tests.core.small import MARCH, deciding, objecting, region
from tests.core.test_scoring import APRIL, CONTRACT, JANUARY, PLAIN, REGION, UPLOADS, amounts, assessment, digests

RAISED = objecting(MARCH, "2026-04-10", "2", ref="申〔2026〕1号")
AS_OF = date(2026, 4, 30)


def document(*trail: Submission, as_of: date | None = AS_OF) -> Document:
    return derive(REGION, CONTRACT, [*UPLOADS, *trail], as_of)


def the_objection(document: Document) -> Objection:
    (one,) = document.objections
    return one


def deduction(document: Document, clause: str, month: Month = MARCH) -> Deduction:
    return next(d for d in assessment(document, month).deductions if d.clause == clause)


def test_an_open_one_is_shown_and_changes_nothing() -> None:
    found = document(RAISED)
    one = the_objection(found)
    assert (one.state, str(one.month), one.clause, one.worked_out, one.deducted) == (
        "open",
        "2026-03",
        "2",
        Decimal(1500),
        Decimal(1500),
    )
    assert [(r.on, r.reason, r.ref) for r in one.raised] == [(date(2026, 4, 10), "系统故障", "申〔2026〕1号")]
    assert (digests(found), found.settlement) == (digests(PLAIN), PLAIN.settlement)


def test_a_rejected_one_is_shown_and_changes_nothing() -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-20", "2", "rejected", ref="函9号"))
    one = the_objection(found)
    assert (one.state, one.deducted) == ("rejected", Decimal(1500))
    assert [(d.outcome, d.stands, d.reason, d.ref) for d in one.decisions] == [("rejected", None, "已核实", "函9号")]
    assert (digests(found), found.settlement) == (digests(PLAIN), PLAIN.settlement)


@pytest.mark.parametrize(("fields", "stands"), [({}, "0.00"), ({"amount": Decimal("500.00")}, "500.00")])
def test_an_upheld_one_lowers_the_deduction_to_what_stands(fields: dict[str, Any], stands: str) -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-20", "2", "upheld", **fields))
    before, now = deduction(PLAIN, "2"), deduction(found, "2")
    assert (str(before.amount), str(now.amount)) == ("1500.00", stands)
    assert now.formula == before.formula
    assert now.upheld
    assert (now.upheld.worked_out, now.upheld.decision.on) == (
        Decimal(1500),
        date(2026, 4, 20),
    )
    assert the_objection(found).state == "upheld"
    assert (the_objection(found).worked_out, the_objection(found).deducted) == (Decimal(1500), Decimal(stands))
    less = 1500 - Decimal(stands)
    assert assessment(found, MARCH).deducted == assessment(PLAIN, MARCH).deducted - less
    assert found.settlement.deductions == PLAIN.settlement.deductions - less
    assert [month for month, digest in digests(found).items() if digest != digests(PLAIN)[month]] == ["2026-03"]


def test_other_readings_are_lowered_by_it_too() -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-20", "2", "upheld", amount=Decimal("500.00")))
    assert {a.amount for a in deduction(found, "2").alternatives} <= {Decimal(500), Decimal(0)}


def told(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("decided", "lines"),
    [
        ([], ["2 的异议：待处理 open", "2026-04-10 提出（申〔2026〕1号）：系统故障"]),
        (
            [deciding(MARCH, "2026-04-20", "2", "rejected", ref="函9号")],
            [
                "2 的异议：异议不成立 rejected",
                "2026-04-10 提出（申〔2026〕1号）：系统故障",
                "2026-04-20 异议不成立（函9号）：已核实",
            ],
        ),
    ],
)
def test_it_stands_below_the_deduction_in_its_month_and_in_its_explanation(
    decided: list[Submission], lines: list[str]
) -> None:
    uploads = [*UPLOADS, RAISED, *decided]
    month = told(report.render(document(RAISED, *decided), CONTRACT, months=["2026-03"]))
    place = month.index(lines[0])
    assert month.index("2 第2条：扣 1,500.00 元") < place < month.index("3 第3条：扣 1.00 元")
    assert month[place : place + len(lines)] == lines
    assert lines[0] not in told(report.render(document(RAISED, *decided), CONTRACT, months=["2026-02"]))
    situation = Situation.of(REGION, CONTRACT, uploads, AS_OF)
    explained = {no: told(explaining.explained(explain(situation, MARCH, no, uploads), CONTRACT)) for no in ("1", "2")}
    place = explained["2"].index(lines[0])
    assert explained["2"][place : place + len(lines)] == lines
    assert lines[0] not in explained["1"]


def test_it_is_read_with_the_deduction() -> None:
    text = report.render(document(RAISED, deciding(MARCH, "2026-04-20", "2", "upheld", ref="函9号")), CONTRACT)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "2026-04-20 异议成立（函9号）：1,500.00 → 0.00；已核实" in lines
    assert "算式：3 × 500.00 = 1,500.00" in lines
    assert "2026-03 2 第2条，异议成立 upheld：算得 1,500.00 元，扣除 0.00 元" in lines
    assert "2026-04-10 提出（申〔2026〕1号）：系统故障" in lines


def test_raised_again_it_is_open_again_and_the_decision_stays_until_the_next() -> None:
    upheld = deciding(MARCH, "2026-04-12", "2", "upheld", amount=Decimal("900.00"))
    again = objecting(MARCH, "2026-04-15", "2", name="b.json", note="仍不服")
    found = document(RAISED, upheld, again)
    assert (the_objection(found).state, the_objection(found).deducted) == ("open", Decimal(900))
    last = deciding(MARCH, "2026-04-18", "2", "upheld", name="c.json", amount=Decimal("400.00"))
    found = document(RAISED, upheld, again, last)
    assert (the_objection(found).state, the_objection(found).deducted) == ("upheld", Decimal(400))
    withdrawn = deciding(MARCH, "2026-04-19", "2", "rejected", name="d.json")
    assert deduction(document(RAISED, upheld, again, last, withdrawn), "2").amount == 1500


@pytest.mark.parametrize(
    ("trail", "word"),
    [
        ([objecting(JANUARY, "2026-02-10", "2")], "在该条款下没有扣款"),
        ([objecting(MARCH, "2026-04-10", "9")], "在该条款下没有扣款"),
        ([deciding(MARCH, "2026-04-20", "2", "upheld")], "没有提出异议"),
    ],
)
def test_one_about_nothing_is_told_and_has_no_effect(trail: list[Submission], word: str) -> None:
    found = document(*trail)
    assert the_objection(found).state == "void"
    assert word in the_objection(found).problems[0]
    assert any(word in problem.message for problem in found.problems)
    assert digests(found) == digests(document())


def test_one_to_a_month_that_is_not_assessed_is_told() -> None:
    found = document(objecting(APRIL, "2026-03-31", "2"), as_of=date(2026, 3, 31))
    assert the_objection(found).problems == ("该月没有考核结果，无从提出异议",)


def of_the_term(contract: Contract, month: Month) -> list[Deduction]:
    window = contract.term.window
    return [Deduction(clause="2", code="a", label="第2条", window=window, amount=Decimal(500), formula="f")]


@pytest.mark.parametrize(("month", "state", "left"), [(MARCH, "void", 500), (APRIL, "upheld", 0)])
def test_what_is_shown_before_its_window_is_over_is_objected_to_in_the_windows_last_month(
    month: Month, state: str, left: int
) -> None:
    trail = [objecting(month, "2026-04-30", "2"), deciding(month, "2026-04-30", "2", "upheld")]
    found = derive(region(compute_deductions=of_the_term), CONTRACT, [*UPLOADS, *trail], AS_OF)
    assert (the_objection(found).state, deduction(found, "2", month).amount) == (state, Decimal(left))
    assert bool(found.problems) is (state == "void")


def test_a_decision_dated_before_the_objection_has_no_effect() -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-09", "2", "upheld"))
    assert (the_objection(found).state, the_objection(found).deducted) == ("open", Decimal(1500))
    assert "早于异议的提出" in found.problems[0].message
    on_the_day = document(RAISED, deciding(MARCH, "2026-04-10", "2", "upheld"))
    assert the_objection(on_the_day).state == "upheld"


def test_decisions_of_one_day_that_contradict_each_other_have_no_effect() -> None:
    one = deciding(MARCH, "2026-04-20", "2", "upheld")
    other = deciding(MARCH, "2026-04-20", "2", "rejected", name="d.json")
    found = document(RAISED, one, other)
    assert (the_objection(found).state, the_objection(found).deducted) == ("open", Decimal(1500))
    assert "相互矛盾" in found.problems[0].message


def test_a_decision_never_raises_a_deduction() -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-20", "2", "upheld", amount=Decimal("1500.01")))
    assert deduction(found, "2") == deduction(PLAIN, "2")
    assert "维持扣除1,500.01，多于算得的1,500.00" in found.problems[0].message


def test_neither_side_speaks_for_the_other() -> None:
    forged = [
        objecting(MARCH, "2026-04-10", "2").model_copy(update={"source": AUTHORITY}),
        deciding(MARCH, "2026-04-20", "2", "upheld").model_copy(update={"source": VENDOR}),
    ]
    assert not document(*forged).objections


def test_it_counts_from_the_day_it_is_decided() -> None:
    trail = [RAISED, deciding(MARCH, "2026-04-20", "2", "upheld")]
    assert amounts(document(*trail, as_of=date(2026, 4, 19)), MARCH)["2"] == "1500.00"
    assert amounts(document(*trail, as_of=date(2026, 4, 20)), MARCH)["2"] == "0.00"
    assert the_objection(document(*trail, as_of=date(2026, 4, 19))).state == "open"
    assert not document(*trail, as_of=date(2026, 4, 9)).objections


def test_a_decision_is_a_day_that_the_facts_speak_of_an_objection_is_not() -> None:
    plain = document(as_of=None)
    assert document(objecting(MARCH, "2026-06-10", "2"), as_of=None).as_of == plain.as_of
    decided = document(objecting(MARCH, "2026-06-10", "2"), deciding(MARCH, "2026-06-20", "2", "rejected"), as_of=None)
    assert decided.as_of == date(2026, 6, 20)


TRAIL = (RAISED, deciding(MARCH, "2026-04-20", "2", "upheld"), objecting(MARCH, "2026-04-21", "1", name="x.json"))
WITH_TRAIL = document(*TRAIL).model_dump_json()


@settings(max_examples=40)
@given(st.permutations([*UPLOADS, *TRAIL]), st.lists(st.sampled_from(TRAIL), max_size=3))
def test_order_and_repetition_do_not_matter(order: Sequence[Submission], repeated: list[Submission]) -> None:
    copies = [s.model_copy(update={"name": f"copy {n} {s.name}"}) for n, s in enumerate(repeated)]
    assert derive(REGION, CONTRACT, [*copies, *order], AS_OF).model_dump_json() == WITH_TRAIL


def test_no_rule_sees_them() -> None:
    seen: list[str] = []

    def compute_kpis(contract: Contract, month: Month, facts: Facts) -> list[Kpi]:
        seen.extend(s.event.kind for s in facts.events)
        return []

    derive(region(compute_kpis=compute_kpis), CONTRACT, [*UPLOADS, *TRAIL])
    assert "ruling" in seen
    assert not {kind for kind in seen if kind.startswith(("objection", "month"))}


def two_deductions(contract: Contract, month: Month) -> list[Deduction]:
    return [
        Deduction(clause="2", code=code, label="第2条", window=Window.of(month), amount=amount, formula="f")
        for code, amount in {"a": Decimal(500), "b": Decimal(300)}.items()
    ]


@pytest.mark.parametrize(
    ("stands", "each"), [("0", (0, 0)), ("500", (500, 0)), ("600", (500, 100)), ("800", (500, 300))]
)
def test_of_several_deductions_of_a_clause_the_first_stand_first(stands: str, each: tuple[int, int]) -> None:
    trail = [RAISED, deciding(MARCH, "2026-04-20", "2", "upheld", amount=Decimal(stands))]
    found = derive(region(compute_deductions=two_deductions), CONTRACT, [*UPLOADS, *trail], AS_OF)
    assert [d.amount for d in assessment(found, MARCH).deductions] == list(map(Decimal, each))
    assert (the_objection(found).worked_out, the_objection(found).deducted) == (Decimal(800), Decimal(stands))


def points(contract: Contract, month: Month) -> list[Deduction]:
    lost = Deduction(
        clause="2", code="a", label="第2条", window=Window.of(month), points=Decimal(3), full=Decimal(5), formula="f"
    )
    return [lost]


def test_points_are_left_to_the_regions_rules() -> None:
    rules = region(compute_deductions=points)
    trail = [RAISED, deciding(MARCH, "2026-04-20", "2", "upheld")]
    plain, found = (derive(rules, CONTRACT, [*UPLOADS, *more], AS_OF) for more in ([], trail))
    assert digests(found) == digests(plain)
    assert the_objection(found).state == "void"
    assert "计分" in found.problems[0].message


def test_an_amount_that_is_not_known_yet_stays_open() -> None:
    raised = objecting(APRIL, "2026-04-30", "1")
    found = document(raised, deciding(APRIL, "2026-04-30", "1", "upheld"))
    assert deduction(found, "1", APRIL).amount is None
    assert (the_objection(found).state, the_objection(found).worked_out) == ("upheld", None)


def test_differences_of_two_assessments() -> None:
    found = document(RAISED, deciding(MARCH, "2026-04-20", "2", "upheld"))
    changes = differences(assessment(PLAIN, MARCH), assessment(found, MARCH))
    assert [(c.where, c.what, c.before, c.after) for c in changes] == [
        ("2026-03 2 complaints", "amount", "1500.00", "0.00"),
        ("2026-03", "deducted", "1701.00", "201.00"),
    ]
