"""What the regions' catalogues allow: bounds that come from the contracts, and words that a clerk can follow."""

from decimal import Decimal

import pytest
from kaohe.catalogue import AUTHORITY
from kaohe.intake.context import needed
from kaohe.periods import Month
from kaohe.plugins import load_region, region_names
from kaohe.standard import CORE


def test_shift_leaders_count_among_those_on_duty_and_nobody_is_who_is_not_employed() -> None:
    measure = load_region("haidian").catalogue.measures["seats.on_duty"]
    assert measure.at_most == "staff.employed"
    assert "组长" in measure.note
    assert measure.note != CORE.measures["seats.on_duty"].note


@pytest.mark.parametrize(
    ("month", "asked"),
    [("2024-01", True), ("2024-10", True), ("2024-11", False), ("2024-12", False), ("2025-01", False)],
)
def test_a_rank_is_asked_for_in_the_months_that_are_assessed(month: str, asked: bool) -> None:
    region = load_region("lingshui")
    codes = [m.code for m in needed(region.contract("lingshui-2024"), region.catalogue, AUTHORITY, Month.of(month))]
    assert ("rank.monthly" in codes) is asked


def test_ranks_lie_between_one_and_the_number_of_platforms() -> None:
    measures = load_region("lingshui").catalogue.measures
    for code in ("rank.monthly", "rank.payment_period", "rank.score_period"):
        assert (measures[code].least, measures[code].most) == (1, 19)


@pytest.mark.parametrize(
    ("region", "kind", "most"), [("haidian", "deposit.rate", "0.05"), ("luohe", "service.outage", "744")]
)
def test_values_of_events_have_a_bound(region: str, kind: str, most: str) -> None:
    assert load_region(region).catalogue.events[kind].most == Decimal(most)


@pytest.mark.parametrize("name", sorted(set(region_names()) & {"haidian", "jiyuan", "lingshui", "luohe"}))
def test_labels_of_readings_and_options_tell_them_apart(name: str) -> None:
    """A clerk may rule by labels, so no two may share one."""
    for contract in load_region(name).contracts:
        labels = [reading.label for reading in contract.readings.values()]
        assert len(set(labels)) == len(labels)
        for reading in contract.readings.values():
            options = [option.label for option in reading.options.values()]
            assert len(set(options)) == len(options)
