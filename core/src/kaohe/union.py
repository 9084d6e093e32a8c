"""The events that the files of a contract tell of together, each as often as it happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kaohe.catalogue import Source
from kaohe.conflict import Cause, Conflict
from kaohe.model import digest
from kaohe.periods import Month
from kaohe.submission import SourcedEvent, Submission

KindKey = tuple[Month, Source, str]
"""A kind of event, by its code, in what one source reported for one month."""


def merge_events(submissions: Sequence[Submission]) -> tuple[tuple[SourcedEvent, ...], tuple[Conflict, ...]]:
    """The union of the files' events, and the kinds of event that they would count more than once.

    An event counts as often as the file that has it most often, once where it has a ref. Two that have one ref are one
    though their remarks differ; of these the same is kept in whatever order they come. Typed events and counted ones,
    or those counted from several files of records, would add up, though they may be the same: none of such a kind is
    in the union.
    """
    contested = {
        key: conflict
        for key, files in _counting(submissions).items()
        if (conflict := _doubled(key, files, submissions) or _divided(key, files))
    }
    most: Counter[str] = Counter()
    first: dict[str, SourcedEvent] = {}
    for submission in submissions:
        here: Counter[str] = Counter()
        for event in submission.events:
            if (submission.month, submission.source, event.kind) in contested:
                continue
            sourced = SourcedEvent(source=submission.source, event=event)
            identity = digest([submission.source, event.identity])
            here[identity] = 1 if event.ref else here[identity] + 1
            first[identity] = min(first.get(identity, sourced), sourced, key=lambda s: s.event.note or "")
        most |= here
    ordered = sorted(first, key=lambda i: (first[i].event.on, first[i].event.kind, first[i].source, i))
    return tuple(first[identity] for identity in ordered for _ in range(most[identity])), tuple(contested.values())


def _counting(submissions: Iterable[Submission]) -> dict[KindKey, list[Submission]]:
    """The files that count a kind of event from records."""
    found: defaultdict[KindKey, list[Submission]] = defaultdict(list)
    for submission in submissions:
        for kind in submission.counts_events:
            found[submission.month, submission.source, kind].append(submission)
    return found


def _doubled(key: KindKey, counting: Sequence[Submission], submissions: Iterable[Submission]) -> Conflict | None:
    """Whether other files have events typed in that these count."""
    month, source, kind = key
    typed = [s for s in submissions if (s.month, s.source) == (month, source) and kind not in s.counts_events]
    typed = [s for s in typed if _count(s, kind)]
    if not typed:
        return None
    values, places = zip(*_told("填写", typed, kind), *_told("数出", counting, kind), strict=True)
    return Conflict(
        code=kind,
        month=month,
        source=source,
        values=values,
        places=places,
        files=tuple(sorted(s.name for s in (*typed, *counting))),
        cause=Cause.DOUBLED,
    )


def _divided(key: KindKey, counting: Sequence[Submission]) -> Conflict | None:
    """Whether these files count from different records. The same file under two names is the same records."""
    month, source, kind = key
    if len({s.counts_events[kind] for s in counting}) == 1:
        return None
    values, places = zip(*_told("数出", counting, kind), strict=True)
    files = tuple(sorted(s.name for s in counting))
    return Conflict(
        code=kind, month=month, source=source, values=values, places=places, files=files, cause=Cause.DIVIDED
    )


def _told(how: str, files: Iterable[Submission], kind: str) -> Iterator[tuple[str, str]]:
    """How many events each file tells of, and where the first of them stands."""
    for file in files:
        where = next((event.where for event in file.events if event.kind == kind and event.where), file.name)
        yield f"{how}{_count(file, kind)}", where


def _count(submission: Submission, kind: str) -> int:
    return sum(event.count for event in submission.events if event.kind == kind)
