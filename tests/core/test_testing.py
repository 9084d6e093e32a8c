"""The kit for plugin authors: a case that is wrong must fail, and must say why."""

from typing import Any

import pytest
from kaohe.errors import UsageError
from kaohe.facts import Facts
from kaohe.testing import Case, load_cases, run_case, submissions_of
from pydantic import ValidationError

from tests.core.test_scoring import CONTRACT, REGION

GOOD: dict[str, Any] = {
    "name": "one point below",
    "month": "2026-03",
    "clause": "1",
    "facts": {"survey.rated": 1000, "survey.satisfied": 940},
    "expect": {"value": "0.94", "met": False, "amount": "200.00", "state": "final", "kpi-state": "final"},
}


def run(**changes: Any) -> list[str]:
    return run_case(REGION, Case.model_validate({**GOOD, **changes}))


def test_a_case_that_holds_says_nothing() -> None:
    assert run() == []


def test_each_expectation_that_fails_is_told() -> None:
    assert run(expect={"value": "0.95", "met": False, "amount": "0.00"}) == [
        "value: expected '0.95', got '0.94'",
        "amount: expected '0.00', got '200.00'",
    ]


@pytest.mark.parametrize(
    "expect",
    [
        {"amout": None},
        {"alternatives": {"partial-point.strated": None}},
        {"alternatives.base.answerd": None},
        {"settlement": {"claims": None}},
    ],
)
def test_an_expectation_of_what_there_is_not_fails_even_if_it_expects_nothing(expect: dict[str, Any]) -> None:
    (line,) = run(expect=expect)
    assert "nothing of that name" in line


def test_a_case_for_a_clause_that_says_nothing_fails() -> None:
    assert run(clause="9", expect={"value": None})


@pytest.mark.parametrize(
    "changes",
    [{"expect": {}}, {"month": "2026-3"}, {"facs": {}}, {"readings": {"base": {"option": "rated", "value": 0.5}}}],
)
def test_what_is_no_case_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run(**changes)


def test_an_option_that_there_is_not_is_refused() -> None:
    (line,) = run(readings={"base": "answerd"})
    assert line.endswith("it has: rated, answered")


def facts_of(**changes: Any) -> Facts:
    case = Case.model_validate({**GOOD, **changes})
    return Facts(submissions_of(case, CONTRACT, REGION), REGION.catalogue)


def test_one_value_stands_for_each_day_and_days_may_differ_or_be_missing() -> None:
    march = CONTRACT.term.months[2]
    known = facts_of(facts={"calls.offered": {"each-day": 5, "2026-03-07": 9}, "calls.answered": {"2026-03-01": 1}})
    assert [known.figure(march, "calls.offered", day) for day in march.days[5:8]] == [5, 9, 5]
    assert known.figure(march, "calls.answered", march.days[1]) is None


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-04-01", "calls.offered: 2026-04-01 does not lie in 2026-03; facts of other months stand under 'months'"),
        ("each_day", "calls.offered: write 'each-day' or a day, as 2026-03-01, not 'each_day'"),
    ],
)
def test_a_day_that_is_none_of_the_month_is_told(day: str, told: str) -> None:
    (line,) = run(facts={"calls.offered": {"each-day": 5, day: 9}})
    assert line.endswith(told)


def test_months_may_be_given_at_once_and_one_by_one_and_null_is_missing() -> None:
    months = {"each-month": {"survey.rated": 5, "survey.satisfied": 4}, "2026-02": {"survey.rated": None}}
    known = facts_of(months=months, facts={"survey.satisfied": 3})
    found = {str(month): known.figure(month, "survey.rated") for month in CONTRACT.term.months}
    assert found == {"2026-01": 5, "2026-02": None, "2026-03": 5, "2026-04": None}
    assert known.figure(CONTRACT.term.months[2], "survey.satisfied") == 3


def test_events_are_the_authoritys_unless_they_say_otherwise() -> None:
    events = [{"kind": "complaint.verified"}, {"kind": "publication.error", "source": "vendor", "on": "2026-02-01"}]
    sent = submissions_of(Case.model_validate({**GOOD, "events": events}), CONTRACT, REGION)
    assert [(str(s.month), s.source, len(s.events)) for s in sent] == [
        ("2026-02", "vendor", 1),
        ("2026-03", "authority", 1),
        ("2026-03", "vendor", 0),
    ]


def test_cases_are_found_in_the_package() -> None:
    cases = load_cases("kaohe_jiyuan")
    assert len(cases) > 50
    assert cases[0].file == "4.01-satisfaction.yaml"


def test_a_region_s_name_is_neither_its_package_nor_the_region() -> None:
    with pytest.raises(UsageError, match=r"No module named 'jiyuan'; .*load_region\(NAME\)\.package"):
        load_cases("jiyuan")
    name: Any = "jiyuan"
    with pytest.raises(UsageError, match=r"takes a region, not 'jiyuan': load_region\(NAME\)"):
        run_case(name, Case.model_validate(GOOD))
