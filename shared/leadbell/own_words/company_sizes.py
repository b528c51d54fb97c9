"""The number of employees in a company size as people write it, in our languages.

It is the least that the size may mean, since a rule asks for "at least". The words are data
(`data/own_words/company_sizes.json`), each list with its reading.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadbell.own_words.words import by_meaning, folded, with_digits

MAX_SIZE = 200  # characters that are read
_DIGITS = 9
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|<=|>=|[<>+\u2264\u2265-]")
_SIGNS = {"<": "up_to", "<=": "up_to", "\u2264": "up_to", ">": "over", ">=": "at_least", "\u2265": "at_least"}
_BOUNDS = frozenset({"up_to", "over", "at_least"})
_BETWEEN = frozenset({"-", "to", "till", "til", "bis", "tot", "do", "and", "och", "og", "und", "en", "i", "a"})
_MORE = frozenset({"+", "plus"})


@dataclass(frozen=True, slots=True)
class _Number:
    """A number or a range of a size: its low end, and what stands before and behind it."""

    low: int
    is_range: bool
    before: Sequence[str]
    behind: Sequence[str]


def least_employees(size: str) -> int:
    """The low end of a company size (`250`, `51-200`, `1K-5K`, `under 50`, `just me`); 0 where none is."""
    plain = without_separators(folded(size[:MAX_SIZE])).replace(",", ".")
    tokens = with_digits(_TOKEN.findall(re.sub(r"[\u2010-\u2015\u2212~]", "-", plain)))
    numbers = list(_numbers(tokens))
    if not numbers:
        return _by_a_word(tokens)
    return _least(next((each for each in numbers if _counts_people(each)), numbers[0]))


def without_separators(number: str) -> str:
    """`10.000 - 12 500` as `10000 - 12500`: what stands between thousands is left out."""
    return re.sub(r"(?<=\d)[.,'\s](?=\d{3}\b|\d{3}[^\W\d_])", "", number)


def _numbers(tokens: Sequence[str]) -> Iterator[_Number]:
    """Every number or range; `1-5K` is one, of thousands."""
    place = 0
    while place < len(tokens):
        if not tokens[place][0].isdigit():
            place += 1
            continue
        start, (low, unit, place) = place, _value(tokens, place)
        is_range = place + 1 < len(tokens) and tokens[place] in _BETWEEN and tokens[place + 1][0].isdigit()
        if is_range:
            high, unit_of_both, place = _value(tokens, place + 1)
            unit = unit_of_both if unit == 1 and low <= high else unit
        yield _Number(int(low * unit), is_range, tokens[:start], tokens[place:])


def _value(tokens: Sequence[str], place: int) -> tuple[float, int, int]:
    """A number, its unit, and the place behind both."""
    digits = tokens[place]
    number = float(digits) if "." in digits else int(digits[:_DIGITS])
    is_thousands = place + 1 < len(tokens) and _meaning(tokens, place + 1) == "thousand"
    return number, 1000 if is_thousands else 1, place + 1 + is_thousands


def _meaning(tokens: Sequence[str], place: int) -> str:
    found = by_meaning("company_sizes").at(tokens, place)
    return _SIGNS.get(tokens[place], "") if found is None else found.meaning


def _counts_people(number: _Number) -> bool:
    behind = [token for token in number.behind[:3] if token not in _MORE]
    return bool(behind) and _meaning(behind, 0) == "people"


def _least(number: _Number) -> int:
    bound = _bound(number.before)
    if number.is_range:
        return max(number.low, 1)
    behind = [found.meaning for found in by_meaning("company_sizes").all_in(number.behind[:6])]
    if bound == "up_to" or "or_less" in behind:
        return 1
    goes_on = bool(_MORE & {*number.behind[:2], *number.before[-1:]}) or bound == "over"
    return number.low + (goes_on and number.low > 0)


def _bound(before: Sequence[str]) -> str:
    """The last word or sign before a number that bounds it."""
    if before and before[-1] in _SIGNS:
        return _SIGNS[before[-1]]
    found = [each.meaning for each in by_meaning("company_sizes").all_in(before[-6:])]
    return next((meaning for meaning in reversed(found) if meaning in _BOUNDS), "")


def _by_a_word(tokens: Sequence[str]) -> int:
    """What `just me` or `SME` says of the number; the largest of several."""
    words = [token for token in tokens if token != "-"]
    meanings = [found.meaning for found in by_meaning("company_sizes").all_in(words)]
    return max((int(meaning) for meaning in meanings if meaning.isdigit()), default=0)
