"""How a contract is paid: planned instalments, security, and what late payment costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from kaohe.calendar import add_working_days
from kaohe.errors import CalendarError
from kaohe.model import FrozenMapping, Rate, Record, Share

T = TypeVar("T", Decimal, Fraction)


def part(share: T) -> T:
    """A share that is part of a whole.

    Raises:
        ValueError: it is more than the whole, as where 5 % is written 5.
    """
    if not 0 <= share <= 1:
        raise ValueError(f'a share lies between 0 and 1, so 5 % is "0.05": {share} does not')
    return share


class Deadline(Record):
    """A deadline that is counted in working days: ``{working_days: 10, after: 2026-03-31}``.

    Attributes:
        working_days: how many.
        after: the day after which they are counted.
    """

    working_days: int = Field(ge=1)
    after: date

    def resolved(self) -> dict[str, Any]:
        """As fields of an instalment; while that year's public holidays are not known, without the day."""
        earliest = self.after + timedelta(days=1)
        try:
            return {"earliest": earliest, "due": add_working_days(self.after, self.working_days)}
        except CalendarError as error:
            note = f"应于{self.after}后{self.working_days}个工作日内付；{error.names[0]}尚未公布"
            return {"earliest": earliest, "due": None, "notes": (note,)}


class PlannedInstalment(Record):
    """An instalment as the contract fixes it.

    Attributes:
        no: its number, from 1.
        label: its Chinese name.
        share: its share of the contract total.
        earliest: the first day on which it can be asked for; None where the contract sets no day.
        due: the last day on which payment is in time; None where the contract sets no day. The YAML may give a
            :class:`Deadline` instead, which also sets ``earliest`` where nothing else does.
        notes: why the day is not known, where it is counted in working days of a year without known holidays.
        advance: True where it is paid in full, before any assessment.
        clause: the clause that fixes it.
    """

    no: int
    label: str
    share: Share
    earliest: date | None = None
    due: date | None
    notes: tuple[str, ...] = ()
    advance: bool = False
    clause: str

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, data: object) -> object:
        if not isinstance(data, Mapping) or not isinstance(data.get("due"), Mapping):
            return data
        try:
            found = Deadline.model_validate(data["due"]).resolved()
        except ValidationError:
            raise ValueError("'due' is a day, null, or {working_days: 10, after: 2026-03-31}") from None
        stated = {key: value for key, value in data.items() if key != "due" and value is not None}
        return {**found, **stated}


class BondTerms(Record):
    """Security that the vendor gives.

    Attributes:
        clause: the clause that asks for it.
        label: its Chinese name.
        share: its share of the contract total.
        return_working_days: working days after the term within which it is given back.
    """

    clause: str
    label: str
    share: Annotated[Share, AfterValidator(part)]
    return_working_days: int


class DelayRight(Record):
    """The right that the vendor has once the authority is late for too long.

    Attributes:
        after: days of delay after which it has it.
        may: what it may do: end the contract, or suspend its service.
        cumulative: True where the days of all instalments count together, a day once; else those of each by itself.
    """

    after: int
    may: Literal["terminate", "suspend"]
    cumulative: bool = False


class LatePayment(Record):
    """What the authority owes when it pays late.

    Attributes:
        clause: the clause that says so.
        rate: the share of ``base`` for each day of delay, by the first day that it holds for; one that never changes
            is plain in the YAML.
        year: the days of a year, where the rate is one for a year, such as 365; None: it is one for a day.
        base: what the rate is taken of.
        cap: the most that it may come to over all instalments, as a share of the contract total; None: uncapped.
        excusable: True where a delay that the authority reports as fiscal (``payment.excused``) costs nothing.
        right: the right that a long delay gives the vendor; None: none.
    """

    clause: str
    rate: FrozenMapping[date, Rate]
    year: int | None = Field(default=None, ge=360, le=366)
    base: Literal["contract-total", "arrears"]
    cap: Annotated[Rate, AfterValidator(part)] | None = None
    excusable: bool = False
    right: DelayRight | None = None

    @field_validator("rate", mode="before")
    @classmethod
    def _plain_rate(cls, rate: object) -> object:
        return rate if isinstance(rate, Mapping) else {str(date.min): rate}
