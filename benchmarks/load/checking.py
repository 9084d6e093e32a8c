"""Whether each contract ended as a direct derivation of its files says, with one write a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from kaohe import intake, scoring
from kaohe.model import content_digest
from kaohe.plugins import load_region
from kaohe.settings import Settings
from kaohe.store import Table, verify_chain

from benchmarks.load.uploads import RECEIVED, Upload


def check(uploads: Sequence[Upload], late: set[str], workers: int) -> list[str]:
    """What is wrong, contract by contract; nothing where each month is scored once, from its newest file.

    Args:
        uploads: all that was sent.
        late: keys of which an older version was delivered after a newer one.
        workers: processes that look at them.
    """
    mine: dict[str, dict[str, bytes]] = {}
    for upload in uploads:  # the last of a key is the newest
        mine.setdefault(upload.region, {})[upload.key] = upload.content
    asked = [(region, files, len(late & files.keys())) for region, files in mine.items()]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return [
            problem for problems in pool.map(_problems, *zip(*asked, strict=True), chunksize=50) for problem in problems
        ]


def _problems(name: str, files: Mapping[str, bytes], late: int) -> list[str]:
    return [f"{name}: {problem}" for problem in _wrong(name, files, late)]


def _wrong(name: str, files: Mapping[str, bytes], late: int) -> Iterator[str]:
    region, table = load_region(name), Table(Settings.load().table)
    (contract,) = region.contracts
    known = (region.catalogue, region.contracts, RECEIVED)
    document = scoring.derive(
        region, contract, [intake.read(content, intake.parse_key(key), *known) for key, content in files.items()], None
    )
    lock, entries = table.lock(contract.id), table.audit(contract.id)
    verify_chain(entries, lock)
    if {month: it.digest for month, it in lock.months.items()} != {it.month: it.digest for it in document.assessments}:
        yield "its months are not what its files give"
    if (lock.settlement, lock.renewal) != (content_digest(document.settlement), content_digest(document.renewal)):
        yield "its payments or its renewal are not what its files give"
    if len(entries) != len(files) + late:
        yield f"{len(entries)} writes for {len(files)} files, {late} of them heard of too late"
    if (accepted := [it.key for it in table.submissions(contract.id) if it.status == "accepted"]) != sorted(files):
        yield f"{len(accepted)} files are in force, {len(files)} were sent"
