"""A closed month does not change silently: confirmed, corrected in plain sight, objected to, decided on."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from kaohe import plugins
from kaohe.errors import NotFound, Refused, Stale, UsageError
from kaohe.periods import Month
from kaohe.scoring import derive
from kaohe.service import ConfirmationMade, DecisionMade, ObjectionMade, Posted

from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upgrade, upload

MARCH = Month.of("2026-03")
ACTOR = "arn:aws-cn:iam::123456789012:user/李"


@pytest.fixture
def scored(house: House) -> House:
    house.send("2026-03", rated=100, satisfied=97)
    return house


def deliver(house: House, posted: Posted, actor: str | None = None) -> None:
    house.receive(posted.key, received_at=NOON, actor=actor)


def confirm(house: House, revision: int, **fields: Any) -> None:
    made = ConfirmationMade(revision=revision, **fields)
    deliver(house, house.confirm(CONTRACT, MARCH, made, received_at=NOON, actor=ACTOR), "role:api")


def complain(house: House, name: str = "late.json") -> None:
    house.send("2026-03", source="authority", name=name, events=[{"kind": "complaint.verified", "on": "2026-03-05"}])


def test_a_confirmation_shows_who_when_and_which_revision(scored: House) -> None:
    before = scored.digests(), scored.document(CONTRACT).settlement
    confirm(scored, 1, ref="确认1号")
    view = scored.month(CONTRACT, MARCH)
    assert view.confirmation
    assert (view.confirmation.by, view.confirmation.revision) == (f"{ACTOR} by way of role:api", 1)
    assert (view.confirmation.digest, view.confirmation.deducted) == (view.assessment.digest, Decimal(30))
    assert (str(view.confirmation.on), view.confirmation.ref, view.confirmation.state) == (
        "2027-02-01",
        "确认1号",
        "confirmed",
    )
    assert (view.correction, [str(info.confirmed_on) for info in view.revisions]) == (None, ["2027-02-01"])
    assert (scored.digests(), scored.document(CONTRACT).settlement) == before
    assert scored.table.audit(CONTRACT)[-1].actor == f"{ACTOR} by way of role:api"


def test_a_late_fact_stands_beside_the_confirmed_figures_until_it_is_confirmed(scored: House) -> None:
    confirm(scored, 1)
    complain(scored)
    view = scored.month(CONTRACT, MARCH)
    assert (view.revision, view.confirmation and view.confirmation.revision) == (2, 1)
    assert view.correction
    assert (view.correction.confirmed, view.correction.now, view.correction.difference) == (
        Decimal(30),
        Decimal(530),
        Decimal(500),
    )
    changes = {(c.where, c.what): (c.before, c.after) for c in view.correction.changes}
    assert changes["2026-03 1.2 complaint", "amount"] == ("0.00", "500.00")
    assert scored.month(CONTRACT, MARCH, 1).correction == view.correction
    (one,) = scored.document(CONTRACT).confirmations
    assert one.state == "differs"
    confirm(scored, 2)
    view = scored.month(CONTRACT, MARCH)
    assert (view.confirmation and view.confirmation.revision, view.correction) == (2, None)
    assert scored.settlement(CONTRACT).corrections == ()
    assert [c.state for c in scored.trail(CONTRACT, MARCH).confirmations] == ["replaced", "confirmed"]


def test_an_instalment_says_how_much_of_it_is_not_confirmed(scored: House) -> None:
    confirm(scored, 1)
    assert (scored.settlement(CONTRACT).corrections, scored.settlement(CONTRACT).unconfirmed) == ((), ())
    complain(scored)
    view = scored.settlement(CONTRACT)
    assert view.settlement.instalments[0].deducted == 530
    (share,) = view.unconfirmed
    assert (share.instalment, share.confirmed, share.now, share.difference) == (
        1,
        Decimal(30),
        Decimal(530),
        Decimal(500),
    )
    (correction,) = view.corrections
    assert (correction.month, correction.difference) == (MARCH, Decimal(500))


def test_what_was_confirmed_can_be_read_while_the_plugin_is_broken(scored: House) -> None:
    confirm(scored, 1)
    complain(scored)
    plugins.load_region.cache_clear()
    testia.BROKEN.add("contracts")
    view = scored.settlement(CONTRACT)
    assert (view.corrections[0].difference, view.unconfirmed) == (Decimal(500), ())
    assert scored.month(CONTRACT, MARCH).correction == view.corrections[0]


def test_a_digest_that_no_revision_has_is_told(scored: House) -> None:
    event = {"kind": "month.confirmed", "on": "2026-04-20", "digest": "0" * 64, "amount": "10.00"}
    scored.send("2026-03", source="authority", name="c.json", events=[event])
    view = scored.month(CONTRACT, MARCH)
    assert view.confirmation
    assert view.confirmation.revision is None
    assert view.correction
    assert "no revision of 2026-03" in str(view.correction.problem)
    assert (view.correction.confirmed, view.correction.difference, view.correction.changes) == (
        Decimal(10),
        Decimal(20),
        (),
    )
    assert scored.settlement(CONTRACT).corrections == (view.correction,)


def test_what_was_replaced_meanwhile_is_not_confirmed(scored: House) -> None:
    complain(scored)
    with pytest.raises(Stale, match=r"replaced by revision 2: .*2026-03 1\.2 complaint amount 0\.00 → 500\.00"):
        scored.confirm(CONTRACT, MARCH, ConfirmationMade(revision=1), received_at=NOON)
    with pytest.raises(NotFound):
        scored.confirm(CONTRACT, MARCH, ConfirmationMade(revision=3), received_at=NOON)
    assert len(scored.submissions(CONTRACT)) == 2


def test_the_same_content_under_a_new_number_may_be_confirmed_by_the_old(scored: House) -> None:
    scored.send("2026-03", rated=100, satisfied=90)
    scored.send("2026-03", rated=100, satisfied=97)
    assert scored.month(CONTRACT, MARCH).revision == 3
    confirm(scored, 1)
    assert scored.month(CONTRACT, MARCH).correction is None


@pytest.mark.parametrize(("day", "allowed"), [(30, False), (31, True)])
def test_a_month_is_confirmed_once_it_is_over(scored: House, day: int, allowed: bool) -> None:
    moment, made = datetime(2026, 3, day, 4, tzinfo=UTC), ConfirmationMade(revision=1)
    if allowed:
        assert scored.confirm(CONTRACT, MARCH, made, received_at=moment).key
    else:
        with pytest.raises(UsageError, match="not over"):
            scored.confirm(CONTRACT, MARCH, made, received_at=moment)


def test_an_objection_upheld_lowers_what_is_paid_less_and_the_trail_stays(scored: House) -> None:
    confirm(scored, 1)
    raised = ObjectionMade(clause="1.1", reason="系统故障", ref="申1号")
    posted = scored.object_to(CONTRACT, MARCH, raised, received_at=NOON, actor="vendor's clerk")
    assert posted.key.startswith("submissions/testia/vendor/2026-03/objection-")
    deliver(scored, posted)
    view = scored.month(CONTRACT, MARCH)
    assert ([one.state for one in view.objections], view.correction, view.revision) == (["open"], None, 1)
    made = DecisionMade(clause="1.1", outcome="upheld", reason="属实", amount=Decimal("10.00"), ref="函9号")
    deliver(scored, scored.decide(CONTRACT, MARCH, made, received_at=NOON, actor=ACTOR))
    view = scored.month(CONTRACT, MARCH)
    assert ([one.state for one in view.objections], view.assessment.deducted) == (["upheld"], Decimal(10))
    assert (view.correction and view.correction.difference) == -20
    assert scored.settlement(CONTRACT).settlement.deductions == 10
    trail = scored.trail(CONTRACT, MARCH)
    assert {(act.event.kind, act.source.value, act.by) for act in trail.acts} == {
        ("month.confirmed", "authority", f"{ACTOR} by way of role:api"),
        ("objection.raised", "vendor", "vendor's clerk as the object says"),
        ("objection.decided", "authority", f"{ACTOR} as the object says"),
    }
    assert trail.objections == view.objections


def test_what_was_withdrawn_can_be_said_again_in_the_same_words(scored: House) -> None:
    said = [scored.object_to(CONTRACT, MARCH, ObjectionMade(clause="1.1", reason="否"), received_at=NOON)]
    deliver(scored, said[0])
    name = said[0].key.rpartition("/")[2]
    scored.send("2026-03", name=name, events=[])
    assert scored.trail(CONTRACT, MARCH).acts == ()
    said.append(scored.object_to(CONTRACT, MARCH, ObjectionMade(clause="1.1", reason="否"), received_at=NOON))
    deliver(scored, said[1])
    assert said[0] == said[1]
    assert len(scored.trail(CONTRACT, MARCH).acts) == 1


def test_what_was_said_already_is_not_stored_again(scored: House) -> None:
    for _ in range(2):
        posted = scored.object_to(CONTRACT, MARCH, ObjectionMade(clause="1.1", reason="否"), received_at=NOON)
        deliver(scored, posted)
    history = scored.bucket.history(posted.key)
    assert history
    assert len(history.versions) == 1


def test_a_name_that_only_the_object_tells_is_told_as_such(scored: House) -> None:
    """Whoever may put objects there can write any name beside them; who did put it there, the bucket says."""
    key, content = upload("2026-04", rated=100, satisfied=97)
    first = scored.put(key, content)
    scored.bucket.put(key, content, "application/json", actor=ACTOR)
    record = scored.receive(key, first, received_at=NOON, actor="AWS:VENDOR").submission
    assert record.actor == f"{ACTOR} as the object says"
    scored.bucket.put(key, content, "application/json", actor=ACTOR)
    newest = scored.bucket.current(key).version_id
    record = scored.receive(key, newest, received_at=NOON, actor="AWS:VENDOR").submission
    assert record.actor == f"{ACTOR} by way of AWS:VENDOR"


def test_what_is_not_in_order_is_refused_at_once(scored: House) -> None:
    with pytest.raises(Refused):
        scored.object_to(CONTRACT, MARCH, ObjectionMade(clause="7.7", reason="?"), received_at=NOON)
    wrong = DecisionMade(clause="1.1", outcome="rejected", reason="否", amount=Decimal(1))
    with pytest.raises(Refused):
        scored.decide(CONTRACT, MARCH, wrong, received_at=NOON)
    with pytest.raises(NotFound):
        scored.trail("testia-1999", MARCH)
    assert scored.trail(CONTRACT, MARCH).acts == ()


def test_the_stored_document_is_the_derived_one(scored: House) -> None:
    confirm(scored, 1)
    deliver(scored, scored.object_to(CONTRACT, MARCH, ObjectionMade(clause="1.1", reason="否"), received_at=NOON))
    region = plugins.load_region("testia")
    facts = [stored.submission for stored in scored.table.facts(CONTRACT).values()]
    assert scored.document(CONTRACT) == derive(region, region.contract(CONTRACT), facts)
    assert scored.document(CONTRACT).objections
    assert scored.audit(CONTRACT, rebuild=True).findings == ()


def test_another_version_of_the_plugin_is_a_correction_without_a_changed_figure(scored: House) -> None:
    confirm(scored, 1)
    upgrade("2")
    scored.rescore(CONTRACT, at=NOON, actor="tester")
    correction = scored.month(CONTRACT, MARCH).correction
    assert correction
    assert (correction.difference, correction.changes) == (Decimal(0), ())
    assert "only the plugin (0 → 2); to close" in str(correction.note)
    assert scored.settlement(CONTRACT).unconfirmed == ()


def notices(posted: Posted) -> str:
    return "\n".join(posted.notices[1:])  # the first says that such a file reports no facts


def objection(house: House, clause: str = "1.1") -> Posted:
    return house.object_to(CONTRACT, MARCH, ObjectionMade(clause=clause, reason="系统故障"), received_at=NOON)


def decision(house: House, amount: str, reason: str = "属实") -> Posted:
    made = DecisionMade(clause="1.1", outcome="upheld", reason=reason, amount=Decimal(amount))
    return house.decide(CONTRACT, MARCH, made, received_at=NOON)


def problems(house: House) -> tuple[str, ...]:
    return tuple(problem for one in house.month(CONTRACT, MARCH).objections for problem in one.problems)


def test_whoever_objects_to_nothing_is_told_at_once(scored: House) -> None:
    posted = objection(scored, "1.2")
    deliver(scored, posted)
    (problem,) = problems(scored)
    assert problem in notices(posted)
    assert posted.key in notices(posted)
    assert notices(objection(scored)) == ""
    assert scored.trail(CONTRACT, MARCH).objections[0].state == "void"


def test_whoever_decides_in_vain_is_told_at_once(scored: House) -> None:
    early = decision(scored, "10.00")
    assert early.notices[1:]
    deliver(scored, objection(scored))
    assert notices(decision(scored, "10.00")) == notices(decision(scored, "30.00")) == ""
    more = decision(scored, "30.01")
    deliver(scored, more)
    assert len(problems(scored)) == 1
    assert problems(scored)[0] in notices(more)


@pytest.mark.parametrize("empty", [True, False])
def test_two_decisions_of_one_day_are_told_and_one_can_be_withdrawn(scored: House, empty: bool) -> None:
    deliver(scored, objection(scored))
    first = decision(scored, "10.00")
    deliver(scored, first)
    second = decision(scored, "20.00")
    deliver(scored, second)
    assert problems(scored)[0] in notices(second)
    assert scored.month(CONTRACT, MARCH).assessment.deducted == 30
    emptied = b'{"region": "testia", "month": "2026-03", "source": "authority", "events": []}'
    content = emptied if empty else scored.bucket.read(first.key, scored.bucket.current(first.key))
    name = second.key.rpartition("/")[2].removesuffix(".json")
    deliver(scored, scored.post_facts(CONTRACT, MARCH, content, name=name, received_at=NOON))
    assert problems(scored) == ()
    assert scored.month(CONTRACT, MARCH).assessment.deducted == 10
    (decided,) = scored.month(CONTRACT, MARCH).objections
    assert [decision.stands for decision in decided.decisions] == [Decimal(10)]


def test_an_objection_is_withdrawn_by_an_empty_file_of_its_name(scored: House) -> None:
    posted = objection(scored)
    deliver(scored, posted)
    assert scored.month(CONTRACT, MARCH).objections
    scored.send("2026-03", name=posted.key.rpartition("/")[2], events=[])
    assert scored.month(CONTRACT, MARCH).objections == ()
    assert scored.statuses().count("superseded") == 1


def test_a_correction_that_the_authoritys_figure_overrides_says_which_upload_it_was(scored: House) -> None:
    scored.send("2026-03", source="authority", name="复核.json", rated=100, satisfied=97)
    made = ConfirmationMade(revision=scored.month(CONTRACT, MARCH).revision)
    scored.receive(scored.confirm(CONTRACT, MARCH, made, received_at=scored.clock).key, received_at=scored.clock)
    scored.send("2026-03", rated=100, satisfied=98)
    deliver(scored, objection(scored))
    correction = scored.month(CONTRACT, MARCH).correction
    assert correction
    assert (correction.difference, correction.changes, correction.problem) == (Decimal(0), (), None)
    assert "only the facts that they rest on" in str(correction.note)
    assert "(since the confirmation came: submissions/testia/vendor/2026-03/a.json);" in str(correction.note)
    complain(scored)
    correction = scored.month(CONTRACT, MARCH).correction
    assert correction
    assert (bool(correction.changes), correction.note) == (True, None)
