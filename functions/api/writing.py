"""What people say: facts of the authority, confirmations, objections, decisions. All of it becomes an upload."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from kaohe.catalogue import AUTHORITY, VENDOR, Source
from kaohe.errors import UsageError
from kaohe.periods import Month
from kaohe.service import ConfirmationMade, DecisionMade, ObjectionMade, Posted

from . import routing
from .parameters import ContractId, FactsBody, FileName, InPath
from .routing import app, post


@post("/contracts/<contract>/facts", "uploads", "Post facts of the authority 主管单位填报", 403, 404)
def post_facts(
    contract: ContractId,
    facts: Annotated[FactsBody, Body(description="Measures and events 数据和事项, as in a JSON upload")],
    name: FileName = None,
) -> Posted:
    """Checked as any upload is and put into the bucket, from where they come into force within seconds."""
    by, meant = _by(AUTHORITY), routing.service().contract(contract).region
    if facts.region != meant:
        raise UsageError(f"the facts are of region {facts.region!r}, and contract {contract} is of region {meant!r}")
    content = (app.current_event.decoded_body or "").encode()  # as it came: parsing would make floats of numbers
    return routing.service().post_facts(contract, Month.of(facts.month), content, name=name, **by)


@post("/contracts/<contract>/months/<month>/confirmation", "trail", "Confirm a month 确认考核结果", 403, 404, 409)
def confirm(
    contract: ContractId,
    month: InPath,
    made: Annotated[ConfirmationMade, Body(description="The revision that was seen 所确认的版次")],
) -> Posted:
    """For the authority. Refused with what changed where another revision took the place of the one seen."""
    return routing.service().confirm(contract, Month.of(month), made, **_by(AUTHORITY))


@post("/contracts/<contract>/months/<month>/objections", "trail", "Raise an objection 提出异议", 403, 404)
def object_to(
    contract: ContractId,
    month: InPath,
    made: Annotated[ObjectionMade, Body(description="The clause and the reason 条款和理由")],
) -> Posted:
    """For the vendor: against what is deducted under a clause in this month."""
    return routing.service().object_to(contract, Month.of(month), made, **_by(VENDOR))


@post("/contracts/<contract>/months/<month>/objections/decision", "trail", "Decide on an objection 异议处理", 403, 404)
def decide(
    contract: ContractId,
    month: InPath,
    made: Annotated[DecisionMade, Body(description="The decision and the reason 决定和理由")],
) -> Posted:
    """For the authority: upheld, with the amount that stays deducted, or rejected."""
    return routing.service().decide(contract, Month.of(month), made, **_by(AUTHORITY))


def _by(source: Source) -> Any:
    """When something is said, and by whom, who may speak for that side.

    Raises:
        Forbidden: the caller's token is none of that side's.
    """
    routing.check_speaks_for(source)
    return {"received_at": datetime.now(UTC), "actor": routing.caller()}
