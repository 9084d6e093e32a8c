"""Lingshui: the figures of its contract by hand, its cases, and what its score and its settlement always keep."""

import json
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
from kaohe.contract import Contract
from kaohe.errors import Refused
from kaohe.folder import read_folder
from kaohe.intake import parse_key, read
from kaohe.money import ZERO
from kaohe.payable import SettledInstalment
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.readings import Choice
from kaohe.report import render
from kaohe.results import Document
from kaohe.rules import Terms
from kaohe.scoring import Situation
from kaohe.submission import Submission
from kaohe.testing import Case, submissions_of
from kaohe_lingshui.ranks import band

REGION = load_region("lingshui")
CONTRACT = REGION.contract("lingshui-2024")
SAMPLE = Path(__file__).parents[2] / "plugins/lingshui/sample"
OCTOBER = "2024-10"
SCORED = [str(month) for month in CONTRACT.term.months[:10]]
SCORE_READINGS = CONTRACT.clause("A1").readings

GOOD: Mapping[str, Any] = {
    "calls.offered": 100,
    "calls.answered": 95,
    "inspection.sampled": 10,
    "inspection.passed": 10,
    "consultations.received": 1000,
    "consultations.answered_at_once": 500,
    "callbacks.due": 100,
    "callbacks.in_time": 100,
    "survey.rated": 100,
    "survey.satisfied": 95,
    "rank.monthly": 5,
}
"""A month that earns 100 points."""
REVIEWED = ({"kind": "breach.review", "option": "none"}, {"kind": "budget.review", "option": "secured"})


def uploads(
    *events: Mapping[str, Any], month: str = OCTOBER, months: Mapping[str, Any] | None = None, **figures: Any
) -> list[Submission]:
    """Months like ``GOOD`` up to ``month``, but for these figures (of each, or of single ones) and events."""
    each = {**GOOD, **{code.replace("__", "."): value for code, value in figures.items()}}
    case = Case(
        name="?",
        month=Month.of(month),
        months={"each-month": each, **(months or {})},
        events=tuple({"on": "2024-10-31", **event} for event in events),
        expect={"value": 0},
    )
    return submissions_of(case, CONTRACT, REGION)


def document(*events: Mapping[str, Any], read_as: Mapping[str, str] | None = None, **arguments: Any) -> Document:
    """The results without what other readings would give, which takes ten times as long."""
    return situation(reading(**(read_as or {})), uploads(*events, **arguments)).document(only=())


def situation(contract: Contract, submissions: list[Submission], as_of: date | None = None) -> Situation:
    return Situation.of(REGION, contract, submissions, as_of)


def reading(**options: str) -> Contract:
    contract = CONTRACT
    for name, option in options.items():
        contract = contract.assuming(name, Choice(option=option))
    return contract


def item(found: Document, clause: str, month: str = OCTOBER) -> Deduction:
    (assessment,) = (a for a in found.assessments if str(a.month) == month)
    (deduction,) = (d for d in assessment.deductions if d.clause == clause)
    return deduction


def kpi(found: Document, code: str, month: str = OCTOBER) -> Kpi:
    (assessment,) = (a for a in found.assessments if str(a.month) == month)
    (indicator,) = (k for k in assessment.kpis if k.code == code)
    return indicator


def kept(deduction: Deduction) -> Decimal:
    assert deduction.points is not None
    assert deduction.full is not None
    return deduction.full - deduction.points


def gross(found: Document) -> list[Decimal | None]:
    return [instalment.gross for instalment in found.settlement.instalments]


# By hand: ranks and payments


@pytest.mark.parametrize(
    ("average", "rounded", "upper", "strict"),
    [
        ("5", "top", "top", "top"),
        ("5.4", "top", "top", "middle"),
        ("5.5", "middle", "top", "middle"),
        ("6", "middle", "middle", "middle"),
        ("9", "middle", "middle", "middle"),
        ("9.5", "bottom", "middle", "bottom"),
        ("10", "bottom", "bottom", "bottom"),
    ],
)
@pytest.mark.parametrize("clause", ["5.2.2", "5.2.3"])
def test_an_average_between_two_bands(clause: str, average: str, rounded: str, upper: str, strict: str) -> None:
    for option, expected in {"round-half-up": rounded, "upper-band": upper, "strict": strict}.items():
        contract = reading(**{"rank-gap": option})
        terms = Terms(contract, contract.clause(clause), contract.clause(clause).spans[0].window)
        assert band(Fraction(average), terms) == expected


@pytest.mark.parametrize(
    ("average", "amounts"),
    [
        ("5.4", ("600000.00", "600000.00", "580000.00")),
        ("6", ("580000.00", "580000.00", "580000.00")),
        ("9.5", ("560000.00", "580000.00", "560000.00")),
        ("10", ("560000.00", "560000.00", "560000.00")),
    ],
)
def test_what_a_published_average_pays(average: str, amounts: tuple[str, ...]) -> None:
    may = {"2024-05": {"rank.payment_period": average}}
    for option, amount in zip(("round-half-up", "upper-band", "strict"), amounts, strict=True):
        read_as = {"average-rank": "published", "rank-gap": option}
        assert gross(document(month="2024-05", months=may, read_as=read_as))[1] == Decimal(amount)


def test_the_payment_says_by_which_reading_it_came_about_and_what_the_others_give() -> None:
    ranks = {"2024-02": {"rank.monthly": 7}}  # (5 + 7 + 5 + 5 + 5) ÷ 5 = 5.4
    second = document(month="2024-05", months=ranks).settlement.instalments[1]
    assert second.notes == (
        (
            "2024-01至2024-05平均排名5.4，按第1–5名一档计（average-rank=mean-of-months，rank-gap=round-half-up）："
            "30 % × 2,000,000.00 = 600,000.00"
        ),
        "如改读：rank-gap=strict时为580,000.00",
    )


def test_the_payment_says_what_the_published_average_would_give_once_it_is_known() -> None:
    ranks = {"2024-05": {"rank.monthly": 5, "rank.payment_period": "9.5"}}
    second = document(month="2024-05", months=ranks).settlement.instalments[1]
    assert second.notes[1:] == ("如改读：average-rank=published时为560,000.00",)


def test_where_the_published_average_counts_nobody_waits_for_monthly_ranks() -> None:
    months = {"2024-05": {"rank.monthly": None, "rank.payment_period": "9.5"}, "2024-06": {"rank.monthly": None}}
    found = document(month="2024-06", months=months, read_as={"average-rank": "published"})
    _, second, third = found.settlement.instalments
    assert (second.gross, second.waits_for) == (Decimal("560000.00"), ())
    assert (third.gross, third.waits_for) == (None, ("rank.payment_period 2024-10",))


@pytest.mark.parametrize("rank", [6, 7, 8, 9])
def test_rank_6_to_9_in_january_to_may_pays_580000(rank: int) -> None:
    assert gross(document(month="2024-05", rank__monthly=rank))[1] == Decimal("580000.00")


@pytest.mark.parametrize(("rank", "year"), [(1, "2000000.00"), (19, "1920000.00")])
def test_what_a_year_at_one_rank_pays(rank: int, year: str) -> None:
    amounts = gross(document(rank__monthly=rank))
    assert sum((amount for amount in amounts if amount is not None), ZERO) == Decimal(year)


def test_an_unknown_rank_leaves_a_range_and_names_the_months() -> None:
    _, second, third = document(month="2024-04").settlement.instalments
    assert (second.gross, second.at_least, second.at_most) == (None, Decimal("560000.00"), Decimal("600000.00"))
    assert (third.gross, third.at_least, third.at_most) == (None, Decimal("460000.00"), Decimal("500000.00"))
    assert second.waits_for == ("rank.monthly 2024-05",)
    assert third.waits_for == tuple(f"rank.monthly 2024-{n:02}" for n in range(6, 11))
    assert (second.earliest, second.due, third.earliest, third.due) == (
        date(2024, 6, 17),
        None,
        date(2024, 11, 17),
        None,
    )


# By hand: the score


def test_97_percent_connected_is_held_to_10_points_or_12_without_the_cap() -> None:
    assert kept(item(document(calls__answered=97), "A1.1")) == 10
    assert kept(item(document(calls__answered=97, read_as={"score-cap": "uncapped"}), "A1.1")) == 12


@pytest.mark.parametrize(("partial", "points"), [("whole", "9"), ("started", "8"), ("prorata", "8.5")])
def test_48_and_a_half_percent_answered_at_once(partial: str, points: str) -> None:
    found = document(consultations__answered_at_once=485, read_as={"partial-point": partial})
    assert kept(item(found, "A1.3")) == Decimal(points)


@pytest.mark.parametrize(("option", "points"), [("instead", 6), ("on-top", 5)])
def test_three_complaints_of_which_one_is_severe(option: str, points: int) -> None:
    events = {"kind": "complaint.verified", "count": 2}, {"kind": "complaint.severe", "option": "media"}
    assert kept(item(document(*events, read_as={"severe-complaint": option}), "A1.6")) == points


@pytest.mark.parametrize(("option", "lost"), [("whole", "3"), ("started", "4"), ("prorata", "3.4")])
def test_an_average_rank_of_8_4(option: str, lost: str) -> None:
    ranks = {"2024-02": {"rank.monthly": 12}}
    found = document(rank__monthly=8, months=ranks, read_as={"rank-points": option})
    assert item(found, "A1.12").points == Decimal(lost)


TIGHT: Mapping[str, Any] = {
    "calls__answered": 98,  # 10, or 13 without the cap
    "callbacks__in_time": 94,  # 4
    "survey__satisfied": 93,  # 8
    "consultations__answered_at_once": 485,  # 9, 8 or 8.5
    "rank__monthly": 5,
}
TIGHT_EVENTS = (
    {"kind": "complaint.verified", "count": 2},
    {"kind": "complaint.severe", "option": "leader"},  # 6, or 5 on top
    {"kind": "report.not_delivered", "count": 3},  # 8.5
    {"kind": "emergency.mishandled", "points": "8"},  # 2
    {"kind": "maintenance.failure", "points": "6"},  # 4
)


def tight(**read_as: str) -> Document:
    """71.5 points: 10 + 10 + 9 + 4 + 8 + 6 + 10 + 8.5 + 2 + 4, and nothing by rank (an average of 5)."""
    return document(*TIGHT_EVENTS, *REVIEWED, read_as=read_as, **TIGHT)


def test_a_score_of_71_and_a_half_and_the_same_without_the_cap() -> None:
    found = tight(**{"renewal-count": "first-year"})
    assert kpi(found, "score.to_date").fraction == Fraction("71.5")
    assert kpi(found, "score.uncapped.to_date").fraction == Fraction("74.5")
    assert found.renewal.conclusion == "eligible"
    assert found.renewal.conditions[0].detail == "71.5（不封顶74.5），须至少70"


@pytest.mark.parametrize(
    ("name", "option", "score"),
    [
        ("score-cap", "uncapped", "74.5"),
        ("score-cap", "section", "74.5"),  # 13 + 10 + 9 + 4 + 8 + 6 = 50 of 60
        ("partial-point", "started", "70.5"),
        ("partial-point", "prorata", "71"),
        ("severe-complaint", "on-top", "70.5"),
        ("annual-data", "mean-of-months", "89.05"),  # 41 + 9.6 + 10 + 9.85 + 9.2 + 9.4: the events are October's
        ("vacancy-months", "prorata", "71.5"),
        ("rank-points", "started", "71.5"),
        ("rank-points", "prorata", "71.5"),
    ],
)
def test_the_decision_at_70_under_each_reading(name: str, option: str, score: str) -> None:
    found = tight(**{name: option, "renewal-count": "first-year"})
    assert kpi(found, "score.to_date").fraction == Fraction(score)
    assert (found.renewal.conclusion, found.renewal.conditions[0].met) == ("eligible", True)
    adopted = tight(**{"renewal-count": "first-year"})
    assert adopted.renewal.note
    assert (f"{name}={option}时{score}" in adopted.renewal.note) is (score != "71.5")
    assert "结论相反" not in adopted.renewal.note


def test_a_reading_under_which_the_decision_flips_is_flagged() -> None:
    worse: list[Mapping[str, Any]] = [*TIGHT_EVENTS, {"kind": "report.not_delivered", "count": 2}, *REVIEWED]  # 70.5
    found = document(*worse, read_as={"renewal-count": "first-year"}, **TIGHT)
    assert found.renewal.score == Decimal("70.5")
    assert found.renewal.note
    flagged = "注意：以下读法使70分的结论相反：partial-point=started时69.5；severe-complaint=on-top时69.5。"
    assert flagged in found.renewal.note


@pytest.mark.parametrize("events", [REVIEWED, (*REVIEWED, *TIGHT_EVENTS)])
def test_the_two_years_at_most_say_no_whatever_the_score(events: tuple[Mapping[str, Any], ...]) -> None:
    renewal = document(*events).renewal
    assert (renewal.conclusion, [c.met for c in renewal.conditions]) == ("not eligible", [True, True, True, False])
    assert renewal.note
    assert "无论得分多少" in renewal.note


def test_each_month_shows_itself_and_the_months_so_far() -> None:
    found = document(months={"2024-03": {"survey.satisfied": 45}})
    values = [
        (kpi(found, "survey.satisfaction", m).value, kpi(found, "survey.satisfaction.to_date", m).value)
        for m in SCORED[:4]
    ]
    assert values == [("0.95", "0.95"), ("0.95", "0.95"), ("0.45", "0.783333"), ("0.95", "0.825")]
    states = [item(found, "A1.5", month).state for month in SCORED]
    assert states == ["provisional"] * 9 + ["final"]


def test_from_november_on_nothing_is_scored() -> None:
    found = document({"kind": "complaint.severe", "option": "media", "on": "2024-12-03"}, month="2025-01")
    for assessment in found.assessments[10:]:
        assert assessment.deductions == ()
        assert [k.code for k in assessment.kpis if not k.tracked] == []
        assert {k.code for k in assessment.kpis} >= {"calls.connected.unscored", "survey.satisfaction.unscored"}
    assert kept(item(found, "A1.6")) == 10
    assert found.renewal.score == 100
    assert "2024-10以后的情况不考核。" in (found.renewal.note or "")
    assert any(flag.clause == "A1" and "只考核1至10月" in flag.text for flag in found.flags)


def test_an_event_without_points_is_open_with_its_number_and_no_default() -> None:
    found = document({"kind": "emergency.mishandled", "on": "2024-09-07", "ref": "应急-01"})
    open_ = item(found, "A1.9")
    assert (open_.points, open_.state) == (None, State.NEEDS_RULING)
    assert "突发事件响应处置（emergency.mishandled）2024-09-07（应急-01）的扣分" in open_.formula
    assert (found.renewal.score, found.renewal.conditions[0].met) == (None, True)
    assert found.renewal.conditions[0].detail == "在90至100之间，须至少70；未定：A1.9"
    note = kpi(found, "score.to_date").note
    assert note
    assert note.startswith("在90至100之间；未定：A1.9")


def test_the_decision_at_70_rests_on_exact_fractions() -> None:
    thirds = {  # three items lose two thirds of a point each: 2 points, and not 3 × 0.666667
        "calls__offered": 300,
        "calls__answered": 283,
        "consultations__received": 300,
        "consultations__answered_at_once": 148,
        "survey__rated": 300,
        "survey__satisfied": 283,
    }
    events = (
        {"kind": "emergency.mishandled", "points": "10"},
        {"kind": "maintenance.failure", "points": "10"},
        {"kind": "complaint.verified", "count": 8},
    )
    read_as = {"partial-point": "prorata"}
    found = document(*events, read_as=read_as, **thirds)
    assert item(found, "A1.1").points == Decimal("0.666667")
    assert kpi(found, "score.to_date").fraction == 70
    assert (found.renewal.score, found.renewal.conditions[0].met) == (Decimal(70), True)
    below = document(*events, read_as=read_as, **{**thirds, "survey__satisfied": 282})
    assert (below.renewal.score, below.renewal.conditions[0].met) == (Decimal("69.666667"), False)


def test_what_both_sides_agreed_settles_an_item_whose_figures_are_missing() -> None:
    lost: Mapping[str, Any] = {"2024-07": {"survey.rated": None}}
    agreed = {"kind": "score.agreed", "on": "2024-08-09", "clause": "A1.5", "points": "9.5"}
    found = document(agreed, months=lost)
    assert [item(found, "A1.5", month).state for month in SCORED[6:]] == ["incomplete", *["provisional"] * 2, "final"]
    assert item(found, "A1.5").formula == "双方2024-08-09商定（A1.13）得9.5分；10 − 9.5 = 0.5分（扣）"
    assert (item(found, "A1.5").missing, found.renewal.score) == ((), Decimal("99.5"))


@pytest.mark.parametrize(("as_of", "points"), [(date(2024, 11, 20), 6), (date(2024, 11, 19), 10)])
def test_what_is_agreed_after_october_counts_from_its_day(as_of: date, points: int) -> None:
    agreed = {"kind": "score.agreed", "on": "2024-11-20", "clause": "A1.6", "points": "6"}
    found = situation(CONTRACT, uploads(agreed, month="2024-11"), as_of).document(only=())
    assert kept(item(found, "A1.6")) == points
    assert kept(item(found, "A1.6", "2024-09")) == 10


@pytest.mark.parametrize(
    ("cap", "missing", "detail"),
    [
        ("section", "rank.monthly", "在86至100之间，须至少70；未定：A1.12"),
        ("uncapped", "inspection.passed", "在90至100之间，须至少70；未定：A1.2"),
        ("uncapped", "survey.rated", "未定：A1.5"),
        ("section", "inspection.passed", "未定：A1.2、A1.S"),
    ],
)
def test_between_which_figures_a_score_lies_that_is_not_capped_item_by_item(
    cap: str, missing: str, detail: str
) -> None:
    condition = document(months={"2024-07": {missing: None}}, read_as={"score-cap": cap}).renewal.conditions[0]
    assert (condition.detail, condition.met) == (detail, True if detail.startswith("在") else None)


def test_a_section_below_zero_is_told_as_points_added() -> None:
    bad = {"calls__answered": 70, "callbacks__in_time": 60, "survey__satisfied": 60}  # −15, −30 and −25
    found = item(document(**bad, read_as={"score-cap": "section"}), "A1.S")
    assert (found.points, found.formula) == (Decimal(-40), "六项合计-40，限于0至60：-40 − 0 = 40分（加）")


# Article 8


def test_rights_to_end_the_contract_arise_with_the_breach() -> None:
    found = document(
        {"kind": "service.delayed", "on": "2024-04-20", "start": "2024-03-01", "end": "2024-04-15"},
        {"kind": "contract.assigned", "on": "2024-05-06", "ref": "查-01"},
        {"kind": "service.suspended", "on": "2024-07-01", "instalment": 1},
        {"kind": "breach.unremedied", "on": "2024-06-20", "option": "authority", "start": "2024-06-06"},
        {"kind": "payment.made", "on": "2024-08-30", "instalment": 1, "amount": "900000.00"},
    )
    rights = [(t.clause, t.party, str(t.since)) for t in found.terminations]
    assert rights == [
        ("8.2", "authority", "2024-04-01"),  # the 31st day
        ("8.5", "authority", "2024-05-06"),
        ("8.6", "vendor", "2024-06-13"),
    ]
    owed = [(o.clause, o.party, str(o.amount)) for o in found.settlement.liabilities]
    assert owed == [
        ("8.2", "vendor", "90000.00"),  # 45 days
        ("8.2", "vendor", "40000.00"),
        ("8.5", "vendor", "40000.00"),
        ("8.6", "authority", "40000.00"),
    ]


def test_sixty_days_after_suspension_the_vendor_may_end_it_if_still_unpaid() -> None:
    suspended = {"kind": "service.suspended", "on": "2024-07-01", "instalment": 1}
    paid = {"kind": "payment.made", "on": "2024-08-31", "instalment": 1, "amount": "900000.00"}
    (right,) = document(suspended, paid).terminations
    assert (right.clause, right.party, str(right.since)) == ("8.1", "vendor", "2024-08-31")


DUE = (
    {"kind": "payment.agreed", "on": "2024-03-31", "instalment": 1},
    {"kind": "invoice.received", "on": "2024-03-20", "instalment": 1},
)


@pytest.mark.parametrize(
    ("suspended", "paid", "since"),
    [
        ("2024-05-02", "2024-07-02", "2024-07-02"),
        ("2024-05-02", "2024-07-01", None),
        ("2024-05-01", "2024-07-01", "2024-07-01"),  # the 31st day of delay: the first with the right to suspend
        ("2024-04-15", "2024-07-01", "2024-07-01"),  # sixteen days too early: counted from that day too
        ("2024-04-15", "2024-06-30", None),
        ("2024-04-15", "2024-04-30", None),  # paid on the 30th day: there never was a right
    ],
)
def test_only_a_suspension_with_the_right_to_it_leads_to_the_right_to_end(
    suspended: str, paid: str, since: str | None
) -> None:
    found = document(
        *DUE,
        {"kind": "service.suspended", "on": suspended, "instalment": 1},
        {"kind": "payment.made", "on": paid, "instalment": 1, "amount": "900000.00"},
    )
    assert [str(right.since) for right in found.terminations] == ([since] if since else [])


@pytest.mark.parametrize(("invoiced", "since"), [("2024-07-01", ["2024-10-12"]), (None, [])])
def test_a_suspension_over_an_instalment_that_is_not_late_gives_no_right(
    invoiced: str | None, since: list[str]
) -> None:
    """The first instalment was 40 days late, so that the vendor may suspend; the second is late once it is invoiced."""
    first = {"kind": "payment.made", "on": "2024-05-10", "instalment": 1, "amount": "900000.00"}
    second: list[Mapping[str, Any]] = [
        {"kind": "payment.agreed", "on": "2024-07-31", "instalment": 2},
        {"kind": "service.suspended", "on": "2024-08-12", "instalment": 2},
    ]
    if invoiced:
        second.append({"kind": "invoice.received", "on": invoiced, "instalment": 2})
    found = document(*DUE, first, *second)
    assert [str(right.since) for right in found.terminations] == since


TWICE = {"kind": "service.delayed", "start": "2024-04-01", "ref": "迟-01"}


def test_a_delay_reported_while_it_lasts_and_again_when_it_is_over_is_one() -> None:
    told = (
        {**TWICE, "on": "2024-04-30"},
        {**TWICE, "on": "2024-05-20"},
        {**TWICE, "on": "2024-06-20", "end": "2024-05-30"},
    )
    found = document(*told)
    assert [str(owed.amount) for owed in found.settlement.liabilities] == ["118000.00", "40000.00"]  # 59 days
    assert [str(right.since) for right in found.terminations] == ["2024-05-02"]
    apart = document({**TWICE, "on": "2024-06-19", "end": "2024-04-02"}, {**told[2], "ref": "迟-02"})
    assert [str(owed.amount) for owed in apart.settlement.liabilities] == ["2000.00", "118000.00", "40000.00"]


def test_an_unheeded_notice_reported_again_when_it_was_heeded_is_one() -> None:
    notice = {"kind": "breach.unremedied", "option": "vendor", "start": "2024-06-06", "ref": "催-01"}
    open_, heeded = {**notice, "on": "2024-06-20"}, {**notice, "on": "2024-07-01", "end": "2024-06-25"}
    assert [str(owed.amount) for owed in document(open_, heeded).settlement.liabilities] == ["40000.00"]
    in_time = {**heeded, "end": "2024-06-12"}
    assert document(open_, in_time).settlement.liabilities == ()


def test_an_incident_whose_report_is_told_later_under_its_number_was_reported() -> None:
    incident = {"kind": "security.incident", "on": "2024-09-06", "ref": "安-01"}
    code, month = "security.late_reports", "2024-09"
    assert kpi(document(incident, {**incident, "end": "2024-09-07"}), code, month).value == "0"
    assert kpi(document(incident, {**incident, "end": "2024-09-08"}), code, month).value == "1"


def test_what_was_over_only_later_counts_to_the_day_asked_about() -> None:
    delayed = {"kind": "service.delayed", "on": "2024-05-20", "start": "2024-05-10", "end": "2024-06-30"}
    notice = {
        "kind": "breach.unremedied",
        "on": "2024-05-31",
        "option": "vendor",
        "start": "2024-05-31",
        "end": "2024-06-30",
    }
    (owed,) = situation(CONTRACT, uploads(delayed, notice), date(2024, 6, 5)).document(only=()).settlement.liabilities
    assert (str(owed.amount), owed.state) == (
        "52000.00",
        State.PROVISIONAL,
    )  # 26 days; the 5th is the third working day
    later = situation(CONTRACT, uploads(delayed, notice), date(2024, 6, 6)).document(only=()).settlement.liabilities
    assert [str(owed.amount) for owed in later] == ["54000.00", "40000.00"]


def test_fiscal_delay_gives_no_right_to_end_the_contract() -> None:
    suspended = {"kind": "service.suspended", "on": "2024-07-01", "instalment": 1}
    excused = {"kind": "payment.excused", "on": "2024-04-01", "instalment": 1}
    assert [right.clause for right in document(suspended).terminations] == ["8.1"]
    assert document(suspended, excused).terminations == ()
    assert document(*DUE, suspended, excused).terminations == ()


# Posts


def posts(*told: str) -> list[dict[str, Any]]:
    """``vendor vacated 2024-03-01``, all of one post."""
    words = [line.split() for line in told]
    return [{"kind": f"post.{what}", "on": day, "ref": "07", "source": source} for source, what, day in words]


@pytest.mark.parametrize(
    ("told", "months"),
    [
        # A post is vacant once at a time.
        (("vendor vacated 2024-03-01", "vendor vacated 2024-03-02", "vendor filled 2024-05-01"), 2),
        (("vendor vacated 2024-03-01", "vendor filled 2024-05-01", "vendor filled 2024-06-01"), 2),
        # Filled and vacated again on one day; vacated and filled on one day.
        (("vendor vacated 2024-03-01", "vendor filled 2024-05-01", "vendor vacated 2024-05-01"), 8),
        (("vendor vacated 2024-05-01", "vendor filled 2024-05-01"), 0),
        # What the authority says of one vacancy leaves the others of the post as they are.
        (("vendor vacated 2024-03-01", "vendor filled 2024-05-01", "authority vacated 2024-09-10"), 3),
        (
            (
                "vendor vacated 2024-03-01",
                "vendor filled 2024-03-20",
                "authority filled 2024-05-01",
                "vendor vacated 2024-07-01",
                "vendor filled 2024-07-20",
            ),
            2,
        ),
        # Its days take the place of the vendor's.
        (("vendor vacated 2024-03-01", "authority vacated 2024-03-02", "vendor filled 2024-05-01"), 1),
        (("authority vacated 2024-03-01", "vendor vacated 2024-03-02", "vendor filled 2024-05-01"), 2),
        (("vendor vacated 2024-03-01", "authority filled 2024-03-31", "vendor filled 2024-05-01"), 0),
    ],
)
def test_months_for_which_a_post_is_vacant(told: tuple[str, ...], months: int) -> None:
    assert kept(item(document(*posts(*told)), "A1.7")) == 10 - months


def test_the_mean_of_the_months_goes_by_what_is_known_at_the_end() -> None:
    told = posts("vendor vacated 2024-01-17", "authority vacated 2024-03-18", "vendor filled 2024-05-18")
    found = document(*told, read_as={"annual-data": "mean-of-months"})
    assert kept(item(found, "A1.7", "2024-02")) == Decimal("9.5")  # the 17th of February
    assert kept(item(found, "A1.7")) == Decimal("9.8")  # April and May


# Uploads


@pytest.mark.parametrize(
    ("source", "content", "told"),
    [
        ("vendor", {"measures": {"rank.monthly": 3}}, "当月全省排名"),
        ("vendor", {"events": [{"kind": "praise.banner", "on": "2024-05-06"}]}, "锦旗"),
        ("authority", {"events": [{"kind": "emergency.mishandled", "on": "2024-05-06", "points": "11"}]}, "不超过10分"),
        ("authority", {"events": [{"kind": "budget.review", "on": "2024-05-06", "option": "maybe"}]}, "足额保障"),
        ("authority", {"measures": {"inspection.sampled": 3, "inspection.passed": 4}}, "不能大于"),
    ],
)
def test_what_is_refused(source: str, content: Mapping[str, Any], told: str) -> None:
    raw = json.dumps({"region": "lingshui", "month": "2024-05", "source": source, **content}).encode()
    address = parse_key(f"submissions/lingshui/{source}/2024-05/a.json")
    with pytest.raises(Refused, match=told):
        read(raw, address, REGION.catalogue, REGION.contracts, date(2024, 6, 1))


def test_the_sample_is_taken_in_whole_and_tells_its_story() -> None:
    folder = read_folder(SAMPLE, date(2025, 2, 1))
    assert folder.refused == {}
    found = situation(CONTRACT, folder.submissions).document(only=())
    assert (found.renewal.score, kpi(found, "score.uncapped.to_date").value) == (Decimal("71.5"), "74.5")
    assert gross(found) == [Decimal("900000.00"), Decimal("580000.00"), Decimal("460000.00")]
    assert [i.state for i in found.settlement.instalments] == ["paid", "paid", "overdue"]
    assert [str(o.amount) for o in found.settlement.liabilities] == ["5800.00", "21160.00"]
    text = render(found, CONTRACT)
    assert "注意：以下读法使70分的结论相反：partial-point=started时68.5。" in "".join(text.split())
    assert "供应商未报数据：2024-12" in text


# What always holds

READINGS = st.fixed_dictionaries(
    {name: st.sampled_from(sorted(content.options)) for name, content in CONTRACT.readings.items()}
)
MONTH = st.fixed_dictionaries(
    {
        "calls.answered": st.integers(0, 100),
        "inspection.passed": st.integers(0, 10),
        "consultations.answered_at_once": st.integers(0, 1000),
        "callbacks.in_time": st.integers(0, 100),
        "survey.satisfied": st.integers(0, 100),
        "rank.monthly": st.integers(1, 19),
    }
)
COUNTS = st.fixed_dictionaries(
    {
        "complaint.verified": st.integers(0, 12),
        "report.not_delivered": st.integers(0, 25),
        "praise.verified": st.integers(0, 12),
        "praise.banner": st.integers(0, 7),
    }
)
AVERAGES = st.decimals(1, 19, places=1)


@settings(max_examples=15)
@given(st.lists(MONTH, min_size=10, max_size=10), COUNTS, READINGS, AVERAGES, st.integers(0, 10))
def test_score_and_settlement_under_all_readings(
    figures: list[dict[str, int]], counts: dict[str, int], read_as: dict[str, str], average: Decimal, points: int
) -> None:
    months: dict[str, Any] = {month: {**GOOD, **own} for month, own in zip(SCORED, figures, strict=True)}
    months["2024-05"] |= {"rank.payment_period": average}
    months["2024-10"] |= {"rank.payment_period": average, "rank.score_period": average}
    events = [{"kind": kind, "count": count} for kind, count in counts.items() if count]
    lost = {"kind": "emergency.mishandled", "points": str(points)}
    found = document(*events, lost, months=months, read_as=read_as)
    items = found.assessments[9].deductions
    assert sum(map(kept, items), Decimal(0)) == found.renewal.score
    assert kept_in_bounds(items, read_as["score-cap"])
    settled = found.settlement
    assert settled.instalments[0].gross == Decimal("900000.00")
    assert Decimal("1920000.00") <= sum((i.gross or ZERO for i in settled.instalments), ZERO) <= CONTRACT.total
    assert all(adds_up(instalment) for instalment in settled.instalments)
    assert (settled.deductions, settled.carried, settled.claim) == (ZERO, ZERO, ZERO)
    assert found.renewal.conclusion in ("open", "not eligible")  # the authority has not said


def kept_in_bounds(items: tuple[Deduction, ...], cap: str) -> bool:
    by_clause = {deduction.clause: kept(deduction) for deduction in items}
    service = sum((by_clause[f"A1.{n}"] for n in range(1, 7)), Decimal(0))
    bounded = [by_clause[f"A1.{n}"] for n in ((*range(1, 11),) if cap == "capped" else (2, *range(6, 11)))]
    return (
        all(0 <= points <= 10 for points in bounded)
        and 0 <= by_clause["A1.11"] <= 5
        and -14 <= by_clause["A1.12"] <= 0
        and (cap != "section" or 0 <= service + by_clause["A1.S"] <= 60)
        and (cap == "section" or by_clause["A1.S"] == 0)
    )


def adds_up(instalment: SettledInstalment) -> bool:
    return instalment.gross == instalment.net == (instalment.net or ZERO) + instalment.deducted


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=3, max_size=3))
def test_late_payment_never_costs_more_than_40000(late: list[tuple[int, bool]]) -> None:
    agreed, gross_ = (date(2024, 4, 1), date(2024, 7, 1), date(2024, 12, 1)), ("900000.00", "600000.00", "500000.00")
    events: list[dict[str, Any]] = []
    for no, (day, (days, excused)) in enumerate(zip(agreed, late, strict=True), start=1):
        paid = date.fromordinal(day.toordinal() + days)
        events += [
            {"kind": "payment.agreed", "on": day, "instalment": no},
            {"kind": "invoice.received", "on": day, "instalment": no},
            {"kind": "payment.made", "on": paid, "instalment": no, "amount": gross_[no - 1]},
        ]
        if excused:
            events.append({"kind": "payment.excused", "on": day, "instalment": no})
    inside = [event for event in events if event["on"] <= CONTRACT.term.last]
    found = situation(CONTRACT, uploads(*inside), date(2025, 3, 31)).document(only=())
    owed = [owed.amount or ZERO for owed in found.settlement.liabilities]
    assert sum(owed, ZERO) <= Decimal("40000.00")
    if all(excused for _, excused in late):
        assert set(owed) <= {ZERO}


@given(st.sampled_from(SCORE_READINGS))
@settings(max_examples=7)
def test_no_reading_of_the_score_moves_money_but_the_average_rank(name: str) -> None:
    if name == "average-rank":
        return
    amounts = {tuple(gross(document(read_as={name: option}))) for option in CONTRACT.readings[name].options}
    assert amounts == {(Decimal("900000.00"), Decimal("600000.00"), Decimal("500000.00"))}
