"""The API on events as AWS sends them: every route, every error."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from kaohe import plugins
from kaohe.errors import LostRace
from kaohe.model import canonical
from kaohe.service.failures import Failure
from kaohe.store import OtherBuild, Table
from openapi_spec_validator import validate

from functions.api import app, routing
from tests.core.service import testia
from tests.core.service.house import CONTRACT, NOON, House, upload


class Answer(NamedTuple):
    status: int
    body: str
    headers: dict[str, str]

    @property
    def content(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, house: House, event: Callable[[str], dict[str, Any]], context: Any) -> Ask:
    monkeypatch.setattr(routing, "service", lambda: house)

    def asked(
        path: str, *, method: str = "GET", body: str | None = None, tag: str = "", kind: str | None = None, **query: Any
    ) -> Answer:
        request = event("api-get" if method == "GET" else "api-post-facts")
        request |= {"rawPath": path, "rawQueryString": urlencode(query)}
        request["queryStringParameters"] = {name: str(value) for name, value in query.items()}
        request["requestContext"]["http"] |= {"method": method, "path": path}
        request["headers"] |= {"if-none-match": tag} if tag else {}
        request["headers"] |= {"content-type": kind} if kind is not None else {}
        request |= {"body": body} if body is not None else {}
        answer = app.handler(request, context)
        return Answer(answer["statusCode"], answer["body"], answer["headers"])

    return asked


@pytest.fixture
def scored(house: House) -> House:
    house.send("2026-03", rated=100, satisfied=97)
    house.send("2026-03", rated=100, satisfied=101)
    return house


GOOD: dict[str, Callable[[Any], bool]] = {
    "/regions": lambda c: c[0]["contracts"] == [CONTRACT],
    f"/contracts/{CONTRACT}": lambda c: c["total"] == "120000.00",
    f"/contracts/{CONTRACT}/clauses": lambda c: [clause["no"] for clause in c] == ["1.1", "1.2", "2"],
    f"/contracts/{CONTRACT}/clauses/1.2": lambda c: c["label"] == "投诉",
    f"/contracts/{CONTRACT}/readings": lambda c: c[0]["default"] == "each",
    f"/contracts/{CONTRACT}/measures": lambda c: c["measures"]["survey.rated"]["label"] == "参评数",
    f"/contracts/{CONTRACT}/document": lambda c: c["as_of"] == "2026-03-31",
    f"/contracts/{CONTRACT}/document?as_of=2026-07-01": lambda c: len(c["assessments"]) == 7,
    f"/contracts/{CONTRACT}/months": lambda c: [head["deducted"] for head in c] == ["0.00", "0.00", "30.00"],
    f"/contracts/{CONTRACT}/months/2026-03": lambda c: c["assessment"]["kpis"][0]["value"] == "0.97",
    f"/contracts/{CONTRACT}/months/2026-03?revision=1": lambda c: c["revision"] == 1 and c["in_force"],
    f"/contracts/{CONTRACT}/settlement": lambda c: c["settlement"]["deductions"] == "30.00",
    f"/contracts/{CONTRACT}/settlement?as_of=2026-07-01": lambda c: c["as_of"] == "2026-07-01",
    f"/contracts/{CONTRACT}/renewal": lambda c: c["renewal"]["conclusion"] == "not provided for",
    f"/contracts/{CONTRACT}/renewal?as_of=2026-07-01": lambda c: c["as_of"] == "2026-07-01",
    f"/contracts/{CONTRACT}/submissions": lambda c: [s["status"] for s in c] == ["accepted", "refused"],
    f"/contracts/{CONTRACT}/submissions?month=2026-02": lambda c: c == [],
    f"/contracts/{CONTRACT}/stakes": lambda c: [r["reading"] for r in c["readings"]] == ["repeated"],
    f"/contracts/{CONTRACT}/months/2026-03/clauses/1.1": lambda c: c["taken"] == {"1": "30.00"},
    f"/contracts/{CONTRACT}/months/2026-03/trail": lambda c: c["confirmations"] == c["acts"] == [],
    "/strays": lambda c: c == [],
    "/strays?region=testia": lambda c: c == [],
    "/portfolio/2026-03": lambda c: c[0]["contract"] == CONTRACT and c[0]["deducted"] == "30.00",
    "/openapi.json": lambda c: c["info"]["title"] == "kaohe 考核",
}


@pytest.mark.parametrize("path", GOOD)
def test_good_answers(ask: Ask, scored: House, path: str) -> None:
    bare, _, query = path.partition("?")
    answer = ask(bare, **dict([query.split("=")] if query else []))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert GOOD[path](answer.content), answer.body


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not-found"),
        ("/contracts/testia-1999", 404, "not-found"),
        ("/contracts/elsewhere-2026/clauses", 404, "not-found"),
        (f"/contracts/{CONTRACT}/clauses/9.9", 404, "not-found"),
        ("/contracts/testia-1999/readings", 404, "not-found"),
        ("/contracts/testia-1999/measures", 404, "not-found"),
        ("/contracts/testia-1999/document", 404, "not-found"),
        ("/contracts/testia-1999/months", 404, "not-found"),
        (f"/contracts/{CONTRACT}/months/2026-09", 404, "not-found"),
        (f"/contracts/{CONTRACT}/months/2026-03/clauses/9.9", 404, "not-found"),
        (f"/contracts/{CONTRACT}/months/2026-09/clauses/1.1", 404, "not-found"),
        ("/contracts/testia-1999/stakes", 404, "not-found"),
        (f"/contracts/{CONTRACT}/months/2026-03?revision=9", 404, "not-found"),
        ("/contracts/testia-1999/months/2026-03/trail", 404, "not-found"),
        ("/contracts/testia-1999/settlement", 404, "not-found"),
        ("/contracts/testia-1999/renewal", 404, "not-found"),
        ("/contracts/testia-1999/submissions", 404, "not-found"),
        (f"/contracts/{CONTRACT}/document?as_of=soon", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/document?as-of=2026-06-30", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/settlement?as_of=2026-02-30", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/renewal?as_of=1", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/months/2026-13", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/months/2026-03?revision=0", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/submissions?month=March", 422, "invalid-argument"),
        ("/portfolio/2026", 422, "invalid-argument"),
        ("/portfolio/0000-01", 422, "invalid-argument"),
        ("/portfolio/２０２６-03", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/months/２０２６-03", 422, "invalid-argument"),
        (f"/contracts/{CONTRACT}/clauses/\x00", 404, "not-found"),
        (f"/strays?region={'a' * 101}", 422, "invalid-argument"),
    ],
)
def test_bad_questions(ask: Ask, scored: House, path: str, status: int, code: str) -> None:
    bare, _, query = path.partition("?")
    answer = ask(bare, **dict([query.split("=")] if query else []))
    assert (answer.status, answer.content["error"]["code"]) == (status, code), answer.body
    assert set(answer.content) == {"error"}
    assert answer.content["error"]["message"]
    Failure.model_validate(answer.content)


@pytest.mark.parametrize("written", ["20270120", "86400", "2026/7/1", "2026-07-01T00:00:00"])
def test_a_day_that_is_written_otherwise_is_told_how(ask: Ask, scored: House, written: str) -> None:
    answer = ask(f"/contracts/{CONTRACT}/document", as_of=written)
    assert (answer.status, answer.content["error"]["code"]) == (422, "invalid-argument")
    assert "write a day as 2026-03-31" in answer.content["error"]["message"]


def test_the_document_is_the_canonical_json_of_the_document(ask: Ask, scored: House) -> None:
    expected = canonical(scored.document(CONTRACT).model_dump(mode="json"))
    assert ask(f"/contracts/{CONTRACT}/document").body == expected


def test_who_has_the_answer_already_is_told_so(ask: Ask, scored: House) -> None:
    path = f"/contracts/{CONTRACT}/document"
    tag = ask(path).headers["ETag"]
    assert ask(path, tag=tag)[:2] == (304, "")
    scored.send("2026-03", rated=100, satisfied=96)
    assert ask(path, tag=tag).status == 200


def test_tags_are_compared_weakly_over_a_list(ask: Ask, scored: House) -> None:
    """RFC 9110, 13.1.2."""
    tag = ask("/regions").headers["ETag"]
    for known in (f"W/{tag}", f'"a", {tag}', f'W/"a",W/{tag}', "*", " * "):
        assert ask("/regions", tag=known)[:2] == (304, ""), known
    for other in ('"a"', 'W/"a", "b"', tag.strip('"'), f'"{tag[2:]}', '"*"'):
        assert ask("/regions", tag=other).status == 200, other


def test_who_accepts_gzip_gets_it_under_a_tag_of_its_own(
    scored: House, monkeypatch: pytest.MonkeyPatch, event: Any, context: Any
) -> None:
    monkeypatch.setattr(routing, "service", lambda: scored)
    plain = app.handler(event("api-get"), context)
    request = event("api-get")
    request["headers"]["accept-encoding"] = "gzip, deflate"
    packed = app.handler(request, context)
    assert gzip.decompress(b64decode(packed["body"])).decode() == plain["body"]
    assert (packed["isBase64Encoded"], packed["headers"]["Content-Encoding"]) == (True, "gzip")
    assert packed["headers"]["ETag"] != plain["headers"]["ETag"]
    assert packed["headers"]["Vary"] == plain["headers"]["Vary"] == "Accept-Encoding"
    assert plain["headers"]["Cache-Control"] == "private, no-cache"
    request["headers"]["if-none-match"] = packed["headers"]["ETag"]
    assert app.handler(request, context)["statusCode"] == 304


@pytest.mark.parametrize(("less", "status"), [(0, 200), (1, 406)])
def test_an_answer_that_lambda_cannot_hand_on_says_what_to_do(
    ask: Ask, scored: House, monkeypatch: pytest.MonkeyPatch, less: int, status: int
) -> None:
    size = len(json.dumps(ask("/regions").body, ensure_ascii=False).encode())
    monkeypatch.setattr(app, "MOST", size - less)
    answer = ask("/regions")
    assert answer.status == status
    if status != 200:
        assert (answer.content["error"]["code"], "gzip" in answer.body) == ("answer-too-large", True)


@pytest.mark.parametrize("path", ["/regions", f"/contracts/{CONTRACT}/clauses/9.9", "/nowhere"])
def test_head_is_answered_as_get_is_without_the_body(ask: Ask, scored: House, path: str) -> None:
    answer, head = ask(path), ask(path, method="HEAD")
    assert head == (answer.status, "", answer.headers)
    if tag := answer.headers.get("ETag", ""):
        assert ask(path, method="HEAD", tag=tag)[:2] == (304, "")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/regions", "GET, HEAD"),
        ("DELETE", f"/contracts/{CONTRACT}/months/2026-03/clauses/1.1", "GET, HEAD"),
        ("GET", f"/contracts/{CONTRACT}/facts", "POST"),
        ("OPTIONS", f"/contracts/{CONTRACT}/whatif", "POST"),
    ],
)
def test_a_method_that_a_route_does_not_answer_to_is_told_which_do(
    ask: Ask, method: str, path: str, allowed: str
) -> None:
    answer = ask(path, method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.content["error"]["code"] == "method-not-allowed"
    assert allowed in answer.content["error"]["message"]


def test_head_of_what_only_takes_a_body_is_told_so_without_one(ask: Ask) -> None:
    answer = ask(f"/contracts/{CONTRACT}/whatif", method="HEAD")
    assert (answer.status, answer.body, answer.headers["Allow"]) == (405, "", "POST")


@pytest.mark.parametrize("path", ["/", "/regions/1", "/contracts//facts", "/nowhere/facts"])
def test_no_route_is_no_route_whatever_the_method(ask: Ask, path: str) -> None:
    answer = ask(path, method="PUT")
    assert (answer.status, answer.content["error"]["code"], "Allow" in answer.headers) == (404, "not-found", False)


WHATIF = f"/contracts/{CONTRACT}/whatif"


def test_what_if_shows_the_difference_and_stores_nothing(ask: Ask, scored: House) -> None:
    before = scored.document(CONTRACT)
    body = json.dumps({"settings": [{"code": "survey.satisfied", "month": "2026-03", "value": 99}]})
    answer = ask(WHATIF, method="POST", body=body)
    assert answer.status == 200, answer.body
    changes = {(c["where"], c["what"]): (c["before"], c["after"]) for c in answer.content["changes"]}
    assert changes["2026-03", "deducted"] == ("30.00", "10.00")
    assert scored.document(CONTRACT) == before


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (
            {"settings": [{"code": "survey.satisfed", "month": "2026-03", "value": 1}]},
            404,
            "did you mean survey.satisfied?); GET /contracts/",
        ),
        ({"settings": [{"code": "survey.satisfied", "month": "2026-03", "value": -1}]}, 422, "cannot be"),
        ({"settings": [{"code": "survey.satisfied", "month": "March", "value": 1}]}, 422, "month"),
        ({"settings": [{"code": "calls.offered", "month": "2026-03", "value": 1}]}, 422, '\\"on\\": \\"2026-03-05\\"'),
        (
            {"settings": [{"code": "calls.offered", "month": "2026-03", "on": "2026-04-01", "value": 1}]},
            422,
            '\\"on\\": \\"2026-03-05\\"',
        ),
        (
            {"settings": [{"code": "survey.rated", "month": "2026-03", "on": "2026-03-05", "value": 1}]},
            422,
            'leave out \\"on\\"',
        ),
        (
            {"settings": [{"code": "survey.satisfied", "month": "2026-03", "value": 99999999}]},
            422,
            "cannot be more than",
        ),
        ({"settings": [{"code": "满意数", "month": "2026-03", "value": 1}]}, 404, "survey.satisfied"),
        ({"settings": [{"code": "survey.satisfied", "month": "2026-03", "value": "1e999999999"}]}, 422, "places"),
        ({"readings": [{"reading": "repeated", "option": "once", "value": "1e-999999999"}]}, 422, "places"),
        ({"readings": [{"reading": "repeated", "option": "twice"}]}, 404, "once"),
        ({"guess": 1}, 422, "guess"),
    ],
)
def test_what_cannot_be_assumed(ask: Ask, scored: House, body: dict[str, Any], status: int, word: str) -> None:
    answer = ask(WHATIF, method="POST", body=json.dumps(body))
    assert answer.status == status, answer.body
    assert word in answer.body


MONTH = f"/contracts/{CONTRACT}/months/2026-03"


def post(ask: Ask, house: House, path: str, **body: Any) -> Answer:
    """Ask, and let the bucket deliver what came of it."""
    answer = ask(path, method="POST", body=json.dumps(body))
    if answer.status == 200:
        house.receive(answer.content["key"], received_at=NOON, actor="AWS:API")
    return answer


def test_a_month_is_confirmed_and_a_correction_shows_beside_it(ask: Ask, scored: House) -> None:
    assert post(ask, scored, f"{MONTH}/confirmation", revision=1, ref="确认1号").status == 200
    confirmation = ask(MONTH).content["confirmation"]
    assert (confirmation["revision"], confirmation["ref"]) == (1, "确认1号")
    assert confirmation["by"] == "arn:aws-cn:iam::123456789012:user/authority by way of AWS:API"
    scored.send("2026-03", rated=100, satisfied=96)
    correction = ask(MONTH).content["correction"]
    assert (correction["confirmed"], correction["now"], correction["difference"]) == ("30.00", "40.00", "10.00")
    assert ask(f"/contracts/{CONTRACT}/settlement").content["unconfirmed"] == [
        {"instalment": 1, "confirmed": "30.00", "now": "40.00", "difference": "10.00"}
    ]


def test_a_revision_that_was_replaced_is_not_confirmed(ask: Ask, scored: House) -> None:
    scored.send("2026-03", rated=100, satisfied=96)
    answer = post(ask, scored, f"{MONTH}/confirmation", revision=1)
    assert (answer.status, answer.content["error"]["code"]) == (409, "replaced")
    assert "2026-03 1.1 survey.satisfaction amount 30.00 → 40.00" in answer.content["error"]["message"]
    assert ask(f"{MONTH}/trail").content["acts"] == []
    assert post(ask, scored, f"{MONTH}/confirmation", revision=2).status == 200


def test_an_objection_is_raised_and_decided(ask: Ask, scored: House) -> None:
    raised = post(ask, scored, f"{MONTH}/objections", clause="1.1", reason="系统故障")
    assert raised.content["key"].startswith("submissions/testia/vendor/2026-03/objection-")
    assert ask(MONTH).content["objections"][0]["state"] == "open"
    assert len(raised.content["notices"]) == 1
    in_vain = post(ask, scored, f"{MONTH}/objections", clause="1.2", reason="系统故障")
    assert (in_vain.status, "1.2" in in_vain.content["notices"][1]) == (200, True)
    decided = {"clause": "1.1", "outcome": "upheld", "reason": "属实", "amount": "10.00"}
    assert post(ask, scored, f"{MONTH}/objections/decision", **decided).status == 200
    trail = ask(f"{MONTH}/trail").content
    assert (trail["objections"][0]["state"], trail["objections"][0]["deducted"]) == ("upheld", "10.00")
    assert {act["event"]["kind"] for act in trail["acts"]} == {"objection.raised", "objection.decided"}
    assert ask(MONTH).content["assessment"]["deducted"] == "10.00"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("confirmation", {"revision": 0}, 422),
        ("confirmation", {}, 422),
        ("confirmation", {"revision": 9}, 404),
        ("objections", {"clause": "1.1"}, 422),
        ("objections", {"clause": "9.9", "reason": "?"}, 422),
        ("objections", {"clause": "1.1", "reason": "来电人13800000000"}, 422),
        ("objections/decision", {"clause": "1.1", "outcome": "maybe", "reason": "?"}, 422),
        ("objections/decision", {"clause": "1.1", "outcome": "upheld", "reason": "?", "amount": 1.5}, 422),
        ("objections/decision", {"clause": "1.1", "outcome": "rejected", "reason": "?", "amount": "1.50"}, 422),
    ],
)
def test_what_cannot_be_said_of_a_month(ask: Ask, scored: House, path: str, body: dict[str, Any], status: int) -> None:
    answer = post(ask, scored, f"{MONTH}/{path}", **body)
    assert answer.status == status, answer.body
    Failure.model_validate(answer.content)
    assert "13800000000" not in answer.body


@pytest.mark.parametrize(
    ("proof", "name"),
    [
        ({"iam": {"userArn": "arn:aws-cn:iam::123456789012:user/a"}}, "arn:aws-cn:iam::123456789012:user/a"),
        ({"jwt": {"claims": {"sub": "u-17", "scope": "openid kaohe/authority"}, "scopes": None}}, "u-17"),
        (None, None),
    ],
)
def test_who_asks_is_who_the_gateway_has_checked(
    house: House, monkeypatch: pytest.MonkeyPatch, event: Any, context: Any, proof: Any, name: str | None
) -> None:
    monkeypatch.setattr(routing, "service", lambda: house)
    request = event("api-post-facts")
    request["requestContext"]["authorizer"] = proof
    key = json.loads(app.handler(request, context)["body"])["key"]
    told = house.receive(key, received_at=NOON, actor="AWS:API").submission.actor
    assert told == (f"{name} by way of AWS:API" if name else "AWS:API")


FACTS = f"/contracts/{CONTRACT}/facts"
OBJECTION = {"clause": "1.1", "reason": "系统故障"}
SAID: dict[str, dict[str, Any]] = {
    FACTS: {"region": "testia", "month": "2026-03", "source": "authority"},
    f"{MONTH}/confirmation": {"revision": 1},
    f"{MONTH}/objections": OBJECTION,
    f"{MONTH}/objections/decision": {**OBJECTION, "outcome": "rejected"},
}


@pytest.mark.parametrize("path", SAID)
@pytest.mark.parametrize(
    ("claims", "side"),
    [
        ({"scope": "openid kaohe/authority"}, "authority"),
        ({"scp": "[kaohe/vendor openid]"}, "vendor"),
        ({"scope": "kaohe/authority2 kaohe"}, ""),
        ({}, ""),
    ],
)
def test_a_token_speaks_for_its_own_side_only(
    scored: House, monkeypatch: pytest.MonkeyPatch, event: Any, context: Any, path: str, claims: Any, side: str
) -> None:
    monkeypatch.setattr(routing, "service", lambda: scored)
    request = event("api-post-facts") | {"rawPath": path, "body": json.dumps(SAID[path])}
    request["requestContext"]["http"]["path"] = path
    request["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    answer = app.handler(request, context)
    meant = "vendor" if path.endswith("/objections") else "authority"
    assert answer["statusCode"] == (200 if side == meant else 403), answer["body"]
    if side != meant:
        error = json.loads(answer["body"])["error"]
        assert (error["code"], f"kaohe/{meant}" in error["message"]) == ("forbidden", True)


def test_facts_are_posted_into_the_bucket(ask: Ask, house: House) -> None:
    answer = ask(FACTS, method="POST")
    assert answer.status == 200
    assert answer.content["key"].startswith("submissions/testia/authority/2026-03/")
    assert house.receive(answer.content["key"], received_at=NOON).submission.sha256 == answer.content["sha256"]
    assert ask(FACTS, method="POST", name="投诉").content["key"].endswith("/投诉.json")


def test_refused_facts_come_back_with_their_faults(ask: Ask) -> None:
    _, content = upload("2026-03", source="authority", rated=100, satisfied=101)
    answer = ask(FACTS, method="POST", body=content.decode())
    assert (answer.status, answer.content["error"]["code"]) == (422, "refused")
    assert answer.content["error"]["faults"][0]["message"]


@pytest.mark.parametrize(
    ("body", "path", "status"),
    [
        ("{", FACTS, 422),
        ("[]", FACTS, 422),
        ("{}", FACTS, 422),
        ('{"region": "testia", "month": "2028-03", "source": "authority"}', FACTS, 404),
        ('{"region": "testia", "month": "0000-03", "source": "authority"}', FACTS, 422),
        ('{"region": "testia", "month": "２０２６-03", "source": "authority"}', FACTS, 422),
        (upload("2026-03", source="authority")[1].decode(), "/contracts/testia-1999/facts", 404),
    ],
)
def test_bad_posts(ask: Ask, body: str, path: str, status: int) -> None:
    answer = ask(path, method="POST", body=body)
    assert answer.status == status, answer.body
    Failure.model_validate(answer.content)


def test_facts_of_another_region_are_said_to_be_so(ask: Ask) -> None:
    """Whatever the month: one that this contract has not is not what is wrong."""
    body = json.dumps({"region": "elsewhere", "month": "2028-03", "source": "authority"})
    answer = ask(FACTS, method="POST", body=body)
    assert (answer.status, answer.content["error"]["code"]) == (422, "invalid-argument")
    assert "region 'elsewhere'" in answer.content["error"]["message"]


@pytest.mark.parametrize("path", [FACTS, f"{MONTH}/confirmation", f"{MONTH}/objections", WHATIF])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/csv"])
def test_what_is_not_called_json_is_refused_as_such(ask: Ask, scored: House, path: str, kind: str) -> None:
    """The first is what curl calls everything."""
    answer = ask(path, method="POST", body="{}", kind=kind)
    assert (answer.status, answer.content["error"]["code"]) == (415, "unsupported-media-type")
    assert "application/json" in answer.content["error"]["message"]


@pytest.mark.parametrize("path", [FACTS, f"{MONTH}/objections", WHATIF])
@pytest.mark.parametrize(
    "body",
    [
        '{"clause": "1.1", "reason": "\\ud800"}',
        '{"region": "testia", "month": "2026-03", "source": "authority", "measures": {"\\ud800": 1}}',
        '{"settings": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"settings": ' + "9" * 10_000 + "}",
        "{",
    ],
    ids=["half a character", "half a character in a name", "nested without end", "endless number", "cut off"],
)
def test_a_body_that_cannot_be_read_is_the_callers_fault(ask: Ask, scored: House, path: str, body: str) -> None:
    answer = ask(path, method="POST", body=body)
    answer.body.encode()
    assert (answer.status, answer.content["error"]["code"]) == (422, "invalid-argument")


def test_a_body_that_is_not_utf_8_is_the_callers_fault(
    scored: House, monkeypatch: pytest.MonkeyPatch, event: Any, context: Any
) -> None:
    monkeypatch.setattr(routing, "service", lambda: scored)
    request = event("api-post-facts") | {"body": b64encode(b'{"region": "\xff"}').decode(), "isBase64Encoded": True}
    answer = app.handler(request, context)
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (422, "invalid-argument")


@pytest.mark.parametrize("kind", ["", "application/json", "application/json; charset=utf-8"])
def test_a_body_that_is_called_nothing_is_read_as_json(ask: Ask, scored: House, kind: str) -> None:
    assert ask(WHATIF, method="POST", body="{}", kind=kind).content["changes"] == []


def test_a_broken_plugin_names_itself_its_hook_and_the_remedy(ask: Ask, scored: House) -> None:
    testia.BROKEN.add("compute_deductions")
    answer = ask(f"/contracts/{CONTRACT}/document", as_of="2026-07-01")
    error = answer.content["error"]
    assert (answer.status, error["code"]) == (503, "plugin-error")
    assert (error["plugin"], error["hook"]) == ("testia", "compute_deductions")
    assert error["remedy"]
    assert ask(f"/contracts/{CONTRACT}/document").status == 200
    testia.BROKEN.add("contracts")
    plugins.load_region.cache_clear()
    assert ask("/regions").content[0]["problem"]


def test_what_another_build_has_stored_says_what_to_do(
    ask: Ask, scored: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise OtherBuild("settlement was written by another build; rescore")

    monkeypatch.setattr(Table, "snapshot", fails)
    answer = ask(f"/contracts/{CONTRACT}/settlement")
    assert (answer.status, answer.content["error"]["code"]) == (503, "other-build")
    assert "rescore" in answer.content["error"]["message"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(RuntimeError("secret"), 500, "internal-error"), (LostRace("secret"), 503, "lost-race")],
)
def test_what_is_unforeseen_shows_a_request_id_and_nothing_else(
    ask: Ask, house: House, context: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(house, "regions", fails)
    answer = ask("/regions")
    assert (answer.status, answer.content["error"]["code"]) == (status, code)
    assert answer.content["error"]["request"] == context.aws_request_id
    assert "secret" not in answer.body


def test_the_openapi_document_is_valid_and_complete(ask: Ask) -> None:
    content = ask("/openapi.json").content
    validate(content)
    for path, methods in content["paths"].items():
        for route in methods.values():
            assert route["tags"], path
            assert any("\u4e00" <= c <= "\u9fff" for c in route["summary"]) or path == "/openapi.json"
            assert route["description"].strip()
            assert {"500", "503"} <= set(route["responses"])
            assert all("Failure" in json.dumps(r) for code, r in route["responses"].items() if int(code) >= 400)


def test_questions_declare_what_they_answer_and_that_it_may_be_known(ask: Ask) -> None:
    paths = ask("/openapi.json").content["paths"]
    asked = {path: methods["get"]["responses"] for path, methods in paths.items() if "get" in methods}
    assert all({"200", "304"} <= set(told) for told in asked.values())
    assert all("ETag" in told[status]["headers"] for told in asked.values() for status in ("200", "304"))
    kinds = {path: list(told["200"]["content"]) for path, told in asked.items()}
    failures = "/contracts/{contract}/months/{month}/failures"
    assert kinds.pop(failures) == ["text/csv; charset=utf-8"]
    assert {kind for declared in kinds.values() for kind in declared} == {"application/json"}
    assert all("304" not in told["post"]["responses"] for told in paths.values() if "post" in told)


def test_properties_say_what_the_docstrings_say_of_them(ask: Ask) -> None:
    schemas = ask("/openapi.json").content["components"]["schemas"]
    kpi = schemas["Kpi"]
    assert kpi["properties"]["met"]["description"] == "whether it was met; null where that cannot be said"
    assert kpi["properties"]["numerator"]["description"], "told by an ancestor"
    assert kpi["properties"]["window"] == {
        "$ref": "#/components/schemas/Window",
        "description": "the days it is assessed over",
    }
    assert schemas["Contract"]["properties"]["signed"]["description"].startswith("the day of signature")
    assert kpi["description"] == "An indicator as it came out."
    assert schemas["FactsBody"]["properties"]["source"]["description"] == "`authority`"
    assert not [name for name, schema in schemas.items() if "Attributes:" in schema.get("description", "")]
