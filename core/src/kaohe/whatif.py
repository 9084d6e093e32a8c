"""What if: the difference that changed facts or readings would make. Nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kaohe.assessment import Assessment
from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue
from kaohe.errors import NotFound, UsageError, meant
from kaohe.model import Quantity, Rate, Record
from kaohe.money import ZERO
from kaohe.periods import Month
from kaohe.readings import Choice
from kaohe.results import Document
from kaohe.scoring import Situation
from kaohe.submission import Event, Figure, Submission

Figured = tuple[tuple[str, str], str | None]
_SETTING = re.compile(r"(?P<code>[a-z0-9_.]+)(?:@(?P<when>\d{4}-\d{2}(?:-\d{2})?))?=(?P<value>-?\d+(?:\.\d+)?)")


class Setting(Record):
    """A fact as it is assumed to be.

    Attributes:
        code: a measure, or a kind of event whose number in the month is set.
        month: the month.
        on: the day in the month, for a measure that is stated by the day.
        value: the value.
    """

    code: str
    month: Month
    on: date | None = None
    value: Quantity


class Assumed(Record):
    """A reading as it is assumed to be: its option, and the number that goes with it."""

    reading: str
    option: str
    value: Rate | None = None


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


def parse_setting(text: str, catalogue: Catalogue, month: Month | None) -> Setting:
    """A setting as it is typed: ``MEASURE=VALUE``, ``MEASURE@2026-03=VALUE`` or ``MEASURE@2026-03-05=VALUE``.

    Args:
        text: the setting.
        catalogue: the region's measures and events.
        month: the month where the text names none.

    Raises:
        UsageError: it is not of that form, or the measure is stated by the day and no day is named.
        NotFound: there is no such measure or event.
    """
    match = _SETTING.fullmatch(text)
    if match is None:
        raise UsageError(f"write MEASURE=VALUE or MEASURE@2026-03-05=VALUE, not {text!r}")
    code, when = match["code"], match["when"]
    try:
        on = date.fromisoformat(when) if when and len(when) == 10 else None
        span = Month.of(on or when or month or "")
    except ValueError:
        raise UsageError(f"say for which month: {code}@2026-03={match['value']}") from None
    setting = Setting.model_validate({"code": code, "month": span, "on": on, "value": match["value"]})
    check(setting, catalogue, typed=True)
    return setting


def check(setting: Setting, catalogue: Catalogue, *, typed: bool = False) -> None:
    """Hold a setting against what can be stated.

    Args:
        setting: the setting.
        catalogue: the region's measures and events.
        typed: True where it was typed; what is wrong is then said as one types it, else as JSON has it.

    Raises:
        NotFound: there is no such measure or event.
        UsageError: a day is missing or too much, or the value cannot be.
    """
    code, on = setting.code, setting.on
    measure = catalogue.measures.get(code)
    if measure is None and code not in catalogue.events:
        hint = meant(code, catalogue.labels)
        where = "'kaohe measures REGION' lists them" if typed else "GET /contracts/{contract}/measures lists them"
        raise NotFound(f"there is no measure or event {code!r}{hint}; {where}")
    daily = measure is not None and measure.grain == "day"
    if daily and (on is None or on not in setting.month):
        write = f"write {code}@{setting.month}-05=…" if typed else f'say which with "on": "{setting.month}-05"'
        raise UsageError(f"{code} is stated by the day: {write}")
    if on is not None and not daily:
        write = f"write {code}@{setting.month}=…" if typed else 'leave out "on"'
        raise UsageError(f"{code} is stated by the month: {write}")
    if setting.value and measure is None and (required := catalogue.events[code].required):
        raise UsageError(f"{code} says more than how often ({', '.join(required)}): assume 0, or score an upload of it")
    if setting.value < 0 or (not isinstance(setting.value, int) and (measure is None or measure.whole)):
        raise UsageError(f"{code} cannot be {setting.value}")


def parse_reading(text: str) -> Assumed:
    """A reading as it is typed: ``NAME=OPTION``, or ``NAME=OPTION:0.95`` where the option needs a number.

    Raises:
        UsageError: it is not of that form.
    """
    name, equals, chosen = text.partition("=")
    option, _, value = chosen.partition(":")
    if not (name and equals and option):
        raise UsageError(f"write NAME=OPTION, such as partial-point=started, not {text!r}")
    try:
        return Assumed.model_validate({"reading": name, "option": option, "value": value or None})
    except ValueError:
        raise UsageError(f"the number of {text!r} is a decimal such as 0.95") from None


def what_if(
    situation: Situation,
    submissions: Iterable[Submission],
    settings: Sequence[Setting] = (),
    readings: Sequence[Assumed] = (),
) -> Difference:
    """What would come out otherwise.

    Args:
        situation: as things stand.
        submissions: the uploads that it was made of.
        settings: facts to assume.
        readings: readings to assume.

    Raises:
        NotFound: there is no such reading or option, or a month lies outside the contract.
        PluginError: the region's plugin failed.
    """
    region, months = situation.region, situation.contract.term.months
    for setting in settings:
        if setting.month not in months:
            raise NotFound(f"{situation.contract.id} has no month {setting.month}; it has: {months[0]} … {months[-1]}")
    contract = region.contract(situation.contract.id)  # without rulings: they are found anew among the facts
    supposed = tuple(_with(submissions, settings, region.catalogue, region.name))
    # Payments are held against what was really known when they were made.
    other = replace(Situation.of(region, contract, supposed, situation.as_of), history=situation.history)
    for assumed in readings:
        other = other.assuming(assumed.reading, Choice(option=assumed.option, value=assumed.value))
    before, after = (_results(s.document(only=())) for s in (situation, other))
    return Difference(contract=contract.id, as_of=situation.as_of, changes=_changes(before, after))


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
