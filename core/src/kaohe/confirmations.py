"""Confirmations: which of a month's is in force, and whether what is worked out now is what was confirmed.

A confirmation names content, by the assessment's digest, and no number of a revision: numbers depend on the order in
which uploads came. The latest day is in force. Of several of one day the one that names what is worked out now is,
since that content was confirmed on that day; else the last in the order of their digests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from kaohe.assessment import Assessment
from kaohe.catalogue import CONFIRMED
from kaohe.money import show
from kaohe.periods import Month
from kaohe.submission import Remark
from kaohe.trail import Confirmation


def confirmations(trail: Collection[Remark], assessments: Sequence[Assessment]) -> tuple[Confirmation, ...]:
    """All confirmations, by month; the last of each month is the one in force."""
    said = [remark for remark in trail if remark.event.kind == CONFIRMED]
    now = {assessment.month: assessment.digest for assessment in assessments}

    def order(remark: Remark) -> tuple[object, ...]:
        named = remark.event.digest or ""
        holds = now.get(remark.month, "").startswith(named)
        return remark.month, remark.event.on, holds, named

    ordered = sorted(said, key=order)
    last = {remark.month: remark for remark in ordered}
    return tuple(_confirmation(r, now.get(r.month, ""), in_force=r is last[r.month]) for r in ordered)


def in_force(said: Collection[Confirmation]) -> dict[Month, Confirmation]:
    """By month: the confirmation that no later one has replaced."""
    return {one.month: one for one in said if one.state != "replaced"}


def problems(said: Collection[Confirmation], assessments: Sequence[Assessment]) -> Iterator[str]:
    """What does not fit: a month that is not assessed, or a sum that is not that of the assessment named."""
    by_month = {assessment.month: assessment for assessment in assessments}
    for one in in_force(said).values():
        found = by_month.get(one.month)
        if found is None:
            yield f"{one.month}已于{one.on}确认，但该月没有考核结果"
        elif one.state == "confirmed" and one.deducted not in (None, found.deducted):
            assert one.deducted is not None
            yield (
                f"{one.month}于{one.on}确认的扣除为{show(one.deducted)}，所指考核结果的扣除为{show(found.deducted)}；"
                "请重新确认"
            )


def _confirmation(remark: Remark, now: str, *, in_force: bool) -> Confirmation:
    event = remark.event
    assert event.digest, "intake requires it"
    holds: Literal["confirmed", "differs"] = "confirmed" if now.startswith(event.digest) else "differs"
    return Confirmation(
        month=remark.month,
        on=event.on,
        digest=event.digest,
        deducted=event.amount,
        ref=event.ref,
        note=event.note,
        state=holds if in_force else "replaced",
    )
