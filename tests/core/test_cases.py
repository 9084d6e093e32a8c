"""The kit for authors of plugins."""

from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from kaohe import AUTHORITY, Catalogue, Count, Counted, EventKind, Level, Measure, Month, Rulebook
from kaohe.binding import check_sql
from kaohe.casefile import read_cases
from kaohe.cli import main, regions
from kaohe.errors import PluginError, UsageError
from kaohe.plugins import Region
from kaohe.testing import Case, load_cases, run_case, submissions_of

from tests.core import small


def test_an_event_from_beside_the_term_is_reported_with_its_nearest_month() -> None:
    days = [date(2025, 12, 20), date(2026, 5, 4), date(2027, 2, 1)]
    case = Case(
        name="payments before, in and after the term",
        month=Month.of("2026-12"),
        as_of=date(2027, 2, 1),
        events=tuple(
            {"kind": "payment.made", "on": day, "instalment": no, "amount": "400.00"} for no, day in enumerate(days, 1)
        ),
        expect={"settlement": {"states": ["paid", "paid", "paid"]}},
    )
    region = small.region()
    sent = submissions_of(case, region.contracts[0], region)
    assert [str(submission.month) for submission in sent] == ["2026-01", "2026-05", "2026-12"]
    assert run_case(region, case) == []


CASES = """
- {name: it holds, month: 2026-03, clause: "2", facts: {survey.rated: 1}, expect: {value: "0"}}
- {name: it does not, month: 2026-03, clause: "2", facts: {survey.rated: 1}, expect: {value: "1"}}
- {name: no such measure, month: 2026-03, clause: "2", facts: {survey.ratd: 1}, expect: {value: "0"}}
- {name: no such reading, month: 2026-03, clause: "2", readings: {haw: loose}, expect: {value: "0"}}
- {name: no such field, month: 2026-03, clause: "2", events: [{kind: payment.made, no: 1}], expect: {value: "0"}}
- {name: it holds again, month: 2026-03, clause: "2", facts: {survey.rated: 1}, expect: {value: "0"}}
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with these cases."""
    folder = tmp_path / f"kaohe_{tmp_path.name}" / "cases"
    folder.mkdir(parents=True)
    folder.joinpath("some.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return folder.parent.name


def counting() -> Rulebook:
    book = Rulebook()
    book.kpi("2", "complaints")(lambda facts: Count.of(facts.verified("complaint.verified")))
    return book


def test_a_case_that_fails_is_told_and_the_next_is_run(package: str) -> None:
    region = small.region(counting())
    wrong = {case.name: run_case(region, case) for case in load_cases(package)}
    assert wrong == {
        "it holds": [],
        "it does not": ["value: expected '1', got '0'"],
        "no such measure": ["some.yaml: there is no measure 'survey.ratd' (did you mean survey.rated?)"],
        "no such reading": [wrong["no such reading"][0]],
        "no such field": [wrong["no such field"][0]],
        "it holds again": [],
    }
    assert "has no reading 'haw'; it has: partial-point, base, how" in wrong["no such reading"][0]
    assert (
        "an upload of this would be refused: case-events.json events[0].no：不认识这个键" in wrong["no such field"][0]
    )


def test_the_command_runs_all_cases_and_fails_if_one_does(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    region = small.region(counting())
    region.package = package
    monkeypatch.setattr(regions, "region_and_contract", lambda name: (region, region.contracts[0]))
    assert main(["cases", "small"]) == 1
    printed = capsys.readouterr().out
    assert [line[:4] for line in printed.splitlines() if "  it " in line] == ["ok  ", "FAIL", "ok  "]
    assert printed.endswith("2 passed, 4 failed\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "- {name: x, month: 2026-03, expects: {amount: null}}",
            "case 1 (x): there is no expects (did you mean expect?)",
        ),
        ("- {name: x, month: 2026-03, expect: {amout: null}}", "there is no expect.amout (did you mean amount?)"),
        ("- {name: x, month: 2026-13, expect: {amount: null}}", "case 1 (x): month: "),
        ("- {name: x, month: 2026-03, expect: {}}", "case 1 (x): expect: "),
        ("- {name: x, month: 2026-03, expect: {amount: 600.00}}", "expect.amount: figures are quoted"),
        (
            "- {name: x, month: 2026-03, expect: {settlement: {net: ['1', 2]}}}",
            "expect.settlement.net: figures are quoted",
        ),
        ("- {name: x\n  name: [", "cases/some.yaml is not YAML: "),
        (
            "- {name: x, month: 2026-03, as_of: 2026-13-31}",
            "'2026-13-31' cannot be read: month must be in 1..12 in line 1",
        ),
        ("name: x", "cases/some.yaml is not a list of cases"),
        ("- x", "case 1 is not a mapping"),
    ],
)
def test_a_slip_in_a_file_of_cases_is_told_with_its_place(package: str, text: str, problem: str) -> None:
    Path(str(import_module(package).__path__[0]), "cases", "some.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"cases/some\.yaml") as caught:
        load_cases(package)
    assert problem in str(caught.value)


def test_a_file_of_cases_in_another_encoding_is_told(package: str) -> None:
    Path(str(import_module(package).__path__[0]), "cases", "some.yaml").write_bytes("- {name: 满意率}".encode("gbk"))
    with pytest.raises(UsageError, match=r"cases/some\.yaml is not written in UTF-8 \(line 1\); save it as UTF-8"):
        load_cases(package)


def test_events_of_a_case_are_held_to_what_an_upload_is() -> None:
    own = Catalogue.of(
        events=[
            EventKind(code="fine", label="罚", sources=(AUTHORITY,), required=("amount",), most=Decimal(2000), note="n")
        ]
    )
    region = small.region(measures=lambda: own)

    carried = {"settlement": {"carried": "0.00"}}

    def wrong(**event: Any) -> list[str]:
        told = {"kind": "fine", "on": date(2026, 3, 1), **event}
        return run_case(region, Case(name="x", month=Month.of("2026-03"), events=(told,), expect=carried))

    assert wrong(amount="2000.00") == []
    for event, problem in (
        ({}, "必须填写“金额”"),
        ({"amount": "2000.01"}, "“金额”超出合同规定的范围"),
        ({"amount": "1", "kind": "finne"}, "不认识这个事件类型"),
        ({"amount": "1", "on": "2026-3"}, "Invalid isoformat string"),
        ({"amount": "1", "source": "vendor"}, "只能由主管单位填报"),
    ):
        assert problem in wrong(**event)[0]


def test_nothing_can_be_expected_and_what_has_no_figure_says_why() -> None:
    book = counting()
    book.kpi("3", "ruled")(lambda terms: Level(len(terms.reading("how"))))
    region = small.region(book)

    def wrong(clause: str, **expect: Any) -> list[str]:
        known = {"survey.rated": 1}
        return run_case(region, Case(name="x", month=Month.of("2026-03"), clause=clause, facts=known, expect=expect))

    assert wrong("2", value="0", amount=None, state=None) == []
    assert wrong("2", value=None) == ["value: expected None, got '0'"]
    assert wrong("2", amount="0.00") == ["amount: expected '0.00', got None"]
    assert wrong("9", amount=None) == ["amount: expected None, got nothing of that name"]
    assert wrong("3", value="1") == [
        "value: expected '1', got None",
        "ruled is needs-ruling: 须由主管单位裁定：? how",
    ]
    assert "lists no clause 2.2" in wrong("2.2", amount=None)[0]


RECORDS = """
- name: one of two publications is the day's
  month: 2026-03
  clause: "2"
  records: {publications: [{id: P1, published_on: 2026-03-02}, {id: P2, published_on: 2026-03-03}]}
  expect: {value: "2"}
"""


def test_records_are_counted_as_those_of_an_upload_are(package: str) -> None:
    book = Rulebook()
    book.kpi("2", "published")(lambda facts: Level(facts["publications.items"]))
    listed = [*small.terms()["clauses"][:1], small.clause("2", facts=["publications.items"]), small.clause("9")]
    region = small.region(book, small.contract(clauses=listed))
    (case,) = read_cases(RECORDS, "some.yaml")
    (sent,) = submissions_of(case, region.contracts[0], region)
    assert {str(figure.on): figure.value for figure in sent.figures if figure.value} == {
        "2026-03-02": 1,
        "2026-03-03": 1,
    }
    assert run_case(region, case) == []
    slip = case.model_copy(update={"records": {"publications": ({"publishd_at": date(2026, 3, 1)},)}})
    assert "records.publications: there is no column 'publishd_at' (did you mean publish" in run_case(region, slip)[0]
    unknown = case.model_copy(update={"records": {"publication": ()}})
    assert "no kind of record 'publication' (did you mean publications?)" in run_case(region, unknown)[0]


def counting_by(**fields: Any) -> Region:
    """A region whose only measure is counted so from tickets."""
    way = Counted.model_validate({"records": "tickets", "where": "true", **fields})
    made = Measure(code="a", label="a", unit="件", grain="month", counted=(way,), note="n")
    return small.region(measures=lambda: Catalogue.of([made]))


def test_sql_that_cannot_be_run_is_told_before_an_upload_comes() -> None:
    check_sql(counting_by(where="closed_at IS NOT NULL", on="working_day(created_at, 1)"))
    for fields in ({"where": "closed_att IS NULL"}, {"where": "closed_at >"}, {"on": "nothing"}, {"distinct": "agnt"}):
        with pytest.raises(PluginError, match="a is counted from tickets by ") as caught:
            check_sql(counting_by(**fields))
        assert (caught.value.plugin, caught.value.hook) == ("small", "measures")


@pytest.mark.parametrize(
    ("where", "is_refused"),
    [
        ("dispatched_at > working_day(created_at, 2)", True),
        ("number IS NULL OR NOT (dispatched_at <= Working_Day(created_at, 2))", True),
        ("working_day(created_at, 2) < dispatched_at", True),
        ("dispatched_at::DATE > working_day(created_at, 2)", False),
        ("working_day(created_at, 2) < dispatched_at::DATE", False),
        ("dispatched_at >= working_day(created_at, 3)", False),  # from the first instant of the third day
        ("working_day(created_at, 3) > dispatched_at", False),
        ("dispatched_at > working_day(created_at, 2) + INTERVAL 18 HOURS", False),
    ],
)
def test_an_instant_is_not_held_against_the_day_by_which_it_has_to_be(where: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(PluginError, match="a holds the instant dispatched_at against") as caught:
            check_sql(counting_by(where=where))
        assert caught.value.remedy == "compare days: write dispatched_at::DATE"
    else:
        check_sql(counting_by(where=where))


@pytest.mark.parametrize(
    ("where", "is_refused"),
    [
        ("resolved = 'yes' AND type IN ('complaint', 'request')", False),
        ("called_back_at IS NOT NULL AND resolved = 'Yes'", True),
        ("'是' = resolved", True),
        ("type NOT IN ('complaint', 'requests')", True),
        ("answered_at_once IS DISTINCT FROM 'y'", True),
        ("number = 'Yes'", False),  # a text, and no choice
    ],
)
def test_a_choice_is_held_only_against_words_that_it_may_hold(where: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(PluginError, match=r"which it never holds\. Remedy: write one of its values: ") as caught:
            check_sql(counting_by(where=where))
        assert caught.value.hook == "measures"
    else:
        check_sql(counting_by(where=where))


def test_a_region_without_cases_has_none() -> None:
    assert load_cases("kaohe") == ()


def test_the_clauses_tell_over_what_they_are_assessed_and_faults_are_told_once(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Rulebook()
    book.kpi("2", "torn")(lambda: 1 // 0)
    listed = [small.clause("1", assessed="quarter"), small.clause("2"), small.clause("9")]
    region = small.region(book, small.contract(clauses=listed))
    region.package = package
    monkeypatch.setattr(regions, "region_and_contract", lambda name: (region, region.contracts[0]))
    assert main(["clauses", "small"]) == 0
    assert "1 第1条  [指标 kpi、扣款 deduction；计算 computed；考核周期 quarter]" in capsys.readouterr().out
    assert main(["cases", "small"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("ZeroDivisionError") == 1
    assert printed.count("the same as above") == 2
