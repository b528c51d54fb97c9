"""How points lose weight with age: in whole days, by integers alone, so that every machine gets the same number."""

from collections.abc import Callable
from functools import lru_cache

from leadbell.scoring.rules import Fading

# Shares are fixed point: ONE is the whole.
ONE = 1 << 40
_STEP_BITS = 64


@lru_cache(maxsize=8)
def _halving_table(days: int) -> tuple[int, ...]:
    """What is left of ONE after 0..days-1 days of halving every `days` days, by integers alone.

    The daily step is floor(2^64 * 2^(-1/days)), found as an integer root; after `days` days exactly half is left.
    """
    wanted = 1 << (_STEP_BITS * days - 1)
    low, high = 0, 1 << _STEP_BITS
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**days <= wanted else (low, middle - 1)
    table = [1 << _STEP_BITS]
    for _ in range(days - 1):
        table.append(table[-1] * low >> _STEP_BITS)
    return tuple(value * ONE >> _STEP_BITS for value in table)


def fading(fades: Fading | str) -> Callable[[int], int]:
    """The share of ONE that is left of a point after a number of whole days."""
    if isinstance(fades, str):
        return lambda age: ONE
    if fades.after_days is not None:
        limit = fades.after_days
        return lambda age: ONE if age < limit else 0
    if fades.halves_every_days is not None:
        days = fades.halves_every_days
        table = _halving_table(days)
        return lambda age: table[age % days] >> (age // days)
    percent, every = fades.percent or 0, fades.every_days or 1
    return lambda age: max(0, ONE * (100 - percent * (age // every)) // 100)
