"""Reading YAML without its traps.

A key that stands twice is an error, not a silent overwrite, and ``no``, ``on`` and ``yes`` are words: only
``true`` and ``false`` are booleans, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from kaohe.contract import Contract
from kaohe.errors import UsageError
from kaohe.kinds import KINDS
from kaohe.model import told_of
from kaohe.records import Export

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


_STREAM = re.compile(r'(?<= in )"<[a-z ]+>", ')
"""What PyYAML calls a text whose file it does not know."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe, in C where PyYAML has it, and strict about keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # 2026-13-31 looks like a date and is none
            told = f"{node.value!r} cannot be read: {error}"
            raise yaml.constructor.ConstructorError(None, None, told, node.start_mark) from error


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def load_yaml(text: str, name: str) -> Any:
    """The content of a YAML text.

    Args:
        text: the text.
        name: the file's name, for messages.

    Raises:
        UsageError: it is not YAML, or a key stands twice; the message has file, line and column.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        told = _STREAM.sub("", " ".join(str(error).split()))
        raise UsageError(f"{name} is not YAML: {told}{_hint(text, told)}") from error


def _hint(text: str, told: str) -> str:
    """What is behind an error that YAML's own words do not tell."""
    if "\t" in text and "cannot start any token" in told:
        return "; indent with blanks, not with tabs"
    if "：" in text and ("could not find expected ':'" in told or "mapping values are not allowed" in told):
        return "; a colon at the end of a key is half-width, with a blank after it: 'label: …'"
    return ""


def read_text(file: Traversable, name: str) -> str:
    """The text of a file in UTF-8.

    Raises:
        UsageError: it is written otherwise, as Windows' own editors do in Chinese; the message has file and line.
    """
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name} is not written in UTF-8 (line {line}); save it as UTF-8") from error


def load_contract(package: str, name: str = "contract.yaml") -> Contract:
    """The contract in a file beside a package's modules.

    Args:
        package: the package's dotted name; a plugin passes its own ``__package__``.
        name: the file's name.

    Raises:
        UsageError: the file does not describe a contract; the message names each field at fault.
    """
    held = load_yaml(read_text(files(package).joinpath(name), name), name)
    try:
        return Contract.model_validate(held)
    except ValidationError as error:
        faults = [told_of(e, _place(e["loc"], held) or "contract") for e in error.errors()]
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
    named = ((file, f"exports/{file.name}") for file in listed)
    return tuple(read_export(read_text(file, name), name) for file, name in named)


def read_export(text: str, name: str) -> Export:
    """The export that a YAML text describes.

    Raises:
        UsageError: it does not describe one; the message names each field at fault.
    """
    held = load_yaml(text, name)
    if held is None:
        raise UsageError(f"{name} is empty; it has to say name, label, records and columns")
    try:
        export = Export.model_validate(held)
    except ValidationError as error:
        faults = [told_of(e, _place(e["loc"], held) or "export") for e in error.errors()]
        raise UsageError(f"{name} is not an export: " + "; ".join(faults)) from error
    kind = next(kind for kind in KINDS if kind.code == export.records)
    if problems := list(export.problems(kind)):
        raise UsageError(f"{name} is not an export: " + "; ".join(problems))
    return export


def _place(loc: tuple[int | str, ...], held: object) -> str:
    """The path of a field; a clause or an instalment in it by its number, not by its place in the list.

    The date that stands for a value that was never amended is left out.
    """
    match loc, held:
        case ("clauses" | "instalments" as what, int() as at, *rest), {}:
            entry = held[what][at]
            no = entry.get("no") if isinstance(entry, Mapping) else None
            told = f"{what[:-1]} {no}" if isinstance(no, (str, int)) else f"{what}, entry {at + 1}"
            return ", ".join(filter(None, (told, _joined(rest))))
    return _joined(loc)


def _joined(loc: Iterable[int | str]) -> str:
    return ".".join(str(step) for step in loc if step != str(date.min))
