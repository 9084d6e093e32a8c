"""What is stored, read by another build of kaohe than the one that wrote it.

Facts, records of uploads and the ledger are kept for ever, and every later build must read them: a new field has a
default, and a field that goes must still be understood. What they hold beyond this build was written by a newer one.
To pass it over could leave part of the money out, so nothing is read.

Results follow from the facts. One by another build is shown as far as it says what this build shows, and no write ever
reads it: what has changed is told by digests, and working the contract out again writes results of this build.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from kaohe.errors import KaoheError
from kaohe.model import Record

R = TypeVar("R", bound=Record)
_TOLD = 3


class OtherBuild(KaoheError):
    """Something stored was written by another build of kaohe, and this one cannot read it."""

    code = "other-build"


def read(kind: type[R], content: Any, name: str, *, result: bool) -> R:
    """The record that a stored JSON text says.

    Args:
        kind: what it should be.
        content: the JSON as written.
        name: what to call it, in an error.
        result: whether it follows from facts: then what this build does not know of is passed over.

    Raises:
        OtherBuild: it is not such a record as this build has them.
    """
    try:
        return kind.model_validate(content, extra="ignore" if result else "forbid")
    except ValidationError as error:
        # Only names of fields: a value could be what somebody wrote.
        wrong = [".".join(map(str, found["loc"])) or kind.__name__ for found in error.errors()]
        fields = ", ".join(wrong[:_TOLD]) + (" …" if len(wrong) > _TOLD else "")
        remedy = (
            "'kaohe rescore REGION' works out anew what is in force; older revisions stay as they are"
            if result
            else "deploy that build again, or a newer one"
        )
        message = f"{name} was written by another build of kaohe, which differs in {fields}; {remedy}"
        raise OtherBuild(message) from None
