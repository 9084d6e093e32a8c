"""One figure, from the clause down to the cells of the uploads."""

from datetime import date
from decimal import Decimal

import pytest
from kaohe import Catalogue, Counted, Level, Measure, Rulebook
from kaohe.catalogue import AUTHORITY, VENDOR
from kaohe.errors import NotFound
from kaohe.explanation import Explanation, explain
from kaohe.periods import Month
from kaohe.report import explaining
from kaohe.results import Condition, Renewal
from kaohe.scoring import Situation
from kaohe.submission import Event, Submission

from tests.core.small import MARCH, clause, complaint, contract, findings, region, ruling, terms, upload
from tests.core.test_scoring import APRIL, FEBRUARY, JANUARY, UPLOADS, book

FACTS = {
    "1": ["survey.satisfied", "survey.rated", "calls.answered"],
    "2": ["complaint.verified"],
    "8": ["survey.rated"],
}
CONTRACT = contract(
    term={"first": "2026-01-01", "last": "2026-04-30"},
    clauses=[
        *({**c, "facts": FACTS.get(c["no"], [])} for c in terms()["clauses"]),
        clause(
            "8",
            assessed="term",
            facts=FACTS["8"],
            values={"target": {"2026-01-01": "100", "2026-07-01": "90"}, "later": {"2026-07-01": "1"}},
        ),
    ],
)
REGION = region(book, CONTRACT)
SITUATION = Situation.of(REGION, CONTRACT, UPLOADS, date(2026, 4, 30))


def explained(no: str, month: Month = MARCH, uploads: tuple[Submission, ...] = UPLOADS) -> Explanation:
    return explain(Situation.of(REGION, CONTRACT, uploads, date(2026, 4, 30)), month, no, uploads)


def rows(found: Explanation) -> list[tuple[str, str, str, str, str]]:
    return [(row.code, str(row.on or row.month), str(row.value), row.source, row.where) for row in found.rows]


def test_the_clause_with_its_values_what_was_measured_and_what_it_costs() -> None:
    found = explained("1")
    document = SITUATION.document().assessments[2]
    assert (found.contract, found.month, found.clause) == ("small-2026", MARCH, CONTRACT.clause("1"))
    assert {name: str(value) for name, value in found.values.items()} == {"target": "0.95", "per_point": "200"}
    assert found.kpis == tuple(kpi for kpi in document.kpis if kpi.clause == "1")
    assert found.deductions == tuple(d for d in document.deductions if d.clause == "1")
    assert found.deductions[0].alternatives


def test_each_figure_stands_with_its_source_and_its_cell() -> None:
    assert rows(explained("1")) == [
        ("survey.satisfied", "2026-03", "940", "authority", "checked.json C0"),
        ("survey.satisfied", "2026-03", "939", "vendor", "a.json C1"),
        ("survey.rated", "2026-03", "1000", "vendor", "a.json C0"),
        *(("calls.answered", str(day), "40", "vendor", f"a.json C{n}") for n, day in enumerate(MARCH.days, 2)),
        ("ruling", "2026-04-20", "1", "authority", "b.json"),
    ]
    assert explained("1").rows[0].label == "满意数"


def test_events_are_told_whole() -> None:
    found = explained("2")
    assert [(row.on, row.source, row.event and row.event.ref) for row in found.rows] == [
        (date(2026, 3, 4), AUTHORITY, None),
        (date(2026, 3, 4), AUTHORITY, None),
        (date(2026, 3, 9), AUTHORITY, "TS-1"),
    ]
    assert {row.where for row in found.rows} == {"b.json"}
    assert all(row.value == 1 and row.label == "查实投诉" for row in found.rows)


def test_of_the_rulings_only_those_that_it_is_read_by_are_told() -> None:
    other = ruling("whole", "2026-04-10", since=date(2026, 3, 1), where="c.json events[0]")
    uploads = (*UPLOADS, findings(APRIL, other, name="c.json"))
    assert [row.where for row in explained("1", uploads=uploads).rows if row.code == "ruling"] == ["b.json"]
    before = explain(Situation.of(REGION, CONTRACT, uploads, date(2026, 4, 19)), MARCH, "1", uploads)
    assert [row.where for row in before.rows if row.code == "ruling"] == ["c.json events[0]"]
    assert not [row for row in explained("2", uploads=uploads).rows if row.code == "ruling"]


PAID = contract(
    instalments=[{**one, "clause": no} for one, no in zip(terms()["instalments"], ("9", "9", "10"), strict=True)],
    clauses=[
        *terms()["clauses"][:3],
        clause("9", kinds=["payment"], facts=["payment.made"], readings=["base"]),
        clause("10", kinds=["payment"], facts=["payment.made", "calls.offered"]),
    ],
)
PAYMENTS = tuple(
    findings(on[:7], Event(kind="payment.made", on=date.fromisoformat(on), instalment=no, amount=Decimal(1)), name=on)
    for no, on in ((1, "2026-02-10"), (2, "2026-06-20"), (3, "2026-12-20"))
)


@pytest.mark.parametrize(
    ("no", "as_of", "instalments", "told"),
    [
        ("9", date(2026, 12, 20), [1, 2], [1, 2]),
        ("9", date(2026, 6, 19), [1, 2], [1]),
        ("10", date(2026, 12, 19), [3], []),
        ("10", date(2026, 12, 20), [3], [3]),
    ],
)
def test_a_payment_clause_has_its_instalments_with_what_is_known_of_them_and_of_no_other(
    no: str, as_of: date, instalments: list[int], told: list[int]
) -> None:
    found = explain(Situation.of(region(Rulebook(), PAID), PAID, PAYMENTS, as_of), MARCH, no, PAYMENTS)
    assert [one.no for one in found.instalments] == instalments
    assert [row.event and row.event.instalment for row in found.rows] == told


def test_a_payment_clause_says_how_it_is_read() -> None:
    made = Situation.of(region(Rulebook(), PAID), PAID, PAYMENTS, date(2026, 12, 20))
    assert [(a.reading, a.option) for a in explain(made, MARCH, "9", PAYMENTS).readings] == [("base", "rated")]
    assert explain(made, MARCH, "10", PAYMENTS).readings == ()


def test_a_payment_clause_rests_on_its_months_also_once_they_are_over() -> None:
    spans = [{"label": "q1", "first": "2026-01", "last": "2026-03"}]
    by_span = clause("10", kinds=["payment"], facts=["survey.rated"], assessed="spans", spans=spans)
    of = contract(clauses=[*terms()["clauses"], by_span])
    made = Situation.of(region(Rulebook(), of), of, UPLOADS, date(2026, 5, 31))
    months = {str(at): [row[1] for row in rows(explain(made, at, "10", UPLOADS))] for at in (FEBRUARY, MARCH, APRIL)}
    assert months == {
        "2026-02": ["2026-01", "2026-02"],
        "2026-03": ["2026-01", "2026-02", "2026-03"],
        "2026-04": ["2026-01", "2026-02", "2026-03"],
    }


def test_a_place_that_the_upload_names_is_told() -> None:
    told = findings(MARCH, complaint("2026-03-04", where="b.json events[0]"))
    assert [row.where for row in explained("2", uploads=(told,)).rows] == ["b.json events[0]"]


def test_which_instalments_bear_it() -> None:
    taken = {no: {n: str(amount) for n, amount in explained(no, FEBRUARY).taken.items()} for no in ("1", "2")}
    assert taken == {"1": {}, "2": {2: "299.00", 3: "300.00"}}
    assert {n: str(amount) for n, amount in explained("3", JANUARY).taken.items()} == {2: "1.00"}


def test_a_figure_of_the_whole_term_rests_on_the_months_so_far() -> None:
    assert [row[1] for row in rows(explained("8", FEBRUARY))] == ["2026-01", "2026-02"]
    assert [row[1] for row in rows(explained("8", APRIL))] == ["2026-01", "2026-02", "2026-03"]


def test_a_value_that_comes_later_is_not_told_yet() -> None:
    assert {name: str(value) for name, value in explained("8").values.items()} == {"target": "100"}


def test_a_clause_without_figures_has_its_text() -> None:
    found = explained("9")
    assert (found.kpis, found.deductions, found.rows, dict(found.taken)) == ((), (), (), {})


def test_what_another_month_or_clause_rests_on_is_left_aside() -> None:
    other = upload("2026-02", {"publications.items": 3}, name="p.json")
    drill = findings(MARCH, Event(kind="publication.error", on=date(2026, 3, 5)), name="c.json")
    assert rows(explained("1", uploads=(*UPLOADS, other, drill))) == rows(explained("1"))


def test_the_rows_do_not_depend_on_the_order_of_the_uploads() -> None:
    assert rows(explained("1", uploads=UPLOADS[::-1])) == rows(explained("1"))
    assert {row[3] for row in rows(explained("1"))} == {AUTHORITY, VENDOR}


def test_what_is_not_there_is_said_with_what_is() -> None:
    with pytest.raises(NotFound, match=r"lists no clause 4\.9"):
        explained("4.9")
    with pytest.raises(NotFound, match="has no assessment of 2026-05; it has: 2026-01 … 2026-04"):
        explained("1", Month.of("2026-05"))


def test_it_can_be_written_and_read_back() -> None:
    found = explained("2")
    assert Explanation.model_validate_json(found.model_dump_json()) == found


def test_people_are_shown_what_an_event_says() -> None:
    told = findings(MARCH, complaint("2026-03-04", ref="TS-1", end=date(2026, 3, 9), amount="12.50"))
    printed = explaining.explained(explained("2", uploads=(told,)), CONTRACT)
    assert "查实投诉（编号或文号 TS-1，结束日期 2026-03-09，金额 12.50）" in "".join(printed.split("\n"))
    assert "查实投诉（" not in explaining.explained(
        explained("2", uploads=(findings(MARCH, complaint("2026-03-04")),)), CONTRACT
    )


def test_the_conditions_of_a_renewal_clause_are_told() -> None:
    conditions = tuple(Condition(clause=no, label=f"条件{no}", met=False, detail="too many") for no in ("8", "9"))
    answered = region(
        book, CONTRACT, renewal_eligibility=lambda: Renewal(conclusion="not eligible", conditions=conditions)
    )
    found = explain(Situation.of(answered, CONTRACT, UPLOADS, date(2026, 4, 30)), MARCH, "9", UPLOADS)
    assert found.conditions == conditions[1:]
    assert "未达标　条件9：too many" in explaining.explained(found, CONTRACT)
    assert explained("9").conditions == ()


@pytest.mark.parametrize("fails", [True, False])
def test_the_list_is_named_where_failures_are_counted_without_a_whole(fails: bool) -> None:
    way = Counted(records="tickets", where="closed_at IS NULL", fails=fails)
    late = Measure(code="tickets.late", label="逾期", unit="件", grain="month", counted=(way,), note="n")
    terms_of_one = contract(clauses=[clause("1", facts=["tickets.late"]), clause("9", kinds=["payment"])])
    rules = Rulebook()
    rules.kpi("1", "late")(lambda facts: Level(facts["tickets.late"]))
    made = region(rules, terms_of_one, measures=lambda: Catalogue.of([late]))
    sent = upload(MARCH, {"tickets.late": 34}).model_copy(update={"failures": "f" * 64})
    found = explain(Situation.of(made, terms_of_one, [sent], date(2026, 4, 30)), MARCH, "1", [sent])
    assert found.failures == ({sent.key: sent.failures_key} if fails else {})


def test_what_contradicts_itself_is_lacking_for_that_and_not_because_nobody_sent_it() -> None:
    for others, told in ((UPLOADS[:2], True), ((*UPLOADS[:2], UPLOADS[3]), False)):
        found = explained("1", uploads=(*others, UPLOADS[2], upload(MARCH, {"survey.satisfied": 941}, name="b.json")))
        assert [one.code for one in found.missing] == (["survey.satisfied"] if told else [])
        printed = "".join(line.strip() for line in explaining.explained(found, CONTRACT).split("\n"))
        assert ("满意数 survey.satisfied 2026-03：供应商的文件相互矛盾：939（" in printed) is told
        assert "由供应商或主管单位报送" not in printed
    earlier = explained("1", uploads=(upload(FEBRUARY, {"survey.rated": 1}), *UPLOADS[2:3])).missing
    assert [one.contradicted for one in earlier] == [()] * len(earlier)
