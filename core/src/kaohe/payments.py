"""What the authority says of an instalment: invoices received, payments made, dates agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaohe.facts import Facts
from kaohe.money import ZERO
from kaohe.payable import Instalment
from kaohe.submission import Event


@dataclass(frozen=True)
class Arrears:
    """A sum that was owed for a run of days.

    Attributes:
        after: the day before the first of them.
        until: the last of them.
        owed: yuan.
    """

    after: date
    until: date
    owed: Decimal

    @property
    def days(self) -> int:
        """How many days they are."""
        return (self.until - self.after).days


@dataclass(frozen=True)
class Payments:
    """The invoice and the payments of one instalment.

    Attributes:
        invoiced: the day the first invoice came; None: none did.
        made: the payments in order of date.
    """

    invoiced: date | None
    made: tuple[Event, ...]

    @classmethod
    def of(cls, no: int, facts: Facts) -> Payments:
        """The payments of the instalment of that number."""
        invoices = facts.of_kind("invoice.received", no)
        return cls(min((event.on for event in invoices), default=None), facts.of_kind("payment.made", no))

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which anything was paid, in order."""
        return tuple(dict.fromkeys(event.on for event in self.made))

    @property
    def total(self) -> Decimal:
        """Yuan paid in all."""
        return sum(map(_amount, self.made), ZERO)

    def by(self, day: date) -> Decimal:
        """Yuan paid up to a day, that day included."""
        return sum((_amount(event) for event in self.made if event.on <= day), ZERO)

    def complete_on(self, net: Decimal | None) -> date | None:
        """The day on which the payments had reached what was due."""
        if net is None:
            return None
        return next((day for day in self.days if self.by(day) >= net), None)

    def arrears(self, net: Decimal, since: date, until: date) -> Iterator[Arrears]:
        """What was owed after one day and up to another, piece by piece.

        A payment ends a piece: the day it is made on still bears what was owed before it.
        """
        owed, begun = net, since
        for event in self.made:
            day = min(max(event.on, begun), until)
            if owed > 0 and day > begun:
                yield Arrears(begun, day, owed)
            owed, begun = owed - _amount(event), day
        if owed > 0 and until > begun:
            yield Arrears(begun, until, owed)


def with_agreed_date(instalment: Instalment, facts: Facts) -> Instalment:
    """The instalment, with the due date that the parties agreed where the contract sets none."""
    agreed = facts.of_kind("payment.agreed", instalment.no)
    if instalment.due or not agreed:
        return instalment
    return instalment.model_copy(update={"due": agreed[-1].on})


def _amount(event: Event) -> Decimal:
    assert event.amount is not None, "intake requires it"
    return event.amount
