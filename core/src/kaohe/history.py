"""What was known on an earlier day of what there is to pay: the facts dated until then, read by the rulings of then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kaohe.assessing import assess, rulings
from kaohe.contract import Contract
from kaohe.facts import Facts
from kaohe.plugins import Region
from kaohe.settlement import settle
from kaohe.timeliness import Known


class History:
    """The instalments of a contract as they were known on each day; a day is worked out once, when it is asked for."""

    def __init__(self, region: Region, contract: Contract, facts: Facts) -> None:
        """The history that facts tell.

        Args:
            region: the loaded plugin.
            contract: the contract as it is read without any ruling among the facts.
            facts: the facts as they are.
        """
        self._region, self._contract, self._facts = region, contract, facts
        self._days: dict[date, Mapping[int, Known]] = {}

    def __call__(self, no: int, day: date) -> Known | None:
        """What was known of an instalment on a day; None: it was not known yet.

        Raises:
            PluginError: the region's plugin failed.
        """
        if day not in self._days:
            self._days[day] = self._on(day)
        return self._days[day].get(no)

    def _on(self, day: date) -> Mapping[int, Known]:
        region, facts = self._region, self._facts.dated_until(day)
        contract = self._contract.with_rulings(rulings(self._contract, facts))
        months = [month for month in contract.term.months if month.first <= day]
        found = [assess(region, contract, month, facts, day, alternatives=False) for month in months]
        instalments = settle(contract, region.instalments(contract, found, facts, day), found, facts, day).instalments
        return {instalment.no: Known(instalment.net, instalment.due) for instalment in instalments}
