import pytest
from hypothesis import given
from hypothesis import strategies as st
from kaohe.text import pad, table, title, width, wrap

texts = st.text(st.sampled_from("ab 12345满意率（），。"), max_size=80)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("满意率", 6), ("4.5 应答及时率", 14), ("（济源）", 8), ("e\u0301", 1), ("…", 1)],
)
def test_chinese_takes_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(texts, st.integers(0, 60), st.booleans())
def test_padding_fills_up_and_never_cuts(text: str, columns: int, right: bool) -> None:
    padded = pad(text, columns, right=right)
    assert width(padded) == max(columns, width(text))
    assert padded.strip() == text.strip()


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_columns_line_up(rows: list[tuple[str, str]]) -> None:
    lines = table(("指标", "value"), [(left, f"|{right}") for left, right in rows]).split("\n")
    assert len(lines) == len(rows) + 2
    starts = {width(line[: line.index("|")]) for line in lines[2:]}
    assert len(starts) == 1


def test_a_table() -> None:
    assert table(("分期", "net"), [("第一季度", "1.00"), ("b", "10.00")], right=(1,)).split("\n") == [
        "  分期        net",
        "  ────────  ─────",
        "  第一季度   1.00",
        "  b         10.00",
    ]
    assert title("济源 2026") == "济源 2026\n═════════"


@given(texts, st.integers(8, 40))
def test_wrapping_keeps_every_character_and_no_line_is_too_long(text: str, columns: int) -> None:
    lines = wrap(text, columns, "  ").split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest = max((width(word) for word in text.split()), default=0)
    for line in lines:
        assert line.startswith("  ")
        assert width(line) <= max(columns, 2 + longest)


def test_chinese_may_break_anywhere_and_english_between_words() -> None:
    assert wrap("满意率不低于百分之九十五", 10).split("\n") == ["满意率不低", "于百分之九", "十五"]
    assert wrap("not below ninety five", 11).split("\n") == ["not below", "ninety five"]


def test_the_last_column_of_a_table_may_run_on_below_itself() -> None:
    text = table(("no", "what"), [("1", "one two three"), ("22", "四五六七")], within=13)
    assert text == "\n".join(
        ["  no  what", "  ──  ───────", "  1   one two", "      three", "  22  四五六", "      七"]
    )


@given(st.lists(st.tuples(st.text("ab 汉", max_size=5), st.text("ab 汉字", max_size=60)), min_size=1))
def test_a_table_stays_within_its_columns(rows: list[tuple[str, str]]) -> None:
    words = [(first, " ".join(second[n : n + 8] for n in range(0, len(second), 8))) for first, second in rows]
    assert max(map(width, table(("h", "h"), words, within=40).splitlines())) <= 40
