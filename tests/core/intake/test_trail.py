"""What is said of results comes in like any event: in a sheet, in CSV, in JSON; each side says its own."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.intake import notices, template
from openpyxl import load_workbook

DIGEST = "00a1b2c3d4e5" + "f" * 52
CONFIRM = {"kind": "确认考核结果", "on": "2026-04-20", "digest": DIGEST}
OBJECT = {"kind": "提出异议", "on": "2026-04-10", "clause": "2", "note": "系统故障"}
DECIDE = {"kind": "异议处理", "on": "2026-04-18", "clause": "2", "option": "upheld", "note": "属实"}


def test_a_confirmation_in_a_sheet(demo: Any) -> None:
    rows = [
        ["事件类型", "日期", "结果摘要", "金额", "文号"],
        ["确认考核结果", date(2026, 4, 20), DIGEST[:12].upper(), 1200, "1号"],
    ]
    (event,) = demo.read("a.xlsx", demo.xlsx({}, 事件=rows), source=AUTHORITY, on=date(2026, 4, 21)).events
    assert (event.kind, event.on, event.digest) == ("month.confirmed", date(2026, 4, 20), DIGEST[:12])
    assert (event.amount, event.ref) == (1200, "1号")


def test_a_decision_in_csv_by_its_chinese_names(demo: Any) -> None:
    rows = [
        ["事件类型", "日期", "条款", "选项", "金额", "说明"],
        ["异议处理", "2026-04-18", "2", "异议成立", "500.00", "属实"],
    ]
    (event,) = demo.read("a.csv", demo.csv(rows), source=AUTHORITY, on=date(2026, 4, 21)).events
    assert (event.kind, event.clause, event.option, event.amount) == ("objection.decided", "2", "upheld", Decimal(500))


def test_an_objection_in_json_and_what_its_sender_is_told(demo: Any) -> None:
    submission = demo.read("a.json", demo.json(events=[OBJECT]), on=date(2026, 4, 11))
    assert [(e.kind, e.clause, e.note) for e in submission.events] == [("objection.raised", "2", "系统故障")]
    (notice,) = notices(submission, demo.contract, demo.catalogue)
    assert "不算作当月的数据报送" in notice


@pytest.mark.parametrize(
    ("source", "event", "code"),
    [
        (VENDOR, CONFIRM, "wrong-source"),
        (VENDOR, DECIDE, "wrong-source"),
        (AUTHORITY, OBJECT, "wrong-source"),
        (VENDOR, {k: v for k, v in OBJECT.items() if k != "note"}, "missing-value"),
        (VENDOR, {k: v for k, v in OBJECT.items() if k != "clause"}, "missing-value"),
        (VENDOR, OBJECT | {"clause": "77"}, "no-such-clause"),
        (VENDOR, OBJECT | {"on": "2026-02-28"}, "before-month"),
        (VENDOR, OBJECT | {"on": "2026-05-01"}, "future-day"),
        (AUTHORITY, DECIDE | {"option": "perhaps"}, "no-such-option"),
        (AUTHORITY, DECIDE | {"option": "rejected", "amount": "1.00"}, "field-not-allowed"),
        (AUTHORITY, CONFIRM | {"digest": DIGEST[:11]}, "not-a-digest"),
        (AUTHORITY, CONFIRM | {"digest": DIGEST + "0"}, "not-a-digest"),
        (AUTHORITY, CONFIRM | {"digest": "第三版考核结果十二个字"}, "not-a-digest"),
        (AUTHORITY, {k: v for k, v in CONFIRM.items() if k != "digest"}, "missing-value"),
    ],
)
def test_what_is_refused(demo: Any, source: Source, event: dict[str, Any], code: str) -> None:
    faults = demo.faults("a.json", demo.json(source=source, events=[event]), source=source, on=date(2026, 4, 30))
    assert [fault.code for fault in faults] == [code]


@pytest.mark.parametrize("source", [VENDOR, AUTHORITY])
def test_the_first_day_of_the_month_is_not_too_early(demo: Any, source: Source) -> None:
    event = (OBJECT if source is VENDOR else DECIDE) | {"on": "2026-03-01"}
    content = demo.json(source=source, events=[event])
    assert demo.read("a.json", content, source=source, on=date(2026, 4, 30)).events


@pytest.mark.parametrize(
    ("source", "kinds"),
    [(VENDOR, ["提出异议"]), (AUTHORITY, ["确认考核结果", "异议处理"])],
    ids=["vendor", "authority"],
)
def test_the_workbook_offers_each_side_its_own(demo: Any, tmp_path: Path, source: Source, kinds: list[str]) -> None:
    template.write(demo.contract, demo.catalogue, demo.month, tmp_path / "a.xlsx", source)
    book = load_workbook(tmp_path / "a.xlsx")
    offered = [row[0] for row in book["清单"].iter_rows(max_col=1, values_only=True)]
    assert [kind for kind in offered if kind in ("提出异议", "确认考核结果", "异议处理")] == kinds
    columns = {cell.value: cell.coordinate[0] for cell in book["事件"][3]}
    assert ("结果摘要" in columns) is (source is AUTHORITY)
    if source is AUTHORITY:
        assert book["事件"][f"{columns['结果摘要']}4"].number_format == "@"
