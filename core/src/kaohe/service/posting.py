"""Facts posted as JSON: checked as any upload is, then put into the bucket, which is the one road."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from kaohe import intake
from kaohe.calendar import day_in_china
from kaohe.catalogue import AUTHORITY, Source
from kaohe.errors import Refused, UsageError
from kaohe.intake import Address
from kaohe.periods import Month
from kaohe.plugins import load_region, region_of
from kaohe.service.effects import in_vain
from kaohe.service.views import Posted
from kaohe.store import Bucket, OtherBuild, Table


def post(
    bucket: Bucket,
    table: Table,
    contract_id: str,
    month: Month,
    content: bytes,
    name: str | None,
    today: date | None,
    received_at: datetime,
    *,
    actor: str | None = None,
    source: Source = AUTHORITY,
    stem: str = "",
) -> Posted:
    """Check the facts and store them; see :meth:`kaohe.service.Service.post_facts`.

    ``stem`` is how the file's name begins where none is given.
    """
    region = load_region(region_of(contract_id))
    contract = region.contract(contract_id)
    sha256 = hashlib.sha256(content).hexdigest()
    address = _address(region.name, source, month, name or f"{stem}{sha256[:16]}")
    if region.contract_for(address.month).id != contract_id:
        raise UsageError(f"{address.month} is no month of contract {contract_id}")
    intake.check_size(len(content))
    received_on = today or day_in_china(received_at)
    submission = intake.read(content, address, region.catalogue, region.contracts, received_on)
    # Without a name given, the key says the content: what is there already is the same, and need not be sent again;
    # unless it was replaced since, as who withdraws it does.
    new = name is None and not _was_replaced(table, contract_id, address.key, sha256)
    bucket.put(address.key, content, "application/json", new=new, actor=actor)
    notices = intake.notices(submission, contract, region.catalogue)
    vain = in_vain(table, contract_id, region.catalogue, submission)
    return Posted(key=address.key, sha256=sha256, notices=(*notices, *vain))


def _was_replaced(table: Table, contract_id: str, key: str, sha256: str) -> bool:
    """Whether another content is in force under a key that names a content."""
    try:
        held = table.facts(contract_id).get(key)
    except OtherBuild:
        return False  # reading the upload will say so
    return held is not None and held.submission.sha256 != sha256


def _address(region: str, source: Source, month: Month, name: str) -> Address:
    """The address of the facts; a name is given without its ending."""
    address = Address(region=region, source=source, month=month, name=f"{name.removesuffix('.json')}.json")
    try:
        return intake.parse_key(address.key)
    except Refused as refused:
        raise UsageError(f"the name {name!r} will not do: {refused}") from refused
