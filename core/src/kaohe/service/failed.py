"""The records that failed in a month, by their numbers: from the lists that are kept beside the facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kaohe.errors import NotFound
from kaohe.store import Bucket
from kaohe.submission import Submission

MARK = "\ufeff"
"""Begins a CSV file that Excel shall read as UTF-8."""
_RECKONED = ("=", "+", "-", "@", "\t", "\r")
"""What begins a cell that Excel would reckon out: the vendor names the tickets and the file, the authority opens it."""


def failed_records(bucket: Bucket, submissions: Iterable[Submission], about: str) -> str:
    """The lists of several uploads as one CSV file, each row with the upload that it comes from.

    Args:
        bucket: where the lists are.
        submissions: the uploads.
        about: what they are the uploads of, for the error.

    Raises:
        NotFound: none of them has such a list.
    """
    listed = [submission for submission in submissions if submission.failures_key]
    if not listed:
        raise NotFound(f"no upload of {about} has records that failed; figures that were typed in have none")
    rows = [{"来源": s.source.label, "文件": s.name, **row} for s in listed for row in _rows(bucket, s)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(title for row in rows for title in row)), restval="")
    writer.writeheader()
    writer.writerows({title: _as_text(cell) for title, cell in row.items()} for row in rows)
    return MARK + out.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RECKONED) else cell


def _rows(bucket: Bucket, submission: Submission) -> Iterable[dict[str, str]]:
    assert submission.failures_key is not None
    content = bucket.read(submission.failures_key, bucket.current(submission.failures_key))
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
