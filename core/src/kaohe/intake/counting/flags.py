"""Which conditions a record meets, as bits of a number: to store one takes less time than as many booleans."""

from __future__ import annotations

from collections.abc import Mapping

_BITS = 32


class Flags:
    """Conditions by their names, and the columns ``flags0`` … that say which of them hold."""

    def __init__(self, conditions: Mapping[str, str]) -> None:
        """Take SQL conditions by name; one that is unknown of a record does not hold."""
        self._conditions = list(conditions.values())
        self._places = {name: divmod(n, _BITS) for n, name in enumerate(conditions)}

    @property
    def names(self) -> list[str]:
        """The columns, as many as the conditions need."""
        return [f"flags{n}" for n in range(-(-len(self._conditions) // _BITS))]

    def columns(self) -> list[str]:
        """What the columns are computed from. A CASE stops at what is settled, as booleans do not."""
        parts = (self._conditions[n : n + _BITS] for n in range(0, len(self._conditions), _BITS))
        return [f"{_packed(part)} AS {name}" for name, part in zip(self.names, parts, strict=True)]

    def meets(self, name: str) -> str:
        """A condition over the columns: whether the one of that name holds."""
        column, bit = self._places[name]
        return f"(flags{column} & {1 << bit}) <> 0"


def _packed(conditions: list[str]) -> str:
    return " | ".join(
        f"CASE WHEN {sql} THEN {1 << n}::UINTEGER ELSE 0::UINTEGER END" for n, sql in enumerate(conditions)
    )
