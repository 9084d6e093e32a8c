"""Cases as they stand in YAML: what may be written, and what is told of a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import Field, ValidationError

from kaohe.errors import UsageError, meant
from kaohe.model import Rate, Record, told_of
from kaohe.periods import Month
from kaohe.yamlfile import load_yaml, read_text

FactTable = Mapping[str, Any]
OF_CLAUSE = ("value", "met", "kpi-state", "missing", "amount", "points", "state")
OF_RENEWAL = ("conclusion", "score", "conditions")
OF_SETTLEMENT = ("gross", "waits-for", "deducted", "net", "states", "carried", "claim", "liabilities")
ALTERNATIVES = "alternatives"
EXPECTED = (
    *OF_CLAUSE,
    ALTERNATIVES,
    *(f"renewal.{name}" for name in OF_RENEWAL),
    *(f"settlement.{name}" for name in OF_SETTLEMENT),
)
"""What a case may expect; ``alternatives`` goes on with the reading and its option."""


class Assumption(Record):
    """A reading chosen for a case: its option, and the number that goes with it."""

    option: str
    value: Rate | None = None


class Case(Record):
    """One case.

    Attributes:
        name: a sentence that says what it shows.
        month: the month that is looked at.
        clause: the clause that is looked at; None where only the settlement is.
        code: the KPI's code, where the clause has several.
        contract: id of the contract; default: the one whose term the month lies in.
        as_of: the day of the document; default: the last day that the facts speak of.
        facts: the month's measures.
        months: measures of other months.
        records: the month's records by their kind, each by column; the platform counts them as it would an upload.
        events: events, as in an upload, with a ``source``.
        readings: options to assume.
        expect: what must come out.
        file: the file it stands in.
    """

    name: str
    month: Month
    clause: str | None = None
    code: str | None = None
    contract: str | None = None
    as_of: date | None = None
    facts: Mapping[str, Any] = {}
    months: Mapping[str, FactTable] = {}
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    events: tuple[Mapping[str, Any], ...] = ()
    readings: Mapping[str, str | Assumption] = {}
    expect: Mapping[str, Any] = Field(min_length=1)
    file: str = ""


def load_cases(package: str) -> tuple[Case, ...]:
    """All cases in a package's ``cases`` folder, by file name, then in order.

    Raises:
        UsageError: a file is no list of cases; says where, and what was meant. Or there is no such package.
    """
    try:
        folder = files(package).joinpath("cases")
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{error}; load_cases takes a region's package, as load_region(NAME).package names it"
        ) from error
    if not folder.is_dir():
        return ()
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(case for file in found for case in read_cases(read_text(file, f"cases/{file.name}"), file.name))


def read_cases(text: str, name: str) -> Iterator[Case]:
    """The cases in a YAML text.

    Raises:
        UsageError: it is no list of cases; says where, and what was meant.
    """
    content = load_yaml(text, f"cases/{name}")
    if not isinstance(content, list):
        raise UsageError(f"cases/{name} is not a list of cases: each begins with '- name: …'")
    for number, entry in enumerate(content, start=1):
        yield _case(entry, number, name)


def _case(entry: object, number: int, file: str) -> Case:
    told = entry.get("name") if isinstance(entry, Mapping) else None
    place = f"cases/{file}, case {number}" + (f" ({told})" if isinstance(told, str) else "")
    if not isinstance(entry, Mapping):
        raise UsageError(f"{place} is not a mapping: it begins with 'name: …'")
    known = [key for key in Case.model_fields if key != "file"]
    if slips := list(_slips(entry, known, "")):
        raise UsageError(f"{place}: {'; '.join(slips)}")
    try:
        case = Case.model_validate({**entry, "file": file})
    except ValidationError as error:
        raise UsageError(f"{place}: {'; '.join(map(told_of, error.errors()))}") from error
    if slips := list(_slips((key for key, _ in flat(case.expect)), EXPECTED, "expect.")):
        raise UsageError(f"{place}: {'; '.join(slips)}")
    for key, value in flat(case.expect):
        for held in value if isinstance(value, Sequence) else [value]:
            if isinstance(held, (int, float)) and not isinstance(held, bool):
                raise UsageError(f'{place}: expect.{key}: figures are quoted, as "0.95" or "600.00": {held} is not')
    return case


def _slips(keys: Iterable[object], known: Sequence[str], before: str) -> Iterator[str]:
    for key in keys:
        if key not in known and not str(key).startswith(f"{ALTERNATIVES}."):
            yield f"there is no {before}{key}" + (meant(str(key), known) or f"; there are {', '.join(known)}")


def flat(expect: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The expectations one by one, names of inner ones joined by a dot."""
    for name, value in expect.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
