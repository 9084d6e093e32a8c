"""A zip of files: its members by their true names, flat, one level deep."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kaohe.intake.archive import Unpacker, is_for_disk
from kaohe.intake.limits import MAX_FILES
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

_LITTER = (".ds_store", "thumbs.db", "desktop.ini")


def members(
    data: bytes | Path, spot: Spot, unpacker: Unpacker, report: Report, folder: Path
) -> Iterator[tuple[bytes | Path, Spot]]:
    """The files in a zip with their places, one at a time; whatever cannot be read is reported.

    What may be records is written to the folder, and is gone once the next one is asked for.
    """
    opened = unpacker.open(data, spot)
    if opened is None:
        return
    listed = [(info, true_name(info)) for info in opened.infolist()]
    wanted = [(info, name) for info, name in listed if not _is_litter(info, name)]
    if not wanted:
        report.add("empty-file", "压缩包里没有文件", spot)
    if len(wanted) > MAX_FILES:
        report.add("unsafe-archive", f"压缩包里文件过多（{len(wanted)}个，最多{MAX_FILES}个）", spot)
        return
    for rank, (info, name) in enumerate(wanted):
        place = replace(spot, file=name, archive=spot.file, rank=(rank, 0))
        if problem := _path_problem(name):
            report.add("unsafe-archive", problem, replace(place, file=_printable(name)))
        else:
            with _unpacked(unpacker, opened, info, place, folder) as content:
                if content is not None:
                    yield content, place


@contextmanager
def _unpacked(
    unpacker: Unpacker, opened: zipfile.ZipFile, info: zipfile.ZipInfo, place: Spot, folder: Path
) -> Iterator[bytes | Path | None]:
    """A member, on disk where it may be records; None where a fault says why not."""
    if not is_for_disk(info):
        yield unpacker.read(opened, info, place)
        return
    into = folder / f"member-{place.rank[0]}"
    yield into if unpacker.save(opened, info, into, place) else None
    into.unlink(missing_ok=True)


def true_name(info: zipfile.ZipInfo) -> str:
    """A member's name as whoever packed it wrote it.

    Chinese Windows writes GB18030 and does not say so; the standard then calls for code page 437, from which
    the bytes can be got back.
    """
    if info.flag_bits & 0x800:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _is_litter(info: zipfile.ZipInfo, name: str) -> bool:
    last = name.rsplit("/", 1)[-1].casefold()
    # "~$" begins the lock file that Excel leaves beside an open workbook.
    return info.is_dir() or name.startswith("__MACOSX/") or last in _LITTER or last.startswith("~$")


def _path_problem(name: str) -> str | None:
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cf") for c in name) or ".." in name.replace("\\", "/").split("/"):
        return "压缩包里的文件名不合法；请改用普通文件名重新压缩"
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "压缩包里的文件名带有绝对路径；请重新压缩"
    if "/" in name or "\\" in name:
        return "压缩包里有文件夹；请把表格直接放在压缩包第一层，不要放进文件夹"
    return None


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:80]
