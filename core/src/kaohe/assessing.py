"""One month of a contract: its KPIs and deductions, with what the other options of each reading would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from kaohe import objections
from kaohe.assessment import Alternative, Assessment, Deduction, Kpi, Problem, State
from kaohe.catalogue import Source
from kaohe.conflict import told_together
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.facts import Facts
from kaohe.model import digest
from kaohe.money import ZERO
from kaohe.periods import Month
from kaohe.plugins import Region
from kaohe.readings import Choice, Ruling


def rulings(contract: Contract, facts: Facts) -> Iterator[Ruling]:
    """The authority's rulings among the facts, but for those that contradict each other."""
    for ruled in _ruled(contract, facts):
        if not _contradict(ruled):
            yield from ruled


def contradictory_rulings(contract: Contract, facts: Facts) -> Iterator[Problem]:
    """The rulings of one day on one reading that choose differently from one day on: none of them is in force."""
    for ruled in filter(_contradict, _ruled(contract, facts)):
        told = "、".join(dict.fromkeys(f"{one.option}{'' if one.value is None else f' {one.value}'}" for one in ruled))
        label, one = contract.readings[ruled[0].reading].label, ruled[0]
        yield Problem(
            code="ruling",
            message=f"{one.on}对“{label}”{one.reading}的裁定相互矛盾，同自{one.since}起适用：{told}；"
            "均不采用，请更正或撤回其中一份",
        )


def _contradict(ruled: Sequence[Ruling]) -> bool:
    return len({(one.option, one.value) for one in ruled}) > 1


def _ruled(contract: Contract, facts: Facts) -> Iterable[Sequence[Ruling]]:
    """The rulings, those together that are of one day, on one reading and from one day on."""
    found: defaultdict[tuple[str, date, date], list[Ruling]] = defaultdict(list)
    for ruling in _offered(contract, facts):
        found[ruling.reading, ruling.on, ruling.since].append(ruling)
    return found.values()


def _offered(contract: Contract, facts: Facts) -> Iterator[Ruling]:
    """The rulings among the facts; one that the contract does not offer is left out."""
    for event in facts.of_kind("ruling"):
        assert event.reading, "intake requires it"
        assert event.option, "intake requires it"
        try:
            contract.check_option(event.reading, event.option, event.value)
        except UsageError:
            continue
        fields = event.model_dump(include={"reading", "option", "value", "on", "ref"})
        yield Ruling(since=event.since or event.on, **fields)


def assess(
    region: Region, contract: Contract, month: Month, facts: Facts, as_of: date, *, alternatives: bool = True
) -> Assessment:
    """The KPIs and deductions of one month, with what the other options of each reading would give."""
    kpis = region.kpis(contract, month, facts)
    deductions = _deductions(region, contract, month, kpis, facts)
    others = _alternatives(region, contract, month, facts, deductions) if alternatives and deductions else {}
    over = month.last <= as_of or contract.term.last <= as_of
    kpis = tuple(kpi.model_copy(update={"state": _capped(kpi.state, over)}) for kpi in kpis)
    deductions = tuple(
        deduction.model_copy(
            update={
                "state": _capped(deduction.state, over),
                "alternatives": tuple(
                    other.model_copy(update={"state": _capped(other.state, over)})
                    for other in others.get(_id(deduction), ())
                ),
                "disposition": _disposition(facts, month, deduction.clause),
            }
        )
        for deduction in deductions
    )
    draft = Assessment(
        month=month,
        state=State.of([*(kpi.state for kpi in kpis if _weighs(kpi, month)), *(d.state for d in deductions)]),
        digest="",
        plugin=region.info,
        facts=facts.month_digest(month),
        reported=tuple(source for source in Source if (month, source) in facts.submitted),
        kpis=kpis,
        deductions=deductions,
        deducted=sum((d.amount for d in deductions if d.amount is not None), ZERO),
        problems=tuple(conflicts(facts, month)),
    )
    return draft.model_copy(update={"digest": digest(draft.model_dump(mode="json", exclude={"digest"}))})


def _deductions(
    region: Region, contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts
) -> tuple[Deduction, ...]:
    """What the region's rules give, less what was decided on objections."""
    return objections.decided(region.deductions(contract, month, kpis, facts), month, facts.trail)


def _disposition(facts: Facts, month: Month, clause: str) -> str | None:
    """What the authority last decided to do with a month's deductions under a clause."""
    decided = [event for event in facts.of_kind("disposition") if event.clause == clause]
    return next((event.option for event in reversed(decided) if event.on in month), None)


def _capped(state: State, over: bool) -> State:
    return state if over else State.of([state, State.PROVISIONAL])


def _weighs(kpi: Kpi, month: Month) -> bool:
    """Whether a KPI counts for its month's state: a duty does not, a year's figure only once the year is over.

    Facts of this month that such a figure will need are missed now, not at the end of the year.
    """
    return not kpi.tracked and (kpi.window.last <= month.last or any(f" {month}" in name for name in kpi.missing))


def _id(deduction: Deduction) -> tuple[str, str, str]:
    return deduction.clause, deduction.code, deduction.window.label


def _alternatives(
    region: Region, contract: Contract, month: Month, facts: Facts, deductions: Sequence[Deduction]
) -> dict[tuple[str, str, str], list[Alternative]]:
    """By deduction: the amount under each other option, one reading changed at a time."""
    found: dict[tuple[str, str, str], list[Alternative]] = {_id(deduction): [] for deduction in deductions}
    for name, reading in contract.readings.items():
        concerned = {_id(d): d for d in deductions if reading.everywhere or name in contract.clause(d.clause).readings}
        # What is in force hangs on the window: a ruling may reach the month, but not the year that a deduction is of.
        others = {key: {c.option for c in contract.alternatives(name, d.window)} for key, d in concerned.items()}
        for option in (option for option in reading.options if any(option in others[key] for key in others)):
            other = contract.assuming(name, Choice(option=option))
            for changed in _deductions(region, other, month, region.kpis(other, month, facts), facts):
                before = concerned.get(_id(changed))
                if before and option in others[_id(changed)] and not (reading.everywhere and _is_same(changed, before)):
                    found[_id(changed)].append(_alternative(name, option, changed))
    return found


def _is_same(one: Deduction, other: Deduction) -> bool:
    return (one.amount, one.points) == (other.amount, other.points)


def _alternative(reading: str, option: str, changed: Deduction) -> Alternative:
    given = changed.model_dump(include={"amount", "points", "state"})
    return Alternative(reading=reading, option=option, **given)


def conflicts(facts: Facts, month: Month | None = None) -> Iterator[Problem]:
    """The contradictions between files of one source, those of the same files told together."""
    concerned = (conflict for conflict in facts.conflicts if month in (None, conflict.month))
    return (Problem(code="conflict", message=told) for told in told_together(concerned))
