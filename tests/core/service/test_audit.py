"""The audit finds what was altered, removed, swapped or put back, names it exactly, and says nothing of the rest."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from kaohe.cli import main
from kaohe.errors import NotFound
from kaohe.service import Audit
from kaohe.store import Bucket

from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, upgrade, upload

JANUARY, FEBRUARY = "assessment#2026-01#r0001", "assessment#2026-02#r0001"
FACTS = "facts#vendor#2026-0{}#a.json"
Item = dict[str, Any]


@pytest.fixture
def kept(house: House) -> House:
    """Three uploads, the second replaced, a refusal, and a finding of the authority."""
    house.send("2026-01", rated=100, satisfied=97)
    house.send("2026-02", rated=100, satisfied=96)
    house.send("2026-02", rated=100, satisfied=95)
    house.send("2026-03", rated=100, satisfied=101)
    house.send("2026-03", source="authority", events=[{"kind": "complaint.verified", "on": "2026-03-03", "ref": "1"}])
    return house


def get(house: House, key: str) -> Item:
    item: Item = house.items()[CONTRACT, key]
    return item


def put(house: House, item: Item) -> None:
    house.table._client.put_item(TableName=house.table.name, Item=item)


def remove(house: House, key: str) -> None:
    house.table._client.delete_item(TableName=house.table.name, Key={"pk": {"S": CONTRACT}, "sk": {"S": key}})


def edit(house: House, key: str, change: Callable[[Any], None], **attributes: str) -> None:
    """Alter the content of an item, with its attributes brought into line as a careful hand would."""
    item = get(house, key)
    content = json.loads(gzip.decompress(item["body"]["B"]))
    change(content)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    item["body"] = {"B": gzip.compress(text.encode())}
    put(house, {**item, **{name: {"S": value} for name, value in attributes.items()}})


def found(house: House, *, rebuild: bool = False) -> list[tuple[str, str]]:
    audit = house.audit(CONTRACT, rebuild=rebuild)
    return [(finding.item, finding.problem) for finding in audit.findings]


def only(house: House) -> tuple[str, str]:
    (finding,) = found(house)
    return finding


def test_what_nobody_touched_holds(kept: House) -> None:
    audit = kept.audit(CONTRACT, rebuild=True)
    assert audit.findings == ()
    assert (audit.entries, audit.last_hash) == (5, kept.table.lock(CONTRACT).audit_hash)
    looked_at = {check.name: check.looked_at for check in audit.checks}
    assert looked_at["revisions"] == 4
    assert (looked_at["facts in force"], looked_at["submission records"]) == (3, 5)
    assert (looked_at["facts read again"], looked_at["document derived again"]) == (3, 6)


def test_a_figure_altered_in_the_facts(kept: House) -> None:
    def more(facts: Any) -> None:
        facts["submission"]["figures"][0]["value"] = 99

    edit(kept, FACTS.format(1), more)
    item, problem = only(kept)
    assert item == FACTS.format(1)
    assert problem.startswith("was altered: its content is not what entry 1 wrote")
    again = dict(found(kept, rebuild=True))
    assert again["submissions/testia/vendor/2026-01/a.json"].endswith("not what the upload says: survey.rated")


def test_a_deduction_altered_in_a_revision_with_its_digest_left_or_changed(kept: House) -> None:
    def less(revision: Any) -> None:
        revision["assessment"]["deducted"] = "0.00"

    edit(kept, JANUARY, less)
    assert only(kept)[0] == JANUARY
    edit(kept, JANUARY, less, digest="0" * 64)
    assert only(kept)[0] == JANUARY


@pytest.mark.parametrize(
    "key",
    [JANUARY, FEBRUARY, FACTS.format(2), "settlement", "renewal", "assessment#2026-01", "contract", "audit#000002"],
)
def test_what_was_removed_is_named_first(kept: House, key: str) -> None:
    remove(kept, key)
    item, problem = found(kept)[0]
    assert item == key
    assert "removed" in problem or "missing" in problem


@pytest.mark.parametrize("key", ["audit#000005", "audit#000001"])
def test_a_chain_cut_off_at_an_end(kept: House, key: str) -> None:
    remove(kept, key)
    assert found(kept)[0][0] == key


@pytest.mark.parametrize(
    ("one", "two"), [(JANUARY, FEBRUARY), (FACTS.format(1), FACTS.format(2)), (FEBRUARY, "assessment#2026-02#r0002")]
)
def test_two_that_were_swapped_are_both_named(kept: House, one: str, two: str) -> None:
    first, second = get(kept, one), get(kept, two)
    put(kept, {**second, "sk": first["sk"]})
    put(kept, {**first, "sk": second["sk"]})
    assert dict(found(kept)) == {
        one: f"was swapped: it holds the content of {two}",
        two: f"was swapped: it holds the content of {one}",
    }


def test_facts_put_back_to_an_earlier_version(kept: House) -> None:
    old = get(kept, FACTS.format(2))
    kept.send("2026-02", rated=100, satisfied=90)
    put(kept, old)
    findings = dict(found(kept))
    assert findings[FACTS.format(2)].startswith("was put back to what entry 3 wrote; the last to write it was entry 6")


def test_a_lock_put_back_to_an_older_state(kept: House) -> None:
    old = get(kept, "contract")
    kept.send("2026-01", rated=100, satisfied=90)
    put(kept, old)
    item, problem = only(kept)
    assert item == "contract"
    assert problem == "the lock was put back to entry 5 as that entry left it; the chain goes on to entry 6"


@pytest.mark.parametrize(
    ("field", "value"), [("settlement", "0" * 64), ("months", {}), ("pending", ["x"]), ("frame", None), ("version", 9)]
)
def test_a_lock_that_says_otherwise(kept: House, field: str, value: Any) -> None:
    edit(kept, "contract", lambda lock: lock.update({field: value}))
    assert found(kept)[0][0] == "contract"


@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_entry_that_was_altered_with_its_hash_brought_into_line(kept: House, number: int) -> None:
    key = f"audit#{number:06}"
    edit(kept, key, lambda entry: entry.update(actor="somebody else"))
    assert found(kept)[0][0] == key
    stored = kept.table.inventory(CONTRACT).items[key]
    put(kept, {**get(kept, key), "hash": {"S": stored.digest}})
    item, problem = found(kept)[0]
    assert (item, "was altered" in problem) == (key, True)


def test_an_entry_whose_link_was_altered(kept: House) -> None:
    edit(kept, "audit#000003", lambda entry: entry.update(before="0" * 64))
    put(kept, {**get(kept, "audit#000003"), "hash": {"S": kept.table.inventory(CONTRACT).items["audit#000003"].digest}})
    assert [item for item, _ in found(kept)] == ["audit#000003"]


@pytest.mark.parametrize(("name", "value"), [("deducted", "0.00"), ("state", "final"), ("digest", "0" * 64)])
def test_a_head_of_the_portfolio_that_was_altered(kept: House, name: str, value: str) -> None:
    item = get(kept, "assessment#2026-02")
    put(kept, {**item, name: {"S": "x" if item[name] == {"S": value} else value}})
    assert only(kept) == ("assessment#2026-02", f"was altered: {name} is not as in the revision in force")


@pytest.mark.parametrize("key", ["assessment#2026-01#r0007", "facts#vendor#2026-07#a.json", "assessment#2026-09", "x"])
def test_what_no_entry_wrote(kept: House, key: str) -> None:
    put(kept, {**get(kept, JANUARY), "sk": {"S": key}})
    assert only(kept)[0] == key


def test_a_record_of_an_upload_that_was_altered(kept: House) -> None:
    (key,) = [sk for _, sk in kept.items() if sk.startswith("submission#2026-03#vendor#")]
    edit(kept, key, lambda record: record.update(faults=[]))
    assert only(kept)[0] == key


def test_an_upload_that_the_bucket_no_longer_keeps(kept: House) -> None:
    facts = kept.table.facts(CONTRACT)["submissions/testia/vendor/2026-01/a.json"]
    version = facts.version.version_id or ""
    kept.bucket._client.delete_object(Bucket=kept.bucket.name, Key=facts.submission.key, VersionId=version)
    item, problem = only(kept)
    assert (item, "no longer keeps" in problem) == (facts.submission.key, True)
    assert kept.audit(CONTRACT).findings[0].remedy.startswith("put that file into the bucket again")


def test_a_rebuild_reads_the_exact_version_whatever_came_later(kept: House) -> None:
    kept.put(*upload("2026-01", rated=100, satisfied=1))
    assert found(kept, rebuild=True) == []


def test_another_version_of_the_plugin_is_no_tampering(kept: House) -> None:
    upgrade("2")
    audit = kept.audit(CONTRACT, rebuild=True)
    assert audit.findings == ()
    note = audit.checks[-1].note or ""
    assert "what testia 0 gave, installed is 2: no tampering" in note
    assert "kaohe rescore testia --dry-run" in note


def test_what_waits_for_a_plugin_is_audited_too(kept: House) -> None:
    testia.BROKEN.add("compute_deductions")
    kept.send("2026-04", rated=100, satisfied=90)
    audit = kept.audit(CONTRACT, rebuild=True)
    assert (audit.findings, audit.checks[-1].looked_at) == ((), 0)
    assert "wait for the plugin" in (audit.checks[-1].note or "")
    testia.BROKEN.clear()
    kept.rescore(CONTRACT, at=kept.clock, actor="ops")
    assert found(kept, rebuild=True) == []


def test_strays_have_a_chain_of_their_own(house: House) -> None:
    key = "submissions/testia/vendor/2031-03/a.json"
    house.receive(key, house.put(key, b"{}"), received_at=house.clock)
    assert house.audit("region#testia").findings == ()
    (stray,) = [item for item in house.items() if item[0] == "region#testia" and item[1].startswith("submission#")]
    house.table._client.update_item(
        TableName=house.table.name,
        Key={"pk": {"S": stray[0]}, "sk": {"S": stray[1]}},
        UpdateExpression="REMOVE portfolio_month",
    )
    assert house.audit("region#testia").findings == ()  # as an earlier build wrote it
    with pytest.raises(NotFound, match="holds nothing"):
        house.audit(CONTRACT)


@pytest.fixture
def environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOHE_BUCKET", house.bucket.name)
    monkeypatch.setenv("KAOHE_TABLE", house.table.name)
    monkeypatch.setattr("kaohe.store.Table._client", house.table._client)


@pytest.mark.usefixtures("environment")
def test_the_command_tells_the_first_broken_link_and_what_to_do(
    kept: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", CONTRACT, "--rebuild"]) == 0
    assert "it all holds" in capsys.readouterr().out
    remove(kept, JANUARY)
    assert main(["audit", CONTRACT]) == 1
    shown = capsys.readouterr().out
    assert f"{JANUARY} was removed: entry 1 wrote it" in shown
    assert "What to do: restore the table" in shown
    assert main(["audit", CONTRACT, "--json"]) == 1
    assert Audit.model_validate_json(capsys.readouterr().out).findings[0].item == JANUARY
    assert isinstance(kept.bucket, Bucket)


def test_a_region_in_place_of_a_contract_is_told_what_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "testia"]) == 2
    assert "testia is a region; audit one of its contracts: testia-2026" in capsys.readouterr().err
