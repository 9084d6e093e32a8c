"""Conditions as bits: each is found again, however many there are."""

from __future__ import annotations

import pytest
from kaohe.intake.counting.engine import opened
from kaohe.intake.counting.flags import Flags


@pytest.mark.parametrize("count", [1, 32, 33, 150])
def test_each_condition_holds_for_what_meets_it_and_for_nothing_else(count: int) -> None:
    flags = Flags({f"is {n}": f"i = {n} OR (i = 1000 AND NULL)" for n in range(count)})
    found = ", ".join(f"count(*) FILTER ({flags.meets(f'is {n}')})" for n in range(count))
    rows = f"SELECT {', '.join(flags.columns())} FROM (SELECT unnest(range({count + 2})) AS i UNION ALL SELECT 1000)"
    with opened() as connection:
        assert connection.execute(f"SELECT {found} FROM ({rows})").fetchone() == (1,) * count
        names = [column[0] for column in connection.execute(rows).description]
    assert names == flags.names
    assert len(names) == -(-count // 32)
