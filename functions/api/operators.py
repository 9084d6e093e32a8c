"""Questions on the platform itself: uploads and what became of them, all contracts, the API's own description."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import Response
from kaohe.periods import Month
from kaohe.service import SubmissionView
from kaohe.store import Head, SubmissionRecord

from . import routing
from .parameters import ContractId, InPath, OfMonth, OfRegion
from .routing import JSON, app, get


@get("/contracts/<contract>/submissions", "uploads", "What became of uploads 上传回执", 404)
def submissions(contract: ContractId, month: OfMonth = None) -> list[SubmissionView]:
    """Every version of every upload: accepted, refused with its faults, superseded, or waiting for its plugin.

    An upload that was accepted may contradict another one; then neither's value is used, and both say so.
    """
    return list(routing.service().submissions(contract, Month.of(month) if month else None))


@get("/strays", "uploads", "Uploads that belong to no contract 无归属的上传")
def strays(
    region: OfRegion = None,
) -> list[SubmissionRecord]:
    """Uploads with an unreadable key, of an unknown region, or of a month that no contract covers.

    Without `region` all of them, those within the last second perhaps left out; with it, those sent for that region.
    """
    return list(routing.service().strays(region))


@get("/portfolio/<month>", "results", "All contracts in one month 各地区月度汇总")
def portfolio(month: InPath) -> list[Head]:
    """State, deductions and revision of every contract that has an assessment of that month."""
    return list(routing.service().portfolio(Month.of(month)))


@get("/openapi.json", "meta", "This document 接口说明")
def openapi() -> Response[Any]:
    """The OpenAPI document of this API."""
    return Response(200, JSON, openapi_json())


@cache
def openapi_json() -> str:
    """The OpenAPI document as JSON text."""
    description = "Scores the outsourcing contracts of 12345 hotlines 12345热线服务外包合同考核平台"
    return app.get_openapi_json_schema(title="kaohe 考核", version="1", description=description)
