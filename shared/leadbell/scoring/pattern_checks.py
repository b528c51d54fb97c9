"""What is wrong with a regular expression in a model file, for its author: the mistake and the fix."""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from leadbell.scoring.patterns import IS_KIND, Items, compile_pattern, parsed

_ASCII_TEXT = frozenset({9, 10, 13, *range(32, 127)})
_CURLY = "‘’“”„"  # noqa: RUF001
# Parts of what Python says of an expression, with our words.
_WORDS: Mapping[str, str] = {
    "missing ), unterminated subpattern": "a ( that is not closed; add ), or write \\( for the sign itself",
    "unbalanced parenthesis": "a ) without its (; remove it, or write \\) for the sign itself",
    "unterminated character set": "a [ that is not closed; add ], or write \\[ for the sign itself",
    "nothing to repeat": "a *, + or ? with nothing before it; write .* for any text, or \\* for the sign itself",
    "multiple repeat": "two signs of *, + and ? in a row; keep one",
    "min repeat greater than max repeat": "numbers in {} that are the wrong way round; swap them",
    "bad character range": "a range in [] that is the wrong way round; swap its ends",
    "bad escape": "a backslash before a letter that means nothing; remove the backslash",
    "possible nested set": "a [ inside [ ]; write \\[ for the sign, or \\w for letters and digits",
    "global flags not at the start": "a flag such as (?i) behind its start; remove it, case makes no difference",
}


@lru_cache(maxsize=64)
def pattern_mistake(pattern: str) -> str | None:
    """What is wrong with an expression, with the fix; None where it can be found in some text."""
    if said := _as_written(pattern):
        return said
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile_pattern(pattern)
            items, flags = parsed(pattern)
            possible = bool(_Reach().after_all(items, flags, _ANYWHERE))
    except (re.error, Warning) as error:
        said = str(error)
        known = (words for part, words in _WORDS.items() if part.lower() in said.lower())
        return f"this expression has {next(known, said)}"
    except (OverflowError, RecursionError):
        return "this expression is too large; shorten it"
    except ValueError as error:
        return str(error)
    if not possible:
        return "this expression can be found in no text; look at where ^, $ and \\b stand"
    return None


def _as_written(pattern: str) -> str | None:
    if not pattern:
        return "an empty expression is in every text; to test whether the field is known, write {exists: true}"
    if odd := next((sign for sign in pattern if ord(sign) < 32 and ord(sign) not in _ASCII_TEXT), None):
        what = 'a backspace, which "\\b" is in double quotes' if odd == "\b" else "a control character"
        return f"this expression holds {what}; put it in single quotes: '{_visible(pattern)}'"
    if re.fullmatch(r"\^?(\\s\*)?\$", pattern):
        return "this expression asks for an empty text, and an empty field is not known; write {exists: false}"
    if pattern[0] in _CURLY and pattern[-1] in _CURLY:
        return f"curly quotes are part of the expression; write '{pattern[1:-1]}'"
    if found := re.fullmatch(r"/(.+)/[gimsuy]+", pattern):
        return f"an expression is written without / around it; write '{found[1]}'"
    return None


def _visible(pattern: str) -> str:
    return "".join(
        {"\b": "\\b", "\t": "\\t", "\n": "\\n"}.get(sign, sign) for sign in pattern if sign >= " " or sign in "\b\t\n"
    )


# ---- Whether any text can hold it ------------------------------------------------------------------------------------

# What stands before a place in a text, and what may follow there. An edge is the text's beginning or its end.
_EDGE, _WORD, _SIGN, _BREAK = "edge", "word", "sign", "break"
_ALL = frozenset({_EDGE, _WORD, _SIGN, _BREAK})
type States = frozenset[tuple[str, frozenset[str]]]
_ANYWHERE: States = frozenset((before, _ALL) for before in _ALL)
# One character of each sort that expressions can tell apart without naming it.
_SAMPLES = "aZ5_åЖ٣ -–.\t\n\xa0€"  # noqa: RUF001


class _Reach:
    """Where a text can stand after parts of an expression, from where it can stand before them.

    What was worked out once is kept: blocks that repeat inside each other would else take for ever.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, States], States] = {}

    def after_all(self, items: Iterable[tuple[Any, Any]], flags: int, states: States) -> States:
        """After one part and the next."""
        key = (id(items), flags, states)
        if key not in self._known:
            for op, given in items:
                states = self._after(op, given, flags, states)
            self._known[key] = states
        return self._known[key]

    def _after(self, op: Any, given: Any, flags: int, states: States) -> States:
        match op:
            case sre.AT:
                return frozenset(_at(given, flags, states))
            case sre.BRANCH:
                return frozenset().union(*(self.after_all(each, flags, states) for each in given[1]))
            case sre.SUBPATTERN:
                return self.after_all(given[3], (flags | given[1]) & ~given[2], states)
            case sre.MAX_REPEAT | sre.MIN_REPEAT:
                least, most, inner = given
                return self._repeated(least, most, inner, flags, states)
        kinds = {kind for kind, holds in _sorts(op, given, flags) if holds}
        return frozenset((kind, _ALL) for _, next_ in states for kind in kinds & next_)

    def _repeated(self, least: int, most: int, items: Items, flags: int, states: States) -> States:
        """After as many of them as are allowed; once nothing changes any more, more of them change nothing."""
        for _ in range(least):
            before, states = states, self.after_all(items, flags, states)
            if states == before:
                break
        for _ in range(most - least):
            before, states = states, states | self.after_all(items, flags, states)
            if states == before:
                break
        return states


def _at(place: Any, flags: int, states: States) -> Iterator[tuple[str, frozenset[str]]]:
    lines = bool(flags & re.MULTILINE)
    for before, next_ in states:
        if place in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            left = next_ if before == _EDGE or (lines and before == _BREAK) else frozenset()
        elif place in (sre.AT_END, sre.AT_END_STRING):
            left = next_ & {_EDGE, *([_BREAK] if place is sre.AT_END else [])}
        else:
            inside = (before == _WORD) is (place is sre.AT_NON_BOUNDARY)
            left = next_ & {_WORD} if inside else next_ - {_WORD}
        if left:
            yield before, left


def _sorts(op: Any, given: Any, flags: int) -> Iterator[tuple[str, bool]]:
    """The sorts of characters, and whether this part of an expression takes one of them."""
    items = given if op is sre.IN else [(op, given)]
    named = {chr(each) for op_, each in items if op_ in (sre.LITERAL, sre.NOT_LITERAL)}
    named |= {chr(end) for op_, each in items if op_ is sre.RANGE for end in each}
    for sign in {*named, *_SAMPLES}:
        kind = _BREAK if sign == "\n" else _WORD if sign.isalnum() or sign == "_" else _SIGN
        yield kind, _takes(items, flags, sign)


def _takes(items: Items, flags: int, sign: str) -> bool:
    negated = items[0][0] is sre.NEGATE
    return any(_takes_one(op, given, flags, sign) for op, given in items[negated:]) is not negated


def _takes_one(op: Any, given: Any, flags: int, sign: str) -> bool:
    if op is sre.ANY:
        return sign != "\n" or bool(flags & re.DOTALL)
    if op is sre.CATEGORY:
        return IS_KIND[given](sign)
    if op is sre.RANGE:
        return any(given[0] <= ord(each) <= given[1] for each in {sign, sign.lower()[:1], sign.upper()[:1]})
    return (chr(given).lower() == sign.lower()) is (op is not sre.NOT_LITERAL)
