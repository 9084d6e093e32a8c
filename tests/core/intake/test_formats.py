"""Files of every kind: those that are read, those that are not what they say, and those that must not be opened."""

import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date
from typing import Any

import pytest
from kaohe.intake.limits import MAX_FILES, MAX_MEMBERS

ROWS = [["日期", "来电总量", "应答量"], ["2026-03-01", "1,310", "300"], ["2026-03-02", "295", "290"]]
EXPECTED = {
    ("calls.offered", date(2026, 3, 1)): 1310,
    ("calls.offered", date(2026, 3, 2)): 295,
    ("calls.answered", date(2026, 3, 1)): 300,
    ("calls.answered", date(2026, 3, 2)): 290,
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_with_every_separator(demo: Any, encoding: str, delimiter: str) -> None:
    submission = demo.read("三月.csv", demo.csv(ROWS, encoding, delimiter))
    assert demo.values(submission) == EXPECTED
    assert submission.figures[0].where == "三月.csv 第2行 B列"


def test_utf_16_of_the_other_byte_order(demo: Any) -> None:
    data = b"\xfe\xff" + demo.csv(ROWS, "utf-16-be", "\t")
    assert demo.values(demo.read("a.csv", data)) == EXPECTED


def test_a_tab_separates_where_commas_stand_inside_numbers(demo: Any) -> None:
    data = "日期\t来电总量\n2026-03-01\t1,310\n2026-03-02\t1,295\n".encode()
    assert set(demo.values(demo.read("a.csv", data)).values()) == {1310, 1295}


def test_a_quoted_line_break_does_not_shift_rows(demo: Any) -> None:
    data = '日期,"来电\n总量",应答量\n2026-03-01,5,4\n2026-03-02,x,4\n'.encode()
    (fault,) = demo.faults("a.csv", data)
    assert (fault.row, fault.held) == (3, "x")


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        ("日期,来电总量,应答量\n2026-03-01,5\n".encode(), "ragged-row", 2),
        ("日期,来电总量\n2026-03-01,1,310\n".encode(), "ragged-row", 2),
        ("日期,来电总量\n2026-03-01,5\x00\n".encode(), "bad-encoding", None),
        (b"\xff\xff\xff\xff,\x81", "bad-encoding", None),
        ('日期,来电总量\n2026-03-01,"5\n'.encode(), "bad-csv", 2),
        ("甲,乙\n1,2\n".encode(), "no-header", None),
        (b" \r\n \r\n", "empty-file", None),
        (b"\xef\xbb\xbf", "empty-file", None),
    ],
)
def test_broken_csv(demo: Any, data: bytes, code: str, row: int | None) -> None:
    faults = demo.faults("a.csv", data)
    assert (faults[0].code, faults[0].row) == (code, row)


def test_a_csv_of_too_many_cells(demo: Any) -> None:
    assert demo.codes("a.csv", b"a,b,c,d\n" * 60_000) == ["too-many-cells"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "另存为"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "取消密码",
        ),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "旧版 Word"),
        ("a.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("a.json", b"\xff\xd8\xff\xe0....", "JPEG"),
        ("a.zip", b"Rar!\x1a\x07\x00", "RAR"),
        ("a.xlsx", "<html><table><tr><td>日期".encode(), "网页"),
        ("a.csv", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "网页或 XML"),
        ("a.xlsx", "日期,来电总量".encode(), "文本文件"),
        ("a.csv", b"\x00\x01\x02\x03binary", "二进制"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "另存为"),
        ("a.et", b"...", "另存为"),
        ("a.txt", b"...", "后缀改为 .csv"),
        ("a.pdf", b"%PDF", "原始表格"),
        ("a.rar", b"Rar!\x1a\x07\x00", "请改用 .zip 格式压缩"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "请改用 .zip 格式压缩"),
        ("a.xlsx", b"7z\xbc\xaf\x27\x1c", "7z 压缩包；请改用 .zip 格式压缩"),
        ("a.csv.gz", b"\x00no gzip", "重新从系统导出"),
        ("a.csv.gz", b"no gzip", "内容是没有压缩的文本；请把后缀改为 .csv"),
        ("a.parquet", "日期,来电总量".encode("gb18030"), "内容是没有压缩的文本；请把后缀改为 .csv"),
        ("a.parquet", b"\x1f\x8b\x08", "请把文件名的后缀改为 .csv.gz"),
        ("a.csv.gz", b"PAR1...", "请把文件名的后缀改为 .parquet"),
        ("a.csv", b"\x1f\x8b\x08", "请把文件名的后缀改为 .csv.gz"),
        ("a.csv", b"PAR1...", "请把文件名的后缀改为 .parquet"),
        ("a", b"...", "不支持"),
    ],
)
def test_what_a_file_really_is_and_what_to_do(demo: Any, name: str, data: bytes, says: str) -> None:
    (fault,) = demo.faults(name, data)
    assert fault.code == "wrong-format"
    assert says in str(fault)


RANDOM = random.Random(1).randbytes(3000)


@pytest.mark.parametrize(
    "data", [RANDOM, b"text" + RANDOM, b"\x00\x01" + RANDOM, b"PK" + RANDOM, b"text, then a zero" + b"\0" * 9]
)
def test_bytes_that_are_nothing_known_are_no_workbook_and_no_text(demo: Any, data: bytes) -> None:
    (book,), (packed,) = demo.faults("a.xlsx", data), demo.faults("a.zip", data)
    assert book.message.startswith(
        "文件名是 .xlsx，内容却不是Excel 工作簿，可能已损坏，或只是改了后缀；请用 Excel 或 WPS 打开"
    )
    assert packed.message.startswith("文件名是 .zip，内容却不是zip 压缩包，可能已损坏")
    assert ".csv" not in book.message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_text_under_another_name_is_called_text_in_every_encoding(demo: Any, encoding: str) -> None:
    (fault,) = demo.faults("a.xlsx", "日期,来电总量".encode(encoding))
    assert "内容却是文本文件" in fault.message


def test_workbooks_and_documents_under_other_names(demo: Any) -> None:
    assert "Excel 工作簿" in str(demo.faults("a.csv", demo.xlsx())[0])
    assert "Excel 工作簿" in str(demo.faults("a.zip", demo.xlsx())[0])
    assert "zip 压缩包" in str(demo.faults("a.xlsx", demo.zip({"a.csv": b"x"}))[0])
    parts = {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}
    assert "Word" in str(demo.faults("a.xlsx", demo.zip(parts))[0])
    assert "OpenDocument" in str(demo.faults("a.xlsx", _stored("mimetype", b"application/vnd.oasis.opendocument.x"))[0])
    assert demo.codes("a.xlsx", b"") == ["empty-file"]


def test_a_truncated_workbook_is_damaged(demo: Any) -> None:
    data = demo.xlsx()
    assert demo.codes("a.xlsx", data[: len(data) // 2]) == ["damaged"]
    spoilt = bytearray(data)
    spoilt[len(data) // 3 : len(data) // 3 + 200] = b"\xaa" * 200
    assert demo.codes("a.xlsx", bytes(spoilt)) == ["damaged"]


def test_a_zip_of_summary_files_with_litter(demo: Any) -> None:
    files = {
        "__MACOSX/._a.csv": b"x",
        ".DS_Store": b"x",
        "~$b.xlsx": b"x",
        "日.csv": demo.csv(ROWS),
        "月.json": demo.json(measures={"survey.rated": 7}),
    }
    submission = demo.read("包.zip", demo.zip(files))
    assert len(submission.figures) == 5
    assert submission.figures[-1].where == "包.zip/月.json measures.survey.rated"


def test_member_names_of_chinese_windows(demo: Any) -> None:
    name = "三月日报.csv".encode("gb18030")
    data = demo.zip({"x" * len(name): demo.csv(ROWS)}).replace(b"x" * len(name), name)
    assert demo.read("a.zip", data).figures[0].where == "a.zip/三月日报.csv 第2行 B列"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "empty-file"),
        ({".DS_Store": b"x"}, "empty-file"),
        ({"a/b.csv": b"x"}, "unsafe-archive"),
        ({"../b.csv": b"x"}, "unsafe-archive"),
        ({"/b.csv": b"x"}, "unsafe-archive"),
        ({"C:b.csv": b"x"}, "unsafe-archive"),
        ({"b.csv": b"x", "B.csv": b"y"}, "unsafe-archive"),
        ({"b.zip": b"PK\x05\x06" + b"\0" * 18}, "wrong-format"),
        ({"b.docx": b"x"}, "wrong-format"),
        ({f"{n}.csv": b"x" for n in range(MAX_FILES + 1)}, "unsafe-archive"),
        ({f"__MACOSX/{n}": b"" for n in range(MAX_MEMBERS + 1)}, "unsafe-archive"),
    ],
)
def test_zips_that_are_not_flat_and_small(demo: Any, files: dict[str, bytes], code: str) -> None:
    assert demo.codes("a.zip", demo.zip(files))[0] == code


def test_a_zip_with_a_password(demo: Any) -> None:
    data = bytearray(demo.zip({"a.csv": demo.csv(ROWS)}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (fault,) = demo.faults("a.zip", bytes(data))
    assert "取消密码" in fault.message


def test_a_bomb_is_refused_without_being_unpacked(demo: Any) -> None:
    """A sheet of 300 MB in some 300 KB, under both names."""
    bomb = _bomb(demo.xlsx(), megabytes=300)
    assert len(bomb) < 1 << 20
    for name, data in [("a.xlsx", bomb), ("a.zip", demo.zip({"a.xlsx": bomb}))]:
        tracemalloc.start()
        assert demo.codes(name, data) == ["unsafe-archive"]
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
        tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_bounded_while_it_unpacks(demo: Any) -> None:
    bomb = bytearray(_bomb(demo.xlsx(), megabytes=300))
    entry = bomb.rindex(b"PK\x01\x02", 0, bomb.rindex(b"xl/worksheets/sheet1.xml"))
    bomb[entry + 24 : entry + 28] = struct.pack("<I", 5000)
    tracemalloc.start()
    assert demo.codes("a.xlsx", bytes(bomb)) == ["damaged"]
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_bombs_in_one_zip_share_one_allowance(demo: Any) -> None:
    from kaohe.intake.limits import MAX_UNPACKED

    part = b"<worksheet>" + bytes(range(32, 127)) * 40_000 + b"</worksheet>"
    big = _with_part(demo.xlsx({"填写说明": []}), "xl/other.xml", part)
    count = MAX_UNPACKED // len(part) + 2
    assert count < MAX_FILES
    assert "unsafe-archive" in demo.codes("a.zip", demo.zip({f"{n}.xlsx": big for n in range(count)}))


@pytest.mark.parametrize(
    ("cell", "corner"),
    [
        ('<c r="XFD1048576"><v>1</v></c>', "XFD1048576"),
        ('<c r="A1048576"><v>1</v></c><c r="Z1"><v>1</v></c>', "Z1048576"),
        ('<c r="A1048576"><f>1+1</f><v>2</v></c><c r="Z1" t="str"><f>1</f><v>1</v></c>', "Z1048576"),
    ],
)
def test_a_stray_cell_in_the_last_corner_is_refused_before_memory_is_taken(demo: Any, cell: str, corner: str) -> None:
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData><row>{cell}</row></sheetData></worksheet>'
    data = _with_part(demo.xlsx(), "xl/worksheets/sheet1.xml", sheet.encode())
    (fault,) = demo.faults("a.xlsx", data)
    assert (fault.code, fault.sheet) == ("too-many-cells", "按月")
    assert f"延伸到了 {corner}" in fault.message


def test_formats_down_to_the_last_row_hold_nothing_and_are_fine(demo: Any) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(1, 50_000))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    data = _with_part(demo.xlsx(空=[]), "xl/worksheets/sheet3.xml", sheet.encode())
    assert len(demo.read("a.xlsx", data).figures) == 95


def test_texts_that_multiply_are_refused(demo: Any) -> None:
    texts = f'<sst xmlns="{_MAIN}"><si><t>{"x" * 1_000_000}</t></si></sst>'
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 200))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    data = _with_part(
        _with_part(demo.xlsx(), "xl/sharedStrings.xml", texts.encode()), "xl/worksheets/sheet1.xml", sheet.encode()
    )
    assert demo.codes("a.xlsx", data) == ["too-many-cells"]


@pytest.mark.parametrize(
    "part", [b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>", b"<worksheet><c r='?'/></worksheet>", b"<"]
)
def test_xml_that_no_office_writes_is_damaged(demo: Any, part: bytes) -> None:
    assert demo.codes("a.xlsx", _with_part(demo.xlsx(), "xl/worksheets/sheet1.xml", part)) == ["damaged"]


def test_a_directory_of_a_million_entries_is_not_read(demo: Any) -> None:
    data = demo.zip({"a.csv": b"x"})
    start = data.index(b"PK\x01\x02")
    assert demo.codes("a.zip", data[:start] + b"PK\x01\x02" * 30_000 + data[start:]) == ["unsafe-archive"]


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _stored(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _with_part(workbook: bytes, part: str, content: bytes) -> bytes:
    """The same workbook with one part replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return packed.getvalue()


def _bomb(workbook: bytes, megabytes: int) -> bytes:
    """A workbook whose first sheet inflates to that size; one packed megabyte, repeated."""
    small = _with_part(workbook, "xl/worksheets/sheet1.xml", b"")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b'<row><c t="n"><v>1</v></c></row>' * 32_768) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + packer.flush()
    name = b"xl/worksheets/sheet1.xml"
    end = small.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<HII", small[end + 10 : end + 20])
    local = (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), megabytes << 20, len(name), 0) + name
    )
    entry = struct.pack(
        "<4s6H3I5H2I",
        b"PK\x01\x02",
        20,
        20,
        0,
        8,
        0,
        0,
        0,
        len(packed),
        megabytes << 20,
        len(name),
        0,
        0,
        0,
        0,
        0,
        start,
    )
    old = _without_entry(small[start : start + size], name)
    directory = old + entry + name
    tail = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), start + len(local) + len(packed), 0
    )
    return small[:start] + local + packed + directory + tail


def _without_entry(directory: bytes, name: bytes) -> bytes:
    at = directory.rindex(b"PK\x01\x02", 0, directory.index(name))
    return directory[:at] + directory[directory.index(name) + len(name) :]
