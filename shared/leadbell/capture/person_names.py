"""Puts a person's name together from the fields that a form has for it."""

import re
from collections.abc import Mapping, Sequence

# In this order a name is put together in most cultures.
PARTS = ("first_name", "middle_name", "last_name", "name")
# Kana, Han and Hangul: the family's name comes first, and words are not set apart.
_EAST_ASIAN = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"))
# A name of two fields has so many words at most; more are several people.
_MOST_WORDS = 4


def put_together(parts: Mapping[str, Sequence[str]], *, family_first: bool = False) -> tuple[str, bool]:
    """The whole name, and whether the fields for whole names are part of it.

    Such a field beside one for the first name often holds the last name, and the other way round.
    """
    first, middle, last = (" ".join(dict.fromkeys(parts[part])) for part in PARTS[:3])
    whole = one_of(parts["name"])
    if not whole:
        return _in_order(first, middle, last, family_first=family_first), False
    if not first and not last:
        return whole, True
    if _has(whole, first) and _has(whole, last):
        return whole, True
    if first and last:
        return _in_order(first, middle, last, family_first=family_first), False
    if first:
        return _in_order(first, middle, whole, family_first=family_first), True
    return _in_order(whole, middle, last, family_first=family_first), True


def is_east_asian(text: str) -> bool:
    """Whether a name is written in Chinese, Japanese or Korean letters."""
    return not text.isascii() and any(first <= letter <= last for letter in text for first, last in _EAST_ASIAN)


def one_of(wholes: Sequence[str]) -> str:
    """The name in several fields for whole names: its parts, or the first of several people."""
    values = list(dict.fromkeys(wholes))
    if len(values) < 2:
        return "".join(values)
    fullest = max(values, key=len)
    if all(_has(fullest, value) for value in values):
        return fullest
    words = [len(value.split()) for value in values]
    is_in_parts = min(words) == 1 and sum(words) <= _MOST_WORDS
    return " ".join(values) if is_in_parts else values[0]


def _has(whole: str, part: str) -> bool:
    """Whether a whole name has a part in it, if only by its initial."""
    if not part:
        return True
    words, wanted = (re.findall(r"\w+", text.casefold()) for text in (whole, part))
    if len(words) > 1 and len(words[0]) == 1 and wanted[:1] and wanted[0].startswith(words[0]):
        return True
    joined = " ".join(words)
    return f" {' '.join(wanted)} " in f" {joined} " if not is_east_asian(part) else part in whole


def _in_order(first: str, middle: str, last: str, *, family_first: bool) -> str:
    if family_first or is_east_asian(first + last):
        first, last = last, first
    return " ".join(part for part in (first, middle, last) if part)
