"""The list of the records that failed, as a CSV file for whoever has to check them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from kaohe.intake.counting.count import Failure


def failures_csv(failures: Sequence[Failure]) -> bytes | None:
    """The list of what failed, for whoever has to check it: UTF-8 with its mark, so that Excel opens it right."""
    if not failures:
        return None
    titles = list(dict.fromkeys(title for failure in failures for title in failure.instants))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["考核项", "编号", "计入日期", *titles])
    for failure in sorted(failures, key=lambda f: (f.entry.code, f.on, f.ref)):
        writer.writerow([_why(failure), failure.ref, failure.on, *(_shown(failure, t) for t in titles)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _why(failure: Failure) -> str:
    """What a record is listed for: it counts as a failure, or it is missing from those that did not fail."""
    return f"{'计入' if failure.counts else '未计入'}“{failure.entry.label}”"


def _shown(failure: Failure, title: str) -> str:
    value = failure.instants.get(title)
    return value.isoformat(" ") if isinstance(value, datetime) else ""
