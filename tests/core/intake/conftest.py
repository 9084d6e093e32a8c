"""A small contract of the region ``demo``, and ways to write the files that people send."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from kaohe.catalogue import VENDOR, Catalogue, Measure, Source
from kaohe.contract import Contract
from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.intake import Address, read
from kaohe.periods import Month
from kaohe.standard import CORE
from kaohe.submission import Submission

DAY_HEADER = ["日期", "来电总量", "应答量", "15秒内应答量"]
EVENT_HEADER = ["事件类型", "日期", "次数", "编号", "说明"]
MONTH_ROWS: list[list[Any]] = [["指标", "数值"], ["参评数", 1000], ["满意数", 990]]


CONTRACT = {
    "id": "demo-2026",
    "region": "demo",
    "label": "示范热线（2026年度）",
    "authority": "示范中心",
    "vendor": "示范公司",
    "signed": date(2026, 1, 10),
    "term": {"first": date(2026, 1, 15), "last": date(2026, 12, 31)},
    "total": "1000000.00",
    "instalments": [
        {"no": 1, "label": "首期", "share": "0.4", "due": date(2026, 3, 31), "clause": "1"},
        {"no": 2, "label": "尾期", "share": "0.6", "due": date(2026, 12, 31), "clause": "1"},
    ],
    "readings": {
        "base": {
            "label": "以何为基数",
            "question": "Of which calls?",
            "default": "offered",
            "options": {
                "offered": {"label": "以来电为基数", "summary": "Of those offered."},
                "fixed": {"label": "另定目标", "summary": "A rate.", "parameter": "rate"},
            },
        }
    },
    "clauses": [
        {"no": "1", "label": "付款", "summary": "付款", "kinds": ["payment"], "status": "computed"},
        {
            "no": "2",
            "label": "接听",
            "summary": "接听率",
            "kinds": ["kpi"],
            "status": "computed",
            "facts": ["calls.offered", "calls.answered", "calls.answered_within_15s", "publication.error"],
        },
        {
            "no": "3",
            "label": "满意",
            "summary": "满意率",
            "kinds": ["kpi"],
            "status": "computed",
            "facts": ["survey.rated", "survey.satisfied", "demo.hours", "complaint.verified", "exemption"],
        },
    ],
}


class Demo:
    """The demo region: its contract, and its files in every format."""

    month = Month.of("2026-03")
    received = date(2026, 4, 2)

    def __init__(self) -> None:
        own = Measure(
            code="demo.hours", label="平均时长", unit="小时", grain="month", whole=False, optional=True, note="可空"
        )
        audit = Measure(
            code="demo.audit", label="抽查数", unit="件", grain="month", sources=(Source.AUTHORITY,), note="抽查"
        )
        self.catalogue: Catalogue = CORE | Catalogue.of([own, audit])
        self.contract = Contract.model_validate(CONTRACT)

    def read(self, name: str, data: bytes, source: Source = VENDOR, month: str = "2026-03", **more: Any) -> Submission:
        """Read a file as sent to the demo region."""
        address = Address(region="demo", source=source, month=Month.of(month), name=name)
        contracts = more.get("contracts", [self.contract])
        return read(data, address, self.catalogue, contracts, more.get("on", self.received))

    def faults(
        self, name: str, data: bytes, source: Source = VENDOR, month: str = "2026-03", **more: Any
    ) -> list[Fault]:
        """The faults that a file is refused for."""
        with pytest.raises(Refused) as refused:
            self.read(name, data, source, month, **more)
        assert refused.value.faults
        assert all(str(fault) for fault in refused.value.faults)
        return list(refused.value.faults)

    def codes(self, name: str, data: bytes, source: Source = VENDOR, month: str = "2026-03", **more: Any) -> list[str]:
        """The codes of these faults."""
        return [fault.code for fault in self.faults(name, data, source, month, **more)]

    def days(self, *rows: Sequence[Any], header: Sequence[Any] = DAY_HEADER) -> list[list[Any]]:
        """A table by day: all of March where no rows are given."""
        found = rows or [[day, 310, 300, 280] for day in self.month.days]
        return [list(header), *map(list, found)]

    def xlsx(
        self, sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None, **more: Sequence[Sequence[Any]]
    ) -> bytes:
        """A workbook; by default one that is complete, with sheets added or replaced by name."""
        from openpyxl import Workbook

        content: dict[str, Sequence[Sequence[Any]]] = (
            {"按月": MONTH_ROWS, "按日": self.days()} if sheets is None else dict(sheets)
        )
        book = Workbook()
        assert book.active is not None
        book.remove(book.active)
        for title, rows in {**content, **more}.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()

    def csv(self, rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
        """A CSV file."""
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        return text.getvalue().encode(encoding)

    def json(self, **content: Any) -> bytes:
        """A JSON file, complete with its address."""
        address = {"region": "demo", "month": "2026-03", "source": "vendor"}
        return json.dumps({**address, **content}, ensure_ascii=False).encode()

    def zip(self, files: Mapping[str, bytes]) -> bytes:
        """A zip as most programs pack it."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return packed.getvalue()

    def event(self, *row: Any, header: Sequence[str] = EVENT_HEADER) -> bytes:
        """A CSV file of one event."""
        return self.csv([header, row])

    def values(self, submission: Submission) -> dict[tuple[str, date | None], Any]:
        """A submission's figures by measure and day."""
        return {(f.code, f.on): f.value for f in submission.figures}


@pytest.fixture(scope="session")
def demo() -> Demo:
    """The demo region."""
    return Demo()
