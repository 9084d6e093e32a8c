"""A region with one contract and the records that its measures are counted from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kaohe.catalogue import Catalogue, EventKind, Measure, Source
from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.intake.address import Address
from kaohe.intake.reading import Upload, read_upload
from kaohe.periods import Month
from kaohe.plugins import load_region
from kaohe.records import Counted, Export
from kaohe.standard import CORE
from kaohe.yamlfile import load_exports

MARCH = Month(2026, 3)
OWN = Catalogue.of(
    measures=[
        Measure(
            code="replies.due",
            label="应回应量",
            unit="件",
            grain="month",
            counted=(Counted(records="tickets", where="true", on="working_day(created_at, 1)"),),
            note="期限在当月届满的工单",
        ),
        Measure(
            code="replies.in_time",
            label="按期回应量",
            unit="件",
            grain="month",
            at_most="replies.due",
            counted=(
                Counted(
                    records="tickets",
                    where="responded_at::DATE <= working_day(created_at, 1)",
                    on="working_day(created_at, 1)",
                ),
            ),
            note="其中一个工作日内回应的",
        ),
    ],
    events=[
        EventKind(
            code="callback.late",
            label="回访超时工单",
            sources=(Source.VENDOR,),
            counted=(
                Counted(
                    records="tickets",
                    where="called_back_at > closed_at + INTERVAL 24 HOURS",
                    on="called_back_at",
                    start="closed_at",
                    end="called_back_at",
                ),
            ),
            note="办结24小时以后才回访",
        )
    ],
)

Read = Callable[..., Upload]
Faults = Callable[..., list[Fault]]


@pytest.fixture
def read() -> Read:
    region = load_region("jiyuan")
    core = CORE | OWN | Catalogue.of(exports=load_exports("kaohe"))

    def reads(
        content: bytes | str | Path, name: str = "记录.csv", exports: tuple[Export, ...] = (), **how: Any
    ) -> Upload:
        data = content.encode() if isinstance(content, str) else content
        address = Address(region="jiyuan", source=Source.VENDOR, month=MARCH, name=name)
        catalogue = core | Catalogue.of(exports=exports)
        return read_upload(data, address, catalogue, region.contracts, date(2026, 5, 1), **how)

    return reads


@pytest.fixture
def faults(read: Read) -> Faults:
    def refused(*arguments: object, **named: object) -> list[Fault]:
        with pytest.raises(Refused) as caught:
            read(*arguments, **named)
        return list(caught.value.faults)

    return refused
