"""JSON to name-value pairs: what a script sends, or a beacon as text.

A list is a repeated field, an object inside an object is `outer[inner]`, and a name that stands twice is sent twice. A
number stays the text that it was.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from leadbell.errors import Malformed

MAX_DEPTH = 20

# A string, whole or cut off, and a bracket outside of one. Each character is looked at once, whatever stands there.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)

Pairs = tuple[tuple[str, str], ...]


def json_pairs(text: str, most: int) -> Pairs:
    """The fields of one JSON object, at most that many; raises Malformed where it is none."""
    _check_depth(text)
    try:
        data = json.loads(text, object_pairs_hook=_members, parse_constant=str, parse_int=str, parse_float=str)
    except ValueError as error:
        raise Malformed("the body is not valid JSON: send one flat object of fields") from error
    if not isinstance(data, dict):
        raise Malformed("the body is not a JSON object: send one flat object of fields")
    pairs = (pair for name, value in data.items() for pair in _flat(name, value))
    return tuple(islice(pairs, most))


def _check_depth(text: str) -> None:
    """Counts brackets, so that no parser has to go down and come up again to find out."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += (found[1] is not None) - (found[2] is not None)
        if depth > MAX_DEPTH:
            raise Malformed("the JSON is nested too deeply; send one flat object")


def _members(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) == len(members):
        return found
    every: dict[str, list[Any]] = {}
    for name, value in members:
        every.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in every.items()}


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Numbers are text already: ids of twenty digits and leading plus signs are no arithmetic."""
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _flat(f"{name}[{inner}]", each)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _flat(f"{name}[{at}]" if isinstance(each, dict | list) else name, each)
    elif isinstance(value, bool):
        yield name, "yes" if value else "no"
    elif value is not None:
        yield name, value
