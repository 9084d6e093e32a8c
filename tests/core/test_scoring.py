"""The document is a function of the set of facts: not of their order, their repetition or their files' names."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe import AUTHORITY, Charge, Count, Level, MonthFacts, Ratio, Rulebook, Terms, per_event, per_point_below
from kaohe.assessment import Assessment, Kpi, State
from kaohe.model import digest
from kaohe.periods import Month
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import derive
from kaohe.submission import Event, Submission

from tests.core.small import MARCH, clause, complaint, contract, findings, region, ruling, terms, upload

book = Rulebook()


@book.counts_from
def first_day(terms: Terms) -> date:
    return date(2026, 2, 10) if terms.reading("early") == "waived" else date.min


@book.kpi("1", "satisfaction", at_least="target")
def satisfaction(facts: MonthFacts, terms: Terms) -> Ratio:
    base = {"rated": "survey.rated", "answered": "calls.answered"}[terms.reading("base")]
    return Ratio(*facts.take("survey.satisfied", base))


@book.deduction("1")
def satisfaction_deduction(kpi: Kpi, terms: Terms) -> Charge:
    return per_point_below(kpi, terms)


@book.kpi("2", "complaints", at_most="limit")
def complaints(facts: MonthFacts) -> Count:
    return Count.of(facts.verified("complaint.verified"))


@book.deduction("2")
def complaints_deduction(kpi: Kpi, terms: Terms) -> Charge:
    return per_event(kpi, terms)


@book.kpi("3", "how")
def how(terms: Terms) -> Level:
    return Level(1 if terms.reading("how") == "loose" else 2)


@book.deduction("3")
def how_deduction(kpi: Kpi) -> Charge:
    assert kpi.numerator is not None
    return Charge(kpi.numerator, "so many")


@book.kpi("8", "year", at_least="target")
def year(facts: MonthFacts, terms: Terms) -> Level:
    return Level(sum(rated for (rated,) in facts.so_far(terms.window.first, "survey.rated").values()))


@book.deduction("8")
def year_deduction() -> Charge:
    return Charge(3, "three")


CONTRACT = contract(
    term={"first": "2026-01-01", "last": "2026-04-30"},
    clauses=[*terms()["clauses"], clause("8", assessed="term", values={"target": "100"}, flags=["watch out"])],
)
REGION = region(book, CONTRACT)
JANUARY, FEBRUARY, _, APRIL = CONTRACT.term.months


def month(of: Month, satisfied: int) -> Submission:
    return upload(of, {"survey.rated": 1000, "survey.satisfied": satisfied, "calls.answered": 40}, name="a.json")


UPLOADS = (
    month(JANUARY, 943),
    month(FEBRUARY, 960),
    month(MARCH, 939),
    upload(MARCH, {"survey.satisfied": 940}, source=AUTHORITY, name="checked.json"),
    findings(MARCH, complaint("2026-03-04"), complaint("2026-03-04"), complaint("2026-03-09", ref="TS-1")),
    findings(FEBRUARY, complaint("2026-02-03"), complaint("2026-02-11")),
    findings(
        APRIL, ruling("started", "2026-04-20", since=date(2026, 3, 1)), ruling("loose", "2026-04-20", reading="how")
    ),
)


def document(*uploads: Submission, as_of: date | None = date(2026, 4, 30)) -> Document:
    return derive(REGION, CONTRACT, uploads or UPLOADS, as_of)


PLAIN = document()


def assessment(document: Document, month: Month) -> Assessment:
    return next(a for a in document.assessments if a.month == month)


def amounts(document: Document, month: Month) -> dict[str, str | None]:
    return {d.clause: None if d.amount is None else str(d.amount) for d in assessment(document, month).deductions}


def test_a_year_by_hand() -> None:
    assert amounts(PLAIN, JANUARY) == {"1": "0.00", "2": "0.00", "3": "1.00"}
    assert amounts(PLAIN, FEBRUARY) == {"1": "0.00", "2": "1000.00", "3": "1.00"}
    assert amounts(PLAIN, MARCH) == {"1": "200.00", "2": "1500.00", "3": "1.00"}
    assert amounts(PLAIN, APRIL) == {"1": None, "2": "0.00", "3": "1.00", "8": None}
    assert [a.state for a in PLAIN.assessments] == [State.FINAL] * 3 + [State.INCOMPLETE]
    assert (PLAIN.as_of, PLAIN.contract, PLAIN.region) == (date(2026, 4, 30), "small-2026", "small")
    assert document(as_of=None).as_of == date(2026, 4, 20)
    assert [(flag.clause, flag.text) for flag in PLAIN.flags] == [("8", "watch out")]
    assert PLAIN.settlement.open == ("2026-04 1 incomplete", "2026-04 8 incomplete")


@pytest.mark.parametrize("options", [("loose", "strict"), ("strict", "loose")])
def test_rulings_of_one_day_that_contradict_each_other_are_told_and_neither_is_in_force(
    options: tuple[str, ...],
) -> None:
    files = [
        findings(MARCH, ruling(option, "2026-03-20", reading="how", ref=option), name=f"{n}.json")
        for n, option in enumerate(options)
    ]
    found = document(month(MARCH, 960), *files)
    assert amounts(found, MARCH)["3"] is None
    assert [(problem.code, problem.message) for problem in found.problems] == [
        (
            "ruling",
            "2026-03-20对“?”how的裁定相互矛盾，同自2026-03-20起适用：loose、strict；均不采用，请更正或撤回其中一份",
        )
    ]
    agreeing = findings(MARCH, ruling("loose", "2026-03-20", reading="how", ref="函2号"), name="2.json")
    later = findings(APRIL, ruling("strict", "2026-04-01", reading="how", since=date(2026, 3, 20)), name="3.json")
    assert amounts(document(month(MARCH, 960), files[options.index("loose")], agreeing), MARCH)["3"] == "1.00"
    assert amounts(document(month(MARCH, 960), *files, later), MARCH)["3"] == "2.00"


@settings(max_examples=150)
@given(
    st.permutations(UPLOADS),
    st.lists(st.sampled_from(UPLOADS), max_size=5),
    st.lists(st.tuples(st.sampled_from(UPLOADS), st.text(min_size=1, max_size=3)), max_size=3),
)
def test_the_state_depends_on_the_set_of_facts_and_on_nothing_else(
    order: Sequence[Submission], repeated: list[Submission], copied: list[tuple[Submission, str]]
) -> None:
    copies = [s.model_copy(update={"name": f"copy {name}", "sha256": "1" * 64}) for s, name in copied]
    found = document(*copies, *repeated, *order)
    assert found.model_dump_json() == PLAIN.model_dump_json()


@settings(max_examples=50)
@given(st.permutations([*UPLOADS, upload(MARCH, {"survey.rated": 7}, name="contradiction.json")]))
def test_a_contradiction_too_comes_out_the_same_in_any_order(order: Sequence[Submission]) -> None:
    found = document(*order)
    assert amounts(found, MARCH)["1"] is None
    assert assessment(found, MARCH).problems == found.problems != ()
    assert "1000（a.json C0）、7（contradiction.json C0）" in found.problems[0].message
    assert found.model_dump_json() == document(*sorted(order, key=lambda s: s.key)).model_dump_json()


def digests(document: Document) -> dict[str, str]:
    return {str(a.month): a.digest for a in document.assessments}


def changed(*uploads: Submission, before: Document = PLAIN) -> set[str]:
    old, new = digests(before), digests(document(*uploads))
    return {month for month in old.keys() | new.keys() if old.get(month) != new.get(month)}


def without(no: int) -> list[Submission]:
    return [submission for n, submission in enumerate(UPLOADS) if n != no]


def test_a_correction_changes_its_own_month_only() -> None:
    assert changed(*without(0), month(JANUARY, 942)) == {"2026-01"}
    assert changed(*without(4), findings(MARCH, complaint("2026-03-04"))) == {"2026-03"}


def test_a_correction_of_what_the_years_figure_rests_on_changes_the_later_months_that_show_it_too() -> None:
    corrected = upload(FEBRUARY, {"survey.rated": 999, "survey.satisfied": 960, "calls.answered": 40})
    assert changed(*without(1), corrected) == {"2026-02", "2026-03"}  # April shows none yet: its own facts are missing


def test_a_new_month_changes_no_other() -> None:
    old, new = (digests(document(*UPLOADS[:n], as_of=None)) for n in (1, 2))
    assert new == old | {"2026-02": new["2026-02"]}


def test_a_ruling_changes_the_months_that_it_applies_to() -> None:
    assert changed(*UPLOADS, findings(APRIL, ruling("answered", "2026-04-30", reading="base"), name="r")) == {"2026-04"}
    late = ruling("answered", "2026-04-30", reading="base", since=date(2026, 3, 15))
    assert changed(*UPLOADS, findings(APRIL, late, name="r")) == {"2026-03", "2026-04"}


def test_a_payment_changes_no_month() -> None:
    paid = Event(kind="payment.made", on=date(2026, 4, 3), instalment=1, amount=Decimal("400.00"))
    assert changed(*UPLOADS, findings(MARCH, paid, name="p.json")) == set()


def test_digests_change_with_the_plugin_that_worked_them_out() -> None:
    other = region(book, CONTRACT)
    other.info = other.info.model_copy(update={"version": "2"})
    assert not {a.digest for a in derive(other, CONTRACT, UPLOADS).assessments} & set(digests(PLAIN).values())


def test_uploads_of_other_regions_and_other_terms_are_left_aside() -> None:
    others = [upload(MARCH, {"survey.rated": 1}, region="big"), upload("2027-03", {"survey.rated": 1})]
    assert document(*UPLOADS, *others) == PLAIN


def test_months_that_have_not_begun_are_not_assessed_and_one_under_way_is_provisional() -> None:
    found = document(as_of=date(2026, 3, 30))
    assert [(str(a.month), a.state) for a in found.assessments] == [
        ("2026-01", State.NEEDS_RULING),
        ("2026-02", State.NEEDS_RULING),
        ("2026-03", State.NEEDS_RULING),
    ]
    assert {d.state for d in assessment(found, MARCH).deductions} == {State.PROVISIONAL, State.NEEDS_RULING}
    assert {d.state for d in assessment(document(as_of=date(2026, 3, 31)), MARCH).deductions} == {
        State.FINAL,
        State.NEEDS_RULING,
    }


def test_what_was_ruled_later_was_not_known_then() -> None:
    assert amounts(document(as_of=date(2026, 4, 19)), MARCH) == {"1": "200.00", "2": "1500.00", "3": None}
    assert amounts(document(as_of=date(2026, 4, 20)), MARCH)["3"] == "1.00"
    later = document(as_of=date(2030, 1, 1))
    assert [a.digest for a in later.assessments] == [a.digest for a in PLAIN.assessments]


def test_nothing_known_is_a_document_too() -> None:
    empty = derive(REGION, CONTRACT, [])
    assert empty.as_of == date(2026, 1, 1)
    assert [a.state for a in empty.assessments] == [State.of([State.NEEDS_RULING, State.INCOMPLETE])]
    assert amounts(empty, JANUARY) == {"1": None, "2": "0.00", "3": None}
    assert empty.settlement.deductions == 0


def test_a_provisional_amount_is_not_taken_from_any_instalment() -> None:
    found = document(*UPLOADS[:1], findings(JANUARY, complaint("2026-01-05")), as_of=date(2026, 1, 20))
    assert assessment(found, JANUARY).deducted == 500
    assert found.settlement.deductions == 0
    assert "2026-01 2 provisional" in found.settlement.open


EACH = [(name, option) for name, reading in CONTRACT.readings.items() for option in reading.options if name != "limit"]


@pytest.mark.parametrize("plain", [PLAIN, document(as_of=None)], ids=["over", "running"])
@pytest.mark.parametrize(("reading", "option"), EACH)
def test_an_alternative_is_what_a_run_under_that_reading_gives(reading: str, option: str, plain: Document) -> None:
    other = derive(REGION, CONTRACT.assuming(reading, Choice(option=option)), UPLOADS, plain.as_of)
    compared = 0
    for month in plain.assessments:
        under = {(d.clause, d.window.label): d for d in assessment(other, month.month).deductions}
        for deduction in month.deductions:
            alone = under[deduction.clause, deduction.window.label]
            told = [a for a in deduction.alternatives if (a.reading, a.option) == (reading, option)]
            adopted = [a for a in deduction.readings if a.reading == reading]
            if told:
                assert (told[0].amount, told[0].state) == (alone.amount, alone.state)
                compared += 1
            elif adopted and adopted[0].option != option:
                assert alone.amount == deduction.amount, "an alternative that gives another amount is left out"
    listed = {a.option for m in plain.assessments for d in m.deductions for a in d.readings if a.reading == reading}
    assert compared or listed == {option}


def test_a_reading_of_the_whole_contract_is_an_alternative_only_where_it_gives_another_amount() -> None:
    (february,) = [d for d in assessment(PLAIN, FEBRUARY).deductions if d.clause == "2"]
    assert [(a.reading, a.amount) for a in february.alternatives] == [("early", Decimal(500))]
    (march,) = [d for d in assessment(PLAIN, MARCH).deductions if d.clause == "2"]
    assert march.alternatives == ()


def test_the_alternative_to_a_ruling_is_told_by_the_period_of_the_deduction_not_by_the_month() -> None:
    rules = Rulebook()

    @rules.kpi("1", "how")
    def told(terms: Terms) -> Level:
        return Level(1 if terms.reading("how") == "loose" else 2)

    @rules.deduction("1", indicative=True)
    def charged(kpi: Kpi) -> Charge:
        assert kpi.numerator is not None
        return Charge(kpi.numerator, "so many")

    how = {"label": "读法", "question": "?", "default": "strict", "options": {}}
    how["options"] = {name: {"label": name, "summary": "s"} for name in ("strict", "loose")}
    listed = [clause("1", assessed="quarter", readings=["how"], facts=[]), clause("9", kinds=["payment"])]
    terms = contract(readings={"how": how}, clauses=listed)
    ruled = findings(MARCH, ruling("loose", "2026-03-02", reading="how"))
    found = derive(region(rules, terms), terms, [ruled], date(2026, 4, 30))
    for month in (JANUARY, MARCH):  # January ended before the ruling, its quarter did not
        (deduction,) = assessment(found, month).deductions
        assert [(a.option, a.amount) for a in deduction.alternatives] == [("strict", Decimal(2))]


def test_a_ruling_that_the_contract_does_not_offer_is_left_out() -> None:
    odd = findings(APRIL, ruling("half", "2026-04-01"), ruling("rate", "2026-04-01", reading="limit"), name="odd.json")
    assert [a.kpis for a in document(*UPLOADS, odd).assessments] == [a.kpis for a in PLAIN.assessments]


def walk(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(content, list):
        for value in content:
            yield from walk(value, path)
    else:
        yield path, content


def test_the_json_holds_no_float_and_every_amount_is_a_text() -> None:
    for text in (PLAIN.model_dump_json(), json.dumps(PLAIN.model_dump(mode="json"))):
        leaves = list(walk(json.loads(text)))
        assert not [path for path, value in leaves if isinstance(value, float)]
        names = ("amount", "deducted", "gross", "net", "deductions", "carried", "claim", "paid", "points", "target")
        money = [(path, v) for path, v in leaves if path.rpartition(".")[2] in names and ".inputs." not in path]
        assert len(money) > 30
        assert not [path for path, value in money if not isinstance(value, (str, type(None)))]


def test_what_is_stored_and_read_again_is_the_same() -> None:
    """Without the computed decimals, which are worked out again."""
    stored = PLAIN.model_dump_json(round_trip=True)
    again = Document.model_validate_json(stored)
    assert again == PLAIN
    assert again.model_dump_json() == PLAIN.model_dump_json()
    assert Document.model_validate(PLAIN.model_dump(mode="json", round_trip=True)) == PLAIN


def test_digests_are_of_the_content_that_is_served() -> None:
    for month in PLAIN.assessments:
        assert month.digest == digest(month.model_dump(mode="json", exclude={"digest"}))
        again = Assessment.model_validate(month.model_dump(mode="json", round_trip=True))
        assert digest(again.model_dump(mode="json", exclude={"digest"})) == month.digest
