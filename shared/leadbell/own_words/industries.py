"""The sector that an industry belongs to, from what people call it, in our languages.

The words are data (`data/own_words/industries.json`), each list with its reading.
"""

from functools import lru_cache

from leadbell.own_words.words import by_meaning, listed, words_of


def sectors() -> tuple[str, ...]:
    """All that there are."""
    return tuple(listed("industries"))


@lru_cache(maxsize=1024)
def sector_of(industry: str) -> str:
    """One of `sectors`, by the first word that names one; empty where none does."""
    found = next(by_meaning("industries").all_in(words_of(industry)), None)
    return "" if found is None else found.meaning
