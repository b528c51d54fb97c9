"""Attribute values in DynamoDB's own form: copied, checked, weighed."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from botocore.exceptions import ParamValidationError

from tests.proof.expressions import Attribute, Item, OutsideGrammarError, Refused

MAX_ITEM_BYTES = 400 * 1024
MAX_DEPTH = 32
_PLAIN_NUMBER = re.compile(r"-?[1-9][0-9]{0,37}|0")


def copied(item: Mapping[str, Any]) -> Item:
    """The item, sharing nothing with what was given, with its numbers as DynamoDB writes them."""
    return {name: _copied(value, 1) for name, value in item.items()}


def _copied(value: Mapping[str, Any], depth: int) -> Attribute:
    try:
        ((tag, inner),) = value.items()
    except (ValueError, AttributeError):
        raise ParamValidationError(report=f"no attribute value: {type(value).__name__}") from None
    if tag == "S" and isinstance(inner, str):
        return {"S": inner}
    if tag == "N" and isinstance(inner, str):
        return {"N": inner if _PLAIN_NUMBER.fullmatch(inner) else _number(inner)}
    if depth > MAX_DEPTH:
        raise Refused("Nesting Levels have exceeded supported limits")
    if tag == "M" and isinstance(inner, dict):
        return {"M": {name: _copied(each, depth + 1) for name, each in inner.items()}}
    if tag == "L" and isinstance(inner, list):
        return {"L": [_copied(each, depth + 1) for each in inner]}
    return _rare(tag, inner)


def _rare(tag: str, inner: Any) -> Attribute:
    if tag in ("BOOL", "NULL") and isinstance(inner, bool):
        return {tag: inner}
    if tag == "B" and isinstance(inner, bytes | bytearray):
        return {"B": bytes(inner)}
    if tag in ("SS", "NS", "BS"):
        raise OutsideGrammarError("Leadbell stores no sets, so this stand-in knows none")
    raise ParamValidationError(report=f"a {type(inner).__name__} as {tag}")


def _number(text: str) -> str:
    try:
        number = Decimal(text).normalize()
    except InvalidOperation:
        raise Refused(f"The parameter cannot be converted to a numeric value: {text}") from None
    if not number.is_finite() or len(number.as_tuple().digits) > 38:
        raise Refused("Attempting to store more than 38 significant digits in a Number")
    return "0" if not number else f"{number:f}"


def size_of(item: Item) -> int:
    """What DynamoDB counts for an item: its names and values, in bytes."""
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(value: Attribute) -> int:
    ((tag, inner),) = value.items()
    if tag == "S":
        return len(inner.encode())
    if tag == "N":
        return len(inner) // 2 + 2
    if tag == "M":
        return 3 + sum(len(name.encode()) + _size_of(each) + 1 for name, each in inner.items())
    if tag == "L":
        return 3 + sum(_size_of(each) + 1 for each in inner)
    return len(inner) if tag == "B" else 1
