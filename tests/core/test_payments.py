"""What was paid stays paid: deductions, agreed days, excuses and security beside the payments made."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe import Charge, Contract, Count, Instalment, Kpi, MonthFacts, Rulebook, Terms, per_event, schedule
from kaohe.assessment import Deduction
from kaohe.payable import SettledInstalment, Settlement
from kaohe.payments import Payments, with_agreed_date
from kaohe.scoring import derive
from kaohe.settlement import settle
from kaohe.submission import Event

from tests.core.small import MARCH, complaint, contract, facts, findings, region
from tests.core.test_settlement import LATE, assessments, contracts, days, deducted, invoice, money, paid, settled

ZERO = Decimal(0)


def event(kind: str, on: str, **fields: Any) -> Event:
    return Event(kind=kind, on=date.fromisoformat(on), **fields)


payments = st.builds(
    lambda on, no, amount: Event(kind="payment.made", on=on, instalment=no, amount=amount),
    days,
    st.integers(1, 6),
    money,
)


def stated(events: Sequence[Event], no: int) -> Decimal:
    return sum((e.amount for e in events if e.instalment == no and e.amount is not None), ZERO)


def held(result: Settlement, of: Contract, events: Sequence[Event]) -> None:
    """The identities that no payment may break."""
    taken = sum((i.deducted for i in result.instalments), ZERO)
    assert taken + result.carried + result.claim == result.deductions
    assert Decimal(0) in (result.carried, result.claim)
    for i in result.instalments:
        assert i.gross is not None
        assert i.net is not None
        assert i.net + i.deducted == i.gross
        assert i.net >= 0
        assert i.deducted <= max(i.gross - stated(events, i.no), ZERO)
        assert sum((part.amount for part in i.taken), ZERO) == i.deducted
        assert (i.state == "paid") is (i.paid_on is not None)
        assert (i.paid is None) is (i.no not in {e.instalment for e in events})
        assert not i.taken if i.advance else True
    assert sum((i.gross or ZERO for i in result.instalments), ZERO) == of.total


@given(contracts(), st.lists(st.builds(deducted, days, money), max_size=10), st.lists(payments, max_size=8), days)
def test_no_fen_is_lost_or_made_whatever_was_paid(
    of: Contract, deductions: list[Deduction], events: list[Event], as_of: date
) -> None:
    held(settled(*deductions, events=events, as_of=str(as_of), of=of), of, events)


@given(st.lists(st.builds(deducted, days, money), max_size=8), st.lists(payments, max_size=8))
def test_what_is_paid_in_full_never_bears_more(deductions: list[Deduction], events: list[Event]) -> None:
    """A deduction found after the payment goes to the next instalment and leaves what was settled alone."""
    before = settled(*deductions, events=events)
    settled_by = [
        Event(kind="payment.made", on=date(2026, 12, 31), instalment=i.no, amount=i.net) for i in before.instalments[:2]
    ]
    alone = [e for e in events if e.instalment not in (1, 2)]
    found = settled(*deductions, deducted(date(2026, 6, 29), "100.00"), events=[*alone, *settled_by])
    assert [i.deducted for i in found.instalments[:2]] == [i.deducted for i in before.instalments[:2]]
    assert [i.state for i in found.instalments[:2]] == ["paid", "paid"]


def test_a_deduction_found_after_the_payment_is_taken_from_the_next() -> None:
    found_late = deducted(date(2026, 3, 1), "100.00")
    for amount, borne in (
        ("300.00", [0, 0, 100]),
        ("250.00", [0, 50, 50]),
        ("200.00", [0, 100, 0]),
    ):
        result = settled(found_late, events=[paid("2026-06-01", amount=amount)])
        assert [i.deducted for i in result.instalments] == borne
        assert result.instalments[1].state == "paid"


def test_what_the_last_instalment_was_paid_in_spite_of_is_a_claim() -> None:
    events = [paid("2026-12-31", 3, "300.00")]
    result = settled(deducted(date(2026, 11, 30), "100.00"), events=events, as_of="2026-12-31")
    assert [str(result.claim), str(result.carried)] == ["100.00", "0.00"]


def test_more_paid_than_was_due_leaves_no_negative_room() -> None:
    result = settled(deducted(date(2026, 3, 1), "10.00"), events=[paid("2026-06-01", amount="500.00")])
    assert [i.deducted for i in result.instalments] == [0, 0, 10]
    assert result.instalments[1].paid == 500


def test_payments_are_told_apart_by_their_instalment_and_put_in_order() -> None:
    events = [paid("2026-06-09", 2, "1.00"), paid("2026-06-01", 2, "5.00"), paid("2026-06-02", 3)]
    known = Payments.of(2, facts(findings(MARCH, *events, invoice("2026-05-02"), invoice("2026-05-01"))))
    assert known.invoiced == date(2026, 5, 1)
    assert [e.on.day for e in known.made] == [1, 9]
    assert [known.total, known.by(date(2026, 6, 8))] == [Decimal(6), Decimal(5)]
    assert [known.complete_on(Decimal(n)) for n in (5, 6, 7)] == [date(2026, 6, 1), date(2026, 6, 9), None]
    assert known.complete_on(None) is None
    nothing = Payments.of(1, facts())
    assert (nothing.total, nothing.complete_on(ZERO), nothing.days) == (ZERO, None, ())


def open_contract(**tail: Any) -> Contract:
    last = {"no": 3, "label": "下半年", "share": "0.3", "due": None, "clause": "9", **tail}
    return contract(instalments=[*contract().model_dump(mode="json")["instalments"][:2], last], late_payment=LATE)


def test_the_day_that_the_parties_agreed_counts_where_the_contract_sets_none() -> None:
    agreed = event("payment.agreed", "2026-09-30", instalment=3)
    again = event("payment.agreed", "2026-10-15", instalment=3)
    of = open_contract()
    last = settled(events=[agreed, again], of=of).instalments[2]
    assert last.due == date(2026, 10, 15)
    late = settled(events=[agreed, paid("2026-10-02", 3)], of=of)
    assert [str(owed.amount) for owed in late.liabilities] == ["20.00"]  # 2 × 1 % × 1,000.00
    assert not settled(events=[paid("2026-10-02", 3)], of=of).liabilities


def test_an_agreed_day_moves_no_day_that_the_contract_sets() -> None:
    moved = event("payment.agreed", "2026-09-30", instalment=2)
    known = facts(findings(MARCH, moved))
    (_, second, _) = schedule(contract())
    assert with_agreed_date(second, known) is second


def test_a_deduction_is_dated_against_the_agreed_day() -> None:
    agreed = event("payment.agreed", "2026-09-30", instalment=3)
    for on, borne in (("2026-09-29", 5), ("2026-09-30", 0)):
        last = settled(deducted(date.fromisoformat(on), "5.00"), events=[agreed], of=open_contract()).instalments[2]
        assert last.deducted == borne


@pytest.mark.parametrize(("excusable", "owed"), [(False, "30.00"), (True, "0.00")])
def test_a_fiscal_delay_costs_nothing_where_the_contract_excuses_it(excusable: bool, owed: str) -> None:
    of = contract(late_payment={**LATE, "excusable": excusable})
    excuse = event("payment.excused", "2026-06-20", instalment=2)
    (liability,) = settled(events=[excuse, paid("2026-07-03")], of=of).liabilities
    assert (str(liability.amount), liability.state) == (owed, "final")
    (other,) = settled(events=[excuse, paid("2027-01-03", 3)], of=of).liabilities
    assert str(other.amount) == "30.00"


def test_a_cap_is_one_for_all_instalments() -> None:
    of = contract(late_payment={**LATE, "cap": "0.05"})
    events = [paid("2026-07-04"), paid("2027-01-03", 3)]  # 4 and 3 days: 40 and 30, at most 50 in all
    assert [str(owed.amount) for owed in settled(events=events, of=of).liabilities] == ["40.00", "10.00"]


BOND = {"clause": "9", "label": "履约保证金", "share": "0.05", "return_working_days": 5}


@pytest.mark.parametrize(
    ("as_of", "returned", "state", "late_days"),
    [
        ("2026-06-30", None, "held", 0),
        ("2026-07-01", None, "due back", 0),
        ("2026-07-07", None, "due back", 0),
        ("2026-07-08", None, "overdue", 1),
        ("2026-07-31", "2026-07-07", "returned", 0),
        ("2026-07-31", "2026-07-09", "returned", 2),
    ],
)
def test_the_bond_is_given_back_after_the_term(as_of: str, returned: str | None, state: str, late_days: int) -> None:
    of = contract(bond=BOND, term={"first": "2026-01-01", "last": "2026-06-30"})
    events = [event("bond.returned", returned)] if returned else []
    (bond,) = settled(events=events, of=of, as_of=as_of).bonds
    assert (str(bond.amount), bond.return_by, bond.state) == ("50.00", date(2026, 7, 7), state)
    assert (bond.returned_on, bond.late_days) == (date.fromisoformat(returned) if returned else None, late_days)


def test_a_bond_whose_day_of_return_no_calendar_knows_yet_is_never_late() -> None:
    of = contract(bond=BOND, term={"first": "2098-01-01", "last": "2098-12-31"})
    (bond,) = settle(of, schedule(of), (), facts(), date(2099, 6, 1)).bonds
    assert (bond.return_by, bond.state, bond.late_days) == (None, "due back", 0)


def ranged(gross: str | None, *events: Event, **bounds: str) -> SettledInstalment:
    """The second instalment, of unknown amount, after a complaint that costs 500."""
    book = Rulebook()

    @book.kpi("2", "complaints")
    def complaints(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"))

    @book.deduction("2")
    def cost(kpi: Kpi, terms: Terms) -> Charge:
        return per_event(kpi, terms)

    def payment_schedule(contract: Contract) -> Sequence[Instalment]:
        first, second, last = schedule(contract)
        known = {name: Decimal(amount) for name, amount in bounds.items()}
        return [first, second.model_copy(update={"gross": gross and Decimal(gross), **known}), last]

    made = region(book, payment_schedule=payment_schedule)
    sent = findings(MARCH, complaint("2026-03-05"), *events)
    return derive(made, made.contracts[0], [sent], date(2026, 7, 31)).settlement.instalments[1]


@pytest.mark.parametrize(
    ("gross", "bounds", "deducted_", "net"),
    [
        (None, {"at_least": "280.00", "at_most": "300.00"}, "280.00", None),
        (None, {}, "0.00", None),
        ("290.00", {}, "290.00", "0.00"),
    ],
)
def test_an_instalment_of_unknown_amount_bears_no_more_than_its_least(
    gross: str | None, bounds: dict[str, str], deducted_: str, net: str | None
) -> None:
    found = ranged(gross, **bounds)
    assert (str(found.deducted), None if found.net is None else str(found.net)) == (deducted_, net)
    assert gross or found.state == "upcoming"


def test_what_was_paid_on_account_of_an_unknown_amount_is_not_borne_by_it() -> None:
    found = ranged(None, paid("2026-06-01", amount="200.00"), at_least="280.00")
    assert [str(found.deducted), str(found.paid), found.state] == ["80.00", "200.00", "upcoming"]


def test_an_instalment_that_waits_is_not_overdue() -> None:
    of = contract()
    first, second, last = schedule(of)
    waiting = second.model_copy(update={"waits_for": ("the audit",)})
    known = facts(findings(MARCH, invoice("2026-05-01")))
    result = settle(of, [first, waiting, last], assessments([]), known, date(2026, 8, 1))
    assert result.instalments[1].state == "upcoming"
