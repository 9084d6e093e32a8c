"""Where in an upload something stands, said once for faults and once for facts."""

from __future__ import annotations

from dataclasses import dataclass, replace


def letters(column: int) -> str:
    """The name Excel gives a column counted from 0: ``A`` … ``Z``, ``AA`` and so on."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an upload.

    Attributes:
        file: the file's name, inside a zip the member's.
        archive: the zip it lies in.
        sheet: the sheet; None where the file has none.
        row: the row, from 1.
        column: the column, from 0.
        header: the column's header, or the name of what stands in the row.
        path: the JSON path; of what was counted, how many records there were.
        rank: place of the file and of the sheet in the upload: faults are told in this order.
    """

    file: str
    archive: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    header: str | None = None
    path: str | None = None
    rank: tuple[int, int] = (0, 0)

    def at(self, row: int | None = None, column: int | None = None, header: str | None = None) -> Spot:
        """A cell, row or column of this sheet or file."""
        return Spot(self.file, self.archive, self.sheet, row, column, header, self.path, self.rank)

    def within(self, key: str | int) -> Spot:
        """The value of a key, or the item of a list, below this JSON path."""
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if self.path else key
        return replace(self, path=(self.path or "") + step)

    @property
    def column_name(self) -> str | None:
        """The column as a fault names it: ``C（应答量）``, or the JSON path."""
        if self.path is not None:
            return self.path
        if self.column is None:
            return None
        return letters(self.column) + (f"（{self.header}）" if self.header else "")

    @property
    def where(self) -> str:
        """The place as a fact keeps it: ``三月.xlsx 按日 C7``, ``三月.csv 第7行 C列``."""
        file = f"{self.archive}/{self.file}" if self.archive else self.file
        column = "" if self.column is None else letters(self.column)
        if self.path is not None:
            return f"{file} {self.sheet} {self.path}" if self.sheet else f"{file} {self.path}"
        if self.sheet is not None:
            row = f" {column}{self.row}" if column else f" 第{self.row}行"
            return f"{file} {self.sheet}" + (row if self.row else "")
        return file + (f" 第{self.row}行" if self.row else "") + (f" {column}列" if column else "")

    @property
    def name(self) -> str:
        """The file or sheet, for a fault that speaks of another one: ``三月.xlsx 工作表“按日”``."""
        return f"“{self.file}”" if self.sheet is None else f"{self.file} 工作表“{self.sheet}”"

    @property
    def cell(self) -> str:
        """The place within the upload, for a fault that speaks of two: ``按日 C7``, in a zip ``三月.xlsx 按日 C7``."""
        return self.where.removeprefix(f"{self.archive}/" if self.archive else f"{self.file} ")

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Sorts places in the order of the file."""
        return (*self.rank, self.row or 0, self.column or 0)
