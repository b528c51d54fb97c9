"""Whether somebody who writes freely asks for a price, for terms, or how to buy, in our languages.

Some words ask by themselves ("what does it cost", "offert på"); a word of price, terms or buying asks where its
sentence also wants something or is a question. A sentence about a price that was paid, is wrong or is not wanted asks
for none, and neither does who sells to us, looks for a job or writes a thesis. The words are data
(`data/own_words/asking.json`), each list with the sales team's reading.
"""

import re
from collections.abc import Iterator

from leadbell.own_words.words import MAX_READ, by_meaning, words_of

PRICE, TERMS, PURCHASE = "price", "terms", "purchase"

_SENTENCE = re.compile(r"([^.!?\n]|(?<=\w)\.(?=\w))+[?]?")
_NO_BUYER = frozenset({"sells", "applies", "studies"})
_BY_ITSELF = {"asks_price": PRICE, "asks_terms": TERMS, "asks_purchase": PURCHASE}
_WITH_ASKING = (PRICE, TERMS, PURCHASE)
MAX_BARE_WORDS = 3


def asks_for(text: str) -> str:
    """`price`, `terms` or `purchase`; empty where the text asks for none of them."""
    text = text[:MAX_READ]
    if any(found.meaning in _NO_BUYER for found in by_meaning("asking").all_in(words_of(text))):
        return ""
    asked = set(_asked_in(text))
    return next((each for each in _WITH_ASKING if each in asked), "")


def _asked_in(text: str) -> Iterator[str]:
    """What each sentence asks for."""
    for sentence in _SENTENCE.finditer(text):
        words = words_of(sentence[0])
        said = {found.meaning for found in by_meaning("asking").all_in(words)}
        if "not_asking" in said:
            continue
        yield from (meant for meaning, meant in _BY_ITSELF.items() if meaning in said)
        if "asking" in said or sentence[0].endswith("?") or len(words) <= MAX_BARE_WORDS:
            yield from said.intersection(_WITH_ASKING)
