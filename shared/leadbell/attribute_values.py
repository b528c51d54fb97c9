"""Plain values in DynamoDB's own form, and back: texts, whole numbers, yes and no, bytes, lists and maps of them.

The form is that of boto3's `TypeSerializer`, which a test compares; it is not used itself since all of boto3 would be
loaded with it. What Leadbell never stores (fractions, sets) is refused. It is read all the same: an attribute that
another program added must not end a sweep.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

# What DynamoDB keeps of a number.
MAX_DIGITS = 38


def to_stored(value: Any) -> dict[str, Any]:
    """`value` as an attribute value; raises TypeError or OverflowError for what DynamoDB would not take."""
    for kind, stored in _STORED:
        if isinstance(value, kind):
            return stored(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


def from_stored(stored: Mapping[str, Any]) -> Any:
    """The plain value: of a fraction its whole part, of a set a frozen one; raises TypeError for an unknown kind."""
    ((kind, value),) = stored.items()
    if (plain := _PLAIN.get(kind)) is None:
        raise TypeError(f"a value of DynamoDB's kind {kind} cannot be read")
    return plain(value)


def _number(value: int) -> dict[str, Any]:
    if abs(value) >= 10**MAX_DIGITS:
        raise OverflowError(f"a number of more than {MAX_DIGITS} digits cannot be stored")
    return {"N": str(int(value))}


def _whole(text: str) -> int:
    # Other programs may have written 1E+3.
    return int(text) if text.lstrip("-").isdecimal() else int(Decimal(text))


# In this order, for a bool is an int too.
_STORED: tuple[tuple[type | tuple[type, ...], Callable[[Any], dict[str, Any]]], ...] = (
    (str, lambda value: {"S": value}),
    (bool, lambda value: {"BOOL": value}),
    (int, _number),
    (Mapping, lambda value: {"M": {name: to_stored(each) for name, each in value.items()}}),
    ((list, tuple), lambda value: {"L": [to_stored(each) for each in value]}),
    ((bytes, bytearray), lambda value: {"B": value}),
    (type(None), lambda value: {"NULL": True}),
)

_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": _whole,
    "BOOL": lambda value: value,
    "M": lambda value: {name: from_stored(each) for name, each in value.items()},
    "L": lambda value: [from_stored(each) for each in value],
    "B": bytes,
    "NULL": lambda value: None,
    "SS": frozenset,
    "NS": lambda value: frozenset(map(_whole, value)),
    "BS": lambda value: frozenset(map(bytes, value)),
}
