"""Visitors' text as data: as it may be stored, and as it may be shown.

Stored: what only hides or disfigures is taken out, since a person who pasted it does not know that it is there, and
has something to say all the same:

- control characters; a carriage return, a vertical tab, a form feed and Unicode's own line breaks become a line break
  (browsers send each that was typed as two characters);
- characters that turn the direction of what follows (address books wrap telephone numbers in them), which can make a
  name or a file look like another one; the marks that Arabic and Hebrew need at single letters stay;
- characters without width that hide text in text; those that join letters or emoji stay;
- marks on one letter beyond `MAX_MARKS`: more than any script in use stacks, and they cover the lines around.

Half of a surrogate pair, of which a script cut the other half off, is the character for what cannot be known.

Shown: `clean` makes it one short harmless line; `quote` fences it as their own words. Neither lets through a line
break, a control or direction character, or anything that a mail client turns into a link.
"""

import re
import unicodedata

MAX_MARKS = 6

_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls but tab and line breaks
    "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # without width
    "\u202a-\u202e\u2066-\u206f"  # direction
    "\U000e0000-\U000e007f]"  # tags: a text that nothing shows
)
_PLAIN = re.compile("[\t\n\x20-\x7e]*")

_LINKED = re.compile(r"(?<=\w)\.(?=\w{2,})")
_SPACE = re.compile(r"\s+")


def is_text(value: str) -> bool:
    """Whether it can be kept at all: no NUL and no half of a surrogate pair."""
    return (value.isascii() and "\0" not in value) or not re.search("[\0\ud800-\udfff]", value)


def mended(value: str) -> str:
    """The text with halves of surrogate pairs joined, or replaced where the other half is missing."""
    if value.isascii() or not re.search("[\ud800-\udfff]", value):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def tidy(value: str) -> str:
    """The same text without what hides or disfigures; tidying it again changes nothing."""
    if _PLAIN.fullmatch(value):
        return value
    kept = _HIDDEN.sub("", _LINE_BREAKS.sub("\n", value))
    return kept if kept.isascii() else _without_towers(kept)


def _without_towers(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def harmless(text: str) -> str:
    """Text without control, format (zero-width, bidi) or private characters, and with its links broken."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return _LINKED.sub("[.]", kept.replace("://", "[:]//"))


def clean(text: object, limit: int = 60) -> str:
    """One harmless line of at most `limit` characters."""
    line = _SPACE.sub(" ", harmless(str(text))).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quote(text: str, limit: int = 3000) -> list[str]:
    """Their own words, each line fenced with `> `."""
    lines = [line for raw in text[:limit].splitlines() if (line := clean(raw, 500))]
    return [f"> {line}" for line in lines]
