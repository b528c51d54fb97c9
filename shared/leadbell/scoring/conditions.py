"""Conditions of a scoring model: from their written form to a function over fields."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadbell.events import Value
from leadbell.scoring.numbers import number_in, whole_number
from leadbell.scoring.patterns import compile_pattern

Where = dict[str, Any]
Fields = Mapping[str, Value]
Condition = Callable[[Fields], bool]


def compile_where(where: Where) -> Condition:
    """One condition from its written form; raises ValueError naming an unknown operator or a bad value.

    `{field: value}` equals, `{field: [..]}` is one of, `{field: {operator: value}}` otherwise; several fields must
    all hold; `all`, `any` (lists of conditions) and `not` (one) combine. A missing field matches nothing but
    `exists: false`. Text is compared without regard to case, a number by what it is worth, also where it came as text.
    """
    if not isinstance(where, dict) or not all(isinstance(name, str) for name in where):
        raise ValueError("this is not a condition; write it as `field: value`")
    return _every([_part(name, value) for name, value in where.items()])


def _every(parts: Sequence[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]

    def holds(fields: Fields) -> bool:
        for part in parts:  # noqa: SIM110  # takes half as long as `all`
            if not part(fields):
                return False
        return True

    return holds


def _part(name: str, value: Any) -> Condition:
    if name in {"all", "any"}:
        if not isinstance(value, list) or not value:
            raise ValueError(f"`{name}` needs a list of conditions; write [{{field: value}}, …]")
        parts = [_not_empty(name, each) for each in value]
        return _every(parts) if name == "all" else lambda fields: any(part(fields) for part in parts)
    if name == "not":
        inner = _not_empty(name, value)
        return lambda fields: not inner(fields)
    if value is None or value == {}:
        raise ValueError(f"`{name}` has no value; to test whether it is known, write `{name}: {{exists: true}}`")
    if isinstance(value, dict):
        return _every([_operator(name, op, operand) for op, operand in value.items()])
    return _operator(name, "in" if isinstance(value, list) else "equals", value)


def _not_empty(name: str, where: Any) -> Condition:
    if where == {}:
        raise ValueError(
            f"`{name}` contains an empty condition, which would match every contact; add a field, or remove it"
        )
    return compile_where(where)


def _operator(field: str, name: str, operand: Any) -> Condition:
    if name == "exists":
        if not isinstance(operand, bool):
            raise ValueError(f"`{field}: exists` needs true or false")
        return lambda fields: (fields.get(field) not in (None, "")) is operand
    make = _OPERATORS.get(name)
    if make is None:
        raise ValueError(f"`{field}`: unknown operator `{name}`; use one of {', '.join([*_OPERATORS, 'exists'])}")
    try:
        if isinstance(operand, dict) or operand is None:
            raise TypeError("needs a plain value" + (" or a list" if name == "in" else ""))
        test = make(operand)
    except (TypeError, ValueError, re.error, OverflowError, RecursionError) as error:  # the last two: a regex too large
        raise ValueError(f"`{field}: {name}`: {error}") from error

    def holds(fields: Fields) -> bool:
        value = fields.get(field)
        return value is not None and test(value)

    return holds


Test = Callable[[Value], bool]


def _fold(value: object) -> str:
    """A value as values are compared: in lower case, and a number as its digits."""
    return value.casefold() if isinstance(value, str) else str(value).casefold()


def _check(operand: Any, wanted: str, *types: type) -> None:
    if not isinstance(operand, types):
        raise TypeError(f"needs {wanted}")


def _equals(operand: Value) -> Test:
    wanted, number = _fold(operand), _number_of(operand)
    if number is None:
        return lambda value: _fold(value) == wanted
    return lambda value: _fold(value) == wanted or whole_number(value) == number


def _one_of(operand: list[Value] | str) -> Test:
    _check(operand, "a list", list, str)
    # Else a text would be a list of its letters.
    values = [operand] if isinstance(operand, str) else operand
    wanted = frozenset(map(_fold, values))
    numbers = frozenset(number for each in values if (number := _number_of(each)) is not None)
    if not numbers:
        return lambda value: _fold(value) in wanted
    return lambda value: _fold(value) in wanted or whole_number(value) in numbers


def _prefix(operand: str) -> Test:
    _check(operand, "text", str)
    wanted = operand.casefold()
    return lambda value: str(value).casefold().startswith(wanted)


def _contains(operand: str) -> Test:
    _check(operand, "text", str)
    wanted = operand.casefold()
    return lambda value: wanted in str(value).casefold()


def _regex(operand: str) -> Test:
    _check(operand, "text", str)
    found_in = compile_pattern(operand)
    return lambda value: found_in(str(value))


def _number_of(operand: object) -> Decimal | None:
    """The number that is asked for where it is written as one: `250`, and not `"250"`, which is asked for as text."""
    return None if isinstance(operand, str) else whole_number(operand) if isinstance(operand, int | float) else None


def _check_number(operand: Any) -> None:
    if isinstance(operand, bool) or not isinstance(operand, int | float) or not -math.inf < operand < math.inf:
        raise TypeError("needs a number")


def _at_least(operand: float) -> Test:
    _check_number(operand)
    return lambda value: (number := number_in(value)) is not None and number >= operand


def _at_most(operand: float) -> Test:
    _check_number(operand)
    return lambda value: (number := number_in(value)) is not None and number <= operand


_OPERATORS: Mapping[str, Callable[[Any], Test]] = {
    "equals": _equals,
    "in": _one_of,
    "prefix": _prefix,
    "contains": _contains,
    "regex": _regex,
    "at_least": _at_least,
    "at_most": _at_most,
}
# All that a field can be compared by.
OPERATORS = (*_OPERATORS, "exists")
