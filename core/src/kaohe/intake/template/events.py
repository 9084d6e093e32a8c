"""The sheet of events, with its lists to choose from."""

from __future__ import annotations

from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.intake.headers import EVENT, LISTS_SHEET
from kaohe.intake.limits import MAX_NOTE
from kaohe.intake.template import look
from kaohe.intake.template.asked import Asked
from kaohe.intake.template.checks import validate

_LISTS = f"'{LISTS_SHEET}'"
_HEAD, _ROWS, _LAST = 3, 25, 1000
_WIDTHS = {"kind": 18, "count": 8, "instalment": 8, "ref": 22, "reading": 22, "option": 22, "digest": 22, "note": 36}
_REMARKS = {
    "kind": "从下拉列表中选择",
    "on": "发生、认定、裁定、付款或收到发票的日期",
    "count": "同一天同类事件的次数；空着算1次",
    "ref": "工单编号或文件文号；同类事件编号相同的只算一次。不要填电话、身份证号",
    "start": "时限起算的日期",
    "end": "办结的日期",
    "amount": "单位为元，不是万元；最多两位小数",
    "points": "分值由主管单位认定时填写；扣几分填几，不写负号",
    "instalment": "第几期付款",
    "reading": "对合同哪一处歧义的裁定；从下拉列表中选择，含义见“填写说明”",
    "option": "裁定等事件的选项；先选事件类型和“读法”，再从下拉列表中选择",
    "value": "选项需要数值时填写，如 0.95 或 95%",
    "since": "裁定从哪一天起适用；空着从裁定之日起",
    "clause": "合同条款号，如 3.1.5",
    "digest": "所确认的考核结果的摘要，复制全部或前12位以上",
    "note": f"不超过{MAX_NOTE}字；不要填写来电人的姓名、电话、地址",
}


def events(book: Workbook, asked: Asked) -> None:
    """One row an event; the kinds, instalments, readings and options are chosen from lists."""
    sheet = book.create_sheet("事件")
    hint = "每行一件，没有发生就整表留空。不同的事件类型要填的列不同，见“填写说明”。"
    look.title(sheet, f"{asked.month_name} 事件", hint, len(asked.fields))
    for column, field in enumerate(asked.fields, start=1):
        look.header(sheet.cell(_HEAD, column, EVENT[field][0]), _REMARKS[field])
        for row in range(_HEAD + 1, _HEAD + 1 + _ROWS):
            look.entry(sheet.cell(row, column), _format(field), look.LEFT if field == "note" else look.CENTRE)
    sheet.row_dimensions[_HEAD].height = 28
    _lists(book, asked)
    for column, field in enumerate(asked.fields, start=1):
        letter = get_column_letter(column)
        _check(sheet, field, f"{letter}{_HEAD + 1}:{letter}{_LAST}", f"{letter}{_HEAD + 1}", asked)
    look.widths(sheet, *(_WIDTHS.get(field, 13) for field in asked.fields))
    sheet.freeze_panes = f"B{_HEAD + 1}"
    sheet.sheet_properties.tabColor = "C55A11"
    look.page(sheet, landscape=True, header_row=_HEAD)


def _format(field: str) -> str:
    if field in ("on", "start", "end", "since"):
        return "yyyy-mm-dd"
    # Long numbers typed into a cell that is not text lose their last digits.
    return {"ref": "@", "note": "@", "digest": "@", "count": "0", "amount": "#,##0.00", "instalment": "0"}.get(
        field, "General"
    )


def _lists(book: Workbook, asked: Asked) -> None:
    """A hidden sheet with the kinds, and with each reading or kind beside each of its options, for the lists."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    for row, kind in enumerate(asked.kinds, start=1):
        sheet.cell(row, 1, kind.label)
    readings = asked.contract.readings.values()
    for row, reading in enumerate(readings, start=1):
        sheet.cell(row, 2, reading.label)
    pairs = [(reading.label, option.label) for reading in readings for option in reading.options.values()]
    pairs += [(kind.label, option) for kind in asked.kinds for option in kind.options.values()]
    for row, (name, option) in enumerate(pairs, start=1):
        sheet.cell(row, 3, name)
        sheet.cell(row, 4, option)


def _check(sheet: Worksheet, field: str, area: str, first: str, asked: Asked) -> None:
    readings = asked.contract.readings
    if field == "kind":
        _choose(sheet, area, f"{_LISTS}!$A$1:$A${len(asked.kinds)}", "事件类型")
    elif field == "reading" and readings:
        _choose(sheet, area, f"{_LISTS}!$B$1:$B${len(readings)}", "读法")
    elif field == "option":
        kind, reading = (_first_cell(name, asked) for name in ("kind", "reading"))
        chosen = f'IF({reading}="",{kind},{reading})' if reading else kind
        options = f"OFFSET({_LISTS}!$D$1,MATCH({chosen},{_LISTS}!$C:$C,0)-1,0"
        _choose(sheet, area, f"{options},COUNTIF({_LISTS}!$C:$C,{chosen}),1)", "选项")
    elif field == "instalment":
        numbers = ",".join(str(i.no) for i in asked.contract.instalments)
        _choose(sheet, area, f'"{numbers}"', "期次")
    elif field == "count":
        rule = "请填1以上的整数"
        validate(sheet, area, "次数填写有误", rule, type="whole", operator="greaterThanOrEqual", formula1="1")
    elif field == "amount":
        rule = "请填0或正数，最多两位小数"
        validate(sheet, area, "金额填写有误", rule, type="custom", formula1=f"AND({first}>=0,ROUND({first},2)={first})")
    elif field in ("on", "start", "end", "since"):
        _check_date(sheet, field, area, asked)


def _first_cell(field: str, asked: Asked) -> str | None:
    """The first cell of a field's column; None where the sheet has no such column."""
    if field not in asked.fields:
        return None
    return f"${get_column_letter(asked.fields.index(field) + 1)}{_HEAD + 1}"


def _choose(sheet: Worksheet, area: str, formula: str, what: str) -> None:
    validate(sheet, area, f"{what}填写有误", "请从下拉列表中选择", type="list", formula1=formula)


def _check_date(sheet: Worksheet, field: str, area: str, asked: Asked) -> None:
    if field == "on" and not any(kind.undated for kind in asked.kinds):
        first, last = asked.days[0], asked.days[-1]
        rule = f"请填{first}至{last}之间的日期"
    else:
        begun = asked.contract.signed_on or asked.contract.term.first
        first, last = begun.replace(month=1, day=1), date(2099, 12, 31)
        rule = f"请填日期，如 {asked.days[-1]}"
    dates = {"formula1": f"DATE({first:%Y,%m,%d})", "formula2": f"DATE({last:%Y,%m,%d})"}
    validate(sheet, area, "日期填写有误", rule, type="date", operator="between", **dates)
