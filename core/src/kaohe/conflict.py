"""A contradiction between files of one source: what it is about, and what its sender is to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from kaohe.catalogue import Source
from kaohe.model import Record
from kaohe.periods import Month
from kaohe.submission import ONE_FILE

JOIN = f"这些数是从不同的明细数出来的，相等也不能采用；{ONE_FILE}，原来的每个文件名都传合并后的这一份"
"""What is to be done with records in several files that were taken in: only one of the same name replaces another."""
_DELETE = (
    "同一件事会重复计算，两边都不采用；请从填写事件的文件里删去这一类事件（明细里没有的补到明细里），用原来的文件名重传"
)


class Cause(StrEnum):
    """Why files of one source contradict each other."""

    DIFFERENT = "different"
    """They state different values."""
    DIVIDED = "divided"
    """They count from several files of records of one kind, which have to come in one."""
    DOUBLED = "doubled"
    """One counts a kind of event from records, the other has it typed in."""

    @property
    def remedy(self) -> str | None:
        """What to do, in Chinese; None where one of the files has to be corrected."""
        return {Cause.DIVIDED: JOIN, Cause.DOUBLED: _DELETE}.get(self)


class Conflict(Record):
    """Files of one source that say of one thing what does not go together.

    None of the values is used. Equal numbers that were counted from two files of records are no agreement: each file
    may hold a part of the records. Events that one file has typed in and another counts from records would add up.

    Attributes:
        code: the measure or the kind of event.
        month: the month.
        on: the day; None for what concerns the whole month.
        source: who sent the files.
        values: the values.
        places: where each of them stands.
        files: the names of all files that state it.
        cause: why they contradict each other.
    """

    code: str
    month: Month
    on: date | None = None
    source: Source
    values: tuple[str, ...]
    places: tuple[str, ...]
    files: tuple[str, ...]
    cause: Cause = Cause.DIFFERENT

    def __str__(self) -> str:
        remedy = self.cause.remedy or "请更正其中一份"
        return f"{self.code} {self.on or self.month}：{self.source.label}的文件相互矛盾：{self.stated}；{remedy}"

    @property
    def stated(self) -> str:
        """The values, each with its place, in Chinese."""
        return "、".join(f"{value}（{place}）" for value, place in zip(self.values, self.places, strict=True))


def told_together(conflicts: Iterable[Conflict]) -> Iterator[str]:
    """What to say of contradictions, in Chinese: of those between the same files in one month the first."""
    groups: dict[tuple[Month, Source, tuple[str, ...]], list[Conflict]] = {}
    for conflict in conflicts:
        groups.setdefault((conflict.month, conflict.source, conflict.files), []).append(conflict)
    for first, *others in groups.values():
        yield f"{first}（这些文件之间另有 {len(others)} 处）" if others else str(first)
