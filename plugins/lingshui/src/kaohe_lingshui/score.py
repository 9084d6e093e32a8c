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
    MonthFacts,
    Rulebook,
    State,
    Terms,
    Window,
    decimal_text,
)

from kaohe_lingshui import service, support
from kaohe_lingshui.agreed import AGREEMENT, as_agreed

book: Rulebook = service.book | support.book

WHOLE, SECTION = "A1", "A1.S"
Loss = tuple[Deduction, Fraction | None]
"""A line with the points that it loses, exact, for parts of several items may add up to a point; None: not known."""
SERVICE_ITEMS = ("A1.1", "A1.2", "A1.3", "A1.4", "A1.5", "A1.6")
UNBOUNDED = ("A1.1", "A1.3", "A1.4", "A1.5", SECTION)
"""What only the reading ``score-cap`` holds to its full marks."""
BONUS, RANK = "A1.11", "A1.12"

book.by_hand(WHOLE, SECTION, AGREEMENT)


@dataclass(frozen=True)
class Score:
    """What the items come to over the months so far.

    Attributes:
        points: the score, exact; None while an item is open.
        least: the least that it can come to.
        most: the most that it can come to; None, as ``least``, where nothing bounds an open item.
        state: that of its least certain item.
        items: what each item leaves or adds, by clause.
        open: the items that are open, with the reason.
        lines: the items' lines.
    """

    points: Fraction | None
    least: Fraction | None
    most: Fraction | None
    state: State
    items: dict[str, Decimal]
    open: tuple[str, ...]
    lines: tuple[Deduction, ...]


def assessed(contract: Contract, month: Month) -> Window | None:
    """January to October for a month among them; None for a month that is never assessed."""
    return contract.clause(WHOLE).window(month, contract.term)


def lines(contract: Contract, month: Month, facts: Facts) -> tuple[Deduction, ...]:
    """What the items lose over the months so far, with the line of the service section."""
    return tuple(line for line, _ in _lost(contract, month, facts))


def _lost(contract: Contract, month: Month, facts: Facts) -> list[Loss]:
    """The lines, each with what it loses."""
    window = assessed(contract, month)
    if window is None:
        return []
    known = facts.memo.setdefault((WHOLE, month, _read_as(contract, window).adopted), [])
    if not known:
        items = book.deductions(contract, month, book.kpis(contract, month, facts), facts)
        found = [_settled(line, contract, month, facts) for line in items]
        known += [*found, section(contract, month, window, found)]
    return known


def _settled(line: Deduction, contract: Contract, month: Month, facts: Facts) -> Loss:
    """An item's line, as both sides agreed it if they did, with what it loses before that is rounded."""
    agreed = as_agreed(line, contract, month, facts)
    if agreed is not line or line.points is None:
        return agreed, None if agreed.points is None else Fraction(agreed.points)
    if line.points == int(line.points):  # nothing was rounded: no count comes so near to a whole point and misses it
        return line, Fraction(line.points)
    (rule,) = (rule for rule in book.deduction_rules if rule.clause == line.clause)
    terms = Terms(contract, contract.clause(line.clause), line.window)
    return line, Fraction(rule(facts=MonthFacts(facts, month, contract.term), terms=terms).lost)


def _read_as(contract: Contract, window: Window) -> Terms:
    """The terms of annex 1 as a whole, which rests on all its items' readings."""
    terms = Terms(contract, contract.clause(WHOLE), window)
    for name in terms.clause.readings:
        terms.reading(name)
    return terms


def section(contract: Contract, month: Month, window: Window, items: Sequence[Loss]) -> Loss:
    """What the service items earn beyond 60 points, or lack to 0, where the reading ``score-cap`` says ``section``."""
    terms = Terms(contract, contract.clause(SECTION), window)
    service_items = [item for item, _ in items if item.clause in SERVICE_ITEMS]
    option, full = terms.reading("score-cap"), terms.value("full")
    lost: Fraction | None = Fraction(0)
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
        earned = sum((_full(item) - (loss or 0) for item, loss in items if item in service_items), Fraction(0))
        held = min(max(earned, Fraction(0)), Fraction(full))
        lost = earned - held
        told = f"{show(abs(lost))}分（{'加' if lost < 0 else '扣'}）"
        formula = f"六项合计{show(earned)}，限于0至{full}：{show(earned)} − {show(held)} = {told}"
    line = Deduction(
        clause=SECTION,
        code="score.service_section",
        label=terms.clause.label,
        window=window,
        points=None if lost is None else Decimal(show(lost)),
        full=Decimal(0),
        state=state,
        formula=formula,
        inputs={item.clause: _kept(item) for item in service_items if item.points is not None} | terms.values,
        readings=terms.adopted,
        missing=missing,
    )
    return line, lost


def score(contract: Contract, month: Month, facts: Facts) -> Score:
    """The score over the months so far: what the items leave of their full marks, bonus and rank added."""
    found = _lost(contract, month, facts)
    shown = tuple(line for line, _ in found)
    open_ = [line for line in shown if line.points is None]
    known = sum((_full(line) - loss for line, loss in found if loss is not None), Fraction(0))
    bounds = [_bounds(contract, line) for line in open_]
    sure = [bound for bound in bounds if bound is not None]
    bounded = len(sure) == len(bounds)
    return Score(
        points=None if open_ else known,
        least=known + sum((least for least, _ in sure), Fraction(0)) if bounded else None,
        most=known + sum((most for _, most in sure), Fraction(0)) if bounded else None,
        state=State.of(line.state for line in shown),
        items={line.clause: _kept(line) for line in shown if line.points is not None},
        open=tuple(f"{line.clause} {line.label}（{line.formula}）" for line in open_),
        lines=shown,
    )


def _full(line: Deduction) -> Fraction:
    """What an item is worth; 0 for the bonus and the rank, which only add or take away."""
    return Fraction(line.full or 0)


def _kept(line: Deduction) -> Decimal:
    """What an item leaves of its full marks; for the bonus and the rank what it adds, below 0 if it takes away."""
    return (line.full or Decimal(0)) - (line.points or Decimal(0))


def _bounds(contract: Contract, line: Deduction) -> tuple[Fraction, Fraction] | None:
    """The least and the most that an open item can leave or add; None where nothing but its formula says so."""
    clause, last = contract.clause(line.clause), line.window.last
    if line.clause == BONUS:
        return Fraction(0), Fraction(clause.value("most", last))
    if line.clause == RANK:
        return -Fraction(clause.value("most", last)), Fraction(0)
    if line.clause in UNBOUNDED and contract.choice("score-cap", line.window).option != "capped":
        return None
    return Fraction(0), Fraction(clause.value("full", last))


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
        numerator=None if found.points is None else found.points.numerator,
        denominator=None if found.points is None or found.points.denominator == 1 else found.points.denominator,
        target=passed,
        met=None if found.points is None else found.points >= Fraction(passed),
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


def show(number: Fraction) -> str:
    """A number of points for people."""
    return decimal_text(number)
