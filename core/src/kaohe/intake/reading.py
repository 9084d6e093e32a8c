"""From a file's bytes to a submission, or to every fault that it has."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from kaohe.catalogue import VENDOR, Catalogue
from kaohe.contract import Contract
from kaohe.intake.address import Address
from kaohe.intake.archive import Unpacker
from kaohe.intake.bundle import members
from kaohe.intake.complete import check_complete
from kaohe.intake.context import Context
from kaohe.intake.counting.failurelist import failures_csv
from kaohe.intake.counting.files import has_records, is_packed_records, read_record_file, read_records_of
from kaohe.intake.delimited import decode, grid
from kaohe.intake.draft import Draft, sha256_of
from kaohe.intake.jsonfile import read_json
from kaohe.intake.limits import MAX_EVENTS, MAX_FILE, check_size
from kaohe.intake.patience import ENDLESS, Patience
from kaohe.intake.progress import SILENT, Progress
from kaohe.intake.repeats import once_each
from kaohe.intake.report import Report
from kaohe.intake.sheets import read_sheets
from kaohe.intake.sniff import is_expected, suffix
from kaohe.intake.spots import Spot
from kaohe.intake.workbook import grids
from kaohe.submission import Submission


def read(
    content: bytes | Path, address: Address, catalogue: Catalogue, contracts: Sequence[Contract], received_on: date
) -> Submission:
    """Read an upload, whole or not at all; see :func:`read_upload`."""
    return read_upload(content, address, catalogue, contracts, received_on).submission


class Upload(NamedTuple):
    """An upload after reading: its facts, and the list of the records that failed, as CSV."""

    submission: Submission
    failures: bytes | None = None


def read_upload(
    content: bytes | Path,
    address: Address,
    catalogue: Catalogue,
    contracts: Sequence[Contract],
    received_on: date,
    patience: Patience = ENDLESS,
    progress: Progress = SILENT,
    sha256: str | None = None,
) -> Upload:
    """Read an upload, whole or not at all.

    Args:
        content: the file, or where it lies: a large one is never held in memory.
        address: where it belongs.
        catalogue: the region's measures and events.
        contracts: the region's contracts, oldest first.
        received_on: the day it came.
        patience: how long it may take.
        progress: whom to tell how far it has come.
        sha256: digest of the content, where it was taken as the file came; taken here otherwise.

    Returns:
        Its figures in the catalogue's order and its events in the file's; beside them what failed.

    Raises:
        Refused: something is wrong with it; carries every fault found.
    """
    check_size(content.stat().st_size if isinstance(content, Path) else len(content), address.name)
    report = Report()
    draft = Draft(Context.of(address, catalogue, contracts, received_on), report, patience, progress)
    spot = Spot(address.name)
    _check_month(draft, contracts, spot)
    with TemporaryDirectory(prefix="kaohe-") as folder:
        sha256 = _read_content(content, spot, draft, Path(folder), sha256)
    draft.report_twice()
    draft.overlap.tell(catalogue, report)
    draft.check_at_most()
    if len(draft.events) > MAX_EVENTS:
        message = f"事件过多（{len(draft.events)}行，最多{MAX_EVENTS}行）；同一天的同类事件请合并为一行，用“次数”表示"
        report.add("too-many-events", message, spot)
    report.raise_if_any()
    failures = failures_csv(draft.failures) if draft.failures else None
    events = once_each(draft.events)
    if repeated := len(draft.events) - len(events):
        draft.remarks.append(f"有{repeated}行事件与别的行编号、日期等都相同，是同一件事，只算一次")
    submission = Submission(
        region=address.region,
        month=address.month,
        source=address.source,
        name=address.name,
        sha256=sha256,
        figures=tuple(draft.figures()),
        events=events,
        remarks=tuple(draft.remarks),
        counts_events=draft.overlap.counted,
        failures=hashlib.sha256(failures).hexdigest() if failures else None,
    )
    return Upload(submission, failures)


def _read_content(content: bytes | Path, spot: Spot, draft: Draft, folder: Path, sha256: str | None) -> str:
    """Read a file into a draft; its SHA-256, taken if it is not known."""
    if isinstance(content, Path) and content.stat().st_size <= MAX_FILE:
        content = content.read_bytes()
    if isinstance(content, bytes):
        _read_upload(content, spot, draft, folder)
        return sha256 or hashlib.sha256(content).hexdigest()
    read = _read_zip if suffix(spot.file) == ".zip" else read_record_file
    # The digest is taken beside the counting: both let go of the interpreter while they work.
    with ThreadPoolExecutor(1) as beside:
        taken = beside.submit(lambda: sha256 or sha256_of(content))
        draft.expect_digest(content, taken.result)
        read(content, spot, draft, folder)
        return taken.result()


def _check_month(draft: Draft, contracts: Sequence[Contract], spot: Spot) -> None:
    """The month lies in a contract's term, and it is not too early to report on it."""
    context, month = draft.context, draft.context.month
    if not context.contracts:
        terms = "、".join(f"{c.term.first}至{c.term.last}（{c.label}）" for c in contracts) or None
        draft.report.add("outside-term", "这个月不在合同服务期内", spot, held=month, expected=terms)
    if context.is_early and context.received_on < month.first:
        message = f"收到文件的日期是{context.received_on}，这个月还没有开始，不能上传；请核对月份"
        day = month.last if context.source is VENDOR else month.first
        draft.report.add("month-not-begun", message, spot, held=month, expected=f"{day}当天或以后上传")
    elif context.is_early:
        message = (
            f"收到文件的日期是{context.received_on}，这个月还没有结束；供应商的月度数据要到月末才能确定，请到时再上传"
        )
        draft.report.add("month-not-over", message, spot, held=month, expected=f"{month.last}当天或以后上传")


def _read_upload(data: bytes, spot: Spot, draft: Draft, folder: Path) -> None:
    if is_packed_records(data, spot):
        read_records_of(data, spot, draft, folder)
        return
    if not is_expected(data, spot, draft.report):
        return
    if suffix(spot.file) == ".zip":
        _read_zip(data, spot, draft, folder)
    else:
        _read_file(data, spot, draft, Unpacker(draft.report), folder)


def _read_zip(data: bytes | Path, spot: Spot, draft: Draft, folder: Path) -> None:
    unpacker, workbooks = Unpacker(draft.report), 0
    for content, place in members(data, spot, unpacker, draft.report, folder):
        workbooks += _read_member(content, place, draft, unpacker, folder)
    if workbooks:
        check_complete(draft, spot)


def _read_member(content: bytes | Path, spot: Spot, draft: Draft, unpacker: Unpacker, folder: Path) -> bool:
    """Read one file of a zip; whether it was a workbook that could be read."""
    if isinstance(content, Path) and content.stat().st_size > MAX_FILE:
        read_record_file(content, spot, draft, folder)
        return False
    data = content.read_bytes() if isinstance(content, Path) else content
    if is_packed_records(data, spot):
        read_records_of(data, spot, draft, folder)
        return False
    accepted = is_expected(data, spot, draft.report, (".xlsx", ".csv", ".json"))
    return accepted and _read_file(data, spot, draft, unpacker, folder, alone=False)


def _read_file(data: bytes, spot: Spot, draft: Draft, unpacker: Unpacker, folder: Path, *, alone: bool = True) -> bool:
    """Read one file; whether it was a workbook that could be read."""
    match suffix(spot.file):
        case ".json":
            text = decode(data, spot, draft.report)
            if text is not None:
                read_json(text, draft, spot)
        case ".csv" if has_records(data, draft):
            read_records_of(data, spot, draft, folder)
        case ".csv":
            read_grid = grid(data, spot, draft.context.names, draft.report)
            if read_grid is not None:
                read_sheets(iter([read_grid]), spot, draft, folder)
        case _:
            return _read_workbook(data, spot, draft, unpacker, folder, alone)
    return False


def _read_workbook(data: bytes, spot: Spot, draft: Draft, unpacker: Unpacker, folder: Path, alone: bool) -> bool:
    known, sheets = read_sheets(grids(data, spot, unpacker, draft.report), spot, draft, folder)
    # What a broken or unrecognised sheet holds would be reported as lacking once more.
    # A workbook with records is no filled-in template, and need not be complete.
    complete = sheets > 0 and known and not draft.has_records and not draft.remarks
    if complete and alone:
        check_complete(draft, spot)
    return complete
