"""What a route takes: parts of its path, its query, its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from kaohe.assumptions import Assumed, Setting
from kaohe.model import Described, Record
from pydantic import BeforeValidator, Field

MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"

ContractId = Annotated[str, Path(description="Contract id 合同编号, such as `jiyuan-2026`", max_length=100)]
ClauseNo = Annotated[str, Path(description="Clause number 条款号, such as `4.5`")]
InPath = Annotated[str, Path(description="Month 月份, YYYY-MM", pattern=MONTH)]
OfMonth = Annotated[str | None, Query(description="Only this month 月份, YYYY-MM", pattern=MONTH)]


def _day(value: object) -> object:
    """A day as it is written; pydantic would take digits alone for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"write a day as 2026-03-31, not {value!r} 日期请写成 2026-03-31")
    return value


AsOf = Annotated[
    date | None,
    BeforeValidator(_day),
    Query(description="Work it out anew as of this day 截止日期; default: what is stored"),
]
Revision = Annotated[int | None, Query(description="Revision 版次; default: the one in force", ge=1)]
OfRegion = Annotated[str | None, Query(description="Region 地区; default: no readable region", max_length=100)]
FileName = Annotated[str | None, Query(description="File name 文件名; the same name replaces", max_length=100)]


class FactsBody(Described):
    """Facts of the authority, in the form of a JSON upload.

    Attributes:
        region: the region's name.
        month: the month they are for.
        source: ``authority``.
        measures: by code or Chinese name; a daily measure as an object of days.
        events: each with its kind and date.
    """

    region: str
    month: str = Field(pattern=MONTH)
    source: str
    measures: Mapping[str, Any] = {}
    events: tuple[Mapping[str, Any], ...] = ()


class Supposed(Record):
    """What a what-if assumes.

    Attributes:
        settings: facts set otherwise.
        readings: readings chosen otherwise.
    """

    settings: tuple[Setting, ...] = ()
    readings: tuple[Assumed, ...] = ()
