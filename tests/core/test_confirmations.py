"""Confirmations: they change nothing that is worked out, and what comes out otherwise later is told beside them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe import AUTHORITY, VENDOR, report
from kaohe.results import Document
from kaohe.scoring import derive
from kaohe.submission import Submission

from tests.core.small import MARCH, complaint, confirming, facts, findings, objecting, upload
from tests.core.test_scoring import APRIL, CONTRACT, PLAIN, REGION, UPLOADS, assessment, digests

DIGEST = assessment(PLAIN, MARCH).digest
AS_OF = date(2026, 4, 30)
CONFIRMED = confirming(MARCH, "2026-04-20", DIGEST[:12], amount=Decimal("1701.00"), ref="确认1号")
LATE = findings(MARCH, complaint("2026-03-20"), name="late.json")


def document(*more: Submission, as_of: date | None = AS_OF) -> Document:
    return derive(REGION, CONTRACT, [*UPLOADS, *more], as_of)


def states(document: Document) -> list[str]:
    return [one.state for one in document.confirmations]


def told(document: Document) -> str:
    return " ".join(report.render(document, CONTRACT).split())


@pytest.mark.parametrize("as_of", [AS_OF, None])
def test_confirming_changes_nothing_that_is_worked_out(as_of: date | None) -> None:
    before, after = (document(*more, as_of=as_of) for more in ([], [CONFIRMED]))
    told = {"confirmations", "objections"}
    assert after.model_dump_json(exclude=told) == before.model_dump_json(exclude=told)
    assert states(after) == ["confirmed"]


def test_it_brings_no_day_nearer() -> None:
    late = confirming(MARCH, "2026-12-01", DIGEST)
    assert document(late, as_of=None).as_of == document(as_of=None).as_of
    assert states(document(late, as_of=None)) == ["confirmed"]
    assert states(document(late, as_of=date(2026, 11, 30))) == []


def test_a_file_that_only_speaks_of_results_reports_nothing() -> None:
    silent = confirming(MARCH, "2026-04-20", DIGEST, name="only.json")
    assert facts(silent, objecting(MARCH, "2026-04-20", "2")).submitted == frozenset()
    assert facts(findings(MARCH)).submitted == {(MARCH, AUTHORITY)}
    both = silent.model_copy(update={"events": (*silent.events, complaint("2026-03-09"))})
    assert facts(both).submitted == {(MARCH, AUTHORITY)}
    figures = upload(MARCH, {"survey.rated": 1}, *objecting(MARCH, "2026-04-20", "2").events)
    assert facts(figures).submitted == {(MARCH, VENDOR)}


def test_a_late_fact_shows_as_a_difference_until_it_is_confirmed_in_turn() -> None:
    changed = document(CONFIRMED, LATE)
    assert states(changed) == ["differs"]
    assert (
        "2026-03：2026-04-20 确认（确认1号）；其后有变动，未确认：确认时扣除 1,701.00 元，现在 2,201.00 元，"
        "差 +500.00 元"
    ) in told(changed)
    again = confirming(MARCH, "2026-04-25", assessment(changed, MARCH).digest, name="again.json")
    clean = document(CONFIRMED, LATE, again)
    assert states(clean) == ["replaced", "confirmed"]
    assert digests(clean) == digests(changed)
    assert "2026-03：2026-04-25 确认 " in told(clean)
    assert "未确认" not in told(clean)
    assert states(document(CONFIRMED, again)) == ["replaced", "differs"]  # the late fact was taken back


def test_where_the_sum_is_what_was_confirmed_the_report_says_so() -> None:
    overridden = upload(MARCH, {"survey.rated": 1000, "survey.satisfied": 938}, name="a.json")
    changed = derive(REGION, CONTRACT, [CONFIRMED, *(s for s in UPLOADS if s.name != "a.json"), overridden], AS_OF)
    assert states(changed) == ["differs"]
    assert "其后有变动，未确认：扣除仍为 1,701.00 元" in told(changed)
    assert "差 " not in told(changed)


def test_of_two_on_one_day_the_one_that_holds_is_in_force() -> None:
    changed = assessment(document(LATE), MARCH).digest
    other = confirming(MARCH, "2026-04-20", changed, name="again.json")
    for more in ([], [LATE]):
        assert states(document(CONFIRMED, other, *more)) == ["replaced", "confirmed"]


def test_a_digest_that_is_not_this_one_differs() -> None:
    assert states(document(confirming(MARCH, "2026-04-20", "0" * 64))) == ["differs"]
    assert states(document(confirming(APRIL, "2026-04-20", DIGEST))) == ["differs"]


def test_a_sum_that_is_not_that_of_the_assessment_named_is_told() -> None:
    found = document(confirming(MARCH, "2026-04-20", DIGEST, amount=Decimal("1701.01")))
    assert states(found) == ["confirmed"]
    assert "确认的扣除为1,701.01，所指考核结果的扣除为1,701.00" in found.problems[0].message
    assert not document(CONFIRMED).problems


def test_a_month_that_is_not_assessed_cannot_be_confirmed() -> None:
    found = document(confirming(APRIL, "2026-03-31", "0" * 64), as_of=date(2026, 3, 31))
    assert found.problems[-1].message == "2026-04已于2026-03-31确认，但该月没有考核结果"


def test_the_vendor_does_not_confirm() -> None:
    assert document(CONFIRMED.model_copy(update={"source": VENDOR})).confirmations == ()


TRAIL = (CONFIRMED, LATE, confirming(MARCH, "2026-04-20", "f" * 64, name="again.json"))
WITH_TRAIL = document(*TRAIL).model_dump_json()


@settings(max_examples=40)
@given(st.permutations([*UPLOADS, *TRAIL]), st.lists(st.sampled_from(TRAIL[::2]), max_size=3))
def test_order_and_repetition_do_not_matter(order: Sequence[Submission], repeated: list[Submission]) -> None:
    copies = [s.model_copy(update={"name": f"copy {n} {s.name}"}) for n, s in enumerate(repeated)]
    assert derive(REGION, CONTRACT, [*copies, *order], AS_OF).model_dump_json() == WITH_TRAIL


def test_the_digest_stands_in_the_report_of_a_month_that_was_asked_for() -> None:
    assert f"结果摘要 {DIGEST}" in report.render(PLAIN, CONTRACT, months=["2026-03"])
    assert DIGEST not in report.render(PLAIN, CONTRACT)
