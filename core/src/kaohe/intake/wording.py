"""What is said of a measure in more than one place: which values it may have, and what to fill in where nothing was."""

from __future__ import annotations

from decimal import Decimal

from kaohe.catalogue import Measure
from kaohe.intake.limits import MAX_NUMBER

PERSONS = "人"
"""The unit of headcounts: an empty one is seldom a 0, and a 0 that nobody meant may cost a great deal."""


def allowed(measure: Measure) -> str:
    """The values that a measure may have, such as ``0或正整数`` or ``1至19之间的整数``."""
    number = "整数" if measure.whole else "数"
    if measure.most is None and not measure.least:
        return f"0或正{number}"
    most = MAX_NUMBER if measure.most is None else measure.most
    return f"{plain(measure.least)}至{plain(most)}之间的{number}"


def plain(value: int | Decimal) -> str:
    """A number as a person writes it, without an exponent or idle zeros."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def instead_of_blank(measure: Measure) -> str:
    """What to fill in where a cell that must not be empty is."""
    if measure.least > 0:
        return f"请填实际的数（{allowed(measure)}），不能填0"
    if measure.unit == PERSONS:
        return "请填实际人数，确实没有人才填0"
    return "没有发生的请填0，空着不等于0"


def while_typing(measure: Measure, *, must: bool) -> str:
    """The same in the few words of a message that pops up, with what the measure may be.

    Args:
        measure: the measure.
        must: whether its cell has to be filled in; no zero is asked where it may stay empty.
    """
    if not must:
        return f"请填{allowed(measure)}；没有可填的就留空"
    if measure.least > 0:
        return f"请填{allowed(measure)}"
    return f"请填{allowed(measure)}；{'请填实际人数' if measure.unit == PERSONS else '没有发生填0'}"
