"""Events that are typed in although the same upload's records are counted for them: the two would add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kaohe.catalogue import Catalogue
from kaohe.intake.report import Report
from kaohe.intake.spots import Spot


class Overlap:
    """Where each kind of event is typed in, and which records it is counted from."""

    def __init__(self) -> None:
        self._typed: defaultdict[str, list[Spot]] = defaultdict(list)
        self._counted: dict[str, tuple[Spot, str]] = {}

    def add_typed(self, kind: str, spot: Spot) -> None:
        """Note an event that is typed in."""
        self._typed[kind].append(spot)

    def add_counted(self, kinds: Iterable[str], spot: Spot, sha256: str) -> None:
        """Note the kinds that records are counted for, whether or not there is one among them, and whose digest."""
        self._counted.update(dict.fromkeys(kinds, (spot, sha256)))

    @property
    def counted(self) -> dict[str, str]:
        """The digests of the records that kinds of event are counted from."""
        return {kind: sha256 for kind, (_, sha256) in sorted(self._counted.items())}

    def tell(self, catalogue: Catalogue, report: Report) -> None:
        """Report each kind that is both, at the first row that has to go."""
        for code, (counted, _) in self._counted.items():
            if spots := self._typed.get(code):
                label = catalogue.events[code].label
                rows = f"这里起共{len(spots)}行" if len(spots) > 1 else "这一行"
                message = (
                    f"“{label}”已由平台从{counted.name}的明细数出，{rows}会重复计算；请删去“{label}”的行，"
                    "明细里没有的请补到明细里"
                )
                report.add("event-counted", message, spots[0])
