"""What goes in comes out: by every format, in any order, and through the template."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.errors import UsageError
from kaohe.intake import notices, template
from kaohe.periods import Month

CODES = {"来电总量": "calls.offered", "应答量": "calls.answered", "15秒内应答量": "calls.answered_within_15s"}
DAYS = Month.of("2026-03").days


@st.composite
def _days(draw: st.DrawFn, *, whole: bool = False) -> list[list[int]]:
    """For some days, or all, in any order: offered ≥ answered ≥ answered within 15 s."""
    some = st.lists(st.sampled_from(range(31)), min_size=1, unique=True)
    days = draw(st.permutations(range(31)) if whole else some)
    counts = st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(lambda c: sorted(c, reverse=True))
    return [[day, *draw(counts)] for day in days]


def _expected(rows: list[list[int]]) -> dict[tuple[str, date | None], int]:
    return {(code, DAYS[row[0]]): row[n] for row in rows for n, code in enumerate(CODES.values(), start=1)}


@given(_days(), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", "\t", ";"]))
@settings(max_examples=60, deadline=None)
def test_csv(demo: Any, rows: list[list[int]], encoding: str, delimiter: str) -> None:
    table = [["日期", *CODES], *([DAYS[row[0]].isoformat(), *row[1:]] for row in rows)]
    assert demo.values(demo.read("a.csv", demo.csv(table, encoding, delimiter))) == _expected(rows)


@given(_days())
@settings(max_examples=60, deadline=None)
def test_json(demo: Any, rows: list[list[int]]) -> None:
    measures = {
        code: {DAYS[row[0]].isoformat(): row[n] for row in rows} for n, code in enumerate(CODES.values(), start=1)
    }
    assert demo.values(demo.read("a.json", demo.json(measures=measures))) == _expected(rows)


@given(_days(whole=True), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_xlsx(demo: Any, rows: list[list[int]], rated: int) -> None:
    table = [["日期", *CODES], *([DAYS[row[0]], *row[1:]] for row in rows)]
    month = [["指标", "数值"], ["满意数", 0], ["参评数", rated]]
    found = demo.values(demo.read("a.xlsx", demo.xlsx({"日": table, "月": month})))
    assert found == _expected(rows) | {("survey.rated", None): rated, ("survey.satisfied", None): 0}


@given(_days(whole=True))
@settings(max_examples=10, deadline=None)
def test_the_same_facts_whatever_the_format(demo: Any, rows: list[list[int]]) -> None:
    table = [["日期", *CODES], *([DAYS[row[0]], *row[1:]] for row in rows)]
    month = [["指标", "数值"], ["满意数", 1], ["参评数", 2]]
    packed = demo.zip({"日.csv": demo.csv(table), "月.csv": demo.csv(month)})
    assert demo.values(demo.read("a.zip", packed)) == demo.values(
        demo.read("a.xlsx", demo.xlsx({"a": month, "b": table}))
    )


def _filled(demo: Any, path: Path, fill: Any, source: Source = VENDOR, month: str = "2026-03") -> bytes:
    from openpyxl import load_workbook

    template.write(demo.contract, demo.catalogue, Month.of(month), path, source)
    book = load_workbook(path)
    fill(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@given(st.lists(st.integers(0, 5000), min_size=31, max_size=31), st.integers(0, 9000))
@settings(max_examples=5, deadline=None)
def test_the_template_filled_in_is_read_back(demo: Any, tmp_path_factory: Any, calls: list[int], rated: int) -> None:
    def fill(book: Any) -> None:
        for row, offered in enumerate(calls, start=4):
            for column, value in enumerate([offered, offered // 2, offered // 3], start=3):
                book["按日"].cell(row, column, value)
        for row in range(4, 6):
            book["按月"].cell(row, 2, rated)
        for column, cell in enumerate(["信息发布差错", date(2026, 3, 9), 2], start=1):
            book["事件"].cell(4, column, cell)

    submission = demo.read("a.xlsx", _filled(demo, tmp_path_factory.mktemp("t") / "a.xlsx", fill))
    values = demo.values(submission)
    assert [values["calls.offered", day] for day in DAYS] == calls
    assert (values["survey.rated", None], len(values)) == (rated, 95)
    assert [(e.kind, e.on, e.count) for e in submission.events] == [("publication.error", date(2026, 3, 9), 2)]
    assert notices(submission, demo.contract, demo.catalogue) == ()


def test_the_template_not_filled_in_is_refused_in_a_few_sentences(demo: Any, tmp_path: Path) -> None:
    faults = demo.faults("a.xlsx", _filled(demo, tmp_path / "a.xlsx", lambda _: None))
    assert [(f.code, f.sheet) for f in faults] == [("missing-value", "按月")] + [("missing-value", "按日")] * 3
    assert "第4—5行“参评数”“满意数”" in faults[0].message
    assert "第4—34行“来电总量”" in faults[1].message


def test_the_authoritys_template_not_filled_in_reports_that_nothing_happened(demo: Any, tmp_path: Path) -> None:
    submission = demo.read("a.xlsx", _filled(demo, tmp_path / "a.xlsx", lambda _: None, AUTHORITY), AUTHORITY)
    assert (submission.figures, submission.events) == ((), ())


def test_the_authoritys_template_takes_rulings(demo: Any, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book["事件"]
        headers = [cell.value for cell in sheet[3]]
        row = {"事件类型": "裁定", "日期": date(2026, 3, 2), "读法": "base", "选项": "fixed", "数值": 0.95}
        for header, value in row.items():
            sheet.cell(4, headers.index(header) + 1, value)

    (event,) = demo.read("a.xlsx", _filled(demo, tmp_path / "a.xlsx", fill, AUTHORITY), AUTHORITY).events
    assert (event.kind, event.option, str(event.value)) == ("ruling", "fixed", "0.95")


def test_the_template_asks_for_days_of_the_term_and_what_the_clauses_use(demo: Any, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    template.write(demo.contract, demo.catalogue, Month.of("2026-01"), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["填写说明", "按月", "按日", "事件", "清单"]
    assert [str(book["按日"].cell(row, 1).value)[:10] for row in (4, 20)] == ["2026-01-15", "2026-01-31"]
    assert book["按日"].cell(21, 1).value == "合计"
    assert [row[0] for row in book["按月"].iter_rows(min_row=4, max_col=1, values_only=True)] == [
        "参评数",
        "满意数",
        "平均时长",
    ]
    kinds = [row[0] for row in book["清单"].iter_rows(max_col=1, values_only=True) if row[0]]
    assert kinds == ["信息发布差错", "提出异议"]
    assert not any(sheet.protection.sheet for sheet in book)
    with pytest.raises(UsageError, match="2027-01"):
        template.write(demo.contract, demo.catalogue, Month.of("2027-01"), tmp_path / "b.xlsx")


def test_notices_name_what_is_lacking_compactly(demo: Any) -> None:
    calls = {f"2026-03-{n:02}": 5 for n in range(1, 32) if n not in (2, 3, 9)}
    submission = demo.read("a.json", demo.json(measures={"calls.offered": calls, "survey.rated": 5}))
    assert notices(submission, demo.contract, demo.catalogue) == (
        "本文件没有“应答量”“15秒内应答量”“满意数”，合同考核要用；如不在另一个文件里，请补报",
        "“来电总量”缺3天：2026-03-02至2026-03-03、2026-03-09",
    )
    found = [{"kind": "complaint.verified", "on": "2026-03-09"}]
    authority = demo.read("a.json", demo.json(source="authority", events=found), AUTHORITY)
    assert notices(authority, demo.contract, demo.catalogue) == ()


@pytest.mark.parametrize(("source", "who"), [(AUTHORITY, "主管单位"), (VENDOR, "供应商")])
def test_an_empty_file_is_told_what_it_reports(demo: Any, source: Source, who: str) -> None:
    for name, data in (("a.json", demo.json(source=source, events=[])), ("a.csv", demo.csv([["事件类型", "日期"]]))):
        told, *_ = notices(demo.read(name, data, source), demo.contract, demo.catalogue)
        assert told.startswith(f"本文件没有数据和事件：同名的旧文件不再采用，并视为{who}报告2026年3月没有事项")


@pytest.mark.parametrize("source", list(Source))
def test_excel_is_given_checks_that_it_can_read(demo: Any, tmp_path: Path, source: Source) -> None:
    from openpyxl import load_workbook

    template.write(demo.contract, demo.catalogue, demo.month, tmp_path / "a.xlsx", source)
    checks = [check for sheet in load_workbook(tmp_path / "a.xlsx") for check in sheet.data_validations.dataValidation]
    assert {check.type for check in checks} >= {"custom", "list", "date", "whole"}
    for check in checks:
        assert len(check.errorTitle) <= 32
        assert len(check.error) <= 255
        assert len(check.formula1) <= 255
        assert not check.formula1.startswith("=")
