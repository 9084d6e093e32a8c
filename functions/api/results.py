"""Questions on what came out: documents, months, payments, renewal."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response
from kaohe.periods import Month
from kaohe.results import Document
from kaohe.service import MonthView, RenewalView, SettlementView, TrailView
from kaohe.store import Head

from . import routing
from .parameters import AsOf, ContractId, InPath, Revision
from .routing import CSV, get


@get("/contracts/<contract>/document", "results", "Everything known of a contract 考核总表", 404)
def document(contract: ContractId, as_of: AsOf = None) -> Document:
    """Assessments of all months, settlement, renewal and flags: the same document that `kaohe score --json` prints."""
    return routing.service().document(contract, as_of)


@get("/contracts/<contract>/months", "results", "Months in figures 各月考核概况", 404)
def months(contract: ContractId) -> list[Head]:
    """The revision in force of each month: state, deducted, digest."""
    return list(routing.service().months(contract))


@get("/contracts/<contract>/months/<month>", "results", "Assessment of a month 月度考核结果", 404)
def month(
    contract: ContractId,
    month: InPath,
    revision: Revision = None,
) -> MonthView:
    """KPIs and deductions of one month, its revisions, its confirmation, and what came out otherwise since."""
    return routing.service().month(contract, Month.of(month), revision)


@get("/contracts/<contract>/months/<month>/trail", "trail", "What was said of a month 确认与异议记录", 404)
def trail(contract: ContractId, month: InPath) -> TrailView:
    """Confirmations, objections and decisions, how each stands, and who said it."""
    return routing.service().trail(contract, Month.of(month))


@get("/contracts/<contract>/months/<month>/failures", "results", "Records that failed 未达要求的明细", 404, kind=CSV)
def failures(contract: ContractId, month: InPath) -> Response[Any]:
    """As CSV: the number and the times of each ticket that was late, where figures were counted from records."""
    return Response(200, CSV, routing.service().failures(contract, Month.of(month)))


@get("/contracts/<contract>/settlement", "results", "Settlement 付款结算", 404)
def settlement(contract: ContractId, as_of: AsOf = None) -> SettlementView:
    """Instalments less deductions, what is carried forward, liabilities of either side, and what is not confirmed."""
    return routing.service().settlement(contract, as_of)


@get("/contracts/<contract>/renewal", "results", "Renewal 续签条件", 404)
def renewal(contract: ContractId, as_of: AsOf = None) -> RenewalView:
    """Each condition of renewal on its own, then the conclusion."""
    return routing.service().renewal(contract, as_of)
