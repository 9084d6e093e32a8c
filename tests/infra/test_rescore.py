"""The state machine of the template, walked step by step over the real upkeep function."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from kaohe import plugins
from kaohe.errors import PluginError
from kaohe.periods import Month

from functions.upkeep import app
from tests.core.service import testia
from tests.core.service.house import CONTRACT, House, house, region, upgrade
from tests.core.store.backend import aws, bucket, dynamodb, dynamodb_endpoint, table
from tests.infra.test_template import resources, template

__all__ = ["aws", "bucket", "dynamodb", "dynamodb_endpoint", "house", "region", "resources", "table", "template"]
BROKEN = "testia-2027"
MARCH = Month.of("2026-03")
Function = Callable[[Any], Any]


class Failed(Exception):
    """A Fail state was reached, or a step failed and nothing caught it."""


def at(path: str, data: Any, context: Any) -> Any:
    """The few JSONPaths that the definition uses."""
    data, path = (context, path[1:]) if path.startswith("$$") else (data, path)
    for part in path.removeprefix("$").strip(".").split("."):
        name, every, _ = part.partition("[*]")
        data = data[name] if name else data
        if every:
            return [at(f"${path.partition('[*]')[2]}", item, context) for item in data]
    return data


def filled(form: Any, data: Any, context: Any = None) -> Any:
    """A payload template with its paths looked up."""
    if not isinstance(form, dict):
        return form
    made: dict[str, Any] = {}
    for name, value in form.items():
        if not name.endswith(".$"):
            made[name] = filled(value, data, context)
        elif value.startswith("States.ArrayContains("):
            path, wanted = value.removeprefix("States.ArrayContains(").rstrip(")").split(", ")
            made[name[:-2]] = json.loads(wanted) in at(path, data, context)
        else:
            made[name[:-2]] = at(value, data, context)
    return made


def placed(state: dict[str, Any], data: Any, result: Any) -> Any:
    path = state.get("ResultPath", "$")
    return result if path == "$" else {**data, path.removeprefix("$."): result}


class Machine:
    """A driver for Task, Map, Pass, Choice, Succeed and Fail; payloads go through JSON, as they do in AWS.

    Attributes:
        calls: the payloads that the function was given.
    """

    def __init__(self, definition: dict[str, Any], function: Function) -> None:
        self.definition, self.function = definition, function
        self.calls: list[Any] = []

    def run(self, data: Any) -> Any:
        return self._walk(self.definition, data)

    def _walk(self, part: dict[str, Any], data: Any) -> Any:
        name: str | None = part["StartAt"]
        while name:
            state = part["States"][name]
            data, name = getattr(self, f"_{state['Type'].lower()}")(state, data)
            data = json.loads(json.dumps(data))
        return data

    def _task(self, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        assert state["Resource"] == {"Fn::GetAtt": ["UpkeepFunction", "Arn"]}
        self.calls.append(payload := filled(state["Parameters"], data))
        try:
            return placed(state, data, self.function(payload)), state.get("Next")
        except Exception as error:
            for catch in state.get("Catch", ()):
                assert catch["ErrorEquals"] == ["States.ALL"]
                told = {"Error": type(error).__name__, "Cause": str(error)}
                return placed(catch, data, told), catch["Next"]
            raise

    def _map(self, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        found = []
        for item in at(state["ItemsPath"], data, None):
            context = {"Map": {"Item": {"Value": item}}}
            found.append(self._walk(state["ItemProcessor"], filled(state["ItemSelector"], data, context)))
        return placed(state, data, found), state["Next"]

    def _pass(self, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        return filled(state["Parameters"], data), state.get("Next")

    def _choice(self, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        for choice in state["Choices"]:
            if at(choice["Variable"], data, None) is choice["BooleanEquals"]:
                return data, choice["Next"]
        return data, state["Default"]

    def _succeed(self, state: dict[str, Any], data: Any) -> tuple[Any, None]:
        return data, None

    def _fail(self, state: dict[str, Any], data: Any) -> tuple[Any, None]:
        raise Failed(state["Error"], data)


@pytest.fixture
def definition(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["Rescore"]["Properties"]["Definition"]
    return found


@pytest.fixture
def machine(definition: dict[str, Any], house: House, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(app, "service", lambda: house)
    monkeypatch.setattr(app.metrics.provider, "namespace", "kaohe", raising=False)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "upkeep")
    context: Any = SimpleNamespace(
        function_name="kaohe-test",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws-cn:lambda:cn-north-1:123456789012:function:kaohe-test",
        aws_request_id="52fdfc07-2182-454f-963f-5f0f9a621d72",
    )
    return Machine(definition, lambda payload: app.handler(payload, context))


def test_a_dry_run_shows_the_differences_and_writes_nothing(machine: Machine, house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    upgrade("2")
    before = house.items()
    told = machine.run({"region": "testia", "dry_run": True})
    assert house.items() == before
    months = [f"2026-0{n}" for n in (1, 2, 3)]
    assert told["results"] == [{"contract": CONTRACT, "failed": False, "months": months}]
    assert machine.calls == [{"contracts": "testia"}, {"rescore": {"contract": CONTRACT, "dry_run": True}}]
    preview = machine.function(machine.calls[-1])
    assert (preview["plugin"]["version"], preview["changes"], preview["difference"]) == ("2", 0, [])


def test_a_run_writes_what_the_dry_run_showed(machine: Machine, house: House) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    upgrade("2")
    dry = machine.run({"region": "testia", "dry_run": True})
    assert machine.run({"region": "testia", "dry_run": False}) == dry
    assert house.month(CONTRACT, MARCH).revision == 2
    assert house.table.audit(CONTRACT)[-1].actor.startswith("invocation ")
    assert house.audit(CONTRACT, rebuild=True).findings == ()


def test_a_contract_that_fails_stops_no_other_and_the_run_says_so(
    machine: Machine, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.send("2026-03", rated=100, satisfied=97)
    upgrade("2")
    monkeypatch.setattr(app, "TASKS", {**app.TASKS, "contracts": lambda asked, context: [BROKEN, CONTRACT]})
    with pytest.raises(Failed, match="ContractsFailed") as caught:
        machine.run({"region": "testia", "dry_run": False})
    broken, good = caught.value.args[1]["results"]
    assert broken == {"contract": BROKEN, "failed": True, "error": "NotFound"}
    assert (good["contract"], good["failed"]) == (CONTRACT, False)
    assert house.month(CONTRACT, MARCH).revision == 2


def test_a_region_that_cannot_be_loaded_fails_at_once(machine: Machine) -> None:
    testia.BROKEN.add("contracts")
    plugins.load_region.cache_clear()
    with pytest.raises(PluginError, match=r"contract\.yaml is torn"):
        machine.run({"region": "testia", "dry_run": True})


def states(part: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(part["States"].values())
    return found + [inner for state in found if "ItemProcessor" in state for inner in states(state["ItemProcessor"])]


def test_every_state_can_be_reached_and_every_call_is_tried_again(definition: dict[str, Any]) -> None:
    for part in (definition, definition["States"]["EachContract"]["ItemProcessor"]):
        named = {part["StartAt"]}
        for state in part["States"].values():
            steps = [state, *state.get("Choices", ()), *state.get("Catch", ())]
            named |= {step[key] for step in steps for key in ("Next", "Default") if key in step}
        assert named == set(part["States"])
    for task in (state for state in states(definition) if state["Type"] == "Task"):
        (again,) = task["Retry"]
        assert {"LostRace", "StoreError", "Lambda.TooManyRequestsException"} < set(again["ErrorEquals"])
        assert "PluginError" not in again["ErrorEquals"]
        assert again["BackoffRate"] > 1


def test_contracts_run_apart_few_at_a_time(definition: dict[str, Any]) -> None:
    each = definition["States"]["EachContract"]
    assert each["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert 1 < each["MaxConcurrency"] <= 10
    assert each["ToleratedFailureCount"] == 0


def test_the_state_machine_may_call_upkeep_and_itself_and_no_more(resources: dict[str, Any]) -> None:
    (policy,) = resources["RescoreRole"]["Properties"]["Policies"]
    rules = {rule["Sid"]: rule for rule in policy["PolicyDocument"]["Statement"]}
    assert rules["CallUpkeep"]["Resource"] == {"Fn::GetAtt": ["UpkeepFunction", "Arn"]}
    name = resources["Rescore"]["Properties"]["StateMachineName"]["Fn::Sub"]
    assert rules["RunEachContract"]["Resource"]["Fn::Sub"].endswith(f":stateMachine:{name}")
    assert all(f":execution:{name}" in found["Fn::Sub"] for found in rules["FollowEachContract"]["Resource"])
    assert [sid for sid, rule in rules.items() if rule["Resource"] == "*"] == ["Log"]
