"""What a what-if assumes: facts and readings, each held against what an upload may say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kaohe.catalogue import Catalogue, Measure
from kaohe.errors import NotFound, UsageError, meant
from kaohe.facts import Facts
from kaohe.intake.limits import MAX_COUNT, MAX_NUMBER
from kaohe.model import Quantity, Rate, Record
from kaohe.periods import Month

_SETTING = re.compile(r"(?P<code>[^@=]+)(?:@(?P<when>\d{4}-\d{2}(?:-\d{2})?))?=(?P<value>-?\d+(?:\.\d+)?)")


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


def parse_setting(text: str, catalogue: Catalogue, month: Month | None) -> Setting:
    """A setting as it is typed: ``MEASURE=VALUE``, ``MEASURE@2026-03=VALUE`` or ``MEASURE@2026-03-05=VALUE``.

    Args:
        text: the setting.
        catalogue: the region's measures and events.
        month: the month where the text names none.

    Raises:
        UsageError: it is not of that form, names no month or no day, or cannot be.
        NotFound: there is no such measure or event.
    """
    match = _SETTING.fullmatch(text)
    if match is None:
        raise UsageError(f"write MEASURE@2026-03=VALUE or MEASURE@2026-03-05=VALUE, not {text!r}")
    code, when, value = match["code"], match["when"] or str(month or ""), match["value"]
    _check_known(code, catalogue, typed=True)
    if not when:
        daily = code in catalogue.measures and catalogue.measures[code].grain == "day"
        which = f"day: {code}@2026-03-05" if daily else f"month: {code}@2026-03"
        raise UsageError(f"say for which {which}={value}")
    try:
        on = date.fromisoformat(when) if len(when) == len("2026-03-05") else None
        span = Month.of(on or when)
    except ValueError:
        raise UsageError(f"there is no {when}; write an existing day or month, such as 2026-03-05 or 2026-03") from None
    setting = Setting.model_validate({"code": code, "month": span, "on": on, "value": value})
    check(setting, catalogue, typed=True)
    return setting


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
    _check_known(code, catalogue, typed=typed)
    measure = catalogue.measures.get(code)
    daily = measure is not None and measure.grain == "day"
    if daily and (on is None or on not in setting.month):
        write = f"write {code}@{setting.month}-05=…" if typed else f'say which with "on": "{setting.month}-05"'
        raise UsageError(f"{code} is stated by the day: {write}")
    if on is not None and not daily:
        write = f"write {code}@{setting.month}=…" if typed else 'leave out "on"'
        raise UsageError(f"{code} is stated by the month: {write}")
    if setting.value and measure is None and (required := catalogue.events[code].required):
        raise UsageError(f"{code} says more than how often ({', '.join(required)}): assume 0, or score an upload of it")
    _check_value(setting, measure)


def _check_known(code: str, catalogue: Catalogue, *, typed: bool) -> None:
    if code in catalogue.measures or code in catalogue.events:
        return
    if named := [entry.code for entry in catalogue.entries if code in (entry.label, *entry.synonyms)]:
        raise NotFound(f"write the code of {code!r}: {' or '.join(named)}")
    where = "'kaohe measures REGION' lists them" if typed else "GET /contracts/{contract}/measures lists them"
    raise NotFound(f"there is no measure or event {code!r}{meant(code, catalogue.labels)}; {where}")


def _check_value(setting: Setting, measure: Measure | None) -> None:
    """Hold a value against the limits that an upload has."""
    whole = measure is None or measure.whole
    least = measure.least if measure else 0
    most = MAX_COUNT if measure is None else MAX_NUMBER if measure.most is None else measure.most
    if least <= setting.value <= most and (isinstance(setting.value, int) or not whole):
        return
    number = "a whole number" if whole else "a number"
    raise UsageError(f"{setting.code} cannot be {setting.value}: it is {number} from {least} to {most}")


def check_parts(settings: Iterable[Setting], facts: Facts) -> None:
    """Hold the figures that are set against those that they are part of, or that are part of them.

    Args:
        settings: the settings.
        facts: the facts with all of them, so that both figures may be set.

    Raises:
        UsageError: a part would exceed its whole, such as more satisfied than rated.
    """
    for setting in settings:
        values = facts.values(setting.month)
        for part, whole in _pairs(facts.catalogue):
            few, many = values.get((part.code, setting.on)), values.get((whole.code, setting.on))
            if setting.code in (part.code, whole.code) and few is not None and many is not None and few > many:
                raise UsageError(
                    f"{part.code} ({part.label}) cannot be more than {whole.code} ({whole.label}): "
                    f"of {setting.on or setting.month} they would be {few} and {many}"
                )


def _pairs(catalogue: Catalogue) -> Iterator[tuple[Measure, Measure]]:
    """Each measure with what it can never exceed, directly or because that cannot exceed it either."""
    return ((part, whole) for part in catalogue.measures.values() for whole in catalogue.wholes(part))


def check_reading(assumed: Assumed) -> None:
    """Hold the number of an assumed reading against the limits that a ruling has.

    Raises:
        UsageError: it is no share.
    """
    if assumed.value is not None and not 0 <= assumed.value <= 1:
        raise UsageError(
            f"the number of {assumed.reading}={assumed.option} is a share from 0 to 1, such as 0.95, "
            f"not {assumed.value}"
        )
