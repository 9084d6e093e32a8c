"""Whether an instalment was paid in full and in time, by what was known on the day of each payment.

A ruling or a finding that comes after a payment may raise what the instalment comes to, or bring its due date forward.
It makes no payment late that was right on its day, or that turned out right before it came, when a deduction held back
was assessed: what it adds is outstanding, and bears no interest. While a
deduction of unknown amount is still to come to an instalment, what its payments fall short by may be that deduction:
delay is then told until the last payment, and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kaohe.money import ZERO
from kaohe.payable import Instalment, PaymentState
from kaohe.payments import Payments


@dataclass(frozen=True)
class Known:
    """What was known of an instalment on some day.

    Attributes:
        net: yuan to pay; None while that was not known.
        due: the last day on which payment was in time; None where no day was set.
    """

    net: Decimal | None
    due: date | None


KnownOn = Callable[[int, date], Known | None]
"""From the number of an instalment and a day: what was known of it then; None: nothing but what is known now."""


@dataclass(frozen=True)
class Standing:
    """How far the payment of an instalment has come.

    Attributes:
        known: what its payments are held against: what was known on the day on which they reached it, else what is now.
        paid_on: the day on which they reached it; None: they did not.
        state: how far it has come.
        late_since: the day after which payment was, or is, late; None: it is not.
        late_days: days of delay until it was paid, or until the day that is asked about.
    """

    known: Known
    paid_on: date | None
    state: PaymentState
    late_since: date | None = None
    late_days: int = 0

    @classmethod
    def of(
        cls,
        instalment: Instalment,
        net: Decimal | None,
        payments: Payments,
        as_of: date,
        known_on: KnownOn,
        *,
        at_most: bool = False,
        acts: Sequence[date] = (),
    ) -> Standing:
        """The standing of an instalment on a day.

        Args:
            instalment: the instalment.
            net: what there is to pay, as now known.
            payments: its invoice and its payments.
            as_of: the day.
            known_on: what was known on an earlier day.
            acts: the days of rulings and the like, in order: what was known on their eves counts for earlier payments.
            at_most: whether ``net`` is the most that it can be, for deductions of unknown amount are still to come.
        """
        known, paid_on = _held_against(
            instalment.no, Known(net, instalment.due), payments, known_on, _days(payments, acts, as_of)
        )
        state, until = _state(instalment, known, payments, paid_on, as_of), paid_on or as_of
        since = _late_since(known, payments) if known.net and (paid_on or state == "overdue") else None
        if at_most and payments.made and state == "overdue":
            state, until = "payable", payments.days[-1]
        if since is None or until <= since:
            return cls(known, paid_on, state)
        return cls(known, paid_on, state, since, (until - since).days)

    def outstanding(self, net: Decimal | None, paid: Decimal) -> Decimal:
        """Yuan that became known too late for these payments, and that none has made up for."""
        if net is None or self.known.net is None:
            return ZERO
        return max(net - max(self.known.net, paid), ZERO)


def _days(payments: Payments, acts: Iterable[date], as_of: date) -> Sequence[date]:
    """The days on which payments are looked at: their own, then the eves of what was said later, then today."""
    eves = [act - timedelta(days=1) for act in acts if payments.made and payments.days[0] < act <= as_of]
    return sorted({*payments.days, *eves, *([as_of] if payments.made else [])})


def _held_against(
    no: int, now: Known, payments: Payments, known_on: KnownOn, days: Iterable[date]
) -> tuple[Known, date | None]:
    """What the payments are held against, and the day on which they reached it.

    What was known earlier is asked for only where payment was too little or too late by what is known now, or where
    that is not known any more.
    """
    paid_on, since = payments.complete_on(now.net), _late_since(now, payments)
    if paid_on and (since is None or paid_on <= since):
        return now, paid_on
    for day in days:
        known = _lesser(now, known_on(no, day) or now)
        if known.net is not None and payments.by(day) >= known.net:
            return known, payments.complete_on(known.net)
    return now, None


def _lesser(now: Known, then: Known) -> Known:
    """The smaller net and the later due date, which is none at all where none was known."""
    nets = [net for net in (now.net, then.net) if net is not None]
    net = min(nets, default=None)
    return Known(net, None if now.due is None or then.due is None else max(now.due, then.due))


def _late_since(known: Known, payments: Payments) -> date | None:
    """The last day in time: the due date, or the day of the invoice where that came later."""
    return known.due and max(known.due, payments.invoiced or known.due)


def _state(instalment: Instalment, known: Known, payments: Payments, paid_on: date | None, as_of: date) -> PaymentState:
    if paid_on:
        return "paid"
    if instalment.waits_for or known.net is None:
        return "upcoming"
    last = _late_since(known, payments)
    if known.net and payments.invoiced and last and as_of > last:
        return "overdue"
    since = instalment.earliest or instalment.due
    return "payable" if payments.invoiced or (since and as_of >= since) else "upcoming"
