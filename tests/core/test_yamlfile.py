import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from kaohe.errors import UsageError
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
        (None, "contract: "),
        ([1], "contract: "),
    ],
)
def test_what_is_no_contract_is_refused_with_its_field_named(package: Path, content: object, named: str) -> None:
    with pytest.raises(UsageError, match=rf"contract\.yaml is not a contract: .*{named}"):
        load(package, content)


@pytest.mark.parametrize("text", ["id: a\nid: b", "{", "a: [1"])
def test_what_is_no_yaml_is_refused_with_its_line(package: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"contract\.yaml is not YAML: .*line \d"):
        load(package, text)


def test_a_clause_number_without_quotes_would_lose_its_zero_and_is_refused(package: Path) -> None:
    text = yaml.safe_dump(terms(), allow_unicode=True).replace("'no': '9'", "no: 4.10")
    with pytest.raises(UsageError, match=r"clauses, entry 4, no: write a text, in quotation marks"):
        load(package, text)
