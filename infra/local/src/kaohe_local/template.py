"""``infra/template.yaml`` as data: what one machine has to make, with every reference worked out.

Only as much of CloudFormation as the resources made here need: ``Ref``, ``Fn::Sub`` and ``Fn::GetAtt``, in the long
and the short form. Anything else is an error that names it, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from kaohe.errors import UsageError

BESIDE = Path(__file__).parents[3] / "template.yaml"
"""Where the template lies in a checkout of the repository."""
ACCOUNT, REGION = "123456789012", "cn-north-1"

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
_NAMES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Serverless::Function": "FunctionName",
}
_ARNS = {
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    "AWS::Serverless::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: ``!Ref x`` comes out as ``{"Ref": "x"}``."""


def _short_form(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if tag == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


@dataclass(frozen=True)
class Resource:
    """One resource, its references worked out.

    Attributes:
        logical: its name in the template.
        type: such as ``AWS::SQS::Queue``.
        name: its physical name.
        arn: its ARN.
        properties: as the template has them.
    """

    logical: str
    type: str
    name: str
    arn: str
    properties: Mapping[str, Any]


@dataclass
class Template:
    """A SAM template, read for one stage, account and region.

    Attributes:
        path: the file.
        content: what it holds, references not yet worked out.
        parameters: values of parameters; the others have their defaults.
        region: the region that the machine says it is in.
    """

    path: Path
    content: Mapping[str, Any]
    parameters: Mapping[str, str] = field(default_factory=lambda: {"Stage": "local"})
    region: str = REGION

    @classmethod
    def read(cls, path: Path | None = None) -> Template:
        """Read a template; without a path the one of the checkout that this package is installed from.

        Raises:
            UsageError: there is none, or it is not a template.
        """
        path = (path or BESIDE).resolve()
        if not path.is_file():
            raise UsageError(
                f"there is no template at {path}: this command needs a checkout of the kaohe repository, "
                "with the package installed from it in place; or name one with --template"
            )
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a safe loader)
        except yaml.YAMLError as error:
            raise UsageError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(content, dict) or "Resources" not in content:
            raise UsageError(f"{path} is not a CloudFormation template: it has no Resources")
        return cls(path, content)

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a type, in the template's order."""
        resources = self.content["Resources"].items()
        return tuple(self.resource(logical) for logical, found in resources if found["Type"] == kind)

    def resource(self, logical: str) -> Resource:
        """The resource of that name."""
        found = self._found(logical)
        properties = self.resolve(found.get("Properties", {}))
        return Resource(logical, found["Type"], self._name(logical), self._arn(logical), properties)

    def resolve(self, value: Any) -> Any:
        """A value with its references worked out, however deep they stand."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (key := next(iter(value))) in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            return self._reference(key, value[key])
        if function := next((key for key in value if key.startswith("Fn::")), None):
            raise self._fault(f"{function} is more than one machine can work out")
        return {key: self.resolve(item) for key, item in value.items()}

    def _reference(self, key: str, target: Any) -> str:
        if key == "Ref":
            return self._ref(target)
        if key == "Fn::GetAtt":
            return self._attribute(*target)
        if not isinstance(target, str):
            raise self._fault("Fn::Sub with a list of values is more than one machine can work out")
        return _PLACEHOLDER.sub(lambda match: self._substitute(match[1]), target)

    def _substitute(self, name: str) -> str:
        logical, dot, attribute = name.partition(".")
        return self._attribute(logical, attribute) if dot else self._ref(name)

    def _ref(self, name: str) -> str:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": self.region,
            "AWS::Partition": self._partition,
            "AWS::URLSuffix": "amazonaws.com.cn" if self._partition == "aws-cn" else "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if (parameter := self.content.get("Parameters", {}).get(name)) is not None:
            return str(self.parameters.get(name, parameter.get("Default", "")))
        return self._name(name)

    def _attribute(self, logical: str, attribute: str) -> str:
        if attribute == "Arn":
            return self._arn(logical)
        if attribute == _NAMES.get(self._found(logical)["Type"]):
            return self._name(logical)
        raise self._fault(f"{logical}.{attribute} is more than one machine can work out")

    def _name(self, logical: str) -> str:
        found = self._found(logical)
        given = found.get("Properties", {}).get(_NAMES.get(found["Type"], ""))
        return f"kaohe-local-{logical.lower()}" if given is None else str(self.resolve(given))

    def _arn(self, logical: str) -> str:
        form = _ARNS.get(self._found(logical)["Type"])
        if form is None:
            # Roles, log groups and the like are not made here; nothing that is made looks at their names.
            return f"arn:{self._partition}:none:{self.region}:{ACCOUNT}:{logical}"
        return form.format(partition=self._partition, region=self.region, account=ACCOUNT, name=self._name(logical))

    @property
    def _partition(self) -> str:
        return "aws-cn" if self.region.startswith("cn-") else "aws"

    def _found(self, logical: str) -> Mapping[str, Any]:
        if logical not in self.content["Resources"]:
            raise self._fault(f"it has no resource {logical!r}")
        found: Mapping[str, Any] = self.content["Resources"][logical]
        return found

    def _fault(self, problem: str) -> UsageError:
        return UsageError(f"{self.path.name}: {problem}")
