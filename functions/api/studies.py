"""Questions on how a figure comes about, and on what would change it. Nothing is stored."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Body
from kaohe.explanation import Explanation
from kaohe.periods import Month
from kaohe.stakes import Stakes
from kaohe.whatif import Difference

from . import routing
from .parameters import AsOf, ClauseNo, ContractId, InPath, Supposed
from .routing import get, post


@get("/contracts/<contract>/stakes", "studies", "What hangs on each reading 各读法涉及金额", 404)
def reading_stakes(contract: ContractId, as_of: AsOf = None) -> Stakes:
    """What the readings in force give, what each other option would give, and the range; most money first."""
    return routing.service().stakes(contract, as_of)


@get("/contracts/<contract>/months/<month>/clauses/<no>", "studies", "One figure explained 单项结果溯源", 404)
def explanation(
    contract: ContractId,
    month: InPath,
    no: ClauseNo,
    as_of: AsOf = None,
) -> Explanation:
    """One figure, from the clause down to the cells of the uploads that it came from."""
    return routing.service().explanation(contract, Month.of(month), unquote(no), as_of)


@post("/contracts/<contract>/whatif", "studies", "What if 假设测算", 404)
def what_if(
    contract: ContractId,
    supposed: Annotated[Supposed, Body(description="Facts and readings to assume 假设的数据和读法")],
    as_of: AsOf = None,
) -> Difference:
    """The difference that changed facts or readings would make. Nothing is stored."""
    return routing.service().what_if(contract, supposed.settings, supposed.readings, as_of)
