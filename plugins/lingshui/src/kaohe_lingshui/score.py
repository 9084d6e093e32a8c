"""Annex 1 as a whole: the score, the cap of its service section, and the score without caps beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe import (
    Choice,
    Contract,
    Deduction,
    Facts,
    Kpi,
    Month,
    Rulebook,
    State,
    Terms,
    Window,
    decimal_text,
)

from kaohe_lingshui import service, support
from kaohe_lingshui.items import AGREEMENT

book: Rulebook = service.book | support.book

WHOLE, SECTION = "A1", "A1.S"
SERVICE_ITEMS = ("A1.1", "A1.2", "A1.3", "A1.4", "A1.5", "A1.6")
BONUS, RANK = "A1.11", "A1.12"

book.by_hand(WHOLE, SECTION, AGREEMENT)


@dataclass(frozen=True)
class Score:
    """What the items come to over the months so far.

    Attributes:
        points: the score; None while an item is open.
        least: the least that it can come to.
        most: the most that it can come to; None, as ``least``, where nothing bounds an open item.
        state: that of its least certain item.
        items: what each item leaves or adds, by clause.
        open: the items that are open, with the reason.
        lines: the items' lines.
    """

    points: Decimal | None
    least: Decimal | None
    most: Decimal | None
    state: State
    items: dict[str, Decimal]
    open: tuple[str, ...]
    lines: tuple[Deduction, ...]


def assessed(contract: Contract, month: Month) -> Window | None:
    """January to October for a month among them; None for a month that is never assessed."""
    return contract.clause(WHOLE).window(month, contract.term)


def lines(contract: Contract, month: Month, facts: Facts) -> tuple[Deduction, ...]:
    """What the items lose over the months so far, with the line of the service section."""
    window = assessed(contract, month)
    if window is None:
        return ()
    key = WHOLE, month, _read_as(contract, window).adopted
    known = facts.memo.setdefault(key, [])
    if not known:
        items = book.deductions(contract, month, book.kpis(contract, month, facts), facts)
        known.append((*items, section(contract, month, window, items)))
    return tuple(known[0])


def _read_as(contract: Contract, window: Window) -> Terms:
    """The terms of annex 1 as a whole, which rests on all its items' readings."""
    terms = Terms(contract, contract.clause(WHOLE), window)
    for name in terms.clause.readings:
        terms.reading(name)
    return terms


def section(contract: Contract, month: Month, window: Window, items: Sequence[Deduction]) -> Deduction:
    """What the service items earn beyond 60 points, or lack to 0, where the reading ``score-cap`` says ``section``."""
    terms = Terms(contract, contract.clause(SECTION), window)
    service_items = [item for item in items if item.clause in SERVICE_ITEMS]
    option, full = terms.reading("score-cap"), terms.value("full")
    lost: Decimal | None = Decimal(0)
    state = State.FINAL if month.last == window.last else State.PROVISIONAL
    missing: tuple[str, ...] = ()
    if option != "section":
        held_to = {"capped": "各项单独封顶", "uncapped": "不封顶"}[option]
        formula = f"{held_to}（score-cap={option}），合计不另扣：0"
    elif open_ := [item for item in service_items if item.points is None]:
        lost, state = None, State.of(item.state for item in open_)
        missing = tuple(dict.fromkeys(name for item in open_ for name in item.missing))
        formula = f"待定：{'、'.join(item.clause for item in open_)}未定"
    else:
        earned = sum((_kept(item) for item in service_items), Decimal(0))
        lost = earned - min(max(earned, Decimal(0)), full)
        formula = f"六项合计{earned}，限于0至{full}：{earned} − {earned - lost} = {lost}分（扣）"
    return Deduction(
        clause=SECTION,
        code="score.service_section",
        label=terms.clause.label,
        window=window,
        points=lost,
        full=Decimal(0),
        state=state,
        formula=formula,
        inputs={item.clause: _kept(item) for item in service_items if item.points is not None} | terms.values,
        readings=terms.adopted,
        missing=missing,
    )


def score(contract: Contract, month: Month, facts: Facts) -> Score:
    """The score over the months so far: what the items leave of their full marks, bonus and rank added."""
    found = lines(contract, month, facts)
    open_ = tuple(f"{line.clause} {line.label}（{line.formula}）" for line in found if line.points is None)
    known = sum((_kept(line) for line in found if line.points is not None), Decimal(0))
    bounds = [_bounds(contract, line) for line in found if line.points is None]
    bounded = contract.choice("score-cap", found[0].window).option == "capped"
    return Score(
        points=None if open_ else known,
        least=known + sum((least for least, _ in bounds), Decimal(0)) if bounded else None,
        most=known + sum((most for _, most in bounds), Decimal(0)) if bounded else None,
        state=State.of(line.state for line in found),
        items={line.clause: _kept(line) for line in found if line.points is not None},
        open=open_,
        lines=found,
    )


def _kept(line: Deduction) -> Decimal:
    """What an item leaves of its full marks; for the bonus and the rank what it adds, below 0 if it takes away."""
    return (line.full or Decimal(0)) - (line.points or Decimal(0))


def _bounds(contract: Contract, line: Deduction) -> tuple[Decimal, Decimal]:
    """The least and the most that an open item can leave or add, where items are capped one by one."""
    clause, last = contract.clause(line.clause), line.window.last
    if line.clause == BONUS:
        return Decimal(0), clause.value("most", last)
    if line.clause == RANK:
        return -clause.value("most", last), Decimal(0)
    return Decimal(0), Decimal(0) if line.clause == SECTION else clause.value("full", last)


def kpis(contract: Contract, month: Month, facts: Facts) -> tuple[Kpi, ...]:
    """The score over the months so far, and beside it the score without caps."""
    window = assessed(contract, month)
    if window is None:
        return ()
    uncapped = contract.assuming("score-cap", Choice(option="uncapped"))
    return (
        _kpi("score.to_date", contract, month, facts, window),
        _kpi("score.uncapped.to_date", uncapped, month, facts, window),
    )


def _kpi(code: str, contract: Contract, month: Month, facts: Facts, window: Window) -> Kpi:
    found, terms = score(contract, month, facts), _read_as(contract, window)
    passed = terms.value("pass")
    return Kpi(
        clause=WHOLE,
        code=code,
        label=terms.clause.label,
        window=window,
        unit="count",
        numerator=found.points,
        target=passed,
        met=None if found.points is None else found.points >= passed,
        state=found.state,
        missing=tuple(dict.fromkeys(name for line in found.lines for name in line.missing)),
        inputs=found.items,
        readings=terms.adopted,
        note=told(found),
    )


def told(found: Score) -> str | None:
    """What is open, and between which figures the score lies; None where it is known."""
    if found.points is not None:
        return None
    if found.least is None or found.most is None:
        return f"未定：{'；'.join(found.open)}"
    return f"在{show(found.least)}至{show(found.most)}之间；未定：{'；'.join(found.open)}"


def show(number: Decimal) -> str:
    """A number of points for people."""
    return decimal_text(Fraction(number))
