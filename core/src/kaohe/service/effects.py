"""What an objection or a decision comes to, as things stand when it is posted: its sender is told of one in vain."""

from __future__ import annotations

from kaohe.assessment import Assessment
from kaohe.catalogue import DECIDED, RAISED, Catalogue
from kaohe.errors import NotFound
from kaohe.facts import Facts
from kaohe.objections import objections
from kaohe.periods import Month
from kaohe.store import OtherBuild, Table
from kaohe.submission import Submission


def in_vain(table: Table, contract: str, catalogue: Catalogue, posted: Submission) -> tuple[str, ...]:
    """Why objections and decisions of an upload have no effect, or not the one meant, in Chinese; nothing is written.

    Held against what is stored: what is still on its way is not known yet.

    Args:
        table: the facts and results in force.
        contract: the contract.
        catalogue: the region's events.
        posted: the upload, as it would come into force.
    """
    clauses = {event.clause for event in posted.events if event.kind in (RAISED, DECIDED)}
    if not clauses:
        return ()
    try:
        known = {key: stored.submission for key, stored in table.facts(contract).items()}
        assessed = _assessed(table, contract, posted.month)
    except OtherBuild:
        return ()  # reading the upload will say so
    trail = Facts({**known, posted.key: posted}.values(), catalogue).trail
    cases = [case for case in objections(trail, assessed) if case.month == posted.month and case.clause in clauses]
    # One without content reports that nothing happened: that side may not have meant to say so.
    withdrawal = f"要撤回，请把 {posted.key} 换成 events 为空的文件（也即报告该月没有事项；已另行报送该月的，不受影响）"
    return tuple(f"按目前的结果，{case.clause}：{problem}。{withdrawal}" for case in cases for problem in case.problems)


def _assessed(table: Table, contract: str, month: Month) -> tuple[Assessment, ...]:
    """The month's assessment in force, if there is one."""
    in_force = table.lock(contract).months.get(month)
    if in_force is None or in_force.digest is None:
        return ()
    try:
        return (table.revision(contract, month, in_force.revision).assessment,)
    except NotFound:
        return ()
