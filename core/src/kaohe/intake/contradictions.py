"""Files of one source that contradict each other, told to whoever sent them: which files, what differs, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from kaohe.catalogue import Measure, Source
from kaohe.merging import Conflict, conflicts
from kaohe.model import Record
from kaohe.periods import Month, spans
from kaohe.submission import JOIN, Submission

_REMEDY = (
    "矛盾的数据都不采用，考核结果会缺数。请核对后改正其中一份，用它原来的文件名重传；"
    "如果新的一份是要代替旧的，请把新的内容用旧的文件名再传一次，两份就一致了"
)


class Contradiction(Record):
    """Files of one source that give different values for the same figures, or count them from different records.

    None of these values is used.

    Attributes:
        region: the region that they are for.
        month: the month that they report on.
        source: who sent them.
        files: their names.
        figures: what differs, as `calls.offered 2026-03-01…2026-03-31`.
        message: what differs, with the values of the first figure, and how to mend it, in Chinese.
    """

    region: str
    month: Month
    source: Source
    files: tuple[str, ...]
    figures: tuple[str, ...]
    message: str

    def concerns(self, submission: Submission) -> bool:
        """Whether a file is one of those."""
        told = submission.region, submission.month, submission.source
        return told == (self.region, self.month, self.source) and submission.name in self.files


def contradictions(submissions: Iterable[Submission], measures: Mapping[str, Measure]) -> tuple[Contradiction, ...]:
    """What files of one region contradict each other in.

    Args:
        submissions: the files that were taken in.
        measures: by code; one that is not known is called by its code.

    Returns:
        One for each set of files that differ, by month.
    """
    given = tuple(submissions)
    groups: defaultdict[tuple[Month, Source, tuple[str, ...]], list[Conflict]] = defaultdict(list)
    for conflict in conflicts(given, measures):
        groups[conflict.month, conflict.source, conflict.files].append(conflict)
    return tuple(
        Contradiction(
            region=given[0].region,
            month=month,
            source=source,
            files=files,
            figures=tuple(_figures(found)),
            message=_told(found, measures),
        )
        for (month, source, files), found in sorted(groups.items())
    )


def _figures(found: Sequence[Conflict]) -> Iterator[str]:
    days: defaultdict[str, list[date | None]] = defaultdict(list)
    for conflict in found:
        days[conflict.code].append(conflict.on)
    for code, its_days in days.items():
        known = [day for day in its_days if day]
        yield from (f"{code} {span}" for span in (spans(known) if known else [str(found[0].month)]))


def _told(found: Sequence[Conflict], measures: Mapping[str, Measure]) -> str:
    first = found[0]
    files = "与".join(f"“{name}”" for name in first.files)
    values = "，".join(f"{value}（{place}）" for value, place in zip(first.values, first.places, strict=True))
    more = f"等{len(found)}个数据" if len(found) > 1 else ""
    label = measures[first.code].label if first.code in measures else first.code
    remedy = JOIN if first.divided else _REMEDY
    return (
        f"{first.source.label} {first.month}：{files}互相矛盾，“{label}”{first.on or ''}分别是{values}{more}；{remedy}"
    )
