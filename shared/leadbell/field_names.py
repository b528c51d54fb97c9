"""What websites call their fields: the usual names in many languages, and those of other form services, so that a
form needs no change to be understood.

Names are folded and looked up in `data/field_names.txt`. A word that only says whose field it is, or that it is one of
several, is left out: `lead.email`, `your-name`, `form_fields[phone]`, `email_2`. The last word alone never decides: a
`product[name]` is nobody's.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Fields that no person sees; a machine fills them in.
HONEYPOTS = ("_gotcha", "_hp", "_honeypot", "_honey", "honeypot", "bot-field", "botcheck")

# Where a form wants its visitor to be led: after all went well, and after it did not.
REDIRECT = ("_redirect", "_next", "redirect", "returl")
ERROR_REDIRECT = ("_error_redirect", "errorurl")
LANGUAGE = ("_language", "_locale")
VISITOR = ("_anon", "anonymousid", "hutk")
# How a form that posts to no address of its own says which one it is: Netlify's way and Web3Forms'.
FORM = ("access_key", "form-name", "_form")

# What a page adds anew each time it is shown: no part of what its sender says.
PROOFS = frozenset(
    ("_t", "cf-turnstile-response", "h-captcha-response", "g-recaptcha-response", "recaptcha_response", "altcha")
)

# Instructions to the service, not something a person said. `_cc` and the like would let a page mail to anybody.
RESERVED = frozenset((*HONEYPOTS, *PROOFS, *REDIRECT, *ERROR_REDIRECT, *LANGUAGE, *VISITOR, *FORM)) | frozenset(
    """
    _idempotency _test _format _cc _bcc ccemail cc_email bcc webhook _webhook _template _captcha _autoresponse
    _blacklist oid debug debugemail apikey netlify-honeypot
    """.split()  # noqa: SIM905  # a list of forty quoted names reads worse
)

# Sent by the page, not entered by the person: not shown when the form is shown again.
_SAID_BY_THE_PAGE = frozenset({"page", "referrer", "utm_source", "utm_medium", "utm_campaign", "call_ok"})

# Names that begin with an underscore are instructions, apart from these.
_UNDERSCORED: Mapping[str, str] = {
    "_url": "page", "_page": "page", "_referrer": "referrer", "_consent[sales_contact]": "call_ok",
}  # fmt: skip
_WEAK_UNDERSCORED: Mapping[str, str] = {"_replyto": "email", "_reply_to": "email"}

# The same where nothing sets the word apart: `youremail`, `contactname`.
_GLUED = re.compile(
    r"(?:your|my|kontakt|contactform|contact|customer|client|user|sender|visitor|lead|input|txt|field|person|billing|guest|from)"
)
_MAX_READ = 100  # characters of a name

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "þ": "th", "ŋ": "n"}
)
_ACCENTS = re.compile(r"[\u0300-\u036f\u064b-\u065f]")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PIECES = re.compile(r"[^\W\d_]+|\d+")
# What HubSpot puts before the name of a company's field.
_OF_A_COMPANY = re.compile(r"^0-2/")
# What Wix puts behind every name.
_MARKED = re.compile(r"(.+)_(?!e164)[0-9a-f]{4}")
# What ASP.NET puts before the name of a control, and Squarespace behind that of a field.
_AROUND = re.compile(r"^ctl\d+[_$].*[_$](?=\w)|^.*\$(?=\w)|-yui_.*$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says: our attribute, or a kind of thing that is none of ours and begins with `-`; empty where nobody
    knows. A weak name needs a value that looks right; one that is second to others is read where none of them is."""

    of: str = ""
    is_weak: bool = False
    is_second: bool = False

    @property
    def attribute(self) -> str:
        """The attribute, or an empty text."""
        return "" if self.of.startswith("-") else self.of


UNKNOWN = Meaning()
# A middle name is a part of a name and nothing that a model or a forms file can ask for.
MIDDLE_NAME = "middle_name"
# Whatever stands before these says whose they are: an `order_phone`; but an `order_name` is that of the order.
_OF_A_PERSON = frozenset({"email", "phone", "first_name", "last_name", "message"})


def read_words(name: str) -> dict[str, tuple[str, ...]]:
    """The words of a file of `data`, by the headings that they stand under."""
    text = (Path(__file__).parent / "data" / f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for block in text.split("\n[")[1:]:
        heading, _, lines = block.partition("]\n")
        words = (line if line[0] == " " else line.partition(":")[2] for line in lines.splitlines() if line)
        found[heading] = tuple(" ".join(words).replace("-", "").split())
    return found


_WORDS = read_words("field_names")


def _meanings() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for heading, words in _WORDS.items():
        of, _, how = heading.partition(", ")
        if not heading.startswith("*"):
            found |= dict.fromkeys(words, Meaning(of, is_weak=how == "weak", is_second=how == "second"))
    return found


_KNOWN: Mapping[str, Meaning] = _meanings()
# Whose field it is, or what kind of input: left out in front of a name, some only before a bracket or a dot, or behind.
_BEFORE, _BEFORE_A_BRACKET, _AFTER = (
    frozenset(_WORDS[f"* {where}"]) for where in ("before", "before a bracket", "after")
)
# Each name that means an attribute whatever its value, as it is folded; and those of the instructions that do.
OURS: Mapping[str, str] = {
    **{name: said.of for name, said in _KNOWN.items() if said.attribute not in ("", MIDDLE_NAME) and not said.is_weak},
    **_UNDERSCORED,
}


def plain(name: str) -> str:
    """A name as instructions are compared: in lower case, without the `[]` of lists."""
    return name.strip().lower().removesuffix("[]")


plain_name = plain


@lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """What a website's name for a field says."""
    whole = plain(name)
    if whole in RESERVED:
        return UNKNOWN
    if whole.startswith("_"):
        weak = _WEAK_UNDERSCORED.get(whole)
        return Meaning(weak, is_weak=True) if weak else Meaning(_UNDERSCORED.get(whole, ""))
    pieces, is_nested = folded(name), "[" in whole or "." in whole
    found = next((_KNOWN[each] for each in _ways(pieces, is_nested=is_nested) if each in _KNOWN), UNKNOWN)
    if found is UNKNOWN and not is_nested:
        loose = (_KNOWN[each] for each in _ways(pieces, is_nested=True) if each in _KNOWN)
        found = next((said for said in loose if said.of in _OF_A_PERSON), UNKNOWN)
    marked = _MARKED.fullmatch(whole) if found is UNKNOWN else None
    return meaning(marked[1]) if marked else found


def folded(name: str) -> list[str]:
    """The words and numbers of a name, in small letters without accents."""
    text = _AROUND.sub("", _OF_A_COMPANY.sub("company ", name.strip()[:_MAX_READ]))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _HUMPS.sub(" ", text).lower()
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS)))
        text = unicodedata.normalize("NFC", text)
    return _PIECES.findall(text)


def _ways(pieces: Sequence[str], *, is_nested: bool) -> Iterator[str]:
    """The whole name, then what is left without the words around it, the longest first."""
    stops = [len(pieces)]
    while stops[-1] > 1 and (pieces[stops[-1] - 1].isdigit() or pieces[stops[-1] - 1] in _AFTER):
        stops.append(stops[-1] - 1)
    starts = [0]
    while starts[-1] < len(pieces) - 1 and _is_around(pieces[starts[-1]], is_nested=is_nested):
        starts.append(starts[-1] + 1)
    for stop in stops:
        yield from ("".join(pieces[start:stop]) for start in starts if start < stop)
    if len(pieces) == 1 and (glued := _GLUED.match(pieces[0])):
        yield pieces[0][glued.end() :]


def _is_around(piece: str, *, is_nested: bool) -> bool:
    return piece.isdigit() or piece in _BEFORE or (is_nested and piece in _BEFORE_A_BRACKET)


def ours(name: str) -> str:
    """Our name for a website's field; empty where we have none, or where its value has to show what it is."""
    said = meaning(name)
    is_unclear = said.of == MIDDLE_NAME or (said.is_weak and said.of != "email")
    return "" if is_unclear else said.attribute


def is_behind_the_scenes(name: str) -> bool:
    """Whether a person who filled in the form never saw this field, or could not type into it."""
    known = plain(name)
    return known in RESERVED or (known.startswith("_") and not ours(name)) or ours(name) in _SAID_BY_THE_PAGE


def as_sent(attribute: str, names: Iterable[str]) -> str:
    """What the sender calls our attribute; the attribute itself where none of their names means it."""
    return next((name for name in names if attribute.lower() in (ours(name), plain(name))), attribute)
