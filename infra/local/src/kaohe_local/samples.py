"""Made-up months as the files that a vendor and its authority would send: what the scripts of all samples share.

A region's script tells what happened there; this writes it down: in the platform's own template, as tables, as JSON.
Run twice it writes the same bytes, for what would bear the moment of writing bears a fixed day.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kaohe import VENDOR, Contract, Month
from kaohe.intake.headers import EVENT
from kaohe.intake.template.build import build
from kaohe.plugins import Region
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = list[list[Any]]


@dataclass
class VendorMonth:
    """What a vendor reports for a month.

    Attributes:
        month: the month.
        daily: by measure and day.
        monthly: by measure.
        events: as the JSON form has them.
    """

    month: Month
    daily: dict[str, dict[date, int]] = field(default_factory=dict)
    monthly: dict[str, int | Decimal] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def measures(self) -> dict[str, Any]:
        """Its figures, as the JSON form has them."""
        daily = {code: {str(day): value for day, value in days.items()} for code, days in self.daily.items()}
        monthly = {code: value if isinstance(value, int) else str(value) for code, value in self.monthly.items()}
        return {**daily, **monthly}


@dataclass(frozen=True)
class Writer:
    """Writes the months of one contract.

    Attributes:
        region: the region.
        contract: its contract.
        folder: where the sample goes.
        stamp: the day that workbooks and archives bear.
    """

    region: Region
    contract: Contract
    folder: Path
    stamp: date

    def vendor(self, month: Month, files: Mapping[str, bytes], below: str = "") -> None:
        """Put what the vendor sends for a month into the sample, or into a folder of it."""
        for name, content in files.items():
            put(self.folder / below / "submissions" / self.region.name / "vendor" / str(month) / name, content)

    def authority(self, month: str, name: str, **facts: Any) -> None:
        """Put a JSON file of the authority into the sample: its ``measures``, its ``events``."""
        path = self.folder / "submissions" / self.region.name / "authority" / month / f"{name}.json"
        put(path, self.json(month, "authority", **facts))

    def json(self, month: Month | str, source: str, **facts: Any) -> bytes:
        """The JSON form of an upload."""
        content = {"region": self.region.name, "month": str(month), "source": source, **facts}
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def as_json(self, figures: VendorMonth) -> bytes:
        """A vendor's month as JSON."""
        return self.json(figures.month, "vendor", measures=figures.measures, events=figures.events)

    def as_tables(self, figures: VendorMonth) -> dict[str, Rows]:
        """A vendor's figures as two tables with Chinese headers."""
        labels, codes = self.region.catalogue.labels, list(figures.daily)
        days = [[day, *(figures.daily[code][day] for code in codes)] for day in figures.month.days]
        return {
            "按日数据": [["日期", *(labels[code] for code in codes)], *days],
            "按月数据": [["指标", "数值"], *([labels[code], value] for code, value in figures.monthly.items())],
        }

    def as_event_table(self, figures: VendorMonth, **fields: str) -> dict[str, Rows]:
        """A vendor's events as a table of their kinds, their days and more of their fields under these headers."""
        labels = self.region.catalogue.labels
        rows = [[labels[event["kind"]], event["on"], *(event.get(f, "") for f in fields)] for event in figures.events]
        return {"事件": [["事件类型", "日期", *fields.values()], *rows]}

    def as_workbook(self, figures: VendorMonth) -> Workbook:
        """The platform's own template, filled in."""
        book = build(self.contract, self.region.catalogue, figures.month, VENDOR)
        codes = {label: code for code, label in self.region.catalogue.labels.items()}
        monthly, daily = book["按月"], book["按日"]
        for row in range(4, monthly.max_row + 1):
            monthly.cell(row, 2, figures.monthly.get(codes.get(str(monthly.cell(row, 1).value), "")))
        for column in range(3, daily.max_column + 1):
            of_day = figures.daily[codes[str(daily.cell(3, column).value).split("\n")[0]]]
            for row in range(4, daily.max_row + 1):
                if isinstance(day := daily.cell(row, 1).value, date):
                    daily.cell(row, column, of_day.get(date(day.year, day.month, day.day)))
        self._fill_events(book["事件"], figures)
        return book

    def _fill_events(self, sheet: Worksheet, figures: VendorMonth) -> None:
        columns = {sheet.cell(3, column).value: column for column in range(1, sheet.max_column + 1)}
        for row, event in enumerate(figures.events, start=4):
            for name, value in event.items():
                sheet.cell(row, columns[EVENT[name][0]], self._shown(name, value))

    def _shown(self, name: str, value: Any) -> Any:
        if name == "kind":
            return self.region.catalogue.labels[value]
        return date.fromisoformat(value) if name in ("on", "start", "end") else value

    def saved(self, book: Workbook) -> bytes:
        """A workbook's bytes, without the moment of saving."""
        raw = io.BytesIO()
        book.save(raw)
        with zipfile.ZipFile(raw) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        core, moment = "docProps/core.xml", f"{self.stamp}T00:00:00Z".encode()
        parts[core] = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, parts[core])
        return self.zipped(parts)

    def zipped(self, parts: Mapping[str, bytes]) -> bytes:
        """Files in an archive."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo(name, (self.stamp.year, self.stamp.month, self.stamp.day, 0, 0, 0))
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
                archive.writestr(info, content)
        return packed.getvalue()


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "gb18030") -> bytes:
    """A table as CSV, in the encoding of old spreadsheets."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def put(path: Path, content: bytes) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
