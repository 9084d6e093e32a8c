"""What Excel itself checks while somebody types, and marks in red when something wrong was pasted."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.catalogue import Measure
from kaohe.intake.limits import MAX_NUMBER
from kaohe.intake.template.look import RED, fill
from kaohe.intake.wording import plain, while_typing


def check_number(
    sheet: Worksheet, area: str, first: str, measure: Measure, whole: tuple[str, str] | None, *, must: bool
) -> None:
    """Allow only numbers that the measure can have.

    Args:
        sheet: the sheet.
        area: its cells, such as ``C4:C34``.
        first: the first of them.
        measure: the measure.
        whole: the first cell of the measure that it can never exceed, and that one's label.
        must: whether the cells have to be filled in; of the others nothing is asked.
    """
    most = MAX_NUMBER if measure.most is None else measure.most
    conditions = [f"ISNUMBER({first})", f"{first}>={plain(measure.least)}", f"{first}<={plain(most)}"]
    rule = while_typing(measure, must=must)
    if measure.whole:
        conditions.append(f"{first}=INT({first})")
    if whole:
        conditions.append(f'OR({whole[0]}="",{first}<={whole[0]})')
        rule += f"；不能大于“{whole[1]}”"
    valid = f"AND({','.join(conditions)})"
    validate(sheet, area, f"“{measure.label}”填写有误", rule, type="custom", formula1=valid)
    pasted = f'AND({first}<>"",NOT(IFERROR({valid},FALSE)))'
    red = DifferentialStyle(fill=fill(RED))
    wrong = Rule(type="expression", formula=[pasted], dxf=red, stopIfTrue=True)
    sheet.conditional_formatting.add(area, wrong)


def validate(sheet: Worksheet, area: str, heading: str, rule: str, **how: Any) -> None:
    """Add a check that says in Chinese what it wants."""
    # Excel calls a workbook damaged whose messages are longer.
    check = DataValidation(allow_blank=True, showErrorMessage=True, errorTitle=heading[:32], error=rule[:255], **how)
    sheet.add_data_validation(check)
    check.add(area)
