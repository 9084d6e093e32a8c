"""What a rulebook makes of a clause's function: KPIs, deductions, states, inputs, readings."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from kaohe import Charge, Count, Daily, Level, MonthFacts, Ratio, Rulebook, Terms, add_working_days, per_event
from kaohe.assessing import rulings
from kaohe.assessment import Deduction, Kpi, State
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.periods import Month
from kaohe.rules import per_day, per_point_below
from kaohe.submission import Submission

from tests.core.small import MARCH, clause, complaint, contract, facts, findings, ruling, upload

GOOD = upload(MARCH, {"survey.rated": 1000, "survey.satisfied": 943, "calls.offered": 10, "calls.answered": 9})


def run(
    book: Rulebook, *uploads: Submission, read: Contract | None = None, month: Month = MARCH
) -> tuple[tuple[Kpi, ...], tuple[Deduction, ...]]:
    known = facts(*(uploads or (GOOD,)))
    read = read or contract()
    read = read.with_rulings(rulings(read, known))
    kpis = book.kpis(read, month, known)
    return kpis, book.deductions(read, month, kpis, known)


def satisfaction(book: Rulebook) -> None:
    @book.kpi("1", "satisfaction", at_least="target")
    def measured(facts: MonthFacts, terms: Terms) -> Ratio:
        return Ratio(*facts.take("survey.satisfied", f"survey.{terms.reading('base')}"))

    @book.deduction("1")
    def charged(kpi: Kpi, terms: Terms) -> Charge:
        return per_point_below(kpi, terms)


def test_a_kpi_and_its_deduction_say_all_that_they_rest_on() -> None:
    book = Rulebook()
    satisfaction(book)
    (kpi,), (deduction,) = run(book, read=contract(readings={**contract_readings(), "partial-point": PRORATA}))
    assert (kpi.numerator, kpi.denominator, kpi.target, kpi.met, kpi.state) == (
        943,
        1000,
        Decimal("0.95"),
        False,
        "final",
    )
    assert kpi.inputs == {"survey.satisfied": 943, "survey.rated": 1000}
    assert (kpi.unit, kpi.value, kpi.label, kpi.window.label) == ("rate", "0.943", "第1条", "2026-03")
    assert deduction.amount == Decimal("140.00")
    assert deduction.formula.startswith("95 % − 94.3 % = 0.7个百分点，计0.7个（prorata）；")
    assert deduction.formula.endswith("；0.7 × 200.00 = 140.00")
    assert deduction.inputs == {**kpi.inputs, "target": Decimal("0.95"), "per_point": 200}
    assert [adopted.reading for adopted in deduction.readings] == ["base", "partial-point"]


PRORATA = {"label": "?", "question": "?", "default": "prorata", "options": {"prorata": {"label": "l", "summary": "s"}}}


def contract_readings() -> dict[str, Any]:
    return {name: reading.model_dump() for name, reading in contract().readings.items()}


def test_a_missing_fact_makes_both_incomplete_and_is_named() -> None:
    book = Rulebook()
    satisfaction(book)
    (kpi,), (deduction,) = run(book, upload(MARCH, {"survey.rated": 5}))
    assert (kpi.state, kpi.missing, kpi.value, kpi.met) == (State.INCOMPLETE, ("survey.satisfied 2026-03",), None, None)
    assert (deduction.state, deduction.missing, deduction.amount) == (State.INCOMPLETE, kpi.missing, None)
    assert deduction.formula == "待定：缺 survey.satisfied 2026-03"
    assert kpi.target == Decimal("0.95")


def test_the_unit_is_known_also_where_the_value_is_not() -> None:
    """A target of 1 drill is no target of 100 %."""
    book = Rulebook()

    @book.kpi("1", "share")
    def share(facts: MonthFacts) -> Ratio | None:
        return Ratio(*facts.take("survey.satisfied", "survey.rated"))

    @book.kpi("2", "level")
    def level(facts: MonthFacts) -> Level | None:
        return Level(facts.take("survey.rated")[0])

    @book.kpi("3", "ruled")
    def ruled(terms: Terms) -> Count:
        terms.reading("how")
        return Count()

    kpis, _ = run(book, upload(MARCH))
    assert [(kpi.code, kpi.unit) for kpi in kpis] == [("share", "rate"), ("level", "count"), ("ruled", "count")]
    assert [kpi.state for kpi in kpis] == [State.INCOMPLETE, State.INCOMPLETE, State.NEEDS_RULING]


def test_a_missing_ruling_is_no_number_and_no_zero() -> None:
    book = Rulebook()

    @book.kpi("3", "how", at_least="target")
    def measured(terms: Terms) -> Level:
        return Level(1 if terms.reading("how") == "loose" else 0)

    @book.deduction("3")
    def charged(terms: Terms) -> Charge:
        return per_day(1, terms, of="days")

    (kpi,), (deduction,) = run(book)
    assert (kpi.state, kpi.met, deduction.state, deduction.amount) == ("needs-ruling", None, "needs-ruling", None)
    assert "须由主管单位裁定：? how" in deduction.formula
    (kpi,), (deduction,) = run(book, GOOD, findings(MARCH, ruling("strict", "2026-03-31", reading="how", ref="函1")))
    assert (kpi.met, deduction.amount, deduction.readings[0].ref) == (False, Decimal("7.00"), "函1")


def test_a_ruling_may_be_asked_for_by_the_deduction_alone() -> None:
    book = Rulebook()

    @book.kpi("3", "how")
    def measured() -> Level:
        return Level(3)

    @book.deduction("3")
    def charged(terms: Terms) -> Charge:
        return Charge(1 if terms.reading("how") == "loose" else 2, "x")

    (kpi,), (deduction,) = run(book)
    assert (kpi.state, kpi.met, kpi.unit) == (State.FINAL, None, "count")
    assert (deduction.state, deduction.formula) == ("needs-ruling", "待定：须由主管单位裁定：? how")


def test_a_deduction_may_lack_a_fact_of_its_own() -> None:
    book = Rulebook()

    @book.kpi("2", "n")
    def measured() -> Level:
        return Level(3)

    @book.deduction("2")
    def charged(facts: MonthFacts) -> Charge:
        return Charge(facts["survey.satisfied"], "x")

    _, (deduction,) = run(book, upload(MARCH))
    assert (deduction.state, deduction.missing) == ("incomplete", ("survey.satisfied 2026-03",))


def test_an_unknown_calendar_year_is_something_missing() -> None:
    book = Rulebook()

    @book.kpi("2", "n")
    def measured() -> Level:
        return Level((add_working_days(date(2031, 1, 2), 1) - date(2031, 1, 2)).days)

    (kpi,), _ = run(book)
    assert (kpi.state, kpi.missing) == (State.INCOMPLETE, ("2031年的法定节假日安排",))


def test_nothing_to_measure_is_no_kpi_and_no_deduction() -> None:
    book = Rulebook()

    @book.kpi("2", "n")
    def measured(facts: MonthFacts) -> Level | None:
        return Level(facts["survey.rated"]) if facts.has("survey.rated") else None

    @book.deduction("2")
    def charged(terms: Terms) -> Charge:
        return per_day(1, terms, of="x")

    assert run(book, upload(MARCH)) == ((), ())


def test_days_are_judged_one_by_one_or_by_their_sum() -> None:
    offered = {**dict.fromkeys(MARCH.days, 10), date(2026, 3, 9): 0}
    answered = {**offered, date(2026, 3, 5): 8}
    found = {}
    for each_day in (True, False):
        book = Rulebook()
        book.kpi("3", "days", at_least="target")(_days(each_day))
        (found[each_day],), _ = run(book, upload(MARCH, {"calls.offered": offered, "calls.answered": answered}))
    assert (found[True].met, found[False].met) == (False, True)
    assert found[True].fraction == found[False].fraction
    assert [part.on.day for part in found[True].parts if part.met is False] == [5]
    assert [part.on.day for part in found[True].parts if part.met is None] == [9]


def _days(each_day: bool) -> Callable[[MonthFacts], Daily]:
    def measured(facts: MonthFacts) -> Daily:
        return Daily.of(facts, "calls.answered", "calls.offered", each_day=each_day)

    return measured


def test_a_month_without_a_single_call_is_neither_met_nor_failed() -> None:
    book = Rulebook()
    book.kpi("3", "days", at_least="target")(_days(True))
    (kpi,), _ = run(book, upload(MARCH, {"calls.offered": 0, "calls.answered": 0}))
    assert (kpi.met, kpi.value, kpi.state) == (None, None, State.FINAL)


@pytest.mark.parametrize("note", ["2 months: 9/10, 7/10", None])
def test_a_mean_says_what_it_is_the_mean_of(note: str | None) -> None:
    book = Rulebook()
    book.kpi("1", "mean", at_least="target")(lambda: Ratio.exact(Fraction(4, 5), note=note))
    (kpi,), _ = run(book, upload(MARCH, {}))
    assert (kpi.fraction, kpi.note) == (Fraction(4, 5), note)


def events(book: Rulebook) -> None:
    @book.kpi("2", "complaints", at_most="limit")
    def measured(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"), note="n")

    @book.deduction("2")
    def charged(kpi: Kpi, terms: Terms) -> Charge:
        return per_event(kpi, terms)


def test_days_before_the_first_that_counts_cost_nothing() -> None:
    book = Rulebook()
    events(book)

    @book.counts_from
    def first(terms: Terms) -> date:
        return date(2026, 3, 10) if terms.reading("early") == "waived" else terms.contract.term.first

    both = findings(MARCH, complaint("2026-03-09", count=4), complaint("2026-03-10"))
    (kpi,), (deduction,) = run(book, both)
    assert (kpi.numerator, deduction.amount) == (5, Decimal(2500))
    waived = findings(MARCH, *[s.event for s in facts(both).events], ruling("waived", "2026-02-01", reading="early"))
    (kpi,), (deduction,) = run(book, waived)
    assert (kpi.numerator, deduction.amount) == (5, Decimal(500))
    february = findings("2026-02", complaint("2026-02-09"), ruling("waived", "2026-02-01", reading="early"))
    (kpi,), (deduction,) = run(book, february, month=Month(2026, 2))
    assert (kpi.numerator, deduction.amount) == (1, Decimal(0))
    assert "2026-03-10以前的期间不扣款" in deduction.formula
    assert [adopted.reading for adopted in deduction.readings] == ["early"]


def test_what_is_not_deducted_anyway_waits_for_no_fact_and_no_ruling() -> None:
    book = Rulebook()

    @book.kpi("3", "x", at_least="target")
    def measured(facts: MonthFacts, terms: Terms) -> Ratio:
        terms.reading("how")
        return Ratio(*facts.take("survey.satisfied", "survey.rated"))

    @book.deduction("3")
    def charged(kpi: Kpi, terms: Terms) -> Charge:
        return per_day(1, terms, of="")

    @book.counts_from
    def first(terms: Terms) -> date:
        return date(2026, 4, 1) if terms.reading("early") == "waived" else terms.contract.term.first

    for given, state in (((), State.NEEDS_RULING), ((ruling("loose", "2026-02-01"),), State.INCOMPLETE)):
        rulings = [ruled.model_copy(update={"reading": "how"}) for ruled in given]
        (kpi,), (deduction,) = run(book, findings(MARCH, *rulings))
        assert (deduction.state, deduction.amount) == (state, None)
        waived = ruling("waived", "2026-02-01", reading="early")
        (kpi,), (deduction,) = run(book, findings(MARCH, *rulings, waived))
        assert (kpi.state, deduction.state, str(deduction.amount)) == (state, State.FINAL, "0.00")
        assert "2026-04-01以前的期间不扣款" in deduction.formula


@pytest.mark.parametrize("kind", ["kpi", "deduction"])
def test_a_function_that_asks_for_the_unknown_is_refused_when_it_is_marked(kind: str) -> None:
    def asks(facts: MonthFacts, clock: object) -> Level:
        return Level(1)

    mark = Rulebook().kpi("2", "n") if kind == "kpi" else Rulebook().deduction("2")
    with pytest.raises(TypeError, match=r"asks\(\) asks for clock; .* may ask for facts, (kpi, )?terms"):
        mark(asks)


@pytest.mark.parametrize("returned", [1, 0.5, "0.95", (1, 2), [], {}, True])
def test_a_function_that_returns_no_measurement_is_named(returned: object) -> None:
    book = Rulebook()

    @book.kpi("2", "n")
    def measured() -> Any:
        return returned

    with pytest.raises(UsageError, match=r"measured\(\) for clause 2 returned .*, not a measurement"):
        run(book)


@pytest.mark.parametrize("returned", [None, 1, 0.5, Decimal(1), "x"])
def test_a_function_that_returns_no_charge_is_named(returned: object) -> None:
    book = Rulebook()
    events(book)

    @book.deduction("2")
    def charged() -> Any:
        return returned

    with pytest.raises(UsageError, match=r"charged\(\) for clause 2 returned .*, not a Charge"):
        run(book)


@pytest.mark.parametrize("amount", [0.1, float("nan")])
def test_a_charge_in_floats_is_refused(amount: Any) -> None:
    book = Rulebook()
    events(book)

    @book.deduction("2")
    def charged() -> Charge:
        return Charge(amount, "x")

    with pytest.raises(TypeError, match="never a float"):
        run(book)


def test_a_value_that_the_clause_lacks_is_an_error_and_no_missing_fact() -> None:
    book = Rulebook()
    book.kpi("2", "n", at_least="goal")(lambda: Level(1))
    with pytest.raises(Exception, match="clause 2 has no value 'goal'"):
        run(book)


def test_a_clause_that_was_amended_has_a_function_for_each_time() -> None:
    book = Rulebook()
    book.kpi("2", "n")(lambda: Level(1))
    book.kpi("2", "n", since=date(2026, 4, 1))(lambda: Level(2))
    book.kpi("2", "m")(lambda: Level(9))
    found = {str(m): [(k.code, k.value) for k in run(book, month=m)[0]] for m in (MARCH, MARCH + 1)}
    assert found == {"2026-03": [("n", "1"), ("m", "9")], "2026-04": [("n", "2"), ("m", "9")]}


def test_an_amendment_in_the_middle_of_a_month_holds_for_the_month_that_ends_after_it() -> None:
    book = Rulebook()
    book.kpi("2", "n")(lambda: Level(1))
    book.kpi("2", "n", since=date(2026, 3, 31))(lambda: Level(2))
    assert [k.value for k in run(book)[0]] == ["2"]
    assert [k.value for k in run(book, month=Month(2026, 2))[0]] == ["1"]


def test_figures_of_a_window_that_is_not_over_are_provisional_and_cost_nothing_yet() -> None:
    read = contract(clauses=[clause("1", assessed="quarter", values={"target": "1"}), clause("9")])
    book = Rulebook()
    book.kpi("1", "n", at_least="target")(lambda: Level(0))
    book.deduction("1")(lambda: Charge(5, "x"))
    for month, state, deductions in ((2, "provisional", 0), (3, "final", 1)):
        kpis, charged = run(book, read=read, month=Month(2026, month))
        assert (kpis[0].state, kpis[0].window.label, len(charged)) == (state, "2026-01/2026-03", deductions)


def test_results_come_in_the_order_of_the_contract() -> None:
    book = Rulebook()
    for no in ("9", "3", "1", "2"):
        book.kpi(no, f"k{no}")(lambda: Level(1))
    assert [kpi.clause for kpi in run(book)[0]] == ["1", "2", "3", "9"]


def test_a_deduction_may_name_which_of_a_clauses_indicators_it_is_for() -> None:
    book = Rulebook()
    book.kpi("2", "a")(lambda: Level(1))
    book.kpi("2", "b")(lambda: Level(2))
    book.deduction("2", "b")(lambda kpi: Charge(kpi.numerator, "x"))
    assert [(d.code, d.amount) for d in run(book)[1]] == [("b", Decimal("2.00"))]


def test_two_rulebooks_are_one() -> None:
    one, other = Rulebook(), Rulebook()
    satisfaction(one)
    events(other)
    other.counts_from(lambda terms: date(2027, 1, 1))
    kpis, deductions = run(one | other)
    assert [kpi.clause for kpi in kpis] == ["1", "2"]
    assert [deduction.amount for deduction in deductions] == [0, 0]
    assert [kpi.tracked for kpi in kpis] == [False, False]


def test_rulebooks_that_are_put_together_for_one_call_are_not_taken_for_one_another() -> None:
    one, other = Rulebook(), Rulebook()
    satisfaction(one)
    events(other)
    known, read = facts(GOOD), contract()
    found = [(book | Rulebook()).kpis(read, MARCH, known) for _ in range(20) for book in (one, other)]
    assert [[kpi.clause for kpi in kpis] for kpis in found] == [["1"], ["2"]] * 20


def test_a_duty_is_watched() -> None:
    book = Rulebook()
    book.duty("2", "n", at_most="limit")(lambda: Level(1))
    (kpi,), deductions = run(book)
    assert (kpi.tracked, kpi.met, deductions) == (True, False, ())


def test_a_level_may_be_a_fraction_and_is_no_rate() -> None:
    book = Rulebook()

    @book.kpi("1", "rank.average", at_least="target")
    def measured() -> Level:
        return Level(Fraction(16, 3))

    (kpi,), _ = run(book)
    assert (kpi.numerator, kpi.denominator, kpi.unit, kpi.value, kpi.met) == (16, 3, "count", "5.333333", True)
