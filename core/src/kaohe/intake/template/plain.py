"""A sheet of records as a CSV file, for whoever fills it from a program or a database."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from kaohe.intake.template.asked import Asked
from kaohe.intake.template.recordsheet import RecordSheet


def write_csv(asked: Asked, wanted: RecordSheet, path: Path) -> None:
    """Write title, hints, example and header; UTF-8 with its mark, so that Excel opens it right."""
    advice = f"{asked.month_name} {wanted.kind.label}：记录写在表头下面；表头上面是说明和示例，不读取"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([advice])
        writer.writerow(wanted.hints)
        writer.writerow(map(_text, wanted.example(asked.month)))
        writer.writerow(wanted.headers)


def _text(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
