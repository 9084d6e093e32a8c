"""DynamoDB's way of writing values: text, whole numbers and bytes are all that the table holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Value = str | int | bytes


def put(table: str, item: Mapping[str, Value], condition: Value | None) -> Any:
    """One action of a transaction.

    Args:
        table: the table's name.
        item: what to write.
        condition: None, ``new`` (no such item yet), or the version that the item in the table must have.
    """
    written = {name: _wire(value) for name, value in item.items()}
    return {"Put": {"TableName": table, "Item": written, **_condition(condition)}}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as plain Python values."""
    return {name: _plain(value) for name, value in item.items()}


def _wire(value: Value) -> dict[str, Any]:
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def _plain(value: Mapping[str, Any]) -> Value:
    ((kind, content),) = value.items()
    return int(content) if kind == "N" else content


def _condition(condition: Value | None) -> dict[str, Any]:
    if condition is None:
        return {}
    if condition == "new":
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": _wire(condition)},
    }
