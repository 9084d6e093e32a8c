"""Jiyuan's contract, worked out by hand; and every one of the plugin's own cases."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe.assessment import Deduction, State
from kaohe.assumptions import Setting
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.folder import read_file, read_folder
from kaohe.intake.template.build import build
from kaohe.money import yuan
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.report import render
from kaohe.results import Document
from kaohe.scoring import Situation, derive
from kaohe.submission import Event, Figure, Submission
from kaohe.testing import Case, load_cases, run_case
from kaohe.whatif import compare, what_if
from openpyxl import load_workbook

REGION = load_region("jiyuan")
(CONTRACT,) = REGION.contracts
JANUARY, FEBRUARY, MARCH, APRIL, DECEMBER = (Month(2026, n) for n in (1, 2, 3, 4, 12))


@pytest.mark.parametrize(
    "case", load_cases("kaohe_jiyuan"), ids=lambda case: f"{case.clause or case.file}: {case.name}"
)
def test_case(case: Case) -> None:
    assert run_case(REGION, case) == []


def vendor(month: Month, figures: Mapping[str, Any], *events: Event, name: str = "月报.xlsx") -> Submission:
    def each() -> Iterator[Figure]:
        for code, value in figures.items():
            if REGION.catalogue.measures[code].grain == "month":
                yield Figure(code=code, value=value)
                continue
            days = value if isinstance(value, Mapping) else {day.day: value for day in month.days}
            for day, number in days.items():
                yield Figure(code=code, on=date(month.year, month.month, day), value=number)

    figures_ = tuple(each())
    return Submission(
        region="jiyuan", month=month, source=VENDOR, name=name, sha256="0" * 64, figures=figures_, events=events
    )


def authority(month: Month, *events: Event) -> Submission:
    return Submission(
        region="jiyuan", month=month, source=AUTHORITY, name="查实.json", sha256="0" * 64, events=tuple(events)
    )


def event(kind: str, on: str, **fields: Any) -> Event:
    return Event.model_validate({"kind": kind, "on": on, **fields})


def score(*submissions: Submission, as_of: str | None = None) -> Document:
    return derive(REGION, CONTRACT, submissions, date.fromisoformat(as_of) if as_of else None)


def deduction(clause: str, month: Month, *submissions: Submission) -> Deduction:
    (result,) = [a for a in score(*submissions).assessments if a.month == month]
    (found,) = [d for d in result.deductions if d.clause == clause]
    return found


def by_reading(found: Deduction, reading: str) -> list[str]:
    """The adopted amount, then those under the other options in the contract's order."""
    return [str(found.amount), *(str(a.amount) for a in found.alternatives if a.reading == reading)]


@pytest.mark.parametrize(
    ("satisfied", "amounts"),
    [
        (951, ["0.00", "0.00", "0.00"]),
        (950, ["0.00", "0.00", "0.00"]),
        (949, ["0.00", "200.00", "20.00"]),
        (943, ["0.00", "200.00", "140.00"]),
        (940, ["200.00", "200.00", "200.00"]),
        (939, ["200.00", "400.00", "220.00"]),
    ],
)
def test_satisfaction(satisfied: int, amounts: list[str]) -> None:
    found = deduction("4.1", MARCH, vendor(MARCH, {"survey.rated": 1000, "survey.satisfied": satisfied}))
    assert by_reading(found, "partial-point") == amounts


@settings(max_examples=40)
@given(st.integers(1, 10**6).flatmap(lambda rated: st.tuples(st.just(rated), st.integers(0, rated))))
def test_satisfaction_for_any_counts(counts: tuple[int, int]) -> None:
    rated, satisfied = counts
    sent = vendor(JANUARY, {"survey.rated": rated, "survey.satisfied": satisfied})
    missing = max(95 * rated - 100 * satisfied, 0)
    points = [Fraction(missing // rated), Fraction(-(-missing // rated)), Fraction(missing, rated)]
    assert by_reading(deduction("4.1", JANUARY, sent), "partial-point") == [str(yuan(200 * point)) for point in points]


def checked(month: Month, **figures: int) -> Submission:
    """The authority's own figures beside the vendor's."""
    found = tuple(Figure(code=code.replace("__", "."), value=value) for code, value in figures.items())
    return authority(month).model_copy(update={"figures": found, "name": "复核.json"})


def test_more_satisfied_than_rated_by_two_files_is_no_rate() -> None:
    sent = vendor(MARCH, {"survey.rated": 1000, "survey.satisfied": 940})
    assert deduction("4.1", MARCH, sent, checked(MARCH, survey__rated=990)).amount == 0
    assert deduction("4.1", MARCH, sent, checked(MARCH, survey__rated=940)).amount == 0
    found = deduction("4.1", MARCH, sent, checked(MARCH, survey__rated=939))
    assert (found.state, found.amount, found.missing) == (
        State.INCOMPLETE,
        None,
        ("survey.satisfied 2026-03（多于参评数，互相矛盾）",),
    )


def test_more_satisfied_than_answered_is_no_rate() -> None:
    ruled = authority(MARCH, event("ruling", "2026-03-01", reading="satisfaction-base", option="answered"))
    figures = {"survey.rated": 320, "survey.satisfied": 310, "calls.offered": 10}
    assert deduction("4.1", MARCH, ruled, vendor(MARCH, {**figures, "calls.answered": 10})).amount == 0
    found = deduction(
        "4.1", MARCH, ruled, vendor(MARCH, {**figures, "calls.answered": {**dict.fromkeys(range(2, 32), 10), 1: 9}})
    )
    assert (found.state, found.missing) == (State.INCOMPLETE, ("calls.answered 2026-03（少于满意数）",))


def test_calls_that_nobody_on_duty_answered_leave_the_workload_open() -> None:
    ruled = authority(MARCH, event("ruling", "2026-03-01", reading="connect-target", option="workload"))
    seats = {**dict.fromkeys(range(1, 32), 4), 7: 0}
    figures = {"calls.offered": 300, "calls.answered": 280, "seats.on_duty": seats}
    found = deduction("4.4", MARCH, ruled, vendor(MARCH, figures))
    assert (found.state, found.missing) == (State.INCOMPLETE, ("seats.on_duty 2026-03-07（为0，却有应答）",))
    closed = {**figures, "calls.answered": {**dict.fromkeys(range(1, 32), 280), 7: 0}}
    assert deduction("4.4", MARCH, ruled, vendor(MARCH, closed)).amount == 0


def test_before_the_signature_nothing_is_waited_for_and_the_rate_says_since_when() -> None:
    waived = event("ruling", "2026-01-05", reading="before-signing", option="waived")
    once = event("ruling", "2026-01-05", reading="timeliness-days", option="month-fails-once")
    for clause in ("4.1", "4.4", "4.5", "4.7"):
        found = deduction(clause, JANUARY, authority(JANUARY, waived), authority(FEBRUARY))
        assert (found.state, str(found.amount)) == (State.FINAL, "0.00")
        assert deduction(clause, JANUARY, authority(JANUARY)).amount is None
    sent = calls(FEBRUARY, {27: 260, 28: 260})
    found = deduction("4.5", FEBRUARY, sent, authority(JANUARY, waived, once))
    assert (str(found.amount), found.formula) == (
        "200.00",
        "2026-02-27起至月末未达标（month-fails-once），扣1天 × 200.00 = 200.00",
    )
    assert deduction("4.5", FEBRUARY, sent, authority(JANUARY, once)).formula.startswith("全月达标")


def test_what_was_in_time_is_told_in_chinese() -> None:
    found = event("ticket.return_late", "2026-03-09", start="2026-03-06", end="2026-03-08", count=2)
    (month,) = [a for a in score(authority(MARCH, found)).assessments if a.month == MARCH]
    (kpi,) = [k for k in month.kpis if k.clause == "4.3"]
    assert kpi.note == "退单处理共2件：2026-03-06至2026-03-08，期限2026-03-08，未逾期"


def calls(month: Month, answered: Mapping[int, int]) -> Submission:
    days = {day.day: answered.get(day.day, 285) for day in month.days}
    return vendor(month, {"calls.offered": 300, "calls.answered": 290, "calls.answered_within_15s": days})


def test_a_month_of_30_days_with_4_bad_days() -> None:
    found = deduction("4.5", APRIL, calls(APRIL, {3: 269, 4: 100, 5: 0, 30: 269}))
    assert by_reading(found, "timeliness-days") == ["800.00", "800.00", "6000.00", "200.00"]
    assert by_reading(deduction("4.5", APRIL, calls(APRIL, {3: 269})), "timeliness-days") == ["200.00"] + ["0.00"] * 3
    assert by_reading(deduction("4.5", APRIL, calls(APRIL, {3: 270})), "timeliness-days") == ["0.00"] * 4


@settings(max_examples=25)
@given(st.dictionaries(st.integers(1, 31), st.integers(200, 290), max_size=31))
def test_answered_in_time_for_any_days(answered: Mapping[int, int]) -> None:
    days = [answered.get(day, 285) for day in range(1, 32)]
    failing, month_fails = sum(count < 270 for count in days), sum(days) < 31 * 270
    expected = [failing, failing if month_fails else 0, 31 if month_fails else 0, 1 if month_fails else 0]
    found = deduction("4.5", JANUARY, calls(JANUARY, answered))
    assert by_reading(found, "timeliness-days") == [f"{200 * number}.00" for number in expected]


def test_publications() -> None:
    items = vendor(MARCH, {"publications.items": 150}, event("publication.error", "2026-03-05"))
    assert by_reading(deduction("4.7", MARCH, items), "partial-point") == ["0.00", "200.00", "133.33"]


def staff(left: int, present: int, *, kind: str = "front_desk") -> list[Submission]:
    figures = {f"staff.{kind}.left": left, f"staff.{kind}.present": present}
    return [vendor(month, figures) for month in CONTRACT.term.months]


def test_a_turnover_of_21_9_percent() -> None:
    found = deduction("4.8", DECEMBER, *staff(219, 781))
    assert by_reading(found, "partial-point") == ["10000.00", "20000.00", "19000.00"]
    assert by_reading(deduction("4.8", DECEMBER, *staff(1, 4)), "partial-point") == ["0.00"] * 3
    assert by_reading(deduction("4.8", DECEMBER, *staff(21, 79)), "partial-point") == ["10000.00"] * 3


def test_turnover_is_deducted_once_in_the_last_month() -> None:
    document = score(*staff(219, 781))
    found = [(str(a.month), d.window.last) for a in document.assessments for d in a.deductions if d.clause == "4.8"]
    assert found == [("2026-12", date(2026, 12, 31))]
    kpis = [k for a in document.assessments for k in a.kpis if k.clause == "4.8"]
    assert [k.state for k in kpis] == [State.PROVISIONAL] * 11 + [State.FINAL]
    assert {k.value for k in kpis} == {"0.219"}


@pytest.mark.parametrize(
    ("clause", "kind", "each"),
    [
        ("4.2", "complaint.verified", 500),
        ("4.3", "ticket.dispatch_late", 200),
        ("4.3", "ticket.return_late", 200),
        ("4.3", "ticket.callback_late", 200),
        ("4.6", "microplatform.mishandled", 500),
        ("4.9", "leak.verified", 1000),
        ("4.10", "inspection.incident", 1000),
    ],
)
def test_so_much_for_each(clause: str, kind: str, each: int) -> None:
    for count in (0, 1, 7):
        events = [event(kind, "2026-03-02", count=count)] if count else []
        assert deduction(clause, MARCH, authority(MARCH, *events)).amount == each * count


def test_the_connect_rate_has_no_figure_until_the_authority_rules() -> None:
    figures = {"calls.offered": 300, "calls.answered": {**dict.fromkeys(range(1, 32), 280), 7: 278}, "seats.on_duty": 4}
    sent = vendor(MARCH, figures)
    found = deduction("4.4", MARCH, sent)
    assert (found.state, found.amount) == (State.NEEDS_RULING, None)
    assert [(a.option, str(a.amount)) for a in found.alternatives] == [("workload", "200.00")]
    given_ = event("ruling", "2026-06-10", reading="connect-target", option="percentage", value="0.94")
    ruled = deduction("4.4", MARCH, sent, authority(Month(2026, 6), given_))
    assert str(ruled.amount) == "6200.00"  # 280 of 300 is 93.3 %: each of 31 days
    assert ruled.readings[-1].value == Decimal("0.94")


# -- payment -------------------------------------------------------------------------------------------------------


def monthly(*events: Event) -> list[Submission]:
    """940 of 1,000 satisfied in each month: 200 yuan a month."""
    year = [vendor(month, {"survey.rated": 1000, "survey.satisfied": 940}) for month in CONTRACT.term.months]
    return [*year, authority(MARCH, *events)]


def settlement(*submissions: Submission, as_of: str | None = None) -> Settlement:
    return score(*submissions, as_of=as_of).settlement


def test_the_instalments() -> None:
    found = settlement()
    assert [str(i.gross) for i in found.instalments] == ["419904.00", "326592.00", "326592.00", "326592.00"]
    assert sum(i.gross or 0 for i in found.instalments) == Decimal("1399680.00") == CONTRACT.total
    assert [i.due and i.due.isoformat() for i in found.instalments] == [None, "2026-06-30", "2026-09-30", "2026-12-31"]
    assert [i.advance for i in found.instalments] == [True, False, False, False]


def test_which_months_come_out_of_which_instalment() -> None:
    found = settlement(*monthly())
    borne = [[part.month.month for part in i.taken] for i in found.instalments]
    assert borne == [[], [1, 2, 3, 4, 5], [6, 7, 8], [9, 10, 11]]
    assert [str(i.deducted) for i in found.instalments] == ["0.00", "1000.00", "600.00", "600.00"]
    assert (str(found.carried), str(found.claim)) == ("0.00", "200.00")


def test_in_november_december_is_not_yet_a_claim() -> None:
    found = settlement(*monthly(), as_of="2026-11-30")
    assert (str(found.deductions), str(found.claim)) == ("2200.00", "0.00")


def test_more_than_the_instalments_can_bear() -> None:
    found = settlement(authority(MARCH, event("leak.verified", "2026-03-01", count=2000)), as_of="2026-12-31")
    assert [str(i.net) for i in found.instalments] == ["419904.00", "0.00", "0.00", "0.00"]
    assert str(found.claim) == "1020224.00"  # 2,000,000 − 979,776


@pytest.mark.parametrize(
    ("paid", "owed"),
    [("2026-06-30", []), ("2026-07-01", ["13996.80"]), ("2026-07-03", ["41990.40"]), ("2026-07-31", ["433900.80"])],
)
def test_paying_late(paid: str, owed: list[str]) -> None:
    found = settlement(authority(Month(2026, 7), event("payment.made", paid, instalment=2, amount="326592.00")))
    assert [str(liability.amount) for liability in found.liabilities] == owed
    notes = [note for liability in found.liabilities for note in liability.notes]
    assert bool(notes) is (paid == "2026-07-31")  # 31 days are more than 30


def test_the_advance_can_be_neither_late_nor_deducted_from() -> None:
    late = event("payment.made", "2026-12-30", instalment=1, amount="419904.00")
    found = settlement(authority(MARCH, event("leak.verified", "2026-01-01"), late), as_of="2026-12-31")
    assert (found.liabilities, found.instalments[0].taken, found.instalments[0].state) == ((), (), "paid")


def test_renewal_is_not_provided_for_which_is_neither_yes_nor_no() -> None:
    assert score().renewal.conclusion == "not provided for"
    assert not score().renewal.conditions


def test_what_a_reader_has_to_know_is_told() -> None:
    assert {flag.clause for flag in score().flags} >= {"2.2", "4.4", "4.8", "4.10", "6.2"}
    assert (CONTRACT.signed - CONTRACT.term.first) == timedelta(days=57)


# -- the sample ----------------------------------------------------------------------------------------------------

SAMPLE = Path(__file__).parents[2] / "plugins/jiyuan/sample"
AFTER = date(2027, 1, 20)


@pytest.fixture(scope="module")
def uploads() -> Sequence[Submission]:
    found = read_folder(SAMPLE, AFTER)
    assert found.refused == {}
    return found.submissions


def outcome(*submissions: Submission, as_of: date) -> Document:
    """Without what other readings would give, which takes most of the time."""
    return Situation.of(REGION, CONTRACT, submissions, as_of).document(only=())


def test_the_sample_s_year_comes_to_what_its_page_tells(uploads: Sequence[Submission]) -> None:
    found = outcome(*uploads, as_of=AFTER)
    assert {str(a.month): str(a.deducted) for a in found.assessments} == {
        "2026-01": "1100.00",  # 500 + 2 × 200 + 200
        "2026-02": "200.00",
        "2026-03": "1600.00",  # 2 × 200 + 2 × 200 + 4 × 200
        "2026-04": "1400.00",  # 200 + 6 × 200
        "2026-05": "1600.00",  # 200 + 2 × 500 + 2 × 200
        "2026-06": "1200.00",  # 2 × 200 + 4 × 200
        "2026-07": "1400.00",  # 200 + 200 + 1,000
        "2026-08": "1200.00",  # 2 × 200 + 200 + 3 × 200
        "2026-09": "0.00",
        "2026-10": "3100.00",  # 200 + 200 + 200 + 500 + 5 × 200 + 1,000
        "2026-11": "700.00",  # 500 + 200
        "2026-12": "13300.00",  # 3 × 200 + 500 + 200 + 2 × 200 + 3 × 200 + 10,000 + 1,000
    }
    assert [a.month.month for a in found.assessments if a.state is not State.FINAL] == [11]
    (turnover,) = [k for k in found.assessments[-1].kpis if k.clause == "4.8"]
    assert turnover.fraction == Fraction(25, 117)  # the mean of twelve rates, 2/14 … 3/13
    rates = re.findall(r"2026-\d\d (\d+)/(\d+)", turnover.note or "")
    assert sum(Fraction(int(left), int(all_)) for left, all_ in rates) / 12 == turnover.fraction
    assert (turnover.note or "").startswith("12个月流失率的平均")
    (charged,) = [d for d in found.assessments[-1].deductions if d.clause == "4.8"]
    assert charged.formula.startswith("各月流失率平均21.367521 % − 20 % = 1.367521个百分点")


def test_the_sample_s_year_is_paid_as_its_page_tells(uploads: Sequence[Submission]) -> None:
    found = outcome(*uploads, as_of=AFTER).settlement
    assert [str(i.net) for i in found.instalments] == ["419904.00", "322492.00", "321192.00", "322592.00"]
    assert [i.paid == i.net for i in found.instalments] == [True, True, True, False]
    assert found.instalments[3].invoiced is None
    assert [str(owed.amount) for owed in found.liabilities] == ["41990.40"]  # 3 × 1 % × 1,399,680.00
    assert (str(found.deductions), str(found.claim)) == ("26800.00", "13300.00")
    text = " ".join(render(outcome(*uploads, as_of=AFTER), CONTRACT).split())
    assert "2026-11 缺数据 incomplete 扣除 700.00 元" in text, "though the vendor never sent it"
    assert "第4期：未收到发票" in text


def test_before_its_year_is_over_the_sample_shows_what_was_due(uploads: Sequence[Submission]) -> None:
    june = outcome(*uploads, as_of=date(2026, 6, 30))
    assert [i.state for i in june.settlement.instalments] == ["paid", "payable", "upcoming", "upcoming"]
    assert {a.state for a in june.assessments} == {State.NEEDS_RULING}
    november = outcome(*uploads, as_of=date(2026, 11, 30))
    assert [k.state for k in november.assessments[-1].kpis if k.clause == "4.8"] == [State.PROVISIONAL]
    assert str(november.settlement.claim) == "0.00"


def mended(folder: Path, cells: Mapping[str, int]) -> Submission:
    """March's workbook of the sample with cells of its daily sheet put right, as it is read when it comes again."""
    key = "submissions/jiyuan/vendor/2026-03/2026年3月运营数据.xlsx"
    book = load_workbook(SAMPLE / key)
    for cell, value in cells.items():
        book["按日"][cell] = value
    book.save(folder / "mended.xlsx")
    return read_file(folder / "mended.xlsx", key, AFTER)


def test_what_if_tells_what_the_mended_workbook_would_make(uploads: Sequence[Submission], tmp_path: Path) -> None:
    in_time = {10: 320, 11: 305, 12: 332, 13: 340}  # below 90 % on four days as it was sent, and paid so in September
    again = mended(tmp_path, {f"E{day + 3}": value for day, value in in_time.items()})
    sent = {upload.key: upload for upload in uploads}
    assert again.key in sent
    scored = outcome(*{**sent, again.key: again}.values(), as_of=AFTER)
    assumed = [
        Setting(code="calls.answered_within_15s", month=MARCH, on=date(2026, 3, day), value=value)
        for day, value in in_time.items()
    ]
    told = what_if(Situation.of(REGION, CONTRACT, uploads, AFTER), uploads, assumed)
    assert told.changes == compare(outcome(*uploads, as_of=AFTER), scored)
    assert ("2026-03", "800.00") in [(c.where, c.after) for c in told.changes]


# -- the template --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "label", "advice"),
    [
        (VENDOR, "参评数", "请填0或正整数；没有发生填0"),
        (VENDOR, "入职培训最少天数", "请填0至366之间的整数；没有可填的就留空"),
        (VENDOR, "来电总量", "请填0或正整数；没有发生填0"),
        (AUTHORITY, "参评数", "请填0或正整数；没有可填的就留空"),
    ],
)
def test_the_popup_asks_for_a_zero_only_where_one_is_due(source: Source, label: str, advice: str) -> None:
    book = build(CONTRACT, REGION.catalogue, MARCH, source)
    checks = [check for sheet in book for check in sheet.data_validations.dataValidation]
    assert [check.error for check in checks if check.errorTitle == f"“{label}”填写有误"] == [advice]


# -- any order -----------------------------------------------------------------------------------------------------

FIGURES = {
    "survey.rated": 1000,
    "survey.satisfied": 943,
    "calls.offered": 300,
    "calls.answered": 280,
    "calls.answered_within_15s": {**dict.fromkeys(range(1, 29), 270), 7: 269},
    "seats.on_duty": 4,
    "publications.items": 40,
    "staff.front_desk.left": 2,
    "staff.front_desk.present": 8,
}
SENT = (
    vendor(FEBRUARY, FIGURES, event("publication.error", "2026-02-05")),
    vendor(JANUARY, {"survey.rated": 10, "survey.satisfied": 9}, name="补报.csv"),
    authority(JANUARY, event("complaint.verified", "2026-01-31", ref="TS-1"), event("leak.verified", "2026-01-02")),
    authority(FEBRUARY, event("ruling", "2026-02-20", reading="connect-target", option="workload")),
)
PLAIN = score(*SENT)


@settings(max_examples=30)
@given(st.permutations(SENT), st.lists(st.sampled_from(SENT), max_size=3))
def test_the_order_and_the_repetition_of_uploads_make_no_difference(
    order: Sequence[Submission], repeated: list[Submission]
) -> None:
    copies = [s.model_copy(update={"name": f"副本{n}"}) for n, s in enumerate(repeated)]
    assert score(*copies, *repeated, *order).model_dump_json() == PLAIN.model_dump_json()


def test_no_float_is_served() -> None:
    json.loads(PLAIN.model_dump_json(), parse_float=lambda text: pytest.fail(f"a float: {text}"))
