"""Whether need, budget and authority are there, from what people wrote about them, in our languages.

Whoever only says yes or no says just that. A described need is a need; an amount is a budget; a title that decides is
authority. Who writes that somebody else decides, or that money is not approved yet, says no. The words are data
(`data/own_words/answers.json`), each list with the sales team's reading.
"""

import re
from collections.abc import Set as AbstractSet

from leadbell.own_words.job_titles import DECIDES, role_of
from leadbell.own_words.words import by_meaning, words_of

YES, NO = "yes", "no"
MAX_ANSWER = 500  # characters that are read
DESCRIBED_IN_WORDS = 3
_YEAR = re.compile(r"20[2-9]\d")


def answer_of(question: str, text: str) -> str:
    """`yes` or `no` to `need`, `budget` or `authority`; empty where the words say neither."""
    words = words_of(text[:MAX_ANSWER])
    said = {found.meaning for found in by_meaning("answers").all_in(words)}
    return _ANSWERS[question](text[:MAX_ANSWER], words, said)


def _need(_: str, words: list[str], said: AbstractSet[str]) -> str:
    if "needs_not" in said:
        return NO
    if "unsure" in said:
        return ""
    if "no" in said and "needs" not in said:
        return NO
    return YES if said & {"yes", "needs"} or len(words) >= DESCRIBED_IN_WORDS else ""


def _budget(_: str, words: list[str], said: AbstractSet[str]) -> str:
    amounts = [word for word in words if word[0].isdigit() and word.strip("0") and not _YEAR.fullmatch(word)]
    if "budget_not" in said:
        return NO
    if amounts:
        return YES
    if "unsure" in said:
        return ""
    if "no" in said or words in (["0"], ["00"]):
        return NO
    return YES if said & {"yes", "budget"} else ""


def _authority(text: str, words: list[str], said: AbstractSet[str]) -> str:
    if "authority_not" in said:
        return NO
    if "unsure" in said:
        return ""
    if said & {"yes", "authority"} and "no" not in said:
        return YES
    if "no" in said:
        return NO
    return YES if len(words) <= MAX_TITLE_WORDS and role_of(text) == DECIDES else ""


MAX_TITLE_WORDS = 6
_ANSWERS = {"need": _need, "budget": _budget, "authority": _authority}
