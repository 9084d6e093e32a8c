"""A sheet's XML looked through with its plain cells drawn out, held against the parser alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaohe.intake.limits import MAX_AREA, MAX_CELLS
from kaohe.intake.parts import longest_text
from kaohe.intake.plainmarkup import cells, texts
from kaohe.intake.sheetscan import SheetScan, TooMuch, scan_sheet
from kaohe.intake.xmlwalk import BadXml

PLACES = st.builds(
    lambda letters, row: f"{letters}{row}", st.sampled_from(["A", "B", "Z", "AA", "CV"]), st.integers(1, 60)
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' s="3"',
        ' t="s"',
        ' t="n"',
        ' s="1" t="s"',
        ' t="str"',
        ' t="b"',
        ' t="d"',
        ' t="e"',
        ' t="s" s="1"',
        " cm='1'",
    ]
)
WITHIN = st.sampled_from(
    [
        "<v>12</v>",
        "<v>0.5</v>",
        "<v></v>",
        "<v/>",
        "",
        " ",
        "<v>#REF!</v>",
        "<v>&amp;</v>",
        "<f>SUM(A1:A3)</f><v>6</v>",
        "<f>A1&gt;2</f><v>1</v>",
        "<f>A1</f>",
        "<f>A1</f><v></v>",
        '<f t="shared" si="0"/><v>3</v>',
        "<is><t>文字</t></is>",
        '<is><t xml:space="preserve"> 两 行\n</t></is>',
        "<is><r><t>一</t></r><r><t>二</t></r></is>",
    ]
)
CELLS = st.one_of(
    st.builds(lambda at, how, held: f'<c r="{at}"{how}>{held}</c>', PLACES, ATTRIBUTES, WITHIN),
    st.builds(lambda at, how: f'<c r="{at}"{how}/>', PLACES, ATTRIBUTES),
    st.builds(lambda at: f'<c r="{at}" t="inlineStr"><is><t>文字</t></is></c>', PLACES),
    st.builds(lambda at: f'<c r="{at}" s="4" t="n" />', PLACES),
    st.builds(lambda at: f'<x:c r="{at}"><x:v>1</x:v></x:c>', PLACES),
    st.builds(lambda held: f"<c>{held}</c>", WITHIN),
    st.builds(lambda at: f'<!-- <c r="{at}"><v>1</v></c> -->', PLACES),
    st.builds(lambda at: f'<?a <c r="{at}"><v>1</v></c> ?>', PLACES),
    st.builds(lambda at: f'<t><![CDATA[<c r="{at}"><v>1</v></c>]]></t>', PLACES),
)
ROWS = st.builds(
    lambda start, held: f"<row{start}>{''.join(held)}</row>",
    st.sampled_from(["", ' r="7"', ' r="40" spans="1:3"', ' r="2" ht="15"']),
    st.lists(CELLS, max_size=6),
)


def sheet(rows: list[str]) -> bytes:
    after = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    return f'<worksheet xmlns:x="urn:x"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'.encode()


def told(scan: SheetScan) -> tuple[object, ...]:
    return scan.cells, scan.shared, scan.area, scan.odd, scan.merged


@settings(max_examples=400)
@given(st.lists(ROWS, max_size=6))
def test_what_is_drawn_out_is_counted_as_the_parser_counts_it(rows: list[str]) -> None:
    xml = sheet(rows)
    assert told(scan_sheet(xml)) == told(SheetScan([xml]))


@settings(max_examples=400)
@given(st.lists(ROWS, min_size=1, max_size=3), st.data())
def test_nothing_that_is_cut_or_put_together_hides_a_cell(rows: list[str], data: st.DataObject) -> None:
    xml = sheet(rows)
    begin = data.draw(st.integers(0, len(xml)))
    put = data.draw(st.sampled_from([b"", b"<", b"<!-", b"- ", b"<?", b'"', b'<c r="B2"><v>1</v></c>', b'<c r="B2"/>']))
    broken = xml[:begin] + put + xml[begin + data.draw(st.integers(0, 8)) :]
    try:
        whole = SheetScan([broken])
    except BadXml:
        return
    assert told(scan_sheet(broken)) == told(whole)


@pytest.mark.parametrize(
    "value",
    ["2<!-- x -->4", "<![CDATA[24]]>", "2<?x y?>4", "&#50;4", "2&#x34;", "2</v><v>4"],
)
def test_a_value_in_pieces_is_refused_for_calamine_takes_a_part_of_it(value: str) -> None:
    for prefix in ("", "x:"):
        cell = f'<c r="A1"><v>{value}</v></c>'.replace("<v>", f"<{prefix}v>").replace("</v>", f"</{prefix}v>")
        with pytest.raises(BadXml):
            scan_sheet(sheet([f"<row>{cell}</row>"]))
    assert scan_sheet(sheet(['<row><c r="A1" t="str"><v>a &amp; b</v></c><!-- 24 --></row>'])).cells == 1


def test_nearly_all_of_a_usual_sheet_is_drawn_out() -> None:
    usual = [
        f'<row r="{n}" spans="1:4">'
        f'<c r="A{n}" s="2"><v>46000.5</v></c><c r="B{n}" t="s"><v>{n}</v></c>'
        f'<c r="C{n}" t="inlineStr"><is><t>第 {n} 行</t></is></c><c r="D{n}" s="1"/></row>'
        for n in range(1, 9001)
    ]
    found = list(cells(sheet(usual)))
    assert len(found) > 3, "it comes in pieces"
    assert (sum(p.seen for p in found), sum(p.filled for p in found), sum(p.shared for p in found)) == (
        36000,
        27000,
        9000,
    )
    assert b"<c" not in b"".join(p.left for p in found)
    assert told(scan_sheet(sheet(usual))) == (27000, 9000, 27000, {}, scan_sheet(sheet([])).merged)


@pytest.mark.parametrize("filled", ['<c r="ALL1000"><v>1</v></c>', '<c r="ALL1000" t="str" s="1"><v>1</v></c>'])
def test_cells_that_stand_far_off_are_too_much_however_they_are_written(filled: str) -> None:
    assert scan_sheet(sheet([filled])).area == MAX_AREA
    with pytest.raises(TooMuch):
        scan_sheet(sheet([filled.replace("ALL", "ALM")]))
    with pytest.raises(TooMuch):
        scan_sheet(sheet([filled.replace("1000", "1001")]))


@pytest.mark.parametrize("more", [0, 1])
def test_the_cells_that_hold_something_are_counted(more: int) -> None:
    xml = sheet([f'<c r="A{n % 900 + 1}"><v>1</v></c>' for n in range(MAX_CELLS + more)])
    if not more:
        assert scan_sheet(xml).cells == MAX_CELLS
        return
    with pytest.raises(TooMuch):
        scan_sheet(xml)


def test_a_sheet_formatted_without_end_is_too_much() -> None:
    blank = b'<c r="A1" s="1"/>' * (10 * MAX_CELLS)
    assert scan_sheet(b"<sheetData>" + blank + b"</sheetData>").cells == 0
    with pytest.raises(TooMuch):
        scan_sheet(b"<sheetData>" + blank + b'<c r="A1" s="1"/></sheetData>')


def test_the_longest_shared_text_is_found_however_it_is_written() -> None:
    def shared(*items: str) -> bytes:
        return f"<sst>{''.join(f'<si>{item}</si>' for item in items)}</sst>".encode()

    assert longest_text(shared()) == 0
    assert longest_text(shared("<t>四个汉字</t>", "<t>ab</t>")) == 4
    assert longest_text(shared("<t>四个汉字</t>", "<r><t>三个</t></r><r><t>加三个</t></r>")) == 5
    assert longest_text(shared("<t>a&amp;b</t>", "<t>ab</t>")) == 3
    assert b"<si>" not in b"".join(piece.left for piece in texts(shared("<t>甲</t>", "<t>乙</t>")))
