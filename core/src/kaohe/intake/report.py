"""The faults of one upload while they are being found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kaohe.errors import Refused
from kaohe.faults import Fault
from kaohe.intake.limits import MAX_FAULTS
from kaohe.intake.privacy import is_private
from kaohe.intake.spots import Spot

_SHOWN = 40


class Report:
    """Collects faults, counts those beyond the limit, and raises them all together."""

    def __init__(self) -> None:
        self._faults: list[tuple[tuple[int, ...], Fault]] = []
        self._beyond = 0

    def add(self, code: str, message: str, spot: Spot, *, held: Any = None, expected: str | None = None) -> None:
        """Note a fault.

        Args:
            code: its stable English code.
            message: what is wrong and how to mend it, in Chinese.
            spot: where it is.
            held: what stands there; never shown where it looks like personal data.
            expected: what was expected, in Chinese.
        """
        if self.is_full:
            self._beyond += 1
            return
        fault = Fault(
            code=code,
            message=message,
            file=spot.file,
            sheet=spot.sheet,
            row=spot.row,
            column=spot.column_name,
            held=shown(held),
            expected=expected,
        )
        self._faults.append((spot.order, fault))

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted, so that no effort need go into telling them."""
        return len(self._faults) >= MAX_FAULTS

    def __bool__(self) -> bool:
        return bool(self._faults)

    def raise_if_any(self) -> None:
        """Refuse the upload if anything is wrong with it.

        Raises:
            Refused: something is; carries the faults in the order of the file.
        """
        if not self._faults:
            return
        faults = [fault for _, fault in sorted(self._faults, key=lambda entry: entry[0])]
        if self._beyond:
            more = f"另有{self._beyond}处问题未逐一列出；请先改正以上各处（往往是同一个原因），再重新上传"
            faults.append(Fault(code="too-many-faults", message=more))
        raise Refused(faults)


def shown(held: Any) -> str | None:
    """What a fault may show of a cell: cut short, on one line, and nothing where it looks like personal data."""
    if held is None:
        return None
    if isinstance(held, datetime | date):
        text = held.isoformat(" ") if isinstance(held, datetime) else held.isoformat()
    else:
        text = f"{held:.15g}" if isinstance(held, float) else str(held)
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    if not text or is_private(text):
        return None
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
