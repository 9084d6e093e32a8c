"""Questions on what a contract says."""

from __future__ import annotations

from urllib.parse import unquote

from kaohe.catalogue import Catalogue
from kaohe.clauses import Clause
from kaohe.contract import Contract
from kaohe.service import ReadingView, RegionView

from . import routing
from .parameters import ClauseNo, ContractId
from .routing import get


@get("/regions", "contracts", "Regions and their contracts 地区和合同")
def regions() -> list[RegionView]:
    """All installed regions. A region whose plugin is broken is listed with its problem."""
    return list(routing.service().regions())


@get("/contracts/<contract>", "contracts", "Terms of a contract 合同条款数据", 404)
def contract_terms(contract: ContractId) -> Contract:
    """Parties, dates, instalments, clauses and readings, each value with its clause."""
    return routing.service().contract(contract)


@get("/contracts/<contract>/clauses", "contracts", "Clauses 条款", 404)
def clauses(contract: ContractId) -> list[Clause]:
    """Every clause that has a figure, a deadline or a consequence, computed or not."""
    return list(routing.service().contract(contract).clauses)


@get("/contracts/<contract>/clauses/<no>", "contracts", "One clause 单个条款", 404)
def clause(contract: ContractId, no: ClauseNo) -> Clause:
    """One clause by its number."""
    return routing.service().clause(contract, unquote(no))


@get("/contracts/<contract>/readings", "contracts", "Ambiguities and rulings 歧义读法与裁定", 404)
def readings(contract: ContractId) -> list[ReadingView]:
    """Where the contract can be read in more than one way, and what the authority has ruled so far."""
    return list(routing.service().readings(contract))


@get("/contracts/<contract>/measures", "contracts", "Measures and events 指标数据项与事项", 404)
def measures(contract: ContractId) -> Catalogue:
    """What an upload may hold: codes, Chinese names, units, and who may supply what."""
    return routing.service().catalogue(contract)
