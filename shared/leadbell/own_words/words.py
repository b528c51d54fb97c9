"""Text split into words as they are compared, and the word lists that it is compared with.

The lists are in `data/own_words`, one file for each kind of word, and are read when a word of that kind is first
looked up. In them an entry is one or several words; one that starts with a hyphen is how a longer word ends, as in
`Produktionsleiter`.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

MAX_READ = 3000  # characters; no list has to find more in a message than its beginning says
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "a", "ß": "ss", "đ": "d", "œ": "o", "\u2019": "'"})
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")


def folded(text: str) -> str:
    """The text in small letters without accents; `ae` for `ä` and the like are read as the letter they stand for."""
    return _folded(text[:MAX_READ])


def _folded(text: str) -> str:
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        plain = _ACCENTS.sub("", plain)
    for two, one in _UMLAUTS:
        plain = plain.replace(two, one)
    return plain


def words_of(text: str) -> list[str]:
    """The words of a text, folded; `C.E.O.` is one word."""
    return _WORD.findall(_INITIALS.sub("", folded(text)))


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a list: what the list says it means, and from which to which of the words it stands."""

    meaning: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WordList:
    """What words and how they end mean. `longest` is the number of words in its longest entry."""

    phrases: Mapping[tuple[str, ...], str]
    endings: Mapping[str, str]
    longest: int

    def at(self, words: Sequence[str], start: int) -> Found | None:
        """The longest entry that stands there; else what the word there ends with."""
        for length in range(min(self.longest, len(words) - start), 0, -1):
            meaning = self.phrases.get(tuple(words[start : start + length]))
            if meaning is not None:
                return Found(meaning, start, start + length)
        word = words[start]
        longest_first = (word[cut:] for cut in range(1, len(word) - 1))
        ending = next((self.endings[each] for each in longest_first if each in self.endings), None)
        return None if ending is None else Found(ending, start, start + 1)

    def all_in(self, words: Sequence[str]) -> Iterator[Found]:
        """Every entry in the text, from the first word on; none overlaps another."""
        place = 0
        while place < len(words):
            found = self.at(words, place)
            if found is not None:
                yield found
            place = found.end if found else place + 1


def word_list(lists: Iterable[tuple[str, str]]) -> WordList:
    """The list of these entries, `entry; entry`, with what they mean; of two equal entries the first counts."""
    phrases: dict[tuple[str, ...], str] = {}
    endings: dict[str, str] = {}
    find = _WORD.findall
    for entries, meaning in lists:
        for entry in _folded(entries).split("; "):
            if entry[0] == "-":
                endings.setdefault(entry[1:], meaning)
            else:
                phrases.setdefault(tuple(find(entry)), meaning)
    return WordList(phrases, endings, max(map(len, phrases), default=0))


@cache
def listed(name: str) -> Mapping[str, Any]:
    """The word lists of one kind, as their file has them."""
    text = files("leadbell").joinpath("data", "own_words", f"{name}.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def by_meaning(name: str) -> WordList:
    """The word list of a file: `{meaning: {"reading": why, language: "entry; entry"}}`."""
    return word_list(
        (entries, meaning)
        for meaning, languages in listed(name).items()
        for language, entries in languages.items()
        if language != "reading"
    )


def with_digits(words: Sequence[str]) -> list[str]:
    """The words, with digits in the place of numbers that are written out: `a couple of` is `2`."""
    known, place, told = by_meaning("numbers"), 0, list[str]()
    while place < len(words):
        found = known.at(words, place)
        told.append(words[place] if found is None else found.meaning)
        place = place + 1 if found is None else found.end
    return told
