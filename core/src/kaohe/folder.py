"""A folder laid out like the bucket: read it whole, without AWS."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kaohe import intake
from kaohe.catalogue import Catalogue
from kaohe.errors import NotFound, PluginError, Refused, UsageError
from kaohe.plugins import load_region
from kaohe.records import Export
from kaohe.submission import Submission

ROOT = "submissions"


@dataclass
class Folder:
    """What a folder holds.

    Attributes:
        submissions: the files that were taken in.
        refused: those that were not, with what is wrong with them, by key.
        broken: regions whose plugin cannot be used, by name; their files were left unread.
    """

    submissions: list[Submission] = field(default_factory=list)
    refused: dict[str, Refused | NotFound] = field(default_factory=dict)
    broken: dict[str, PluginError] = field(default_factory=dict)


def read_folder(path: Path, received_on: date, progress: intake.Progress = intake.SILENT) -> Folder:
    """Read ``submissions/{region}/{source}/{YYYY-MM}/{name}`` below a folder.

    Args:
        path: the folder that ``submissions`` lies in, or that folder itself.
        received_on: the day on which the files count as received.
        progress: whom to tell how far a large file has come.

    Raises:
        UsageError: there is no such folder, or nothing in it.
    """
    folder, found = Folder(), False
    for key, file in _files(path):
        found = True
        try:
            folder.submissions.append(read_upload(file, key, received_on, progress=progress).submission)
        except (Refused, NotFound) as refusal:
            folder.refused[key] = refusal
        except PluginError as error:
            folder.broken[error.plugin] = error
    if not found:
        raise UsageError(f"{path} holds no uploads; lay them out as {ROOT}/REGION/vendor|authority/YYYY-MM/FILE")
    return folder


def read_file(file: Path, key: str, received_on: date) -> Submission:
    """One file as the submission of that key; see :func:`read_upload`."""
    return read_upload(file, key, received_on).submission


def read_upload(
    file: Path,
    key: str,
    received_on: date,
    exports: Iterable[Export] = (),
    progress: intake.Progress = intake.SILENT,
) -> intake.Upload:
    """One file as the upload of that key: its submission, and the records that failed.

    Args:
        file: the file.
        key: the key that it would have in the bucket.
        received_on: the day on which it counts as received.
        exports: further ways in which systems write records, besides those that the region declares.
        progress: whom to tell how far a large file has come.

    Raises:
        Refused: it is not taken in.
        NotFound: its key names no installed region.
        PluginError: the region's plugin cannot be used.
    """
    address = intake.parse_key(key)
    region = load_region(address.region)
    catalogue = region.catalogue | Catalogue.of(exports=exports)
    return intake.read_upload(file, address, catalogue, region.contracts, received_on, progress=progress)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    root = path if path.name == ROOT else path / ROOT
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}")
    for file in sorted(root.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(root).parts):
            yield f"{ROOT}/{_spelt(file.relative_to(root))}", file


def _spelt(path: Path) -> str:
    """A path as UTF-8 spells it, whatever the machine's locale takes file names for; else as the locale does."""
    name = path.as_posix()
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return name
