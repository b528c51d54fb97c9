"""Whether a submission looks automated: points for signs that people rarely show.

Three points quarantine a submission, but only with a strong sign among them: one that no person shows who has something
to ask. Weak signs are what customers show too, in another script than their name or with links to what they want to
buy; however many there are, they only add to a strong one. No sign lowers the points, and no name or address is known
here: the verdict depends on the submission alone. A wrong verdict costs a look at `leadbell quarantine list`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from leadbell.capture.spam_voice import asks, only_tells, own_words
from leadbell.capture.spam_words import (
    FOOTER,
    PROBES,
    SHORT_LINKS,
    any_phrase,
    base_letters,
    is_foreign,
    looks_random,
    once,
    phrases,
)
from leadbell.events import Value
from leadbell.forms.config import SpamSettings
from leadbell.identity import mail_kind
from leadbell.web.stamps import Shown

HELD_FROM = 3
NOT_CHECKED = "the challenge could not be checked"

STRONG: Mapping[str, int] = {
    "a hidden field is filled in": 3,
    "a hidden field is filled in at a person's pace": 2,
    "sent in less than a third of the shortest time": 3,
    "sent in less than the shortest time": 2,
    "the stamp is forged or another form's": 2,
    "a BBCode link": 3,
    "more links than allowed": 3,
    "a link in a name": 3,
    # Of somebody who offers: not who asks for it, complains of it, or only quotes it.
    "a phrase of advertising and a link": 3,
    "several phrases of advertising": 3,
    "the address of a crypto wallet": 2,
    "links to several sites and no question": 1,
    "one text in all fields": 3,
    "random letters in several fields": 3,
    "an attack in a field": 3,
}
WEAK: Mapping[str, int] = {
    # What a browser's autofill puts there: what the same person says elsewhere in the form, a city, or, from somebody
    # who took the time of a person, a few words without a link.
    "a hidden field repeats another": 1,
    "a hidden field holds a name or a place": 2,
    "an HTML link": 2,
    "three links or more": 1,
    "nothing but a link": 2,
    "mostly links": 2,
    "hardly anything but links": 3,
    "a link that hides where it leads": 2,
    "a link in the company": 1,
    "a phrase of advertising": 2,
    "the footer of a mailing": 1,
    "the message repeats a field": 2,
    "a random name": 2,
    "a random message": 2,
    "a random company": 1,
    "a throw-away address": 1,
    "another script and a link": 2,
    "a message in another script than the name": 1,
    "an attack in the message": 2,
    NOT_CHECKED: 0,
}
SIGNS: Mapping[str, int] = {**STRONG, **WEAK}

_LINK = re.compile(
    r"(?:https?://|hxxps?://|www\.)[^\s<>\"'\[\]]+"
    r"|(?<![@\w.-])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|net|org|info|biz|ru|xyz|top|online|site|shop|club|vip|"
    r"icu|cn|me|ly|io|co|bet|casino|store|click|link|live|pro)(?:/[^\s<>\"']*|(?![\w@.-]))",
    re.I,
)
_BBCODE = re.compile(r"\[(?:url|link|img)\b[^\]]{0,300}\]|\[/(?:url|link)\]", re.I)
_ANCHOR = re.compile(r"<a\s[^>]{0,100}href|&lt;a\s", re.I)
_WALLET = re.compile(
    r"\b(?:bc1[a-z0-9]{20,60}|0x[0-9a-fA-F]{40}|[13][A-HJ-NP-Za-km-z1-9]{25,34}|T[A-HJ-NP-Za-km-z1-9]{33})\b"
)
# Fields whose value is a link, a choice or a number by nature, or our own reading of one.
_NOT_WORDS = frozenset(
    "website page referrer utm_source utm_medium utm_campaign email phone phone_e164 country visitor".split()  # noqa: SIM905
)
_OF_WALLETS = frozenset({"crypto", "bitcoin", "finance", "trading"})
_SHORT = 40
_LINE = 100
# What is behind so many characters of a value says no more about who wrote it.
_READ = 10_000
_PLACE = re.compile(r"(?:[^\W\d_a-z][^\W\d_A-Z]{2,19}[ -]?){1,2}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The points of a submission and the signs that they are for; only the signs may be shown or logged."""

    points: int = 0
    signs: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether it goes into quarantine: never for weak signs alone."""
        return self.points >= HELD_FROM and any(sign in STRONG for sign in self.signs)


def verdict(fields: Mapping[str, Value], trap: str, shown: Shown, settings: SpamSettings) -> Verdict:
    """What speaks against a submission. `trap` is what stood in a field that people do not see."""
    given = {name: value[:_READ] for name, value in fields.items() if isinstance(value, str) and name not in _NOT_WORDS}
    words = {name: own_words(value) if _is_free_text(name, value) else value for name, value in given.items()}
    signs = (
        *_hidden(fields, trap, shown, settings),
        *_pace(shown, settings, is_autofilled=trap != "" and _is_own(trap, fields)),
        *_links(fields, words, settings),
        *_markup(words),
        *_phrases(fields, words, settings),
        *_script(words),
        *_repeats(fields, words),
        *_randomness(words),
        *_attacks(given),
    )
    if signs and _is_throw_away(fields):  # the list is long to load, and a sign of one point decides nothing alone
        signs = (*signs, "a throw-away address")
    return Verdict(sum(SIGNS[sign] for sign in signs), signs)


def _is_free_text(name: str, value: str) -> bool:
    """Whether somebody may have put a whole mail there."""
    return name == "message" or (name.startswith("x_") and (len(value) > _LINE or value.count("\n") > 1))


def _hidden(fields: Mapping[str, Value], trap: str, shown: Shown, settings: SpamSettings) -> Iterator[str]:
    if not trap:
        return
    at_ease = shown.ago is not None and shown.ago >= timedelta(seconds=settings.min_seconds)
    if _is_own(trap, fields):
        yield "a hidden field repeats another"
    elif _PLACE.fullmatch(trap) and not any(map(looks_random, trap.split())):
        yield "a hidden field holds a name or a place"
    elif at_ease and len(trap) <= _SHORT and not _LINK.search(trap):
        yield "a hidden field is filled in at a person's pace"
    else:
        yield "a hidden field is filled in"


def _is_own(trap: str, fields: Mapping[str, Value]) -> bool:
    """Whether it says what another field says: all of it, a part of the name, or the site of one's own address."""
    text = _plain(trap)
    values = {_plain(str(value)) for name, value in fields.items() if not name.startswith("x_") and name != "message"}
    names = _plain(str(fields.get("name", ""))).split()
    digits = re.sub(r"\D", "", text)
    phone = re.sub(r"\D", "", str(fields.get("phone_e164", "")))
    is_phone = len(digits) >= 7 and phone.endswith(digits.lstrip("0"))
    return text in values or (len(text) > 1 and text in names) or is_phone or _is_own_site(text, fields)


def _is_own_site(link: str, fields: Mapping[str, Value]) -> bool:
    """Whether a link leads to one's own site: that of the address, or one called like the company."""
    host = _host(link)
    domain = str(fields.get("email", "")).lower().rpartition("@")[2]
    first = re.sub(r"[^a-z0-9]", "", host.split(".")[0])
    company = re.sub(r"[^a-z0-9]", "", base_letters(str(fields.get("company", ""))))
    website = " ".join(str(fields.get(name, "")) for name in ("website", "page", "referrer")).lower()
    is_named = len(first) > 3 and (company.startswith(first) or first in company)
    return host != "" and (host == domain or host.endswith(f".{domain}") or is_named or host in website)


def _host(link: str) -> str:
    return re.sub(r"^(?:h..ps?://)?(?:www\.)?", "", link.lower()).partition("/")[0]


def _pace(shown: Shown, settings: SpamSettings, *, is_autofilled: bool) -> Iterator[str]:
    shortest = timedelta(seconds=settings.min_seconds)
    if shown.is_forged:
        yield "the stamp is forged or another form's"
    elif shown.ago is not None and shown.ago < shortest / 3:
        yield "sent in less than a third of the shortest time"
    elif shown.ago is not None and shown.ago < shortest and not is_autofilled:  # which is quick, and counted already
        yield "sent in less than the shortest time"


def _links(fields: Mapping[str, Value], words: Mapping[str, str], settings: SpamSettings) -> Iterator[str]:
    everything = "\n".join(words.values())
    links = [link for link in _LINK.findall(everything) if not _is_own_site(link, fields)]
    if len(links) > settings.max_links:
        yield "more links than allowed"
    elif len(links) > 2:
        yield "three links or more"
    if SHORT_LINKS.search(everything):
        yield "a link that hides where it leads"
    if any(link in words.get(name, "") for name in ("name", "job_title") for link in links):
        yield "a link in a name"
    if _LINK.search(words.get("company", "")):
        yield "a link in the company"
    yield from _link_share(fields, words.get("message", ""))


def _link_share(fields: Mapping[str, Value], message: str) -> Iterator[str]:
    """How much of a message are links, apart from those to one's own site."""
    links = [link for link in _LINK.findall(message) if not _is_own_site(link, fields)]
    if len(links) > 1 and 2 * sum(map(len, links)) >= len(message):
        yield "hardly anything but links" if len(links) > 2 else "mostly links"
        if len(set(map(_host, links))) > 2 and not asks(_LINK.sub(" ", message).casefold()):
            yield "links to several sites and no question"
    elif links and len(_LINK.sub("", message).strip()) < 4:
        yield "nothing but a link"


def _markup(words: Mapping[str, str]) -> Iterator[str]:
    everything = "\n".join(words.values())
    if _BBCODE.search(everything):
        yield "a BBCode link"
    if _ANCHOR.search(everything):
        yield "an HTML link"


def _phrases(fields: Mapping[str, Value], words: Mapping[str, str], settings: SpamSettings) -> Iterator[str]:
    text = " ".join(words.values())
    plain = _plain(text)
    found = _offers(plain, settings) if plain and any_phrase().search(plain) else 0
    if found and only_tells(plain):
        yield "a phrase of advertising"
    elif found > 1:
        yield "several phrases of advertising"
    elif found and any(not _is_own_site(link, fields) for link in _LINK.findall(text)):
        yield "a phrase of advertising and a link"
    elif found:
        yield "a phrase of advertising"
    if FOOTER.search(plain):
        yield "the footer of a mailing"
    if _WALLET.search(text) and not _OF_WALLETS & _business(settings):
        yield "the address of a crypto wallet"


def _business(settings: SpamSettings) -> frozenset[str]:
    return frozenset(word.casefold() for word in settings.our_business)


def _offers(plain: str, settings: SpamSettings) -> int:
    """How many phrases it holds, without those of the form's own business."""
    ours = _business(settings)
    found = ((about, match) for about, phrase in phrases() if (match := phrase.search(plain)))
    return sum(1 for about, match in found if not about & ours and not any(word in match[0] for word in ours))


def _script(words: Mapping[str, str]) -> Iterator[str]:
    message = words.get("message", "")
    if is_foreign(_LINK.sub(" ", message)):
        if _LINK.search(message):
            yield "another script and a link"
        if words.get("name") and not is_foreign(words["name"]):
            yield "a message in another script than the name"


def _repeats(fields: Mapping[str, Value], words: Mapping[str, str]) -> Iterator[str]:
    texts = [once(_plain(value)) for value in words.values()]
    message = once(_plain(words.get("message", "")))
    others = (once(_plain(str(fields.get(name, "")))) for name in ("email", "name", "company", "phone"))
    if len(texts) > 2 and len(set(texts)) == 1:
        yield "one text in all fields"
    elif message and message in others:
        yield "the message repeats a field"


def _randomness(words: Mapping[str, str]) -> Iterator[str]:
    is_name = any(looks_random(word) for word in words.get("name", "").split())
    said = [word for word in re.findall(r"\w+", _LINK.sub(" ", words.get("message", ""))) if len(word) > 4]
    is_message = said != [] and 2 * sum(map(looks_random, said)) >= len(said)
    is_company = any(looks_random(word) for word in _LINK.sub(" ", words.get("company", "")).split())
    if is_message and (is_name or is_company):
        yield "random letters in several fields"
        return
    found = {"a random name": is_name, "a random message": is_message, "a random company": is_company}
    yield from (sign for sign, is_there in found.items() if is_there)


def _attacks(words: Mapping[str, str]) -> Iterator[str]:
    free = {name for name, value in words.items() if _is_free_text(name, value)}
    if any(PROBES.search(value) for name, value in words.items() if name not in free):
        yield "an attack in a field"
    elif any(PROBES.search(words[name]) for name in free):
        yield "an attack in the message"


def _is_throw_away(fields: Mapping[str, Value]) -> bool:
    return mail_kind(str(fields.get("email", "")).lower().rpartition("@")[2]) == "disposable"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
