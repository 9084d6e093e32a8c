"""What the counties send, made up with a fixed seed, and the bucket's word of it."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from kaohe.periods import Month
from kaohe.standard import CORE

from benchmarks.load.counties import name_of

SEED = 20260301
RECEIVED = date(2027, 1, 5)
"""The day on which all of it counts as received."""
TWICE, CORRECTED = 0.2, 0.05
"""The share of uploads that are delivered once more, and of those that are corrected soon after."""

CALLS = ("calls.offered", "calls.answered", "calls.answered_within_15s")
"""What is reported for each day."""
DIFFERENT = 40
"""Workbooks that are made: one takes longer to write than to read, and no county knows what another sends."""


@dataclass(frozen=True)
class Upload:
    """One file as it is sent.

    Attributes:
        region: whose it is.
        key: where it goes.
        content: the workbook.
        final: whether it is the last of its key.
    """

    region: str
    key: str
    content: bytes
    final: bool = True


def uploads(counties: int, month: Month) -> list[Upload]:
    """The month of so many counties in the order in which it is sent; a corrected file some time after the first."""
    dice = random.Random(SEED + month.year * 12 + month.month)
    books = [_workbook(month, dice) for _ in range(DIFFERENT)]
    sent = [_upload(name_of(number), month, dice.choice(books)) for number in range(1, counties + 1)]
    dice.shuffle(sent)
    for first in dice.sample(sent, round(counties * CORRECTED)):
        at = sent.index(first)
        sent[at] = replace(first, final=False)
        other = dice.choice([book for book in books if book != first.content])
        sent.insert(dice.randrange(at + 1, len(sent) + 1), replace(first, content=other))
    return sent


def notice(bucket: str, key: str, version: str) -> str:
    """What S3 tells the queue of a version."""
    told = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": datetime.now(UTC).isoformat(),
        "userIdentity": {"principalId": "AWS:AIDAEXAMPLEVENDOR"},
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "versionId": version}},
    }
    return json.dumps({"Records": [told]})


def _upload(region: str, month: Month, content: bytes) -> Upload:
    return Upload(region, f"submissions/{region}/vendor/{month}/{month}.xlsx", content)


def _workbook(month: Month, dice: random.Random) -> bytes:
    """A sheet with a row a day and one with a row a figure, as the template has them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in (("按日", _days(month, dice)), ("按月", _figures(dice))):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    with io.BytesIO() as file:
        book.save(file)
        return file.getvalue()


def _days(month: Month, dice: random.Random) -> Iterator[list[object]]:
    yield ["日期", *(CORE.measures[code].label for code in CALLS)]
    for day in month.days:
        offered = dice.randrange(200, 900)
        answered = offered - dice.randrange(0, offered // 10)
        yield [day, offered, answered, answered - dice.randrange(0, answered // 5)]


def _figures(dice: random.Random) -> Iterator[list[object]]:
    yield ["指标", "数值"]
    yield ["知识库更新条数", dice.randrange(15, 30)]
    yield ["转办超时件数", dice.randrange(3)]
