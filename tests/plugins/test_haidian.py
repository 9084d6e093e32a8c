"""Haidian: the figures of its contract by hand, its cases, and what its settlement always keeps."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe import intake
from kaohe.assessment import Deduction, Kpi, State
from kaohe.errors import Refused
from kaohe.explanation import explain
from kaohe.faults import Fault
from kaohe.folder import read_file, read_folder
from kaohe.money import ZERO
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import Situation, derive
from kaohe.submission import Submission
from kaohe.testing import Case, submissions_of

REGION = load_region("haidian")
CONTRACT = REGION.contract("haidian-2022")
RECEIVED = date(2023, 6, 1)
PRICE = Decimal("6695568.00")


def read(month: str, source: str, *events: Mapping[str, Any], **measures: Any) -> Submission:
    """A JSON file of that month, taken in as it would be."""
    names = {code.replace("__", "."): value for code, value in measures.items()}
    content = {"region": "haidian", "month": month, "source": source, "measures": names, "events": events}
    address = intake.parse_key(f"submissions/haidian/{source}/{month}/{len(events)}{len(names)}.json")
    return intake.read(
        json.dumps(content, ensure_ascii=False).encode(), address, REGION.catalogue, REGION.contracts, RECEIVED
    )


def refusal(month: str, source: str, *events: Mapping[str, Any]) -> Fault:
    with pytest.raises(Refused) as refused:
        read(month, source, *events)
    (fault,) = refused.value.faults
    return fault


def july(**days: int) -> Submission:
    """A full team each day of July 2022, except on the days named, such as ``d04=46``."""
    seats = {f"2022-07-{n:02}": days.get(f"d{n:02}", 48) for n in range(1, 32)}
    others = {code: dict.fromkeys(seats, n) for code, n in (("leaders__on_duty", 5), ("staff__leaders_employed", 5))}
    return read("2022-07", "vendor", seats__on_duty=seats, staff__employed=dict.fromkeys(seats, 48), **others)


def derived(*submissions: Submission, as_of: str | None = None, **readings: str) -> Document:
    contract = CONTRACT
    for name, option in readings.items():
        contract = contract.assuming(name.replace("__", "-"), Choice(option=option))
    return derive(REGION, contract, submissions, date.fromisoformat(as_of) if as_of else None)


def deduction(document: Document, month: str, clause: str) -> Deduction:
    (assessment,) = [a for a in document.assessments if str(a.month) == month]
    (found,) = [d for d in assessment.deductions if d.clause == clause]
    return found


def kpi(document: Document, month: str, code: str) -> Kpi:
    (assessment,) = [a for a in document.assessments if str(a.month) == month]
    (found,) = [k for k in assessment.kpis if k.code == code]
    return found


@pytest.mark.parametrize(("rate", "amount"), [("fixed-300", "1800.00"), ("wage", "1434.48")])
def test_two_seats_missing_on_three_working_days(rate: str, amount: str) -> None:
    found = deduction(derived(july(d04=46, d05=46, d06=46), shortfall__rate=rate), "2022-07", "3.1.5")
    assert str(found.amount) == amount
    assert found.formula.startswith("3天共缺岗6人次 × ")
    assert found.formula.endswith(f" = {found.amount:,.2f}")


def test_the_authority_s_check_of_a_day_takes_the_place_of_the_vendor_s_attendance() -> None:
    check = read("2022-07", "authority", seats__on_duty={"2022-07-04": 45})
    found = deduction(derived(july(d04=48, d05=47), check), "2022-07", "3.1.5")
    assert str(found.amount) == "1200.00"  # 3 by the check and 1 by the vendor's own figures
    better = read("2022-07", "authority", seats__on_duty={"2022-07-05": 48})
    assert str(deduction(derived(july(d05=47), better), "2022-07", "3.1.5").amount) == "0.00"


def test_absences_taken_out_of_a_gap_are_told() -> None:
    sent = read("2022-07", "authority", {"kind": "absence.found", "on": "2022-07-04", "count": 3})
    short = july(d04=46, d05=47)
    once = kpi(derived(short, sent, absence__and__shortfall="absence-only"), "2022-07", "seats.missing_person_days")
    assert (once.numerator, once.note) == (1, "21个工作日，每日48个座席，缺岗中已减去当天发现的脱岗2人次")
    twice = kpi(derived(short, sent), "2022-07", "seats.missing_person_days")
    assert (twice.numerator, twice.note) == (3, "21个工作日，每日48个座席")


def test_more_leaders_than_persons_on_duty_leave_the_day_open_and_not_more_than_48_short() -> None:
    check = read("2022-07", "authority", seats__on_duty={"2022-07-04": 4})  # of the leaders the vendor says 5
    found = deduction(derived(july(), check, leaders__within__48="beside"), "2022-07", "3.1.5")
    assert (found.amount, found.state) == (None, State.INCOMPLETE)
    assert "leaders.on_duty 2022-07-04（多于" in found.formula
    checked = read("2022-07", "authority", seats__on_duty={"2022-07-04": 4}, leaders__on_duty={"2022-07-04": 4})
    beside = deduction(derived(july(), checked, leaders__within__48="beside"), "2022-07", "3.1.5")
    assert str(beside.amount) == "44400.00"  # 48 × 300 on that day, 5 × 300 on the other 20


def loss(**fields: Any) -> dict[str, Any]:
    return {"kind": "assessment.points_lost", "on": "2022-07-12", "ref": "失分-01", **fields}


@pytest.mark.parametrize("amount", ["999.99", "10000.01", "12000"])
def test_an_amount_outside_the_range_is_refused_with_its_row(amount: str) -> None:
    fault = refusal("2022-07", "authority", loss(amount="5000.00"), loss(amount=amount, ref="失分-02"))
    assert (fault.code, fault.held, fault.expected) == ("out-of-range", amount, "不少于1000.00元、不超过10000.00元")
    assert "events[1]" in str(fault)


def test_in_a_sheet_the_refusal_names_the_row() -> None:
    text = "事件类型,日期,编号,金额\n市级考核失分,2022-07-12,失分-01,10000\n市级考核失分,2022-07-13,失分-02,12000\n"
    address = intake.parse_key("submissions/haidian/authority/2022-07/查实.csv")
    with pytest.raises(Refused) as refused:
        intake.read(text.encode(), address, REGION.catalogue, REGION.contracts, RECEIVED)
    (fault,) = refused.value.faults
    assert (fault.code, fault.row, fault.held) == ("out-of-range", 3, "12000")


@pytest.mark.parametrize("amount", ["1000.00", "10000.00"])
def test_both_ends_of_the_range_are_taken(amount: str) -> None:
    document = derived(read("2022-07", "authority", loss(amount=amount)))
    assert str(deduction(document, "2022-07", "3.1.7.2").amount) == amount


def test_a_loss_without_an_amount_needs_a_ruling_and_says_which_and_from_whom() -> None:
    document = derived(july(), read("2022-07", "authority", loss()))
    found = deduction(document, "2022-07", "3.1.7.2")
    assert (found.state, found.amount) == (State.NEEDS_RULING, None)
    assert found.formula == "待定：须由主管单位裁定：失分-01（2022-07-12）的扣款金额"
    assert any(item.startswith("2022-07 3.1.7.2") for item in document.settlement.open)
    assert document.settlement.deductions == ZERO


def test_a_vendor_may_not_report_what_the_authority_finds() -> None:
    assert refusal("2022-07", "vendor", loss(amount="1000.00")).code == "wrong-source"
    assert refusal("2022-07", "vendor", {"kind": "absence.found", "on": "2022-07-04"}).code == "wrong-source"


@pytest.mark.parametrize(
    ("kind", "floor", "below"),
    [
        ("fire.fine_person", "500.00", "499.99"),
        ("fire.fine_company", "5000.00", "4999.99"),
        ("fire.fine_uncured", "2000.00", "1999.99"),
    ],
)
def test_a_fine_is_recorded_from_its_floor_on_and_refused_below(kind: str, floor: str, below: str) -> None:
    fine = {"kind": kind, "on": "2022-07-12"}
    assert refusal("2022-07", "authority", {**fine, "amount": below}).code == "out-of-range"
    settlement = derived(read("2022-07", "authority", {**fine, "amount": floor})).settlement
    (owed,) = settlement.liabilities
    assert (str(owed.amount), owed.party, owed.state) == (floor, "vendor", State.FINAL)
    assert settlement.deductions == ZERO


@pytest.mark.parametrize(
    ("no", "applied", "due"),
    [
        (2, "2022-06-20", "2022-07-22"),  # before its period: as on its first day
        (2, "2022-07-01", "2022-07-22"),
        (3, "2022-10-01", "2022-10-27"),  # a holiday: as on 8 October
        (3, "2022-10-08", "2022-10-27"),
        (4, "2023-01-01", "2023-01-29"),
        (4, "2023-01-03", "2023-01-29"),
        (4, "2023-01-04", "2023-01-30"),
    ],
)
def test_due_fifteen_working_days_after_the_application(no: int, applied: str, due: str) -> None:
    sent = read("2022-07", "authority", {"kind": "payment.applied", "on": applied, "instalment": no})
    instalment = derived(sent, as_of="2023-02-28").settlement.instalments[no - 1]
    assert (str(instalment.due), instalment.waits_for) == (due, ())


def test_without_an_application_an_instalment_waits_for_it() -> None:
    first, second, *_ = derived(july()).settlement.instalments
    assert first.advance
    assert (first.due, first.waits_for) == (None, ())
    assert (second.due, str(second.earliest)) == (None, "2022-07-01")
    assert second.waits_for == ("供应商的付款申请",)


def test_the_instalments_add_up_to_the_price() -> None:
    waiting = derived(july()).settlement.instalments
    assert [str(i.gross) for i in waiting] == ["1641000.00"] * 4 + ["None"]
    assert sum((i.gross or i.at_most or ZERO for i in waiting), ZERO) == PRICE
    tail = read("2023-03", "authority", {"kind": "tail.confirmed", "on": "2023-04-20", "amount": "131568.00"})
    known = derived(tail).settlement.instalments
    assert sum((i.gross or ZERO for i in known), ZERO) == PRICE == 4 * Decimal("1641000.00") + Decimal("131568.00")


def test_the_tail_has_a_ceiling_until_it_is_confirmed_and_never_more() -> None:
    tail = derived(july()).settlement.instalments[-1]
    assert (tail.gross, str(tail.at_most), str(tail.earliest)) == (None, "131568.00", "2023-04-01")
    assert tail.waits_for == ("双方确认的尾款金额",)
    confirmed = {"kind": "tail.confirmed", "on": "2023-04-20", "amount": "120000.00"}
    exact = derived(read("2023-04", "authority", confirmed)).settlement.instalments[-1]
    assert (str(exact.gross), str(exact.net), exact.waits_for) == ("120000.00", "120000.00", ())
    fault = refusal("2023-03", "authority", {**confirmed, "amount": "131568.01"})
    assert (fault.code, fault.expected) == ("out-of-range", "不超过131568.00元")


@pytest.mark.parametrize(
    ("event", "clause", "may_end"),
    [
        ({"kind": "breach.uncured"}, "10.2", True),
        ({"kind": "secrecy.breach", "option": "severe"}, "10.3", True),
        ({"kind": "secrecy.breach", "option": "造成不良影响"}, "10.3", False),
    ],
)
def test_five_per_cent_and_the_right_to_end_the_contract(event: dict[str, str], clause: str, may_end: bool) -> None:
    document = derived(read("2022-07", "authority", {"on": "2022-07-20", **event}))
    (owed,) = document.settlement.liabilities
    assert (owed.clause, owed.party, str(owed.amount)) == (clause, "vendor", "334778.40")
    rights = [(right.clause, right.party, str(right.since)) for right in document.terminations]
    assert rights == ([(clause, "authority", "2022-07-20")] if may_end else [])


def test_wages_unpaid_give_the_right_to_end_the_contract_and_cost_nothing() -> None:
    document = derived(read("2022-07", "authority", {"kind": "payroll.breach", "on": "2022-07-20"}))
    assert [right.clause for right in document.terminations] == ["3.1.9"]
    assert document.settlement.liabilities == ()


def test_interest_rests_on_what_makes_an_instalment_late() -> None:
    """Its sources are listed where it is explained: without the application nobody could check the days."""
    late = {fact for no in ("9.1", "9.2") for fact in CONTRACT.clause(no).facts}
    assert late <= set(CONTRACT.clause("10.1").facts)
    applied = {"kind": "payment.applied", "on": "2022-07-01", "instalment": 2}
    invoice = {"kind": "invoice.received", "on": "2022-07-05", "instalment": 2}
    uploads = [july(), read("2022-07", "authority", applied, invoice)]
    situation = Situation.of(REGION, CONTRACT, uploads, date(2022, 8, 21))
    found = explain(situation, Month.of("2022-07"), "10.1", uploads)
    assert [liability.clause for liability in found.liabilities] == ["10.1"]
    assert [row.code for row in found.rows] == ["payment.applied", "invoice.received"]


@pytest.mark.parametrize(("month", "told"), [("2022-06", 0), ("2022-07", 1), ("2022-08", 0)])
def test_an_exemption_is_explained_in_the_month_that_it_reaches_into(month: str, told: int) -> None:
    span = {"start": "2022-07-04", "end": "2022-07-05"}
    exempted = read("2022-06", "authority", {"kind": "exemption", "on": "2022-06-30", "clause": "3.1.5", **span})
    uploads = [july(d04=46, d06=47), exempted]
    found = explain(Situation.of(REGION, CONTRACT, uploads, date(2022, 8, 31)), Month.of(month), "3.1.5", uploads)
    assert len([row for row in found.rows if row.code == "exemption"]) == told
    if told:
        assert [str(charge.amount) for charge in found.deductions] == ["300.00"]  # only the seat of 6 July


def test_late_interest_says_what_it_lacks() -> None:
    applied = {"kind": "payment.applied", "on": "2022-07-01", "instalment": 2}
    invoice = {"kind": "invoice.received", "on": "2022-07-05", "instalment": 2}
    advanced = {"kind": "vendor.advanced", "on": "2022-07-22", "instalment": 2, "amount": "1641000.00"}
    rate = {"kind": "deposit.rate", "on": "2022-04-01", "value": "0.35%"}

    def owed(*events: dict[str, Any]) -> tuple[str, str, str]:
        sent = read("2022-07", "authority", applied, invoice, *events)
        (liability,) = derived(july(), sent, as_of="2022-08-21").settlement.liabilities
        return str(liability.amount), str(liability.state), liability.formula

    late = "第2期：应于2022-07-22前付，至2022-08-21逾期30天"
    assert owed() == ("None", "incomplete", f"{late}；主管单位未填报乙方垫付的金额和日期（vendor.advanced）")
    amount, state, formula = owed(advanced)
    assert (amount, state) == ("None", "needs-ruling")
    assert formula.endswith("人民银行活期存款利率（deposit.rate）未填报，或同一起始日填报了几个")
    amount, state, formula = owed(advanced, rate)
    assert (amount, state) == ("478.63", "provisional")  # 1,641,000 × 0.35 % × 30 ÷ 360 = 478.625
    told = "2022-07-23至2022-08-21共30天 × 乙方垫付未还1,641,000.00 × 0.35 % ÷ 360"
    assert formula == f"{late}；{told} = 478.63"
    _, _, formula = owed({**advanced, "on": "2022-07-23"}, rate)
    assert "2022-07-24至2022-08-21共29天 × 乙方垫付未还" in formula, "a sum bears interest from the day after"


def test_interest_is_told_run_by_run_as_payments_and_rates_change_it() -> None:
    sent = read(
        "2022-07",
        "authority",
        {"kind": "payment.applied", "on": "2022-07-01", "instalment": 2},
        {"kind": "vendor.advanced", "on": "2022-07-25", "instalment": 2, "amount": "2000000.00"},
        {"kind": "deposit.rate", "on": "2022-04-01", "value": "0.35%"},
        {"kind": "payment.made", "on": "2022-07-28", "instalment": 2, "amount": "641000.00"},
        {"kind": "payment.made", "on": "2022-07-29", "instalment": 2, "amount": "1000000.00"},
    )
    (owed,) = derived(july(), sent).settlement.liabilities
    # 3 × 1,641,000 + 1,000,000 = 5,923,000; × 0.35 % ÷ 360 = 57.58
    assert owed.formula.endswith(
        "2022-07-26至2022-07-28共3天 × 乙方垫付未还1,641,000.00 × 0.35 % ÷ 360"
        " + 2022-07-29一天 × 乙方垫付未还1,000,000.00 × 0.35 % ÷ 360 = 57.58"
    )
    assert owed.notes == (
        "乙方于2022-07-25垫付2,000,000.00，自次日起计息",
        "垫付超过应付的1,641,000.00，以未付的金额为限计息",
    )


def test_a_loss_counts_on_its_own_day_not_on_that_of_its_amount() -> None:
    document = derived(read("2022-07", "authority", loss(), loss(on="2022-07-28", amount="3000.00")))
    assert [(str(part.on), part.numerator) for part in kpi(document, "2022-07", "assessment.points_lost").parts] == [
        ("2022-07-12", 1)
    ]


def test_what_contradicts_itself_is_told_as_such() -> None:
    twice = read("2022-07", "authority", loss(amount="3000.00"), loss(amount="5000.00"))
    found = deduction(derived(twice), "2022-07", "3.1.7.2")
    assert found.formula == "待定：须由主管单位裁定：失分-01（2022-07-12，几次填报的金额或次数不一致）的扣款金额"
    confirmed = {"kind": "tail.confirmed", "on": "2023-04-20"}
    both = read("2023-04", "authority", *({**confirmed, "amount": amount} for amount in ("131568.00", "100000.00")))
    tail = derived(both).settlement.instalments[-1]
    assert (tail.gross, str(tail.at_most)) == (None, "131568.00")
    assert tail.waits_for == ("双方确认的尾款金额（2023-04-20的几份确认不一致）",)


def test_late_payment_says_what_moved_or_excused_it() -> None:
    applied = {"kind": "payment.applied", "on": "2022-07-01", "instalment": 2}
    invoice = {"kind": "invoice.received", "on": "2022-08-01", "instalment": 2}
    advanced = {"kind": "vendor.advanced", "on": "2022-07-22", "instalment": 2, "amount": "1000.00"}
    rate = {"kind": "deposit.rate", "on": "2022-04-01", "value": "0.35%"}
    moved = "发票于2022-08-01收到，晚于付款期限2022-07-22，逾期从收到发票的次日算起"

    def notes(*events: dict[str, Any]) -> tuple[str, ...]:
        sent = read("2022-07", "authority", applied, invoice, *events)
        (owed,) = derived(july(), sent, as_of="2022-08-21").settlement.liabilities
        return owed.notes

    assert notes() == notes(advanced) == (moved,)
    assert notes(advanced, rate) == (moved, "乙方于2022-07-22垫付1,000.00")
    excused = {"kind": "payment.excused", "on": "2022-07-20", "instalment": 2}
    assert notes(excused) == ("主管单位填报的免责日期：2022-07-20（payment.excused）", moved)


def test_the_disposition_is_undecided_until_the_authority_reports_it() -> None:
    short = july(d04=46)
    assert deduction(derived(short), "2022-07", "3.1.5").disposition is None
    decided = {"kind": "disposition", "on": "2022-07-31", "clause": "3.1.5", "option": "用于绩效奖金"}
    document = derived(short, read("2022-07", "authority", decided))
    assert deduction(document, "2022-07", "3.1.5").disposition == "bonus"
    assert deduction(document, "2022-07", "3.1.7.1").disposition is None


def test_29_of_48_degrees_are_enough_and_28_are_not() -> None:
    for degrees, met in ((29, True), (28, False)):
        document = derived(read("2022-07", "vendor", staff__agents=48, staff__degrees=degrees))
        assert kpi(document, "2022-07", "staff.degree_share").met is met


def test_the_sub_districts_rates_are_shown_without_a_verdict() -> None:
    rates = {"responded": 1990, "resolved": 700, "satisfied": 800}
    sent = {f"districts__{name}": value for name, value in rates.items()}
    document = derived(read("2022-07", "vendor", districts__surveyed=2000, **sent))
    for code in ("response", "resolution", "satisfaction"):
        shown = kpi(document, "2022-07", f"districts.{code}")
        assert (shown.target, shown.met, shown.tracked, shown.state) == (None, None, True, State.FINAL)


def test_there_is_no_renewal_clause() -> None:
    assert derived(july()).renewal.conclusion == "not provided for"


def test_the_day_of_signature_is_blank() -> None:
    assert CONTRACT.signed_on is None


OPTIONS = {name: list(reading.options) for name, reading in CONTRACT.readings.items()}
DAYS = st.integers(1, 31)


@settings(max_examples=25)
@given(
    readings=st.fixed_dictionaries({name: st.sampled_from(options) for name, options in OPTIONS.items()}),
    on_duty=st.dictionaries(DAYS, st.integers(0, 55), max_size=6),
    absences=st.dictionaries(
        st.sampled_from(["2022-04-12", "2022-07-05", "2022-12-31", "2023-03-01"]), st.integers(1, 900)
    ),
    tail=st.none() | st.decimals(ZERO, Decimal("131568.00"), places=2),
    applied=st.sets(st.sampled_from([2, 3, 4])),
)
def test_nothing_is_lost_whatever_is_read_and_reported(
    readings: dict[str, str],
    on_duty: dict[int, int],
    absences: dict[str, int],
    tail: Decimal | None,
    applied: set[int],
) -> None:
    events: list[dict[str, Any]] = [{"kind": "absence.found", "on": on, "count": n} for on, n in absences.items()]
    events += [{"kind": "payment.applied", "on": "2022-07-01", "instalment": no} for no in sorted(applied)]
    events += [{"kind": "tail.confirmed", "on": "2023-04-20", "amount": tail}] if tail is not None else []
    case = Case(
        name="anything",
        month=Month.of("2022-07"),
        facts={
            "seats.on_duty": {"each-day": 48} | {f"2022-07-{n:02}": seats for n, seats in on_duty.items()},
            **dict.fromkeys(("leaders.on_duty", "staff.leaders_employed"), 5),
            "staff.employed": 48,
        },
        events=tuple(events),
        expect={"settlement": {}},
    )
    sent = submissions_of(case, CONTRACT, REGION)
    settlement = derived(*sent, as_of="2023-05-31", **{n.replace("-", "__"): o for n, o in readings.items()}).settlement
    taken = sum((i.deducted for i in settlement.instalments), ZERO)
    assert taken + settlement.carried + settlement.claim == settlement.deductions
    for instalment in settlement.instalments:
        assert instalment.deducted == sum((part.amount for part in instalment.taken), ZERO)
        assert instalment.net is None or ZERO <= instalment.net == (instalment.gross or ZERO) - instalment.deducted
    assert settlement.instalments[0].deducted == ZERO
    assert sum((i.gross or i.at_most or ZERO for i in settlement.instalments), ZERO) <= PRICE
    assert (settlement.claim == ZERO) or tail is not None


def sample() -> Path:
    return Path(__file__).parents[2] / "plugins" / "haidian" / "sample"


def test_the_sample_is_what_its_script_writes_and_is_taken_in_whole(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(sample() / "make.py"), str(tmp_path)], check=True, timeout=60)
    kept, written = (read_folder(folder, RECEIVED) for folder in (sample(), tmp_path))
    assert kept.refused == {}
    assert [(s.key, s.figures, s.events) for s in kept.submissions] == [
        (s.key, s.figures, s.events) for s in written.submissions
    ]


def test_the_sample_s_year_comes_to_what_its_page_tells() -> None:
    settlement = derived(*read_folder(sample(), RECEIVED).submissions).settlement
    assert [str(i.deducted) for i in settlement.instalments] == ["0.00", "2500.00", "6300.00", "21600.00", "0.00"]
    assert (str(settlement.carried), str(settlement.claim)) == ("1900.00", "0.00")
    assert [i.state for i in settlement.instalments] == ["paid", "paid", "paid", "overdue", "upcoming"]
    assert [str(owed.amount) for owed in settlement.liabilities] == ["326.67", "None", "2000.00"]
    assert [i.open for i in settlement.instalments[:3]] == [(), (), ()]
    assert settlement.instalments[3].open == ("2022-11 3.1.5 incomplete", "2022-12 3.1.7.2 needs-ruling")
    assert [str(i.paid) for i in settlement.instalments] == [
        *(str(i.net) for i in settlement.instalments[:3]),  # each paid as it was known on its day, to the fen
        "None",
        "None",
    ]


def test_the_refused_file_of_the_sample_is_refused() -> None:
    (file,) = (sample() / "refused").iterdir()
    with pytest.raises(Refused) as refused:
        read_file(file, f"submissions/haidian/authority/2022-08/{file.name}", RECEIVED)
    assert [fault.held for fault in refused.value.faults] == ["12000", "1500"]
