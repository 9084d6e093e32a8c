"""A1.13: points that both sides agreed an item to be worth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kaohe import AUTHORITY, Contract, Deduction, Event, Facts, Month, State, decimal_text

AGREEMENT = "A1.13"
"""The clause by which both sides may agree what an item is worth."""
AGREED = "score.agreed"


def as_agreed(line: Deduction, contract: Contract, month: Month, facts: Facts) -> Deduction:
    """An item's line with the points that were agreed, whatever its figures give or lack; else the line as it is.

    The last word counts. It may be spoken after October: then it bears on the score as a whole, and leaves what was
    shown for earlier months.
    """
    event = _last(line, contract, month, facts)
    if event is None or event.points is None:
        return line
    full = contract.clause(line.clause).value("full", line.window.last)
    lost: Decimal = full - event.points
    how = f"双方{event.on}商定（{AGREEMENT}）得{event.points}分；{full} − {event.points}"
    return line.model_copy(
        update={
            "points": lost,
            "full": full,
            "state": State.FINAL if month.last == line.window.last else State.PROVISIONAL,
            "formula": f"{how} = {decimal_text(Fraction(lost))}分（扣）",
            "inputs": {**line.inputs, f"{AGREED} {line.clause}": event.points},
            "missing": (),
        }
    )


def _last(line: Deduction, contract: Contract, month: Month, facts: Facts) -> Event | None:
    """The last agreement on an item that its clause provides for."""
    if AGREED not in contract.clause(line.clause).facts:
        return None
    final = month.last == line.window.last
    told = [
        event
        for event in facts.of_kind(AGREED, source=AUTHORITY)
        if event.clause == line.clause and (final or event.on <= month.last)
    ]
    return told[-1] if told else None
