"""A new version of a plugin: what it would change is shown before anything is written."""

import json
from typing import Any

import pytest
from kaohe import plugins
from kaohe.assessment import Deduction
from kaohe.cli import main
from kaohe.errors import NotFound, PluginError
from kaohe.periods import Month
from kaohe.store import Table, stray_partition

from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, upgrade, upload

FEBRUARY, MARCH = Month.of("2026-02"), Month.of("2026-03")


@pytest.fixture
def kept(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    house.send("2026-02", rated=100, satisfied=96)
    house.send("2026-03", rated=100, satisfied=100)
    house.send("2026-03", source="authority", events=[COMPLAINT, {**COMPLAINT, "ref": "2"}])
    monkeypatch.setenv("KAOHE_BUCKET", house.bucket.name)
    monkeypatch.setenv("KAOHE_TABLE", house.table.name)
    monkeypatch.setattr(Table, "_client", house.table._client)
    return house


COMPLAINT = {"kind": "complaint.verified", "on": "2026-03-03", "ref": "1"}


def _doubled(found: Deduction) -> Deduction:
    assert found.amount is not None
    return found.model_copy(update={"amount": 2 * found.amount})


def dearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the plugin, by which a complaint costs twice as much."""
    upgrade("2")
    region = plugins.load_region("testia")
    before = region.deductions

    def twice(*given: Any) -> tuple[Deduction, ...]:
        return tuple(_doubled(found) if found.code == "complaint" else found for found in before(*given))

    monkeypatch.setattr(region, "deductions", twice)


def test_a_preview_shows_old_and_new_and_writes_nothing(kept: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dearer(monkeypatch)
    before = kept.items()
    preview = kept.preview(CONTRACT)
    assert kept.items() == before
    assert (preview.in_force and preview.in_force.version, preview.plugin.version) == ("0", "2")
    assert preview.difference
    changes = {(c.where, c.what): (c.before, c.after) for c in preview.difference.changes}
    assert changes["2026-03 1.2 complaint", "amount"] == ("1000.00", "2000.00")
    assert changes["instalment 1", "net"] == ("58960.00", "57960.00")
    assert not [where for where, _ in changes if where.startswith("2026-02")]
    assert preview.months == (Month.of("2026-01"), FEBRUARY, MARCH)


@pytest.mark.parametrize(("version", "told"), [("0", True), ("1", False)])
def test_other_results_by_the_same_version_are_warned_of(
    kept: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: str, told: bool
) -> None:
    assert not kept.preview(CONTRACT).same_version
    dearer(monkeypatch)
    upgrade(version)
    assert kept.preview(CONTRACT).same_version is told
    assert main(["rescore", "testia", "--dry-run"]) == 0
    assert ("warning: the same version, other results" in capsys.readouterr().out) is told


def test_what_a_preview_shows_is_what_rescoring_does(kept: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dearer(monkeypatch)
    preview = kept.preview(CONTRACT)
    done = kept.rescore(CONTRACT, at=kept.clock, actor="ops")
    assert tuple(sorted(done.revisions)) == preview.months
    assert kept.month(CONTRACT, MARCH).assessment.deducted == 2000
    again = kept.preview(CONTRACT)
    assert again.difference
    assert (again.difference.changes, again.months) == ((), ())


def test_a_preview_counts_in_what_waits(kept: House) -> None:
    testia.BROKEN.add("compute_deductions")
    kept.send("2026-02", name="b.json", rated=100, satisfied=90)
    with pytest.raises(PluginError):
        kept.preview(CONTRACT)
    plugins.load_region.cache_clear()
    testia.BROKEN.add("contracts")
    key, data = upload("2026-04", rated=100, satisfied=90)
    kept.receive(key, kept.put(key, data), received_at=kept.clock)
    testia.BROKEN.clear()
    before, digests, preview = kept.items(), kept.digests(), kept.preview(CONTRACT)
    assert kept.items() == before
    assert preview.taken_in == ("submissions/testia/vendor/2026-02/b.json", key)
    assert not preview.same_version  # the uploads may be why
    kept.rescore(CONTRACT, at=kept.clock, actor="ops")
    assert [month for month, found in kept.digests().items() if digests.get(month) != found] == list(
        map(str, preview.months)
    )
    assert set(kept.statuses()) == {"accepted"}


def test_what_still_waits_once_its_plugin_can_be_loaded_is_no_finding_of_an_audit(house: House) -> None:
    testia.BROKEN.add("contracts")
    key, data = upload("2026-04", rated=100, satisfied=90)
    house.receive(key, house.put(key, data), received_at=house.clock)
    plugins.load_region.cache_clear()
    testia.BROKEN.clear()
    testia.BROKEN.add("compute_deductions")
    stray = stray_partition("testia")
    for _ in range(2):
        with pytest.raises(PluginError):
            house.rescore(CONTRACT, at=house.clock, actor="ops")
        assert house.statuses() == house.statuses(stray) == ["plugin-error"]
        assert not house.audit(stray).findings
    testia.BROKEN.clear()
    house.rescore(CONTRACT, at=house.clock, actor="ops")
    assert house.statuses() == house.statuses(stray) == ["accepted"]
    assert not [finding for partition in (stray, CONTRACT) for finding in house.audit(partition).findings]


def test_a_contract_without_uploads_has_nothing_to_preview(house: House) -> None:
    assert house.preview(CONTRACT).difference is None
    with pytest.raises(NotFound):
        house.preview("testia-1999")


def test_the_command(kept: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    dearer(monkeypatch)
    assert main(["rescore", "testia", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    for told in ("2026-03 1.2 complaint", "1,000.00", "2,000.00", "in force: 0, here: testia 2", "nothing was written"):
        assert told in shown
    assert main(["rescore", "testia", "--contract", CONTRACT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["revisions"] == {"2026-01": 2, "2026-02": 2, "2026-03": 3}
    assert kept.table.audit(CONTRACT)[-1].actor.startswith("kaohe rescore by ")
    assert main(["rescore", "testia", "--contract", "testia-1999"]) == 2


def test_a_contract_that_fails_is_told_and_the_exit_code_says_so(
    kept: House, capsys: pytest.CaptureFixture[str]
) -> None:
    testia.BROKEN.add("compute_deductions")
    assert main(["rescore", "testia"]) == 1
    assert f"{CONTRACT}: plugin 'testia', hook compute_deductions()" in capsys.readouterr().err
