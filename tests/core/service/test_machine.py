"""Whatever happens to deliveries, in whatever order: what is stored is what the newest good versions give.

A machine that stores, corrects and deletes uploads, delivers them late, twice, out of order or never, at the same
time as others, to a process that dies at any call to AWS, with plugins that break and are mended. Its model is one
line: the newest good version of each key, derived at once. ``--hypothesis-profile=nightly`` runs it for long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from kaohe import intake, plugins, scoring
from kaohe.errors import PluginError
from kaohe.model import canonical
from kaohe.plugins import load_region
from kaohe.results import Document
from kaohe.service.findings import Finding, Kind
from kaohe.service.sweeping import Sweep, folders
from kaohe.store import UNASSIGNED, Bucket, Table, clients, stray_partition, verify_chain
from kaohe.submission import Submission

from tests.core.service import testia
from tests.core.service.fake import FakeDynamo, FakeS3
from tests.core.service.house import CONTRACT, NOON, House, upgrade, upload
from tests.core.store.backend import create_bucket, create_table
from tests.faults import MOMENTS, Calls, Moment

VENDOR_FILES: list[dict[str, Any]] = [
    {"rated": 100, "satisfied": 97},
    {"rated": 100, "satisfied": 96},
    {"rated": 200, "satisfied": 190},
    {"rated": 100, "satisfied": 101},
    {"rated": "?"},
    {"rated": 13, "satisfied": 13},
]
BAD, POISON = (3, 4), 5
COMPLAINT = {"kind": "complaint.verified", "on": "2026-02-03"}
RULING = {"kind": "ruling", "reading": "repeated", "option": "once"}
AUTHORITY_FILES: list[dict[str, Any]] = [
    {"events": [{**COMPLAINT, "ref": "1"}]},
    {"events": [{**COMPLAINT, "ref": "1"}, {**COMPLAINT, "ref": "2", "on": "2026-02-04"}]},
    {"events": [{**RULING, "on": "2026-05-02", "since": "2026-01-01"}]},
    {"events": [{**COMPLAINT, "on": "2027-12-31"}]},
    {"events": [{"kind": "no such"}]},
    {"events": []},
]
PLACES = [
    ("vendor", "2026-01", "a.json"),
    ("vendor", "2026-02", "a.json"),
    ("vendor", "2026-02", "b.json"),
    ("authority", "2026-02", "a.json"),
    ("vendor", "2031-01", "a.json"),  # of no contract: always refused
]
PARTITIONS = (CONTRACT, stray_partition("testia"), UNASSIGNED)
SOME = st.integers(0, 99)
STEPS = 60 if settings.get_current_profile_name() == "nightly" else 30


class Crash(BaseException):
    """The process ended here: nothing may catch this."""


class Poison(Exception):
    """A fault of our own in reading a file: not foreseen, so it is no refusal."""


@dataclass(frozen=True)
class Stored:
    """One version as the model knows it."""

    version: str | None
    content: bytes
    good: bool


@dataclass(frozen=True)
class Message:
    """One delivery."""

    key: str
    version: str | None
    at: datetime


class Deliveries(RuleBasedStateMachine):
    """The machine, on AWS in a dictionary."""

    poisonous: ClassVar[bool] = True
    tried: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.house = self.build()
        self.versions: dict[str, list[Stored]] = {}
        self.outstanding: list[Message] = []
        self.delivered: list[Message] = []
        self.lost: list[Message] = []
        self.reached: dict[str, int] = {}
        self.plugin, self.stored, self.looked_at = "1", 0, 0
        Deliveries.poisonous = True
        self.restart()

    def build(self) -> House:
        self.calls = Calls()
        return House(Bucket("fake", FakeS3(self.calls)), Table("fake", FakeDynamo(self.calls)))  # type: ignore[arg-type]

    # ---- what happens to uploads ----

    @rule(place=st.sampled_from(PLACES), number=st.integers(0, 5))
    def store(self, place: tuple[str, str, str], number: int) -> None:
        self.tried["files stored"] += 1
        source, month, name = place
        files = VENDOR_FILES if source == "vendor" else AUTHORITY_FILES
        key, content = upload(month, source=source, name=name, **files[number])
        version = self.house.put(key, content)
        self.stored += 1
        good = number not in BAD and month != "2031-01"
        self.versions.setdefault(key, []).append(Stored(version, content, good))
        self.outstanding.append(Message(key, version, NOON + timedelta(minutes=self.stored)))

    @precondition(lambda self: self.versions)
    @rule(some=SOME)
    def delete(self, some: int) -> None:
        self.tried["files deleted"] += 1
        key = sorted(self.versions)[some % len(self.versions)]
        self.house.bucket._client.delete_object(Bucket=self.house.bucket.name, Key=key)

    # ---- what happens to deliveries ----

    @precondition(lambda self: self.outstanding)
    @rule(some=SOME)
    def deliver(self, some: int) -> None:
        self.settle(self.take(some))

    @precondition(lambda self: self.delivered)
    @rule(some=SOME)
    def deliver_again(self, some: int) -> None:
        self.handle(self.delivered[some % len(self.delivered)])

    @precondition(lambda self: self.outstanding)
    @rule(some=SOME)
    def lose(self, some: int) -> None:
        self.tried["notices lost"] += 1
        self.lost.append(self.take(some))

    @precondition(lambda self: self.outstanding)
    @rule(some=SOME, number=st.integers(1, 14), moment=st.sampled_from(MOMENTS))
    def crash(self, some: int, number: int, moment: Moment) -> None:
        with self.at(number, moment, self.die):
            self.settle(self.take(some))

    @precondition(lambda self: len(self.outstanding) > 1)
    @rule(some=SOME, other=SOME, number=st.integers(1, 14), moment=st.sampled_from(MOMENTS))
    def deliver_both_at_once(self, some: int, other: int, number: int, moment: Moment) -> None:
        self.tried["two at once"] += 1
        mine, others = self.take(some), self.take(other)
        done: list[bool] = []
        with self.at(number, moment, lambda: done.append(self.handle(others))):
            self.settle(mine)
        (self.delivered if done == [True] else self.outstanding).append(others)

    @rule()
    def sweep_up(self) -> None:
        for finding in self.sweep():
            assert finding.became or testia.BROKEN or finding.kind is Kind.DELETED or "Poison" in finding.why

    @precondition(lambda self: self.versions)
    @rule(number=st.integers(1, 40), moment=st.sampled_from(MOMENTS))
    def sweep_and_crash(self, number: int, moment: Moment) -> None:
        with self.at(number, moment, self.die), suppress(Crash):
            self.sweep()

    # ---- what happens to plugins ----

    @rule()
    def rescore(self) -> None:
        self.work_out_again()

    @rule(number=st.integers(1, 20), moment=st.sampled_from(MOMENTS))
    def rescore_and_crash(self, number: int, moment: Moment) -> None:
        with self.at(number, moment, self.die):
            self.work_out_again()

    @precondition(lambda self: self.outstanding)
    @rule(some=SOME, number=st.integers(1, 14), moment=st.sampled_from(MOMENTS))
    def rescore_while_delivering(self, some: int, number: int, moment: Moment) -> None:
        self.tried["two at once"] += 1
        with self.at(number, moment, self.work_out_again):
            self.settle(self.take(some))

    @rule(plugin=st.sampled_from("123"))
    def install(self, plugin: str) -> None:
        self.plugin = plugin
        self.restart()

    @rule(hook=st.sampled_from(["contracts", "compute_deductions"]))
    def break_plugin(self, hook: str) -> None:
        self.tried["plugins broken"] += 1
        testia.BROKEN.add(hook)
        self.restart()

    @precondition(lambda self: bool(testia.BROKEN))
    @rule()
    def mend_plugin(self) -> None:
        testia.BROKEN.clear()
        self.restart()

    # ---- what holds at every moment ----

    @invariant()
    def holds(self) -> None:
        self.chains_hold()
        self.nothing_goes_back()
        self.nothing_is_partial()

    def chains_hold(self) -> None:
        for partition in PARTITIONS:
            lock, chain = self.house.table.lock(partition), self.house.table.audit(partition)
            verify_chain(chain, lock)
            assert lock.version == lock.audit == len(chain)

    def nothing_goes_back(self) -> None:
        for key, facts in self.house.table.facts(CONTRACT).items():
            known = [it.version for it in self.versions[key]]
            number = known.index(facts.version.version_id)
            assert self.versions[key][number].good
            assert number >= self.reached.get(key, 0)
            self.reached[key] = number

    def nothing_is_partial(self) -> None:
        lock, before = self.house.table.lock(CONTRACT), self.looked_at
        self.looked_at = lock.version
        frame = lock.read_frame()
        if lock.version == before or frame is None or lock.pending or frame.plugin.version != self.plugin:
            return
        with self.mended():
            in_force = [facts.submission for facts in self.house.table.facts(CONTRACT).values()]
            assert spelt(self.house.document(CONTRACT)) == spelt(derived(in_force))

    # ---- how it ends ----

    def teardown(self) -> None:
        testia.BROKEN.clear()
        Deliveries.poisonous = False
        self.restart()
        self.work_out_again()
        for message in self.outstanding:
            assert self.handle(message)
        self.sweep()
        self.ends_as_the_model_says()
        self.nothing_is_lost()
        self.nothing_is_there_twice()
        self.repeats_change_nothing()
        self.clear_away()

    def ends_as_the_model_says(self) -> None:
        newest = list(self.newest_good())
        facts = self.house.table.facts(CONTRACT)
        assert {key: it.version.version_id for key, it in facts.items()} == {key: it.version for key, it in newest}
        if newest:
            submissions = [read(key, it.content) for key, it in newest]
            assert spelt(self.house.document(CONTRACT)) == spelt(derived(submissions))
        self.chains_hold()
        assert all(self.house.table.lock(partition).pending == () for partition in PARTITIONS)

    def nothing_is_lost(self) -> None:
        """Every version is on record: in force, refused or superseded; every delivered one, that is."""
        records = [record for partition in PARTITIONS for record in self.house.table.submissions(partition)]
        known = {(record.key, record.version) for record in records}
        assert {(it.key, it.version) for it in [*self.delivered, *self.outstanding]} <= known
        current = {(key, versions[-1].version) for key, versions in self.versions.items()}
        assert current <= known

    def nothing_is_there_twice(self) -> None:
        """A version comes into force once, a revision is made once, and one version of a key is accepted."""
        chain = self.house.table.audit(CONTRACT)
        uploads = Counter((it.key, it.version) for entry in chain for it in entry.uploads if it.status == "accepted")
        revisions = Counter((month, text) for entry in chain for month, text in entry.revisions.items() if "r" in text)
        revisions = Counter({key: n for key, n in revisions.items() if key[1] != "withdrawn"})
        assert set(uploads.values()) <= {1}
        assert set(revisions.values()) <= {1}
        stored = [sk for pk, sk in self.house.items() if pk == CONTRACT and "#r" in sk and sk.startswith("assessment#")]
        assert len(stored) == len(revisions)
        accepted = Counter(r.key for r in self.house.table.submissions(CONTRACT) if r.status == "accepted")
        assert dict(accepted) == {key: 1 for key, _ in self.newest_good()}

    def repeats_change_nothing(self) -> None:
        """A second delivery of everything may note an old version where its contract is now known; a third nothing."""
        results = self.results()
        self.all_come_again()
        assert self.results() == results
        before = self.house.items()
        self.all_come_again()
        self.work_out_again()
        found = self.sweep()
        assert self.house.items() == before
        assert {finding.kind for finding in found} <= {Kind.DELETED}

    def all_come_again(self) -> None:
        for message in [*self.outstanding, *self.delivered]:
            assert self.handle(message)

    def results(self) -> dict[tuple[str, str], Any]:
        """What stands in the table of figures: all but the records of uploads, the chain and the lock."""
        others = ("submission#", "audit#", "contract")
        return {key: item for key, item in self.house.items().items() if not key[1].startswith(others)}

    def clear_away(self) -> None:
        """Nothing to do for a dictionary."""

    # ---- how it works ----

    def take(self, some: int) -> Message:
        return self.outstanding.pop(some % len(self.outstanding))

    def settle(self, message: Message) -> None:
        (self.delivered if self.handle(message) else self.outstanding).append(message)

    def handle(self, message: Message) -> bool:
        """Whether it went well; if not, it comes again."""
        self.tried["deliveries"] += 1
        try:
            self.house.receive(message.key, message.version, received_at=message.at)
        except (Crash, Poison):
            return False
        return True

    def work_out_again(self) -> None:
        self.tried["rescorings"] += 1
        try:
            self.house.rescore(CONTRACT, at=NOON, actor="ops")
        except (Crash, Poison):
            pass
        except PluginError:
            assert testia.BROKEN

    def sweep(self) -> list[Finding]:
        """A sweep long after everything came; it takes in what was lost."""
        self.tried["sweeps"] += 1
        run = Sweep(self.house, datetime.now(UTC) + timedelta(days=10_000), mend=True)
        return [finding for name in folders(self.house) for finding in run.folder(name).findings]

    @contextmanager
    def at(self, number: int, moment: Moment, act: Callable[[], object]) -> Iterator[None]:
        self.calls.made.clear()
        self.calls.number, self.calls.moment, self.calls.act = number, moment, act
        try:
            yield
        finally:
            self.calls.number = 0

    def die(self) -> None:
        self.tried["deaths at a call"] += 1
        raise Crash

    def restart(self) -> None:
        """As if the process were new: plugins are loaded again."""
        plugins.load_region.cache_clear()
        if "contracts" not in testia.BROKEN:
            upgrade(self.plugin)

    @contextmanager
    def mended(self) -> Iterator[None]:
        broken = set(testia.BROKEN)
        if broken:
            testia.BROKEN.clear()
            self.restart()
        yield
        if broken:
            testia.BROKEN.update(broken)
            self.restart()

    def newest_good(self) -> Iterator[tuple[str, Stored]]:
        for key, versions in self.versions.items():
            if good := [it for it in versions if it.good]:
                yield key, good[-1]


class DeliveriesOnMoto(Deliveries):
    """The same on moto: slow, and somebody else's idea of AWS."""

    watched: ClassVar[Calls]

    def build(self) -> House:
        self.calls = self.watched
        self.calls.number = 0
        dynamodb = clients.dynamodb()
        return House(create_bucket(versions=True), Table(create_table(dynamodb), dynamodb))

    def clear_away(self) -> None:
        clients.dynamodb().delete_table(TableName=self.house.table.name)


def spelt(document: Document) -> bytes:
    """Its one spelling: equal bits are asked for."""
    return canonical(document.model_dump(mode="json")).encode()


def derived(submissions: list[Submission]) -> Document:
    region = load_region("testia")
    return scoring.derive(region, region.contract(CONTRACT), submissions, None)


def read(key: str, content: bytes) -> Submission:
    region = load_region("testia")
    return intake.read(content, intake.parse_key(key), region.catalogue, region.contracts, NOON.date())


@pytest.fixture(autouse=True)
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that fails at a certain figure, until it is mended."""
    really = intake.read

    def reads(data: bytes, *arguments: Any) -> Submission:
        if Deliveries.poisonous and b'"survey.rated": 13,' in data:
            raise Poison
        return really(data, *arguments)

    monkeypatch.setattr(intake, "read", reads)


@pytest.mark.timeout(7200)
def test_whatever_happens_the_newest_good_versions_decide() -> None:
    Deliveries.tried.clear()
    run_state_machine_as_test(Deliveries, settings=settings(stateful_step_count=STEPS))
    print(f"tried: {dict(Deliveries.tried)}")


@pytest.mark.timeout(7200)
def test_whatever_happens_on_moto_too() -> None:
    DeliveriesOnMoto.watched = Calls()
    DeliveriesOnMoto.watched.watch(clients.s3(), clients.dynamodb())
    few = max(2, settings().max_examples // 50)
    run_state_machine_as_test(DeliveriesOnMoto, settings=settings(max_examples=few, stateful_step_count=STEPS // 2))


def test_a_late_delivery_of_an_old_version_leaves_the_receipt_of_the_new_one_alone(house: House) -> None:
    (key, old), (_, new) = upload("2026-03", rated=100, satisfied=97), upload("2026-03", rated=100, satisfied=101)
    first, second = house.put(key, old), house.put(key, new)
    house.receive(key, second, received_at=NOON, actor="clerk")
    house.receive(key, first, received_at=NOON - timedelta(hours=1), actor="another")
    before = house.items()
    for late in (first, second, None):
        house.receive(key, late, received_at=NOON)
    assert house.items() == before
    receipt = next(record for record in house.submissions(CONTRACT) if record.version == second)
    assert (receipt.received_at, receipt.actor) == (NOON, "clerk")


def test_of_two_versions_that_waited_for_a_plugin_the_older_is_superseded(house: House) -> None:
    testia.BROKEN.add("contracts")
    first = house.send("2026-03", rated=100, satisfied=97).submission
    second = house.send("2026-03", rated=100, satisfied=99).submission
    testia.BROKEN.clear()
    house.rescore(CONTRACT, at=NOON, actor="ops")
    for partition in (stray_partition("testia"), CONTRACT):
        found = {record.version: record.status.value for record in house.table.submissions(partition)}
        assert found == {first.version: "superseded", second.version: "accepted"}
