"""What if: the difference is that of two documents, and nothing of what was given changes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from kaohe.assumptions import Assumed, Setting, check, parse_reading, parse_setting
from kaohe.catalogue import AUTHORITY, Catalogue, EventKind, Measure
from kaohe.errors import NotFound, UsageError
from kaohe.payterms import LatePayment
from kaohe.periods import Month
from kaohe.scoring import Situation
from kaohe.standard import CORE
from kaohe.submission import Event, Submission
from kaohe.whatif import what_if

from tests.core.small import MARCH, complaint, findings, region, upload
from tests.core.test_scoring import APRIL, CONTRACT, FEBRUARY, REGION, UPLOADS, book

AS_OF = date(2026, 4, 30)
SITUATION = Situation.of(REGION, CONTRACT, UPLOADS, AS_OF)
Told = list[tuple[str, str, str | None, str | None]]


def changes(settings: Sequence[Setting] = (), readings: Sequence[Assumed] = ()) -> Told:
    found = what_if(SITUATION, UPLOADS, settings, readings)
    assert (found.contract, found.as_of) == ("small-2026", AS_OF)
    return [(change.where, change.what, change.before, change.after) for change in found.changes]


def setting(code: str, month: Month, value: int, on: date | None = None) -> Setting:
    return Setting(code=code, month=month, on=on, value=value)


def test_nothing_assumed_changes_nothing() -> None:
    assert changes() == []


def test_what_is_assumed_as_it_is_changes_nothing() -> None:
    assert changes([setting("survey.satisfied", FEBRUARY, 960), setting("complaint.verified", MARCH, 3)]) == []
    assert changes(readings=[Assumed(reading="how", option="loose")]) == []


def test_a_figure_assumed_otherwise_changes_what_rests_on_it() -> None:
    assert changes([setting("survey.satisfied", MARCH, 950)]) == [
        ("2026-03 1 satisfaction", "value", "0.94", "0.95"),
        ("2026-03 1 satisfaction", "met", "false", "true"),
        ("2026-03 1 satisfaction", "amount", "200.00", "0.00"),
        ("2026-03", "deducted", "1701.00", "1501.00"),
        ("settlement", "carried", "2104.00", "1904.00"),
    ]


def test_it_replaces_what_either_side_reported() -> None:
    """March's figure is the authority's, which wins over the vendor's unless it is assumed otherwise."""
    assert ("2026-03 1 satisfaction", "value", "0.94", "0.9") in changes([setting("survey.satisfied", MARCH, 900)])


def test_events_assumed_to_be_so_many() -> None:
    none = changes([setting("complaint.verified", MARCH, 0)])
    assert ("2026-03 2 complaints", "amount", "1500.00", "0.00") in none
    assert ("2026-03 2 complaints", "met", "false", "true") in none
    assert ("2026-03 2 complaints", "amount", "1500.00", "3500.00") in changes(
        [setting("complaint.verified", MARCH, 7)]
    )
    assert not [where for where, *_ in none if where.startswith(("2026-01", "2026-02", "2026-04"))]


def test_what_is_assumed_where_nothing_was_reported_was_not_there_before() -> None:
    told = changes([setting("survey.rated", APRIL, 100), setting("survey.satisfied", APRIL, 95)])
    assert ("2026-04 1 satisfaction", "value", None, "0.95") in told
    assert ("2026-04 1 satisfaction", "amount", None, "0.00") in told
    assert ("2026-04 8 year", "value", None, "3100") in told


def test_a_reading_assumed_otherwise_wins_over_a_ruling() -> None:
    told = changes(readings=[Assumed(reading="how", option="strict")])
    assert ("2026-03 3 how", "amount", "1.00", "2.00") in told
    assert ("settlement", "carried", "2104.00", "2108.00") in told


def test_facts_and_readings_together() -> None:
    both = changes([setting("complaint.verified", MARCH, 0)], [Assumed(reading="early", option="waived")])
    assert {("2026-03 2 complaints", "amount", "1500.00", "0.00"), ("2026-01 3 how", "amount", "1.00", "0.00")} <= {
        *both
    }


def test_the_difference_is_that_of_the_documents() -> None:
    moved = [u.model_copy(update={"events": ()}) if u.events and u.month == MARCH else u for u in UPLOADS]
    other = Situation.of(REGION, CONTRACT, moved, AS_OF).document()
    told = changes([setting("complaint.verified", MARCH, 0)])
    assert ("2026-03", "deducted", "1701.00", str(other.assessments[2].deducted)) in told
    assert ("settlement", "carried", "2104.00", str(other.settlement.carried)) in told


def test_nothing_that_was_given_is_changed() -> None:
    before = [upload_.model_dump_json() for upload_ in UPLOADS], SITUATION.document().model_dump_json()
    changes([setting("survey.satisfied", MARCH, 1)], [Assumed(reading="how", option="strict")])
    assert ([upload_.model_dump_json() for upload_ in UPLOADS], SITUATION.document().model_dump_json()) == before


def test_one_day_of_a_daily_measure() -> None:
    sent: list[Submission] = [upload(MARCH, {"calls.offered": 10}), findings(MARCH, complaint("2026-03-05"))]
    situation = Situation.of(REGION, CONTRACT, sent, AS_OF)
    assert what_if(situation, sent, [setting("calls.offered", MARCH, 99, date(2026, 3, 5))]).changes == ()


def test_what_is_not_there_is_refused() -> None:
    for assumed in (Assumed(reading="haw", option="loose"), Assumed(reading="how", option="lose")):
        with pytest.raises(NotFound):
            changes(readings=[assumed])
    with pytest.raises(UsageError, match="needs value"):
        changes(readings=[Assumed(reading="limit", option="rate")])
    with pytest.raises(NotFound, match="no month 2026-05; it has: 2026-01 … 2026-04"):
        changes([setting("survey.rated", Month.of("2026-05"), 1)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("survey.rated=5", setting("survey.rated", MARCH, 5)),
        ("survey.rated@2026-02=5", setting("survey.rated", FEBRUARY, 5)),
        ("complaint.verified@2026-02=0", setting("complaint.verified", FEBRUARY, 0)),
        ("calls.offered@2026-03-05=280", setting("calls.offered", MARCH, 280, date(2026, 3, 5))),
        ("hours@2026-03=1.5", Setting(code="hours", month=MARCH, value=Decimal("1.5"))),
        ("ruling@2026-03=0", setting("ruling", MARCH, 0)),
    ],
)
def test_a_setting_is_read_as_it_is_typed(text: str, expected: Setting) -> None:
    hours = Measure(code="hours", label="时长", unit="小时", grain="month", whole=False, note="n")
    assert parse_setting(text, CORE | Catalogue.of([hours]), MARCH) == expected


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("survey.rated", UsageError, "write MEASURE@2026-03=VALUE"),
        ("survey.rated=", UsageError, "write MEASURE@2026-03=VALUE"),
        ("survey.rated=five", UsageError, "write MEASURE@2026-03=VALUE"),
        ("survey.rated@March=5", UsageError, "write MEASURE@2026-03=VALUE"),
        ("survey.rated@2026-13=5", UsageError, "there is no 2026-13"),
        ("calls.offered@2026-02-30=5", UsageError, "there is no 2026-02-30"),
        ("满意数@2026-03=5", NotFound, "write the code of '满意数': survey.satisfied$"),
        ("满意量=5", NotFound, "survey.satisfied$"),
        ("查实投诉@2026-03=0", NotFound, "complaint.verified$"),
        ("survey.ratd=5", NotFound, r"no measure or event 'survey.ratd' \(did you mean survey.rated\?\)"),
        ("calls.offered=5", UsageError, "stated by the day: write calls.offered@2026-03-05="),
        ("survey.rated@2026-03-05=5", UsageError, "stated by the month: write survey.rated@2026-03="),
        ("survey.rated=-5", UsageError, "survey.rated cannot be -5"),
        ("survey.rated=5.5", UsageError, "survey.rated cannot be 5.5"),
        ("survey.rated=1000000001", UsageError, "survey.rated cannot be 1000000001: it is a whole number from 0 to"),
        ("complaint.verified=100001", UsageError, "complaint.verified cannot be 100001"),
        ("complaint.verified=1.5", UsageError, "complaint.verified cannot be 1.5"),
        ("payment.made=1", UsageError, r"payment.made says more than how often \(instalment, amount\): assume 0"),
        ("ruling=1", UsageError, r"ruling says more than how often \(reading, option\)"),
    ],
)
def test_a_setting_that_cannot_be_says_why(text: str, error: type[UsageError], message: str) -> None:
    with pytest.raises(error, match=message):
        parse_setting(text, CORE, MARCH)


def test_a_month_has_to_be_named_somewhere() -> None:
    with pytest.raises(UsageError, match=r"say for which month: survey\.rated@2026-03=5"):
        parse_setting("survey.rated=5", CORE, None)
    with pytest.raises(UsageError, match=r"say for which day: calls\.offered@2026-03-05=5"):
        parse_setting("calls.offered=5", CORE, None)


def test_a_measure_has_its_own_limits() -> None:
    rank = Catalogue.of([Measure(code="rank", label="排名", unit="名", grain="month", least=1, most=19, note="n")])
    for value in (1, 19):
        check(setting("rank", MARCH, value), rank)
    for value in (0, 20):
        with pytest.raises(UsageError, match=f"rank cannot be {value}: it is a whole number from 1 to 19"):
            check(setting("rank", MARCH, value), rank)


def test_a_part_cannot_exceed_its_whole_whichever_is_set() -> None:
    rated, satisfied = setting("survey.rated", MARCH, 930), setting("survey.satisfied", MARCH, 1001)
    for wrong in (rated, satisfied):
        with pytest.raises(
            UsageError, match=r"survey.satisfied \(满意数\) cannot be more than survey.rated \(参评数\)"
        ):
            changes([wrong])
    assert changes([setting("survey.satisfied", MARCH, 1000)])
    assert changes([rated, setting("survey.satisfied", MARCH, 930)])
    assert changes([satisfied, setting("survey.rated", MARCH, 1001)])


def test_a_part_of_a_day_is_held_against_that_day_through_what_nobody_stated() -> None:
    fifth, sixth = date(2026, 3, 5), date(2026, 3, 6)
    sent: list[Submission] = [upload(MARCH, {"calls.offered": 10, "calls.answered_within_15s": 10})]
    situation = Situation.of(REGION, CONTRACT, sent, AS_OF)
    nine = setting("calls.offered", MARCH, 9, fifth)
    assert what_if(situation, sent, [setting("calls.offered", MARCH, 10, fifth)]).changes == ()
    for also in ([], [setting("calls.answered_within_15s", MARCH, 9, sixth)]):
        with pytest.raises(UsageError, match="of 2026-03-05 they would be 10 and 9"):
            what_if(situation, sent, [nine, *also])
    what_if(situation, sent, [nine, setting("calls.answered_within_15s", MARCH, 9, fifth)])


@pytest.mark.parametrize("value", ["1.01", "95", "-0.1"])
def test_the_number_of_a_reading_is_a_share_as_in_a_ruling(value: str) -> None:
    with pytest.raises(UsageError, match=r"limit=rate is a share from 0 to 1, such as 0\.95"):
        changes(readings=[Assumed(reading="limit", option="rate", value=Decimal(value))])


def test_the_number_of_a_reading_may_be_the_whole() -> None:
    assert changes(readings=[Assumed(reading="limit", option="rate", value=Decimal(1))]) == []  # no rule reads it


def test_an_event_that_needs_nothing_but_its_day_may_be_assumed() -> None:
    drill = EventKind(code="drill", label="演练", sources=(AUTHORITY,), optional=("amount",), note="n")
    check(setting("drill", MARCH, 2), CORE | Catalogue.of(events=[drill]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how=loose", Assumed(reading="how", option="loose")),
        ("limit=rate:0.95", Assumed(reading="limit", option="rate", value=Decimal("0.95"))),
    ],
)
def test_a_reading_is_read_as_it_is_typed(text: str, expected: Assumed) -> None:
    assert parse_reading(text) == expected


@pytest.mark.parametrize("text", ["how", "how=", "=loose", "", "limit=rate:much", "limit=rate:95%"])
def test_a_reading_that_is_none_says_how_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"write NAME=OPTION|is a decimal such as 0\.95"):
        parse_reading(text)


def test_a_payment_that_is_assumed_away() -> None:
    paid = Event(kind="payment.made", on=date(2026, 4, 3), instalment=1, amount=Decimal("400.00"))
    sent = [*UPLOADS, findings(MARCH, paid, name="p.json")]
    situation = Situation.of(REGION, CONTRACT, sent, AS_OF)
    assert situation.document().settlement.instalments[0].state == "paid"
    found = what_if(situation, sent, [setting("payment.made", APRIL, 0)])
    assert [(c.where, c.what, c.before, c.after) for c in found.changes] == [
        ("instalment 1", "state", "paid", "upcoming"),
    ]


def test_what_one_side_owes_is_told() -> None:
    late = CONTRACT.model_copy(
        update={"late_payment": LatePayment(clause="9", rate={date.min: Decimal("0.01")}, base="contract-total")}
    )
    made = region(book, late)
    sent = [
        *UPLOADS,
        findings(MARCH, Event(kind="payment.made", on=date(2026, 7, 3), instalment=2, amount=Decimal("300.00"))),
    ]
    situation = Situation.of(made, late, sent, date(2026, 7, 31))
    found = what_if(situation, UPLOADS)  # as if it had not been paid
    assert ("liability of the authority, 9", "amount", "30.00", None) in [
        (c.where, c.what, c.before, c.after) for c in found.changes
    ]
