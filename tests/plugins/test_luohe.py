"""Luohe: the figures of its contract by hand, its cases, and what its account and its settlement always keep."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe.assessment import Deduction, Kpi, State
from kaohe.catalogue import AUTHORITY, VENDOR
from kaohe.contract import Contract
from kaohe.folder import read_folder
from kaohe.intake.template.build import build
from kaohe.money import ZERO, yuan
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.settlement import schedule
from kaohe.submission import Event, Figure, Submission
from kaohe.testing import Case, submissions_of

REGION = load_region("luohe")
CONTRACT = REGION.contract("luohe-2025")
MONTHS = CONTRACT.term.months
SAMPLE = Path(__file__).parents[2] / "plugins/luohe/sample"
PRICE = Decimal("3278289.64")
MONTHLY = ("11.2", "11.3", "11.4", "11.8", "11.9", "11.11")
YEARLY = ("11.1", "11.5", "11.7", "11.12")

GOOD: Mapping[str, Any] = {
    "calls.offered": 1000,
    "calls.answered": 970,
    "survey.rated": 900,
    "survey.satisfied": 850,
    "web_tickets.received": 100,
    "web_tickets.in_time": 100,
    "tickets.dispatched": 1000,
    "tickets.returned": 5,
    "callbacks.due": 500,
    "callbacks.done": 500,
    "training.topics": 3,
    "training.in_time": 3,
    "knowledge.notices": 20,
    "knowledge.in_time": 20,
    "supervision.tasks": 2,
    "supervision.done": 2,
    "standards.required": 12,
    "standards.done": 12,
    "staff.team": 45,
}
BAD: Mapping[str, tuple[str, int]] = {
    "11.1": ("calls.answered", 100),
    "11.2": ("web_tickets.in_time", 99),
    "11.3": ("tickets.returned", 500),
    "11.4": ("callbacks.done", 499),
    "11.7": ("survey.satisfied", 100),
    "11.8": ("training.in_time", 2),
    "11.9": ("knowledge.in_time", 19),
    "11.10": ("supervision.done", 1),
    "11.12": ("standards.done", 11),
}
"""By clause, the figure that makes it fail."""


def event(kind: str, on: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "on": date.fromisoformat(on), **fields}


def report(month: Month, late: bool = False) -> dict[str, Any]:
    """The month's report, on the first day of the next month or far too late."""
    delivered = (month + (3 if late else 1)).first
    return {"kind": "report.monthly", "on": month.last, "end": delivered, "source": "vendor"}


def year(*failures: tuple[str, int], events: tuple[Mapping[str, Any], ...] = (), **figures: Any) -> list[Submission]:
    """The uploads of a whole year that is in order but for these clauses in these months (0 is November 2025)."""
    failing = set(failures)
    months = {
        str(month): {**GOOD, **figures, **dict(BAD[no] for no, m in failing if m == n and no in BAD)}
        for n, month in enumerate(MONTHS)
    }
    said = [*events, *(report(month, ("11.11", n) in failing) for n, month in enumerate(MONTHS))]
    said += [{"kind": "complaint.verified", "on": MONTHS[n].last, "count": 10_000} for no, n in failing if no == "11.5"]
    case = Case(name="year", month=MONTHS[-1], months=months, events=tuple(said), expect={"x": 1})
    return submissions_of(case, CONTRACT, REGION)


def told(*events: Mapping[str, Any], month: str = "2026-10") -> Submission:
    """What the authority says in that month's file; payments and the like may be dated later."""
    facts = tuple(Event(**fields) for fields in events)
    fields: dict[str, Any] = {"region": "luohe", "month": month, "source": "authority", "name": "more.json"}
    return Submission(**fields, sha256="0" * 64, events=facts)


def reading(**readings: str) -> Contract:
    contract = CONTRACT
    for name, option in readings.items():
        contract = contract.assuming(name.replace("_", "-"), Choice(option=option))
    return contract


def situation(uploads: list[Submission], as_of: str = "2026-11-10", **readings: str) -> Situation:
    return Situation.of(REGION, reading(**readings), uploads, date.fromisoformat(as_of))


def derived(uploads: list[Submission], as_of: str = "2026-11-10", **readings: str) -> Document:
    return situation(uploads, as_of, **readings).document(only=())


def deductions(document: Document, *clauses: str) -> list[Deduction]:
    return [d for a in document.assessments for d in a.deductions if not clauses or d.clause in clauses]


def taken(document: Document, *clauses: str) -> Decimal:
    return sum((d.amount or ZERO for d in deductions(document, *clauses)), ZERO)


def kpi(document: Document, month: str, clause: str) -> Kpi:
    (assessment,) = (a for a in document.assessments if str(a.month) == month)
    (found,) = (k for k in assessment.kpis if k.clause == clause)
    return found


def test_the_four_instalments_to_the_fen() -> None:
    amounts = [Decimal(text) for text in ("1311315.86", "655657.93", "655657.93", "655657.92")]
    document = derived(year())
    assert [i.gross for i in document.settlement.instalments] == amounts
    assert [i.net for i in document.settlement.instalments] == amounts
    assert sum(amounts) == PRICE


def test_they_fall_due_on_the_tenth_after_each_quarter() -> None:
    found = REGION.instalments(CONTRACT, (), derived_facts(), date(2025, 11, 6))
    assert [str(i.due) for i in found] == ["2026-02-10", "2026-05-10", "2026-08-10", "2026-11-10"]
    assert [str(i.earliest) for i in found] == ["2026-02-01", "2026-05-01", "2026-08-01", "2026-11-01"]
    dates = [(i.earliest, i.due) for i in found]
    assert dates == [(i.earliest, i.due) for i in schedule(CONTRACT)]  # contract.yaml plans the same


def derived_facts() -> Any:
    from kaohe.facts import Facts

    return Facts([], REGION.catalogue)


def test_by_the_calendar_they_fall_due_on_the_tenth_after_each_calendar_quarter() -> None:
    found = derived(year(), quarter_basis="calendar").settlement.instalments
    assert [str(i.due) for i in found] == ["2026-01-10", "2026-04-10", "2026-07-10", "2026-10-10"]
    assert sum((i.gross or ZERO for i in found), ZERO) == PRICE


@pytest.mark.parametrize(("basis", "due"), [("service-months", "2026-01-31"), ("calendar", "2025-12-31")])
def test_paid_in_advance_the_first_bears_nothing(basis: str, due: str) -> None:
    document = derived(year(("11.4", 0), ("11.4", 1)), first_quarter="advance", quarter_basis=basis)
    first, second, *_ = document.settlement.instalments
    assert (first.advance, first.deducted, first.net, str(first.due)) == (True, ZERO, Decimal("1311315.86"), due)
    assert second.deducted == Decimal("65565.79")


def test_each_equation_of_a_formula_is_true() -> None:
    formulas = [d.formula for d in deductions(derived(year(*((("11.4", n)) for n in range(9)))), "11.4") if d.amount]
    assert formulas[8].endswith("，扣1 %；累计9 % × 3,278,289.64 = 295,046.07；减此前累计262,263.17（8 %）= 32,782.90")
    for n, formula in enumerate(formulas, start=1):
        products = re.findall(r"(\d+) % × [\d,.]+ = ([\d,.]+)", formula.replace(",", ""))
        assert products == [(str(n), str(yuan(PRICE * n / 100)))]
        differences = re.findall(r" = ([\d.]+)；减此前累计([\d.]+)（\d+ %）= ([\d.]+)$", formula.replace(",", ""))
        assert len(differences) == (n > 1)
        assert all(Decimal(whole) - Decimal(less) == Decimal(rest) for whole, less, rest in differences)


def test_five_failures_are_rounded_once() -> None:
    document = derived(year(*((("11.4", n)) for n in range(5))))
    assert taken(document) == Decimal("163914.48")
    assert [str(d.amount) for d in deductions(document, "11.4")][:5] == [
        "32782.90",
        "32782.89",
        "32782.90",
        "32782.90",
        "32782.89",
    ]


@pytest.mark.parametrize(("option", "amount"), [("total-5", "163914.48"), ("one-plus-five", "196697.38")])
def test_two_severe_events(option: str, amount: str) -> None:
    events = (event("opinion.severe", "2026-03-18", ref="1"), event("opinion.severe", "2026-09-14", ref="2"))
    document = derived(year(events=events), second_event=option)
    assert taken(document) == taken(document, "11.6") == Decimal(amount)
    assert document.settlement.instalments[-1].deducted == Decimal(amount)
    (right,) = document.terminations
    assert (right.clause, right.party, right.since) == ("8.3.3", "authority", date(2026, 9, 14))


THREE = {"in one quarter": (3, 4, 5), "in three quarters": (1, 4, 7)}


@pytest.mark.parametrize("clause", MONTHLY)
@pytest.mark.parametrize(
    ("where", "unit", "amount"),
    [
        ("in one quarter", "assessment", "98348.69"),
        ("in one quarter", "item-quarter", "32782.90"),
        ("in one quarter", "item-year", "32782.90"),
        ("in three quarters", "assessment", "98348.69"),
        ("in three quarters", "item-quarter", "98348.69"),
        ("in three quarters", "item-year", "32782.90"),
    ],
)
def test_three_failing_months_of_one_monthly_indicator(clause: str, where: str, unit: str, amount: str) -> None:
    document = derived(year(*((clause, n) for n in THREE[where])), failure_unit=unit)
    assert taken(document) == taken(document, clause) == Decimal(amount)


@pytest.mark.parametrize(
    ("unit", "percent", "amount"),
    [("assessment", 80, "2622631.71"), ("item-quarter", 32, "1049052.68"), ("item-year", 11, "360611.86")],
)
def test_all_items_failing_all_year_cost_80_or_32_or_11_percent(unit: str, percent: int, amount: str) -> None:
    everything = [(no, n) for no in (*BAD, "11.5", "11.11") for n in range(12)]
    document = derived(year(*everything), as_of="2027-01-01", failure_unit=unit)  # when the last report has come
    assert taken(document) == yuan(PRICE * percent / 100) == Decimal(amount)
    # By each assessment the last quarter and the year cost 23 %, and the last instalment is 20 %.
    assert document.settlement.claim == (Decimal("98348.70") if unit == "assessment" else ZERO)


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2025-11", "2025-12-05"),
        ("2025-12", "2026-01-08"),
        ("2026-03", "2026-04-08"),
        ("2026-04", "2026-05-11"),
        ("2026-09", "2026-10-13"),
        ("2026-10", "2026-11-06"),
    ],
)
def test_the_day_by_which_a_report_is_due_is_shown(month: str, due: str) -> None:
    found = kpi(derived(year()), month, "11.11")
    assert found.met is True
    assert found.note is not None
    assert found.note.startswith(f"月度报告应于{due}前提交，")
    late = derived(year(("11.11", MONTHS.index(Month.of(month)))), as_of="2027-01-01")
    (line,) = (d for d in deductions(late, "11.11") if d.amount)
    assert f"应于{due}前提交" in line.formula


def test_the_guarantee_comes_back_within_seven_working_days() -> None:
    (bond,) = derived(year()).settlement.bonds
    assert (bond.amount, bond.return_by, bond.state) == (Decimal("163914.48"), date(2026, 11, 10), "due back")
    (bond,) = derived(year(), as_of="2026-11-11").settlement.bonds
    assert (bond.state, bond.late_days) == ("overdue", 1)
    back = told(event("bond.returned", "2026-11-09"))
    (bond,) = derived([*year(), back], as_of="2026-11-11").settlement.bonds
    assert bond.state == "returned"


@pytest.mark.parametrize(("complaints", "met"), [(36, True), (37, True), (38, False)])
def test_complaints_at_below_and_above_the_limit(complaints: int, met: bool) -> None:
    # 370,000 calls answered: 364 days of 1,000 and one of 6,000, so the limit is 37.
    calls = {"each-day": 1000, "2026-10-31": 6000}
    months = {str(m): {"calls.answered": calls if m == MONTHS[-1] else 1000} for m in MONTHS}
    said = (event("complaint.verified", "2026-05-05", count=complaints),)
    case = Case(name="calls", month=MONTHS[-1], months=months, events=said, expect={"x": 1})
    document = derived(submissions_of(case, CONTRACT, REGION))
    found = kpi(document, "2026-10", "11.5")
    assert (found.numerator, found.denominator, found.met) == (complaints, 370_000, met)
    assert taken(document, "11.5") == (ZERO if met else Decimal("32782.90"))


def test_other_ways_of_counting_failures_are_always_shown() -> None:
    document = situation(year(("11.4", 3), ("11.1", 0), ("11.10", 1))).document()
    lines = deductions(document, *(d.clause for d in deductions(document) if d.clause not in ("7.2", "11.6")))
    assert len(lines) == 80
    for line in lines:
        shown = [other.option for other in line.alternatives if other.reading == "failure-unit"]
        assert shown == ["item-quarter", "item-year"]
        assert [a.option for a in line.readings if a.reading == "failure-unit"] == ["assessment"]


def test_the_year_reaches_only_the_last_instalment() -> None:
    document = derived(year(*((no, n) for no in YEARLY for n in range(12))))
    assert [str(i.deducted) for i in document.settlement.instalments] == ["0.00", "0.00", "0.00", "131131.59"]
    assert [d.window.label for d in deductions(document) if d.amount] == ["2025-11-01/2026-10-31"] * 4


def test_what_the_calendar_leaves_behind_the_last_payment_is_a_claim() -> None:
    document = derived(year(("11.4", 11), ("11.12", 11)), quarter_basis="calendar")
    assert (document.settlement.claim, taken(document)) == (Decimal("65565.79"), Decimal("65565.79"))


def test_an_instalment_waits_for_the_assessment_of_its_quarter() -> None:
    uploads = [s for s in year() if s.month != Month.of("2026-03")]
    settled = derived(uploads).settlement.instalments
    assert [i.waits_for for i in settled] == [
        (),
        ("2026-03、2026-04的考核结果",),  # April's quarter lacks March
        (),
        ("2026-10的考核结果",),  # the figures of the year lack March
    ]


@pytest.mark.parametrize(
    ("as_of", "paid", "since"),
    [
        ("2026-03-11", None, None),  # 29 days late
        ("2026-03-12", None, "2026-03-12"),  # 30
        ("2026-06-30", "2026-03-11", None),
        ("2026-06-30", "2026-03-12", "2026-03-12"),
    ],
)
def test_thirty_days_late_the_vendor_may_end_the_contract(as_of: str, paid: str | None, since: str | None) -> None:
    said = [event("invoice.received", "2026-02-03", instalment=1)]
    said += [event("payment.made", paid, instalment=1, amount="1311315.86")] if paid else []
    document = derived([*year(), told(*said, month="2026-02")], as_of=as_of)
    rights = [(r.clause, r.party, str(r.since)) for r in document.terminations]
    assert rights == ([("8.4", "vendor", since)] if since else [])
    assert document.settlement.liabilities == ()  # no interest


def test_delay_runs_from_a_later_invoice_and_not_without_one() -> None:
    late = told(event("invoice.received", "2026-03-01", instalment=1), month="2026-03")
    assert derived([*year(), late], as_of="2026-03-30").terminations == ()
    assert [str(r.since) for r in derived([*year(), late], as_of="2026-03-31").terminations] == ["2026-03-31"]
    assert derived(year(), as_of="2026-10-31").terminations == ()


def test_a_right_tells_the_due_date_and_an_invoice_that_came_after_it() -> None:
    for invoiced, detail in (
        ("2026-02-10", "第1期应于2026-02-10前付，尚未付清，逾期40天"),
        ("2026-02-15", "第1期应于2026-02-10前付，发票于2026-02-15收到，逾期从收到发票的次日算起，尚未付清，逾期35天"),
    ):
        invoice = told(event("invoice.received", invoiced, instalment=1), month="2026-02")
        (right,) = derived([*year(), invoice], as_of="2026-03-22").terminations
        assert right.detail == detail


def test_a_ruling_on_the_first_payment_holds_whenever_it_comes() -> None:
    ruling = told(event("ruling", "2026-03-05", reading="first-quarter", option="advance"), month="2026-03")
    first = derived([*year(("11.4", 0)), ruling]).settlement.instalments[0]
    assert (first.advance, first.deducted, str(first.due)) == (True, ZERO, "2026-01-31")


@pytest.mark.parametrize(("month", "waits"), [("2026-03", ()), ("2026-10", ("2026-10的考核结果",))])
def test_standards_are_missed_in_the_last_month_only(month: str, waits: tuple[str, ...]) -> None:
    uploads = [
        s.model_copy(update={"figures": tuple(f for f in s.figures if f.code != "standards.done")})
        if str(s.month) == month
        else s
        for s in year()
    ]
    assert [i.waits_for for i in derived(uploads).settlement.instalments] == [(), (), (), waits]


def test_an_objection_upheld_lowers_its_own_line_and_no_failure_takes_its_place() -> None:
    about: dict[str, Any] = {"region": "luohe", "month": "2025-11", "sha256": "0" * 64}
    raised = Event(kind="objection.raised", on=date(2025, 12, 9), clause="11.4", note="复核有误")
    upheld = Event(kind="objection.decided", on=date(2025, 12, 12), clause="11.4", option="upheld", note="属实")
    trail = [
        Submission(**about, source=VENDOR, name="objection.json", events=(raised,)),
        Submission(**about, source=AUTHORITY, name="decision.json", events=(upheld,)),
    ]
    document = derived([*year(("11.4", 0), ("11.4", 1)), *trail], failure_unit="item-quarter")
    assert [str(d.amount) for d in deductions(document, "11.4")][:2] == ["0.00", "0.00"]


@pytest.mark.parametrize("source", ["vendor", "authority"])
def test_more_done_than_were_due_is_a_contradiction_and_no_zero(source: str) -> None:
    fields: dict[str, Any] = {"region": "luohe", "month": "2026-03", "source": source, "name": "due.json"}
    checked = Submission(**fields, sha256="0" * 64, figures=(Figure(code="callbacks.due", value=499),))
    uploads = [
        s.model_copy(update={"figures": tuple(f for f in s.figures if f.code != "callbacks.due")})
        if (source, str(s.month)) == ("vendor", "2026-03")
        else s
        for s in year()
    ]
    (line,) = (d for d in deductions(derived([*uploads, checked]), "11.4") if d.window.label == "2026-03")
    assert (line.amount, line.state) == (None, State.INCOMPLETE)
    assert line.missing == ("callbacks.done 2026-03（多于应回访工单数，互相矛盾）",)


@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        ("service.not_provided", "8.3.1"),
        ("purpose.defeated", "8.3.2"),
        ("leak.major", "8.3.4"),
        ("vendor.changed", "8.3.6"),
        ("breach.grave", "8.3.7"),
    ],
)
def test_a_finding_of_the_authority_is_a_ground_to_end_the_contract(kind: str, clause: str) -> None:
    document = derived(year(events=(event(kind, "2026-04-07", ref="认定-1"),)))
    (right,) = document.terminations
    assert (right.clause, right.party, str(right.since)) == (clause, "authority", "2026-04-07")
    assert "认定-1" in right.detail
    assert derived(year(events=(event(kind, "2026-04-07"),)), as_of="2026-04-06").terminations == ()


@pytest.mark.parametrize(("hours", "clauses"), [("6", []), ("6.01", ["8.3.5"]), ("12", ["8.3.5"])])
def test_more_than_six_hours_of_interruption(hours: str, clauses: list[str]) -> None:
    document = derived(year(events=(event("service.outage", "2026-04-07", value=hours),)))
    assert [right.clause for right in document.terminations] == clauses


def test_one_severe_event_is_no_ground_but_two_on_one_day_are() -> None:
    for count, clauses in ((1, []), (2, ["8.3.3"])):
        document = derived(year(events=(event("opinion.severe", "2026-04-07", count=count),)))
        assert [right.clause for right in document.terminations] == clauses


def test_what_the_vendor_says_is_no_ground() -> None:
    # No upload of the vendor may say so; what got in all the same counts for nothing.
    (told,) = (
        s for s in year(events=(event("leak.major", "2026-04-07"),)) if any(e.kind == "leak.major" for e in s.events)
    )
    said = told.model_copy(update={"source": VENDOR, "name": "said.json"})
    assert derived([*year(), told]).terminations
    assert derived([*year(), said]).terminations == ()


def test_the_ways_of_dividing_the_year_agree_with_the_term() -> None:
    # Five calendar quarters touch the term, so 11.10 is assessed once more.
    for basis, count in (("service-months", 4), ("calendar", 5)):
        document = derived(year(), quarter_basis=basis)
        lines = deductions(document, "11.10")
        assert len(lines) == count
        assert lines[-1].window.last == CONTRACT.term.last


def test_the_sample_is_taken_in_and_told_to_the_end() -> None:
    found = read_folder(SAMPLE, date(2026, 11, 20))
    assert not found.refused
    document = derived(found.submissions, as_of="2026-11-20")
    third = document.settlement.instalments[2]
    assert (third.state, document.assessments[-1].state) == ("overdue", "incomplete")
    assert {right.clause for right in document.terminations} == {"8.3.3", "8.4"}
    assert [i.paid == i.net for i in document.settlement.instalments[:2]] == [True, True]
    late = read_folder(SAMPLE / "late", date(2026, 11, 20))
    whole = derived([*found.submissions, *late.submissions], as_of="2026-11-20")
    assert {a.state for a in whole.assessments} == {State.FINAL}
    assert whole.settlement.open == ()


@pytest.mark.parametrize("month", [MONTHS[0], MONTHS[3], MONTHS[-1]])
@pytest.mark.parametrize("source", ["vendor", "authority"])
def test_there_is_a_workbook_for_each_side(month: Month, source: str) -> None:
    from kaohe.catalogue import Source

    book = build(CONTRACT, REGION.catalogue, month, Source(source))
    assert "事件" in book.sheetnames


failures = st.sets(st.tuples(st.sampled_from([*BAD, "11.5", "11.11"]), st.integers(0, 11)), max_size=25)
options = st.fixed_dictionaries(
    {name.replace("-", "_"): st.sampled_from(sorted(r.options)) for name, r in CONTRACT.readings.items()}
)
teams = st.dictionaries(st.sampled_from([str(month) for month in MONTHS]), st.integers(38, 46), max_size=4)


@settings(max_examples=25)
@given(failures, teams, st.integers(0, 3), options)
def test_the_account_and_the_settlement_always_add_up(
    failing: set[tuple[str, int]], team: dict[str, int], severe: int, chosen: dict[str, str]
) -> None:
    events = tuple(event("opinion.severe", "2026-05-05", ref=str(n)) for n in range(severe))
    uploads = [
        s.model_copy(
            update={
                "figures": tuple(
                    f.model_copy(update={"value": team[str(s.month)]})
                    if f.code == "staff.team" and str(s.month) in team
                    else f
                    for f in s.figures
                )
            }
        )
        for s in year(*failing, events=events)
    ]
    document = derived(uploads, as_of="2027-01-31", **chosen)  # October's report may come as late as in January
    total = taken(document)
    shares = total / PRICE * 100
    assert total == yuan(PRICE * round(shares) / 100)  # whole percentages, rounded once
    settled = document.settlement
    assert (
        settled.deductions == total == sum((i.deducted for i in settled.instalments), settled.carried + settled.claim)
    )
    assert sum((i.gross or ZERO for i in settled.instalments), ZERO) == PRICE
    for instalment in settled.instalments:
        assert instalment.gross is not None
        assert instalment.net is not None
        assert instalment.net + instalment.deducted == instalment.gross
        assert instalment.net >= 0
        assert sum((part.amount for part in instalment.taken), ZERO) == instalment.deducted
    assert all(d.amount is not None and d.amount >= 0 for d in deductions(document))
    assert abs(Fraction(total) - Fraction(PRICE) * round(shares) / 100) <= Fraction(1, 200)
