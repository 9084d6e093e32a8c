"""The kit for authors of plugins."""

from datetime import date
from pathlib import Path

import pytest
from kaohe import Count, Month, Rulebook
from kaohe.cli import main, regions
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
    assert "Extra inputs are not permitted" in wrong["no such field"][0]


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


def test_a_region_without_cases_has_none() -> None:
    assert load_cases("kaohe") == ()
