"""What a job title says about who decides: read as a sales team reads it, in our languages.

A title is read from its words: the word that names the person counts, which stands last before an "of" or "for". So an
executive assistant to the CEO assists, and the head of student services is no student. The words are data
(`data/own_words/job_titles.json`), each list with the sales team's reading.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadbell.own_words.words import Found, WordList, by_meaning, words_of

DECIDES, INFLUENCES, STUDENT, OTHER = "decides", "influences", "student", "other"
ROLES = (DECIDES, INFLUENCES, STUDENT, OTHER)

MAX_TITLE_WORDS = 10
_JOBS = frozenset({"helps", "decides_for_all", "decides", "influences", "student", "cooks", "other"})
_ROLE_OF = {"decides_for_all": DECIDES, "decides": DECIDES, "influences": INFLUENCES, "student": STUDENT}
_BETWEEN_JOBS = re.compile(r"[,/|&+;()\[\]\n]|\s[-\u2013\u2014]\s")
# Written so that both sexes are meant: `Leiter:in`, `Leiter/-in`, `(m/w/d)`.
_FOR_BOTH = re.compile(r"(?<=\w)[:*_/]-?in(nen)?\b|\((?:[mwfdxkv]/)+[mwfdxkv]\)", re.IGNORECASE)
# Of a person with several jobs the first of these counts.
_STRONGEST = (DECIDES, STUDENT, INFLUENCES, OTHER)


@dataclass(frozen=True, slots=True)
class _Job:
    """One job of a title: the role it gives, and whether it only assists somebody."""

    role: str
    helps: bool = False


@lru_cache(maxsize=1024)
def role_of(title: str) -> str:
    """One of ROLES; empty where the title names no job that the lists know."""
    words = by_meaning("job_titles")
    parts = (part for text in _BETWEEN_JOBS.split(_FOR_BOTH.sub("", title)) for part in _split(words_of(text), words))
    jobs = [job for part in parts if (job := _job(part, words)) is not None]
    if not jobs:
        return ""
    if jobs[0].helps:
        return OTHER
    return min((job.role for job in jobs), key=_STRONGEST.index)


def is_job(title: str) -> bool:
    """Whether a text is a job title, and neither a form of address nor what a message is about."""
    words = words_of(title)
    known = by_meaning("job_titles")
    meanings = {found.meaning for found in known.all_in(words)}
    if len(words) > MAX_TITLE_WORDS or "no_title" in meanings or "?" in title:
        return False
    return role_of(title) != ""


def _split(words: Sequence[str], known: WordList) -> list[list[str]]:
    """The words of each job where a title joins two by an "and"."""
    parts: list[list[str]] = [[]]
    for place, word in enumerate(words):
        found = known.at(words, place)
        if found is not None and found.meaning == "and" and found.end == place + 1:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _job(words: Sequence[str], known: WordList) -> _Job | None:
    """The job that some words name; None where they name none."""
    named = _until_of(list(known.all_in(words)))
    jobs = [found for found in named if found.meaning in _JOBS]
    meanings = {found.meaning for found in named}
    if "was" in meanings:
        return _Job(OTHER)
    if not jobs:
        return _without_a_person(meanings, len(words))
    if jobs[0].meaning == "student" and len(jobs) > 1 and jobs[1].start == jobs[0].end:
        return _Job(STUDENT)
    last, before = jobs[-1], {found.meaning for found in named if found.start < jobs[-1].start}
    if last.meaning == "helps":
        return _Job(OTHER, helps=True)
    role = _ROLE_OF.get(last.meaning, OTHER)
    if role == DECIDES and ("helps" in before or ("stands_in" in before and last.meaning == "decides")):
        return _Job(INFLUENCES)
    return _Job(DECIDES if role == INFLUENCES and "leads" in before else role)


def _until_of(found: Sequence[Found]) -> list[Found]:
    """What stands before the first "of" or "for" that follows a person."""
    has_person = False
    for place, each in enumerate(found):
        if each.meaning == "of_or_for" and has_person:
            return list(found[:place])
        has_person = has_person or each.meaning in _JOBS or each.meaning in ("leads", "stands_in")
    return list(found)


def _without_a_person(meanings: set[str], words: int) -> _Job | None:
    """Who writes only `Purchasing`, `Head` or `zastępca` says something about the person all the same."""
    if "leads" in meanings:
        return _Job(DECIDES)
    if "stands_in" in meanings or ("works_in" in meanings and words <= MAX_FUNCTION_WORDS):
        return _Job(INFLUENCES)
    return None


MAX_FUNCTION_WORDS = 3
