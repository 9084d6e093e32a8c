"""A contract, uploads and regions as small as they can be, made in memory."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from types import ModuleType
from typing import Any

from kaohe import API_VERSION, Contract, Deduction, Facts, Instalment, Kpi, Month, Rulebook, hookimpl, schedule
from kaohe.assessment import PluginInfo
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.plugins import Region
from kaohe.standard import CORE
from kaohe.submission import CountedFrom, Event, Figure, Submission

INFO = PluginInfo(name="kaohe-small", version="1")
MARCH = Month.of("2026-03")
_numbers = itertools.count()


def terms(**changes: Any) -> dict[str, Any]:
    """What stands in the small contract's YAML."""
    return {
        "id": "small-2026",
        "region": "small",
        "label": "小合同",
        "authority": "甲",
        "vendor": "乙",
        "signed": "2025-12-20",
        "term": {"first": "2026-01-01", "last": "2026-12-31"},
        "total": "1000.00",
        "instalments": [
            {"no": 1, "label": "预付", "share": "0.4", "due": None, "advance": True, "clause": "9"},
            {"no": 2, "label": "上半年", "share": "0.3", "due": "2026-06-30", "clause": "9"},
            {"no": 3, "label": "下半年", "share": "0.3", "due": "2026-12-31", "clause": "9"},
        ],
        "readings": {
            "partial-point": reading("whole", "started", "prorata"),
            "base": reading("rated", "answered"),
            "how": {**reading("loose", "strict"), "default": None},
            "early": {**reading("applies", "waived"), "everywhere": True},
            "limit": {
                "label": "?",
                "question": "?",
                "default": "none",
                "options": {
                    "none": {"label": "l", "summary": "s"},
                    "rate": {"label": "l", "summary": "s", "parameter": "rate"},
                },
            },
        },
        "clauses": [
            clause("1", readings=["partial-point", "base"], values={"target": "0.95", "per_point": "200.00"}),
            clause("2", values={"limit": "0", "each": "500.00"}),
            clause("3", readings=["how"], values={"per_day": "7.00", "target": "0.9"}),
            clause("9", kinds=["payment"]),
        ],
        **changes,
    }


def reading(default: str, *others: str) -> dict[str, Any]:
    """A reading with these options."""
    return {
        "label": "?",
        "question": "?",
        "default": default,
        "options": {name: {"label": "l", "summary": "s"} for name in (default, *others)},
    }


FACTS = ("survey.rated", "survey.satisfied", "calls.offered", "calls.answered", "complaint.verified")
"""What any clause of the small contract may read."""


def clause(no: str, **fields: Any) -> dict[str, Any]:
    """A clause of that number."""
    return {
        "no": no,
        "label": f"第{no}条",
        "summary": "s",
        "kinds": ["kpi", "deduction"],
        "status": "computed",
        "facts": list(FACTS),
        **fields,
    }


def contract(**changes: Any) -> Contract:
    """The small contract with some fields changed."""
    return Contract.model_validate(terms(**changes))


def upload(
    month: Month | str = MARCH,
    figures: Mapping[str, Any] | None = None,
    *events: Event,
    source: Source = VENDOR,
    name: str = "a.json",
    region: str = "small",
    counted: str | None = None,
    kind: str = "calls",
) -> Submission:
    """An upload; a daily measure takes one value for each day of the month, or a mapping by day.

    ``counted`` stands for the digest of the records of a kind that all of it was counted from.
    """
    month = Month.of(month)
    found: list[Figure] = []
    for code, value in (figures or {}).items():
        if isinstance(value, Mapping):
            found += [Figure(code=code, on=day, value=number) for day, number in value.items()]
        elif code in CORE.measures and CORE.measures[code].grain == "day":
            found += [Figure(code=code, on=day, value=value) for day in month.days]
        else:
            found.append(Figure(code=code, value=value))
    records = CountedFrom(kind=kind, sha256=counted * 64) if counted else None
    return Submission(
        region=region,
        month=month,
        source=source,
        name=name,
        sha256="0" * 64,
        figures=tuple(
            figure.model_copy(update={"where": f"{name} C{n}", "counted": records}) for n, figure in enumerate(found)
        ),
        events=tuple(events),
    )


def findings(month: Month | str = MARCH, *events: Event, name: str = "b.json") -> Submission:
    """An upload of the authority."""
    return upload(month, None, *events, source=AUTHORITY, name=name)


def ruling(option: str, on: str, *, reading: str = "partial-point", **fields: Any) -> Event:
    """A ruling of the authority."""
    return Event(kind="ruling", on=date.fromisoformat(on), reading=reading, option=option, **fields)


def complaint(on: str, **fields: Any) -> Event:
    """A verified complaint."""
    return Event(kind="complaint.verified", on=date.fromisoformat(on), **fields)


def facts(*submissions: Submission) -> Facts:
    """The facts of these uploads."""
    return Facts(submissions, CORE)


def module(book: Rulebook | None = None, *contracts_: Contract, **changes: Any) -> ModuleType:
    """A plugin's module with all four required hooks; ``changes`` replaces, adds or (None) leaves out names."""
    rules = book or Rulebook()

    def contracts() -> Sequence[Contract]:
        return list(contracts_) or [contract()]

    def compute_kpis(contract: Contract, month: Month, facts: Facts) -> Sequence[Kpi]:
        return rules.kpis(contract, month, facts)

    def compute_deductions(contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts) -> Sequence[Deduction]:
        return rules.deductions(contract, month, kpis, facts)

    def payment_schedule(contract: Contract) -> Sequence[Instalment]:
        return schedule(contract)

    made = ModuleType(f"kaohe_small_{next(_numbers)}")
    names: dict[str, Any] = {
        "API_VERSION": API_VERSION,
        "contracts": contracts,
        "compute_kpis": compute_kpis,
        "compute_deductions": compute_deductions,
        "payment_schedule": payment_schedule,
        **changes,
    }
    for name, value in names.items():
        if value is not None:
            setattr(made, name, hookimpl(value) if callable(value) else value)
    return made


def region(book: Rulebook | None = None, *contracts: Contract, **changes: Any) -> Region:
    """The small region with these rules."""
    return Region("small", module(book, *contracts, **changes), INFO)


def confirming(month: Month | str, on: str, digest: str, *, name: str = "确认.json", **fields: Any) -> Submission:
    """An upload of the authority that confirms a month."""
    event = Event(kind="month.confirmed", on=date.fromisoformat(on), digest=digest, **fields)
    return findings(month, event, name=name)


def objecting(month: Month | str, on: str, clause: str, *, name: str = "异议.json", **fields: Any) -> Submission:
    """An upload of the vendor that objects to a deduction."""
    fields = {"note": "系统故障", **fields}
    event = Event(kind="objection.raised", on=date.fromisoformat(on), clause=clause, **fields)
    return upload(month, None, event, name=name)


def deciding(
    month: Month | str, on: str, clause: str, outcome: str, *, name: str = "处理.json", **fields: Any
) -> Submission:
    """An upload of the authority that decides on an objection."""
    fields = {"note": "已核实", **fields}
    event = Event(kind="objection.decided", on=date.fromisoformat(on), clause=clause, option=outcome, **fields)
    return findings(month, event, name=name)
