"""What is left of deductions while an instalment of unknown amount is still to come is carried, and no claim yet."""

from collections.abc import Sequence
from datetime import date

from kaohe import Charge, Contract, Count, Instalment, Kpi, MonthFacts, Rulebook, Terms, per_event, schedule
from kaohe.payable import Settlement
from kaohe.scoring import derive

from tests.core import small

book = Rulebook()


@book.kpi("2", "complaints", at_most="limit")
def complaints(facts: MonthFacts) -> Count:
    return Count.of(facts.verified("complaint.verified"))


@book.deduction("2")
def complaints_deduction(kpi: Kpi, terms: Terms) -> Charge:
    return per_event(kpi, terms)


def settled(as_of: date, **tail: object) -> Settlement:
    def payment_schedule(contract: Contract) -> Sequence[Instalment]:
        *others, last = schedule(contract)
        return [*others, last.model_copy(update={"earliest": date(2027, 1, 1), "due": None, **tail})]

    region = small.region(book, payment_schedule=payment_schedule)
    november = small.findings("2026-11", small.complaint("2026-11-05"))
    return derive(region, region.contracts[0], [november], as_of).settlement


def test_an_instalment_of_unknown_amount_may_still_bear_it() -> None:
    result = settled(date(2027, 6, 1), gross=None)
    assert [str(result.carried), str(result.claim)] == ["500.00", "0.00"]


def test_one_without_a_due_date_bears_it_from_the_day_it_can_be_asked_for() -> None:
    result = settled(date(2026, 12, 31))
    assert [str(i.deducted) for i in result.instalments] == ["0.00", "0.00", "300.00"]
    assert [str(result.carried), str(result.claim)] == ["200.00", "0.00"]
    result = settled(date(2027, 1, 1))
    assert [str(result.carried), str(result.claim)] == ["0.00", "200.00"]
