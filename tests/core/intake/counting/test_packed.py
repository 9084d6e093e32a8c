"""Records that come packed: in a zip, in .csv.gz, in parquet; within the limits, or clearly refused."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.intake import archive, check_size, limits, reading
from kaohe.intake.counting import unpacking

from tests.core.intake.counting.conftest import Faults, Read
from tests.core.intake.counting.test_calls import HEADER, by_hand, figures, lively, text_of

Handed = Callable[[bytes], bytes | Path]
ROWS = lively()
TEXT = text_of(ROWS)


def zipped(members: dict[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def parquet(folder: Path, select: str) -> bytes:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{folder / 'a.parquet'}' (FORMAT parquet)")
    return (folder / "a.parquet").read_bytes()


@pytest.fixture(params=["in memory", "on disk"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Handed]:
    """How an upload is handed over: a small one as bytes; a large one as a file, and so are its members."""
    if request.param == "in memory":
        yield lambda data: data
        return
    monkeypatch.setattr(reading, "MAX_FILE", 10)

    def on_disk(data: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    yield on_disk


def test_records_in_a_zip_are_counted_by_whatever_they_are_packed_in(read: Read, tmp_path: Path, large: Handed) -> None:
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8", newline="")
    as_parquet = parquet(tmp_path, f"FROM read_csv('{tmp_path / 'a.csv'}', all_varchar=true)")
    members: dict[str, bytes | str] = {"a.csv": TEXT, "a.csv.gz": gzip.compress(TEXT.encode()), "a.parquet": as_parquet}
    for name, content in members.items():
        assert figures(read(large(zipped({name: content})), "记录.zip")) == by_hand(ROWS)


def test_a_member_of_more_than_is_unpacked_into_memory_is_counted_from_disk(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10)
    assert figures(read(zipped({"a.csv": TEXT}), "记录.zip")) == by_hand(ROWS)


def code(faults: Faults, data: bytes, name: str) -> list[str]:
    found: list[Fault] = faults(data, name)
    assert all(fault.message for fault in found)
    return [fault.code for fault in found]


def test_more_unpacked_records_than_there_is_room_for(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (archive, unpacking):
        monkeypatch.setattr(module, "MAX_RECORDS", len(TEXT.encode()) - 1)
    assert code(faults, zipped({"a.csv": TEXT}), "记录.zip") == ["file-too-large"]
    assert code(faults, gzip.compress(TEXT.encode()), "记录.csv.gz") == ["file-too-large"]


def test_a_zip_that_lies_about_its_size_is_stopped_where_the_room_ends(
    faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_RECORDS", 100_000)
    data = os.urandom(50_000).hex().encode() * 3
    packed = zipped({"a.csv": data})
    size = len(data).to_bytes(4, "little")
    assert packed.count(size) == 2
    assert code(faults, packed.replace(size, (1000).to_bytes(4, "little")), "记录.zip")[0] in (
        "file-too-large",
        "damaged",
    )


def test_a_bomb_is_refused_unread(faults: Faults) -> None:
    assert code(faults, zipped({"a.csv": b"0" * (limits.RATIO_FLOOR + 1)}), "记录.zip") == ["unsafe-archive"]


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_packed_files_that_were_cut_off(faults: Faults, tmp_path: Path, cut: float) -> None:
    packed = gzip.compress(TEXT.encode())
    assert code(faults, packed[: int(len(packed) * cut)], "记录.csv.gz") == ["damaged"]
    whole = parquet(tmp_path, "SELECT range AS 通话编号, range AS 排队时间, range AS 应答时间 FROM range(1000)")
    assert code(faults, whole[: int(len(whole) * cut)], "记录.parquet") == ["damaged"]


def test_a_parquet_file_with_damage_inside_is_no_crash(faults: Faults, tmp_path: Path) -> None:
    whole = parquet(tmp_path, "SELECT uuid() AS 通话编号, uuid() AS 排队时间, uuid() AS 应答时间 FROM range(1000)")
    assert code(faults, whole[:4] + b"\xff" * 100 + whole[104:], "记录.parquet") == ["damaged"]


def test_a_small_parquet_file_of_too_many_rows(faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ROWS", 999)
    whole = parquet(tmp_path, "SELECT range AS 通话编号, range AS 排队时间, range AS 应答时间 FROM range(1000)")
    assert code(faults, whole, "记录.parquet") == ["file-too-large"]


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("a.csv", limits.MAX_RECORDS),
        ("a.parquet", limits.MAX_RECORDS),
        ("a.csv.gz", limits.MAX_PACKED),
        ("a.zip", limits.MAX_PACKED),
        ("a.xlsx", limits.MAX_FILE),
    ],
)
def test_the_stated_sizes_and_what_to_do_beyond_them(name: str, most: int) -> None:
    check_size(most, name)
    with pytest.raises(Refused) as caught:
        check_size(most + 1, name)
    (fault,) = caught.value.faults
    assert fault.expected == f"不超过{most // limits.MIB} MB"
    assert ("分成几个文件" in fault.message) == (name != "a.xlsx")
    assert "汇总" in fault.message


def test_headers_are_needed_in_each_file_of_a_zip(faults: Faults) -> None:
    assert HEADER[0] in TEXT
    assert code(faults, zipped({"a.csv": TEXT, "b.csv": "甲,乙\n1,2\n"}), "记录.zip") == ["no-header"]
