"""What a file is by its content, whatever its name says."""

from __future__ import annotations

from pathlib import PurePosixPath

from kaohe.intake.archive import directory, is_overfull
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot

_SAVE_AS = "请用 Excel 或 WPS 打开，选择“另存为”，保存类型选“Excel 工作簿（*.xlsx）”，再上传"
_REZIP = "请改用 .zip 格式压缩"
_TO_GZ = "压缩的是 CSV 的，请把文件名的后缀改为 .csv.gz；不是的，请改用 .zip 格式压缩"
_TO_PARQUET = "请把文件名的后缀改为 .parquet"
_ORIGINAL = "请上传填好的原始表格（.xlsx、.csv、.json 或 .zip），不要上传图片、扫描件或文档"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF 文件", _ORIGINAL),
    (b"\x89PNG", "PNG 图片", _ORIGINAL),
    (b"\xff\xd8\xff", "JPEG 图片", _ORIGINAL),
    (b"GIF8", "GIF 图片", _ORIGINAL),
    (b"Rar!", "RAR 压缩包", _REZIP),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", _REZIP),
    (b"\x1f\x8b", "gzip 压缩包", _TO_GZ),
    (b"PAR1", "parquet 文件", _TO_PARQUET),
)
_ZIPPED: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "二进制工作簿（.xlsb）", _SAVE_AS),
    ("word/", "Word 文档", _ORIGINAL),
    ("ppt/", "PowerPoint 文档", _ORIGINAL),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style", b"mime-version:")
_PK = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DAMAGED = "damaged"
_UNKNOWN = "无法识别的二进制文件"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_OF_SUFFIX = {".xlsx": "xlsx", ".csv": "text", ".json": "text", ".zip": "zip"}
_PACKED = (".gz", ".parquet")
"""What records that are packed end in; those that are what they say are read before anybody asks here."""
_REOPEN = {
    ".xlsx": f"{_SAVE_AS}；打不开的，请用填报模板重新填写",
    ".zip": "能打开的请重新压缩，打不开的请上传原来的文件",
}
"""What to do about a file that is nothing known, by what its name says that it is."""
_NAMES = {"xlsx": "Excel 工作簿", "zip": "zip 压缩包", "text": "文本文件"}


def suffix(name: str) -> str:
    """The end of a file's name, in lower case."""
    return PurePosixPath(name.strip()).suffix.lower()


def is_expected(data: bytes, spot: Spot, report: Report, accepted: tuple[str, ...] = tuple(_OF_SUFFIX)) -> bool:
    """Hold a file's content against its name, and report what it is if they differ.

    Args:
        data: the file.
        spot: its name.
        report: where a fault goes.
        accepted: the suffixes that may stand here.
    """
    end = suffix(spot.file)
    if end not in accepted:
        message = _unpacked(data) if end in _PACKED else f"不支持的文件格式；{_remedy(end)}"
        report.add("wrong-format", message, spot, held=end or None, expected="、".join(accepted))
        return False
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        report.add("empty-file", "文件是空的，请检查是否保存完整，再重新上传", spot)
        return False
    what, remedy = identify(data)
    if what == _DAMAGED:
        again = "重新压缩" if end == ".zip" else "重新从 Excel 另存"
        report.add("damaged", f"文件已损坏，请{again}后上传", spot)
        return False
    if what == _OF_SUFFIX[end]:
        return True
    kind = _NAMES[_OF_SUFFIX[end]]
    if end in _REOPEN and (what == _UNKNOWN or (what == "text" and not _is_text(data))):
        told = f"不是{kind}，可能已损坏，或只是改了后缀；{_REOPEN[end]}"
    elif what in _NAMES:
        right = _right_suffix(what)
        told = f"是{_NAMES[what]}；请把文件名的后缀改成与内容一致（{right}），或重新导出，再上传"
    else:
        told = f"是{what}；{remedy}"
    report.add("wrong-format", f"文件名是 {end}，内容却{told}", spot, expected=kind)
    return False


def identify(data: bytes) -> tuple[str, str]:
    """What the content is (``xlsx``, ``zip``, ``text``, ``damaged``, or a Chinese name), and what to do about it."""
    for magic, name, remedy in _MAGIC:
        if data.startswith(magic):
            return name, remedy
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(_PK) or data in (b"P", b"PK", b"PK\x03"):
        return _zipped(data)
    start = data[:2048].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    if start.startswith(_MARKUP):
        return "网页或 XML（有的系统把它当作 Excel 导出）", _SAVE_AS
    if any(byte < 9 for byte in data[:4]) and not data.startswith(_UTF_16):
        return _UNKNOWN, _ORIGINAL
    return "text", ""


def _is_text(data: bytes) -> bool:
    """Whether it is text from end to end. Bytes of something else hold a zero, or some that are no character's."""
    if data.startswith(_UTF_16):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            return "\x00" not in data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False


def _ole(data: bytes) -> tuple[str, str]:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return (
            "加了密码的 Excel 文件",
            "请在 Excel 中取消密码（文件—信息—保护工作簿—用密码进行加密，清空后保存），再上传",
        )
    if "WordDocument".encode("utf-16-le") in data:
        return "旧版 Word 文档（.doc）", _ORIGINAL
    return "旧版 Excel 文件（.xls）", _SAVE_AS


def _zipped(data: bytes) -> tuple[str, str]:
    """Told by the directory alone: what lies inside may be a workbook, stored as it is."""
    if is_overfull(data):
        return ("xlsx" if b"xl/workbook.xml" in data[-(1 << 20) :] else "zip"), ""
    listed = directory(data)
    if listed is None:
        return _DAMAGED, ""
    parts = {name.replace("\\", "/").casefold() for name in listed}
    if {"[content_types].xml", "xl/workbook.xml"} <= parts:
        return "xlsx", ""
    for start, name, remedy in _ZIPPED:
        if "[content_types].xml" in parts and any(part.startswith(start) for part in parts):
            return name, remedy
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:256]:
        return "OpenDocument 文件", _SAVE_AS
    return "zip", ""


def _right_suffix(what: str) -> str:
    return "、".join(end for end, kind in _OF_SUFFIX.items() if kind == what)


def _remedy(end: str) -> str:
    if end in (".xls", ".et", ".xlsm", ".xlsb", ".ods"):
        return _SAVE_AS
    if end in (".rar", ".7z", ".tar", ".tgz"):
        return _REZIP
    if end in (".txt", ".tsv"):
        return "文本文件请把后缀改为 .csv"
    return _ORIGINAL


def _unpacked(data: bytes) -> str:
    """What is wrong with a file that is named like packed records and is none, and what to do about it."""
    what, remedy = identify(data)
    if remedy in (_TO_GZ, _TO_PARQUET):
        return f"文件名的后缀与内容不符，内容是{what}；{remedy}"
    if what == "text" and _is_text(data):
        return "文件名的后缀与内容不符，内容是没有压缩的文本；请把后缀改为 .csv"
    if what in ("xlsx", "zip"):
        return f"文件名的后缀与内容不符，内容是{_NAMES[what]}；请把后缀改为 {_right_suffix(what)}"
    return "内容不是压缩的 CSV（.csv.gz）或 parquet，可能已损坏；请重新从系统导出后上传"
