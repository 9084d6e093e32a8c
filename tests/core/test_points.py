"""Points of a score: shown before their window is over, open once and not month by month, told with their sign."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from kaohe import Contract, Count, Instalment, MonthFacts, Points, Rulebook, schedule
from kaohe.catalogue import AUTHORITY, Catalogue, EventKind
from kaohe.errors import Refused
from kaohe.intake import parse_key, read
from kaohe.report import render
from kaohe.results import Document
from kaohe.scoring import derive
from kaohe.standard import CORE

from tests.core import small

SPANS = [{"label": "spring", "first": "2026-02", "last": "2026-04"}]


def document(*months: str, lost: Decimal = Decimal("1.5"), full: Decimal = Decimal(10)) -> Document:
    book = Rulebook()

    @book.kpi("1", "complaints")
    def complaints(facts: MonthFacts) -> Count:
        return Count.of(facts.verified("complaint.verified"))

    @book.deduction("1", indicative=True)
    def points() -> Points:
        return Points(lost, full, "1.5")

    contract = small.contract(
        clauses=[small.clause("1", assessed="spans", spans=SPANS), small.clause("9", kinds=["payment"])]
    )
    return derive(small.region(book, contract), contract, [small.upload(month) for month in months])


def test_points_are_provisional_until_their_window_is_over() -> None:
    months = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
    found = document(*months).assessments
    assert [[d.state for d in a.deductions] for a in found] == [[], ["provisional"], ["provisional"], ["final"], []]


def test_what_is_shown_month_by_month_is_open_once() -> None:
    assert document("2026-02", "2026-03").settlement.open == ("2026-03 1 provisional",)
    assert document("2026-03", "2026-04").settlement.open == ()


@pytest.mark.parametrize(
    ("lost", "full", "told", "shown"),
    [("1.5", "10", "1.5分（扣）", "扣 1.5 分，得 8.5 分（满分 10）"), ("-2", "0", "2分（加）", "加 2 分")],
)
def test_points_are_told_with_their_sign(lost: str, full: str, told: str, shown: str) -> None:
    found = document("2026-04", lost=Decimal(lost), full=Decimal(full))
    (deduction,) = found.assessments[3].deductions
    assert deduction.formula.endswith(f"= {told}")
    assert f"  1 第1条：{shown}\n" in render(found, small.contract())


def test_an_instalment_says_how_its_amount_comes_about() -> None:
    def payment_schedule(contract: Contract) -> Sequence[Instalment]:
        return [i.model_copy(update={"notes": ("by rank 3",)}) for i in schedule(contract)]

    region = small.region(None, payment_schedule=payment_schedule)
    found = derive(region, small.contract(), [small.upload()])
    assert "  第2期说明：by rank 3\n" in render(found, small.contract())


@pytest.mark.parametrize(("points", "fits"), [("10", True), ("0", True), ("10.5", False)])
def test_points_outside_the_range_of_their_event_are_refused(points: str, fits: bool) -> None:
    kind = EventKind(
        code="lapse", label="失误", sources=(AUTHORITY,), required=("points",), most=Decimal(10), note="扣分"
    )
    event = {"kind": "lapse", "on": "2026-03-05", "points": points}
    content = {"region": "small", "month": "2026-03", "source": "authority", "events": [event]}
    address = parse_key("submissions/small/authority/2026-03/a.json")
    known, contracts, raw = CORE | Catalogue.of(events=[kind]), [small.contract()], json.dumps(content).encode()
    if fits:
        assert read(raw, address, known, contracts, date(2026, 4, 1)).events[0].points == Decimal(points)
        return
    with pytest.raises(Refused, match="不超过10分"):
        read(raw, address, known, contracts, date(2026, 4, 1))
