"""Confirmed months: who confirmed which revision, and what has come out otherwise since. Reads only the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from kaohe.assessment import Assessment
from kaohe.catalogue import CONFIRMED, DECIDED, RAISED
from kaohe.confirmations import in_force
from kaohe.money import Money
from kaohe.payable import Settlement
from kaohe.periods import Month
from kaohe.results import Document
from kaohe.service.trailviews import Act, Confirmed, Correction, Unconfirmed
from kaohe.store import OtherBuild, StoredFacts, SubmissionRecord, Table
from kaohe.submission import Event, Submission
from kaohe.trail import Confirmation
from kaohe.whatif import differences


def acts(table: Table, contract: str, month: Month) -> tuple[Act, ...]:
    """What the uploads in force say of a month's results, by day, with who sent each."""
    records = {(record.key, record.version): record for record in table.submissions(contract, month)}
    held = [stored for stored in table.facts(contract).values() if stored.submission.month == month]
    found = [act for stored in held for act in _acts(stored, records)]
    return tuple(sorted(found, key=lambda act: (act.event.on, act.received_at, act.file, act.event.where)))


def _acts(stored: StoredFacts, records: dict[tuple[str, str], SubmissionRecord]) -> Iterator[Act]:
    submission, version = stored.submission, stored.version
    record = records.get((submission.key, version.id))
    for event in submission.events:
        if event.kind in (CONFIRMED, RAISED, DECIDED):
            yield Act(
                source=submission.source,
                event=event,
                file=submission.key,
                by=record.actor if record else None,
                received_at=record.received_at if record else version.modified,
            )


def confirmed(one: Confirmation, known: dict[int, str], said: Sequence[Act]) -> Confirmed:
    """A confirmation with the revision that it names and who gave it: the first, where several say the same."""
    named = [number for number, digest in known.items() if digest.startswith(one.digest)]
    mine = sorted((act for act in said if _says(act.event, one)), key=lambda act: act.received_at)
    return Confirmed(
        **one.model_dump(),
        revision=max(named, default=None),
        by=mine[0].by if mine else None,
        received_at=mine[0].received_at if mine else None,
    )


def _says(event: Event, one: Confirmation) -> bool:
    told = (event.kind, event.on, event.digest, event.amount, event.ref, event.note)
    return told == (CONFIRMED, one.on, one.digest, one.deducted, one.ref, one.note)


def correction(table: Table, contract: str, one: Confirmation, now: Assessment) -> Correction | None:
    """What an assessment says otherwise than the one that was confirmed; None where it is that one."""
    if now.digest.startswith(one.digest):
        return None
    problem = f"the confirmation of {one.on} names {one.digest[:12]}, which no revision of {one.month} known here has"
    try:
        before = confirmed_assessment(table, contract, one)
    except OtherBuild as error:
        before, problem = None, str(error)
    sum_ = before.deducted if before else one.deducted
    changes = differences(before, now) if before else ()
    return Correction(
        month=one.month,
        confirmed=sum_,
        now=now.deducted,
        difference=None if sum_ is None else now.deducted - sum_,
        changes=changes,
        note=_beside_figures(table, contract, one, before, now) if before and not changes else None,
        problem=None if before else problem,
    )


def _beside_figures(table: Table, contract: str, one: Confirmation, before: Assessment, now: Assessment) -> str:
    """What differs where no figure does: somebody has to look at it, and can confirm the month again."""
    told = []
    if before.facts != now.facts:
        since = "; ".join(_come_since(table, contract, one))
        told.append("the facts that they rest on" + (f" (since the confirmation came: {since})" if since else ""))
    if before.plugin != now.plugin:
        told.append(f"the plugin ({before.plugin.version} → {now.plugin.version})")
    differs = " and ".join(told) or "how they are told"
    return f"no figure differs, only {differs}; to close the month again, confirm the revision in force"


def _come_since(table: Table, contract: str, one: Confirmation) -> Iterator[str]:
    """Keys of the uploads of a month that came into force after its confirmation and report something."""
    known = {(record.key, record.version): record for record in table.submissions(contract, one.month)}
    said = [act.received_at for act in acts(table, contract, one.month) if _says(act.event, one)]
    for key, stored in sorted(table.facts(contract).items()):
        record = known.get((key, stored.version.id))
        if record and said and record.received_at > min(said) and not _only_speaks(stored.submission):
            yield key


def _only_speaks(submission: Submission) -> bool:
    """Whether an upload says nothing that figures are made of."""
    speaking = [event.kind in (CONFIRMED, RAISED, DECIDED) for event in submission.events]
    return bool(speaking) and all(speaking) and not submission.figures


def confirmed_assessment(table: Table, contract: str, one: Confirmation) -> Assessment | None:
    """The assessment that a confirmation names; None where no revision has that digest.

    Raises:
        OtherBuild: another build of kaohe wrote it, and this one cannot read it.
    """
    known = table.revisions(contract, one.month)
    named = [number for number, digest in known.items() if digest.startswith(one.digest)]
    return table.revision(contract, one.month, max(named)).assessment if named else None


def corrections(table: Table, document: Document) -> tuple[Correction, ...]:
    """The months of a document that are not what was confirmed."""
    now = {assessment.month: assessment for assessment in document.assessments}
    said = in_force(document.confirmations)
    found = (correction(table, document.contract, one, now[month]) for month, one in said.items() if month in now)
    return tuple(one for one in found if one is not None)


def as_confirmed(table: Table, document: Document) -> tuple[Assessment, ...]:
    """The assessments of a document, those that were confirmed otherwise as they were confirmed."""
    said = in_force(document.confirmations)
    return tuple(
        (_readable(table, document.contract, said[now.month]) if now.month in said else None) or now
        for now in document.assessments
    )


def _readable(table: Table, contract: str, one: Confirmation) -> Assessment | None:
    """The assessment that a confirmation names, where this build can read it."""
    with suppress(OtherBuild):
        return confirmed_assessment(table, contract, one)
    return None


def unconfirmed(before: Settlement, now: Settlement) -> tuple[Unconfirmed, ...]:
    """The instalments that bear something else than by the confirmed figures."""
    by_number: dict[int, Money] = {instalment.no: instalment.deducted for instalment in before.instalments}
    return tuple(
        Unconfirmed(instalment=i.no, confirmed=was, now=i.deducted, difference=i.deducted - was)
        for i in now.instalments
        if (was := by_number[i.no]) != i.deducted
    )
