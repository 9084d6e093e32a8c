"""Requests as events of payload format 2.0, answers as responses."""

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from kaohe.errors import KaoheError
from kaohe_local.gateway import MOST, Gateway, to_event, to_response

Answer = tuple[int, dict[str, str], bytes]


def echo(event: Mapping[str, Any]) -> dict[str, Any]:
    """Answer with the event itself."""
    if event["rawPath"] == "/broken":
        raise ValueError("a function that fails")
    return {"statusCode": 200, "headers": {"X-Kind": "echo"}, "cookies": ["a=1", "b=2"], "body": json.dumps(event)}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway(echo)
    yield running
    running.stop()


def ask(
    gateway: Gateway, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    connection = HTTPConnection(urlsplit(gateway.url).netloc, timeout=5)
    try:
        connection.request(method, target, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def seen(
    gateway: Gateway, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Any:
    status, _, content = ask(gateway, method, target, body, headers)
    assert status == 200
    return json.loads(content)


def test_a_chinese_path_comes_decoded(gateway: Gateway) -> None:
    event = seen(gateway, "GET", quote("/contracts/济源-2026/clauses/4.5"))
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/contracts/济源-2026/clauses/4.5"


def test_a_query_string_comes_as_it_was_and_taken_apart(gateway: Gateway) -> None:
    event = seen(gateway, "GET", f"/x?name={quote('四月')}&a=1&a=2&empty=")
    assert event["rawQueryString"] == f"name={quote('四月')}&a=1&a=2&empty="
    assert event["queryStringParameters"] == {"name": "四月", "a": "1,2", "empty": ""}


def test_without_a_query_string_there_are_no_parameters(gateway: Gateway) -> None:
    event = seen(gateway, "GET", "/x")
    assert event["rawQueryString"] == ""
    assert "queryStringParameters" not in event


def test_headers_are_in_lower_case_and_cookies_apart(gateway: Gateway) -> None:
    event = seen(gateway, "GET", "/x", headers={"If-None-Match": '"abc"', "Cookie": "a=1; b=2"})
    assert event["headers"]["if-none-match"] == '"abc"'
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


def test_a_body_comes_as_text(gateway: Gateway) -> None:
    event = seen(gateway, "POST", "/x", '{"满意": 1}'.encode(), headers={"Content-Type": "application/json"})
    assert (event["body"], event["isBase64Encoded"]) == ('{"满意": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"


def test_a_body_that_is_no_text_comes_in_base64() -> None:
    event = to_event("PUT", "/x", [], b"\xff\x00", "127.0.0.1")
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_a_request_without_a_body_has_none(gateway: Gateway) -> None:
    assert "body" not in seen(gateway, "GET", "/x")


def test_an_answer_keeps_its_headers_and_cookies(gateway: Gateway) -> None:
    status, headers, _ = ask(gateway, "GET", "/x")
    assert (status, headers["X-Kind"], headers["set-cookie"]) == (200, "echo", "b=2")


def test_an_answer_in_base64_is_decoded() -> None:
    assert to_response({"statusCode": 201, "body": "/wA=", "isBase64Encoded": True}) == (201, [], b"\xff\x00")


def test_an_answer_without_a_status_is_a_body_of_json() -> None:
    assert to_response({"fine": True}) == (200, [("content-type", "application/json")], b'{"fine": true}')


def test_a_function_that_fails_is_a_500_that_says_nothing(gateway: Gateway) -> None:
    status, _, body = ask(gateway, "GET", "/broken")
    assert (status, body) == (500, b'{"message":"Internal Server Error"}')
    assert gateway.failures == ["GET /broken: ValueError: a function that fails"]


def test_a_body_larger_than_lambda_takes_is_refused_unread(gateway: Gateway) -> None:
    status, _, _ = ask(gateway, "POST", "/x", headers={"Content-Length": str(MOST + 1)})
    assert status == 413


def test_a_port_that_is_taken_is_named(gateway: Gateway) -> None:
    port = urlsplit(gateway.url).port
    assert port
    with pytest.raises(KaoheError, match=rf"port {port} .*choose another"):
        Gateway(echo, port)


def test_head_has_neither_a_body_nor_a_length_that_would_be_another_than_that_of_get(gateway: Gateway) -> None:
    status, headers, body = ask(gateway, "HEAD", "/x")
    assert (status, headers["X-Kind"], body) == (200, "echo", b"")
    assert "content-length" not in {name.lower() for name in headers}
