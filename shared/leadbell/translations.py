"""The visitor's language, and our sentences in it.

The sentences of all pages and of the mails to visitors are in `data/words/<language>.json`. A translator adds a
language by a file of the same keys beside the others and its name in `LANGUAGES`; a test compares them. English is
for clients that ask for no language, and for codes that a catalogue has no sentence for.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from leadbell.errors import Problem

LANGUAGES = ("en", "sv", "nb", "da", "nl", "de", "pl")

# Browsers say `no` for both written forms; whoever reads nynorsk reads bokmål rather than English.
_SAME = {"no": "nb", "nn": "nb"}
_ASKED = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
MAX_ASKED = 20


def language_of(wanted: str, accept_language: str) -> str:
    """The form's language if it has a catalogue, else the best of those that the browser accepts."""
    return _spoken(wanted.partition("_")[0].partition("-")[0]) or _best(accept_language) or LANGUAGES[0]


def _best(accept_language: str) -> str:
    asked = [_ASKED.fullmatch(part) for part in accept_language.split(",")[:MAX_ASKED]]
    weighed = [(float(found[2] or 1), _spoken(found[1])) for found in asked if found]
    best = max((weight for weight, language in weighed if language), default=0.0)
    return next((language for weight, language in weighed if language and weight == best > 0), "")


def _spoken(tag: str) -> str:
    language = _SAME.get(tag.strip().lower(), tag.strip().lower())
    return language if language in LANGUAGES else ""


def say(language: str, word: str, **values: str) -> str:
    """One of our own sentences; `word` is a key of the catalogue's `words`, and has to be there."""
    return catalogue(language)["words"][word].format(**values)


def thanks_for(language: str, word: str) -> str:
    """The sentence of the thank-you page for a form of this id; the plain one for any other id."""
    sentences = catalogue(language)["thanks"]
    return sentences.get(word, sentences["message"])


def files_missing(language: str, reasons: Iterable[str]) -> tuple[str, ...]:
    """Why files that came with a message are not stored, one sentence each; nothing for what is no reason."""
    sentences = catalogue(language)["files"]
    told = tuple(sentences[why] for why in reasons if why in sentences and why != "told")
    return (*told, sentences["told"]) if told else ()


def label(language: str, attribute: str) -> str:
    """The name that people read for an attribute; empty where the catalogue has none."""
    return catalogue(language)["labels"].get(attribute, "")


def day_in_words(language: str, day: date) -> str:
    """A date as people write it: `28 November 2026`, `28. November 2026`."""
    words = catalogue(language)["dates"]
    return words["day"].format(day=day.day, month=words[str(day.month)], year=day.year)


def refusal(language: str, code: str) -> str:
    """Why nothing was stored, for the person who sent it; empty for a code without a sentence."""
    return catalogue(language)["refusals"].get(code, "")


def explain(language: str, problem: Problem, field: str) -> str:
    """The problem with a field, named `field` as its sender named it.

    In English the problem's own message, which has limits and reasons that the code lacks.
    """
    told = problem.message.removeprefix(f"{problem.field}:").strip()
    sentence = catalogue(language)["problems"].get(problem.code, "") if language != LANGUAGES[0] or not told else ""
    options = ", ".join(problem.options)
    return sentence.format(field=field, options=options) if sentence else f"{field}: {told}"


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """All sentences of one of `LANGUAGES`."""
    text = files("leadbell").joinpath("data", "words", f"{language}.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, str]] = json.loads(text)
    return loaded
