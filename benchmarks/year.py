"""A year of facts for a region, made up with a fixed seed: every measure in every month, and a few events."""

from __future__ import annotations

import random
from collections.abc import Iterator

from kaohe.catalogue import AUTHORITY, VENDOR, Catalogue, Measure, Source
from kaohe.contract import Contract
from kaohe.periods import Month
from kaohe.plugins import Region
from kaohe.submission import Event, Figure, Submission

SEED = 20260301


def year(region: Region, contract: Contract) -> list[Submission]:
    """A vendor's and an authority's upload for each month of the contract."""
    dice = random.Random(SEED)
    return [
        upload
        for month in contract.term.months
        for upload in (
            _upload(region, month, VENDOR, tuple(_figures(region.catalogue, contract, month, dice)), ()),
            _upload(region, month, AUTHORITY, (), (Event(kind="complaint.verified", on=month.last, ref=str(month)),)),
        )
    ]


def _figures(catalogue: Catalogue, contract: Contract, month: Month, dice: random.Random) -> Iterator[Figure]:
    used = {code for clause in contract.clauses for code in clause.facts}
    for code, measure in catalogue.measures.items():
        if code in used and VENDOR in measure.sources:
            days = [day for day in month.days if day in contract.term] if measure.grain == "day" else [None]
            for day in days:
                yield Figure(code=code, on=day, value=_plausible(measure, catalogue, dice))


def _plausible(measure: Measure, catalogue: Catalogue, dice: random.Random) -> int:
    """A count that is no more than what it is part of: offered ≥ answered ≥ answered in time, rated ≥ satisfied."""
    return 300 - 15 * len([*catalogue.wholes(measure)]) + dice.randrange(10)


def _upload(
    region: Region, month: Month, source: Source, figures: tuple[Figure, ...], events: tuple[Event, ...]
) -> Submission:
    return Submission(
        region=region.name,
        month=month,
        source=source,
        name="year.json",
        sha256="0" * 64,
        figures=figures,
        events=events,
    )
