"""What clerks did to files by mistake, and that they are told what to do, once."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook


@pytest.mark.parametrize("sign", ["无", "/", "-", "—", "没有"])
def test_a_sign_for_nothing_is_answered_with_zero_only_where_zero_is_meant(demo: Any, sign: str) -> None:
    rows = [["指标", "数值"], ["参评数", sign], ["满意数", 0], ["平均时长", sign]]
    needed, optional = demo.faults("a.csv", demo.csv(rows))
    assert "没有发生的请填0" in needed.message
    assert "请留空" in optional.message
    assert "0" not in optional.message


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("13.5万", "请写完整的阿拉伯数字，如 135000"),
        ("二十五", "请写完整的阿拉伯数字，如 135000"),
        ("约25", "单位、“约”等文字请删去"),
        (0.958, "像是百分比"),
        (1.5, "应为整数，不能有小数"),
    ],
)
def test_the_advice_on_a_number_leads_to_the_number_meant(demo: Any, written: Any, advice: str) -> None:
    (fault,) = demo.faults("a.csv", demo.csv([["指标", "数值"], ["参评数", written], ["满意数", 0]]))
    assert advice in fault.message


def test_null_is_answered_alike(demo: Any) -> None:
    needed, optional = demo.faults("a.json", demo.json(measures={"参评数": None, "平均时长": None}))
    assert "填0" in needed.message
    assert "填0" not in optional.message


def test_days_that_a_vendors_workbook_lacks_are_named_in_one_line(demo: Any) -> None:
    rows = demo.days()
    del rows[20], rows[5:8]
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按日=rows))
    assert (fault.code, fault.sheet, fault.row) == ("missing-day", "按日", None)
    assert "缺少4天的行：2026-03-05至2026-03-07、2026-03-20；" in fault.message


def test_days_before_the_term_are_not_missing(demo: Any) -> None:
    rows = demo.days(*([f"2026-01-{day}", 3, 2, 1] for day in range(15, 32)))
    assert demo.read("a.xlsx", demo.xlsx(按日=rows), month="2026-01").figures


def test_a_day_is_not_called_missing_while_a_date_is_at_fault(demo: Any) -> None:
    rows = demo.days()
    rows[7][0] = "昨天"
    assert demo.codes("a.xlsx", demo.xlsx(按日=rows)) == ["not-a-date"]


def test_in_a_zip_another_file_may_bring_the_missing_days(demo: Any) -> None:
    header, first, *others = demo.days()
    files = {"a.xlsx": demo.xlsx(按日=[header, first])}
    assert demo.codes("a.zip", demo.zip(files)) == ["missing-day"]
    rest = [[f"2026-03-{n:02}", *row[1:]] for n, row in enumerate(others, start=2)]
    assert demo.read("a.zip", demo.zip({**files, "b.csv": demo.csv([header, *rest])})).figures


def test_days_stated_only_in_a_json_file_beside_a_workbook(demo: Any) -> None:
    days = {code: {"2026-03-01": 1} for code in ("来电总量", "应答量", "15秒内应答量")}
    files = {"a.xlsx": demo.xlsx({"按月": [["指标", "数值"], ["参评数", 1], ["满意数", 1]]})}
    assert "missing-day" in demo.codes("a.zip", demo.zip({**files, "b.json": demo.json(measures=days)}))


def test_a_workbook_cut_off_at_any_byte_is_called_damaged(demo: Any) -> None:
    data = demo.xlsx()
    for cut in [*range(1, 60), *range(60, len(data) - 60, 97), *range(len(data) - 60, len(data))]:
        (fault,) = demo.faults("a.xlsx", data[:cut])
        assert (fault.code, fault.message) == ("damaged", "文件已损坏，请重新从 Excel 另存后上传"), cut


def test_a_stored_zip_of_a_workbook_is_a_zip(demo: Any) -> None:
    data = _stored({"月.xlsx": demo.xlsx()})
    assert demo.read("a.zip", data).figures
    assert "zip 压缩包" in str(demo.faults("a.xlsx", data)[0])


def test_a_stored_zip_cut_off_behind_its_workbook_is_damaged(demo: Any) -> None:
    data = _stored({"b.csv": b"x", "月.xlsx": demo.xlsx()})
    end = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    for cut in (end, end + 10, len(data) - 22, len(data) - 1):
        (fault,) = demo.faults("a.zip", data[:cut])
        assert (fault.code, fault.message) == ("damaged", "文件已损坏，请重新压缩后上传")


def test_a_measure_that_is_there_is_not_proposed(demo: Any) -> None:
    rows: list[list[Any]] = [["日期", "来电总量", "应答量", "15秒内应答量", "应答数"], ["2026-03-01", 3, 2, 1, 1]]
    assert _message(demo, rows) == "不认识这个表头；请改成模板中的名称，或删去这一列"
    assert "是不是“应答量”？" in _message(demo, [[row[i] for i in (0, 1, 3, 4)] for row in rows])
    assert "是不是" not in _message(demo, [["指标", "数值"], ["满意数", 1], ["满意数目", 1]])
    assert "是不是“满意数”" in _message(demo, [["指标", "数值"], ["满意数目", 1]])


def _message(demo: Any, rows: list[list[Any]]) -> str:
    (fault,) = demo.faults("a.csv", demo.csv(rows))
    return str(fault.message)


@pytest.mark.parametrize("title", ["第一周合计", "本周小计", "上旬 合计：", "截至15日累计", "本月总计（次）"])
def test_sums_among_the_days_are_passed_over(demo: Any, title: str) -> None:
    rows = demo.days()
    rows.insert(8, [title, 2170, 2100, 1960])
    assert len(demo.read("a.xlsx", demo.xlsx(按日=rows)).figures) == 2 + 93
    numbered = [["序号", *rows[0]], *([n, *row] for n, row in enumerate(rows[1:], start=1))]
    numbered[8] = [title, None, 2170, 2100, 1960]
    assert len(demo.read("a.xlsx", demo.xlsx(按日=numbered)).figures) == 2 + 93


def test_a_remark_before_a_date_does_not_hide_the_day(demo: Any) -> None:
    rows = [["备注", "日期", "来电总量"], ["含累计转接", "2026-03-01", 5]]
    assert len(demo.read("a.csv", demo.csv(rows)).figures) == 1


def test_merged_cells_are_named_only_where_they_cover_the_blank(demo: Any) -> None:
    rows = demo.days()
    for row in (9, 10, 20):
        rows[row][2] = None
    book = load_workbook(io.BytesIO(demo.xlsx(按日=rows)))
    book["按日"].merge_cells("C9:C11")
    book["按日"].merge_cells("B21:B22")
    packed = io.BytesIO()
    book.save(packed)
    faults = demo.faults("a.xlsx", packed.getvalue())
    assert [(f.row, f.column[0], "取消合并" in f.message) for f in faults] == [
        (10, "C", True),
        (21, "C", False),
        (22, "B", True),
    ]


def test_a_table_of_another_month_is_told_in_one_line(demo: Any) -> None:
    rows = demo.days(*([f"2026-02-{day:02}", 3, 2, 1] for day in range(1, 29)))
    (fault,) = demo.faults("a.xlsx", demo.xlsx(按日=rows))
    assert (fault.code, fault.row) == ("other-month", 2)
    assert fault.message.startswith("这张表像是2026年2月的：28个日期都不在本文件的月份内")
    rows[5][0] = "2026-03-05"
    assert len(demo.faults("a.csv", demo.csv(rows))) == 2


def test_the_same_fault_down_a_column_is_told_once_with_an_example(demo: Any) -> None:
    rows = demo.days()
    for row in rows[3:]:
        row[1], row[2] = f"{row[1]}次", f"约{row[2]}"
    rows[20][2] = 300
    found = [(f.row, f.column, f.held, f.message.split("“")[0]) for f in demo.faults("a.xlsx", demo.xlsx(按日=rows))]
    assert found == [
        (4, "B（来电总量）", "310次", "第4—32行"),
        (4, "C（应答量）", "约300", "第4—20行"),
        (22, "C（应答量）", "约300", "第22—32行"),
    ]


def test_two_of_the_same_fault_are_told_apart(demo: Any) -> None:
    rows = demo.days()
    rows[3][1], rows[4][1] = "310次", "295次"
    assert [f.held for f in demo.faults("a.xlsx", demo.xlsx(按日=rows))] == ["310次", "295次"]


def _stored(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
