"""The first sheet: what this workbook is, how to fill it in, how to send it."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.styles import Alignment, Font
from openpyxl.workbook import Workbook

from kaohe.catalogue import AUTHORITY, VENDOR, EventKind
from kaohe.intake.headers import EVENT, NOTES_SHEET
from kaohe.intake.origin import CONTRACT, MONTH, REGION, SENDER
from kaohe.intake.template import look
from kaohe.intake.template.asked import Asked

_FILE = {VENDOR: "供应商月报", AUTHORITY: "主管单位月报"}
Line = tuple[str, str]
_SECTION = ""


def notes(book: Workbook, asked: Asked) -> None:
    """Titles, then pairs of a heading and a text, in sections."""
    sheet = book.create_sheet(NOTES_SHEET)
    title = f"{asked.contract.label} {asked.month_name} 考核数据填报表"
    sample = "表头上面的示例行不读取" if asked.records else "本表不含示例数据"
    look.title(sheet, title, f"由{asked.source.label}填写。{sample}，请先读完本页再填。", 2)
    for row, (heading, text) in enumerate(_lines(asked), start=3):
        left, right = sheet.cell(row, 1, heading), sheet.cell(row, 2, text)
        if text == _SECTION:
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
            left.font = Font(look.FONT, 11, bold=True, color=look.DEEP)
            left.alignment = Alignment(vertical="bottom")
            sheet.row_dimensions[row].height = 30
            continue
        look.body(left, look.LEFT, look.PALE, bold=True)
        look.body(right, look.LEFT)
        sheet.row_dimensions[row].height = max(22, 17 * _rows_needed(heading, text) + 6)
    look.widths(sheet, 24, 84)
    sheet.sheet_properties.tabColor = "7F7F7F"
    look.page(sheet, landscape=False)


def _rows_needed(heading: str, text: str) -> int:
    return max(-(-len(heading) // 10), sum(-(-_width(line) // 90) for line in text.split("\n")))


def _width(text: str) -> int:
    return max(1, sum(2 if ord(c) > 0x2000 else 1 for c in text))


def _lines(asked: Asked) -> Iterator[Line]:
    contract, term = asked.contract, asked.contract.term
    yield "一、这是什么", _SECTION
    yield CONTRACT, contract.label
    yield REGION, contract.region
    yield "服务期", f"{term.first} 至 {term.last}"
    yield MONTH, asked.month_name
    yield SENDER, f"{asked.source.label}（{contract.vendor if asked.source is VENDOR else contract.authority}）"
    yield "二、怎么填", _SECTION
    yield from _how(asked)
    yield "三、怎么报送", _SECTION
    yield from _sending(asked)
    if asked.kinds:
        yield "四、事件类型", _SECTION
        yield from ((kind.label, _describe(kind)) for kind in asked.kinds)
    if any("reading" in kind.required for kind in asked.kinds) and contract.readings:
        yield "五、读法和选项", _SECTION
        for name, reading in contract.readings.items():
            options = [
                f"· {o.label}（{option}）{'：要填数值' if o.parameter else ''}" for option, o in reading.options.items()
            ]
            yield reading.label, "\n".join([f"代码 {name}；名称、代码都可以填", *options])


def _how(asked: Asked) -> Iterator[Line]:
    yield (
        "单元格颜色",
        "浅黄色由填报人填写，白色可以留空；其余内容请勿改动。表头、工作表不要改名、删除；行的先后不影响。",
    )
    yield from _records(asked)
    if asked.measures:
        yield "没有发生", "填0。空着表示没有报送，不等于0，会被退回。人数填实际人数，确实没有人才填0。"
        yield (
            "数字",
            "只填数字，不带单位；可以从别的系统复制，请用“选择性粘贴—数值”。部分数不能大于总数，填错的单元格会变红。",
        )
    if asked.of_grain("day"):
        yield "日期", "按日数据每天一行，已按合同服务期列好。合计行自动计算，仅供核对，平台不读取。"
    if asked.kinds:
        yield "事件", "每行一件，没有发生就留空。“次数”空着算1次。"
    if voluntary := [m.label for m in asked.measures if asked.may_stay_empty(m)]:
        yield (
            "可以留空",
            "、".join(voluntary) + ("（供应商已填报，需要核改时才填）" if asked.source is AUTHORITY else ""),
        )
    yield "个人信息", "不要填写来电人的姓名、电话、身份证号、地址；发现疑似号码的文件会被退回。"


def _records(asked: Asked) -> Iterator[Line]:
    """What an auditor asks first: what a sheet is for, and what is counted how."""
    if asked.records:
        yield (
            "明细记录",
            "每行一条，由平台计数，不用另填汇总数；用不到的表整张留空。时间单元格的格式请勿改动：改了会丢掉秒。",
        )
    for wanted in asked.records:
        yield wanted.kind.label, "\n".join(f"· {treatment}" for treatment in wanted.kind.treatments)


def _sending(asked: Asked) -> Iterator[Line]:
    yield (
        "文件名",
        f"建议：{asked.contract.region}-{asked.month}-{_FILE[asked.source]}.xlsx；改正后用同样的文件名重传，旧数据即被替换。",
    )
    yield "上传位置", f"submissions/{asked.contract.region}/{asked.source}/{asked.month}/"
    if asked.source is VENDOR:
        yield "时间", f"{asked.month.last} 当天或以后；月份没有结束的文件会被退回。"
    yield "格式", "保存为 .xlsx，不要加密码；不要另存为 .xls，也不要转成 PDF 或图片。"
    yield "退回", "有一处错误，整份文件就会退回，并逐一列出错在哪个单元格；改正后重传即可。"


def _describe(kind: EventKind) -> str:
    required = "、".join(EVENT[field][0] for field in ("on", *kind.required))
    optional = "、".join(EVENT[field][0] for field in ("count", *kind.optional))
    return f"{kind.note}。\n必填：{required}；可填：{optional}"
