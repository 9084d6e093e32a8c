"""Uploads: a file's bytes in, a submission out, or every fault that the file has.

Pure: no clock, no network, no file of its own. ``template`` writes the workbook that is to be filled in.
"""

from __future__ import annotations

from kaohe.intake.address import Address, parse_key
from kaohe.intake.complete import notices
from kaohe.intake.limits import check_size
from kaohe.intake.reading import read

__all__ = ["Address", "check_size", "notices", "parse_key", "read"]
