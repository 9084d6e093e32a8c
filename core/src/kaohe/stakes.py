"""Readings made visible: what each option of each reading would give, and how much money hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from kaohe.contract import Contract
from kaohe.errors import RulingNeeded
from kaohe.model import Rate, Record
from kaohe.money import ZERO, Money
from kaohe.payable import Settlement
from kaohe.periods import Month, Window
from kaohe.readings import Choice, Reading
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.settlement import schedule


class Effect(Record):
    """What a contract comes to under one way of reading it.

    Attributes:
        deductions: yuan of all deductions known.
        payable: yuan of all instalments after deductions, less ``carried``; the least, where an amount is not known.
        payable_most: the most that the same can come to; ``payable`` where all amounts are known.
        carried: yuan of deductions that no instalment bears yet, or that are a claim on the vendor.
        months: yuan deducted in each month.
        unknown: how many deductions cannot be said.
        score: the score that decides renewal, where the contract has one.
        renewal: the conclusion on renewal.
    """

    deductions: Money
    payable: Money
    payable_most: Money
    carried: Money
    months: Mapping[Month, Money]
    unknown: int
    score: Rate | None
    renewal: str

    @classmethod
    def of(cls, document: Document, contract: Contract) -> Effect:
        """What a document of a contract comes to."""
        settlement, deductions = document.settlement, [d for a in document.assessments for d in a.deductions]
        ranges = list(_ranges(settlement, contract))
        carried = settlement.carried + settlement.claim
        return cls(
            deductions=sum((a.deducted for a in document.assessments), ZERO),
            payable=sum((least for least, _ in ranges), ZERO) - carried,
            payable_most=sum((most for _, most in ranges), ZERO) - carried,
            carried=carried,
            months={a.month: a.deducted for a in document.assessments},
            unknown=sum(d.amount is None and d.points is None for d in deductions),
            score=document.renewal.score,
            renewal=document.renewal.conclusion,
        )


def _ranges(settlement: Settlement, contract: Contract) -> Iterator[tuple[Decimal, Decimal]]:
    """The least and the most of each instalment after deductions; where no most is named, it is what was planned."""
    planned = {instalment.no: instalment.gross for instalment in schedule(contract)}
    for i in settlement.instalments:
        least, most = i.at_least or ZERO, planned.get(i.no) if i.at_most is None else i.at_most
        if i.gross is not None:
            least = most = i.gross
        yield max(least - i.deducted, ZERO), max((most or ZERO) - i.deducted, ZERO)


class OptionStake(Record):
    """One option of a reading and what it would give, all other readings unchanged.

    Attributes:
        option: its name.
        label: its Chinese name.
        adopted: whether it is in force in every month assessed.
        in_force: the months that it is in force for, as runs such as ``2025-11/2026-04``; a clause that is assessed
            over a longer period is read as its last month is.
        effect: what it would give; None where a ruling for it must also bring a number.
    """

    option: str
    label: str
    adopted: bool
    in_force: tuple[str, ...]
    effect: Effect | None


class ReadingStake(Record):
    """A reading with what hangs on it.

    Attributes:
        reading: its name.
        label: the question in a few Chinese words.
        clauses: numbers of the clauses that it bears on; none listed where it bears on the contract as a whole.
        in_force: the options in force, more than one where a ruling changed it; empty where a ruling is needed.
        at_stake: yuan between the option that pays the vendor least and the one that pays it most; where amounts are
            not known yet, the larger of what that is for the least and for the most of each.
        options: in the order of the contract.
    """

    reading: str
    label: str
    clauses: tuple[str, ...]
    in_force: tuple[str, ...]
    at_stake: Money
    options: tuple[OptionStake, ...]


class Stakes(Record):
    """All readings of a contract as of a day, those with the most money at stake first.

    Attributes:
        contract: its id.
        as_of: the day.
        adopted: what the readings in force give.
        least: the least that the vendor is paid if one reading is changed.
        most: the most that it is paid if one reading is changed.
        readings: sorted by the money at stake.
    """

    contract: str
    as_of: date
    adopted: Effect
    least: Money
    most: Money
    readings: tuple[ReadingStake, ...]


def stakes(situation: Situation) -> Stakes:
    """What the adopted readings give, what each alternative would give, and the range.

    Raises:
        PluginError: the region's plugin failed.
    """
    adopted = Effect.of(situation.document(only=()), situation.contract)
    readings = [_stake(situation, name, reading, adopted) for name, reading in situation.contract.readings.items()]
    effects = [adopted, *(o.effect for r in readings for o in r.options if o.effect)]
    return Stakes(
        contract=situation.contract.id,
        as_of=situation.as_of,
        adopted=adopted,
        least=min(effect.payable for effect in effects),
        most=max(effect.payable_most for effect in effects),
        readings=tuple(sorted(readings, key=lambda stake: (-stake.at_stake, stake.reading))),
    )


def _stake(situation: Situation, name: str, reading: Reading, adopted: Effect) -> ReadingStake:
    months = _in_force(situation, name)
    in_force = tuple(dict.fromkeys(months.values()))
    options = tuple(
        OptionStake(
            option=option,
            label=content.label,
            adopted=in_force == (option,),
            in_force=tuple(_runs(month for month, chosen in months.items() if chosen == option)),
            effect=_effect(situation, name, option, adopted if in_force == (option,) else None),
        )
        for option, content in reading.options.items()
    )
    effects = [adopted, *(option.effect for option in options if option.effect)]
    clauses = tuple(c.no for c in situation.contract.clauses if name in c.readings)
    return ReadingStake(
        reading=name,
        label=reading.label,
        clauses=() if reading.everywhere else clauses,
        in_force=in_force,
        at_stake=max(_spread(e.payable for e in effects), _spread(e.payable_most for e in effects)),
        options=options,
    )


def _spread(amounts: Iterable[Decimal]) -> Decimal:
    known = list(amounts)
    return max(known) - min(known)


def _effect(situation: Situation, reading: str, option: str, known: Effect | None) -> Effect | None:
    if known is not None:
        return known
    if situation.contract.readings[reading].options[option].parameter is not None:
        return None
    other = situation.assuming(reading, Choice(option=option))
    return Effect.of(other.document(only=()), other.contract)


def _in_force(situation: Situation, reading: str) -> dict[Month, str]:
    """The option in force for each month assessed; none from the month on that needs a ruling."""
    months: dict[Month, str] = {}
    for month in situation.contract.term.months:
        if month.first <= situation.as_of:
            try:
                months[month] = situation.contract.choice(reading, Window.of(month)).option
            except RulingNeeded:
                break
    return months


def _runs(months: Iterable[Month]) -> Iterator[str]:
    """Months in order as runs of consecutive ones."""
    first = last = None
    for month in months:
        if first and last and month != last + 1:
            yield Window.between(first, last).label
            first = month
        first, last = first or month, month
    if first and last:
        yield Window.between(first, last).label
