"""A payment is held against what was known on its day: what comes later makes none late, and real arrears stay."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe import (
    Charge,
    Choice,
    Count,
    Instalment,
    Kpi,
    MonthFacts,
    Ratio,
    Rulebook,
    Terms,
    Window,
    per_event,
    per_point_below,
    schedule,
)
from kaohe.assessment import State
from kaohe.assumptions import Assumed, Setting
from kaohe.contract import Contract
from kaohe.payable import Liability, SettledInstalment, Settlement
from kaohe.periods import Month
from kaohe.report import render
from kaohe.results import Document, Termination
from kaohe.scoring import Situation
from kaohe.submission import Event, Submission
from kaohe.whatif import compare, what_if

from tests.core.small import clause, complaint, contract, deciding, findings, objecting, reading, region, ruling, upload

ZERO = Decimal(0)
FEBRUARY = Month.of("2026-02")
AS_OF = date(2026, 8, 31)
DUE = date(2026, 6, 30)
book = Rulebook()


@book.kpi("1", "satisfaction", at_least="target")
def satisfaction(facts: MonthFacts) -> Ratio:
    return Ratio(*facts.take("survey.satisfied", "survey.rated"))


@book.deduction("1")
def lost(kpi: Kpi, terms: Terms) -> Charge:
    return per_point_below(kpi, terms)


@book.kpi("2", "complaints", at_most="limit")
def complaints(facts: MonthFacts) -> Count:
    exempt = facts.without_exempt_days("2").days
    return Count.of(event for event in facts.verified("complaint.verified") if event.on in exempt)


@book.deduction("2")
def cost(kpi: Kpi, terms: Terms) -> Charge:
    return per_event(kpi, terms)


def payment_schedule(contract: Contract) -> Sequence[Instalment]:
    """The second instalment is due in June, or in May where the reading says so."""
    first, second, last = schedule(contract)
    early = contract.choice("when", Window.of(contract.term.last)).option == "may"
    return [first, second.model_copy(update={"due": date(2026, 5, 31)}) if early else second, last]


BASE = contract()
CONTRACT = contract(
    total="10000.00",
    late_payment={"clause": "9", "rate": "0.01", "base": "arrears"},
    readings={**BASE.model_dump(mode="json")["readings"], "when": {**reading("june", "may"), "everywhere": True}},
    clauses=[
        clause("1", readings=["partial-point", "base"], values={"target": "0.95", "per_point": "200.00"}),
        clause("2", values={"limit": "0", "each": "500.00"}),
        clause("3", readings=["how"], values={"per_day": "7.00", "target": "0.9"}),
        clause("9", kinds=["payment"]),
    ],
)
REGION = region(book, CONTRACT, payment_schedule=payment_schedule)
SENT = [
    upload(FEBRUARY, {"survey.rated": 1000, "survey.satisfied": 943}),
    *(upload(Month(2026, no), {"survey.rated": 1000, "survey.satisfied": 1000}) for no in (1, 3, 4, 5, 6, 7, 8)),
    findings(
        FEBRUARY,
        complaint("2026-02-09"),
        ruling("started", "2026-02-20", since=date(2026, 1, 1)),
        Event(kind="invoice.received", on=date(2026, 6, 1), instalment=2),
    ),
]
KNOWN = Decimal("2300.00")  # 3,000.00 less 200.00 for a begun point and 500.00 for a complaint


def paid(on: date | str, amount: Decimal | str, no: int = 2) -> Event:
    return Event(kind="payment.made", on=date.fromisoformat(str(on)), instalment=no, amount=Decimal(amount))


def exemption(on: str) -> Event:
    day = date(2026, 2, 9)
    return Event(kind="exemption", on=date.fromisoformat(on), clause="2", start=day, end=day)


def situation(*events: Event, more: Sequence[Submission] = (), as_of: date = AS_OF) -> Situation:
    later = [findings(Month.of(event.on), event, name=f"{n}.json") for n, event in enumerate(events)]
    return Situation.of(REGION, CONTRACT, [*SENT, *later, *more], as_of)


def document(*events: Event, **arguments: Any) -> Document:
    return situation(*events, **arguments).document(only=())


def second(found: Document) -> SettledInstalment:
    return found.settlement.instalments[1]


def owed(found: Document) -> list[str]:
    return [str(liability.amount) for liability in found.settlement.liabilities]


LATER = [
    pytest.param(ruling("whole", "2026-07-10", since=date(2026, 1, 1)), "200.00", id="a ruling"),
    pytest.param(exemption("2026-07-10"), "500.00", id="a finding"),
]


@pytest.mark.parametrize(("event", "raised"), LATER)
def test_what_is_raised_after_payment_is_outstanding_and_never_late(event: Event, raised: str) -> None:
    before, after = document(paid(DUE, KNOWN)), document(paid(DUE, KNOWN), event)
    assert (second(before).state, second(before).outstanding, second(before).net_known) == ("paid", ZERO, None)
    now = second(after)
    assert (now.state, now.paid_on, now.late_since, now.late_days) == ("paid", DUE, None, 0)
    assert (str(now.outstanding), now.net_known, now.net) == (raised, KNOWN, KNOWN + Decimal(raised))
    assert owed(after) == []


@pytest.mark.parametrize(("event", "raised"), LATER)
def test_a_payment_that_was_a_fen_short_on_its_day_is_in_arrears(event: Event, raised: str) -> None:
    short = KNOWN - Decimal("0.01")
    assert owed(document(paid(DUE, short))) == ["0.01"]  # 62 × 1 % × 0.01 is 0.0062
    after = document(paid(DUE, short), event)
    assert (second(after).state, second(after).late_since, second(after).late_days) == ("overdue", DUE, 62)
    assert (second(after).outstanding, second(after).net_known) == (ZERO, None)
    assert owed(after) != []


def test_an_objection_upheld_after_payment_is_outstanding() -> None:
    said = [
        objecting(FEBRUARY, "2026-03-09", "2"),
        deciding(FEBRUARY, "2026-07-10", "2", "upheld"),
    ]
    found = document(paid(DUE, KNOWN), more=said)
    assert (second(found).state, str(second(found).outstanding), owed(found)) == ("paid", "500.00", [])


def test_what_is_ruled_on_the_day_of_payment_is_known_on_it() -> None:
    found = document(paid(DUE, KNOWN), ruling("whole", str(DUE), since=date(2026, 1, 1)))
    assert (second(found).state, second(found).outstanding) == ("overdue", ZERO)
    assert owed(found) == ["124.00"]  # 62 days × 1 % × 200.00


def test_what_is_paid_up_afterwards_is_neither_late_nor_outstanding() -> None:
    raised = ruling("whole", "2026-07-10", since=date(2026, 1, 1))
    for more, outstanding in (("150.00", "50.00"), ("200.00", "0.00"), ("250.00", "0.00")):
        found = document(paid(DUE, KNOWN), raised, paid("2026-08-01", more))
        assert (second(found).paid_on, str(second(found).outstanding), owed(found)) == (DUE, outstanding, [])
        assert second(found).paid == KNOWN + Decimal(more)


def test_a_late_payment_owes_interest_on_what_was_known_then() -> None:
    raised = ruling("whole", "2026-07-20", since=date(2026, 1, 1))
    found = document(paid("2026-07-10", KNOWN), raised)
    assert (second(found).late_days, owed(found)) == (10, ["230.00"])  # 10 × 1 % × 2,300.00
    (liability,) = found.settlement.liabilities
    assert liability.notes == ("欠款按付款当日所知的实付2,300.00计算，其后调增的部分不计",)
    assert str(second(found).outstanding) == "200.00"


def test_several_payments_are_each_held_against_their_own_day() -> None:
    raised = ruling("whole", "2026-06-15", since=date(2026, 1, 1))
    parts = [paid("2026-06-10", "1000.00"), raised, paid("2026-06-30", "1300.00")]
    assert second(document(*parts)).state == "overdue"  # 2,500.00 were known on the last day
    assert second(document(*parts, paid("2026-06-30", "200.00"))).state == "paid"


def test_a_due_date_that_is_brought_forward_later_makes_no_payment_late() -> None:
    earlier = ruling("may", "2026-07-10", reading="when", since=date(2026, 1, 1))
    found = document(paid("2026-06-20", KNOWN), earlier)
    assert (second(found).due, second(found).state, owed(found)) == (date(2026, 5, 31), "paid", [])
    known = ruling("may", "2026-06-10", reading="when", since=date(2026, 1, 1))
    assert owed(document(paid("2026-06-20", KNOWN), known)) != []


def test_an_assumed_reading_makes_no_payment_late() -> None:
    sent = [*SENT, findings(Month.of(DUE), paid(DUE, KNOWN), name="p.json")]
    now = Situation.of(REGION, CONTRACT, sent, AS_OF)
    for name, option in (("partial-point", "whole"), ("when", "may")):
        other = now.assuming(name, Choice(option=option)).document(only=())
        assert (second(other).state, owed(other)) == ("paid", [])
    read = what_if(now, sent, readings=[Assumed(reading="when", option="may")])
    assert not [c for c in read.changes if c.where.startswith("liability")]


def test_a_fact_is_assumed_as_if_it_had_been_known_when_it_was_paid() -> None:
    sent = [*SENT, findings(Month.of(DUE), paid(DUE, KNOWN), name="p.json")]
    now = Situation.of(REGION, CONTRACT, sent, AS_OF)
    told = what_if(now, sent, [Setting(code="complaint.verified", month=FEBRUARY, value=0)])
    withdrawn = [
        s.model_copy(update={"events": tuple(e for e in s.events if e.kind != "complaint.verified")}) for s in sent
    ]
    mended = Situation.of(REGION, CONTRACT, withdrawn, AS_OF).document(only=())
    assert told.changes == compare(now.document(only=()), mended)
    assert [c.after for c in told.changes if (c.where, c.what) == ("instalment 2", "state")] == ["overdue"]


def test_what_an_assumption_would_have_made_due_is_no_excuse() -> None:
    short = situation(paid(DUE, "2000.00"))
    other = short.assuming("partial-point", Choice(option="prorata")).document(only=())
    assert second(other).state == "overdue"


def test_nothing_earlier_is_asked_for_where_payment_was_right(monkeypatch: pytest.MonkeyPatch) -> None:
    right = situation(paid(DUE, KNOWN))
    monkeypatch.setattr(type(right.history), "_on", lambda *_: pytest.fail("an earlier day was worked out"))
    assert second(right.document(only=())).state == "paid"


def test_an_amount_that_is_not_known_any_more_leaves_what_was_paid_paid() -> None:
    def unsure(contract: Contract) -> Sequence[Instalment]:
        first, middle, last = payment_schedule(contract)
        open_ = contract.choice("partial-point", Window.of(contract.term.last)).option == "prorata"
        unknown = {"gross": None, "at_least": Decimal("2800.00"), "at_most": Decimal("3000.00")}
        return [first, middle.model_copy(update=unknown) if open_ else middle, last]

    made = region(book, CONTRACT, payment_schedule=unsure)
    said = findings(Month.of(DUE), paid(DUE, KNOWN), name="p.json")
    ruled = findings(FEBRUARY, ruling("prorata", "2026-07-10", since=date(2026, 1, 1)), name="r.json")
    found = Situation.of(made, CONTRACT, [*SENT, said, ruled], AS_OF).document(only=())
    assert (second(found).net, second(found).state, second(found).outstanding) == (None, "paid", ZERO)
    unpaid = Situation.of(made, CONTRACT, [*SENT, ruled], AS_OF).document(only=())
    assert second(unpaid).state == "upcoming"


@pytest.mark.parametrize(
    ("amount", "state"), [(KNOWN + 200, "paid"), (KNOWN, "payable"), (Decimal("0.01"), "payable"), (None, "overdue")]
)
def test_what_is_short_by_a_deduction_of_unknown_amount_is_not_late(amount: Decimal | None, state: str) -> None:
    # The vendor takes back the figures that 200.00 had been deducted for: what is due is 2,500.00 at the most.
    events = [] if amount is None else [paid(DUE, amount)]
    withdrawn = document(*events, more=[upload(FEBRUARY, {})])
    assert second(withdrawn).net == KNOWN + 200
    assert second(withdrawn).state == state
    assert (second(withdrawn).late_since is not None) == (state == "overdue") == bool(owed(withdrawn))
    assert bool(second(withdrawn).open) == (state != "paid")


def test_delay_is_told_until_the_last_payment_where_the_rest_may_be_a_deduction_of_unknown_amount() -> None:
    days = [date(2026, 6, 30), date(2026, 7, 4)]
    found = document(*(paid(day, "1000.00") for day in days), more=[upload(FEBRUARY, {})])
    assert (second(found).state, second(found).late_since, second(found).late_days) == ("payable", DUE, 4)
    assert owed(found) == ["60.00"]  # 4 days × 1 % of 1,500.00 that were owed at the most


def test_once_the_deduction_is_known_again_a_payment_that_was_short_is_late() -> None:
    assert second(document(paid(DUE, KNOWN - Decimal("0.01")))).state == "overdue"


later = st.one_of(
    st.builds(
        lambda option, on, since: ruling(option, str(on), since=since),
        st.sampled_from(["whole", "started", "prorata"]),
        st.dates(date(2026, 1, 1), AS_OF),
        st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    ),
    st.dates(date(2026, 1, 1), AS_OF).map(lambda day: exemption(str(day))),
    st.dates(date(2026, 1, 1), AS_OF).map(lambda day: complaint(str(day))),
    st.dates(date(2026, 1, 1), AS_OF).map(lambda day: ruling("may", str(day), reading="when", since=date(2026, 1, 1))),
)


@settings(max_examples=40)
@given(st.lists(later, max_size=6), st.dates(date(2026, 3, 1), date(2026, 5, 31)))
def test_who_pays_what_is_due_on_its_day_is_never_late_whatever_follows(events: list[Event], day: date) -> None:
    net = second(document(*(event for event in events if event.on <= day), as_of=day)).net
    assert net is not None
    found = document(*events, paid(day, net))
    now = second(found)
    assert (now.state, now.late_since, owed(found)) == ("paid", None, [])
    assert now.net is not None
    assert now.net == net + now.outstanding
    assert now.gross == now.net + now.deducted
    taken = sum((i.deducted for i in found.settlement.instalments), ZERO)
    assert taken + found.settlement.carried + found.settlement.claim == found.settlement.deductions


def test_hooks_are_given_the_settlement_and_its_delays() -> None:
    def liabilities(settlement: Settlement) -> Sequence[Liability]:
        told = [f"{i.no}: {i.late_days}" for i in settlement.instalments if i.late_since] + owed_by(settlement)
        return [
            Liability(clause="9", party="vendor", amount=ZERO, state=State.FINAL, formula=formula) for formula in told
        ]

    def terminations(settlement: Settlement, as_of: date) -> Sequence[Termination]:
        return [Termination(clause="9", party="vendor", since=as_of, detail=", ".join(owed_by(settlement)))]

    made = region(book, CONTRACT, liabilities=liabilities, terminations=terminations, payment_schedule=payment_schedule)
    said = findings(Month.of(DUE), paid("2026-07-10", KNOWN), name="p.json")
    found = Situation.of(made, CONTRACT, [*SENT, said], AS_OF).document(only=())
    late = "第2期：2026-07-01至2026-07-10共10天 × 每天1 % × 欠款2,300.00 = 230.00"
    assert owed_by(found.settlement) == [late, "2: 10", late]
    assert [right.detail for right in found.terminations] == [f"{late}, 2: 10, {late}"]


def owed_by(settlement: Settlement) -> list[str]:
    return [liability.formula for liability in settlement.liabilities]


def test_what_is_outstanding_is_told_where_payments_are_shown() -> None:
    later = ruling("whole", "2026-07-10", since=date(2026, 1, 1))
    told = [render(document(paid(DUE, KNOWN), *events), CONTRACT) for events in ([], [later])]
    assert ["付款后调增" in text for text in told] == [False, True]


def test_what_turned_out_right_is_not_late_after_a_later_ruling() -> None:
    ruled = [
        ruling(how, on, since=date(2026, 1, 1)) for how, on in (("whole", "2026-06-20"), ("started", "2026-07-05"))
    ]
    held = paid(DUE, KNOWN)
    assert second(document(held, *ruled[:1])).state == "overdue"
    assert (second(document(held, *ruled)).state, second(document(held, *ruled)).paid_on) == ("paid", DUE)
    again = second(document(held, *ruled, ruling("whole", "2026-07-10", since=date(2026, 1, 1))))
    assert (again.state, again.paid_on, again.late_since, str(again.outstanding)) == ("paid", DUE, None, "200.00")
    short = second(document(paid(DUE, KNOWN - 1), *ruled, ruling("whole", "2026-07-10", since=date(2026, 1, 1))))
    assert (short.state, short.outstanding) == ("overdue", ZERO)
