"""What visitors read of us, in mails and on the pages behind their links: one file of texts for each language.

A new language is a new file in `data/visitor_words` with the same keys. `{link}` is the only variable there is.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

DEFAULT = "en"
# Codes under which browsers ask for a language that we have under another one.
_MEANT = {"no": "nb", "nn": "nb"}


@cache
def languages() -> tuple[str, ...]:
    """The languages there are texts in."""
    return tuple(sorted(file.name.removesuffix(".json") for file in _folder().iterdir()))


@cache
def words(language: str) -> Mapping[str, str]:
    """The texts of one of `languages`, by key."""
    found: dict[str, str] = json.loads(_folder().joinpath(f"{language}.json").read_text(encoding="utf-8"))
    return found


def preferred(*wanted: str) -> str:
    """The first language of ours in these words, each one code or an Accept-Language header; English for none."""
    for text in wanted:
        for code in _by_weight(text):
            base = code.partition("-")[0]
            if (ours := _MEANT.get(base, base)) in languages():
                return ours
    return DEFAULT


def _by_weight(header: str) -> list[str]:
    weighed = []
    for part in header[:200].lower().replace("_", "-").split(","):
        code, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), code.strip()))
        except ValueError:
            continue
    return [code for weight, code in sorted(weighed, key=lambda each: each[0]) if weight < 0]


def _folder() -> Traversable:
    return files("leadbell").joinpath("data", "visitor_words")
