"""What all of kaohe's records are: frozen, closed to unknown fields, and free of binary floats."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from fractions import Fraction
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)

K = TypeVar("K")
V = TypeVar("V")


class Described(BaseModel):
    """A model whose JSON Schema says at each field what the docstring says of it. Only OpenAPI asks for it."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        resolved, told = handler.resolve_ref_schema(made), attributes(cls)
        if "description" in resolved:
            resolved["description"] = _in_json(resolved["description"].partition(ATTRIBUTES)[0].strip())
        for name, field in cls.model_fields.items():
            shown = resolved.get("properties", {}).get(field.alias or name)
            if shown is not None and name in told:
                shown.setdefault("description", told[name])
        return made


class Record(Described):
    """An immutable record. Unknown fields are errors: a misspelt key must not pass silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


ATTRIBUTES = "Attributes:\n"


def attributes(record: type[BaseModel]) -> dict[str, str]:
    """What each field of a record is, by its docstring and those of its ancestors, in the words of JSON."""
    found: dict[str, str] = {}
    for base in reversed(record.__mro__):
        part = inspect.cleandoc(base.__doc__ or "").partition(ATTRIBUTES)[2]
        found |= re.findall(r"^    (\w+): (.+)$", re.sub(r"\n {8}", " ", part), re.MULTILINE)
    computed = {name: field.description or "" for name, field in record.model_computed_fields.items()}
    return {name: _in_json(text).rstrip(".") for name, text in (found | computed).items()}


def _in_json(text: str) -> str:
    for written, shown in {"None": "null", "True": "true", "False": "false", "``": "`"}.items():
        text = text.replace(written, shown)
    return text


def told_of(fault: Mapping[str, Any], place: str | None = None) -> str:
    """One of a ValidationError's faults for the author of the file or of the plugin, without pydantic's own words.

    Args:
        fault: one of its ``errors()``.
        place: the path of the field, where it is told otherwise than by its names.
    """
    at = ".".join(map(str, fault["loc"])) if place is None else place
    held = f", not {shown}" if len(shown := repr(fault["input"])) <= SHORT else ""
    own = fault["msg"].removeprefix("Value error, ")
    match fault["type"]:
        case "string_type":
            told = f"write a text, in quotation marks where YAML takes it for something else{held}"
        case "tuple_type" | "list_type":
            told = f"write a list, as [a, b]{held}"
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            told = f"write a mapping, as {{key: value}}{held}"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            told = f"write a day as 2026-03-31{held}"
        case "literal_error" | "enum":
            told = f"{own}{held}"
        case _:
            told = own
    return f"{at}: {told}" if at else told


SHORT = 60
"""Characters up to which a message shows what stood in the wrong place."""


class ReadOnly(dict[K, V]):
    """A mapping that cannot be changed, so that no plugin changes what the next derivation starts from."""

    def _refuse(self, *arguments: object, **named: object) -> NoReturn:
        raise TypeError("what a hook is given cannot be changed; return new records instead")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[ReadOnly[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


FrozenMapping = Annotated[Mapping[K, V], AfterValidator(ReadOnly)]
"""The type of a record's field that is a mapping."""


MOST_PLACES = 100
"""Powers of ten by which a number may be moved: ``1e999999999`` is short to write, and longer than any memory."""


def finite(value: object) -> Decimal:
    """The decimal that a value spells.

    Raises:
        ValueError: it is a float, a truth value, no number, not a finite one, or one of too many places.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise ValueError(f"write an integer or a quoted decimal, not {value!r}")
    try:
        number = Decimal(value)
    except DecimalException:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    if abs(int(number.as_tuple().exponent)) > MOST_PLACES:
        raise ValueError(f"a number of more than {MOST_PLACES} places: {value!r}")
    return number


def _exact(value: object) -> int | Decimal:
    number = finite(value)
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


def _share(value: object) -> Fraction:
    try:
        return Fraction(value) if isinstance(value, (str, Fraction)) else Fraction(finite(value))
    except ZeroDivisionError:
        raise ValueError(f"nothing can be shared by zero: {value!r}") from None


Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["3/10", "7/30"]}),
]
"""An exact share of a whole, written ``0.30`` or, where no decimal is exact, ``7/30``."""


def stored(record: Record) -> Any:
    """What is stored of a record, as JSON: computed fields are left out, for they follow from the rest."""
    return record.model_dump(mode="json", round_trip=True)


def content_digest(record: Record) -> str:
    """SHA-256 of what is stored of a record."""
    return digest(stored(record))


def canonical(content: Any) -> str:
    """JSON with one spelling only: sorted keys, no blanks. What digests are taken of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of ``content``, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
