"""Files of one source that contradict each other, told to whoever sent them: which files, what differs, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kaohe.catalogue import Catalogue, Source
from kaohe.facts import Conflict, Facts, Submission
from kaohe.periods import Month

_REMEDY = (
    "请核对后改正其中一份，用它原来的文件名重传；"
    "如果新的一份是要代替旧的，请把新的内容用旧的文件名再传一次，两份就一致了"
)


def contradictions(submissions: Iterable[Submission], catalogue: Catalogue) -> tuple[str, ...]:
    """What files of one region contradict each other in.

    Args:
        submissions: the files that were taken in.
        catalogue: the region's measures.

    Returns:
        Chinese sentences, one for each set of files that differ, by month.
    """
    groups: defaultdict[tuple[Month, Source, tuple[str, ...]], list[Conflict]] = defaultdict(list)
    for conflict in Facts(submissions, catalogue).conflicts:
        groups[conflict.month, conflict.source, conflict.files].append(conflict)
    return tuple(_told(found, catalogue) for _, found in sorted(groups.items()))


def _told(found: list[Conflict], catalogue: Catalogue) -> str:
    first = found[0]
    files = "与".join(f"“{name}”" for name in first.files)
    values = "，".join(f"{value}（{place}）" for value, place in zip(first.values, first.places, strict=True))
    more = f"等{len(found)}个数据" if len(found) > 1 else ""
    return (
        f"{first.source.label} {first.month}：{files}互相矛盾，“{catalogue.measures[first.code].label}”"
        f"{first.on or ''}分别是{values}{more}；矛盾的数据都不采用，考核结果会缺数。{_REMEDY}"
    )
