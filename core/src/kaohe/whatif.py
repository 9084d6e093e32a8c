"""What if: the difference that changed facts or readings would make. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from kaohe.assessment import Assessment
from kaohe.assumptions import Assumed, Setting, check_parts, check_reading
from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue
from kaohe.contract import Contract
from kaohe.errors import NotFound
from kaohe.model import Record
from kaohe.money import ZERO
from kaohe.periods import Month
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.submission import Event, Figure, Submission

Figured = tuple[tuple[str, str], str | None]


class Change(Record):
    """One result that comes out otherwise.

    Attributes:
        where: the month, clause and indicator, or the instalment.
        what: ``value``, ``amount``, ``points``, ``net`` and the like.
        before: as things stand, as text whatever it is (``true``, ``0.95``); None: there was none.
        after: with the assumptions, as text; None: there is none.
    """

    where: str
    what: str
    before: str | None
    after: str | None


class Difference(Record):
    """What the assumptions change, in the order of the document; empty where nothing changes."""

    contract: str
    as_of: date
    changes: tuple[Change, ...]


def what_if(
    situation: Situation,
    submissions: Iterable[Submission],
    settings: Sequence[Setting] = (),
    readings: Sequence[Assumed] = (),
) -> Difference:
    """What would come out otherwise.

    A fact is assumed as if the uploads had said so all along, as scoring takes a corrected upload: payments, too, are
    held against it. A reading is assumed for all months; payments are still held against the rulings of their day.

    Args:
        situation: as things stand.
        submissions: the uploads that it was made of.
        settings: facts to assume.
        readings: readings to assume.

    Raises:
        NotFound: there is no such reading or option, or a month or day lies outside the contract.
        UsageError: a figure would exceed the one it is part of, or the number of a reading is no share.
        PluginError: the region's plugin failed.
    """
    region = situation.region
    for setting in settings:
        _check_term(setting, situation.contract)
    contract = region.contract(situation.contract.id)  # without rulings: they are found anew among the facts
    supposed = tuple(_with(submissions, settings, region.catalogue, region.name))
    other = Situation.of(region, contract, supposed, situation.as_of)
    check_parts(settings, other.facts)
    for assumed in readings:
        check_reading(assumed)
        other = other.assuming(assumed.reading, Choice(option=assumed.option, value=assumed.value))
    before, after = (_results(s.document(only=())) for s in (situation, other))
    return Difference(contract=contract.id, as_of=situation.as_of, changes=_changes(before, after))


def _check_term(setting: Setting, contract: Contract) -> None:
    term = contract.term
    if setting.month not in term.months:
        raise NotFound(f"{contract.id} has no month {setting.month}; it has: {term.months[0]} … {term.months[-1]}")
    if setting.on and setting.on not in term:
        raise NotFound(f"{setting.on} is no day of {contract.id}; it runs from {term.first} to {term.last}")


def compare(before: Document | None, after: Document) -> tuple[Change, ...]:
    """What two documents of a contract say differently, in every figure that somebody decides on.

    Args:
        before: the one; None: there was none.
        after: the other.
    """
    return _changes(_results(before) if before else (), _results(after))


def differences(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """What two assessments of a month say differently: indicators, deductions, their sum, the state."""
    return _changes(_figures(before), _figures(after))


def _changes(before: Iterable[Figured], after: Iterable[Figured]) -> tuple[Change, ...]:
    old, new = dict(before), dict(after)
    return tuple(
        Change(where=where, what=what, before=old.get((where, what)), after=new.get((where, what)))
        for where, what in dict.fromkeys([*old, *new])
        if old.get((where, what)) != new.get((where, what))
    )


def _with(
    submissions: Iterable[Submission], settings: Sequence[Setting], catalogue: Catalogue, region: str
) -> Iterator[Submission]:
    """The uploads without the facts that are set otherwise, and one upload more that sets them."""
    figures = {(s.code, s.month, s.on) for s in settings}
    for submission in submissions:
        month = submission.month
        yield submission.model_copy(
            update={
                "figures": tuple(f for f in submission.figures if (f.code, month, f.on) not in figures),
                "events": tuple(e for e in submission.events if (e.kind, Month.of(e.on), None) not in figures),
            }
        )
    for setting in settings:
        yield _upload(setting, catalogue, region)


def _upload(setting: Setting, catalogue: Catalogue, region: str) -> Submission:
    figures: tuple[Figure, ...] = ()
    events: tuple[Event, ...] = ()
    if measure := catalogue.measures.get(setting.code):
        source = VENDOR if VENDOR in measure.sources else AUTHORITY
        figures = (Figure(code=setting.code, on=setting.on, value=setting.value, where="assumed"),)
    else:
        source = AUTHORITY if AUTHORITY in catalogue.events[setting.code].sources else VENDOR
        if setting.value:
            events = (Event(kind=setting.code, on=setting.month.last, count=int(setting.value), where="assumed"),)
    name = f"assumed {setting.code} {setting.on or setting.month}"
    return Submission(
        region=region, month=setting.month, source=source, name=name, sha256="", figures=figures, events=events
    )


def _figures(assessment: Assessment) -> Iterator[Figured]:
    """Every figure of a month, under the place it stands in."""
    for kpi in assessment.kpis:
        where = f"{assessment.month} {kpi.clause} {kpi.code}"
        yield (where, "value"), kpi.value
        yield (where, "met"), None if kpi.met is None else str(kpi.met).lower()
    for deduction in assessment.deductions:
        where = f"{assessment.month} {deduction.clause} {deduction.code}"
        yield (where, "amount"), _text(deduction.amount)
        yield (where, "points"), _text(deduction.points)
    yield (str(assessment.month), "deducted"), str(assessment.deducted)
    yield (str(assessment.month), "state"), str(assessment.state)


def _results(document: Document) -> Iterator[Figured]:
    """Every figure of a document that somebody decides on, under the place it stands in."""
    for assessment in document.assessments:
        yield from _figures(assessment)
    for instalment in document.settlement.instalments:
        yield (f"instalment {instalment.no}", "gross"), _text(instalment.gross)
        yield (f"instalment {instalment.no}", "deducted"), str(instalment.deducted)
        yield (f"instalment {instalment.no}", "net"), _text(instalment.net)
        yield (f"instalment {instalment.no}", "outstanding"), str(instalment.outstanding)
        yield (f"instalment {instalment.no}", "state"), instalment.state
    yield ("settlement", "carried"), str(document.settlement.carried)
    yield ("settlement", "claim"), str(document.settlement.claim)
    for owed in dict.fromkeys((liability.party, liability.clause) for liability in document.settlement.liabilities):
        amounts = [one.amount for one in document.settlement.liabilities if (one.party, one.clause) == owed]
        yield (f"liability of the {owed[0]}, {owed[1]}", "amount"), _sum(amounts)
    yield ("renewal", "score"), _text(document.renewal.score)
    yield ("renewal", "conclusion"), document.renewal.conclusion


def _sum(amounts: Sequence[Decimal | None]) -> str | None:
    """The sum of amounts, as text; None where one of them cannot be said."""
    return None if None in amounts else str(sum((amount for amount in amounts if amount is not None), ZERO))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
