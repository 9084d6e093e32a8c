"""What the use cases answer: records that every face can show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kaohe.assessment import Assessment, PluginInfo
from kaohe.intake import Contradiction
from kaohe.model import Record
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.readings import Option, Ruling
from kaohe.results import Renewal
from kaohe.service.trailviews import Confirmed, Correction, Unconfirmed
from kaohe.store import Change, SubmissionRecord
from kaohe.trail import Objection
from kaohe.whatif import Difference


class Receipt(Record):
    """What became of a delivery.

    Attributes:
        partition: the contract's id, or where strays are kept.
        submission: the record of the object's current version.
        changed: whether anything was written.
        revisions: the months that got a new revision, with its number.
    """

    partition: str
    submission: SubmissionRecord
    changed: bool
    revisions: Mapping[Month, int] = {}

    @classmethod
    def of(cls, partition: str, submission: SubmissionRecord, change: Change | None) -> Receipt:
        """The receipt for a write, or for none."""
        return cls(
            partition=partition, submission=submission, changed=change is not None, revisions=new_revisions(change)
        )


class Rescored(Record):
    """What working a contract out again has changed.

    Attributes:
        contract: the contract.
        taken_in: uploads that had waited for the plugin to be mended, with what became of them.
        revisions: the months that got a new revision, with its number.
    """

    contract: str
    taken_in: tuple[SubmissionRecord, ...] = ()
    revisions: Mapping[Month, int] = {}


class Preview(Record):
    """What working a contract out again would change.

    Attributes:
        contract: the contract.
        plugin: the plugin that would work it out.
        in_force: the plugin that worked out what is in force; None: nothing is.
        taken_in: keys of the uploads that wait for the plugin to be mended, and would wait no longer.
        months: the months that would get a new revision; a new plugin version alone makes one, with the same figures.
        difference: the figures that would come out otherwise; None where nothing was ever taken in.
        same_version: whether figures would come out otherwise by a package of the same version, from the same uploads.
        problem: why the figures cannot be compared; None where they can.
    """

    contract: str
    plugin: PluginInfo
    in_force: PluginInfo | None = None
    taken_in: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    difference: Difference | None = None
    same_version: bool = False
    problem: str | None = None


class RevisionInfo(Record):
    """One revision of a month, by number and digest, and the day on which it was last confirmed, if it was."""

    revision: int
    digest: str
    confirmed_on: date | None = None


class MonthView(Record):
    """One revision of a month's assessment, and which others there are.

    Attributes:
        contract: the contract.
        month: the month.
        revision: the number of the revision shown.
        in_force: whether it is the newest.
        revisions: all of the month's revisions, oldest first.
        assessment: the assessment.
        confirmation: the confirmation of the month that is in force, whatever revision is shown; None: there is none.
        correction: what the revision in force says otherwise than what was confirmed; None: nothing.
        objections: what was said against deductions of the month.
    """

    contract: str
    month: Month
    revision: int
    in_force: bool
    revisions: tuple[RevisionInfo, ...]
    assessment: Assessment
    confirmation: Confirmed | None = None
    correction: Correction | None = None
    objections: tuple[Objection, ...] = ()


class SubmissionView(SubmissionRecord):
    """What became of one version of one upload, and whether other uploads contradict it.

    Attributes:
        contradictions: files of the same source and month that give other values for the same figures, this one among
            them; as things stand now, while the rest was noted when it came.
    """

    contradictions: tuple[Contradiction, ...] = ()


class SettlementView(Record):
    """The settlement of a contract as of a day.

    Attributes:
        contract: the contract.
        as_of: the day.
        plugin: the package that worked it out.
        settlement: what there is to pay by the facts now known, confirmed or not.
        corrections: confirmed months that have come out otherwise since.
        unconfirmed: what that makes of each instalment; empty too where the plugin cannot be used.
    """

    contract: str
    as_of: date
    plugin: PluginInfo
    settlement: Settlement
    corrections: tuple[Correction, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()


class RenewalView(Record):
    """The renewal answer of a contract as of a day."""

    contract: str
    as_of: date
    plugin: PluginInfo
    renewal: Renewal


class ReadingView(Record):
    """An ambiguity of a contract, and what the authority has ruled on it so far.

    Attributes:
        name: its name.
        label: the question in a few Chinese words.
        question: what the text leaves open.
        default: the option used until a ruling; None where no honest default exists.
        options: by name, the default first.
        rulings: the authority's rulings, the earliest first.
        clauses: numbers of the clauses that it bears on; none listed where it bears on the contract as a whole.
    """

    name: str
    label: str
    question: str
    default: str | None
    options: Mapping[str, Option]
    rulings: tuple[Ruling, ...]
    clauses: tuple[str, ...]


class RegionView(Record):
    """A region, its contracts, or why its plugin cannot be used."""

    region: str
    contracts: tuple[str, ...] = ()
    plugin: PluginInfo | None = None
    problem: str | None = None


class Posted(Record):
    """Where an authority's facts were put; they come into force when the bucket delivers them.

    Attributes:
        key: the object's key.
        sha256: digest of what was stored.
        notices: what the sender should know although it was taken in.
    """

    key: str
    sha256: str
    notices: tuple[str, ...] = ()


def new_revisions(change: Change | None) -> dict[Month, int]:
    """The months that a write gave a new revision, with its number."""
    return {r.assessment.month: r.revision for r in change.revisions} if change else {}
