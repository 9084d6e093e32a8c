"""Rates that stay exact: numerator and denominator, with a decimal for people."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pydantic import computed_field, model_validator

from kaohe.model import Quantity, Record


def decimal_text(fraction: Fraction) -> str:
    """A fraction as a decimal with at most 6 places, half up; for people, never to reckon on with."""
    scaled = (2 * abs(fraction.numerator) * 10**6 + fraction.denominator) // (2 * fraction.denominator)
    whole, places = divmod(scaled, 10**6)
    text = f"{whole}.{places:06}".rstrip("0").rstrip(".")
    return f"-{text}" if fraction < 0 and scaled else text


def quotient(numerator: Quantity, denominator: Quantity) -> Fraction:
    """The exact quotient of two quantities; the denominator is not 0."""
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(numerator, denominator)
    return Fraction(numerator) / Fraction(denominator)


class Exact(Record):
    """A figure kept as numerator and denominator, with its decimal for people.

    Attributes:
        numerator: what was counted; None where nothing could be.
        denominator: what it was counted of; None for a plain count.
    """

    numerator: Quantity | None = None
    denominator: Quantity | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_value(cls, data: Any) -> Any:
        """Take back what was written: the decimal is worked out anew, never read."""
        return {k: v for k, v in data.items() if k != "value"} if isinstance(data, Mapping) else data

    @property
    def fraction(self) -> Fraction | None:
        """The exact value; None where it is missing or the denominator is 0 (no rate, which is not 0)."""
        if self.numerator is None or self.denominator == 0:
            return None
        return quotient(self.numerator, 1 if self.denominator is None else self.denominator)

    @computed_field(description="The exact value as a decimal of at most 6 places; null where there is none.")  # type: ignore[prop-decorator]
    @property
    def value(self) -> str | None:
        """The exact value as a decimal of at most 6 places; None where there is none."""
        return None if self.fraction is None else decimal_text(self.fraction)
