"""Yuan to the fen: exact in, rounded half up once, and shares that add up to their total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from kaohe.model import finite

ZERO = Decimal("0.00")


def yuan(amount: Decimal | Fraction | int) -> Decimal:
    """Round an exact amount to the fen, half up (half away from zero for a negative one).

    Works on fractions throughout, so 1/3 of a yuan or 0.005 are rounded by their true value.
    Binary floats are refused.

    >>> yuan(Decimal("0.005")), yuan(Fraction(400, 3))
    (Decimal('0.01'), Decimal('133.33'))
    """
    hundredfold = exact(amount) * 100
    fen, rest = divmod(abs(hundredfold.numerator), hundredfold.denominator)
    fen += 2 * rest >= hundredfold.denominator
    return Decimal(f"{fen if hundredfold >= 0 else -fen}E-2")  # a text is exact at any length


def exact(amount: Decimal | Fraction | int) -> Fraction:
    """The amount as a fraction.

    Raises:
        TypeError: it is a binary float.
    """
    if isinstance(amount, float):
        raise TypeError("money is never a float: pass a Decimal, a Fraction or an int")
    return Fraction(amount)


def split(total: Decimal, parts: Sequence[Decimal | Fraction]) -> tuple[Decimal, ...]:
    """Share out ``total`` by ``parts`` (fractions that add up to 1); the last takes what is left.

    >>> split(Decimal("3278289.64"), [Decimal("0.4"), Decimal("0.2"), Decimal("0.2"), Decimal("0.2")])[-1]
    Decimal('655657.92')
    """
    if (whole := sum((Fraction(part) for part in parts), Fraction(0))) != 1:
        raise ValueError(f"shares must add up to 1, not {whole}")
    head: list[Decimal] = []
    left = total
    for part in parts[:-1]:
        head.append(min(yuan(Fraction(total) * Fraction(part)), left, key=abs))  # 3 fen in 5 parts: none below zero
        left -= head[-1]
    return (*head, yuan(left))


def running(total: Decimal, parts: Sequence[Fraction]) -> tuple[Decimal, ...]:
    """The amounts of shares that are added up before they are rounded.

    Each amount is the difference of two rounded running totals, so that the amounts always add up to what the
    sum of the shares comes to. Five times 1 % of 3,278,289.64 is 163,914.48 and not 163,914.50.
    """
    amounts, share, before = [], Fraction(0), ZERO
    for part in parts:
        share += part
        after = yuan(Fraction(total) * share)
        amounts.append(after - before)
        before = after
    return tuple(amounts)


def show(amount: Decimal) -> str:
    """An amount as a person writes it: ``1,399,680.00``."""
    return f"{amount:,.2f}"


def _to_money(value: object) -> Decimal:
    amount = finite(value)
    if amount != yuan(amount):
        raise ValueError(f"money has at most two decimals, not {value!r}")
    return yuan(amount)


Money = Annotated[
    Decimal,
    BeforeValidator(_to_money),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["419904.00"]}),
]
"""A pydantic field that holds yuan: refuses floats and thirds of a fen; JSON carries a string."""
