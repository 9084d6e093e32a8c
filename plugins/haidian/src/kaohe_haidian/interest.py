"""What paying late costs under clause 10.1: demand-deposit interest on what the vendor advanced meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from kaohe import (
    Contract,
    Event,
    Facts,
    Liability,
    SettledInstalment,
    Settlement,
    State,
    percent,
    show,
    yuan,
)

LATE = "10.1"


class _Day(NamedTuple):
    """A day that bears interest: yuan that were advanced and not paid back, and the yearly rate; None: not known."""

    on: date
    sum_: Decimal
    rate: Decimal | None

    @property
    def terms(self) -> tuple[Decimal, Decimal | None]:
        return self.sum_, self.rate


def interest(contract: Contract, settlement: Settlement, facts: Facts) -> Iterator[Liability]:
    """Clause 10.1: for each instalment that is or was late, interest on what the vendor advanced for it.

    A sum bears interest from the day after it was advanced, and only as far as the instalment is still unpaid: each
    payment lowers it for the days after it.
    """
    for instalment in settlement.instalments:
        if instalment.late_since:
            yield _interest(contract, instalment, instalment.late_since, facts)


def _interest(contract: Contract, instalment: SettledInstalment, since: date, facts: Facts) -> Liability:
    until = since + timedelta(days=instalment.late_days)
    told = f"第{instalment.no}期：应于{since}前付，至{until}逾期{instalment.late_days}天"
    if excused := facts.of_kind("payment.excused", instalment.no):
        notes = (f"主管单位填报的免责日期：{excused[0].on}（payment.excused）", *_since(instalment))
        return _owed(Decimal(0), State.FINAL, f"{told}，因审计或财政拨款延迟免责 = 0.00", notes)
    advances = facts.of_kind("vendor.advanced", instalment.no)
    if not advances:
        lacks = "主管单位未填报乙方垫付的金额和日期（vendor.advanced）"
        return _owed(None, State.INCOMPLETE, f"{told}；{lacks}", tuple(_since(instalment)))
    days = list(_days(instalment, since, until, facts))
    if any(day.rate is None for day in days):
        lacks = "人民银行活期存款利率（deposit.rate）未填报，或同一起始日填报了几个"
        return _owed(None, State.NEEDS_RULING, f"{told}；{lacks}", tuple(_since(instalment)))
    year = contract.clause(LATE).value("year_days", until)
    amount = yuan(sum((Fraction(day.sum_) * Fraction(day.rate or 0) for day in days), Fraction(0)) / Fraction(year))
    reckoning = " + ".join(_told(list(run), year) for _, run in groupby(days, key=lambda day: day.terms))
    state = State.FINAL if instalment.paid_on else State.PROVISIONAL
    formula = f"{told}；{reckoning or '其间没有垫付未还的款项'} = {show(amount)}"
    return _owed(amount, state, formula, tuple(_notes(instalment, advances, since)))


def _days(instalment: SettledInstalment, since: date, until: date, facts: Facts) -> Iterator[_Day]:
    """The days of delay on which something was advanced and still unpaid.

    The day of a payment still bears what was unpaid before it, as core reckons arrears.
    """
    advances = facts.of_kind("vendor.advanced", instalment.no)
    payments = facts.of_kind("payment.made", instalment.no)
    for n in range(1, (until - since).days + 1):
        day = since + timedelta(days=n)
        advanced, unpaid = _before(advances, day), _due(instalment) - _before(payments, day)
        if (bears := min(advanced, unpaid)) > 0:
            yield _Day(day, bears, _rate(facts, day))


def _due(instalment: SettledInstalment) -> Decimal:
    """Yuan that were to be paid, as known on the day of payment."""
    net = instalment.net if instalment.net_known is None else instalment.net_known
    assert net is not None, "what has no amount has no due date, and is never late"
    return net


def _before(events: Sequence[Event], day: date) -> Decimal:
    return sum((event.amount or Decimal(0) for event in events if event.on < day), Decimal(0))


def _told(run: Sequence[_Day], year: Decimal) -> str:
    first, last = run[0], run[-1]
    days = f"{first.on}至{last.on}共{len(run)}天" if len(run) > 1 else f"{first.on}一天"
    return f"{days} × 乙方垫付未还{show(first.sum_)} × {percent(first.rate or Decimal(0))} ÷ {year}"


def _notes(instalment: SettledInstalment, advances: Sequence[Event], since: date) -> Iterator[str]:
    """Why less bears interest, or for fewer days, than the late payment suggests."""
    yield from _since(instalment)
    if instalment.net_known is not None:
        yield f"未付的金额按付款当日所知的实付{show(instalment.net_known)}计算，其后调增的部分不计"
    for advance in advances:
        after = "，自次日起计息" if advance.on > since else ""
        yield f"乙方于{advance.on}垫付{show(advance.amount or Decimal(0))}{after}"
    if sum((event.amount or Decimal(0) for event in advances), Decimal(0)) > _due(instalment):
        yield f"垫付超过应付的{show(_due(instalment))}，以未付的金额为限计息"


def _since(instalment: SettledInstalment) -> Iterator[str]:
    """Why the delay begins later than the due date says."""
    due, invoiced = instalment.due, instalment.invoiced
    if due and invoiced and due < invoiced == instalment.late_since:
        yield f"发票于{invoiced}收到，晚于付款期限{due}，逾期从收到发票的次日算起"


def _rate(facts: Facts, day: date) -> Decimal | None:
    """The demand-deposit rate of a day, as the authority reported it; None: it did not, or two from the same day on."""
    begun = [event for event in facts.of_kind("deposit.rate") if event.on <= day]
    rates = {event.value for event in begun if event.on == begun[-1].on}
    return rates.pop() if len(rates) == 1 else None


def _owed(amount: Decimal | None, state: State, formula: str, notes: tuple[str, ...] = ()) -> Liability:
    return Liability(clause=LATE, party="authority", amount=amount, state=state, formula=formula, notes=notes)
