"""The template's workbook, sheet by sheet. Everything below this module imports openpyxl."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from kaohe.catalogue import Catalogue, Source
from kaohe.contract import Contract
from kaohe.intake.template.asked import Asked
from kaohe.intake.template.events import events
from kaohe.intake.template.figures import daily, monthly
from kaohe.intake.template.notes import notes
from kaohe.intake.template.records import record_sheet
from kaohe.periods import Month


def build(contract: Contract, catalogue: Catalogue, month: Month, source: Source, *, records: bool = False) -> Workbook:
    """The workbook that a source fills in for a month; sheets that would ask for nothing are left out."""
    asked = Asked.of(contract, catalogue, month, source)
    if records:
        asked = asked.from_records(catalogue)
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    book.properties.title = f"{asked.contract.label} {asked.month_name}"
    book.properties.creator = "kaohe"
    notes(book, asked)
    for wanted in asked.records:
        record_sheet(book, asked, wanted)
    if asked.of_grain("month"):
        monthly(book, asked)
    if asked.of_grain("day"):
        daily(book, asked)
    if asked.kinds:
        events(book, asked)
    return book
