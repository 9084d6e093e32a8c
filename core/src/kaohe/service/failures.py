"""What a caller may know of an error, and what a log may."""

from __future__ import annotations

from pathlib import Path

from kaohe.errors import KaoheError, PluginError, Refused, StoreError
from kaohe.faults import Fault
from kaohe.model import Record


class Problem(Record):
    """What went wrong.

    Attributes:
        code: stable; scripts may rely on it.
        message: for people.
        faults: what is wrong with refused facts.
        plugin: the region whose plugin is at fault.
        hook: the hook that is at fault.
        remedy: what the plugin's author has to do.
        request: the request's id, to look it up in the log.
    """

    code: str
    message: str
    faults: tuple[Fault, ...] | None = None
    plugin: str | None = None
    hook: str | None = None
    remedy: str | None = None
    request: str | None = None


class Failure(Record):
    """The body of every answer that is not a success."""

    error: Problem


def is_foreseen(error: Exception) -> bool:
    """Whether the error tells its cause to a caller; of the others only the request's id is told."""
    return isinstance(error, KaoheError) and not isinstance(error, StoreError)


def problem(error: Exception, request: str) -> Problem:
    """An error as a caller may see it."""
    if isinstance(error, PluginError):
        return Problem(code=error.code, message=str(error), plugin=error.plugin, hook=error.hook, remedy=error.remedy)
    if isinstance(error, Refused):
        return Problem(code=error.code, message="the facts are refused 数据未通过校验", faults=error.faults)
    code = error.code if isinstance(error, KaoheError) else "internal-error"
    if is_foreseen(error):
        return Problem(code=code, message=str(error))
    return Problem(code=code, message="try again, or ask with the request id 请重试或凭编号查询", request=request)


def loggable(error: Exception) -> dict[str, str]:
    """The reason of a failure; the text of an error that is not ours could hold a cell of an upload."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    reason = str(error) if isinstance(error, KaoheError) else ""
    return {"error": type(error).__name__, "place": place, "reason": reason}
