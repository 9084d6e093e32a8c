"""Files of one source that contradict each other, told to whoever sent them: which files, what differs, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from kaohe.catalogue import Catalogue, Source
from kaohe.conflict import Conflict
from kaohe.merging import merge_figures
from kaohe.model import Record
from kaohe.periods import Month, spans
from kaohe.refuted import refuted
from kaohe.submission import Submission
from kaohe.union import merge_events

_REMEDY = (
    "矛盾的数据都不采用，考核结果会缺数。请核对后改正其中一份，用它原来的文件名重传；"
    "如果新的一份是要代替旧的，请把新的内容用旧的文件名再传一次，两份就一致了"
)


class Contradiction(Record):
    """Files of one source that say of the same figures or events what does not go together.

    None of these values is used.

    Attributes:
        region: the region that they are for.
        month: the month that they report on.
        source: who sent them.
        files: their names.
        figures: what differs, as `calls.offered 2026-03-01…2026-03-31`: measures and kinds of event.
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


def contradictions(submissions: Iterable[Submission], catalogue: Catalogue) -> tuple[Contradiction, ...]:
    """What files of one region contradict each other in.

    Args:
        submissions: the files that were taken in.
        catalogue: the region's; what is not in it is called by its code.

    Returns:
        One for each set of files that differ, by month; then one for each part that exceeds its whole in another file.
    """
    given = sorted(submissions, key=lambda s: s.key)
    groups: defaultdict[tuple[Month, Source, tuple[str, ...]], list[Conflict]] = defaultdict(list)
    for conflict in (*merge_figures(given, catalogue.measures)[1], *merge_events(given)[1]):
        groups[conflict.month, conflict.source, conflict.files].append(conflict)
    differing = tuple(
        Contradiction(
            region=given[0].region,
            month=month,
            source=source,
            files=files,
            figures=tuple(_figures(found)),
            message=_told(found, catalogue.labels),
        )
        for (month, source, files), found in sorted(groups.items())
    )

    return (*differing, *_impossible(given, catalogue))


def _impossible(submissions: Sequence[Submission], catalogue: Catalogue) -> Iterator[Contradiction]:
    """Parts that exceed their wholes by what several files of one source say; no single file may say so."""
    for source in Source:
        own = [submission for submission in submissions if submission.source is source]
        figures, _ = merge_figures(own, catalogue.measures)
        for (month, code), reasons in refuted(figures, catalogue).items():
            stating = {code, *(reason.other for reason in reasons.values())}
            files = sorted(s.name for s in own if s.month == month and stating & {f.code for f in s.figures})
            first = next(iter(reasons))
            what = f"“{catalogue.labels[code]}”{first or ''}{reasons[first].why}"
            more = f"等{len(reasons)}处" if len(reasons) > 1 else ""
            told = f"{source.label} {month}：{'与'.join(f'“{name}”' for name in files)}互相矛盾，{what}{more}"
            yield Contradiction(
                region=own[0].region,
                month=month,
                source=source,
                files=tuple(files),
                figures=tuple(_spans(code, month, reasons)),
                message=f"{told}，这不可能；“{catalogue.labels[code]}”不采用，请核对后改正其中一份，用它原来的文件名重传",
            )


def _figures(found: Sequence[Conflict]) -> Iterator[str]:
    days: defaultdict[str, list[date | None]] = defaultdict(list)
    for conflict in found:
        days[conflict.code].append(conflict.on)
    for code, its_days in days.items():
        yield from _spans(code, found[0].month, its_days)


def _spans(code: str, month: Month, days: Iterable[date | None]) -> Iterator[str]:
    known = [day for day in days if day]
    yield from (f"{code} {span}" for span in (spans(known) if known else [str(month)]))


def _told(found: Sequence[Conflict], labels: Mapping[str, str]) -> str:
    first = found[0]
    files = "与".join(f"“{name}”" for name in first.files)
    more = f"等{len(found)}个数据" if len(found) > 1 else ""
    what = f"“{labels.get(first.code, first.code)}”{first.on or ''}分别是{first.stated}{more}"
    return f"{first.source.label} {first.month}：{files}互相矛盾，{what}；{first.cause.remedy or _REMEDY}"
