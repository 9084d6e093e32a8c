"""The JSON form: exact numbers, known keys, and nothing that stands twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kaohe.catalogue import AUTHORITY


def test_figures_and_events(demo: Any) -> None:
    submission = demo.read(
        "a.json",
        demo.json(
            measures={
                "survey.rated": 1000,
                "calls.offered": {"2026-03-01": 310, "2026-03-02": "295"},
                "demo.hours": "16.5",
            },
            events=[{"kind": "publication.error", "on": "2026-03-05", "count": 1, "note": "错字"}],
        ),
    )
    assert demo.values(submission) == {
        ("survey.rated", None): 1000,
        ("calls.offered", date(2026, 3, 1)): 310,
        ("calls.offered", date(2026, 3, 2)): 295,
        ("demo.hours", None): Decimal("16.5"),
    }
    assert submission.figures[0].where == "a.json measures.calls.offered.2026-03-01"
    assert submission.events[0].where == "a.json events[0]"


def test_numbers_are_exact(demo: Any) -> None:
    data = demo.json(measures={}).replace(b"{}", b'{"demo.hours": 0.1234567890123456789}')
    assert demo.values(demo.read("a.json", data)) == {("demo.hours", None): Decimal("0.1234567890123456789")}


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ('{"survey.rated": NaN}', "bad-json", None),
        ('{"survey.rated": -Infinity}', "bad-json", None),
        ('{"survey.rated": 1, "survey.rated": 1}', "key-twice", "measures.survey.rated"),
        ('{"survey.rated": true}', "not-a-number", "measures.survey.rated"),
        ('{"survey.rated": null}', "missing-value", "measures.survey.rated"),
        ('{"survey.rated": [1]}', "wrong-type", "measures.survey.rated"),
        ('{"survey.rated": 1.5}', "not-whole", "measures.survey.rated"),
        ('{"survey.rated": -1}', "negative", "measures.survey.rated"),
        ('{"survey.rated": 1e400}', "too-large", "measures.survey.rated"),
        ('{"survey.rated": 1' + "0" * 5000 + "}", "too-large", "measures.survey.rated"),
        ('{"survey.rated": {"2026-03-01": 1}}', "wrong-grain", "measures.survey.rated"),
        ('{"calls.offered": 9300}', "wrong-grain", "measures.calls.offered"),
        ('{"calls.offered": {"3月1日": 1}}', "not-a-date", "measures.calls.offered.3月1日"),
        ('{"calls.offered": {"2026-02-30": 1}}', "not-a-date", "measures.calls.offered.2026-02-30"),
        ('{"calls.offered": {"2026-04-01": 1}}', "other-month", "measures.calls.offered.2026-04-01"),
        ('{"calls.offered": {"2026-03-01": null}}', "missing-value", "measures.calls.offered.2026-03-01"),
        ('{"survey.ratd": 1}', "unknown-measure", "measures.survey.ratd"),
        ('{"demo.audit": 1}', "wrong-source", "measures.demo.audit"),
        ('{"survey.rated": 1, "参评数": 1}', "stated-twice", "measures.参评数"),
        ("[]", "wrong-type", "measures"),
        ('{"survey.rated": 1,}', "bad-json", None),
        ("[" * 20_000, "bad-json", None),
    ],
)
def test_what_measures_may_not_be(demo: Any, text: str, code: str, column: str | None) -> None:
    (fault,) = demo.faults("a.json", demo.json(measures={}).replace(b"{}", text.encode()))
    assert (fault.code, fault.column) == (code, column)


@pytest.mark.parametrize(
    ("event", "code", "column"),
    [
        ("x", "wrong-type", "events[0]"),
        ({"kind": "publication.error", "on": "2026-03-05", "cuont": 1}, "unknown-key", "events[0].cuont"),
        ({"kind": "publication.error", "on": 46086}, "wrong-type", "events[0].on"),
        ({"kind": "publication.error", "on": "3月5日"}, "not-a-date", "events[0].on"),
        ({"kind": "publication.error", "on": "2026-03-05", "count": True}, "wrong-type", "events[0].count"),
        ({"kind": "publication.error", "on": "2026-03-05", "ref": 5}, "wrong-type", "events[0].ref"),
        ({"kind": "publication.error", "on": "2026-03-05", "note": None}, "missing-value", "events[0].note"),
        ({"kind": "publication.error", "on": "2026-03-05", "note": " "}, "missing-value", "events[0].note"),
        ({"kind": "publication.error", "on": "2026-03-05", "amount": 1}, "field-not-allowed", "events[0].amount"),
        ({"kind": "publication.error"}, "missing-value", "events[0]"),
    ],
)
def test_what_an_event_may_not_be(demo: Any, event: object, code: str, column: str) -> None:
    (fault,) = demo.faults("a.json", demo.json(events=[event]))
    assert (fault.code, fault.column) == (code, column)


@pytest.mark.parametrize(
    ("content", "code", "column"),
    [
        ({"region": "other"}, "other-address", "region"),
        ({"month": "2026-02"}, "other-month", "month"),
        ({"source": "authority"}, "other-address", "source"),
        ({"mesures": {}}, "unknown-key", "mesures"),
        ({"events": {}}, "wrong-type", "events"),
    ],
)
def test_the_address_must_be_the_uploads_own(demo: Any, content: dict[str, Any], code: str, column: str) -> None:
    (fault,) = demo.faults("a.json", demo.json(**content))
    assert (fault.code, fault.column) == (code, column)


def test_an_address_that_is_left_out_and_a_list(demo: Any) -> None:
    assert demo.codes("a.json", b"{}") == ["missing-value"] * 3
    assert demo.codes("a.json", b"[1]") == ["wrong-type"]
    assert demo.codes("a.json", b'"x"') == ["wrong-type"]


def test_the_place_of_bad_json_is_named(demo: Any) -> None:
    (fault,) = demo.faults("a.json", b'{\n"region": demo}')
    assert (fault.code, fault.row) == ("bad-json", 2)


def test_a_gb18030_json_and_an_empty_report(demo: Any) -> None:
    data = demo.json(source="authority", events=[{"kind": "查实投诉", "on": "2026-03-05"}])
    assert demo.read("a.json", data.decode().encode("gb18030"), AUTHORITY).events[0].kind == "complaint.verified"
    assert demo.read("a.json", demo.json(source="authority"), AUTHORITY).events == ()


def test_of_another_regions_file_nothing_else_is_told(demo: Any) -> None:
    data = demo.json(region="elsewhere", measures={"别的": 1}, events=[{"kind": "x"}])
    assert demo.codes("a.json", data) == ["other-address"]
