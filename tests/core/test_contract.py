from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from kaohe.assessment import Assessment, Deduction, PluginInfo, State
from kaohe.calendar import is_working_day
from kaohe.errors import CalendarError, MissingFacts, NotFound, RulingNeeded, UsageError
from kaohe.money import split
from kaohe.periods import Month, Window
from kaohe.readings import Choice, Ruling
from kaohe.settlement import schedule, settle

from tests.core.small import clause, contract, facts

FEBRUARY, MARCH, APRIL = (Window.of(Month(2026, n)) for n in (2, 3, 4))


def ruled(option: str, on: str, since: str | None = None, reading: str = "base") -> Ruling:
    day = date.fromisoformat(on)
    return Ruling(reading=reading, option=option, on=day, since=date.fromisoformat(since) if since else day)


def test_a_ruling_holds_for_windows_that_end_on_its_day_or_later() -> None:
    read = contract().with_rulings([ruled("answered", "2026-03-31")])
    assert [read.choice("base", window).option for window in (FEBRUARY, MARCH, APRIL)] == [
        "rated",
        "answered",
        "answered",
    ]
    assert contract().with_rulings([ruled("answered", "2026-04-01")]).choice("base", MARCH).option == "rated"


def test_a_ruling_can_reach_back() -> None:
    read = contract().with_rulings([ruled("answered", "2026-04-20", since="2026-02-28")])
    assert read.choice("base", FEBRUARY).option == "answered"
    assert read.choice("base", Window.of(Month(2026, 1))).option == "rated"


def test_of_several_rulings_the_last_that_applies_holds_in_whatever_order_they_come() -> None:
    rulings = [ruled("answered", "2026-02-10"), ruled("rated", "2026-03-10"), ruled("answered", "2026-04-10")]
    for shuffled in (rulings, rulings[::-1], [rulings[1], rulings[2], rulings[0]]):
        read = contract().with_rulings(shuffled)
        assert [read.choice("base", w).option for w in (FEBRUARY, MARCH, APRIL)] == ["answered", "rated", "answered"]


def test_two_rulings_from_the_same_day_on_are_told_apart_by_the_day_they_were_made() -> None:
    rulings = [ruled("rated", "2026-03-20", since="2026-02-01"), ruled("answered", "2026-03-05", since="2026-02-01")]
    for shuffled in (rulings, rulings[::-1]):
        assert contract().with_rulings(shuffled).choice("base", MARCH).option == "rated"


def test_a_ruling_that_reaches_back_takes_the_place_of_one_made_before_it() -> None:
    rulings = [ruled("answered", "2026-03-25"), ruled("rated", "2026-04-12", since="2026-03-11")]
    for shuffled in (rulings, rulings[::-1]):
        assert [contract().with_rulings(shuffled).choice("base", w).option for w in (MARCH, APRIL)] == ["rated"] * 2
    one_letter = [ruled("rated", "2026-02-10", since="2026-01-01"), ruled("answered", "2026-02-10", since="2026-04-01")]
    read = contract().with_rulings(one_letter)
    assert [read.choice("base", w).option for w in (FEBRUARY, MARCH, APRIL)] == ["rated", "rated", "answered"]


def test_without_a_default_there_is_no_choice_until_the_first_ruling_which_settles_all() -> None:
    with pytest.raises(RulingNeeded, match="how"):
        contract().choice("how", MARCH)
    read = contract().with_rulings(
        [ruled("strict", "2026-04-10", reading="how"), ruled("loose", "2026-05-10", reading="how")]
    )
    assert [read.choice("how", w).option for w in (FEBRUARY, APRIL, Window.of(Month(2026, 5)))] == [
        "strict",
        "strict",
        "loose",
    ]


def test_the_windows_before_all_rulings_go_by_the_one_that_reaches_back_furthest() -> None:
    made = [
        ruled("strict", "2026-04-10", reading="how"),
        ruled("loose", "2026-05-10", since="2026-03-01", reading="how"),
    ]
    again = ruled("strict", "2026-05-12", since="2026-03-01", reading="how")
    for rulings, option in ((made, "loose"), ([*made, again], "strict")):
        assert contract().with_rulings(rulings).choice("how", FEBRUARY).option == option


def test_an_assumption_outdoes_rulings_and_needs_none() -> None:
    read = contract().with_rulings([ruled("answered", "2026-01-01")]).assuming("base", Choice(option="rated"))
    assert read.choice("base", MARCH) == Choice(option="rated")
    assert contract().assuming("how", Choice(option="loose")).choice("how", MARCH).option == "loose"


@pytest.mark.parametrize(
    ("reading", "choice", "error", "message"),
    [
        ("basis", Choice(option="rated"), NotFound, "no reading 'basis'; it has: partial-point, base, how"),
        ("base", Choice(option="rate"), NotFound, "no option 'rate'; it has: rated, answered"),
        ("base", Choice(option="rated", value=Decimal("0.9")), UsageError, "takes no value"),
        ("limit", Choice(option="rate"), UsageError, "needs value"),
    ],
)
def test_what_the_contract_does_not_offer_cannot_be_assumed(
    reading: str, choice: Choice, error: type[UsageError], message: str
) -> None:
    with pytest.raises(error, match=message):
        contract().assuming(reading, choice)


def test_alternatives_are_the_options_not_in_force_that_need_no_number() -> None:
    read = contract().with_rulings([ruled("answered", "2026-03-01")])
    assert [c.option for c in read.alternatives("base", FEBRUARY)] == ["answered"]
    assert [c.option for c in read.alternatives("base", MARCH)] == ["rated"]
    assert [c.option for c in read.alternatives("how", MARCH)] == ["loose", "strict"]
    assert [c.option for c in read.alternatives("limit", MARCH)] == []
    assert [c.option for c in read.alternatives("partial-point", MARCH)] == ["started", "prorata"]


def test_values_change_on_their_day() -> None:
    dated = {"target": {"2026-01-01": "0.95", "2026-07-01": "0.96"}}
    one = contract(clauses=[clause("1", values=dated), clause("9")]).clause("1")
    assert one.value("target", date(2026, 6, 30)) == Decimal("0.95")
    assert one.value("target", date(2026, 7, 1)) == Decimal("0.96")
    with pytest.raises(UsageError, match="no value 'target' on 2025-12-31; it has: target"):
        one.value("target", date(2025, 12, 31))
    with pytest.raises(UsageError, match="no value 'goal'"):
        one.value("goal", date(2026, 7, 1))


def test_a_clause_that_is_not_listed_is_not_found() -> None:
    with pytest.raises(NotFound, match="small-2026 lists no clause 4"):
        contract().clause("4")


def test_windows_of_clauses() -> None:
    term = contract(term={"first": "2025-11-01", "last": "2026-10-31"}).term
    windows = {
        assessed: contract(clauses=[clause("1", assessed=assessed), clause("9")])
        .clause("1")
        .window(Month(2026, 3), term)
        for assessed in ("month", "quarter", "term")
    }
    labels = {assessed: window and window.label for assessed, window in windows.items()}
    assert labels == {"month": "2026-03", "quarter": "2026-02/2026-04", "term": "2025-11-01/2026-10-31"}


def test_shares_written_as_fractions_are_exact() -> None:
    shares = [planned.share for planned in contract().instalments]
    assert shares == [Fraction(2, 5), Fraction(3, 10), Fraction(3, 10)]
    assert sum(split(contract().total, shares)) == contract().total


def test_a_day_of_signature_that_the_text_leaves_blank_is_a_missing_fact() -> None:
    blank = contract(signed=None)
    assert blank.signed_on is None
    with pytest.raises(MissingFacts, match="合同签订日期"):
        _ = blank.signed
    assert contract().signed == date(2025, 12, 20)


def due_by(after: str, **fields: Any) -> list[dict[str, Any]]:
    return [
        {"no": 1, "label": "付", "share": "1", "clause": "9", "due": {"working_days": 10, "after": after}, **fields}
    ]


def test_an_instalment_may_fall_due_so_many_working_days_after_a_day() -> None:
    (planned,) = contract(instalments=due_by("2026-03-31")).instalments
    # 1–3, 7–10, 13–15 April: the 6th is a holiday
    assert (planned.earliest, planned.due, planned.notes) == (date(2026, 4, 1), date(2026, 4, 15), ())
    (later,) = contract(instalments=due_by("2026-03-31", earliest="2026-04-10")).instalments
    assert (later.earliest, later.due) == (date(2026, 4, 10), date(2026, 4, 15))


def test_a_due_day_in_a_year_without_known_holidays_is_open_and_says_so() -> None:
    year = last_known_year()
    (planned,) = contract(instalments=due_by(f"{year}-12-31")).instalments
    assert (planned.earliest, planned.due) == (date(year + 1, 1, 1), None)
    assert planned.notes == (f"应于{year}-12-31后10个工作日内付；{year + 1}年的法定节假日安排尚未公布",)
    assert schedule(contract(instalments=due_by(f"{year}-12-31")))[0].notes == planned.notes


def last_known_year() -> int:
    year = 2026
    while True:
        try:
            is_working_day(date(year + 1, 1, 1))
        except CalendarError:
            return year
        year += 1


@pytest.mark.parametrize("due", [{"working_days": 0, "after": "2026-03-31"}, {"after": "2026-03-31"}, {"days": 3}])
def test_a_due_day_that_cannot_be_counted(due: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"'due' is a day, null, or \{working_days: 10, after: 2026-03-31\}"):
        contract(instalments=due_by("2026-03-31", due=due))


def test_an_instalment_whose_due_day_is_open_bears_what_its_quarter_cost() -> None:
    year = last_known_year()
    first = {**due_by(f"{year}-09-30")[0], "share": "0.5"}
    last = {**due_by(f"{year}-12-31")[0], "share": "0.5", "no": 2}
    read = contract(term={"first": f"{year}-07-01", "last": f"{year}-12-31"}, instalments=[first, last])
    cost = Deduction(
        clause="1",
        code="c",
        label="c",
        window=Window.of(Month(year, 12)),
        amount=Decimal("5.00"),
        formula="5",
    )
    months = [
        Assessment(
            month=Month(year, 12),
            state=State.FINAL,
            digest="",
            plugin=PluginInfo(name="p", version="0"),
            facts="",
            kpis=(),
            deductions=(cost,),
            deducted=Decimal("5.00"),
        )
    ]
    settled = settle(read, schedule(read), months, facts(), date(year + 1, 3, 1))
    assert [str(i.deducted) for i in settled.instalments] == ["0.00", "5.00"]
    assert (str(settled.carried), str(settled.claim)) == ("0.00", "0.00")
