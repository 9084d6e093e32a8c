"""The guard before anything is unpacked, and the only place that unpacks.

The directory of a zip is read first and held against the limits. Since what it declares may be a lie, what is
actually unpacked is counted as well, over the whole upload. A workbook that inflates past the memory limit
would end the process without a word.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO

from kaohe.intake.limits import MAX_MEMBERS, MAX_RATIO, MAX_RECORDS, MAX_UNPACKED, MIB, RATIO_FLOOR, RECORDS
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

_ENTRY = b"PK\x01\x02"
_BEFORE_FIRST = 4
"""Bytes that may stand before the first member: the mark of a zip made to be split."""
_STEP, _BLOCK = 1 << 16, 1 << 24
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TOO_MANY_RECORDS = f"明细记录解压后超过{MAX_RECORDS // MIB} MB；请只留需要的列，或改报汇总数据"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)


def directory(data: bytes) -> list[str] | None:
    """The names that a zip's directory lists; None where the end of the file, which holds it, is cut off.

    Only to tell what a zip is; nothing is unpacked. Whether it is overfull has to be asked first.
    """
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except _BROKEN:
        return None
    # In a zip that is cut off behind a workbook it holds, the workbook's own directory is the last one.
    if infos and min(info.header_offset for info in infos) > _BEFORE_FIRST:
        return None
    return [info.filename for info in infos]


def is_overfull(data: bytes | Path) -> bool:
    """Whether a zip has too many entries for its directory to be read.

    Counted in the raw bytes, because reading a directory of 400,000 entries takes the memory already.
    """
    if isinstance(data, bytes):
        return data.count(_ENTRY) > 10 * MAX_MEMBERS
    found, end = 0, b""
    with data.open("rb") as file:
        while block := file.read(_BLOCK):
            found += (end + block).count(_ENTRY)
            end = block[1 - len(_ENTRY) :]
    return found > 10 * MAX_MEMBERS


def is_for_disk(info: zipfile.ZipInfo) -> bool:
    """Whether a member may be one of records, which are large and go to disk instead of memory."""
    return info.orig_filename.lower().endswith(RECORDS)


class Unpacker:
    """Unpacks for one upload and keeps count of what it has unpacked."""

    def __init__(self, report: Report, limit: int = MAX_UNPACKED) -> None:
        self._report, self._left, self._left_on_disk = report, limit, MAX_RECORDS

    def open(self, data: bytes | Path, spot: Spot) -> zipfile.ZipFile | None:
        """The zip in ``data`` once its directory has passed; else None, and the faults are reported."""
        if is_overfull(data):
            self._refuse(spot, f"包内文件过多（超过{MAX_MEMBERS}个）")
            return None
        try:
            opened = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        except _BROKEN:
            self._report.add("damaged", "文件已损坏，无法打开；请重新保存或重新压缩后上传", spot)
            return None
        problem = self._problem(opened.infolist())
        if problem:
            self._refuse(spot, problem)
        elif sum(i.file_size for i in opened.infolist() if is_for_disk(i)) > self._left_on_disk:
            self._report.add("file-too-large", _TOO_MANY_RECORDS, spot)
        else:
            return opened
        return None

    def read(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, spot: Spot) -> bytes | None:
        """One member's bytes, never more than are left of the allowance; else None, and the fault is reported."""
        try:
            with opened.open(info) as member:
                content = self._bounded(member)
        except _BROKEN:
            self._report.add("damaged", "压缩内容已损坏，无法读取；请重新保存或重新压缩后上传", spot)
            return None
        if len(content) > self._left:
            self._refuse(spot, f"解压后超过{MAX_UNPACKED // MIB} MB")
            return None
        self._left -= len(content)
        return content

    def save(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path, spot: Spot) -> bool:
        """Write one member to disk, never more than is left of that allowance; else the fault is reported."""
        try:
            with opened.open(info) as member, into.open("wb") as file:
                for piece in iter(lambda: member.read(MIB), b""):
                    self._left_on_disk -= len(piece)
                    if self._left_on_disk < 0:
                        self._report.add("file-too-large", _TOO_MANY_RECORDS, spot)
                        return False
                    file.write(piece)
        except _BROKEN:
            self._report.add("damaged", "压缩内容已损坏，无法读取；请重新保存或重新压缩后上传", spot)
            return False
        return True

    def _bounded(self, member: IO[bytes]) -> bytes:
        """Up to one byte more than is left, in small steps: a single large read would inflate as much at once."""
        pieces: list[bytes] = []
        read = 0
        while read <= self._left and (piece := member.read(_STEP)):
            pieces.append(piece)
            read += len(piece)
        return b"".join(pieces)

    def _problem(self, infos: list[zipfile.ZipInfo]) -> str | None:
        declared, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
        in_memory = sum(i.file_size for i in infos if not is_for_disk(i))
        if len(infos) > MAX_MEMBERS:
            return f"包内文件过多（{len(infos)}个，最多{MAX_MEMBERS}个）"
        if in_memory > self._left:
            return f"解压后超过{MAX_UNPACKED // MIB} MB（工作簿多半是把格式设到了最后一行）"
        if declared > RATIO_FLOOR and declared > MAX_RATIO * packed:
            return f"压缩率异常（解压后是原来的{declared // max(packed, 1)}倍）"
        if any(i.flag_bits & 1 for i in infos):
            return "压缩包有密码，请取消密码"
        if any(i.compress_type not in _STORED_OR_DEFLATED for i in infos):
            return "压缩方式不受支持，请用系统自带的“压缩(zipped)文件夹”重新压缩"
        if twice := [n for n, times in Counter(i.filename.casefold() for i in infos).items() if times > 1]:
            return f"包内有同名文件（{twice[0][:40]}）"
        return None

    def _refuse(self, spot: Spot, problem: str) -> None:
        advice = "正常的月报只有几十 KB，请用填报模板重新填写，或删去多余的行、列、工作表后另存，再上传"
        self._report.add("unsafe-archive", f"{problem}；{advice}", spot)
