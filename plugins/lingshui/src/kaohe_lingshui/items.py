"""How the items of annex 1 turn figures into points of the score: rates, losses, caps, months so far.

An item is assessed over January to October; before that is over, over the months so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from kaohe import (
    MissingFacts,
    Month,
    MonthFacts,
    Points,
    Ratio,
    RulingNeeded,
    Terms,
    Window,
    decimal_text,
    percent,
    points,
)

T = TypeVar("T")
Measure = Callable[[MonthFacts], Ratio]


@dataclass(frozen=True)
class Loss:
    """Points that a month loses in one way.

    Attributes:
        count: how often, or for how many months.
        what: of what.
        each: points lost for each.
    """

    count: Fraction | int
    what: str
    each: Decimal | int

    @property
    def points(self) -> Fraction:
        """Points lost."""
        return Fraction(self.count) * Fraction(self.each)


def each_month(facts: MonthFacts, first: date, measure: Callable[[MonthFacts], T]) -> dict[Month, T]:
    """What each contract month from ``first`` to this one gives; remembers what was read.

    Raises:
        MissingFacts: some months lack facts; names all of them.
    """
    found: dict[Month, T] = {}
    missing: list[str] = []
    for view in facts.months(first):
        try:
            found[view.month] = measure(view)
        except MissingFacts as stop:
            missing += stop.names
        facts.inputs.update({f"{code} {view.month}": value for code, value in view.inputs.items()})
    if missing:
        raise MissingFacts(dict.fromkeys(missing))
    return found


def of_month(facts: MonthFacts, terms: Terms) -> MonthFacts:
    """The month's facts, for an indicator that shows the month by itself."""
    terms.over(Window.of(facts.month))
    return facts


def to_date(facts: MonthFacts, terms: Terms, measure: Measure) -> Ratio:
    """A rate over the months so far: of the sums, or the mean of the monthly rates (reading ``annual-data``)."""
    months = each_month(facts, terms.window.first, measure)
    if _is_pooled(terms):
        return _pooled(months)
    rates = [month.fraction for month in months.values() if month.fraction is not None]
    return Ratio.exact(sum(rates, Fraction(0)) / len(rates)) if rates else Ratio(0, 0)


def _pooled(months: Mapping[Month, Ratio]) -> Ratio:
    return Ratio(sum(m.numerator for m in months.values()), sum(m.denominator for m in months.values()))


def around_target(rate: Fraction, terms: Terms) -> tuple[Fraction, str]:
    """Full marks at the target, ``per_point`` more or less for each percentage point above or below it.

    Parts of a percentage point are read alike in both directions (``partial-point``); ``score-cap`` says whether
    the item may earn more than its full marks or less than 0.
    """
    full, target, each = (Fraction(terms.value(name)) for name in ("full", "target", "per_point"))
    gap, partial = rate - target, terms.reading("partial-point")
    if not gap:
        return capped(full, f"恰好{percent(target)}，得满分{_text(full)}", terms)
    counted = points(abs(gap), partial)
    earned = full + counted * each * (1 if gap > 0 else -1)
    sign, sides = ("+", (rate, target)) if gap > 0 else ("−", (target, rate))
    how = (
        f"{percent(sides[0])} − {percent(sides[1])}，{'高出' if gap > 0 else '低'}{_text(abs(gap) * 100)}个百分点，"
        f"计{_text(counted)}个（{partial}）："
        f"{_text(full)} {sign} {_text(counted)} × {_text(each)} = {_text(earned)}"
    )
    return capped(earned, how, terms)


def capped(earned: Fraction, how: str, terms: Terms) -> tuple[Fraction, str]:
    """Held to 0 … full marks, unless the reading ``score-cap`` says otherwise."""
    held = min(max(earned, Fraction(0)), Fraction(terms.value("full")))
    if terms.reading("score-cap") != "capped" or held == earned:
        return earned, how
    return held, f"{how}，{'最多' if held < earned else '最少'}得{_text(held)}"


def share_of_full(rate: Fraction, terms: Terms) -> tuple[Fraction, str]:
    """The rate times the full marks."""
    earned = rate * Fraction(terms.value("full"))
    return earned, f"{percent(rate)} × {terms.value('full')} = {_text(earned)}"


def rate_points(
    facts: MonthFacts,
    terms: Terms,
    measure: Measure,
    earn: Callable[[Fraction, Terms], tuple[Fraction, str]] = around_target,
) -> Points:
    """What an item loses that a rate decides; one rate, or one a month (reading ``annual-data``)."""
    months = each_month(facts, terms.window.first, measure)
    if _is_pooled(terms):
        rate = _pooled(months).fraction
        if rate is None:
            raise _nothing_to_measure(terms)
        earned, how = earn(rate, terms)
        return _points(earned, how, terms)
    by_month = {m: earn(ratio.fraction, terms)[0] for m, ratio in months.items() if ratio.fraction is not None}
    if not by_month:
        raise _nothing_to_measure(terms)
    return _points(*_mean(by_month), terms)


def lost_points(facts: MonthFacts, terms: Terms, lose: Callable[[MonthFacts], Sequence[Loss]]) -> Points:
    """What an item loses case by case, never more than its full marks; in all, or as the mean of the months."""
    full = Fraction(terms.value("full"))
    months = each_month(facts, terms.window.first, lose)
    if not _is_pooled(terms):
        by_month = {month: max(full - _sum(losses), Fraction(0)) for month, losses in months.items()}
        return _points(*_mean(by_month), terms)
    losses = _joined(loss for found in months.values() for loss in found)
    lost, how = _sum(losses), _listed(losses)
    if lost > full:
        return Points(full, terms.value("full"), f"{how} = {_text(lost)}，最多扣{_text(full)}")
    return Points(lost, terms.value("full"), how)


def gained_points(facts: MonthFacts, terms: Terms, gain: Callable[[MonthFacts], Sequence[Loss]]) -> Points:
    """What a bonus adds, at most ``most``; in all, or as the mean of the months."""
    most = Fraction(terms.value("most"))
    months = each_month(facts, terms.window.first, gain)
    if not _is_pooled(terms):
        mean, how = _mean({month: min(_sum(gains), most) for month, gains in months.items()})
        return Points(-mean, Decimal(0), f"{how}；加{_text(mean)}")
    gains = _joined(found for found_in in months.values() for found in found_in)
    gained, how = _sum(gains), _listed(gains)
    if gained > most:
        return Points(-most, Decimal(0), f"{how} = {_text(gained)}，最多加{_text(most)}")
    return Points(-gained, Decimal(0), how)


def _is_pooled(terms: Terms) -> bool:
    return terms.reading("annual-data") == "pooled"


def _nothing_to_measure(terms: Terms) -> RulingNeeded:
    return RulingNeeded(f"{terms.clause.no}没有可计的数据，请填报双方商定的分数（score.agreed）")


def _points(earned: Fraction, how: str, terms: Terms) -> Points:
    full = terms.value("full")
    return Points(Fraction(full) - earned, full, f"{how}；{_text(Fraction(full))} − {_text(earned)}")


def _mean(by_month: Mapping[Month, Fraction]) -> tuple[Fraction, str]:
    mean = sum(by_month.values(), Fraction(0)) / len(by_month)
    listed = "、".join(f"{month} {_text(value)}" for month, value in by_month.items())
    return mean, f"各月平均（{listed}）= {_text(mean)}"


def _sum(losses: Iterable[Loss]) -> Fraction:
    return sum((loss.points for loss in losses), Fraction(0))


def _joined(losses: Iterable[Loss]) -> list[Loss]:
    """Losses of the same kind and price drawn together."""
    counts: dict[tuple[str, Decimal | int], Fraction] = {}
    for loss in losses:
        key = loss.what, loss.each
        counts[key] = counts.get(key, Fraction(0)) + loss.count
    return [Loss(count, what, each) for (what, each), count in counts.items() if count]


def _listed(losses: Sequence[Loss]) -> str:
    return " + ".join(f"{loss.what} {_text(Fraction(loss.count))} × {loss.each}" for loss in losses) or "无"


def _text(number: Fraction) -> str:
    return decimal_text(number)
