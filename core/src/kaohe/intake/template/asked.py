"""What one template asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kaohe.catalogue import Catalogue, EventKind, Measure, Source
from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.intake.context import duty, reportable, used
from kaohe.intake.headers import EVENT
from kaohe.intake.template.recordsheet import RecordSheet, record_sheets
from kaohe.periods import Month


@dataclass(frozen=True, slots=True)
class Asked:
    """What one template asks for.

    Attributes:
        contract: the contract.
        month: the month.
        source: who fills it in.
        measures: what is counted.
        kinds: the events that may be reported.
        records: the sheets of records that the rest is counted from; none where figures are asked for.
    """

    contract: Contract
    month: Month
    source: Source
    measures: tuple[Measure, ...]
    kinds: tuple[EventKind, ...]
    records: tuple[RecordSheet, ...] = ()

    @classmethod
    def of(cls, contract: Contract, catalogue: Catalogue, month: Month, source: Source) -> Asked:
        """What the clauses use that are assessed over the month, as far as the source may supply it."""
        codes = used(contract, month)
        measures = tuple(m for m in catalogue.measures.values() if m.code in codes and source in m.sources)
        return cls(contract, month, source, measures, reportable(contract, catalogue, source, month))

    def from_records(self, catalogue: Catalogue) -> Asked:
        """The same, with sheets of records for all that can be counted from them.

        Raises:
            UsageError: nothing can be.
        """
        codes = used(self.contract, self.month)
        entries: list[Measure | EventKind] = [*self.measures, *self.kinds]
        sheets = record_sheets((entry for entry in entries if entry.code in codes), catalogue)
        if not sheets:
            raise UsageError(f"no figure of {self.contract.id} that the {self.source} reports is counted from records")
        return replace(
            self,
            measures=tuple(measure for measure in self.measures if not measure.counted),
            kinds=tuple(kind for kind in self.kinds if not kind.counted),
            records=sheets,
        )

    def of_grain(self, grain: str) -> tuple[Measure, ...]:
        """The measures of the day or of the month."""
        return tuple(measure for measure in self.measures if measure.grain == grain)

    def may_stay_empty(self, measure: Measure) -> bool:
        """Whether this source may leave a measure out altogether."""
        return measure.optional or duty(measure) is not self.source

    @property
    def days(self) -> tuple[date, ...]:
        """The month's days within the term."""
        return tuple(day for day in self.month.days if day in self.contract.term)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the event sheet, in their fixed order."""
        wanted = {"kind", "on", "count", *(f for kind in self.kinds for f in (*kind.required, *kind.optional))}
        return tuple(field for field in EVENT if field in wanted)

    @property
    def month_name(self) -> str:
        """The month as a person writes it."""
        return f"{self.month.year}年{self.month.month}月"
