import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from kaohe.errors import UsageError
from kaohe.periods import Month
from kaohe.yamlfile import load_contract, load_yaml

from tests.core.small import clause, contract, terms

FIRST = terms()["instalments"][0]


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "x: {a: 1, a: 1}", "- {no: 1, no: 1}"])
def test_a_key_that_stands_twice_is_an_error_with_its_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"f\.yaml is not YAML: .*stands twice.*line \d"):
        load_yaml(text, "f.yaml")


def test_only_true_and_false_are_booleans() -> None:
    words = load_yaml("{no: 4, on: 2026-03-01, yes: off, a: true, b: false, c: True, d: y}", "f.yaml")
    assert list(words) == ["no", "on", "yes", "a", "b", "c", "d"]
    assert (words["yes"], words["a"], words["b"], words["c"], words["d"]) == ("off", True, False, "True", "y")


def test_nothing_is_built_but_plain_data() -> None:
    with pytest.raises(UsageError, match="could not determine a constructor"):
        load_yaml("!!python/object/apply:os.getcwd []", "f.yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2026-13-31", "'2026-13-31' cannot be read: month must be in 1..12 in line 2, column 4"),
        ("a: 1\n2026-02-30: b", "'2026-02-30' cannot be read: day is out of range for month in line 2, column 1"),
        ("a:\n\t- 1", "line 2, column 1; indent with blanks, not with tabs"),
        (
            "a:\n  label： b\n  c: d",
            "line 3, column 4; a colon at the end of a key is half-width, with a blank after it: 'label: …'",
        ),
        ("? [a]\n: b", "found unhashable key in line 1, column 3"),
        ("a: \0", "control characters are not allowed in position 3"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file_and_line(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_yaml(text, "f.yaml")
    assert str(caught.value).startswith("f.yaml is not YAML: ")
    assert str(caught.value).endswith(told)


def test_a_file_in_another_encoding_is_told_with_its_line(package: Path) -> None:
    (package / "contract.yaml").write_bytes("id: small-2026\nlabel: 小合同\n".encode("gbk"))
    with pytest.raises(UsageError, match=r"contract\.yaml is not written in UTF-8 \(line 2\); save it as UTF-8"):
        load_contract(package.name)


def test_a_file_that_windows_has_marked_as_utf_8_is_read(package: Path) -> None:
    (package / "contract.yaml").write_text(yaml.safe_dump(terms(), allow_unicode=True), encoding="utf-8-sig")
    assert load_contract(package.name) == contract()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package to lay a contract.yaml in."""
    name = f"kaohe_yaml_{tmp_path.name}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


def load(package: Path, content: object) -> Any:
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (package / "contract.yaml").write_text(text, encoding="utf-8")
    return load_contract(package.name)


def test_a_good_contract_is_loaded(package: Path) -> None:
    assert load(package, terms()) == contract()


def span(first: str, last: str) -> dict[str, str]:
    return {"label": first, "first": first, "last": last}


def with_spans(*ends: tuple[str, str]) -> dict[str, Any]:
    return with_clause(assessed="spans", spans=[span(*each) for each in ends])


BOND = {"clause": "9", "label": "保证金", "share": "0.05", "return_working_days": 20}
LATE = {"clause": "9", "rate": "0.0005", "base": "arrears"}


def with_clause(**fields: Any) -> dict[str, Any]:
    return terms(clauses=[*terms()["clauses"], {**terms()["clauses"][1], "no": "4", **fields}])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (with_clause(values={"target": 0.95}), r"clause 4, values\.target: .*quoted decimal, not 0\.95"),
        (terms(clauses=[*terms()["clauses"], clause("2.1", status="done")]), r"clause 2\.1, status: "),
        (with_clause(values={"target": "95%"}), r"clause 4, values\.target: .*not a number: '95%'"),
        (with_clause(values=["0.95"]), r"clause 4, values: "),
        (with_clause(no=4.10), r"clauses, entry 5, no: write a text, in quotation marks .*, not 4\.1"),
        (with_clause(facts="survey.rated"), r"clause 4, facts: write a list, as \[a, b\], not 'survey.rated'"),
        (terms(term="2026"), "term: write a mapping, as .*, not '2026'"),
        (terms(signed="2026年1月5日"), "signed: write a day as 2026-03-31, not '2026年1月5日'"),
        (with_clause(status="done"), r"clause 4, status: "),
        (with_clause(kind="kpi"), r"clause 4, kind: Extra inputs"),
        (with_clause(kinds=[]), r"clause 4, kinds: "),
        (with_clause(no="2"), "clause 2 is listed twice"),
        (with_clause(readings=["bse"]), "clause 4 names the reading 'bse', which 'readings' does not define"),
        (with_clause(why="no figure"), "'why' goes with status not-computed"),
        (with_clause(status="not-computed"), "'why' goes with status not-computed"),
        (terms(clauses=["4.1"]), "clauses, entry 1: "),
        (terms(total=1000.5), "total: .*quoted decimal"),
        (terms(total="1000.005"), "total: .*two decimals"),
        (terms(id="big-2026"), "the id 'big-2026' must begin with the region: small-"),
        (terms(term={"first": "2026-12-31", "last": "2026-01-01"}), "term: .*before it begins"),
        (terms(instalments=terms()["instalments"][:2]), "shares must add up to 1, not 7/10"),
        (
            terms(instalments=[{**terms()["instalments"][0], "share": "1", "clause": "7"}]),
            "cites clause 7, which is not",
        ),
        (terms(instalments=[{**FIRST, "share": "1/0"}]), "instalment 1, share: "),
        (
            terms(
                readings={
                    "x": {
                        "label": "?",
                        "question": "?",
                        "default": "a",
                        "options": {"b": {"label": "l", "summary": "s"}},
                    }
                }
            ),
            "default 'a' is none",
        ),
        (with_clause(assessed="spans"), "clause 4: 'spans' goes with assessed: spans"),
        (with_clause(spans=[span("2026-01", "2026-02")]), "clause 4: 'spans' goes with assessed: spans"),
        (with_spans(("2026-03", "2026-02")), r"clause 4, spans\.0: it ends \(2026-02\) before it begins"),
        (with_spans(("2026-03", "2026-05"), ("2026-01", "2026-03")), "clause 4: the spans .* share 2026-03"),
        (
            with_spans(("2026-11", "2027-01")),
            "clause 4: the span 2026-11 goes beyond the term, 2026-01-01 … 2026-12-31",
        ),
        (terms(bond=BOND | {"clause": "8"}), "bond cites clause 8, which is not listed"),
        (
            terms(bond=BOND | {"share": "5"}),
            r'bond\.share: a share lies between 0 and 1, so 5 % is "0\.05": 5 does not',
        ),
        (terms(late_payment=LATE | {"clause": "8"}), "late_payment cites clause 8, which is not listed"),
        (
            terms(late_payment=LATE | {"rate": {"2026-01-02": "0.01"}}),
            "late_payment.rate says nothing for the term's first",
        ),
        (
            terms(late_payment=LATE | {"rate": {}}),
            "late_payment.rate says nothing for the term's first day, 2026-01-01",
        ),
        (
            terms(late_payment=LATE | {"rate": {"2026-01-01": 0.01}}),
            r"late_payment\.rate\.2026-01-01: write an integer or a quoted decimal, not 0\.01",
        ),
        (terms(late_payment=LATE | {"cap": "20"}), r"late_payment\.cap: a share lies between 0 and 1"),
        (None, "contract: "),
        ([1], "contract: "),
    ],
)
def test_what_is_no_contract_is_refused_with_its_field_named(package: Path, content: object, named: str) -> None:
    with pytest.raises(UsageError, match=rf"contract\.yaml is not a contract: .*{named}"):
        load(package, content)


def test_spans_that_meet_and_shares_of_the_whole_are_taken(package: Path) -> None:
    spans = with_spans(("2026-01", "2026-03"), ("2026-04", "2026-12"))
    made = load(package, {**spans, "bond": BOND | {"share": "1"}, "late_payment": LATE | {"cap": "1"}})
    assert [str(made.clause("4").window(Month(2026, n), made.term).last) for n in (3, 4)] == [
        "2026-03-31",
        "2026-12-31",
    ]


@pytest.mark.parametrize("text", ["id: a\nid: b", "{", "a: [1"])
def test_what_is_no_yaml_is_refused_with_its_line(package: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"contract\.yaml is not YAML: .*line \d"):
        load(package, text)


def test_a_clause_number_without_quotes_would_lose_its_zero_and_is_refused(package: Path) -> None:
    text = yaml.safe_dump(terms(), allow_unicode=True).replace("'no': '9'", "no: 4.10")
    with pytest.raises(UsageError, match=r"clauses, entry 4, no: write a text, in quotation marks"):
        load(package, text)
