"""How much an upload may ask of this machine, and why. Summary files are small: a month takes about 10 KB."""

from __future__ import annotations

from kaohe.errors import Refused
from kaohe.faults import Fault

MIB = 1 << 20

MAX_FILE = 20 * MIB
"""Bytes of one upload. A thousand times what a month needs; scanned images pasted into a workbook still fit."""

MAX_RECORDS = 2048 * MIB
"""Bytes of one file of records: some ten million calls, more than any hotline of the country takes in a month. It has
to fit on the function's disk beside what DuckDB writes there."""

MAX_ROWS = 10_000_000
"""Rows of one parquet file, whose size says nothing of what it holds."""

MAX_PACKED = 512 * MIB
"""Bytes of one ``.csv.gz`` or ``.zip`` of records: it lies on the disk beside what is unpacked from it."""

RECORDS = (".csv", ".gz", ".parquet")
"""What large files end in: only records are large."""

MAX_UNPACKED = 48 * MIB
"""Bytes unpacked from one upload, workbooks inside a zip included: it must fit beside the file in 512 MB."""

MAX_RATIO = 200
"""Unpacked to packed bytes. Sheets of figures reach about 20, form-filled blanks 100; bombs exceed 400."""

RATIO_FLOOR = 4 * MIB
"""Below this the ratio is not looked at: a small sheet of equal rows packs very well and harms nobody."""

MAX_MEMBERS = 2_000
"""Parts of one zip or workbook. A workbook has about a dozen, one with many pictures a few hundred."""

MAX_FILES = 50
"""Files in one zip: a month is a handful."""

MAX_CELLS = 200_000
"""Filled cells of one workbook or CSV file: a month of daily figures has about 300."""

MAX_AREA = 1_000_000
"""Rows times columns spanned by the filled cells: one stray cell in the last corner of a sheet would otherwise
be given memory for seventeen thousand million cells."""

MAX_MERGED = 1_000
"""Merged cells of a sheet that are looked at: they only make a fault clearer."""

MAX_TEXT = 16 * MIB
"""Characters that a workbook's shared texts come to when each reference gets a copy of its own."""

MAX_NUMBER = 10**9
"""A count beyond it is a slip of the hand: the busiest hotline of the country takes some 10**7 calls a year."""

MAX_NOTE = 200
"""Characters of a remark or reference: they are kept in the facts, and facts are small."""

MAX_COUNT = 100_000
"""How often one event can have happened on its day: more is a date or a ticket's number in the wrong column."""

MAX_EVENTS = 2_000
"""Events of one upload: a month's facts are kept together. Equal events of a day are one row with a count."""

MAX_FAULTS = 1_000
"""Faults told one by one; further ones are counted by kind. Whoever has more has one mistake in many places."""

MAX_KINDS = 50
"""Kinds of fault (what is wrong, in which column) that further faults are counted by; beyond it by what is wrong."""

HEADER_ROWS = 10
"""Rows among which the header is looked for; above it stand titles."""


def check_size(size: int, name: str = "") -> None:
    """Refuse a file by its size alone, before a byte is read.

    Args:
        size: bytes, as the bucket states them.
        name: its name, since files of records may be larger than others.

    Raises:
        Refused: it is empty, or too large.
    """
    if size <= 0:
        message = "文件是空的（0字节），请检查文件是否保存完整，再重新上传"
        raise Refused([Fault(code="empty-file", message=message, file=name or None)])
    end = name.strip().lower()
    records = end.endswith((*RECORDS, ".zip"))
    most = MAX_PACKED if end.endswith((".gz", ".zip")) else MAX_RECORDS if records else MAX_FILE
    if size > most:
        advice = (
            "明细记录请改用 .csv.gz 或 .parquet（小得多），只留需要的列，或改报汇总数据；不要分成几个文件"
            if records
            else "请只上传汇总数据，删去图片和无关的工作表；明细记录请用 .csv"
        )
        message, held, expected = f"文件过大；{advice}", f"{size / MIB:.1f} MB", f"不超过{most // MIB} MB"
        fault = Fault(code="file-too-large", message=message, file=name or None, held=held, expected=expected)
        raise Refused([fault])
