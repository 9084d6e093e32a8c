from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.catalogue import AUTHORITY, VENDOR
from kaohe.conflict import JOIN, Cause
from kaohe.errors import MissingFacts, UsageError
from kaohe.monthfacts import MonthFacts
from kaohe.periods import Month, Term, spans
from kaohe.submission import Event, Submission

from tests.core.small import MARCH, complaint, facts, findings, ruling, upload

YEAR = Term(first=date(2026, 1, 1), last=date(2026, 12, 31))
UPLOADS = (
    upload("2026-02", {"survey.rated": 100, "calls.offered": 10}),
    upload("2026-03", {"survey.rated": 200, "calls.offered": 20}),
    upload("2026-03", {"survey.satisfied": 190}, complaint("2026-03-04"), name="more.json"),
    upload("2026-03", {"survey.rated": 201}, source=AUTHORITY, name="checked.json"),
    findings("2026-03", complaint("2026-03-04"), complaint("2026-03-04"), complaint("2026-03-09", ref="TS-1")),
    findings("2026-04", ruling("started", "2026-04-02")),
)
PARTS = (
    upload(MARCH, {"survey.rated": 100, "survey.satisfied": 0}, name="汇总.json"),
    upload(MARCH, {"survey.rated": 100, "survey.satisfied": 0}, name="上.csv", counted="1"),
    upload(MARCH, {"survey.rated": 100, "survey.satisfied": 0}, name="下.csv", counted="2"),
)


def view(*submissions: Submission, month: Month = MARCH, term: Term = YEAR) -> MonthFacts:
    return MonthFacts(facts(*submissions), month, term)


orders = st.permutations(UPLOADS).flatmap(
    lambda order: st.lists(st.sampled_from(UPLOADS), max_size=4).map(lambda repeated: [*order, *repeated])
)


@given(orders, st.lists(st.sampled_from(UPLOADS), max_size=3))
def test_order_repetition_and_copies_make_no_difference(order: Sequence[Submission], copied: list[Submission]) -> None:
    copies = [s.model_copy(update={"name": f"copy of {s.name}"}) for s in copied]
    known, plain = facts(*order, *copies), facts(*UPLOADS)
    assert known.digest == plain.digest
    assert known.month_digest(MARCH) == plain.month_digest(MARCH)
    assert [s.event.content for s in known.events] == [s.event.content for s in plain.events]
    assert known.figure(MARCH, "survey.rated") == 201
    assert not known.conflicts


def test_the_same_row_twice_in_one_file_is_two_events_but_the_same_file_twice_is_one() -> None:
    twice = findings(MARCH, complaint("2026-03-04"), complaint("2026-03-04"))
    once = findings(MARCH, complaint("2026-03-04"), name="c.json")
    assert len(facts(twice).events) == 2
    assert len(facts(twice, once).events) == 2
    assert len(facts(once, once.model_copy(update={"name": "d.json"})).events) == 1


def test_events_with_one_number_are_one_wherever_they_stand() -> None:
    numbered = complaint("2026-03-04", ref="TS-1")
    assert len(facts(findings(MARCH, numbered, numbered), findings(MARCH, numbered, name="c.json")).events) == 1
    assert len(facts(findings(MARCH, numbered, complaint("2026-03-04", ref="TS-2"))).events) == 2


def test_vendor_and_authority_are_kept_apart() -> None:
    event = complaint("2026-03-04")
    known = view(findings(MARCH, event), upload(MARCH, {}, event))
    assert len(known.events("complaint.verified")) == 2
    assert known.verified("complaint.verified") == (event,)
    assert known.inputs == {"complaint.verified": 2, "complaint.verified (authority)": 1}


def test_of_a_month_that_two_contracts_share_each_has_the_events_of_its_own_term() -> None:
    first = Term(first=date(2025, 3, 16), last=date(2026, 3, 15))
    second = Term(first=date(2026, 3, 16), last=date(2027, 3, 15))
    found = findings(MARCH, complaint("2026-03-15"), complaint("2026-03-16"), ruling("started", "2026-03-15"))
    for term, day in ((first, 15), (second, 16)):
        seen = view(found, term=term)
        assert [event.on.day for event in seen.events("complaint.verified")] == [day]
        assert [found.day for found in seen.findings("complaint.verified")] == [day]
        assert len(seen.events("ruling")) == 1  # concerns a contract as a whole, whatever its day


def test_events_of_one_kind_are_found_in_whatever_month_by_instalment_and_by_side() -> None:
    paid = [Event(kind="payment.made", on=date(2026, month, 9), instalment=month - 2) for month in (4, 3)]
    payments = (findings("2026-04", paid[0], name="四月.json"), findings(MARCH, paid[1], name="三月.json"))
    known = facts(*payments, *UPLOADS)
    assert known.of_kind("payment.made") == (paid[1], paid[0])
    assert known.of_kind("payment.made", 2) == (paid[0],)
    assert known.of_kind("payment.made", source=VENDOR) == ()
    by_side = [len(known.of_kind("complaint.verified", source=side)) for side in (VENDOR, AUTHORITY, None)]
    assert by_side == [1, 3, 4]


def test_the_authoritys_figure_beats_the_vendors_in_whatever_order() -> None:
    mine, theirs = upload(MARCH, {"survey.rated": 100}), upload(MARCH, {"survey.rated": 90}, source=AUTHORITY)
    assert facts(mine, theirs).figure(MARCH, "survey.rated") == 90 == facts(theirs, mine).figure(MARCH, "survey.rated")
    assert facts(mine).figure(MARCH, "survey.rated") == 100
    assert facts(mine).figure(MARCH, "survey.satisfied") is None


def test_files_that_contradict_each_other_leave_the_value_missing_and_both_places_told() -> None:
    one = upload(MARCH, {"survey.rated": 100, "survey.satisfied": 95}, name="一.json")
    other = upload(MARCH, {"survey.rated": 101, "survey.satisfied": 95}, name="二.json")
    for known in (facts(one, other), facts(other, one)):
        assert known.figure(MARCH, "survey.rated") is None
        assert known.figure(MARCH, "survey.satisfied") == 95
        (conflict,) = known.conflicts
        assert str(conflict) == (
            "survey.rated 2026-03：供应商的文件相互矛盾：100（一.json C0）、101（二.json C0）；请更正其中一份"
        )


def test_a_contradiction_of_the_vendor_does_not_touch_what_the_authority_says() -> None:
    known = facts(
        upload(MARCH, {"survey.rated": 100}),
        upload(MARCH, {"survey.rated": 101}, name="x.json"),
        upload(MARCH, {"survey.rated": 99}, source=AUTHORITY),
    )
    assert known.figure(MARCH, "survey.rated") == 99
    assert [conflict.source for conflict in known.conflicts] == [VENDOR]


def test_where_the_authority_contradicts_itself_the_vendors_figure_does_not_take_its_place() -> None:
    mine = upload(MARCH, {"survey.rated": 100, "survey.satisfied": 95})
    one = upload(MARCH, {"survey.rated": 90, "survey.satisfied": 80}, source=AUTHORITY, name="一.json")
    other = upload(MARCH, {"survey.rated": 91, "survey.satisfied": 80}, source=AUTHORITY, name="二.json")
    known = facts(mine, one, other)
    assert known.figure(MARCH, "survey.rated") is None
    assert known.figure(MARCH, "survey.satisfied") == 80
    assert [(conflict.code, conflict.source) for conflict in known.conflicts] == [("survey.rated", AUTHORITY)]
    assert facts(mine, one).figure(MARCH, "survey.rated") == 90


def test_equal_values_in_two_spellings_are_no_contradiction() -> None:
    assert not facts(upload(MARCH, {"survey.rated": "100.0"}), upload(MARCH, {"survey.rated": 100}, name="x")).conflicts


@given(st.permutations(PARTS), st.lists(st.sampled_from(PARTS), max_size=3))
def test_equal_numbers_of_different_records_are_a_contradiction_in_whatever_order(
    order: list[Submission], copied: list[Submission]
) -> None:
    copies = [s.model_copy(update={"name": f"copy of {s.name}"}) for s in copied]
    known = facts(*order, *copies)
    assert known.figure(MARCH, "survey.rated") is None
    assert known.digest == facts(*PARTS).digest
    rated, satisfied = known.conflicts
    assert str(rated) == (
        "survey.rated 2026-03：供应商的文件相互矛盾：100（上.csv C0）、100（下.csv C0）、100（汇总.json C0）；" + JOIN
    )
    assert rated.files == tuple(sorted({s.name for s in (*PARTS, *copies)}))
    assert satisfied.code == "survey.satisfied"  # nothing in each part is treated alike


@given(st.permutations(PARTS[:2]), st.lists(st.sampled_from(PARTS[:2]), max_size=3))
def test_equal_numbers_of_the_same_records_and_of_a_summary_agree(
    order: list[Submission], copied: list[Submission]
) -> None:
    known = facts(*order, *(s.model_copy(update={"name": f"copy of {s.name}"}) for s in copied))
    assert not known.conflicts
    assert known.digest == facts(PARTS[0]).digest == facts(PARTS[1]).digest


def test_records_of_two_kinds_agree_and_where_values_differ_a_part_is_told_of() -> None:
    attendance = upload(MARCH, {"survey.rated": 100}, name="考勤.csv", counted="3", kind="attendance")
    assert not facts(PARTS[1], attendance).conflicts
    more = upload(MARCH, {"survey.rated": 101}, name="下.csv", counted="2")
    assert [c.cause for c in facts(PARTS[1], more).conflicts] == [Cause.DIVIDED]
    assert [c.cause for c in facts(PARTS[0], more).conflicts] == [Cause.DIFFERENT]


@given(st.permutations(["calls", "attendance", "summary"]), st.integers(10, 11))
def test_what_can_be_counted_from_two_kinds_of_records_is_counted_from_the_first_of_them(
    order: list[str], stated: int
) -> None:
    first = MARCH.days[0]
    sent = {
        # An agent who took no call on the first day stands in the attendance alone.
        "calls": upload(MARCH, {"seats.on_duty": dict.fromkeys(MARCH.days[1:], 9)}, name="话单.csv", counted="1"),
        "attendance": upload(MARCH, {"seats.on_duty": {first: 10}}, name="考勤.csv", counted="2", kind="attendance"),
        "summary": upload(MARCH, {"seats.on_duty": {first: stated}}, name="汇总.json"),
    }
    known = facts(*(sent[name] for name in order))
    assert known.figure(MARCH, "seats.on_duty", MARCH.days[1]) is None
    assert known.figure(MARCH, "seats.on_duty", first) == (10 if stated == 10 else None)
    assert [conflict.files for conflict in known.conflicts] == ([] if stated == 10 else [("汇总.json", "考勤.csv")])
    alone = facts(sent["calls"], sent["summary"])
    assert alone.figure(MARCH, "seats.on_duty", MARCH.days[1]) == 9


@given(st.sampled_from(range(len(UPLOADS))))
def test_digests_change_with_content_and_with_content_only(changed: int) -> None:
    upload_ = UPLOADS[changed]
    renamed = upload_.model_copy(
        update={
            "name": "z",
            "sha256": "1" * 64,
            "figures": tuple(f.model_copy(update={"where": "elsewhere"}) for f in upload_.figures[::-1]),
            "events": tuple(e.model_copy(update={"where": "elsewhere"}) for e in upload_.events[::-1]),
        }
    )
    more = upload_.model_copy(update={"events": (*upload_.events, complaint("2026-03-30", ref="new"))})
    rest = [other for n, other in enumerate(UPLOADS) if n != changed]
    assert facts(*rest, renamed).digest == facts(*UPLOADS).digest
    assert facts(*rest, more).digest != facts(*UPLOADS).digest
    assert facts(*rest).digest != facts(*UPLOADS).digest


def test_a_months_digest_knows_nothing_of_other_months_nor_of_rulings() -> None:
    plain = facts(*UPLOADS)
    more = facts(
        *UPLOADS,
        upload("2026-02", {"survey.satisfied": 1}, name="n"),
        findings("2026-02", ruling("whole", "2026-03-05")),
    )
    assert more.month_digest(MARCH) == plain.month_digest(MARCH)
    assert more.month_digest(Month(2026, 2)) != plain.month_digest(Month(2026, 2))


def test_an_empty_upload_is_a_fact_too() -> None:
    assert facts(upload(MARCH)).digest != facts().digest
    view(upload(MARCH)).require(VENDOR)
    with pytest.raises(MissingFacts, match="主管单位报送的任何数据 2026-03"):
        view(upload(MARCH)).require(AUTHORITY)


def test_what_is_dated_later_is_not_known_yet_if_it_concerns_the_contract_as_a_whole() -> None:
    known = facts(*UPLOADS).known_on(date(2026, 3, 5))
    assert [s.event.kind for s in known.events if s.event.kind == "ruling"] == []
    assert len([s for s in known.events if s.event.on > date(2026, 3, 5)]) == 1
    assert len(facts(*UPLOADS).known_on(date(2026, 4, 2)).events) == len(facts(*UPLOADS).events)


@pytest.mark.parametrize(
    ("submission", "day"),
    [
        (upload("2026-03"), "2026-03-31"),
        (findings("2026-03", complaint("2026-03-05")), "2026-03-05"),
        (findings("2026-03", ruling("whole", "2026-04-02")), "2026-04-02"),
        (findings("2026-03", Event(kind="exemption", on=date(2026, 3, 5), clause="1")), "2026-03-05"),
        (findings("2026-03"), "2026-03-01"),
        (upload("2026-03", {"survey.rated": 1}, source=AUTHORITY), "2026-03-31"),
    ],
)
def test_a_vendor_speaks_of_its_month_an_authority_of_the_days_that_it_names(submission: Submission, day: str) -> None:
    assert facts(submission).last_day == date.fromisoformat(day)
    assert facts(submission, upload("2026-02")).last_day == date.fromisoformat(day)


def test_no_facts_speak_of_no_day() -> None:
    assert facts().last_day is None


def test_all_that_is_missing_is_named_at_once_and_days_are_drawn_together() -> None:
    days = {day: 5 for day in MARCH.days if day.day not in (2, 3, 4, 9, 31)}
    with pytest.raises(MissingFacts) as caught:
        view(upload(MARCH, {"calls.offered": days})).take("calls.offered", "survey.rated", "calls.answered")
    assert caught.value.names == (
        "calls.offered 2026-03-02…2026-03-04",
        "calls.offered 2026-03-09",
        "calls.offered 2026-03-31",
        "survey.rated 2026-03",
        "calls.answered 2026-03-01…2026-03-31",
    )


def test_more_than_the_whole_that_another_file_states_is_as_good_as_missing() -> None:
    sent = upload(MARCH, {"survey.rated": 1000, "survey.satisfied": 940, "calls.offered": 9, "calls.answered": 9})
    within = upload(MARCH, {"calls.answered_within_15s": {**dict.fromkeys(MARCH.days, 9), MARCH.first: 10}}, name="b")
    checked = upload(MARCH, {"survey.rated": 939}, source=AUTHORITY)
    known = view(sent, within, checked)
    assert known.missing("survey.satisfied") == ["survey.satisfied 2026-03（多于参评数，互相矛盾）"]
    assert known.missing("calls.answered_within_15s") == [
        "calls.answered_within_15s 2026-03-01（多于应答量，互相矛盾）"
    ]
    assert known.has("survey.satisfied"), "it was supplied"
    assert known["survey.rated"] == 939
    equal = view(sent, upload(MARCH, {"survey.rated": 940}, source=AUTHORITY))
    assert equal.missing("survey.satisfied") == []


def test_a_part_that_is_more_than_its_whole_by_what_two_sides_say_is_missing() -> None:
    vendors = upload(MARCH, {"survey.rated": 100, "survey.satisfied": 95})
    equal = upload(MARCH, {"survey.rated": 95}, source=AUTHORITY, name="checked.json")
    assert view(vendors, equal).take("survey.satisfied", "survey.rated") == (95, 95)
    fewer = upload(MARCH, {"survey.rated": 94}, source=AUTHORITY, name="checked.json")
    with pytest.raises(MissingFacts) as caught:
        view(vendors, fewer).take("survey.satisfied", "survey.rated")
    assert caught.value.names == ("survey.satisfied 2026-03（多于参评数，互相矛盾）",)
    assert view(vendors, fewer)["survey.rated"] == 94


def test_a_part_that_the_authority_found_stands_and_the_vendors_whole_does_not() -> None:
    vendors = upload(MARCH, {"survey.rated": 94, "survey.satisfied": 90})
    found = upload(MARCH, {"survey.satisfied": 95}, source=AUTHORITY, name="checked.json")
    assert view(vendors, found)["survey.satisfied"] == 95
    assert view(vendors, found).missing("survey.rated") == ["survey.rated 2026-03（少于满意数，互相矛盾）"]
    both = upload(MARCH, {"survey.rated": 94}, source=AUTHORITY, name="more.json")
    assert view(vendors, found, both)["survey.rated"] == 94
    assert view(vendors, found, both).missing("survey.satisfied") == [
        "survey.satisfied 2026-03（多于参评数，互相矛盾）"
    ]


def test_so_is_one_of_some_days_by_what_two_files_say() -> None:
    offered = upload(MARCH, {"calls.offered": {day: 5 + (day.day == 7) for day in MARCH.days}})
    answered = upload(MARCH, {"calls.answered": {day: 5 + (day.day in (7, 8)) for day in MARCH.days}}, name="more.json")
    with pytest.raises(MissingFacts) as caught:
        view(offered, answered).daily("calls.answered", "calls.offered")
    assert caught.value.names == ("calls.answered 2026-03-08（多于来电总量，互相矛盾）",)


def test_days_outside_the_term_are_neither_counted_nor_missed() -> None:
    term = Term(first=date(2026, 3, 30), last=date(2026, 12, 31))
    known = view(
        upload(MARCH, {"calls.offered": {date(2026, 3, 29): 7, date(2026, 3, 30): 5, date(2026, 3, 31): 6}}), term=term
    )
    assert known["calls.offered"] == 11
    assert list(known.daily("calls.offered")) == [date(2026, 3, 30), date(2026, 3, 31)]
    assert known.inputs == {"calls.offered": 11}


def test_a_month_outside_the_term_has_no_calls_rather_than_none() -> None:
    before = view(month=Month(2025, 12))
    with pytest.raises(MissingFacts, match=r"calls\.offered 2025-12"):
        before.take("calls.offered")
    exempt = Event(kind="exemption", on=date(2026, 3, 1), start=date(2026, 3, 1), end=date(2026, 3, 31))
    assert view(findings(MARCH, exempt)).without_exempt_days("1")["calls.offered"] == 0  # no day counts: that is known


def test_what_is_stated_by_month_has_no_days() -> None:
    with pytest.raises(UsageError, match=r"survey\.rated is stated by month and has no days"):
        view(upload(MARCH, {"survey.rated": 1})).daily("survey.rated")


def test_values_so_far() -> None:
    known = view(upload("2026-02", {"survey.rated": 1}), upload(MARCH, {"survey.rated": 2}))
    assert known.so_far(date(2026, 2, 1), "survey.rated") == {Month(2026, 2): (1,), MARCH: (2,)}
    assert known.inputs == {"survey.rated 2026-02": 1, "survey.rated 2026-03": 2}
    with pytest.raises(MissingFacts, match=r"survey\.rated 2026-01"):
        known.so_far(date(2026, 1, 1), "survey.rated")


def test_what_the_authority_found_for_a_day_takes_the_place_of_what_the_vendor_reported() -> None:
    known = view(
        upload(MARCH, {}, complaint("2026-03-01", count=2), complaint("2026-03-02")),
        findings(MARCH, complaint("2026-03-01"), complaint("2026-03-03", count=4)),
    )
    assert known.findings("complaint.verified") == {date(2026, 3, 1): 1, date(2026, 3, 2): 1, date(2026, 3, 3): 4}


def test_zero_is_a_figure() -> None:
    known = view(upload(MARCH, {"survey.rated": 0}))
    assert known["survey.rated"] == 0
    assert known.has("survey.rated")
    assert not known.has("survey.satisfied")


@given(st.sets(st.dates(date(2025, 12, 20), date(2026, 1, 20))))
def test_runs_of_days_say_each_day_once(days: set[date]) -> None:
    told: set[date] = set()
    for run in spans(days):
        first, _, last = run.partition("…")
        ends = date.fromisoformat(first).toordinal(), date.fromisoformat(last or first).toordinal()
        told |= {date.fromordinal(n) for n in range(ends[0], ends[1] + 1)}
    assert told == days


def test_a_remark_makes_no_second_event_of_one_that_has_a_number() -> None:
    one = findings(MARCH, complaint("2026-03-04", ref="TS-1", note="已核"), name="c.json")
    other = findings(MARCH, complaint("2026-03-04", ref="TS-1", note="复核"))
    assert len(facts(one, other).events) == 1
    assert facts(one, other).digest == facts(other, one).digest
    renamed = [one.model_copy(update={"name": "0.json"}), other]
    assert facts(*renamed).digest == facts(one, other).digest
    assert len(facts(findings(MARCH, complaint("2026-03-04", note="a"), complaint("2026-03-04", note="b"))).events) == 2
