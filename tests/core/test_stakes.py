"""What hangs on each reading is what a run under each option gives."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest
from kaohe import Contract, Instalment, Month, Window, schedule
from kaohe.readings import Choice
from kaohe.scoring import Situation, derive
from kaohe.stakes import Effect, ReadingStake, Stakes, stakes
from kaohe.study import staked

from tests.core import small
from tests.core.small import MARCH, findings, ruling
from tests.core.test_scoring import APRIL, CONTRACT, REGION, UPLOADS

AS_OF = date(2026, 4, 30)
FOUND = stakes(Situation.of(REGION, CONTRACT, UPLOADS, AS_OF))
NONE = stakes(Situation.of(small.region(), small.contract(), [], None))


def stake(name: str, found: Stakes = FOUND) -> ReadingStake:
    return next(reading for reading in found.readings if reading.reading == name)


def test_what_the_readings_in_force_give_by_hand() -> None:
    adopted = FOUND.adopted
    assert {str(month): str(amount) for month, amount in adopted.months.items()} == {
        "2026-01": "1.00",
        "2026-02": "1001.00",
        "2026-03": "1701.00",
        "2026-04": "1.00",
    }
    assert str(adopted.deductions) == "2704.00"
    assert str(adopted.payable) == "-1704.00"  # 1,000.00 − 600.00 taken − 2,104.00 carried
    assert (adopted.unknown, adopted.score, adopted.renewal) == (2, None, "not provided for")


@pytest.mark.parametrize("reading", FOUND.readings, ids=lambda reading: reading.reading)
def test_each_option_gives_what_a_run_under_it_gives(reading: ReadingStake) -> None:
    assert [option.option for option in reading.options] == list(CONTRACT.readings[reading.reading].options)
    for option in reading.options:
        if CONTRACT.readings[reading.reading].options[option.option].parameter:
            assert option.effect is None
            continue
        other = CONTRACT.assuming(reading.reading, Choice(option=option.option))
        assert option.effect == Effect.of(derive(REGION, other, UPLOADS, AS_OF), other)


def test_the_money_at_stake_is_what_lies_between_the_options() -> None:
    # Rated: 1, 1,001, 1,701 and 1 yuan; of 40 answered calls more than all are satisfied: nothing for clause 1.
    for reading in FOUND.readings:
        payable = [FOUND.adopted.payable, *(o.effect.payable for o in reading.options if o.effect)]
        assert reading.at_stake == max(payable) - min(payable)
        assert FOUND.least <= min(payable) <= max(payable) <= FOUND.most
    assert str(stake("how").at_stake) == "4.00"  # 1 or 2 yuan in each of four months
    assert str(stake("early").at_stake) == "501.00"  # before 10 February: January's 1 and one complaint
    assert stake("limit").at_stake == 0


def test_those_with_the_most_at_stake_come_first() -> None:
    assert [r.at_stake for r in FOUND.readings] == sorted((r.at_stake for r in FOUND.readings), reverse=True)


def test_what_is_in_force_may_change_with_a_ruling() -> None:
    assert stake("partial-point").in_force == ("whole", "started")
    assert not any(option.adopted for option in stake("partial-point").options)
    held = {option.option: option.in_force for option in stake("partial-point").options}
    assert held == {"whole": ("2026-01/2026-02",), "started": ("2026-03/2026-04",), "prorata": ()}
    assert stake("how").in_force == ("loose",)
    assert [option.adopted for option in stake("how").options] == [True, False]
    assert [option.adopted for option in stake("base").options] == [True, False]


def test_before_a_ruling_nothing_is_in_force_and_each_option_has_its_price() -> None:
    found = stakes(Situation.of(REGION, CONTRACT, UPLOADS, date(2026, 4, 19)))
    assert stake("how", found).in_force == ()
    assert [(option.adopted, option.in_force) for option in stake("how", found).options] == [(False, ()), (False, ())]
    loose, strict = (option.effect for option in stake("how", found).options)
    assert loose
    assert strict
    assert (loose.unknown, found.adopted.unknown) == (strict.unknown, loose.unknown + 4)
    assert strict.deductions - loose.deductions == Decimal(4)


def test_a_reading_says_on_which_clauses_it_bears() -> None:
    assert stake("partial-point").clauses == ("1",)
    assert stake("early").clauses == ()
    assert stake("how").label == CONTRACT.readings["how"].label


def test_an_option_that_a_ruling_gave_a_number_is_known_by_it() -> None:
    ruled = findings(MARCH, ruling("rate", "2026-03-05", reading="limit", since=date(2026, 1, 1), value=Decimal("0.9")))
    found = stakes(Situation.of(REGION, CONTRACT, [ruled], AS_OF))
    none, rate = stake("limit", found).options
    assert (none.adopted, rate.adopted) == (False, True)
    assert rate.effect == found.adopted
    assert none.effect is not None


def test_nothing_reported_is_nothing_at_stake() -> None:
    assert NONE.as_of == date(2026, 1, 1)
    assert {reading.at_stake for reading in NONE.readings} == {Decimal(0)}
    assert NONE.least == NONE.most == NONE.adopted.payable == 1000
    assert list(NONE.adopted.months) == [Month.of("2026-01")]


def unsure(bounds: Mapping[str, str], option: str) -> Situation:
    """A situation in which the second instalment's amount is not known where a reading says so."""

    def payment_schedule(contract: Contract) -> Sequence[Instalment]:
        first, second, last = schedule(contract)
        unknown = {"gross": None, **{name: Decimal(amount) for name, amount in bounds.items()}}
        open_ = contract.choice("base", Window.of(contract.term.last)).option == option
        return [first, second.model_copy(update=unknown) if open_ else second, last]

    return Situation.of(small.region(payment_schedule=payment_schedule), small.contract(), [], AS_OF)


@pytest.mark.parametrize(
    ("bounds", "least", "most"),
    [
        ({"at_least": "280.00", "at_most": "310.00"}, "980.00", "1010.00"),
        ({"at_least": "280.00"}, "980.00", "1000.00"),  # at most the 300.00 that are planned
        ({}, "700.00", "1000.00"),
    ],
)
def test_an_amount_that_is_not_known_counts_with_the_least_and_the_most(
    bounds: dict[str, str], least: str, most: str
) -> None:
    found = stakes(unsure(bounds, "rated"))
    assert [str(found.adopted.payable), str(found.adopted.payable_most)] == [least, most]
    assert [str(found.least), str(found.most)] == [least, max(most, "1000.00", key=Decimal)]


def test_a_reading_that_makes_an_amount_known_is_worth_no_more_than_its_range() -> None:
    for option in ("rated", "answered"):  # in force, or the other
        found = stakes(unsure({"at_least": "280.00", "at_most": "300.00"}, option))
        assert {r.reading: str(r.at_stake) for r in found.readings if r.at_stake} == {"base": "20.00"}


def test_payable_is_what_the_instalments_come_to_less_what_none_bears() -> None:
    adopted = FOUND.adopted
    assert [str(adopted.carried), str(adopted.payable + adopted.carried)] == ["2104.00", "400.00"]
    assert "＝ 各期扣除后的实付 400.00 － 尚无分期可扣的扣款 " in " ".join(staked(FOUND).split())


def test_it_can_be_written_and_read_back() -> None:
    assert Stakes.model_validate_json(FOUND.model_dump_json()) == FOUND
    assert APRIL in FOUND.adopted.months
