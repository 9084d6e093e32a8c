"""The kit for authors of plugins."""

from datetime import date

from kaohe import Month
from kaohe.testing import Case, run_case, submissions_of

from tests.core import small


def test_an_event_from_beside_the_term_is_reported_with_its_nearest_month() -> None:
    days = [date(2025, 12, 20), date(2026, 5, 4), date(2027, 2, 1)]
    case = Case(
        name="payments before, in and after the term",
        month=Month.of("2026-12"),
        as_of=date(2027, 2, 1),
        events=tuple({"kind": "payment.made", "on": day, "instalment": n} for n, day in enumerate(days, start=1)),
        expect={"settlement": {"states": ["paid", "paid", "paid"]}},
    )
    region = small.region()
    sent = submissions_of(case, region.contracts[0], region)
    assert [str(submission.month) for submission in sent] == ["2026-01", "2026-05", "2026-12"]
    assert run_case(region, case) == []
