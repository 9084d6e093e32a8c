"""What all of kaohe's records are: frozen, closed to unknown fields, and free of binary floats."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


class Record(BaseModel):
    """An immutable record. Unknown fields are errors: a misspelt key must not pass silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _exact(value: object) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise ValueError(f"write an integer or a quoted decimal, not {value!r}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return int(number) if number == number.to_integral_value() else number.normalize()


def _plain(value: int | Decimal) -> int | str:
    return value if isinstance(value, int) else format(value, "f")


Quantity = Annotated[
    int | Decimal,
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=int | str),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "examples": [1000, "16.5"]}),
]
"""A counted or measured quantity: an int where it is whole, else a Decimal; never a float."""

Rate = Annotated[
    Decimal,
    BeforeValidator(lambda value: Decimal(_exact(value))),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["0.95"]}),
]
"""A dimensionless share or threshold, such as 0.95; JSON carries a string."""


Share = Annotated[
    Fraction,
    BeforeValidator(
        lambda value: Fraction(value) if isinstance(value, (str, Fraction)) else Fraction(Decimal(_exact(value)))
    ),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["3/10", "7/30"]}),
]
"""An exact share of a whole, written ``0.30`` or, where no decimal is exact, ``7/30``."""


def canonical(content: Any) -> str:
    """JSON with one spelling only: sorted keys, no blanks. What digests are taken of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of ``content``, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
