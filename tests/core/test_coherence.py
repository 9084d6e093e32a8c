"""What would move money, or leave it, without a word is refused when a region is loaded."""

from datetime import date
from typing import Any

import pytest
from kaohe import Charge, Count, Counted, EventKind, Kpi, Level, Measure, MonthFacts, Ratio, Rulebook
from kaohe.catalogue import AUTHORITY, Catalogue
from kaohe.errors import PluginError
from kaohe.plugins import Region
from kaohe.results import Renewal
from kaohe.scoring import derive

from tests.core.small import clause, contract, reading, region, upload

CLAUSES = [
    clause("1", values={"target": "0.9"}, facts=["survey.rated", "survey.satisfied"]),
    clause("2", facts=["complaint.verified"]),
    clause("9", kinds=["payment"]),
]


def rules() -> Rulebook:
    """A rulebook that fits the clauses."""
    book = Rulebook()

    @book.kpi("1", "survey.satisfaction", at_least="target")
    def satisfaction(facts: MonthFacts) -> Ratio:
        return Ratio(*facts.take("survey.satisfied", "survey.rated"))

    @book.deduction("1")
    def satisfaction_deduction(kpi: Kpi) -> Charge:
        return Charge(0 if kpi.met else 5, "5")

    @book.kpi("2", "complaints")
    def complaints(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"))

    @book.deduction("2", "complaints")
    def complaints_deduction(kpi: Kpi) -> Charge:
        return Charge(kpi.numerator or 0, "each")

    return book


def loaded(book: Rulebook | None = None, clauses: list[dict[str, Any]] | None = None, **names: Any) -> Region:
    book = book or rules()
    terms = {key: names.pop(key) for key in ("readings", "late_payment") if key in names}
    return region(book, contract(clauses=clauses or CLAUSES, **terms), rules=book, **names)


def refused(hook: str, problem: str, remedy: str, **given: Any) -> None:
    with pytest.raises(PluginError) as caught:
        loaded(**given)
    assert (caught.value.plugin, caught.value.hook) == ("small", hook)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_a_region_that_fits_together_is_loaded() -> None:
    assert loaded().contracts


def test_a_deduction_that_would_be_taken_once_for_each_indicator() -> None:
    book = rules()
    book.kpi("1", "survey.other")(lambda: Level(1))
    problem = "satisfaction_deduction() would charge clause 1 once for each of survey.satisfaction, survey.other"
    refused("compute_deductions", problem, '@book.deduction("1", "survey.satisfaction")', book=book)
    refused("compute_deductions", problem, "; the function: test_coherence.py, line ", book=book)


def test_one_function_may_charge_for_two_indicators_if_it_says_so() -> None:
    book = rules()
    book.kpi("2", "severe")(lambda: Level(1))
    book.deduction("2", "severe")(book.deduction_rules[-1].function)
    assert loaded(book).contracts


@pytest.mark.parametrize(
    ("clauses", "hook", "problem"),
    [
        (clause("3", kinds=["kpi"]), "compute_kpis", "3 of small-2026 is a computed kpi that no function"),
        (clause("3", kinds=["deduction"]), "compute_deductions", "3 of small-2026 is a computed deduction that no"),
        (clause("3", kinds=["duty"], status="tracked"), "compute_kpis", "3 of small-2026 is a tracked duty that no"),
        (clause("3", kinds=["renewal"]), "renewal_eligibility", "3 of small-2026 is a computed renewal, but there is"),
        (clause("3", kinds=["liability"]), "liabilities", "3 of small-2026 is a computed liability, but there is no"),
        (clause("3", kinds=["termination"]), "terminations", "3 of small-2026 is a computed termination, but there"),
    ],
)
def test_a_clause_that_nothing_works_out(clauses: dict[str, Any], hook: str, problem: str) -> None:
    refused(hook, problem, "not-computed", clauses=[*CLAUSES, clauses])


def test_a_clause_that_is_worked_out_by_a_hook_or_by_core_or_not_at_all() -> None:
    book = rules()
    book.by_hand("3")
    by_hook = clause("4", kinds=["renewal"])
    by_core = clause("5", kinds=["liability", "termination"])
    told = clause("6", status="not-computed", why="no amount")
    late = {"clause": "5", "rate": "0.0005", "base": "arrears"}
    made = loaded(
        Rulebook() | book,
        [*CLAUSES, clause("3"), by_hook, by_core, told],
        late_payment=late,
        renewal_eligibility=lambda: Renewal(conclusion="open"),
    )
    assert made.contracts


def test_functions_that_no_clause_asks_for() -> None:
    for no, problem, remedy in (
        ("2.1", "small-2026 lists no clause 2.1", "list it in contract.yaml, or mend the number (did you mean 2?)"),
        ("6", "works out clause 6, whose status is not-computed", "mend the status"),
    ):
        book = rules()
        book.kpi(no, "x")(lambda: Level(1))
        told = clause("6", status="not-computed", why="no amount")
        refused("compute_kpis", problem, remedy, book=book, clauses=[*CLAUSES, told])
    book = rules()
    book.deduction("9")(lambda: Charge(1, "1"))
    refused("compute_deductions", "clause 9, whose kinds do not name deduction", "add deduction to its", book=book)


def test_a_deduction_of_what_is_not_measured() -> None:
    book = rules()
    book.deduction("2", "complaint")(lambda: Charge(1, "1"))
    refused("compute_deductions", "the indicator 'complaint', and clause 2", "did you mean complaints?", book=book)


def test_two_functions_that_begin_on_one_day() -> None:
    book = rules()
    book.deduction("1")(lambda: Charge(1, "1"))
    refused("compute_deductions", "2 functions for clause 1 begin on 0001-01-01", "since=date(", book=book)
    book = rules()
    book.deduction("1", since=date(2026, 7, 1))(lambda: Charge(1, "1"))
    assert loaded(book).contracts


def test_a_target_that_the_clause_does_not_have() -> None:
    book = rules()
    book.kpi("2", "x", at_most="limits")(lambda: Level(1))
    listed = [CLAUSES[0], clause("2", values={"limit": "1"}), CLAUSES[2]]
    refused("compute_kpis", "clause 2 has no value 'limits'", "did you mean limit?", book=book, clauses=listed)


def test_facts_that_a_function_names_and_its_clause_does_not_list() -> None:
    listed = [clause("1", values={"target": "0.9"}, facts=["survey.rated"]), *CLAUSES[1:]]
    problem = "satisfaction() reads survey.satisfied, which clause 1 does not list"
    refused("compute_kpis", problem, "add survey.satisfied to the clause's facts", clauses=listed)


def test_facts_that_a_function_reads_by_another_way_are_refused_when_it_runs() -> None:
    book = rules()

    @book.kpi("2", "severe")
    def severe(facts: MonthFacts) -> Level:
        views = facts.months(date(2026, 1, 1))
        return Level(sum(view[f"survey.{what}"] for view in views for what in ("rated",)))

    made = loaded(book)
    with pytest.raises(PluginError, match=r"severe\(\) reads survey.rated, which clause 2 does not list"):
        derive(made, made.contracts[0], [upload()])


def test_what_core_reads_for_all_need_not_be_listed() -> None:
    book = rules()
    book.kpi("2", "paid")(lambda facts: Count.of(facts.events("payment.made")))
    made = loaded(book)
    assert derive(made, made.contracts[0], [upload()]).assessments


def measure(code: str, **fields: Any) -> Measure:
    usual = {"label": code, "unit": "件", "grain": "month", "note": "n", "sources": (AUTHORITY,)}
    return Measure.model_validate({**usual, "code": code, **fields})


@pytest.mark.parametrize(
    ("own", "problem", "remedy"),
    [
        (Catalogue.of([measure("a", at_most="survey.rted")]), "a is at most 'survey.rted'", "mean survey.rated?"),
        (Catalogue.of([measure("a", at_most="calls.offered")]), "is at most calls.offered, stated by day", "both"),
        (
            Catalogue.of([measure("a", counted=(Counted(records="call", where="true"),))]),
            "a is counted from 'call', which is no kind of record",
            "name one of calls, tickets",
        ),
        (
            Catalogue.of(
                events=[
                    EventKind(
                        code="e", label="e", sources=(AUTHORITY,), note="n", counted=(Counted(records="x", where="1"),)
                    )
                ]
            ),
            "e is counted from 'x'",
            "name one of",
        ),
        (Catalogue.of(counted={"survey.rted": ()}), "'counted' speaks of 'survey.rted'", "mean survey.rated?"),
    ],
)
def test_measures_that_cannot_be_counted(own: Catalogue, problem: str, remedy: str) -> None:
    refused("measures", problem, remedy, measures=lambda: own)


def test_a_measure_may_be_part_of_one_stated_alike() -> None:
    assert loaded(measures=lambda: Catalogue.of([measure("a", at_most="survey.rated")])).catalogue.measures["a"].at_most


def test_an_option_that_points_cannot_be_counted_by() -> None:
    problem = "the reading 'partial-point' of small-2026 has the option 'begun'"
    readings = {"partial-point": reading("whole", "begun")}
    refused("contracts", problem, "call it one of whole, started, prorata", readings=readings)
    assert loaded(readings={"partial-point": reading("whole", "started"), "other": reading("begun", "x")}).contracts


def test_what_nobody_may_supply() -> None:
    measure = Measure(code="a", label="a", unit="件", grain="month", sources=(), note="n")
    event = EventKind(code="a", label="a", sources=(), note="n")
    for own in (Catalogue.of([measure]), Catalogue.of(events=[event])):
        refused("measures", "a has no sources", "name VENDOR, AUTHORITY or both", measures=lambda own=own: own)
