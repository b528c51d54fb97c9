"""Patterns of a scoring model: written as in Python, run by RE2 in time that is linear in the text.

Visitors choose the text, and an engine that backtracks can be kept busy with it for ever. RE2 cannot. What it has no
way to do (look-around, back-references) is refused by its name.

A pattern means what it means in Python: letters of every alphabet are letters, and upper and lower case are the same.
RE2 takes only ASCII letters, digits and `_` for parts of a word, so `\\b` beside an `å` would be wrong. Therefore it
sees another text, in which a sign of our own stands before whatever else is a letter or a digit, an `_` before that and
one behind, which make it part of a word; and another sign before whatever else is not ASCII. A pattern is rewritten to
ask for them. They occur nowhere else, so nothing matches half a letter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MAX_PATTERN = 5000
# Of a value, the characters that are looked at.
MAX_INPUT = 256

# Of the private ones, so no letter: before another letter than an ASCII one (and before `_`), and before another sign.
_LETTER, _OTHER = "\ue001", "\ue002"
_ASCII = [sign for sign in map(chr, range(128)) if sign != "_"]
# Letters beyond ASCII that are an ASCII letter in another case.
_CASES = {"\u017f": "s", "\u212a": "k"}

_REFUSED: Mapping[Any, str] = {
    sre.ASSERT: "look-around, (?=…) or (?<=…)",
    sre.ASSERT_NOT: "look-around, (?!…) or (?<!…)",
    sre.FAILURE: "look-around, (?!…)",
    sre.GROUPREF: "a back-reference",
    sre.GROUPREF_EXISTS: "a condition, (?(1)…)",
    sre.ATOMIC_GROUP: "an atomic group, (?>…)",
    sre.POSSESSIVE_REPEAT: "a possessive repetition, such as *+",
}
IS_KIND: Mapping[Any, Callable[[str], bool]] = {
    sre.CATEGORY_DIGIT: str.isdecimal,
    sre.CATEGORY_NOT_DIGIT: lambda sign: not sign.isdecimal(),
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_NOT_SPACE: lambda sign: not sign.isspace(),
    sre.CATEGORY_WORD: lambda sign: sign.isalnum() or sign == "_",
    sre.CATEGORY_NOT_WORD: lambda sign: not (sign.isalnum() or sign == "_"),
}
type Items = Sequence[tuple[Any, Any]]


@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a pattern is found in the first 256 characters of a text; raises ValueError with the fix."""
    import re2  # only a model with patterns pays for it

    options = re2.Options()
    options.never_capture, options.log_errors = True, False
    try:
        search = re2.compile(_in_bytes(translated(pattern)), options).search
    except re2.error as error:
        raise ValueError(
            "this expression becomes too large; repeat less, or split it into several conditions"
        ) from error
    return lambda text: search(_in_bytes(as_seen(text))) is not None


def _in_bytes(text: str) -> bytes:
    """RE2 is quicker with bytes. Half a character, which nobody can type, is none that a pattern could ask for."""
    return text.encode(errors="replace")


def as_seen(text: str) -> str:
    """The first 256 characters of a text, in the form in which RE2 sees them."""
    text = text[:MAX_INPUT]
    if text.isascii() and "_" not in text:
        return text
    return "".join([sign if sign.isascii() and sign != "_" else _marked(sign) for sign in text])


def _marked(sign: str) -> str:
    if sign == "_" or sign.isalnum():
        return _CASES.get(sign) or f"_{_LETTER}{sign}_"
    return f"{_OTHER}\ufffd" if sign in (_LETTER, _OTHER) else f"{_OTHER}{sign}"


def parsed(pattern: str) -> tuple[Items, int]:
    """The parts of a pattern and its flags, as Python reads them; raises ValueError for what cannot be run."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"this expression has {len(pattern):,} characters; shorten it to {MAX_PATTERN:,}")
    read = _parser.parse(pattern, re.IGNORECASE)
    if read.state.flags & re.ASCII:
        raise ValueError("the flag `a` would take letters such as å for signs; leave it out")
    return read, read.state.flags


def translated(pattern: str) -> str:
    """The pattern for RE2."""
    return _group(*parsed(pattern))


def _group(items: Items, flags: int) -> str:
    case = "i" if flags & re.IGNORECASE else "-i"
    return f"(?{case}:{''.join(_part(op, given, flags) for op, given in items)})"


def _part(op: Any, given: Any, flags: int) -> str:
    if op in _REFUSED:
        raise ValueError(
            f"{_REFUSED[op]} is not supported; write it without, for example with `not` and a second regex"
        )
    match op:
        case sre.LITERAL:
            return _literal(chr(given))
        case sre.NOT_LITERAL:
            return _one_of(((sre.NEGATE, None), (sre.LITERAL, given)), flags)
        case sre.IN:
            return _one_of(tuple(given), flags)
        case sre.ANY:
            return _one_of(((sre.NEGATE, None), *(() if flags & re.DOTALL else ((sre.LITERAL, 10),))), flags)
        case sre.BRANCH:
            return f"(?:{'|'.join(_group(each, flags) for each in given[1])})"
        case sre.SUBPATTERN:
            _, add, remove, inner = given
            return _group(inner, (flags | add) & ~remove)
        case sre.MAX_REPEAT | sre.MIN_REPEAT:
            least, most, inner = given
            return _repeated(least, most, inner, flags)
        case sre.AT:
            return _at(given, flags)
    raise ValueError(f"{str(op).lower()} is not supported; write the pattern without it")


def _repeated(least: int, most: int, items: Items, flags: int) -> str:
    if least > MAX_INPUT:
        raise ValueError(f"this expression needs more than the {MAX_INPUT} characters that are looked at; repeat less")
    return f"{_group(items, flags)}{{{least},{'' if most > MAX_INPUT else most}}}"


def _at(place: Any, flags: int) -> str:
    lines = flags & re.MULTILINE
    return {
        sre.AT_BEGINNING: "(?m:^)" if lines else r"\A",
        sre.AT_BEGINNING_STRING: r"\A",
        sre.AT_END: "(?m:$)" if lines else r"\n?\z",
        sre.AT_END_STRING: r"\z",
        sre.AT_BOUNDARY: r"\b",
        sre.AT_NON_BOUNDARY: r"\B",
    }[place]


# ---- One character ---------------------------------------------------------------------------------------------------

_ANY = r"\x{0}-\x{10ffff}"
# What a kind of character is among letters beyond ASCII, and among other signs beyond it.
_KINDS: Mapping[Any, tuple[str, str]] = {
    sre.CATEGORY_WORD: (_ANY, ""),
    sre.CATEGORY_NOT_WORD: ("", _ANY),
    sre.CATEGORY_DIGIT: (r"\p{Nd}", ""),
    sre.CATEGORY_NOT_DIGIT: (r"\P{Nd}", _ANY),
    sre.CATEGORY_SPACE: ("", r"\p{Z}\x{85}"),
    sre.CATEGORY_NOT_SPACE: (_ANY, r"\P{Z}"),
}


def _literal(sign: str) -> str:
    seen = sign if sign.isascii() and sign != "_" else _marked(sign)
    return _escaped(seen) if len(seen) == 1 else f"(?:{''.join(map(_escaped, seen))})"


@lru_cache(maxsize=256)
def _one_of(items: Items, flags: int) -> str:
    """A character of a set: an ASCII one, another letter, or another sign, each with what stands before and behind."""
    negated = items[0][0] is sre.NEGATE
    items = items[1:] if negated else items

    def holds(sign: str) -> bool:
        variants = {sign, sign.lower(), sign.upper()} if flags & re.IGNORECASE else {sign}
        return any(_is_in(each, items) for each in variants) is not negated

    named = "".join(_named(op, given) for op, given in items if op is not sre.CATEGORY)
    letters, others = (
        _class(named + "".join(_KINDS[given][of] for op, given in items if op is sre.CATEGORY), negated)
        for of in (0, 1)
    )
    plain = _class("".join(_escaped(sign) for sign in _ASCII if holds(sign)))
    return f"(?:{plain}|_{_LETTER}{letters}_|{_OTHER}{others})"


def _is_in(sign: str, items: Items) -> bool:
    return any(
        IS_KIND[given](sign)
        if op is sre.CATEGORY
        else ord(sign) == given
        if op is sre.LITERAL
        else given[0] <= ord(sign) <= given[1]
        for op, given in items
    )


def _named(op: Any, given: Any) -> str:
    if op is sre.LITERAL:
        return _escaped(_CASES.get(chr(given), chr(given)))
    return f"{_escaped(chr(given[0]))}-{_escaped(chr(given[1]))}"


def _class(content: str, negated: bool = False) -> str:
    if content:
        return f"[{'^' if negated else ''}{content}]"
    return f"[{'' if negated else '^'}{_ANY}]"


def _escaped(sign: str) -> str:
    return sign if sign.isascii() and sign.isalnum() else f"\\x{{{ord(sign):x}}}"
