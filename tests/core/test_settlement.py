from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.assessment import Assessment, Deduction, State
from kaohe.contract import Contract
from kaohe.money import split
from kaohe.payable import Settlement
from kaohe.periods import Month, Window
from kaohe.settlement import schedule, settle
from kaohe.submission import Event

from tests.core.small import INFO, MARCH, contract, facts, findings

money = st.decimals(0, 2000, places=2)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def deducted(on: date, amount: Decimal | str, *, clause: str = "1", state: State = State.FINAL) -> Deduction:
    return Deduction(
        clause=clause, code="c", label="c", window=Window.of(on), amount=Decimal(amount), state=state, formula="x"
    )


def assessments(deductions: Sequence[Deduction]) -> list[Assessment]:
    months = sorted({Month.of(d.window.last) for d in deductions})
    return [
        Assessment(
            month=month,
            state=State.FINAL,
            digest="",
            plugin=INFO,
            facts="",
            kpis=(),
            deductions=tuple(d for d in deductions if Month.of(d.window.last) == month),
            deducted=Decimal(0),
        )
        for month in months
    ]


def settled(
    *deductions: Deduction, events: Sequence[Event] = (), as_of: str = "2027-01-31", of: Contract | None = None
) -> Settlement:
    of = of or contract()
    known = facts(findings(MARCH, *events))
    return settle(of, schedule(of), assessments(deductions), known, date.fromisoformat(as_of))


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Contracts of one to six instalments, some advances, some without a date, in the order of their dates."""
    weights = draw(st.lists(st.integers(1, 20), min_size=1, max_size=6))
    dues = sorted(draw(st.lists(days, min_size=len(weights), max_size=len(weights))))
    kinds = draw(st.lists(st.sampled_from(["due", "advance", "undated"]), min_size=len(weights), max_size=len(weights)))
    return contract(
        total=draw(money),
        instalments=[
            {
                "no": n,
                "label": "x",
                "share": f"{weight}/{sum(weights)}",
                "due": None if kind == "undated" else due,
                "advance": kind == "advance",
                "clause": "9",
            }
            for n, (weight, due, kind) in enumerate(zip(weights, dues, kinds, strict=True), 1)
        ],
    )


@given(contracts(), st.lists(st.builds(deducted, days, money), max_size=15), days)
def test_no_fen_is_lost_or_made(of: Contract, deductions: list[Deduction], as_of: date) -> None:
    result = settled(*deductions, as_of=str(as_of), of=of)
    taken = sum((i.deducted for i in result.instalments), Decimal(0))
    assert sum(i.gross or 0 for i in result.instalments) == of.total
    assert result.deductions == sum(d.amount or 0 for d in deductions)
    assert taken + result.carried + result.claim == result.deductions
    assert Decimal(0) in (result.carried, result.claim)
    assert min(result.carried, result.claim) >= 0
    for instalment in result.instalments:
        assert instalment.net is not None
        assert instalment.net + instalment.deducted == instalment.gross
        assert instalment.net >= 0
        assert sum((part.amount for part in instalment.taken), Decimal(0)) == instalment.deducted
        assert all(part.amount > 0 for part in instalment.taken)
        if instalment.advance or instalment.due is None:
            assert not instalment.taken


@given(contracts(), st.builds(deducted, days, money))
def test_a_deduction_comes_out_of_instalments_due_after_its_window_the_first_first(
    of: Contract, deduction: Deduction
) -> None:
    result = settled(deduction, of=of)
    left = deduction.amount or Decimal(0)
    for instalment in result.instalments:
        open_to = instalment.due and not instalment.advance and deduction.window.last < instalment.due
        assert instalment.gross is not None
        expected = min(left, instalment.gross) if open_to else Decimal(0)
        assert instalment.deducted == expected
        left -= expected
    assert result.claim + result.carried == left


@given(st.lists(st.builds(deducted, days, money), max_size=10), days, days)
def test_what_was_taken_does_not_depend_on_the_day_it_is_asked(
    deductions: list[Deduction], one: date, other: date
) -> None:
    first, second = (settled(*deductions, as_of=str(day)) for day in (one, other))
    assert [i.taken for i in first.instalments] == [i.taken for i in second.instalments]


@pytest.mark.parametrize("state", [State.PROVISIONAL, State.INCOMPLETE, State.NEEDS_RULING])
def test_only_final_deductions_are_taken_and_the_others_are_told(state: State) -> None:
    result = settled(deducted(date(2026, 3, 1), "5.00", state=state))
    assert result.deductions == 0
    assert list(result.open) == [f"2026-03 1 {state}"]


def test_a_deduction_of_unknown_amount_is_told_at_the_instalment_that_is_to_bear_it() -> None:
    unknown = Deduction(
        clause="4", code="c", label="c", window=Window.of(date(2026, 6, 29)), state=State.NEEDS_RULING, formula="open"
    )
    known, told = deducted(date(2026, 3, 1), "5.00"), ("2026-06 4 needs-ruling",)
    assert [i.open for i in settled(known, unknown).instalments] == [(), told, ()]
    on_due = unknown.model_copy(update={"window": Window.of(date(2026, 6, 30))})
    assert [i.open for i in settled(known, on_due).instalments] == [(), (), told]
    paid_already = settled(known, unknown, events=[paid("2026-06-30", amount="295.00")])
    assert [i.open for i in paid_already.instalments] == [(), (), told]
    assert not any(i.open for i in settled(known, deducted(date(2026, 6, 29), "9.00")).instalments)


def test_a_window_that_ends_on_the_due_date_is_for_the_next_instalment() -> None:
    for on, borne in (("2026-06-29", [0, 5, 0]), ("2026-06-30", [0, 0, 5]), ("2026-12-31", [0, 0, 0])):
        assert [i.deducted for i in settled(deducted(date.fromisoformat(on), "5")).instalments] == borne


def test_what_is_left_is_carried_until_the_last_due_date_and_then_a_claim() -> None:
    late = deducted(date(2026, 12, 31), "5.00")
    for as_of, carried, claim in (("2026-12-30", 5, 0), ("2026-12-31", 0, 5)):
        assert [settled(late, as_of=as_of).carried, settled(late, as_of=as_of).claim] == [carried, claim]


def paid(on: str, instalment: int = 2, amount: str = "300.00") -> Event:
    return Event(kind="payment.made", on=date.fromisoformat(on), instalment=instalment, amount=Decimal(amount))


def invoice(on: str, instalment: int = 2) -> Event:
    return Event(kind="invoice.received", on=date.fromisoformat(on), instalment=instalment)


@pytest.mark.parametrize(
    ("events", "as_of", "state"),
    [
        ([], "2026-06-29", "upcoming"),
        ([], "2026-06-30", "payable"),
        ([], "2026-07-30", "payable"),
        ([invoice("2026-05-01")], "2026-05-01", "payable"),
        ([invoice("2026-05-01")], "2026-06-30", "payable"),
        ([invoice("2026-05-01")], "2026-07-01", "overdue"),
        ([invoice("2026-07-05")], "2026-07-05", "payable"),
        ([invoice("2026-07-05")], "2026-07-06", "overdue"),
        ([paid("2026-06-01")], "2026-06-01", "paid"),
        ([paid("2026-06-01", amount="299.99"), invoice("2026-05-01")], "2026-07-01", "overdue"),
        ([paid("2026-06-01", amount="299.99"), paid("2026-06-09", amount="0.01")], "2026-07-01", "paid"),
    ],
)
def test_the_state_of_an_instalment(events: list[Event], as_of: str, state: str) -> None:
    assert settled(events=events, as_of=as_of).instalments[1].state == state


def test_it_is_paid_on_the_day_the_payments_reach_what_was_due() -> None:
    events = [
        paid("2026-07-20", amount="300.00"),
        paid("2026-06-09", amount="100.00"),
        paid("2026-06-20", amount="200.00"),
    ]
    instalment = settled(events=events).instalments[1]
    assert instalment.paid_on == date(2026, 6, 20)
    assert instalment.paid == 600


LATE = {"clause": "9", "rate": "0.01", "base": "contract-total", "right": {"after": 30, "may": "terminate"}}


def owed(
    events: Sequence[Event], as_of: str = "2026-07-31", *deductions: Deduction, **late: Any
) -> list[tuple[str, str]]:
    result = settled(*deductions, events=events, as_of=as_of, of=contract(late_payment={**LATE, **late}))
    return [(str(liability.amount), liability.state) for liability in result.liabilities]


def test_each_day_of_delay_costs_its_share() -> None:
    assert owed([paid("2026-06-30")]) == []
    assert owed([paid("2026-07-03")]) == [("30.00", "final")]  # 3 × 1 % × 1,000.00
    assert owed([invoice("2026-06-01")], "2026-07-04") == [("40.00", "provisional")]
    assert owed([invoice("2026-07-03")], "2026-07-04") == [("10.00", "provisional")]
    assert owed([invoice("2026-07-03"), paid("2026-07-03")]) == []
    assert owed([]) == []


def test_the_base_may_be_the_arrears_and_the_sum_may_be_capped() -> None:
    assert owed([paid("2026-07-03")], base="arrears") == [("9.00", "final")]  # 3 × 1 % × 300.00
    bitten = deducted(date(2026, 3, 1), "100.00")
    assert owed([part("2026-07-03", "200.00")], "2026-07-31", bitten, base="arrears") == [("6.00", "final")]
    assert owed([paid("2026-07-03")], cap="0.02") == [("20.00", "final")]  # at most 2 % of the total
    assert owed([paid("2026-07-02")], cap="0.02") == [("20.00", "final")]
    assert owed([paid("2026-07-01")], cap="0.02") == [("10.00", "final")]


@pytest.mark.parametrize(
    ("changes_on", "reckoning"),
    [
        (
            "2026-07-02",
            "2026-07-01一天 × 每天1 % × 欠款300.00 + 2026-07-02至2026-07-03共2天 × 每天2 % × 欠款300.00 = 15.00",
        ),
        ("2026-07-01", "2026-07-01至2026-07-03共3天 × 每天2 % × 欠款300.00 = 18.00"),
        ("2026-07-04", "2026-07-01至2026-07-03共3天 × 每天1 % × 欠款300.00 = 9.00"),
    ],
)
def test_a_rate_that_changes_holds_for_the_days_from_its_date_on(changes_on: str, reckoning: str) -> None:
    rate = {changes_on: "0.02", "2026-01-01": "0.01"}
    of = contract(late_payment={**LATE, "base": "arrears", "rate": rate})
    (one,) = settled(events=[paid("2026-07-03")], of=of).liabilities
    assert one.formula == f"第2期：{reckoning}"


def test_a_rate_for_a_year_is_divided_by_its_days_and_rounded_once() -> None:
    of = contract(late_payment={**LATE, "rate": {"2026-01-01": "0.03", "2026-07-02": "0.031"}, "year": 365})
    (one,) = settled(events=[paid("2026-07-03")], of=of).liabilities
    told = "2026-07-01一天 × 每年3 % ÷ 365 × 合同总额1,000.00 + 2026-07-02至2026-07-03共2天 × 每年3.1 % ÷ 365 × "
    assert one.formula == f"第2期：{told}合同总额1,000.00 = 0.25"  # (30 + 62) ÷ 365 = 0.252


def part(on: str, amount: str) -> Event:
    return paid(on, amount=amount)


@pytest.mark.parametrize(
    ("events", "reckoning", "state"),
    [
        (
            [part("2026-07-10", "299.00")],
            (
                "2026-07-01至2026-07-10共10天 × 每天1 % × 欠款300.00 + "
                "2026-07-11至2026-07-31共21天 × 每天1 % × 欠款1.00 = 30.21"
            ),
            "provisional",
        ),
        (
            [part("2026-06-30", "299.00")],
            "2026-07-01至2026-07-31共31天 × 每天1 % × 欠款1.00 = 0.31",
            "provisional",
        ),
        (
            [part("2026-07-31", "299.00")],
            "2026-07-01至2026-07-31共31天 × 每天1 % × 欠款300.00 = 93.00",
            "provisional",
        ),
        (
            [part("2026-07-10", "200.00"), part("2026-07-10", "50.00"), part("2026-07-20", "50.00")],
            (
                "2026-07-01至2026-07-10共10天 × 每天1 % × 欠款300.00 + "
                "2026-07-11至2026-07-20共10天 × 每天1 % × 欠款50.00 = 35.00"
            ),
            "final",
        ),
        (
            [part("2026-07-01", "100.00"), part("2026-07-20", "200.00")],
            "2026-07-01一天 × 每天1 % × 欠款300.00 + 2026-07-02至2026-07-20共19天 × 每天1 % × 欠款200.00 = 41.00",
            "final",
        ),
    ],
)
def test_arrears_are_what_is_owed_between_the_payments(events: list[Event], reckoning: str, state: str) -> None:
    of = contract(late_payment={**LATE, "base": "arrears"})
    (liability,) = settled(events=[invoice("2026-06-01"), *events], as_of="2026-07-31", of=of).liabilities
    assert (liability.formula, liability.state) == (f"第2期：{reckoning}", state)


def test_a_part_payment_lowers_no_share_of_the_whole_price() -> None:
    events = [invoice("2026-06-01"), part("2026-07-10", "299.00")]
    assert owed(events) == [("310.00", "provisional")]  # 31 × 1 % × 1,000.00


def test_a_liability_says_what_bears_on_it() -> None:
    def told(*events: Event, **terms: Any) -> list[tuple[str, tuple[str, ...]]]:
        of = contract(late_payment={**LATE, **terms})
        return [(one.formula, one.notes) for one in settled(events=events, of=of, as_of="2027-01-31").liabilities]

    ((_, notes),) = told(invoice("2026-07-03"), paid("2026-07-04"))
    assert notes == ("发票于2026-07-03收到，晚于付款期限2026-06-30，逾期从收到发票的次日算起",)
    first, second = told(paid("2026-07-03"), paid("2027-01-05", 3), cap="0.05")
    assert first[1] == ("上限：合同总额的5 %，即50.00，各期合计",)
    assert second[1] == ("上限：合同总额的5 %，即50.00，各期合计；前面各期已计30.00",)
    assert second[0].endswith(" = 50.00，以上限为准计20.00")
    excused = Event(kind="payment.excused", on=date(2026, 7, 1), instalment=2)
    ((formula, notes),) = told(paid("2026-07-03"), excused, excusable=True)
    assert formula == "第2期：2026-07-01至2026-07-03共3天，因财政原因免责 = 0.00"
    assert notes == ("主管单位填报的免责日期：2026-07-01（payment.excused）",)


@pytest.mark.parametrize(("may", "does"), [("terminate", "解除合同"), ("suspend", "暂停服务")])
def test_a_long_delay_gives_the_vendor_the_right_that_the_contract_names(may: str, does: str) -> None:
    of = contract(late_payment={**LATE, "right": {"after": 30, "may": may}})
    for days_late, notes in ((30, ()), (31, (f"逾期31天，超过30天：乙方可以{does}（条款 9）",))):
        day = date(2026, 6, 30) + timedelta(days=days_late)
        (liability,) = settled(events=[paid(str(day))], of=of, as_of="2026-12-01").liabilities
        assert liability.notes == notes


@pytest.mark.parametrize(("cumulative", "notes"), [(True, [0, 1]), (False, [0, 0])])
def test_days_of_delay_may_add_up_over_the_instalments(cumulative: bool, notes: list[int]) -> None:
    right = {"after": 30, "may": "suspend", "cumulative": cumulative}
    of = contract(late_payment={**LATE, "right": right, "excusable": True})
    events = [paid("2026-07-20"), paid("2027-01-11", 3)]  # 20 and 11 days
    assert [len(liability.notes) for liability in settled(events=events, of=of).liabilities] == notes
    a_day_less = settled(events=[paid("2026-07-19"), events[1]], of=of).liabilities
    assert [len(liability.notes) for liability in a_day_less] == [0, 0]
    excused = Event(kind="payment.excused", on=date(2026, 7, 1), instalment=2)
    assert not any("超过" in " ".join(one.notes) for one in settled(events=[*events, excused], of=of).liabilities)


def test_a_day_on_which_two_instalments_are_late_counts_once() -> None:
    dates = {2: "2026-06-30", 3: "2026-07-05"}
    planned = [{**i, "due": dates.get(i["no"])} for i in contract().model_dump(mode="json")["instalments"]]
    right = {"after": 30, "may": "suspend", "cumulative": True}
    of = contract(instalments=planned, late_payment={**LATE, "right": right})
    for day, notes in (("2026-07-30", 0), ("2026-07-31", 1)):
        both = [paid(day), paid(day, 3)]
        assert [len(liability.notes) for liability in settled(events=both, of=of).liabilities] == [notes, notes]


def test_an_instalment_of_which_nothing_is_left_cannot_be_late() -> None:
    all_of_it = deducted(date(2026, 3, 1), "300.00")
    assert owed([invoice("2026-06-01")], "2026-07-31", all_of_it) == []
    assert owed([invoice("2026-06-01"), paid("2026-07-31", amount="0.00")], "2026-07-31", all_of_it) == []


def test_a_second_payment_by_mistake_makes_the_first_no_later() -> None:
    assert owed([paid("2026-06-30"), paid("2026-07-30")]) == []


def test_an_instalment_without_a_due_date_is_never_late() -> None:
    assert owed([invoice("2026-01-05", 1), paid("2026-07-31", 1)]) == []


def test_the_schedule_adds_up_to_the_fen() -> None:
    planned = schedule(contract(total="999.99"))
    assert [str(i.gross) for i in planned] == ["400.00", "300.00", "299.99"]
    assert sum(i.gross or 0 for i in planned) == sum(split(Decimal("999.99"), [Decimal("0.5"), Decimal("0.5")]))
