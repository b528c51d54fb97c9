"""Plain values in DynamoDB's own form, and back: texts, whole numbers, yes and no, bytes, lists and maps of them.

The form is that of boto3's `TypeSerializer`, which a test compares; it is not used itself since all of boto3 would be
loaded with it. What Leadbell never stores (fractions, sets) is refused.
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
    """The plain value; raises TypeError for a kind that is never stored."""
    ((kind, value),) = stored.items()
    if (plain := _PLAIN.get(kind)) is None:
        raise TypeError(f"a value of DynamoDB's kind {kind} is never stored")
    return plain(value)


def _number(value: int) -> dict[str, Any]:
    if abs(value) >= 10**MAX_DIGITS:
        raise OverflowError(f"a number of more than {MAX_DIGITS} digits cannot be stored")
    return {"N": str(int(value))}


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
    # Other programs may have written 1E+3.
    "N": lambda value: int(value) if value.lstrip("-").isdecimal() else int(Decimal(value)),
    "BOOL": lambda value: value,
    "M": lambda value: {name: from_stored(each) for name, each in value.items()},
    "L": lambda value: [from_stored(each) for each in value],
    "B": bytes,
    "NULL": lambda value: None,
}
