"""Questions about results: what hangs on readings, where a figure comes from, what a change would make.

All are worked out from the stored facts when they are asked; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaohe.assumptions import Assumed, Setting, check
from kaohe.explanation import Explanation, explain
from kaohe.periods import Month
from kaohe.scoring import Situation
from kaohe.service.closed import Closed
from kaohe.stakes import Stakes, stakes
from kaohe.submission import Submission
from kaohe.whatif import Difference, what_if


class Studies(Closed):
    """Everything that only reads, with the questions that need the plugin."""

    def stakes(self, contract_id: str, as_of: date | None = None) -> Stakes:
        """What hangs on each reading of a contract; worked out from the stored facts.

        Raises:
            NotFound: there is no such contract.
            PluginError: the plugin failed.
        """
        return stakes(self._situation(contract_id, as_of)[0])

    def explanation(self, contract_id: str, month: Month, clause: str, as_of: date | None = None) -> Explanation:
        """How a clause came out in a month, down to the rows of the uploads.

        Raises:
            NotFound: there is no such contract, month or clause.
            PluginError: the plugin failed.
        """
        situation, submissions = self._situation(contract_id, as_of)
        return explain(situation, month, clause, submissions)

    def what_if(
        self, contract_id: str, settings: Sequence[Setting], readings: Sequence[Assumed], as_of: date | None = None
    ) -> Difference:
        """What changed facts or readings would make; nothing is stored.

        Raises:
            NotFound: there is no such contract, measure, reading or option.
            UsageError: a setting does not fit its measure.
            PluginError: the plugin failed.
        """
        situation, submissions = self._situation(contract_id, as_of)
        for setting in settings:
            check(setting, situation.region.catalogue)
        return what_if(situation, submissions, settings, readings)

    def _situation(self, contract_id: str, as_of: date | None) -> tuple[Situation, tuple[Submission, ...]]:
        region, contract = self._loaded(contract_id)
        submissions = tuple(stored.submission for stored in self.table.facts(contract_id).values())
        return Situation.of(region, contract, submissions, as_of), submissions
