"""How points lose weight with age: in whole days, by integers alone, so that every machine gets the same number."""

from collections.abc import Callable, Mapping
from functools import lru_cache

# The share that is left of a point after a number of whole days.
Left = Callable[[int], int]

# Nothing fades over longer; a table of halving has an entry for each day.
MAX_DAYS = 3650

# Shares are fixed point: ONE is the whole. Whole percents and forty halvings of it have no remainder, so that what is
# left of some points is exactly a half where it should be, and is rounded as one.
ONE = 100 << 40
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


def fading(fades: Mapping[str, int | None] | str) -> Left:
    """The share of ONE that is left of a point after a number of whole days.

    `fades` is `never` or one of the three ways of a model file; raises TypeError or ValueError for anything else.
    """
    if isinstance(fades, str):
        if fades != "never":
            raise ValueError(f"unknown fading {fades!r}")
        return lambda age: ONE
    return _way(**fades)


def _way(
    *,
    after_days: int | None = None,
    halves_every_days: int | None = None,
    percent: int | None = None,
    every_days: int | None = None,
) -> Left:
    match (after_days, halves_every_days, percent, every_days):
        case (int(limit), None, None, None) if 1 <= limit <= MAX_DAYS:
            return lambda age: ONE if age < limit else 0
        case (None, int(days), None, None) if 1 <= days <= MAX_DAYS:
            table = _halving_table(days)
            return lambda age: table[age % days] >> (age // days)
        case (None, None, int(share), int(days)) if 1 <= share <= 100 and 1 <= days <= MAX_DAYS:
            return lambda age: max(0, ONE // 100 * (100 - share * (age // days)))
        case _:
            raise ValueError("a fading is one of `halves_every_days`, `after_days`, or `percent` with `every_days`")
