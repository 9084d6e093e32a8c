"""Which form a workbook was made from: its sheet of notes names region, month and source.

A form of another region has other measures, and one of another month may look just like this month's. It is told in
one line; what else would be wrong with it follows from that.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.catalogue import Source
from kaohe.intake.archive import Unpacker
from kaohe.intake.dates import month_of
from kaohe.intake.draft import Draft
from kaohe.intake.grid import Grid
from kaohe.intake.headers import NOTES_SHEET, norm
from kaohe.intake.report import Report
from kaohe.intake.sniff import is_expected
from kaohe.intake.spots import Spot
from kaohe.intake.values import BadValue, is_blank, plain
from kaohe.intake.workbook import grids
from kaohe.periods import Month

CONTRACT, REGION, MONTH, SENDER = "合同", "地区", "填报月份", "填报单位"
"""What the notes call what they say of the form."""
_NO_YEAR = Month(1, 1)


def told_of_itself(data: bytes, name: str) -> dict[str, str]:
    """What a workbook's notes say of where it belongs: ``region``, ``source`` and ``month`` as keys write them.

    Args:
        data: the file.
        name: its name.

    Raises:
        Refused: it is no workbook that can be read.
    """
    report, spot = Report(), Spot(name)
    sheets = tuple(grids(data, spot, Unpacker(report), report)) if is_expected(data, spot, report) else ()
    report.raise_if_any()
    notes = next((told for sheet in sheets if sheet.spot.sheet == NOTES_SHEET and (told := _told(sheet))), {})
    month = _month(notes.get(MONTH), _NO_YEAR)
    found = {
        "region": notes.get(REGION),
        "source": _sender(notes.get(SENDER, "")),
        "month": str(month) if month and month.year > _NO_YEAR.year else None,
    }
    return {field: text for field, text in found.items() if text}


def is_of_here(sheets: Sequence[Grid], draft: Draft) -> bool:
    """Whether a workbook is no form for another region, month or source; else one fault says for which it is."""
    for sheet in sheets:
        if sheet.spot.sheet == NOTES_SHEET and (told := _told(sheet)):
            return _fits(told, sheet.spot, draft)
    return True


def _told(notes: Grid) -> dict[str, str]:
    """What the notes say of the form, by their own words."""
    pairs = [[cell for cell in row if not is_blank(cell)] for row in notes.rows]
    wanted = (CONTRACT, REGION, MONTH, SENDER)
    told = [(norm(pair[0]), plain(str(pair[1]))) for pair in pairs if len(pair) == 2]
    # The form is spoken of first; what follows may use the same words.
    return {name: text for name, text in reversed(told) if name in wanted}


def _fits(told: dict[str, str], spot: Spot, draft: Draft) -> bool:
    address = draft.context.address
    form = f"“{told.get(CONTRACT, '另一份合同')}”（地区 {told.get(REGION, '不详')}）"
    sender, month = _sender(told.get(SENDER, "")), _month(told.get(MONTH), address.month)
    if told.get(REGION, address.region) != address.region:
        code, held, expected = "other-address", told[REGION], address.region
        message = f"这份表像是{form}的，不是{address.region}的；请核对地区，放到它自己的位置，或换用本地区的模板"
    elif sender not in (None, address.source):
        assert sender is not None
        code, held, expected = "other-address", sender.label, address.source.label
        message = f"这份表是{sender.label}用的，放到了{expected}的位置；请核对位置，或换用{expected}的模板"
    elif month not in (None, address.month):
        code, held, expected = "other-month", told[MONTH], _written(address.month)
        message = f"这份表是{told[MONTH]}的；请核对是否传错了文件，或换用{_written(address.month)}的模板"
    else:
        return True
    draft.report.add(code, message, spot, held=held, expected=expected)
    return False


def _sender(written: str) -> Source | None:
    return next((source for source in Source if written.startswith(source.label)), None)


def _month(written: str | None, near: Month) -> Month | None:
    """The month that the notes name; None where somebody has put something else there."""
    try:
        return month_of(written, near) if written else None
    except BadValue:
        return None


def _written(month: Month) -> str:
    return f"{month.year}年{month.month}月"
