"""What any build has stored, later builds must read: ``forms`` holds each kind of item as builds have written it.

Never change a file there. A new field of a record that is stored needs a default, and a further file that states it,
such as ``facts-2.json``; a field that goes must still be understood in the files that are there.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kaohe.model import Record, stored
from kaohe.payable import Settlement
from kaohe.results import Renewal
from kaohe.store import AuditEntry, Frame, Lock, OtherBuild, Revision, StoredFacts, SubmissionRecord, items

FILES = sorted((Path(__file__).parent / "forms").glob("*.json"))
KEPT: dict[str, type[Record]] = {
    "facts": StoredFacts,
    "submission": SubmissionRecord,
    "audit": AuditEntry,
    "contract": Lock,
}
RESULTS: dict[str, type[Record]] = {"revision": Revision, "settlement": Settlement, "renewal": Renewal}


def name(file: Path) -> str:
    return file.stem


def kind(file: Path) -> type[Record]:
    return (KEPT | RESULTS)[file.stem.partition("-")[0]]


def read(file: Path, **changed: Any) -> Record:
    """The item that a form is the body of, with fields of its top changed."""
    body = gzip.compress(json.dumps(json.loads(file.read_text("utf-8")) | changed).encode())
    return items.unpack({"pk": "demo-2026", "sk": "facts#vendor#2026-03#王小明", "body": body}, kind(file))


def first(*names: str) -> list[Path]:
    return [file for file in FILES if file.stem in {f"{name}-1" for name in names}]


def is_said(content: Any, by: Any) -> bool:
    """Whether everything that a form says is said by what was read from it; that may say more."""
    if isinstance(content, dict):
        return isinstance(by, dict) and all(key in by and is_said(value, by[key]) for key, value in content.items())
    if isinstance(content, list):
        return len(content) == len(by) and all(map(is_said, content, by))
    return bool(content == by)


def records(of: Any) -> Iterator[Record]:
    if isinstance(of, Record):
        yield of
        of = [getattr(of, field) for field in type(of).model_fields]
    if isinstance(of, dict):
        of = list(of.values())
    if isinstance(of, (tuple, list)):
        for part in of:
            yield from records(part)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_form_is_read(file: Path) -> None:
    record = read(file)
    assert isinstance(record, kind(file))
    if isinstance(record, Lock):
        assert isinstance(record.read_frame(), Frame)


@pytest.mark.parametrize("file", [file for file in FILES if file.stem.partition("-")[0] in KEPT], ids=name)
def test_of_what_is_kept_for_ever_nothing_is_lost(file: Path) -> None:
    assert is_said(json.loads(file.read_text("utf-8")), stored(read(file)))


def test_every_field_of_this_build_stands_in_a_form() -> None:
    found = [read(file) for file in FILES]
    found += [frame for lock in found if isinstance(lock, Lock) and (frame := lock.read_frame())]
    stated = {(type(r).__name__, field) for record in found for r in records(record) for field in r.model_fields_set}
    known = {(type(r).__name__, field) for record in found for r in records(record) for field in type(r).model_fields}
    assert known - stated == set(), "write a further form that states them"
    assert {"Event", "Figure", "Fault", "Deduction", "Termination", "Objection"} <= {name for name, _ in known}


@pytest.mark.parametrize("file", first(*KEPT), ids=name)
def test_what_a_newer_build_knows_of_facts_is_not_passed_over(file: Path) -> None:
    with pytest.raises(
        OtherBuild, match=r"demo-2026 facts#vendor#2026-03 was written by another build.* in novelty; deploy"
    ) as told:
        read(file, novelty="王小明")
    assert "王小明" not in str(told.value)


@pytest.mark.parametrize("file", first(*RESULTS), ids=name)
def test_what_it_knows_of_results_is(file: Path) -> None:
    assert read(file, novelty=1) == read(file)


def test_results_that_say_something_else_are_not_read() -> None:
    (file,) = first("settlement")
    with pytest.raises(OtherBuild, match="in instalments, carried; 'kaohe rescore"):
        read(file, carried=None, instalments="none")
