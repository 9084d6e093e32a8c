"""``python -m benchmarks.calls``: a million calls and five, counted by kaohe and by its peers."""

from __future__ import annotations

from collections.abc import Iterable

from kaohe.text import table

from benchmarks.calls.rounds import LABELS, Line, warm, whole

MILLION = 1_000_000


def main() -> None:
    """Measure everything and print two tables."""
    lines = [
        *warm(MILLION, "utf-8", ["sha256", "kaohe_and_digest", "handwritten"], 7),
        *warm(MILLION, "gb18030", ["sha256"], 7),
    ]
    lines += [*warm(5 * MILLION, "utf-8", ["sha256"], 3), *warm(5 * MILLION, "gb18030", ["sha256"], 3)]
    print("Counting, everything imported before")
    print(_table(lines))
    lines = [*whole(MILLION, "utf-8", ["by_polars", "by_polars_plain", "by_pandas"], 5)]
    lines += [*whole(MILLION, "gb18030", ["by_polars", "by_pandas"], 3), *whole(MILLION, "utf-8", ["by_csv"], 1)]
    print("\nA process from start to end, imports included; the counts of all agree")
    print(_table(lines))


def _table(lines: Iterable[Line]) -> str:
    heads = ("calls", "encoding", "what", "s", "kaohe takes", "peak MiB")
    rows = [
        (f"{n:,}", code, LABELS[peer], f"{s:.2f}", f"{ratio:.2f} ×", f"{peak:.0f}")
        for n, code, peer, s, ratio, peak in lines
    ]
    return table(heads, rows, right=(0, 3, 4, 5))


if __name__ == "__main__":
    main()
