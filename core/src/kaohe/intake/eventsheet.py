"""The sheet of events: one row an event."""

from __future__ import annotations

from kaohe.intake.happenings import take_event, title
from kaohe.intake.tables import Table


def read_events(table: Table) -> None:
    """Read a table of events. It may be empty: that nothing happened is a report too."""
    table.check_header()
    table.check_rows()
    if table.column("on") is None:
        table.draft.report.add("missing-column", f"缺少“{title('on')}”列", table.grid.at(table.header.row))
        return
    columns = [c for c in table.header.columns if c.role not in (None, "ignored")]
    for row in table.rows:
        odd = [c for c in columns if table.is_odd(row, c, c.title)]
        given = {
            str(c.role): (table.value(row, c), table.at(row, c))
            for c in reversed(columns)
            if not table.is_blank(row, c) and c not in odd
        }
        if not odd:
            take_event(table.draft, given, table.grid.at(row))
