"""An upload comes in: taken in, refused, replaced, repeated, or waiting for its plugin."""

import hashlib

import pytest
from kaohe.errors import PluginError
from kaohe.periods import Month
from kaohe.store import Gone, verify_chain

from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upgrade, upload

MARCH = Month.of("2026-03")


def test_a_good_upload_becomes_facts_results_and_a_receipt(house: House) -> None:
    receipt = house.send("2026-03", rated=100, satisfied=97)
    assert (receipt.submission.status, receipt.partition, receipt.changed) == ("accepted", CONTRACT, True)
    assert receipt.revisions == {Month(2026, n): 1 for n in (1, 2, 3)}
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert [head.contract for head in house.portfolio(MARCH)] == [CONTRACT]


def test_a_refused_upload_leaves_the_facts_in_force_alone(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    before = house.digests()
    receipt = house.send("2026-03", rated=100, satisfied=101)
    assert receipt.submission.status == "refused"
    assert receipt.submission.faults[0].code
    assert (house.digests(), house.statuses()) == (before, ["accepted", "refused"])


def test_the_same_key_again_replaces_the_facts(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    receipt = house.send("2026-03", rated=100, satisfied=99)
    assert receipt.revisions == {MARCH: 2}
    assert house.month(CONTRACT, MARCH).assessment.deducted == 10
    assert house.month(CONTRACT, MARCH, revision=1).assessment.deducted == 30
    assert house.statuses() == ["superseded", "accepted"]


def test_only_months_that_changed_get_a_revision(house: House) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        house.send(month, rated=100, satisfied=97)
    assert house.send("2026-02", rated=100, satisfied=96).revisions == {Month.of("2026-02"): 2}


@pytest.mark.parametrize("good", [True, False])
def test_a_repeated_delivery_writes_nothing(house: House, good: bool) -> None:
    key, data = upload("2026-03", rated=100, satisfied=97 if good else 101)
    version = house.put(key, data)
    assert house.receive(key, version, received_at=NOON).changed
    before = house.items()
    again = house.receive(key, version, received_at=NOON)
    assert (again.changed, house.items()) == (False, before)


def test_the_same_content_under_a_new_version_makes_no_new_revision(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    assert house.send("2026-03", rated=100, satisfied=97).revisions == {}


def test_a_late_delivery_of_an_old_version_is_recorded_as_superseded(house: House) -> None:
    (key, old), (_, new) = upload("2026-03", rated=100, satisfied=1), upload("2026-03", rated=100, satisfied=99)
    first, second = house.put(key, old), house.put(key, new)
    house.receive(key, second, received_at=NOON)
    receipt = house.receive(key, first, received_at=NOON)
    assert (receipt.submission.status, receipt.submission.version) == ("accepted", second)
    assert {r.version: r.status.value for r in house.submissions(CONTRACT)} == {first: "superseded", second: "accepted"}
    assert not house.receive(key, first, received_at=NOON).changed


def test_a_bad_version_that_came_before_a_good_one_was_looked_at_does_not_hide_it(house: House) -> None:
    (key, good), (_, bad) = upload("2026-03", rated=100, satisfied=97), upload("2026-03", rated=100, satisfied=101)
    house.put(key, good)
    second = house.put(key, bad)
    assert house.receive(key, second, received_at=NOON).submission.status == "refused"
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert sorted(house.statuses()) == ["accepted", "refused"]


def test_an_object_that_is_gone_is_an_error(house: House) -> None:
    with pytest.raises(Gone, match="submissions/testia/vendor/2026-03/"):
        house.receive(upload("2026-03")[0], received_at=NOON)


@pytest.mark.parametrize(
    ("key", "partition"),
    [
        ("submissions/testia/vendor/2026-13/a.json", "unassigned"),
        ("submissions/nowhere/vendor/2026-03/a.json", "region#nowhere"),
        ("submissions/testia/vendor/2031-03/a.json", "region#testia"),
    ],
)
def test_what_belongs_to_no_contract_is_a_stored_refusal(house: House, key: str, partition: str) -> None:
    receipt = house.receive(key, house.put(key, b"{}"), received_at=NOON)
    assert (receipt.partition, receipt.submission.status) == (partition, "refused")
    assert house.table.submissions(partition) == (receipt.submission,)
    assert house.strays(partition.partition("#")[2] or None) == (receipt.submission,)
    assert house.strays() == (receipt.submission,)


def test_all_strays_are_listed_and_no_upload_of_a_contract_with_them(house: House) -> None:
    house.send("2026-03", rated=1, satisfied=1)
    keys = [
        "submissions/nowhere/vendor/2026-03/a.json",
        "submissions/testia/vendor/2026-13/a.json",
        "submissions/testia/vendor/2031-03/a.json",
    ]
    for key in reversed(keys):
        house.receive(key, house.put(key, b"{}"), received_at=NOON)
    assert [record.key for record in house.strays()] == keys
    assert [record.key for record in house.strays("nowhere")] == keys[:1]
    assert [head.contract for head in house.portfolio(Month.of("2026-03"))] == [CONTRACT]


def test_a_file_that_is_too_large_is_refused_unread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaohe.intake.limits.MAX_FILE", 10)
    monkeypatch.setattr(house.bucket, "read", None)
    receipt = house.send("2026-03", rated=1)
    assert [fault.code for fault in receipt.submission.faults] == ["file-too-large"]


def test_a_large_file_of_records_goes_to_disk_and_is_digested_on_its_way(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("kaohe.intake", "kaohe.intake.reading"):
        monkeypatch.setattr(f"{module}.MAX_FILE", 10)
    monkeypatch.setattr(house.bucket, "read", None)
    for module in ("draft", "reading"):
        monkeypatch.setattr(f"kaohe.intake.{module}.sha256_of", None)
    data = (
        "通话编号,呼叫类型,排队时间,应答时间,挂机时间,满意度\n"
        "C1,呼入,2026-03-02 09:00:10,2026-03-02 09:00:20,2026-03-02 09:01:00,满意\n"
        "C2,呼入,2026-03-02 09:02:10,2026-03-02 09:02:20,2026-03-02 09:03:00,不满意\n"
    ).encode()
    key = "submissions/testia/vendor/2026-03/calls.csv"
    receipt = house.receive(key, house.put(key, data), received_at=NOON)
    assert (receipt.submission.status, receipt.submission.sha256) == ("accepted", hashlib.sha256(data).hexdigest())
    assert house.month(CONTRACT, MARCH).assessment.deducted == 10  # one of two was dissatisfied


def test_the_day_of_receipt_is_the_day_in_china(house: House) -> None:
    before_midnight = NOON.replace(year=2026, month=3, day=30, hour=15, minute=59)  # 23:59 on the 30th in China
    assert house.send("2026-03", at=before_midnight, rated=1, satisfied=1).submission.status == "refused"
    after = before_midnight.replace(hour=16, minute=0)  # 00:00 on the 31st in China
    assert house.send("2026-03", at=after, rated=1, satisfied=1).submission.status == "accepted"


def test_a_failing_hook_keeps_the_facts_until_the_plugin_is_mended(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    before = house.digests()
    testia.BROKEN.add("compute_deductions")
    receipt = house.send("2026-02", rated=100, satisfied=90)
    assert receipt.submission.status == "plugin-error"
    assert "compute_deductions" in (receipt.submission.remedy or "")
    assert house.digests() == before
    with pytest.raises(PluginError):
        house.rescore(CONTRACT, at=NOON, actor="ops")
    testia.BROKEN.clear()
    result = house.rescore(CONTRACT, at=NOON, actor="ops")
    assert result.revisions == {Month.of("2026-02"): 2}
    assert [(r.status, r.remedy) for r in result.taken_in] == [("accepted", None)]
    assert house.statuses() == ["accepted", "accepted"]
    assert not house.rescore(CONTRACT, at=NOON, actor="ops").revisions


def test_the_next_upload_takes_in_what_waited(house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    house.send("2026-02", rated=100, satisfied=90)
    testia.BROKEN.clear()
    house.send("2026-03", rated=100, satisfied=97)
    assert house.statuses() == ["accepted", "accepted"]
    assert house.month(CONTRACT, Month.of("2026-02")).assessment.deducted == 100


def test_a_repeat_of_what_waited_takes_it_in(house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    key, data = upload("2026-02", rated=100, satisfied=90)
    version = house.put(key, data)
    house.receive(key, version, received_at=NOON)
    testia.BROKEN.clear()
    assert house.receive(key, version, received_at=NOON).submission.status == "accepted"


def test_more_uploads_than_one_write_can_hold_wait_and_are_taken_in(house: House) -> None:
    testia.BROKEN.add("compute_deductions")
    for number in range(23):
        house.send("2026-02", name=f"{number}.json", rated=100, satisfied=90)
    testia.BROKEN.clear()
    assert len(house.rescore(CONTRACT, at=NOON, actor="ops").taken_in) == 23
    assert set(house.statuses()) == {"accepted"}
    assert house.table.lock(CONTRACT).pending == ()


def test_a_plugin_that_cannot_be_loaded_keeps_its_uploads_waiting(house: House) -> None:
    testia.BROKEN.add("contracts")
    receipt = house.send("2026-03", rated=100, satisfied=97)
    assert (receipt.partition, receipt.submission.status) == ("region#testia", "plugin-error")
    testia.BROKEN.clear()
    house.rescore(CONTRACT, at=NOON, actor="ops")
    assert house.month(CONTRACT, MARCH).assessment.deducted == 30
    assert house.statuses("region#testia") == ["accepted"]
    assert house.table.lock("region#testia").pending == ()


def test_a_new_plugin_version_gives_every_month_a_revision(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    upgrade("2")
    assert set(house.rescore(CONTRACT, at=NOON, actor="ops").revisions.values()) == {2}


def test_a_month_that_is_no_longer_assessed_leaves_the_portfolio_and_can_come_back(house: House) -> None:
    ruling = {"kind": "ruling", "on": "2026-05-02", "reading": "repeated", "option": "once"}
    house.send("2026-03", source="authority", events=[ruling])
    assert len(house.portfolio(Month.of("2026-05"))) == 1
    house.send("2026-03", source="authority", events=[])
    assert house.portfolio(Month.of("2026-05")) == ()
    assert not house.month(CONTRACT, Month.of("2026-05")).in_force
    house.send("2026-03", source="authority", events=[ruling])
    assert [head.revision for head in house.portfolio(Month.of("2026-05"))] == [2]


def test_every_write_is_in_the_audit_chain(house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-03", rated=100, satisfied=101)
    upgrade("2")
    house.rescore(CONTRACT, at=NOON, actor="ops")
    chain = house.table.audit(CONTRACT)
    verify_chain(chain, house.table.lock(CONTRACT))
    assert [(entry.action, entry.actor) for entry in chain] == [("receive", "vendor")] * 2 + [("rescore", "ops")]
    assert chain[0].uploads[0].sha256
    assert chain[0].plugin != chain[2].plugin


def test_a_bucket_without_versions_will_do(house: House) -> None:
    from tests.core.store.backend import create_bucket

    house.bucket = create_bucket(versions=False)
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-03", rated=100, satisfied=101)
    house.send("2026-03", rated=100, satisfied=99)
    assert house.statuses() == ["superseded", "refused", "accepted"]


@pytest.mark.parametrize("measures", ['{"\\ud800": 1}', '{"survey.rated": "\\udc00"}'])
def test_half_a_character_is_refused_and_the_refusal_is_stored(house: House, measures: str) -> None:
    """JSON can say it, UTF-8 cannot: a fault that tells it as it came could not be written."""
    key, _ = upload("2026-03")
    content = f'{{"region": "testia", "month": "2026-03", "source": "vendor", "measures": {measures}}}'
    receipt = house.receive(key, house.put(key, content.encode()), received_at=NOON)
    assert receipt.submission.status == "refused"
    assert [record.status for record in house.submissions(CONTRACT)] == ["refused"]
