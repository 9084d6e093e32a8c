"""Keys and sizes: what is known before a byte is read."""

from datetime import date
from typing import Any

import pytest
from kaohe.errors import Refused
from kaohe.intake import check_size, parse_key
from kaohe.intake.limits import MAX_FILE
from kaohe.periods import Month


def test_a_key_gives_region_source_month_and_a_chinese_name() -> None:
    address = parse_key("submissions/demo/vendor/2026-03/三月 月报.xlsx")
    assert (address.region, address.source, address.month) == ("demo", "vendor", Month.of("2026-03"))
    assert address.name == "三月 月报.xlsx"
    assert parse_key(address.key) == address


@pytest.mark.parametrize(
    "key",
    [
        "",
        "submissions/demo/vendor/2026-03",
        "submissions/demo/vendor/2026-03/a/b.xlsx",
        "uploads/demo/vendor/2026-03/a.xlsx",
        "submissions/Demo/vendor/2026-03/a.xlsx",
        "submissions//vendor/2026-03/a.xlsx",
        "submissions/demo/somebody/2026-03/a.xlsx",
        "submissions/demo/vendor/2026-13/a.xlsx",
        "submissions/demo/vendor/2026-3/a.xlsx",
        "submissions/demo/vendor/2026-03/",
        "submissions/demo/vendor/2026-03/.",
        "submissions/demo/vendor/2026-03/..",
        "submissions/demo/vendor/2026-03/a\x00.xlsx",
    ],
)
def test_any_other_key_is_refused_in_chinese(key: str) -> None:
    with pytest.raises(Refused, match="submissions/地区") as refused:
        parse_key(key)
    assert {fault.code for fault in refused.value.faults} == {"bad-key"}


def test_every_wrong_part_of_a_key_is_told() -> None:
    with pytest.raises(Refused) as refused:
        parse_key("submissions/X/y/z/..")
    assert len(refused.value.faults) == 4


def test_size_is_refused_beyond_the_limit_and_at_nothing() -> None:
    check_size(MAX_FILE)
    check_size(1)
    for size, code in [(MAX_FILE + 1, "file-too-large"), (0, "empty-file")]:
        with pytest.raises(Refused) as refused:
            check_size(size)
        assert refused.value.faults[0].code == code


@pytest.mark.parametrize(
    ("source", "on", "code", "from_"),
    [
        ("vendor", date(2026, 2, 28), "month-not-begun", "2026-03-31"),
        ("vendor", date(2026, 3, 30), "month-not-over", "2026-03-31"),
        ("vendor", date(2026, 3, 31), None, ""),
        ("authority", date(2026, 2, 28), "month-not-begun", "2026-03-01"),
        ("authority", date(2026, 3, 1), None, ""),
    ],
)
def test_a_month_is_reported_when_it_is_over_or_by_the_authority_once_begun(
    demo: Any, source: str, on: date, code: str | None, from_: str
) -> None:
    data = demo.json(source=source, measures={"survey.rated": 1})
    if code is None:
        assert demo.read("a.json", data, source, on=on).figures
    else:
        (fault,) = demo.faults("a.json", data, source, on=on)
        assert (fault.code, fault.expected) == (code, f"{from_}当天或以后上传")


def test_a_month_outside_every_term_is_refused_with_the_term(demo: Any) -> None:
    data = demo.json(month="2027-01", measures={"survey.rated": 1})
    (fault,) = demo.faults("a.json", data, month="2027-01", on=date(2027, 2, 1))
    assert fault.code == "outside-term"
    assert "2026-01-15至2026-12-31" in str(fault)


@pytest.mark.parametrize(
    ("month", "event", "codes"),
    [
        ("2027-01", {"kind": "payment.made", "on": "2027-01-05", "instalment": 1, "amount": "1.00"}, []),
        ("2027-12", {"kind": "payment.made", "on": "2027-12-05", "instalment": 1, "amount": "1.00"}, []),
        ("2028-01", {"kind": "payment.made", "on": "2028-01-05", "instalment": 1, "amount": "1.00"}, ["outside-term"]),
        ("2027-01", {"kind": "complaint.verified", "on": "2027-01-05"}, ["outside-term"]),
    ],
)
def test_after_the_term_the_authority_still_reports_payments_for_a_year(
    demo: Any, month: str, event: dict[str, Any], codes: list[str]
) -> None:
    data = demo.json(source="authority", month=month, events=[event])
    if codes:
        assert demo.codes("a.json", data, "authority", month, on=date(2028, 2, 1)) == codes
    else:
        assert demo.read("a.json", data, "authority", month, on=date(2028, 2, 1)).events


def test_the_digest_is_of_the_file_as_it_came(demo: Any) -> None:
    import hashlib

    data = demo.json(measures={"survey.rated": 1})
    assert demo.read("a.json", data).sha256 == hashlib.sha256(data).hexdigest()
