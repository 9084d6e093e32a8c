"""Uploads: a file's bytes in, a submission out, or every fault that the file has.

No clock, no network; files only in a temporary folder, for records. ``template`` writes the workbook to fill in.
"""

from __future__ import annotations

from kaohe.intake.address import Address, parse_key
from kaohe.intake.complete import notices
from kaohe.intake.contradictions import Contradiction, contradictions
from kaohe.intake.limits import MAX_FILE, check_size
from kaohe.intake.origin import told_of_itself
from kaohe.intake.patience import Patience
from kaohe.intake.progress import SILENT, Progress
from kaohe.intake.reading import Upload, read, read_upload

__all__ = [
    "MAX_FILE",
    "SILENT",
    "Address",
    "Contradiction",
    "Patience",
    "Progress",
    "Upload",
    "check_size",
    "contradictions",
    "notices",
    "parse_key",
    "read",
    "read_upload",
    "told_of_itself",
]
