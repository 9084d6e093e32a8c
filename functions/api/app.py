"""The HTTP API: what is known of contracts, and the authority's own facts. Every error has one shape."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, wraps
from http import HTTPStatus
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from kaohe.catalogue import Catalogue
from kaohe.contract import Clause, Contract
from kaohe.errors import NotFound, PluginError, Refused, Stale, StoreError, UsageError, meant
from kaohe.explanation import Explanation
from kaohe.model import Record, canonical
from kaohe.periods import Month
from kaohe.results import Document
from kaohe.service import (
    ConfirmationMade,
    DecisionMade,
    MonthView,
    ObjectionMade,
    Posted,
    ReadingView,
    RegionView,
    RenewalView,
    Service,
    SettlementView,
    TrailView,
)
from kaohe.service.failures import Failure, Problem, loggable, problem
from kaohe.settings import Settings
from kaohe.stakes import Stakes
from kaohe.store import Head, SubmissionRecord
from kaohe.whatif import Assumed, Difference, Setting
from pydantic import BaseModel, Field

JSON = "application/json"
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotFoundError: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Stale: HTTPStatus.CONFLICT,
    UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestUnsupportedContentType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PluginError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What each error is in HTTP; the nearest ancestor counts, and whatever has none is a 500."""


class FactsBody(BaseModel):
    """Facts of the authority, in the form of a JSON upload.

    Attributes:
        region: the region's name.
        month: the month they are for.
        source: ``authority``.
        measures: by code or Chinese name; a daily measure as an object of days.
        events: each with its kind and date.
    """

    region: str
    month: str = Field(pattern=MONTH)
    source: str
    measures: dict[str, Any] = {}
    events: list[dict[str, Any]] = []


class Supposed(Record):
    """What a what-if assumes.

    Attributes:
        settings: facts set otherwise.
        readings: readings chosen otherwise.
    """

    settings: tuple[Setting, ...] = ()
    readings: tuple[Assumed, ...] = ()


F = TypeVar("F", bound=Callable[..., Any])

logger = Logger()
app = APIGatewayHttpResolver(enable_validation=True, serializer=canonical)

ContractId = Annotated[str, Path(description="Contract id 合同编号, such as `jiyuan-2026`", max_length=100)]
InPath = Annotated[str, Path(description="Month 月份, YYYY-MM", pattern=MONTH)]
OfMonth = Annotated[str | None, Query(description="Only this month 月份, YYYY-MM", pattern=MONTH)]
AsOf = Annotated[date | None, Query(description="Work it out anew as of this day 截止日期; default: what is stored")]


@cache
def service() -> Service:
    """The use cases, made once."""
    return Service.from_settings(Settings.load())


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    return _unless_known(event, app.resolve(event, context))


def route(path: str, tag: str, summary: str, *errors: int, method: str = "GET") -> Callable[[F], F]:
    """Register a route; its docstring and the errors it can come to go into the OpenAPI document."""
    described = {JSON: {"model": Failure}}
    responses: dict[int, Any] = {200: {"description": "OK 成功"}}
    responses |= {c: {"description": HTTPStatus(c).phrase, "content": described} for c in (*errors, 422, 500, 503)}

    def register(function: F) -> F:
        about = inspect.getdoc(function)
        app.route(path, method, tags=[tag], summary=summary, description=about, responses=responses)(_strict(function))
        return function

    return register


def _strict(function: F) -> F:
    """The same, refusing query parameters that it does not know: a misspelt ``as_of`` must not pass silently."""
    known = set(inspect.signature(function).parameters)

    @wraps(function)
    def checked(**arguments: Any) -> Any:
        if unknown := sorted(set(app.current_event.query_string_parameters or {}) - known):
            raise UsageError(f"there is no parameter {unknown[0]!r}{meant(unknown[0], known)}")
        return function(**arguments)

    return cast(F, checked)


def caller() -> str | None:
    """Who asks, as API Gateway has checked: the ARN of who signed, or the subject of the token; None in a rehearsal."""
    proof = app.current_event["requestContext"].get("authorizer") or {}
    signed, token = proof.get("iam") or {}, proof.get("jwt") or {}
    return signed.get("userArn") or (token.get("claims") or {}).get("sub")


@route("/regions", "contracts", "Regions and their contracts 地区和合同")
def regions() -> list[RegionView]:
    """All installed regions. A region whose plugin is broken is listed with its problem."""
    return list(service().regions())


@route("/contracts/<contract>", "contracts", "Terms of a contract 合同条款数据", 404)
def contract_terms(contract: ContractId) -> Contract:
    """Parties, dates, instalments, clauses and readings, each value with its clause."""
    return service().contract(contract)


@route("/contracts/<contract>/clauses", "contracts", "Clauses 条款", 404)
def clauses(contract: ContractId) -> list[Clause]:
    """Every clause that has a figure, a deadline or a consequence, computed or not."""
    return list(service().contract(contract).clauses)


@route("/contracts/<contract>/clauses/<no>", "contracts", "One clause 单个条款", 404)
def clause(contract: ContractId, no: Annotated[str, Path(description="Clause number 条款号, such as `4.5`")]) -> Clause:
    """One clause by its number."""
    return service().clause(contract, unquote(no))


@route("/contracts/<contract>/readings", "contracts", "Ambiguities and rulings 歧义读法与裁定", 404)
def readings(contract: ContractId) -> list[ReadingView]:
    """Where the contract can be read in more than one way, and what the authority has ruled so far."""
    return list(service().readings(contract))


@route("/contracts/<contract>/measures", "contracts", "Measures and events 指标数据项与事项", 404)
def measures(contract: ContractId) -> Catalogue:
    """What an upload may hold: codes, Chinese names, units, and who may supply what."""
    return service().catalogue(contract)


@route("/contracts/<contract>/document", "results", "Everything known of a contract 考核总表", 404)
def document(contract: ContractId, as_of: AsOf = None) -> Document:
    """Assessments of all months, settlement, renewal and flags: the same document that `kaohe score --json` prints."""
    return service().document(contract, as_of)


@route("/contracts/<contract>/months", "results", "Months in figures 各月考核概况", 404)
def months(contract: ContractId) -> list[Head]:
    """The revision in force of each month: state, deducted, digest."""
    return list(service().months(contract))


@route("/contracts/<contract>/months/<month>", "results", "Assessment of a month 月度考核结果", 404)
def month(
    contract: ContractId,
    month: InPath,
    revision: Annotated[int | None, Query(description="Revision 版次; default: the one in force", ge=1)] = None,
) -> MonthView:
    """KPIs and deductions of one month, its revisions, its confirmation, and what came out otherwise since."""
    return service().month(contract, Month.of(month), revision)


@route("/contracts/<contract>/months/<month>/trail", "trail", "What was said of a month 确认与异议记录", 404)
def trail(contract: ContractId, month: InPath) -> TrailView:
    """Confirmations, objections and decisions, how each stands, and who said it."""
    return service().trail(contract, Month.of(month))


@route(
    "/contracts/<contract>/months/<month>/confirmation",
    "trail",
    "Confirm a month 确认考核结果",
    404,
    409,
    415,
    method="POST",
)
def confirm(
    contract: ContractId,
    month: InPath,
    made: Annotated[ConfirmationMade, Body(description="The revision that was seen 所确认的版次")],
) -> Posted:
    """For the authority. Refused with what changed where another revision took the place of the one seen."""
    return service().confirm(contract, Month.of(month), made, received_at=datetime.now(UTC), actor=caller())


@route(
    "/contracts/<contract>/months/<month>/objections", "trail", "Raise an objection 提出异议", 404, 415, method="POST"
)
def object_to(
    contract: ContractId,
    month: InPath,
    made: Annotated[ObjectionMade, Body(description="The clause and the reason 条款和理由")],
) -> Posted:
    """For the vendor: against what is deducted under a clause in this month."""
    return service().object_to(contract, Month.of(month), made, received_at=datetime.now(UTC), actor=caller())


@route(
    "/contracts/<contract>/months/<month>/objections/decision",
    "trail",
    "Decide on an objection 异议处理",
    404,
    415,
    method="POST",
)
def decide(
    contract: ContractId,
    month: InPath,
    made: Annotated[DecisionMade, Body(description="The decision and the reason 决定和理由")],
) -> Posted:
    """For the authority: upheld, with the amount that stays deducted, or rejected."""
    return service().decide(contract, Month.of(month), made, received_at=datetime.now(UTC), actor=caller())


@route("/contracts/<contract>/months/<month>/failures", "results", "Records that failed 未达要求的明细", 404)
def failures(contract: ContractId, month: InPath) -> Response[Any]:
    """As CSV: the number and the times of each ticket that was late, where figures were counted from records."""
    return Response(200, "text/csv; charset=utf-8", service().failures(contract, Month.of(month)))


@route("/contracts/<contract>/settlement", "results", "Settlement 付款结算", 404)
def settlement(contract: ContractId, as_of: AsOf = None) -> SettlementView:
    """Instalments less deductions, what is carried forward, liabilities of either side, and what is not confirmed."""
    return service().settlement(contract, as_of)


@route("/contracts/<contract>/renewal", "results", "Renewal 续签条件", 404)
def renewal(contract: ContractId, as_of: AsOf = None) -> RenewalView:
    """Each condition of renewal on its own, then the conclusion."""
    return service().renewal(contract, as_of)


@route("/contracts/<contract>/stakes", "studies", "What hangs on each reading 各读法涉及金额", 404)
def reading_stakes(contract: ContractId, as_of: AsOf = None) -> Stakes:
    """What the readings in force give, what each other option would give, and the range; most money first."""
    return service().stakes(contract, as_of)


@route("/contracts/<contract>/months/<month>/clauses/<no>", "studies", "One figure explained 单项结果溯源", 404)
def explanation(
    contract: ContractId,
    month: InPath,
    no: Annotated[str, Path(description="Clause number 条款号, such as `4.5`")],
    as_of: AsOf = None,
) -> Explanation:
    """One figure, from the clause down to the cells of the uploads that it came from."""
    return service().explanation(contract, Month.of(month), unquote(no), as_of)


@route("/contracts/<contract>/whatif", "studies", "What if 假设测算", 404, 415, method="POST")
def what_if(
    contract: ContractId,
    supposed: Annotated[Supposed, Body(description="Facts and readings to assume 假设的数据和读法")],
    as_of: AsOf = None,
) -> Difference:
    """The difference that changed facts or readings would make. Nothing is stored."""
    return service().what_if(contract, supposed.settings, supposed.readings, as_of)


@route("/contracts/<contract>/submissions", "uploads", "What became of uploads 上传回执", 404)
def submissions(contract: ContractId, month: OfMonth = None) -> list[SubmissionRecord]:
    """Every version of every upload: accepted, refused with its faults, superseded, or waiting for its plugin."""
    return list(service().submissions(contract, Month.of(month) if month else None))


@route("/strays", "uploads", "Uploads that belong to no contract 无归属的上传")
def strays(
    region: Annotated[str | None, Query(description="Region 地区; default: no readable region")] = None,
) -> list[SubmissionRecord]:
    """Uploads with an unreadable key, of an unknown region, or of a month that no contract covers."""
    return list(service().strays(region))


@route("/contracts/<contract>/facts", "uploads", "Post facts of the authority 主管单位填报", 404, 415, method="POST")
def post_facts(
    contract: ContractId,
    facts: Annotated[FactsBody, Body(description="Measures and events 数据和事项, as in a JSON upload")],
    name: Annotated[str | None, Query(description="File name 文件名; the same name replaces", max_length=100)] = None,
) -> Posted:
    """Checked as any upload is and put into the bucket, from where they come into force within seconds."""
    content = (app.current_event.decoded_body or "").encode()  # as it came: parsing would make floats of numbers
    given: Any = {"name": name, "received_at": datetime.now(UTC), "actor": caller()}
    return service().post_facts(contract, Month.of(facts.month), content, **given)


@route("/portfolio/<month>", "results", "All contracts in one month 各地区月度汇总")
def portfolio(month: InPath) -> list[Head]:
    """State, deductions and revision of every contract that has an assessment of that month."""
    return list(service().portfolio(Month.of(month)))


@route("/openapi.json", "meta", "This document 接口说明")
def openapi() -> Response[Any]:
    """The OpenAPI document of this API."""
    return Response(200, JSON, openapi_json())


@cache
def openapi_json() -> str:
    """The OpenAPI document as JSON text."""
    description = "Scores the outsourcing contracts of 12345 hotlines 12345热线服务外包合同考核平台"
    return app.get_openapi_json_schema(title="kaohe 考核", version="1", description=description)


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def failed(error: Exception) -> Response[str]:
    """Any error as HTTP."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    request = app.lambda_context.aws_request_id
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request failed", extra={**loggable(error), "request": request})
    content = Failure(error=_web_problem(error) or problem(error, request))
    return Response(status, JSON, canonical(content.model_dump(mode="json", exclude_none=True)))


def _web_problem(error: Exception) -> Problem | None:
    """What is wrong with the request itself; None where it came as far as the use case."""
    if isinstance(error, RequestValidationError):
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return Problem(code="invalid-argument", message="; ".join(wrong))
    if isinstance(error, NotFoundError):
        return Problem(code="not-found", message="no such route; GET /openapi.json lists them")
    if isinstance(error, RequestUnsupportedContentType):
        return Problem(code="unsupported-media-type", message="send JSON")
    return None


def _unless_known(event: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Name the answer by its content, and send it only if the caller does not have it."""
    if answer["statusCode"] != HTTPStatus.OK or event["requestContext"]["http"]["method"] != "GET":
        return answer
    tag = f'"{hashlib.sha256(answer["body"].encode()).hexdigest()}"'
    answer["headers"]["ETag"] = tag
    if event.get("headers", {}).get("if-none-match") == tag:
        answer |= {"statusCode": int(HTTPStatus.NOT_MODIFIED), "body": ""}
    return answer
