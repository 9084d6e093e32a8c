"""What another build of kaohe has stored: shown as far as it goes, worked out anew without being read, never blamed."""

from collections.abc import Callable
from typing import Any

import pytest
from kaohe import cli, model
from kaohe.model import Record
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Renewal
from kaohe.service import change
from kaohe.store import Frame, OtherBuild, Revision, StoredFacts, Table, items

from tests.core.service.house import CONTRACT, House, upgrade

MARCH = Month.of("2026-03")
Alter = Callable[[dict[str, Any]], object]


@pytest.fixture
def written_by(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Record], Alter], House]:
    """The house with one upload, taken in by a build that writes records of a kind in another form."""

    def sent(kind: type[Record], alter: Alter, send: Callable[[], object] | None = None) -> House:
        real = model.stored

        def written(record: Record) -> Any:
            content = real(record)
            if isinstance(record, kind):
                alter(content)
            return content

        with monkeypatch.context() as other:
            for module in (model, items, change):
                other.setattr(module, "stored", written)
            send() if send else house.send("2026-03", rated=100, satisfied=97)
        return house

    return sent


def more(content: dict[str, Any]) -> None:
    content["novelty"] = {"yuan": "1.00"}


def other(content: dict[str, Any]) -> None:
    content.clear()
    content["region"] = "testia"


RESULTS = (Revision, Settlement, Renewal, Frame)
ASKED = {Revision: "months", Settlement: "settlement", Renewal: "renewal", Frame: "document"}


def findings(house: House) -> list[str]:
    return [f"{finding.item}: {finding.problem}" for finding in house.audit(CONTRACT, rebuild=False).findings]


@pytest.mark.parametrize("kind", RESULTS)
def test_results_that_say_more_are_shown(written_by: Any, kind: type[Record]) -> None:
    house = written_by(kind, more)
    assert house.document(CONTRACT).assessments[2].deducted == 30
    assert house.month(CONTRACT, MARCH).in_force
    assert findings(house) == []


@pytest.mark.parametrize("kind", RESULTS)
def test_results_that_cannot_be_read_say_what_to_do_and_are_worked_out_anew(
    written_by: Any, kind: type[Record]
) -> None:
    house = written_by(kind, other)
    with pytest.raises(OtherBuild, match=r"another build of kaohe.*'kaohe rescore REGION'"):
        getattr(house, ASKED[kind])(CONTRACT)
    assert findings(house) == []
    upgrade("2")
    preview = house.preview(CONTRACT)
    assert preview.difference is None
    assert "another build" in (preview.problem or "")
    assert preview.months == tuple(Month.of(f"2026-0{n}") for n in (1, 2, 3))
    house.rescore(CONTRACT, at=house.clock, actor="me")
    house.send("2026-04", rated=100, satisfied=97)
    assert house.document(CONTRACT).settlement.deductions == 60
    assert findings(house) == []


@pytest.mark.parametrize("kind", RESULTS)
def test_an_upload_is_taken_in_whatever_results_are_there(written_by: Any, kind: type[Record]) -> None:
    house = written_by(kind, other)
    house.send("2026-03", rated=100, satisfied=95, name="a.json")
    assert house.month(CONTRACT, MARCH).assessment.deducted == 50
    assert findings(house) == []


def test_a_frame_of_another_build_is_handed_on_as_it_is(written_by: Any) -> None:
    house = written_by(Frame, more)
    before = house.table.lock(CONTRACT)
    house.send("2026-04", rated="no number")
    after = house.table.lock(CONTRACT)
    assert (after.version, after.frame) == (before.version + 1, before.frame)
    assert findings(house) == []


def test_an_audit_says_what_it_could_only_hold_by_its_digest(written_by: Any) -> None:
    house = written_by(Revision, other)
    notes = {check.name: check.note for check in house.audit(CONTRACT).checks}
    assert "3 of them by another build" in (notes.pop("revisions") or "")
    assert set(notes.values()) == {None}


def test_facts_that_say_more_are_not_read_in_part(written_by: Any) -> None:
    house = written_by(StoredFacts, more)
    with pytest.raises(OtherBuild, match="in novelty; deploy that build again, or a newer one"):
        house.send("2026-04", rated=100, satisfied=97)
    with pytest.raises(OtherBuild, match="in novelty"):
        house.rescore(CONTRACT, at=house.clock, actor="me")
    assert findings(house) == []
    assert house.document(CONTRACT).assessments[2].deducted == 30


def test_a_rebuild_does_not_derive_from_a_part_of_the_facts(written_by: Any) -> None:
    house = written_by(StoredFacts, more)
    notes = {check.name: check.note for check in house.audit(CONTRACT, rebuild=True).checks}
    assert "could not be read again" in (notes["document derived again"] or "")


def test_facts_that_do_not_say_yet_what_they_were_counted_from_are_no_tampering(house: House, written_by: Any) -> None:
    def unsaid(content: dict[str, Any]) -> None:
        for figure in content["submission"]["figures"]:
            del figure["counted"]

    written_by(StoredFacts, unsaid, lambda: house.send_calls("上.csv", 1, 2))
    assert house.audit(CONTRACT, rebuild=True).findings == ()
    house.send_calls("上.csv", 1, 2, 3)
    assert house.audit(CONTRACT, rebuild=True).findings == ()
    (kept,) = house.table.facts(CONTRACT).values()
    assert all(figure.counted for figure in kept.submission.figures)


def test_a_month_confirmed_by_another_build_is_compared_by_its_sum(written_by: Any) -> None:
    house = written_by(Revision, other)
    digest = house.digests()["2026-03"]
    event = {"kind": "month.confirmed", "on": "2026-04-10", "digest": digest, "amount": "30.00"}
    house.send("2026-03", source="authority", name="confirmed.json", events=[event])
    upgrade("2")
    house.send("2026-03", rated=100, satisfied=95)
    correction = house.month(CONTRACT, MARCH).correction
    assert correction
    assert (str(correction.confirmed), str(correction.difference), correction.changes) == ("30.00", "20.00", ())
    assert "another build" in (correction.problem or "")
    assert [one.difference for one in house.settlement(CONTRACT).corrections] == [20]


def test_the_dry_run_prints_why_nothing_is_compared(
    written_by: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = written_by(Settlement, other)
    for name, value in {"BUCKET": house.bucket.name, "TABLE": house.table.name}.items():
        monkeypatch.setenv(f"KAOHE_{name}", value)
    monkeypatch.setattr(Table, "_client", house.table._client)
    assert cli.main(["rescore", "testia", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "settlement was written by another build" in printed
    assert "nothing was written" in printed
