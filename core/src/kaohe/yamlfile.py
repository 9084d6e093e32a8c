"""Reading YAML without its traps.

A key that stands twice is an error, not a silent overwrite, and ``no``, ``on`` and ``yes`` are words: only
``true`` and ``false`` are booleans, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError

from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.kinds import KINDS
from kaohe.records import Export


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe, in C where PyYAML has it, and strict about keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def load_yaml(text: str) -> Any:
    """The content of a YAML text.

    Raises:
        yaml.YAMLError: it is not YAML, or a key stands twice; the message has line and column.
    """
    return yaml.load(text, _Loader)  # noqa: S506 (a safe loader)


def load_contract(package: str, name: str = "contract.yaml") -> Contract:
    """The contract in a file beside a package's modules.

    Args:
        package: the package's dotted name; a plugin passes its own ``__package__``.
        name: the file's name.

    Raises:
        UsageError: the file does not describe a contract; the message names each field at fault.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    try:
        return Contract.model_validate(load_yaml(text))
    except yaml.YAMLError as error:
        raise UsageError(f"{name} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = [f"{_place(e['loc']) or 'contract'}: {e['msg']}" for e in error.errors()]
        raise UsageError(f"{name} is not a contract: " + "; ".join(faults)) from error


def load_exports(package: str) -> tuple[Export, ...]:
    """The exports that a package declares in files ``exports/*.yaml``; none where it has no such folder.

    Raises:
        UsageError: a file does not describe an export; the message names it and each field at fault.
    """
    try:
        folder = files(package).joinpath("exports")
    except (ModuleNotFoundError, AttributeError):
        return ()  # a module that was made by hand has no spec, and no files
    if not folder.is_dir():
        return ()
    listed = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(read_export(file.read_text(encoding="utf-8"), file.name) for file in listed)


def read_export(text: str, name: str) -> Export:
    """The export that a YAML text describes.

    Raises:
        UsageError: it does not describe one; the message names each field at fault.
    """
    try:
        held = load_yaml(text)
        if held is None:
            raise UsageError(f"{name} is empty; it has to say name, label, records and columns")
        export = Export.model_validate(held)
    except yaml.YAMLError as error:
        raise UsageError(f"{name} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = [f"{_place(e['loc']) or 'export'}: {e['msg']}" for e in error.errors()]
        raise UsageError(f"{name} is not an export: " + "; ".join(faults)) from error
    kind = next(kind for kind in KINDS if kind.code == export.records)
    if problems := list(export.problems(kind)):
        raise UsageError(f"{name} is not an export: " + "; ".join(problems))
    return export


def _place(loc: tuple[int | str, ...]) -> str:
    """The path of a field, without the date that stands for a value that was never amended."""
    return ".".join(str(step) for step in loc if step != str(date.min))
