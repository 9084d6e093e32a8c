"""Write the sample: ``python plugins/haidian/sample/make.py [FOLDER]``, by default over the one that lies here.

Made up with a fixed seed, figure by figure; no real month, person, case or payment is in it. Run twice, it writes the
same bytes; with another version of openpyxl the workbooks may differ in their dress, never in their figures.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from figures import months
from findings import FINDINGS, REFUSED
from kaohe.plugins import load_region
from kaohe_local.samples import VendorMonth, Writer, as_csv, put

REGION = load_region("haidian")


def write(folder: Path) -> None:
    """Write the whole sample."""
    writer = Writer(REGION, REGION.contract("haidian-2022"), folder, date(2023, 4, 1))
    for month, figures in months().items():
        writer.vendor(month, _files(writer, figures))
    for named, files in FINDINGS.items():
        for found in files:
            writer.authority(named, found.name, measures=found.measures, events=list(found.events))
    put(folder / "refused/考核失分与检查.json", writer.json("2022-08", "authority", measures={}, events=list(REFUSED)))


def _files(writer: Writer, figures: VendorMonth) -> dict[str, bytes]:
    """The month's files: three tables at first, workbooks in July and October, JSON otherwise."""
    stem = f"{figures.month.year}年{figures.month.month}月座席数据"
    match figures.month.month:
        case 4 | 5:
            tables = writer.as_tables(figures) | writer.as_event_table(figures)
            return {f"{figures.month.month}月{name}.csv": as_csv(rows) for name, rows in tables.items()}
        case 7 | 10:
            return {f"{stem}.xlsx": writer.saved(writer.as_workbook(figures))}
        case _:
            return {f"{stem}.json": writer.as_json(figures)}


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
