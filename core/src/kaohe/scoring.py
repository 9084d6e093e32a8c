"""From facts to the document of a contract: assess every month, settle, answer for renewal. Pure.

A contract's whole year is worked out again whenever one fact changes. What an alternative reading would give
is found the same way: the same hooks run again with one reading changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kaohe import confirmations, objections
from kaohe.catalogue import Source
from kaohe.contract import Choice, Contract, Ruling
from kaohe.errors import UsageError
from kaohe.facts import Conflict, Facts, Submission
from kaohe.model import digest
from kaohe.money import ZERO
from kaohe.periods import Month, Window
from kaohe.plugins import Region
from kaohe.results import Alternative, Assessment, Deduction, Document, Flag, Kpi, Problem, Settlement, State
from kaohe.settlement import settle
from kaohe.trail import Confirmation, Objection


def derive(
    region: Region,
    contract: Contract,
    submissions: Iterable[Submission],
    as_of: date | None = None,
    only: Collection[Month] | None = None,
) -> Document:
    """All results of a contract as of a day.

    Args:
        region: the loaded plugin.
        contract: one of its contracts.
        submissions: the uploads in force, in any order; those of other contracts are left aside.
        as_of: payments, invoices and rulings dated later are not known yet, and months that begin later are not
            assessed. Default: the last day that the facts speak of, so that the same facts give the same document.
        only: the months whose alternatives are wanted; None: all. They take most of the time.

    Raises:
        PluginError: the region's plugin failed.
    """
    return Situation.of(region, contract, submissions, as_of).document(only=only)


@dataclass(frozen=True)
class Situation:
    """What results are a function of: the contract as it is read, and the facts known on a day.

    Attributes:
        region: the loaded plugin.
        contract: the contract with the rulings known on that day.
        facts: the facts known on that day.
        as_of: the day.
    """

    region: Region
    contract: Contract
    facts: Facts
    as_of: date

    @classmethod
    def of(
        cls, region: Region, contract: Contract, submissions: Iterable[Submission], as_of: date | None = None
    ) -> Situation:
        """The situation that these uploads make; the arguments are those of :func:`derive`."""
        every = Facts((s for s in submissions if _belongs(s, region, contract)), region.catalogue)
        given, as_of = as_of, as_of or every.last_day or contract.term.first
        # What was said of results may be dated after the last day that the facts speak of: as things stand it counts.
        facts = every.known_on(as_of) if given else every
        return cls(region, contract.with_rulings(rulings(contract, facts)), facts, as_of)

    def assuming(self, reading: str, choice: Choice) -> Situation:
        """The same with one reading set, whatever was ruled.

        Raises:
            NotFound: there is no such reading or option.
        """
        return replace(self, contract=self.contract.assuming(reading, choice))

    def document(self, *, only: Collection[Month] | None = None) -> Document:
        """All results.

        Args:
            only: the months whose alternatives are wanted; None: all.

        Raises:
            PluginError: the region's plugin failed.
        """
        with self.region.within_budget():
            return self._document(only)

    def _document(self, only: Collection[Month] | None) -> Document:
        region, contract, facts, as_of = self.region, self.contract, self.facts, self.as_of
        months = [month for month in contract.term.months if month.first <= as_of]
        assessments = tuple(
            assess(region, contract, month, facts, as_of, alternatives=only is None or month in only)
            for month in months
        )
        confirmed = confirmations.confirmations(facts.trail, assessments)
        objected = objections.objections(facts.trail, assessments)
        return Document(
            contract=contract.id,
            region=region.name,
            label=contract.label,
            as_of=as_of,
            plugin=region.info,
            assessments=assessments,
            settlement=self.settlement(assessments),
            renewal=region.renewal(contract, assessments, facts, as_of),
            terminations=region.terminations(contract, assessments, facts, as_of),
            flags=tuple(Flag(clause=clause.no, text=text) for clause in contract.clauses for text in clause.flags),
            problems=(*_conflicts(facts), *_unsettled(confirmed, objected, assessments)),
            confirmations=confirmed,
            objections=objected,
        )

    def settlement(self, assessments: Sequence[Assessment]) -> Settlement:
        """What there is to pay if these are the assessments.

        Raises:
            PluginError: the region's plugin failed.
        """
        region, contract, facts, as_of = self.region, self.contract, self.facts, self.as_of
        instalments = region.instalments(contract, assessments, facts, as_of)
        beyond = region.liabilities(contract, assessments, facts, as_of)
        return settle(contract, instalments, assessments, facts, as_of, beyond)


def _belongs(submission: Submission, region: Region, contract: Contract) -> bool:
    if submission.region != region.name:
        return False
    if submission.month in contract.term.months:
        return True
    closing = contract.takes(submission.month, submission.source)
    return closing and region.contract_for(submission.month).id == contract.id


def rulings(contract: Contract, facts: Facts) -> Iterator[Ruling]:
    """The authority's rulings among the facts; one that the contract does not offer is left out."""
    for event in (sourced.event for sourced in facts.events if sourced.event.kind == "ruling"):
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
        problems=tuple(_conflicts(facts, month)),
    )
    return draft.model_copy(update={"digest": digest(draft.model_dump(mode="json", exclude={"digest"}))})


def _deductions(
    region: Region, contract: Contract, month: Month, kpis: Sequence[Kpi], facts: Facts
) -> tuple[Deduction, ...]:
    """What the region's rules give, less what was decided on objections."""
    return objections.decided(region.deductions(contract, month, kpis, facts), month, facts.trail)


def _disposition(facts: Facts, month: Month, clause: str) -> str | None:
    """What the authority last decided to do with a month's deductions under a clause."""
    decided = [s.event for s in facts.events if s.event.kind == "disposition" and s.event.clause == clause]
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
        if not concerned:
            continue
        for choice in contract.alternatives(name, Window.of(month)):
            other = contract.assuming(name, choice)
            for changed in _deductions(region, other, month, region.kpis(other, month, facts), facts):
                before = concerned.get(_id(changed))
                same = before and (changed.amount, changed.points) == (before.amount, before.points)
                if before and not (reading.everywhere and same):
                    found[_id(changed)].append(
                        Alternative(
                            reading=name,
                            option=choice.option,
                            amount=changed.amount,
                            points=changed.points,
                            state=changed.state,
                        )
                    )
    return found


def _unsettled(
    confirmed: Sequence[Confirmation], objected: Sequence[Objection], assessments: Sequence[Assessment]
) -> Iterator[Problem]:
    """What does not fit together in the trail."""
    for message in confirmations.problems(confirmed, assessments):
        yield Problem(code="confirmation", message=message)
    for one in objected:
        for problem in one.problems:
            yield Problem(code="objection", message=f"objection to {one.clause} in {one.month}: {problem}")


def _conflicts(facts: Facts, month: Month | None = None) -> Iterator[Problem]:
    """The contradictions between files of one source, those of the same files told together."""
    groups: dict[tuple[Month, Source, tuple[str, ...]], list[Conflict]] = {}
    for conflict in facts.conflicts:
        if month in (None, conflict.month):
            groups.setdefault((conflict.month, conflict.source, conflict.files), []).append(conflict)
    for conflicts in groups.values():
        more = f" (and {len(conflicts) - 1} more between the same files)" if len(conflicts) > 1 else ""
        yield Problem(code="conflict", message=f"{conflicts[0]}{more}")
