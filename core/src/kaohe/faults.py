"""What is wrong with an upload: one record for each bad cell, told in Chinese to whoever must mend it."""

from __future__ import annotations

import re

from pydantic import field_validator

from kaohe.model import Record

_COLUMN = re.compile(r"^([A-Z]{1,3})(?=（|$)")
"""A column as Excel names it; a path into a JSON file, which has no rows, is none."""


class Fault(Record):
    """One thing wrong with an uploaded file.

    Attributes:
        code: stable English code, such as ``not-a-number``.
        message: what is wrong and how to mend it, in Chinese, without the place.
        file: the file's name, inside a zip the member's.
        sheet: the sheet's name; None for a file without sheets.
        row: the row, from 1 as Excel counts; None where the fault is not in a row.
        column: the column as Excel names it and its header, such as ``C（15秒内应答量）``.
        held: what the cell held, cut to 40 characters; None where it held nothing or must not be shown.
        expected: what was expected, in Chinese.
    """

    code: str
    message: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    held: str | None = None
    expected: str | None = None

    @field_validator("message", "file", "sheet", "column", "held", "expected")
    @classmethod
    def _writable(cls, text: str | None) -> str | None:
        """Half a surrogate pair, which JSON can say, as a question mark: it cannot be stored or sent."""
        return text and text.encode(errors="replace").decode()

    @property
    def place(self) -> str:
        """Where it is, in Chinese: ``三月.xlsx 工作表“按日”第7行 C列（15秒内应答量）``."""
        return " ".join(
            part
            for part in (
                self.file,
                self.sheet and f"工作表“{self.sheet}”",
                self.row and f"第{self.row}行",
                self.column and (_COLUMN.sub(r"\1列", self.column) if self.row else self.column),
            )
            if part
        )

    def __str__(self) -> str:
        text = f"{self.place}：{self.message}" if self.place else self.message
        if self.held is not None:
            text += f"；原内容：{self.held}"
        return text + (f"；应为：{self.expected}" if self.expected else "")
