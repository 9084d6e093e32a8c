"""Where an upload belongs: a contract, or a place for strays."""

from __future__ import annotations

from dataclasses import dataclass

from kaohe import intake
from kaohe.contract import Contract
from kaohe.errors import NotFound, PluginError, Refused
from kaohe.faults import Fault
from kaohe.intake import Address
from kaohe.plugins import Region, load_region
from kaohe.store import UNASSIGNED, stray_partition


@dataclass(frozen=True)
class Place:
    """Where an upload belongs, as far as that can be told.

    Attributes:
        partition: the contract's id, or a stray partition.
        key: the object's key.
        address: what the key says; None where it cannot be read.
        region: the region; None where there is none of that name or its plugin cannot be loaded.
        contract: the contract; None where the upload belongs to none.
        problem: why it cannot be read at all; None where it belongs to a contract.
    """

    partition: str
    key: str
    address: Address | None = None
    region: Region | None = None
    contract: Contract | None = None
    problem: Refused | str | None = None


def place_of(key: str) -> Place:
    """Where an upload belongs; never fails: what cannot be placed is kept as a stray with its problem."""
    try:
        address = intake.parse_key(key)
    except Refused as refused:
        return Place(UNASSIGNED, key, problem=refused)
    stray = stray_partition(address.region)
    try:
        region = load_region(address.region)
    except NotFound:
        return Place(stray, key, address, problem=_fault("unknown-region", f"平台没有接入地区“{address.region}”"))
    except PluginError as error:
        return Place(stray, key, address, problem=str(error))
    try:
        contract = region.contract_for(address.month)
    except NotFound:
        terms = "、".join(f"{contract.term.first}至{contract.term.last}" for contract in region.contracts)
        problem = _fault("no-contract", f"{address.month}不在本地区合同的服务期（{terms}）内，请核对路径中的月份")
        return Place(stray, key, address, region, problem=problem)
    return Place(contract.id, key, address, region, contract)


def _fault(code: str, message: str) -> Refused:
    return Refused([Fault(code=code, message=message)])
