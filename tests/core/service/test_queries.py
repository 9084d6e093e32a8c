"""What is known: stored or derived anew, and posted facts."""

from datetime import date

import pytest
from kaohe import intake, plugins, scoring
from kaohe.assessment import State
from kaohe.conflict import JOIN
from kaohe.errors import NotFound, Refused, UsageError
from kaohe.model import canonical
from kaohe.periods import Month

from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upload

MARCH = Month.of("2026-03")


def derived(house: House, as_of: date | None = None) -> str:
    region = plugins.load_region("testia")
    facts = [stored.submission for stored in house.table.facts(CONTRACT).values()]
    return canonical(scoring.derive(region, region.contract(CONTRACT), facts, as_of).model_dump(mode="json"))


def test_the_stored_document_is_the_derived_one_byte_for_byte(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-04", rated="90", satisfied="89")
    assert canonical(house.document(CONTRACT).model_dump(mode="json")) == derived(house)


def test_as_of_a_day_is_derived_anew_and_writes_nothing(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    before = house.items()
    later = house.document(CONTRACT, date(2026, 7, 1))
    assert canonical(later.model_dump(mode="json")) == derived(house, date(2026, 7, 1))
    assert later.settlement.instalments[0].net == 60000 - 30
    assert house.settlement(CONTRACT, date(2026, 7, 1)).settlement == later.settlement
    assert house.renewal(CONTRACT).renewal.conclusion == "not provided for"
    assert house.items() == before


def test_what_is_stored_can_be_read_while_the_plugin_is_broken(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    plugins.load_region.cache_clear()
    testia.BROKEN.add("contracts")
    assert house.month(CONTRACT, MARCH).revision == 1
    assert house.document(CONTRACT).contract == CONTRACT
    assert len(house.submissions(CONTRACT)) == 1
    assert house.regions()[0].problem


def test_uploads_that_contradict_each_other_say_so_until_one_is_mended(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-03", rated=100, satisfied=98, name="b.json")
    house.send("2026-04", rated=100, satisfied=98, name="b.json")
    house.send("2026-03", satisfied=96, source="authority")
    told = {(r.key.split("/", 2)[2], r.status.value): r.contradictions for r in house.submissions(CONTRACT)}
    assert {key for key, found in told.items() if found} == {
        ("vendor/2026-03/a.json", "accepted"),
        ("vendor/2026-03/b.json", "accepted"),
    }
    (found,) = told["vendor/2026-03/a.json", "accepted"]
    assert (found.files, found.figures) == (("a.json", "b.json"), ("survey.satisfied 2026-03",))
    assert "“满意数”分别是97（a.json measures.survey.satisfied）、98（b.json" in found.message
    house.send("2026-03", rated=100, satisfied=97, name="b.json")
    assert not any(record.contradictions for record in house.submissions(CONTRACT))


def test_parts_of_a_month_that_count_alike_are_told_until_they_are_joined(house: House) -> None:
    house.send_calls("上.csv", 1, 2)
    assert house.month(CONTRACT, MARCH).assessment.kpis[0].denominator == 2
    house.send_calls("下.csv", 20, 21)
    assessed = house.month(CONTRACT, MARCH).assessment
    assert (assessed.state, assessed.kpis[0].denominator) == (State.INCOMPLETE, None)
    (problem,) = assessed.problems
    assert problem.message == (
        "survey.rated 2026-03：供应商的文件相互矛盾：2（上.csv 话单2通）、2（下.csv 话单2通）；"
        f"{JOIN}（这些文件之间另有 1 处）"
    )
    told = [record.contradictions for record in house.submissions(CONTRACT)]
    assert [[one.files for one in found] for found in told] == [[("上.csv", "下.csv")]] * 2
    for name in ("上.csv", "下.csv"):
        house.send_calls(name, 1, 2, 20, 21)
    assessed = house.month(CONTRACT, MARCH).assessment
    assert (assessed.problems, assessed.kpis[0].denominator) == ((), 4)


def test_they_say_so_by_codes_while_the_plugin_is_broken(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-03", rated=100, satisfied=98, name="b.json")
    plugins.load_region.cache_clear()
    testia.BROKEN.add("contracts")
    assert ["“survey.satisfied”" in r.contradictions[0].message for r in house.submissions(CONTRACT)] == [True, True]


def test_rulings_show_with_the_reading(house: House) -> None:
    ruling = {"kind": "ruling", "on": "2026-03-02", "reading": "repeated", "option": "once", "ref": "函1"}
    house.send("2026-03", source="authority", events=[ruling])
    (view,) = house.readings(CONTRACT)
    assert [(r.option, r.ref) for r in view.rulings] == [("once", "函1")]
    assert view.clauses == ("1.2",)


@pytest.mark.parametrize("ask", ["document", "months", "settlement", "renewal", "submissions", "readings", "contract"])
def test_a_contract_that_is_not_there_is_not_found(house: House, ask: str) -> None:
    for name in ("testia-1999", "elsewhere-2026"):
        with pytest.raises(NotFound):
            getattr(house, ask)(name)


def test_a_month_without_results_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="nothing was taken in"):
        house.document(CONTRACT)
    house.send("2026-03", rated=100, satisfied=97)
    with pytest.raises(NotFound, match="no assessment of 2026-09"):
        house.month(CONTRACT, Month.of("2026-09"))
    with pytest.raises(NotFound, match="no revision 5"):
        house.month(CONTRACT, MARCH, 5)


def test_posted_facts_go_by_the_bucket(house: House) -> None:
    _, content = upload("2026-03", source="authority", rated=100, satisfied=97)
    posted = house.post_facts(CONTRACT, MARCH, content, received_at=NOON)
    again = house.post_facts(CONTRACT, MARCH, content, received_at=NOON)
    assert posted == again
    assert not list(house.bucket.older(posted.key, house.bucket.current(posted.key)))
    assert house.table.lock(CONTRACT).version == 0
    assert house.receive(posted.key, received_at=NOON).submission.sha256 == posted.sha256


def test_posted_facts_that_are_refused_are_not_stored(house: House) -> None:
    _, content = upload("2026-03", source="authority", rated=100, satisfied=101)
    with pytest.raises(Refused):
        house.post_facts(CONTRACT, MARCH, content, received_at=NOON)
    assert "Contents" not in house.bucket._client.list_objects_v2(Bucket=house.bucket.name)


def test_a_name_given_replaces_and_must_be_one(house: House) -> None:
    _, content = upload("2026-03", source="authority", rated=100, satisfied=97)
    posted = house.post_facts(CONTRACT, MARCH, content, name="裁定", received_at=NOON)
    assert intake.parse_key(posted.key).name == "裁定.json"
    for name in ("../x", "a/b", "\n"):
        with pytest.raises(UsageError):
            house.post_facts(CONTRACT, MARCH, content, name=name, received_at=NOON)
