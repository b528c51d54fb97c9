"""Whether a condition can hold for anybody at all, as far as that can be told from it.

It is written as "either these or those", each a set of wishes about fields. Fields are independent of each other here.
Where a field can be only a few things, or is compared only with numbers, or has to be one certain text, all that it can
be is tried. Else it is taken to be possible.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from leadbell.events import Value
from leadbell.scoring.conditions import Condition, Where, compile_where
from leadbell.scoring.known_values import NUMBERS, YES_OR_NO, words_of

MAX_WAYS = 100


class Wish(NamedTuple):
    """What one operator asks of a field, or, with `holds` false, that it is not so."""

    field: str
    operator: str
    operand: Any
    test: Condition
    holds: bool


# The ways in which a block can hold, each with all that it asks.
Ways = list[tuple[Wish, ...]]


class TooMany(Exception):
    """There are too many ways to try them all."""


def is_possible(where: Where) -> bool:
    """False only where nothing that could be known of anybody meets the condition."""
    try:
        return any(_all_possible(way) for way in _ways(where, holds=True))
    except TooMany:
        return True


def _ways(where: Where, *, holds: bool) -> Ways:
    """The ways in which a block holds, or does not: in each, all wishes are met."""
    parts = [_ways_of_part(name, value, holds=holds) for name, value in where.items()]
    return _together(parts) if holds else _either(parts)


def _ways_of_part(name: str, value: Any, *, holds: bool) -> Ways:
    if name == "not":
        return _ways(value, holds=not holds)
    if name in ("all", "any"):
        parts = [_ways(each, holds=holds) for each in value]
        return _together(parts) if (name == "all") is holds else _either(parts)
    operators = value if isinstance(value, dict) else {"in" if isinstance(value, list) else "equals": value}
    wishes: list[Ways] = [
        [(Wish(name, operator, operand, compile_where({name: {operator: operand}}), holds),)]
        for operator, operand in operators.items()
    ]
    return _together(wishes) if holds else _either(wishes)


def _together(parts: Iterable[Ways]) -> Ways:
    ways: Ways = [()]
    for part in parts:
        if len(ways) * len(part) > MAX_WAYS:
            raise TooMany
        ways = [(*one, *other) for one, other in product(ways, part)]
    return ways


def _either(parts: Iterable[Ways]) -> Ways:
    ways = [way for part in parts for way in part]
    if len(ways) > MAX_WAYS:
        raise TooMany
    return ways


def _all_possible(way: Iterable[Wish]) -> bool:
    by_field: dict[str, list[Wish]] = {}
    for wish in way:
        by_field.setdefault(wish.field, []).append(wish)
    return all(_possible(field, wishes) for field, wishes in by_field.items())


def _possible(field: str, wishes: Sequence[Wish]) -> bool:
    def meets(known: Mapping[str, Value]) -> bool:
        return all(each.test(known) is each.holds for each in wishes)

    values, are_all = _candidates(field, wishes)
    return meets({}) or any(meets({field: value}) for value in values) or not are_all


def _candidates(field: str, wishes: Sequence[Wish]) -> tuple[list[Value], bool]:
    """Values to try, and whether a field that meets the wishes would be among them."""
    if field in YES_OR_NO:
        return [True, False], True
    if (words := words_of(field)) is not None:
        return list(words), True
    named: list[Value] = [each for wish in wishes for each in _values(wish)]
    bounds = [wish.operand for wish in wishes if wish.operator in ("at_least", "at_most")]
    bounds += [each for each in named if isinstance(each, int) and not isinstance(each, bool)]
    near: list[Value] = [number for bound in bounds for number in _around(bound) if number > 0 or field not in NUMBERS]
    others: list[Value] = (
        [] if field in NUMBERS else ["another text", *(text for wish in wishes for text in _texts(wish))]
    )
    pinned = any(wish.holds and wish.operator in ("equals", "in") for wish in wishes)
    compared = all(wish.operator in ("at_least", "at_most", "equals", "in", "exists") for wish in wishes)
    return [*named, *near, 1, *others], pinned or (compared and bool(bounds))


def _values(wish: Wish) -> Iterator[Value]:
    if wish.operator in ("equals", "in"):
        yield from wish.operand if isinstance(wish.operand, list) else [wish.operand]


def _around(bound: float) -> Iterator[int]:
    yield from (int(bound) - 1, int(bound), int(bound) + 1, int(bound) + 2)


def _texts(wish: Wish) -> Iterator[str]:
    if wish.operator in ("prefix", "contains"):
        yield str(wish.operand)
