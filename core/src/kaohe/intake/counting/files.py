"""Which files are records, and how each kind of file gets to be counted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.intake.counting.nearest import UNKNOWN, advice
from kaohe.intake.counting.reading import is_records, read_records
from kaohe.intake.counting.source import HEAD, copy_as_utf8, encoding_of, first_rows, header_of
from kaohe.intake.counting.unpacking import gunzip, parquet_as_csv
from kaohe.intake.draft import Draft
from kaohe.intake.sniff import suffix
from kaohe.intake.spots import Spot

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF_16 = ("utf-16-le", "utf-16-be")


def is_packed_records(data: bytes, spot: Spot) -> bool:
    """Whether a file is of a form that only records come in."""
    end = spot.file.strip().lower()
    packed = end.endswith(".csv.gz") and data.startswith(_GZIP)
    return packed or (suffix(spot.file) == ".parquet" and data.startswith(_PARQUET))


def has_records(data: bytes, draft: Draft) -> bool:
    """Whether a CSV file in memory holds records."""
    return header_of(data[:HEAD], lambda row: is_records(row, draft)) is not None


def read_records_of(data: bytes, spot: Spot, draft: Draft, folder: Path) -> None:
    """Count records that are in memory."""
    path = folder / f"upload-{spot.rank[0]}"
    path.write_bytes(data)
    read_record_file(path, spot, draft, folder)


def read_record_file(path: Path, spot: Spot, draft: Draft, folder: Path) -> None:
    """Count a file on disk that can only be one of records, whatever it is wrapped in."""
    # Of several files in a zip, each may take all the room there is.
    with TemporaryDirectory(dir=folder) as room:
        plain = _plain(path, spot, draft, Path(room))
        if plain is not None and not read_records(plain, spot, draft):
            told = advice(first_rows(_head(plain)), draft.context.catalogue) or UNKNOWN
            message = f"前10行里找不到明细记录的表头；{told}"
            draft.report.add("no-header", message, spot, expected="如 通话编号、排队时间、应答时间")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _plain(path: Path, spot: Spot, draft: Draft, folder: Path) -> Path | None:
    """The file as CSV in an encoding that is read as it is; None where a fault says why not."""
    head, into = _head(path), folder / "plain"
    if head.startswith(_GZIP):
        inner = gunzip(path, into, draft, spot)
        return inner and _in_utf8(inner, spot, draft, folder)
    if head.startswith(_PARQUET):
        return parquet_as_csv(path, into, draft, spot)
    return _in_utf8(path, spot, draft, folder)


def _in_utf8(path: Path, spot: Spot, draft: Draft, folder: Path) -> Path | None:
    encoding = encoding_of(_head(path))
    if encoding not in _UTF_16:
        return path
    into = folder / "utf8"
    try:
        with into.open("wb") as file:
            copy_as_utf8(path, "utf-16", file)
    except UnicodeDecodeError:
        draft.report.add("bad-encoding", "文件的 UTF-16 编码不完整；请另存为“CSV UTF-8”后上传", spot)
        return None
    return into
