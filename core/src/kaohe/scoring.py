"""From facts to the document of a contract: assess every month, settle, answer for renewal. Pure.

A contract's whole year is worked out again whenever one fact changes. What an alternative reading would give
is found the same way: the same hooks run again with one reading changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kaohe import confirmations, objections
from kaohe.assessing import assess, conflicts, contradictory_rulings, rulings
from kaohe.assessment import Assessment, Problem
from kaohe.contract import Contract
from kaohe.facts import Facts
from kaohe.history import History
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.plugins import Region
from kaohe.readings import Choice
from kaohe.results import Document, Flag
from kaohe.settlement import settle
from kaohe.submission import Submission
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
        history: what was known on earlier days, as things really are: payments are held against that, also where
            readings or facts are assumed otherwise.
    """

    region: Region
    contract: Contract
    facts: Facts
    as_of: date
    history: History = field(repr=False, compare=False)

    @classmethod
    def of(
        cls, region: Region, contract: Contract, submissions: Iterable[Submission], as_of: date | None = None
    ) -> Situation:
        """The situation that these uploads make; the arguments are those of :func:`derive`."""
        every = Facts((s for s in submissions if belongs(s, region, contract)), region.catalogue)
        given, as_of = as_of, as_of or every.last_day or contract.term.first
        # What was said of results may be dated after the last day that the facts speak of: as things stand it counts.
        facts = every.known_on(as_of) if given else every
        history = History(region, contract, facts)
        return cls(region, contract.with_rulings(rulings(contract, facts)), facts, as_of, history)

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
        settlement = self.settlement(assessments)
        confirmed = confirmations.confirmations(facts.trail, assessments)
        objected = objections.objections(facts.trail, assessments)
        return Document(
            contract=contract.id,
            region=region.name,
            label=contract.label,
            as_of=as_of,
            plugin=region.info,
            assessments=assessments,
            settlement=settlement,
            renewal=region.renewal(contract, assessments, facts, as_of),
            terminations=region.terminations(contract, assessments, facts, as_of, settlement),
            flags=tuple(Flag(clause=clause.no, text=text) for clause in contract.clauses for text in clause.flags),
            problems=(
                *conflicts(facts),
                *contradictory_rulings(contract, facts),
                *_unsettled(confirmed, objected, assessments),
            ),
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
        settled = settle(contract, instalments, assessments, facts, as_of, self.history)
        beyond = region.liabilities(contract, assessments, facts, as_of, settled)
        return settled.model_copy(update={"liabilities": (*settled.liabilities, *beyond)})


def belongs(submission: Submission, region: Region, contract: Contract) -> bool:
    """Whether an upload is one of a contract's: of its region, and of its term or of the months that it takes after."""
    if submission.region != region.name:
        return False
    if submission.month in contract.term.months:
        return True
    closing = contract.takes(submission.month, submission.source)
    return closing and region.contract_for(submission.month).id == contract.id


def _unsettled(
    confirmed: Sequence[Confirmation], objected: Sequence[Objection], assessments: Sequence[Assessment]
) -> Iterator[Problem]:
    """What does not fit together in the trail."""
    for message in confirmations.problems(confirmed, assessments):
        yield Problem(code="confirmation", message=message)
    for one in objected:
        for problem in one.problems:
            yield Problem(code="objection", message=f"{one.month} 条款 {one.clause} 的异议：{problem}")
